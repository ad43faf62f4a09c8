//! The engine: declaration -> grid -> plan -> keys -> executor.
//!
//! It knows no study, no model, no data frame and no plot. A study gives it methods
//! ([`method`]), a declaration says what to run ([`declaration`]), a plan names every step by its
//! identity ([`plan`]), and the executor runs what is due in worker processes ([`executor`]).

pub mod costs;
pub mod declaration;
pub mod executor;
pub mod explain;
pub mod lineage;
mod method;
pub mod plan;
mod problem;
pub mod stopwatch;
mod worker;

pub use method::{Backend, Batch, Data, Fingerprint, Method, Parameter, Parameters, Placement, Study, Together};
pub use problem::{Problem, Problems};
pub use worker::{run, serve};
