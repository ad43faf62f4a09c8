//! Why a step is due, where a number comes from, and what depends on what.

use crate::{CELLS, NONSMOOTH, SMOKE, smoked};
use saigen_tests::Checkout;

const FIRST: &str = "nonsmooth/kernel/n=60,sigma=0.1,target=smooth/0";
const NUMBER: &str = "nonsmooth/risk:experiment=kernel,n=60,sigma=0.1,target=smooth:mean";

/// What the kernel experiment says of its grid.
const KERNEL: &str = "parameters = { copies = 1, grid = 100 }\nsmoke-parameters = { grid = 50 }";

/// Runs a verb at smoke tier.
fn run(checkout: &Checkout, arguments: &[&str], exit: i32) -> String {
    let all: Vec<&str> = arguments.iter().copied().chain(["--tier", "smoke"]).collect();
    let run = checkout.run(&all).exits(exit);
    run.out + &run.err
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "'{word}' is not in\n{text}");
    }
}

#[test]
fn a_step_is_explained_from_its_cause_to_what_follows() {
    let checkout = smoked();
    holds(
        &run(&checkout, &["explain", FIRST], 0),
        &["up to date: made by saigen", "record: sha256", "    tables  risk, risk-remembered, risk-oracle, tuning\n"],
    );
    checkout.edit(NONSMOOTH, KERNEL, &KERNEL.replace("grid = 50", "grid = 60"));
    holds(
        &run(&checkout, &["explain", FIRST], 3),
        &["due: the declaration's 'grid' changed\n    grid: 50 -> 60", "    figures risk, risk-control, risk-remembered, seeds\n"],
    );
    // Steps behind it wait, and say for what.
    holds(
        &run(&checkout, &["explain", "nonsmooth/tables/risk"], 3),
        &[&format!("due: it waits for 16 of {CELLS} cells"), "the declaration's 'grid' changed"],
    );
    run(&checkout, &["run"], 0);
    holds(&run(&checkout, &["explain", "nonsmooth/tables/risk"], 0), &["up to date", "output csv: sha256"]);
    checkout.edit(NONSMOOTH, "statistic = \"geometric-mean\"", "statistic = \"median\"");
    holds(&run(&checkout, &["explain", "nonsmooth/tables/risk"], 3), &["due: the declaration's 'spec.content.Statistics' changed"]);
    holds(&run(&checkout, &["explain", "nonsmooth/figures/portraits"], 0), &["up to date"]);
    holds(
        &run(&checkout, &["explain", "nonsmooth/tables/risc"], 2),
        &["no step at tier smoke is named 'nonsmooth/tables/risc'", "hint: cells are named"],
    );
}

#[test]
fn a_number_is_traced_to_its_cells_and_made_again() {
    let checkout = smoked();
    let traced = run(&checkout, &["trace", NUMBER], 0);
    holds(
        &traced,
        &[
            "mean of 'risk-cv' over 2 cells:",
            FIRST,
            "method kernel-ridge on host in f64",
            "code  pipeline/studies/nonsmooth/kernel.rs",
            "crate nalgebra",
        ],
    );
    holds(&traced, &[&format!("made again by: saigen trace '{NUMBER}' --remake --tier smoke --backend flex")]);
    // The data that its cells used lead forward to everything that used them.
    let data = traced.lines().find_map(|line| line.split("  data ").nth(1)).unwrap().split(' ').next().unwrap().to_string();
    holds(&run(&checkout, &["trace", "--from", &data], 0), &["nonsmooth: ", "network-narrow", "kernel", "series", "search"]);
    holds(&run(&checkout, &["trace", NUMBER, "--remake"], 0), &["made again from nothing, 2 cells: the same bits"]);
    holds(
        &run(&checkout, &["trace", "nonsmooth/figures/risk", "--remake"], 0),
        &["drawn of table 'risk', 112 cells", "made again from nothing, 112 cells: the same bits"],
    );
    let document: serde_json::Value = serde_json::from_str(&run(&checkout, &["trace", NUMBER, "--json"], 0)).unwrap();
    assert_eq!(document["cells"].as_array().unwrap().len(), 2);
    assert_eq!(document["cells"][0]["preimage"]["parameters"]["n"], 60);
}

#[test]
fn a_forged_number_is_found_by_making_it_again() {
    let checkout = smoked();
    let cells = format!("{}/nonsmooth/cells.csv", SMOKE[0]);
    let text = checkout.text(&cells);
    let line = text.lines().find(|line| line.starts_with("kernel,")).unwrap();
    let place = |name: &str| {
        let at = text.lines().next().unwrap().split(',').position(|column| column == name).unwrap();
        line.split(',').nth(at).unwrap()
    };
    checkout.edit(&cells, line, &line.replacen(place("risk-cv"), "0.5", 1));
    let number = format!("nonsmooth/risk:experiment=kernel,n={},sigma={},target={}:mean", place("n"), place("sigma"), place("target"));
    let remade = run(&checkout, &["trace", &number, "--remake"], 6);
    holds(&remade, &["is 0.5 on record", "differs: the number is", "made again from nothing, 2 cells: not the same"]);
}

#[test]
fn what_a_trace_cannot_find_is_told_with_what_there_is() {
    let checkout = smoked();
    for (target, words) in [
        ("nonsmooth/risk:n=60:mean", &["28 rows have n=60", "hint: tell them apart by target, sigma, experiment"][..]),
        ("nonsmooth/risk:n=61,experiment=kernel:mean", &["no row has n=61"]),
        ("nonsmooth/risk:1:median", &["table 'risk' has no column 'median'", "hint: its columns: mean, se"]),
        ("nonsmooth/risk:999:mean", &["there is no row 999", "hint: rows are numbered from 1 to 56"]),
        ("nonsmooth/risk:m=3:mean", &["'m=3' names no row"]),
        ("nonsmooth/risc:1:mean", &["has no table 'risc'", "hint: its tables: edge, edge-oracle"]),
        ("nonsmooth/portrait", &["has no figure 'portrait'", "hint: its figures: risk, risk-control, risk-remembered"]),
        ("nothing/risk:1:mean", &["there is no study 'nothing'"]),
    ] {
        holds(&run(&checkout, &["trace", target], 2), words);
    }
}

#[test]
fn a_file_a_crate_and_a_declaration_lead_to_what_depends_on_them() {
    let checkout = smoked();
    let only = |from: &str, experiments: &str| {
        let text = run(&checkout, &["trace", "--from", from], 0);
        assert!(text.contains(&format!(" of {experiments}\n")), "{from}: {text}");
    };
    only("pipeline/studies/nonsmooth/spline.rs", "spline, spline-edge, spline-portrait");
    only("./pipeline/studies/nonsmooth/exponents.rs", "phase");
    only("pipeline/studies/nonsmooth/wavelet.rs", "wavelets, wavelets-edge, wavelets-pieces, wavelets-portrait");
    holds(&run(&checkout, &["trace", "--from", NONSMOOTH], 0), &[&format!("nonsmooth: {CELLS} cells of"), "phase-printed"]);
    holds(&run(&checkout, &["trace", "--from", "pipeline/src/main.rs"], 0), &["no cell depends on 'pipeline/src/main.rs'"]);
}

#[test]
fn collecting_shows_first_and_never_drops_what_the_record_names() {
    let checkout = smoked();
    checkout.edit(NONSMOOTH, "n = [60, 120]", "n = [60, 150]");
    run(&checkout, &["run"], 0);
    let dry = run(&checkout, &["gc"], 0);
    holds(&dry, &["would remove 100 steps", "nothing was changed; --delete does it"]);
    holds(&run(&checkout, &["gc", "--delete"], 0), &["removed 100 steps"]);
    holds(&run(&checkout, &["run"], 0), &["nothing to do"]);
    // The smoke tier is no record: nothing of it must stay.
    holds(&run(&checkout, &["gc", "--keep-record", "--delete"], 0), &["; 0 kept"]);
    holds(&run(&checkout, &["plan"], 3), &[&format!("{CELLS} of {CELLS} cells due")]);
    holds(&run(&checkout, &["gc", "--max-size", "12 parsecs"], 2), &["expected a number of bytes such as 500M or 2G"]);
}
