//! A random sample of recorded cells, and what it says of those that were not looked at; seeds that
//! nobody has used, and what they say of claims.
//!
//! The author cannot choose the sample: its seed is the digest of the record together with a nonce
//! that the reviewer gives afterwards. What a sample without a wrong cell shows is stated exactly, by
//! the hypergeometric distribution. Nothing here runs a cell: `cmd/audit` does.

mod chance;
mod document;
mod fresh;
mod sample;
mod size;

pub(crate) use document::{Audited, Document, Mismatch, Replayable, SCHEMA};
pub(crate) use fresh::{Read, Readings, next, places, seeds};
pub(crate) use sample::{Key as StratumKey, Population, Sample};
pub(crate) use size::{Detect, Size};
