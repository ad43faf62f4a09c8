//! Wrong declarations: everything at once, with file, line, value and the way out; exit 2.

use crate::{NONSMOOTH, checkout};

/// Edits the declaration and expects these words in the refusal.
#[track_caller]
fn refused(from: &str, to: &str, words: &[&str]) {
    let checkout = checkout();
    checkout.edit(NONSMOOTH, from, to);
    let text = checkout.text(NONSMOOTH);
    let run = checkout.run(&["plan", "--tier", "smoke"]).exits(2);
    for word in words {
        assert!(run.err.contains(word), "'{word}' is not in\n{}", run.err);
    }
    // The line that is named is the line that was edited, or the head of its table.
    let lines: Vec<usize> = run.err.lines().filter_map(|line| line.split("study.toml:").nth(1)?.split(':').next()?.parse().ok()).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| (1..=text.lines().count()).contains(line)), "{}", run.err);
}

#[test]
fn a_wrong_field() {
    refused(
        "label = \"Gaussian kernel ridge\"\nmethod",
        "labell = \"Gaussian kernel ridge\"\nmethod",
        &["experiment['kernel'].labell: unknown field", "hint: did you mean 'label'?", "field 'label' is missing"],
    );
}

#[test]
fn a_wrong_type() {
    refused(
        "seeds = 20",
        "seeds = \"twenty\"",
        &["study.toml:24: grid.risk.full.seeds: expected a whole number of 1 or more, found the string 'twenty'"],
    );
}

#[test]
fn an_unknown_column() {
    refused(
        "y = \"geometric-mean\"",
        "y = \"geometric-main\"",
        &["figure['risk'].y: the table has no column 'geometric-main'", "did you mean 'geometric-mean'?"],
    );
}

#[test]
fn an_empty_grid() {
    refused(
        "n = [100, 200, 400, 800, 1600]",
        "n = []",
        &["study.toml:22: grid.risk.full.n: the axis is empty", "hint: give it at least one value"],
    );
}

#[test]
fn a_value_out_of_range_and_a_missing_parameter() {
    refused(
        "parameters = { width = 3, hidden = 3, starts = 10,",
        "parameters = { width = 0, hidden = 3,",
        &["'width' at tier full expects a whole number from 1 to 1024, found '0'", "the method needs the parameter 'starts'"],
    );
}

#[test]
fn unknown_names_across_the_file() {
    refused(
        "method = \"kernel-ridge\"\ngrid = \"risk\"",
        "method = \"kernel-rigde\"\ngrid = \"risc\"",
        &["has no method 'kernel-rigde'", "did you mean 'kernel-ridge'?", "there is no [grid.risc]", "did you mean 'risk'?"],
    );
    refused(
        "than = [\"kernel\", \"spline\", \"series\"]",
        "than = [\"kernels\"]",
        &["claim['narrow-better-low-noise'].rule.than: table 'risk' has no experiment 'kernels'"],
    );
    refused("statistic = \"mean\"", "statistic = \"average\"", &["'average' is not a statistic"]);
}

#[test]
fn what_is_not_toml() {
    refused("seeds = 20", "seeds = = 20", &["study.toml:24:", "not TOML"]);
}

#[test]
fn all_problems_are_told_at_once_and_as_json_too() {
    let checkout = checkout();
    checkout.edit(NONSMOOTH, "seeds = 20", "seeds = 0");
    checkout.edit(NONSMOOTH, "kind = \"heat-maps\"", "kind = \"heat-map\"");
    checkout.edit(NONSMOOTH, "id = \"phase-derived\"", "id = \"phase-printed\"");
    let run = checkout.run(&["plan", "--json"]).exits(2);
    let told = run.json();
    let message = told["error"].as_str().unwrap();
    for word in ["grid.risk.full.seeds", "'heat-map' is not known", "the id 'phase-printed' is used twice"] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(told["exit"], 2);
}
