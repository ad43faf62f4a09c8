//! A random sample of recorded cells, and what it says of those that were not looked at.
//!
//! The author cannot choose the sample: its seed is the digest of the record together with a nonce
//! that the reviewer gives afterwards. What a sample without a wrong cell shows is stated exactly, by
//! the hypergeometric distribution. Nothing here runs a cell: `cmd/audit.rs` does.

mod chance;
mod document;
mod sample;
mod size;

pub(crate) use document::{Audited, Document, Mismatch, SCHEMA};
pub(crate) use sample::{Key as StratumKey, Population, Sample};
pub(crate) use size::{Detect, Size};
