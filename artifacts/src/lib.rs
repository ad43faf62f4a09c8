//! What came out: records of cells, tables, claims, verdicts, and the store that keeps them.
//!
//! This crate knows no study, no model and no plan. It turns bytes into named, checked results and
//! results into canonical bytes; every function here is a pure function of its arguments, but for
//! [`store`], which owns a folder, and [`provenance`], which looks at the machine.

mod canonical;
pub mod cells;
mod digest;
mod error;
pub mod figure;
pub mod lock;
pub mod provenance;
mod record;
mod scalar;
pub mod statistic;
pub mod stem;
pub mod store;
pub mod table;
pub mod verdict;

pub use canonical::{canonical, digest_of};
pub use digest::Digest;
pub use error::{ArtifactError, Result};
pub use record::{DIVERGED, Kind, Record, Value};
pub use scalar::Scalar;
