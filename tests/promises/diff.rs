//! What differs between two records, and why.

use crate::{NONSMOOTH, SMOKE, smoked};
use saigen_tests::Checkout;

/// The folder of the smoke results.
fn record(checkout: &Checkout) -> String {
    checkout.path(SMOKE[0]).to_string_lossy().into_owned()
}

/// Compares two records; gives standard output and errors.
fn diff(a: &str, b: &str, exit: i32) -> String {
    let run = crate::checkout().run(&["diff", a, b]).exits(exit);
    run.out + &run.err
}

#[track_caller]
fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "'{word}' is not in\n{text}");
    }
}

#[test]
fn two_records_are_compared_down_to_the_cause() {
    let (checkout, other) = (smoked(), smoked());
    let (first, second) = (record(&checkout), record(&other));
    assert_eq!(diff(&first, &second, 0), "0 studies differ; 0 verdicts that changed or went\n");
    other.edit(NONSMOOTH, "n = [60, 120]\nsigma = [0.1, 0.5]\nseeds = 2", "n = [60, 120]\nsigma = [0.1, 0.5]\nseeds = 1");
    let kernel = "parameters = { copies = 1, grid = 100 }\nsmoke-parameters = { grid = 50 }";
    other.edit(NONSMOOTH, kernel, &kernel.replace("grid = 50", "grid = 60"));
    other.run(&["run", "--tier", "smoke"]).exits(0);
    let told = diff(&first, &second, 0);
    holds(&told, &["\n    kernel: the declaration's 'grid' changed\n        grid: 50 -> 60", "0 added, 80 gone, "]);
    holds(&told, &["column 'risk-cv': ", "by ", " in nonsmooth/kernel/n=", "other bytes in cells.csv", "tables/risk.csv"]);
    holds(&told, &["1 study differs; 0 verdicts that changed or went"]);
    // The other way round, what went is added.
    holds(&diff(&second, &first, 0), &["grid: 60 -> 50", "80 added, 0 gone, "]);
}

#[test]
fn a_claim_that_changed_is_told_before_and_after() {
    let (checkout, other) = (smoked(), smoked());
    let (first, second) = (record(&checkout), record(&other));
    let ledger = format!("{}/nonsmooth/claims.json", SMOKE[0]);
    // What a claim says may change without its verdict.
    let text = other.text(&ledger);
    let statement = text.lines().find(|line| line.contains("\"statement\"")).unwrap().to_string();
    other.edit(&ledger, &statement, "      \"statement\": \"another\",");
    holds(&diff(&first, &second, 0), &["statement: '", "' -> 'another'", "0 verdicts that changed"]);
    other.edit(&ledger, "\"claimed\": \"above 0 on every row\"", "\"claimed\": \"above 1 on every row\"");
    holds(&diff(&first, &second, 0), &["part 'linear < network': 'above 0 on every row' -> 'above 1 on every row'"]);
    other.edit(&ledger, "\"verdict\": \"reproduced\"", "\"verdict\": \"refuted\"");
    holds(&diff(&first, &second, 5), &["nonsmooth/phase-printed: verdict: 'reproduced' -> 'refuted'", "1 verdict that changed or went"]);
    // A claim that is no more has lost its verdict; a new one takes none away.
    other.write(&ledger, checkout.text(&ledger).replace("\"id\": \"phase-printed\"", "\"id\": \"phase-new\"").as_bytes());
    let told = diff(&first, &second, 5);
    holds(&told, &["nonsmooth/phase-printed: verdict: 'reproduced' -> nothing", "nonsmooth/phase-new: verdict: nothing -> 'reproduced'"]);
    holds(&told, &["1 verdict that changed or went"]);
}

#[test]
fn a_value_under_its_own_key_is_told_apart_from_a_new_computation() {
    let (checkout, other) = (smoked(), smoked());
    let (first, second) = (record(&checkout), record(&other));
    let cells = format!("{}/nonsmooth/cells.csv", SMOKE[0]);
    let text = other.text(&cells);
    let at = text.lines().next().unwrap().split(',').position(|column| column == "risk-cv").unwrap();
    let line = text.lines().find(|line| line.starts_with("kernel,")).unwrap();
    let value = line.split(',').nth(at).unwrap();
    other.edit(&cells, line, &line.replacen(value, "0.5", 1));
    let told = diff(&first, &second, 0);
    holds(
        &told,
        &["1 cell of the same key with other values: computed wrongly, or altered", &format!("{value} and 0.5 in nonsmooth/kernel/n=")],
    );
    let document = crate::checkout().run(&["diff", &first, &second, "--json"]).exits(0).json();
    let study = &document["studies"][0];
    assert_eq!((&study["cells"]["changed"], &study["columns"][0]["name"]), (&1.into(), &"risk-cv".into()), "{document}");
}

#[test]
fn a_checkout_stands_for_its_record_and_what_is_none_is_refused() {
    let (checkout, other) = (smoked(), crate::checkout());
    let (first, root) = (record(&checkout), other.path("").to_string_lossy().into_owned());
    for (file, bytes) in checkout.files(&[SMOKE[0]]) {
        other.write(&file.replace(SMOKE[0], "artifacts/record"), &bytes);
    }
    holds(&diff(&first, &root, 0), &["0 studies differ"]);
    holds(&diff(&format!("{first}/nonsmooth"), &root, 0), &["0 studies differ"]);
    std::fs::rename(other.path("artifacts/record/nonsmooth"), other.path("artifacts/nonsmooth")).unwrap();
    holds(&diff(&first, &root, 2), &["holds no record", "hint: name a checkout"]);
    holds(&diff(&first, "HEAD~1", 2), &["'HEAD~1' is not a folder", "`git worktree add"]);
    let lock = format!("{}/nonsmooth/lock.json", SMOKE[0]);
    checkout.edit(&lock, "\"schema\": 2", "\"schema\": 2, \"more\": 3");
    holds(&diff(&first, &first, 6), &["lock.json", "unknown field `more`"]);
}
