//! The paper's side: results as LaTeX macros, and what a manuscript types of them.
//!
//! Nothing here runs TeX. [`macros`] writes the file that a manuscript reads in, [`scan`] finds the
//! macros that it uses, [`Typed`] compares a number that a person typed with the record's.

mod macros;
mod scan;
mod typed;

pub(crate) use macros::{FILE, macros};
pub(crate) use scan::{Kind, Scan, Use, scan};
pub(crate) use typed::Typed;
