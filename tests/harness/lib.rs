//! What the promises are tested with: a checkout of its own for each test, and the program run in
//! it as a user would.

#![expect(clippy::unwrap_used, reason = "a harness that cannot set up its files has nothing to test")]

mod checkout;
mod cost;
mod filed;
mod proxy;
mod run;
mod shim;

pub use checkout::{Checkout, repository};
pub use cost::Cost;
pub use filed::{README, filed};
pub use proxy::{Fault, Proxy};
pub use run::Run;
pub use shim::shim;
