//! Many cells: what the pipeline itself costs. Counts are tested; times are measured on request, into
//! the engine's README.

use crate::program;
use saigen_tests::{Checkout, Cost, filed, repository};

/// Axes of a grid of so many trivial cells.
const SIZES: [(usize, [usize; 3]); 3] = [(5_000, [20, 25, 10]), (100_000, [50, 50, 40]), (1_000_000, [100, 100, 100])];

/// Where the figures are.
const README: &str = "pipeline/engine/README.md";

/// What is measured, and its command.
const ROWS: [(&str, &[&str]); 6] = [
    ("run from nothing", &["run"]),
    ("run with nothing to do", &["run"]),
    ("the same, every byte hashed", &["run", "--rehash"]),
    ("plan", &["plan"]),
    ("status", &["status"]),
    ("verify", &["verify"]),
];

#[test]
fn five_thousand_cells_are_run_once() {
    let (cells, axes) = SIZES[0];
    let checkout = Checkout::synthetic(program(), axes);
    checkout.run(&["run"]).exits(0).says(&format!("{cells} cells run"));
    checkout.run(&["run"]).exits(0).says(&format!("nothing to do: {cells} cells up to date"));
    checkout.run(&["run", "--rehash"]).exits(0).says("nothing to do");
    checkout.run(&["verify"]).exits(0);
    let text = checkout.text("artifacts/record/nonsmooth/cells.csv");
    assert_eq!(text.lines().count(), cells + 1);
}

#[test]
fn the_figures_are_there() {
    let text = std::fs::read_to_string(repository().join(README)).unwrap();
    for (row, _) in ROWS {
        assert!(text.contains(&format!("| {row} |")), "{README} has no figures for '{row}': `just measure`");
    }
}

#[test]
#[ignore = "measures; `just measure` writes the figures"]
fn figures() {
    let mut table = String::from("| cells | what | CPU seconds | per cell, µs | peak memory, MiB |\n| --: | :-- | --: | --: | --: |\n");
    for (cells, axes) in SIZES {
        let checkout = Checkout::synthetic(program(), axes);
        for (what, arguments) in ROWS {
            let cost = Cost::of(checkout.start(arguments));
            assert_eq!(cost.exit, Some(0), "{what}");
            let each = cost.seconds / cells as f64 * 1e6;
            table += &format!("| {cells} | {what} | {:.2} | {each:.0} | {:.0} |\n", cost.seconds, cost.mebibytes);
        }
    }
    filed(README, "scale", &table);
}
