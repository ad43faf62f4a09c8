//! Verdicts: what the cells say of each published claim.
//!
//! The rules are written in prose in `artifacts/README.md`; this is their code. Every statistical
//! rule becomes the same question, asked of a [`contrast::Contrast`]: does the mean of one number
//! a seed lie in a region? [`bootstrap`] answers with two p-values, [`holm`] corrects all of a
//! study's answers together, and [`judge`] turns them into words. [`share`] asks of counts and has
//! exact answers. [`anytime`] asks the same of seeds that come one after the other, of which
//! [`sequence`] knows at every moment what they say.

pub mod anytime;
pub mod bootstrap;
pub mod claim;
mod contrast;
mod fall;
mod holm;
mod judge;
mod ledger;
pub mod sequence;
mod share;
#[cfg(test)]
mod tests;
mod value;

pub use bootstrap::Draws;
pub use claim::{Claim, Claimed, Rule};
pub use judge::judge;
pub use ledger::{Class, Judged, Ledger, Part, Verdict};

/// The error rate of a study's whole ledger.
pub const ALPHA: f64 = 0.05;

/// Fewer seeds than this decide nothing.
pub const FEWEST_SEEDS: usize = 5;

/// With more questions than this in a study, the least p-value that resampling can give would be
/// corrected to more than [`ALPHA`].
pub const MOST_QUESTIONS: usize = 500;
