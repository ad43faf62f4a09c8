//! Batches run by themselves, on whatever machine: `exec` delivers each whole or not at all, and the next
//! run takes in what is what it says, and nothing else.

use crate::{CELLS, SMOKE, checkout, smoked, whole};
use saigen_tests::{Checkout, Run};
use serde_json::Value as Json;
use std::time::Duration;

const RUN: [&str; 3] = ["run", "--tier", "smoke"];
const INBOX: &str = "artifacts/store/v2/inbox";
const REFUSED: &str = "artifacts/store/v2/refused";

/// The keys of all batches that are due, by the workflow that is written of them.
fn batches(checkout: &Checkout) -> Vec<String> {
    checkout.run(&["export", "snakemake", "--tier", "smoke", "--to", "flow"]).exits(0);
    let is_key = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    checkout.text("flow/Snakefile").split('"').filter(is_key).map(str::to_string).collect()
}

fn arguments(keys: &[String]) -> Vec<&str> {
    let asked = keys.iter().flat_map(|key| ["--batch", key]);
    ["exec", "--tier", "smoke"].into_iter().chain(asked).collect()
}

fn exec(checkout: &Checkout, keys: &[String]) -> Run {
    checkout.run(&arguments(keys))
}

/// A batch's file.
fn file(key: &str) -> String {
    format!("{INBOX}/{key}.ndjson")
}

/// Another text in a batch's file, with the digest of its last line made to match.
pub(crate) fn forge(checkout: &Checkout, file: &str, from: &str, to: &str) {
    checkout.edit(file, from, to);
    let text = checkout.text(file);
    let (lines, seal) = text.trim_end().rsplit_once('\n').unwrap();
    let lines = format!("{lines}\n");
    checkout.write("lines", lines.as_bytes());
    let sum = checkout.run_other("sha256sum", &["lines"], None).exits(0).out;
    let mut seal: Json = serde_json::from_str(seal).unwrap();
    seal["sha256"] = sum.split_whitespace().next().unwrap().into();
    checkout.write(file, format!("{lines}{seal}\n").as_bytes());
}

#[test]
fn delivered_batches_give_the_results_of_a_plain_run() {
    let checkout = checkout();
    let keys = batches(&checkout);
    let (some, others) = keys.split_at(keys.len() / 2);
    exec(&checkout, others).exits(0);
    exec(&checkout, some).exits(0);
    // Nothing but the inbox was written.
    let inbox: Vec<String> = checkout.files(&["artifacts", "figures"]).into_iter().map(|(path, _)| path).collect();
    let mut expected: Vec<String> = keys.iter().map(|key| file(key)).collect();
    expected.sort();
    assert_eq!(inbox, expected);
    checkout.run(&["plan", "--tier", "smoke"]).exits(3).says(&format!("{CELLS} of {CELLS} cells due"));
    let run = checkout.run(&RUN).exits(0).says(&format!("{CELLS} new cells taken in, of {} files", keys.len()));
    run.says("0 cells run");
    assert_eq!(checkout.files(&SMOKE), smoked().files(&SMOKE));
    assert_eq!(checkout.files(&[INBOX, REFUSED]), []);
    checkout.run(&RUN).exits(0).says("nothing to do");
    checkout.run(&["doctor"]).exits(0);
}

#[test]
fn killed_at_any_moment_a_batch_is_whole_or_not_there() {
    let checkout = checkout();
    let keys = batches(&checkout);
    let (mut half_way, mut there) = (0, 0);
    for at in 0..400 {
        let mut child = checkout.start(&arguments(&keys));
        std::thread::sleep(Duration::from_millis(20 + 7 * (at % 30)));
        child.kill().unwrap();
        child.wait().unwrap();
        let files = checkout.files(&[INBOX]);
        there = files.iter().filter(|(path, _)| path.ends_with(".ndjson")).count();
        half_way += usize::from(there > 0 && there < keys.len());
        checkout.run(&["doctor"]).exits(0);
        if there == keys.len() {
            break;
        }
    }
    assert!(half_way > 0 && there == keys.len(), "{half_way} {there}");
    checkout.run(&RUN).exits(0).says("0 cells run");
    assert_eq!(checkout.files(&SMOKE), smoked().files(&SMOKE));
}

#[test]
fn a_batch_that_is_there_or_stored_is_not_run_again() {
    let checkout = checkout();
    let keys = batches(&checkout);
    exec(&checkout, &keys[..3]).exits(0).says("done    nonsmooth/");
    let first = checkout.files(&[INBOX]);
    let again = exec(&checkout, &keys[..3]).exits(0).says("there   nonsmooth/");
    assert!(!again.err.contains("done"), "{}", again.err);
    // With the time at which they were made.
    assert_eq!(checkout.files(&[INBOX]), first);
    checkout.run(&RUN).exits(0);
    // Whoever waits for the files has them, by the store.
    let stored = exec(&checkout, &keys[..3]).exits(0).says("stored  nonsmooth/");
    assert!(!stored.err.contains("done"), "{}", stored.err);
    assert_eq!(checkout.files(&[INBOX]), first);
    let json = checkout.run(&[&arguments(&keys[..4])[..], &["--json"]].concat()).exits(0).json();
    assert_eq!((&json["batches"], &json["run"]), (&4.into(), &Json::Array(Vec::new())));
    checkout.run(&RUN).exits(0).says("0 new cells taken in, of 4 files in the inbox").says("nothing to do");
}

/// Each alteration of one file is refused by its name, all others are taken in, and the next run computes
/// what is missing.
#[test]
fn what_is_not_what_was_delivered_is_refused_and_named() {
    let plain = smoked().files(&SMOKE);
    type Alter = fn(&Checkout, &str, &str);
    let alterations: [(Alter, &str); 6] = [
        (|checkout, file, _| checkout.edit(file, "{\\\"float\\\":0.", "{\\\"float\\\":1."), "was altered: expected sha256"),
        (|checkout, file, _| checkout.write(file, &checkout.read(file)[..400]), "ends before its last line"),
        (|checkout, file, other| checkout.write(file, &checkout.read(other)), "holds another batch"),
        (|checkout, file, _| forge(checkout, file, "{\\\"float\\\":0.", "{\\\"float\\\":00."), "cannot have given"),
        (|checkout, file, _| forge(checkout, file, "{\\\"data\\\":", "{\\\"date\\\":"), "promises output"),
        (|checkout, file, _| forge(checkout, file, "\"key\":\"", "\"key\":\"0"), "has no cell in line 1"),
    ];
    for (alter, why) in alterations {
        let checkout = checkout();
        let keys = batches(&checkout);
        exec(&checkout, &keys).exits(0);
        let (wrong, other) = (file(&keys[0]), file(&keys[1]));
        alter(&checkout, &wrong, &other);
        let run = checkout.run(&RUN).exits(6).says(why).says(&wrong).says("refused");
        assert!(!checkout.path(SMOKE[0]).exists(), "{}", run.err);
        assert_eq!(checkout.files(&[INBOX]), []);
        assert_eq!(checkout.files(&[REFUSED]).len(), 1);
        let due = checkout.run(&["plan", "--tier", "smoke", "--json"]).exits(3).json()["due"].as_u64().unwrap();
        assert!(due > 0 && due < 10, "{due}");
        checkout.run(&RUN).exits(0);
        assert_eq!(checkout.files(&SMOKE), plain);
        checkout.run(&["gc", "--delete"]).exits(0);
        assert_eq!(checkout.files(&[REFUSED]), []);
    }
}

#[test]
fn other_values_than_the_store_has_are_refused_and_stale_ones_are_put_aside() {
    let checkout = smoked();
    let fresh = crate::checkout();
    let keys = batches(&fresh);
    let before = checkout.files(&SMOKE);
    exec(&checkout, &keys[..1]).exits(0);
    forge(&checkout, &file(&keys[0]), "{\\\"text\\\":\\\"", "{\\\"text\\\":\\\"0");
    checkout.run(&["doctor"]).exits(0);
    checkout.run(&RUN).exits(6).says("holds other values of cell 'nonsmooth/").says(&keys[0]);
    checkout.run(&RUN).exits(0).says("nothing to do");
    assert_eq!(checkout.files(&SMOKE), before);
    // Of a declaration that is another by now.
    exec(&fresh, &keys).exits(0);
    fresh.edit(crate::NONSMOOTH, "n = [60, 120]", "n = [60, 150]");
    fresh.run(&RUN).exits(0).says("is of no batch of today's code and declarations");
    let stale = fresh.files(&[REFUSED]).len();
    assert!(stale > 0 && stale < keys.len() && fresh.files(&[INBOX]).is_empty(), "{stale}");
}

/// Of two batches in one command, that which cannot be run has no file, and the other has.
#[test]
fn a_batch_that_fails_delivers_nothing_and_is_4() {
    let checkout = whole();
    let declaration = "pipeline/studies/causal-direction/study.toml";
    let other = batches(&checkout);
    checkout.edit(declaration, "smoke-data = []", "smoke-data = [\"toy\"]");
    let keys = batches(&checkout);
    let reading = keys.iter().find(|key| !other.contains(key)).unwrap();
    let both = [reading.clone(), keys[0].clone()];
    assert!(other.contains(&keys[0]));
    let data = "datasets/fixtures/toy/cepc_targets.csv";
    let bytes = checkout.read(data);
    std::fs::remove_file(checkout.path(data)).unwrap();
    exec(&checkout, &both).exits(4).says("failed  causal-direction/").says("data set 'toy' is not here");
    assert_eq!(checkout.files(&[INBOX]).into_iter().map(|(path, _)| path).collect::<Vec<_>>(), [file(&keys[0])]);
    checkout.write(data, b"1.0\n");
    exec(&checkout, &both).exits(6).says("cepc_targets.csv' is not the file");
    checkout.write(data, &bytes);
    exec(&checkout, &both).exits(0).says("done    causal-direction/");
}

#[test]
fn what_is_not_asked_for_rightly_is_told() {
    let checkout = checkout();
    let key = "0".repeat(64);
    let refused = checkout.run(&["exec", "--tier", "smoke", "--batch", &key]).exits(2);
    refused.says(&format!("there is no batch '{key}' at tier smoke on flex")).says("hint: ");
    checkout.run(&["exec"]).exits(2).says("--batch <KEY>");
    checkout.run(&["exec", "--batch", "abc"]).exits(2).says("'abc' is not a sha256 digest");
    let smoke = batches(&checkout);
    checkout.run(&["exec", "--batch", &smoke[0]]).exits(2).says("at tier full on flex");
    // A known batch beside an unknown one is not run.
    exec(&checkout, &[smoke[0].clone(), key]).exits(2);
    assert!(!checkout.path("artifacts").exists());
}
