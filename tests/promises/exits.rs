//! Exit codes and refusals of the verbs.

use crate::{CELLS, NONSMOOTH, checkout, smoked};

#[test]
fn work_that_is_due_is_3_and_done_is_0() {
    let checkout = checkout();
    checkout.run(&["plan", "--tier", "smoke"]).exits(3).says(&format!("{CELLS} of {CELLS} cells due"));
    checkout.run(&["status", "--tier", "smoke"]).exits(3);
    checkout.run(&["run", "--tier", "smoke", "--dry-run"]).exits(3);
    checkout.run(&["claims", "--tier", "smoke"]).exits(3).says("hint: `saigen run --tier smoke");
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    checkout.run(&["plan", "--tier", "smoke"]).exits(0).says(&format!("0 of {CELLS} cells due"));
    checkout.run(&["status", "--tier", "smoke"]).exits(0);
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says(&format!("nothing to do: {CELLS} cells up to date"));
}

#[test]
fn wrong_usage_is_2() {
    let checkout = checkout();
    checkout.run(&["rum"]).exits(2);
    checkout.run(&["run", "--tier", "tiny"]).exits(2);
    let refused = checkout.run(&["run", "--tier", "tiny", "--json"]).exits(2).json();
    assert!(refused["error"].as_str().unwrap().contains("'tiny'") && refused["exit"] == 2, "{refused}");
    checkout.run(&["run", "nonsense"]).exits(2).says("there is no study 'nonsense'").says("hint: known: nonsmooth");
    checkout.run(&["explain", "nonsmooth/nothing", "--tier", "smoke"]).exits(2).says("is named 'nonsmooth/nothing'");
    checkout.run(&["list", "--root", "/"]).exits(2).says("'/' is not a checkout of saigen");
    if !cfg!(feature = "cuda") {
        checkout.run(&["run", "--tier", "smoke", "--backend", "cuda"]).exits(2).says("--features cuda");
    }
}

/// A learning rate that makes the network diverge: that is a result. It is on record, no statistic
/// is taken over what is left, and whatever would judge it does not pass.
#[test]
fn a_training_that_diverges_is_recorded_and_judged_as_such() {
    let checkout = checkout();
    checkout.edit(NONSMOOTH, "starts = 2, steps = 4000, batch = 64, rate = 0.01 }", "starts = 2, steps = 4000, batch = 64, rate = 1e30 }");
    // The claim that judges the diverging network is asked at this tier.
    let claim = "id = \"wide-better-low-noise\"";
    let text = checkout.text(NONSMOOTH);
    let at = text.find(claim).unwrap() + text[text.find(claim).unwrap()..].find("tier = \"full\"").unwrap();
    checkout.write(NONSMOOTH, format!("{}tier = \"smoke\"{}", &text[..at], &text[at + 13..]).as_bytes());
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    let cells = checkout.text(&format!("{}/nonsmooth/cells.csv", crate::SMOKE[0]));
    assert_eq!(cells.matches(",no start has a finite loss at the end of training,").count(), 16);
    let table = checkout.text(&format!("{}/nonsmooth/tables/risk.md", crate::SMOKE[0]));
    assert_eq!(table.matches("| 2 of 2 diverged |").count(), 8);
    let ledger = checkout.text(&format!("{}/nonsmooth/claims.json", crate::SMOKE[0]));
    assert!(ledger.contains("training diverged with 2 of 2 seeds"), "{ledger}");
    assert!(ledger.contains("of 6 parts 0 reproduced, 0 refuted, 6 undecided"), "{ledger}");
    checkout.run(&["verify", "--tier", "smoke"]).exits(0);
}

#[test]
fn a_verdict_that_differs_from_the_results_on_disk_is_5() {
    let checkout = smoked();
    let ledger = format!("{}/nonsmooth/claims.json", crate::SMOKE[0]);
    checkout.edit(&ledger, "\"verdict\": \"reproduced\"", "\"verdict\": \"refuted\"");
    let run = checkout.run(&["run", "--tier", "smoke"]).exits(5);
    run.says("nonsmooth/phase-printed: the verdict was 'refuted', and is now 'reproduced'");
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
}

#[test]
fn undecided_claims_are_7_when_strict() {
    let checkout = smoked();
    checkout.run(&["claims", "--tier", "smoke"]).exits(0);
    checkout.run(&["claims", "--tier", "smoke", "--strict"]).exits(7);
}

#[test]
fn a_changed_parameter_says_what_it_re_runs_and_why() {
    let checkout = smoked();
    checkout.edit(NONSMOOTH, "n = [60, 120]", "n = [60, 150]");
    let plan = checkout.run(&["plan", "--tier", "smoke"]).exits(3).says(&format!("80 of {CELLS} cells due"));
    assert!(plan.out.lines().all(|line| line.contains("(n: 120 -> 150)")), "{}", plan.out);
    let explained = checkout.run(&["explain", "nonsmooth/kernel/n=150", "--tier", "smoke"]).exits(3);
    assert!(explained.out.contains("due: the declaration's 'n' changed\n    n: 120 -> 150"), "{}", explained.out);
    assert!(explained.out.contains("    tables  risk, risk-remembered, risk-oracle, tuning\n"), "{}", explained.out);
    let json = checkout.run(&["explain", "nonsmooth/kernel/n=60", "--tier", "smoke", "--json"]).exits(0).json();
    assert_eq!(json["preimage"]["parameters"]["n"], 60);
}

#[test]
fn json_is_one_document_for_every_verb() {
    let checkout = smoked();
    for arguments in [&["list"][..], &["plan"], &["status"], &["claims"], &["verify"], &["report"], &["doctor"], &["run"]] {
        let all: Vec<&str> = arguments.iter().copied().chain(["--tier", "smoke", "--json"]).collect();
        checkout.run(&all).exits(0).json();
    }
}
