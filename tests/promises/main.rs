//! What saigen promises, tested from outside: one binary, a file for each promise.

#![expect(clippy::unwrap_used, reason = "a promise that cannot be set up is broken")]

mod agree;
mod architecture;
mod audit;
mod bits;
mod browser;
mod calibration;
mod cluster;
mod datasets;
mod declarations;
mod diff;
mod emulation;
mod exchange;
mod exec;
mod exits;
mod explain;
mod export;
mod faults;
mod figures;
mod golden;
mod identity;
mod integrity;
mod readings;
mod remote;
mod report;
mod scale;
mod shared;
mod signature;
mod slurm;
mod studies;
mod tampering;
mod terminal;
mod text;
mod tutorial;

use saigen_tests::Checkout;

/// The program that is tested.
fn program() -> &'static str {
    env!("CARGO_BIN_EXE_saigen")
}

/// A checkout of its own for a test of the pipeline: it holds one study.
fn checkout() -> Checkout {
    Checkout::new(program())
}

/// A checkout with the smoke tier run.
fn smoked() -> Checkout {
    let checkout = checkout();
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    checkout
}

/// A checkout with every study.
fn whole() -> Checkout {
    Checkout::whole(program())
}

/// A checkout with every study's smoke tier run.
fn whole_smoked() -> Checkout {
    let checkout = whole();
    checkout.run(&["run", "--tier", "smoke", "--jobs", "2"]).exits(0);
    checkout
}

/// The declaration that most tests edit.
const NONSMOOTH: &str = "pipeline/studies/nonsmooth/study.toml";

/// The cells of its smoke tier.
const CELLS: usize = 304;

/// Where results of the smoke tier go.
const SMOKE: [&str; 2] = ["artifacts/out/smoke-flex", "figures/out/smoke-flex"];
