//! Claims read off fresh seeds: what is decided, what is contradicted, and that it can be read again.

use crate::{NONSMOOTH, SMOKE, checkout, smoked};
use saigen_tests::Checkout;
use serde_json::Value as Json;

/// Runs an audit of claims at smoke tier; gives standard output and errors.
fn audit(checkout: &Checkout, arguments: &[&str], exit: i32) -> String {
    let all: Vec<&str> = ["audit", "--claims"].iter().chain(arguments).copied().chain(["--tier", "smoke"]).collect();
    let run = checkout.run(&all).exits(exit);
    run.out + &run.err
}

const FILE: &str = "artifacts/out/audit-claims.json";

fn document(checkout: &Checkout) -> Json {
    serde_json::from_str(&checkout.text(FILE)).unwrap()
}

fn claim<'a>(document: &'a Json, id: &str) -> &'a Json {
    document["claims"].as_array().unwrap().iter().find(|claim| claim["id"] == id).unwrap()
}

/// With a claim that two declared seeds cannot decide, and its opposite.
fn undecided() -> Checkout {
    let checkout = checkout();
    let order = |id: &str, better: &str, than: &str| {
        format!(
            "[[claim]]\nid = \"{id}\"\nstatement = \"s\"\nplace = \"p\"\nsource = \"derived\"\ntier = \"smoke\"\n\
             rule = {{ kind = \"order\", table = \"risk\", of = \"risk-cv\", where = {{ target = \"smooth\", sigma = 0.1 }}, \
             better = \"{better}\", than = [\"{than}\"], expect = \"better\", margin = 0.05 }}\n\n"
        )
    };
    let added = order("smooth-kernel", "kernel", "wavelets") + &order("smooth-wavelets", "wavelets", "kernel");
    checkout.edit(NONSMOOTH, "[[claim]]\nid = \"phase-printed\"", &format!("{added}[[claim]]\nid = \"phase-printed\""));
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    checkout
}

#[test]
fn fresh_seeds_decide_what_the_declared_ones_leave_open() {
    let checkout = undecided();
    let told = audit(&checkout, &["--nonce", "a walk by the sea", "--budget", "1h"], 0);
    assert!(told.contains("5 claims read, 5 settled: 3 as on record, 2 decided that the record leaves open, 0 against it"), "{told}");
    let first = document(&checkout);
    let (for_it, against) = (claim(&first, "smooth-kernel"), claim(&first, "smooth-wavelets"));
    assert_eq!((&for_it["recorded"], &for_it["verdict"]), (&"inconclusive".into(), &"reproduced".into()), "{for_it:#}");
    assert_eq!(against["verdict"], "refuted");
    let estimate = |claim: &Json| claim["parts"][0]["estimate"].as_f64().unwrap();
    assert!(estimate(for_it) > 0.0 && estimate(against) < 0.0);
    assert!(claim(&first, "phase-printed")["why"].as_str().unwrap().contains("unbroken by 20 seeds: at most 27 % of all would break it"));
    // The same words read the same seeds, and write the same bytes; the file can be read again.
    let bytes = checkout.text(FILE);
    audit(&checkout, &["--nonce", "a walk by the sea", "--budget", "1h"], 0);
    assert_eq!(checkout.text(FILE), bytes);
    assert!(audit(&checkout, &["--replay", FILE], 0).contains("comes out again"));
    audit(&checkout, &["--nonce", "other words", "--budget", "1h"], 0);
    assert_ne!(estimate(claim(&document(&checkout), "smooth-kernel")), estimate(for_it));
}

#[test]
fn an_altered_reading_is_found() {
    let checkout = smoked();
    audit(&checkout, &["--nonce", "x", "--budget", "1h"], 0);
    let text = checkout.text(FILE);
    checkout.write(FILE, text.replacen("\"seeds\": 20", "\"seeds\": 25", 1).as_bytes());
    assert!(audit(&checkout, &["--replay", FILE], 6).contains("'nonsmooth/phase-printed' came out differently then"));
    let other = "0123456789abcdef".repeat(4);
    let record = document(&checkout)["studies"]["nonsmooth"].as_str().unwrap().to_string();
    checkout.write(FILE, text.replace(&record, &other).as_bytes());
    assert!(audit(&checkout, &["--replay", FILE], 6).contains("the audit is of another record"));
}

#[test]
fn a_record_that_decided_the_other_way_is_contradicted() {
    let checkout = smoked();
    let cells = format!("{}/nonsmooth/cells.csv", SMOKE[0]);
    let text = checkout.text(&cells);
    // Where the printed condition holds, and the linear bound is made larger than the network's exponent.
    let line = text.lines().find(|line| line.starts_with("phase,0.5,0.5,,5,")).unwrap();
    checkout.edit(&cells, line, &line.replacen(",0.1,", ",0.9,", 1));
    let told = audit(&checkout, &["--nonce", "x", "--budget", "1h"], 5);
    assert!(told.contains("1 against it") || told.contains("2 against it"), "{told}");
    assert_eq!(claim(&document(&checkout), "phase-derived")["recorded"], "refuted");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let checkout = smoked();
    assert!(audit(&checkout, &["--nonce", "x", "--cells", "5"], 2).contains("cannot be used with"));
    assert!(audit(&checkout, &[], 2).contains("--nonce"));
    assert!(audit(&checkout, &["--nonce", "x", "--budget", "soon"], 2).contains("expected a time such as"));
    checkout.run(&["audit", "--nonce", "x", "--cells", "3", "--tier", "smoke"]).exits(0);
    let told = audit(&checkout, &["--replay", "artifacts/out/audit.json"], 2);
    assert!(told.contains("is no such audit") && told.contains("without --claims"), "{told}");
    checkout.edit(NONSMOOTH, "smoke-parameters = { grid = 50 }", "smoke-parameters = { grid = 40 }");
    assert!(audit(&checkout, &["--nonce", "x"], 3).contains("is not of today's code and declaration"));
}
