//! From cells to files: tables, claims, figures, the lock and the report.
//!
//! Everything here is a pure function of a declaration and cells. [`Memo`] may hand back what an
//! earlier run made of the same inputs; `saigen verify` runs the same functions without one.

mod memo;
mod readme;
mod report;
mod study;

pub(crate) use memo::{Afresh, Memo, Outputs, Stored};
pub(crate) use readme::{splice, verdicts};
pub(crate) use report::{Entry, digest, report};
pub(crate) use study::{Composed, compose, draw};

/// The fingerprint of this code, of `artifacts` and of `figures`.
pub(crate) const CODE: &str = env!("SAIGEN_COMPOSER");
