//! The results of two backends, held against each other.

use crate::{CELLS, NONSMOOTH, SMOKE, smoked};
use saigen_tests::Checkout;
use serde_json::Value as Json;

const OTHER: &str = "artifacts/out/smoke-ndarray/nonsmooth/cells.csv";
const FIGURE: &str = "figures/out/smoke-ndarray/agreement.svg";

/// A checkout with the smoke tier of both backends.
fn both() -> Checkout {
    let checkout = smoked();
    checkout.run(&["run", "--tier", "smoke", "--backend", "ndarray"]).exits(0);
    checkout
}

/// Runs the verb at smoke tier; gives standard output and errors.
fn agree(checkout: &Checkout, arguments: &[&str], exit: i32) -> String {
    let all: Vec<&str> = ["agree", "--tier", "smoke"].iter().chain(arguments).copied().collect();
    let run = checkout.run(&all).exits(exit);
    run.out + &run.err
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "'{word}' is not in\n{text}");
    }
}

/// Puts a value into a column of the other side's first row that begins so; gives what was there.
fn plant(checkout: &Checkout, row: &str, column: &str, value: &str) -> String {
    let text = checkout.text(OTHER);
    let at = text.lines().next().unwrap().split(',').position(|name| name == column).unwrap();
    let line = text.lines().find(|line| line.starts_with(row)).unwrap();
    let mut fields: Vec<&str> = line.split(',').collect();
    let before = std::mem::replace(&mut fields[at], value).to_string();
    assert!(!before.is_empty(), "{column} of {line}");
    checkout.edit(OTHER, line, &fields.join(","));
    before
}

fn column<'a>(document: &'a Json, name: &str, on_host: bool) -> &'a Json {
    let columns = document["studies"][0]["columns"].as_array().unwrap();
    columns.iter().find(|column| column["name"] == name && column["on-host"] == on_host).unwrap()
}

#[test]
fn backends_agree_within_what_is_declared() {
    let checkout = both();
    let told = agree(&checkout, &[], 0);
    holds(&told, &[&format!("nonsmooth: {CELLS} cells on flex and on ndarray"), "as no backend computes them", FIGURE]);
    holds(&told, &["0 columns further apart than is tolerated, 0 verdicts that differ"]);
    let document: Json = serde_json::from_str(&agree(&checkout, &["--json"], 0)).unwrap();
    // Trained networks differ in their last digits, or the backends would be one; a digest does not.
    let trained = column(&document, "loss-train", false);
    assert!(trained["equal"].as_u64() < trained["cells"].as_u64(), "{trained}");
    let worst = trained["relative"]["value"].as_f64().unwrap();
    assert!(worst > 1e-12 && worst < 0.05, "{trained}");
    assert!(trained["relative"]["cell"].as_str().unwrap().starts_with("nonsmooth/network-"), "{trained}");
    for (name, on_host) in [("data", false), ("data", true), ("risk-cv", true), ("fit", true)] {
        let same = column(&document, name, on_host);
        assert_eq!((&same["equal"], &same["holds"]), (&same["cells"], &Json::Bool(true)), "{same}");
    }
    // The figure is the same bytes again, and no result that a run would take away.
    let figure = checkout.text(FIGURE);
    assert!(figure.starts_with("<svg") && figure.contains("Relative differences between flex and ndarray, tier smoke"));
    checkout.run(&["run", "--tier", "smoke", "--backend", "ndarray"]).exits(0).says("nothing to do");
    agree(&checkout, &[], 0);
    assert_eq!(checkout.text(FIGURE), figure);
    // Either side may be named first.
    holds(&agree(&checkout, &["--backend", "ndarray", "--with", "flex"], 0), &["cells on ndarray and on flex"]);
}

#[test]
fn a_planted_difference_is_found_and_named() {
    let checkout = both();
    let before = plant(&checkout, "kernel,", "risk-cv", "0.5");
    let told = agree(&checkout, &[], 5);
    holds(&told, &["risk-cv (host)", "bits: does not hold", "1 column further apart than is tolerated"]);
    holds(&told, &[&format!("worst of risk-cv (host): {before} and 0.5 in nonsmooth/kernel/n=")]);
    // On a backend too, where nothing is tolerated.
    let checkout = both();
    plant(&checkout, "network-rule,", "width-used", "77");
    holds(&agree(&checkout, &[], 5), &["worst of width-used: ", "and 77.0 in nonsmooth/network-rule/n="]);
    let checkout = both();
    plant(&checkout, "network-rule,", "data", "0a");
    holds(&agree(&checkout, &[], 5), &["worst of data: '", "' and '0a' in nonsmooth/network-rule/n="]);
}

#[test]
fn a_tolerance_that_is_too_tight_fails_and_re_runs_nothing() {
    let checkout = both();
    let declared = "loss-train = { relative = 0.05, absolute = 1e-4, share = 0.9 }";
    let results = checkout.files(&SMOKE);
    checkout.edit(NONSMOOTH, declared, "loss-train = { relative = 1e-12 }");
    holds(&agree(&checkout, &[], 5), &["relative 1e-12: does", "worst of loss-train: "]);
    // Where nothing is declared, all bits must be the same.
    checkout.edit(NONSMOOTH, "loss-train = { relative = 1e-12 }", "");
    holds(&agree(&checkout, &[], 5), &["bits: does not hold"]);
    checkout.run(&["plan", "--tier", "smoke"]).exits(0).says(&format!("0 of {CELLS} cells due"));
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("0 cells run").says("0 files written");
    assert_eq!(checkout.files(&SMOKE), results);
}

#[test]
fn a_verdict_that_differs_is_listed() {
    let checkout = both();
    let text = checkout.text(OTHER);
    let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let at = |name: &str| head.iter().position(|column| *column == name).unwrap();
    let printed = text.lines().find(|line| line.starts_with("phase,") && line.split(',').nth(at("printed")) == Some("1")).unwrap();
    plant(&checkout, printed, "linear", "9.0");
    let told = agree(&checkout, &[], 5);
    holds(&told, &["nonsmooth/phase-printed: the verdict is 'reproduced' on flex, and 'refuted' on ndarray", "that differ"]);
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_way_out() {
    let checkout = smoked();
    let way_out = "hint: `saigen run nonsmooth --tier smoke --backend ndarray` makes them";
    holds(&agree(&checkout, &[], 3), &["there are no results of 'nonsmooth' at tier smoke on backend ndarray", way_out]);
    holds(&agree(&checkout, &["--with", "flex"], 2), &["backend 'flex' is held against itself", "hint: name two of"]);
    holds(&agree(&checkout, &["nothing"], 2), &["there is no study 'nothing'"]);
    holds(&agree(&checkout, &["--with", "torch"], 2), &["'torch'"]);
    // Another declaration on one side would be measured as if the backend did it.
    checkout.run(&["run", "--tier", "smoke", "--backend", "ndarray"]).exits(0);
    checkout.edit(NONSMOOTH, "smoke-parameters = { grid = 50 }", "smoke-parameters = { grid = 60 }");
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    let why = "on flex and on ndarray are of different code or declarations: experiment 'kernel': the declaration's 'grid' changed";
    holds(&agree(&checkout, &[], 3), &[why, "hint: run both again"]);
    checkout.edit(NONSMOOTH, "smoke-parameters = { grid = 60 }", "smoke-parameters = { grid = 50 }");
    checkout.edit(NONSMOOTH, "n = [60, 120]", "n = [60, 150]");
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    holds(&agree(&checkout, &[], 3), &["only one of them has cell 'nonsmooth/"]);
}
