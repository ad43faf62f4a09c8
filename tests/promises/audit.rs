//! A random sample of the record, computed again: what it finds, and that it cannot be foreseen or forged.

use crate::{CELLS, SMOKE, smoked};
use saigen_tests::Checkout;
use serde_json::Value as Json;

/// Runs an audit at smoke tier; gives standard output and errors.
fn audit(checkout: &Checkout, arguments: &[&str], exit: i32) -> String {
    let all: Vec<&str> = ["audit"].iter().chain(arguments).copied().chain(["--tier", "smoke"]).collect();
    let run = checkout.run(&all).exits(exit);
    run.out + &run.err
}

const FILE: &str = "artifacts/out/audit.json";

fn document(checkout: &Checkout) -> Json {
    serde_json::from_str(&checkout.text(FILE)).unwrap()
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "'{word}' is not in\n{text}");
    }
}

#[test]
fn a_sample_is_computed_again_and_its_chances_are_told() {
    let checkout = smoked();
    let told = audit(&checkout, &["--nonce", "a walk by the sea", "--detect", "5%@95%"], 0);
    holds(
        &told,
        &[
            &format!("of {CELLS} recorded cells drawn"),
            "computed again, 0 with other bits",
            "1 wrong: ",
            "so with 95 % confidence fewer than",
        ],
    );
    let first = document(&checkout);
    let names = |document: &Json| document["cells"].as_array().unwrap().iter().map(|cell| cell["name"].to_string()).collect::<Vec<_>>();
    assert_eq!(names(&first).len(), first["drawn"].as_u64().unwrap() as usize);
    // The 16 cells that are five percent would have been seen with the stated probability.
    let chance = first["chances"].as_array().unwrap().iter().find(|chance| chance["wrong"] == 16).unwrap();
    assert!(chance["seen"].as_f64().unwrap() >= 0.95, "{chance}");
    // The same words draw the same cells, and write the same bytes; others draw others.
    let bytes = checkout.text(FILE);
    audit(&checkout, &["--nonce", "a walk by the sea"], 0);
    assert_eq!(checkout.text(FILE), bytes);
    holds(&audit(&checkout, &["--replay", FILE], 0), &["the earlier audit's file says what follows from the record"]);
    audit(&checkout, &["--nonce", "other words", "--cells", "20"], 0);
    let other = document(&checkout);
    assert_eq!(names(&other).len(), 20);
    assert!(!names(&first).starts_with(&names(&other)));
}

#[test]
fn a_wrong_cell_in_the_sample_is_named_with_both_values() {
    let checkout = smoked();
    let cells = format!("{}/nonsmooth/cells.csv", SMOKE[0]);
    let text = checkout.text(&cells);
    let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let line = text.lines().find(|line| line.starts_with("kernel,")).unwrap();
    let fields: Vec<&str> = line.split(',').collect();
    let at = head.iter().position(|column| *column == "risk-cv").unwrap();
    checkout.edit(&cells, line, &line.replacen(fields[at], "0.5", 1));
    // Every cell is looked at, so that this one is.
    let told = audit(&checkout, &["--nonce", "words", "--cells", "9999"], 6);
    holds(&told, &["differs: nonsmooth/kernel/", &format!("risk-cv is 0.5 on record, and {} now", fields[at]), "1 with other bits"]);
    let found = document(&checkout);
    assert_eq!(found["mismatches"].as_array().unwrap().len(), 1);
    assert_eq!(found["drawn"], CELLS);
}

#[test]
fn an_edited_audit_is_refused() {
    let checkout = smoked();
    audit(&checkout, &["--nonce", "words", "--cells", "12"], 0);
    let written = checkout.text(FILE);
    for (from, to, words) in [
        ("\"nonce\": \"words\"", "\"nonce\": \"others\"", "its cells are not those that its nonce draws"),
        ("\"examined\": ", "\"examined\": 1", "its strata are not those of the record"),
        ("\"seen\": 0.", "\"seen\": 0.9", "its chances do not follow from its strata"),
    ] {
        assert!(written.contains(from), "{from}");
        checkout.write(FILE, written.replacen(from, to, 1).as_bytes());
        holds(&audit(&checkout, &["--replay", FILE], 6), &["the earlier audit's file cannot be right", words]);
    }
    checkout.write(FILE, b"{}");
    holds(&audit(&checkout, &["--replay", FILE], 2), &["is no such audit", "hint: give the file that `saigen audit` wrote"]);
}

#[test]
fn what_cannot_be_audited_is_told() {
    let checkout = smoked();
    for (arguments, words) in [
        (&["--cells", "5"][..], "--nonce <WORDS>"),
        (&["--nonce", "words", "--detect", "5"], "expected two percentages such as 5%@95%"),
        (&["--nonce", "words", "--budget", "5"], "expected a time such as 90s, 5m or 1h"),
        (&["--nonce", "words", "--budget", "5m", "--cells", "5"], "cannot be used with"),
        (&["--nonce", "words", "nothing"], "there is no study 'nothing'"),
    ] {
        holds(&audit(&checkout, arguments, 2), &[words]);
    }
    // A record of other code cannot be computed again, and says so before anything runs.
    checkout.edit(crate::NONSMOOTH, "smoke-parameters = { grid = 50 }", "smoke-parameters = { grid = 60 }");
    holds(
        &audit(&checkout, &["--nonce", "words"], 3),
        &["is not of today's code and declaration", "hint: `saigen plan` says what changed"],
    );
}

#[test]
fn a_budget_is_kept() {
    let checkout = smoked();
    let told = audit(&checkout, &["--nonce", "words", "--budget", "2s"], 0);
    holds(&told, &["recorded cells drawn, about", "0 with other bits"]);
    let strata = document(&checkout)["strata"].as_array().unwrap().clone();
    let sum = |name: &str| strata.iter().map(|stratum| stratum[name].as_u64().unwrap()).sum::<u64>();
    assert!(sum("examined") <= sum("drawn") && sum("drawn") <= sum("cells"));
}
