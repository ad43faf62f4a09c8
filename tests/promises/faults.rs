//! Kills, damage, rivals and a failing system: the next run needs no flag. The table in
//! tests/README.md is made of these runs.

use crate::{CELLS, SMOKE, checkout, smoked};
use saigen_tests::{Checkout, README, filed, shim};
use std::collections::BTreeSet;
use std::process::{Child, Command};
use std::time::Duration;

const RUN: [&str; 3] = ["run", "--tier", "smoke"];

/// A checkout whose networks take long enough to be interrupted in.
fn slow() -> Checkout {
    let checkout = checkout();
    let quick = "smoke-parameters = { grid = 50, starts = 3, steps = 150 }";
    checkout.edit(crate::NONSMOOTH, quick, &quick.replace("steps = 150", "steps = 100000"));
    checkout
}

/// Processes whose working directory is the checkout: a run and its workers.
fn processes(checkout: &Checkout) -> Vec<String> {
    let here = checkout.path("").canonicalize().unwrap();
    let all = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == here));
    all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Whether everything that ran in the checkout is gone, given a moment.
fn is_quiet(checkout: &Checkout) -> bool {
    (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        processes(checkout).is_empty()
    })
}

/// The cells that a run had reported as done before it was killed.
fn reported(log: &str) -> usize {
    let done = log.lines().filter_map(|line| line.strip_prefix("done ")?.split('/').next()?.parse::<usize>().ok());
    done.max().unwrap_or(0)
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Fifty kills at moments spread over a run, from its start to its end, in an order that mixes them.
#[test]
fn a_run_killed_at_any_of_fifty_moments_is_resumed() {
    let whole = smoked().files(&SMOKE);
    let (mut lost, mut wrong, mut orphans, mut finished) = (0, 0, 0, 0);
    for at in 0..50 {
        let checkout = checkout();
        let log = checkout.path("log");
        let mut child = checkout.start_logged(&RUN, &log);
        // 10 to 598 ms in steps of 12 ms; 17 has no factor with 50.
        std::thread::sleep(Duration::from_millis(10 + 12 * (at * 17 % 50)));
        finished += usize::from(child.try_wait().unwrap().is_some());
        kill(&mut child);
        orphans += usize::from(!is_quiet(&checkout));
        let reported = reported(&std::fs::read_to_string(&log).unwrap());
        std::fs::remove_file(&log).unwrap();
        let due = checkout.run(&["plan", "--tier", "smoke", "--json"]).json()["due"].as_u64().unwrap() as usize;
        lost += (reported + due).saturating_sub(CELLS);
        checkout.run(&RUN).exits(0);
        wrong += usize::from(checkout.files(&SMOKE) != whole);
        checkout.run(&["doctor"]).exits(0);
    }
    assert!(finished < 25, "{finished} of 50 runs had ended before they were killed: nothing was tested");
    let rows = [
        ("reported cells lost", lost),
        ("resumed results with a wrong byte", wrong),
        ("workers left alive", orphans),
        ("flags needed to go on", 0),
    ];
    let table = rows.iter().fold("| after 50 times `kill -9` | number |\n| :-- | --: |\n".to_string(), |text, (what, number)| {
        text + &format!("| {what} | {number} |\n")
    });
    filed(README, "faults", &table);
    assert_eq!((lost, wrong, orphans), (0, 0, 0));
}

#[test]
fn an_interrupt_ends_with_130_and_keeps_what_is_done() {
    let checkout = slow();
    let mut child = checkout.start(&["run", "--tier", "smoke", "--jobs", "1"]);
    std::thread::sleep(Duration::from_millis(700));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    // The lock went with the process, and no temporary file is in the way.
    checkout.run(&["doctor"]).exits(0);
    checkout.edit(crate::NONSMOOTH, "steps = 100000", "steps = 150");
    checkout.run(&RUN).exits(0);
}

#[test]
fn damaged_objects_of_cheap_steps_are_made_again() {
    let checkout = smoked();
    let before = checkout.files(&SMOKE);
    for (path, bytes) in checkout.files(&["artifacts/store/v2/objects"]) {
        std::fs::remove_file(checkout.path(&path)).unwrap();
        // Truncated, as a power loss leaves a file.
        checkout.write(&path, &bytes[..bytes.len() / 2]);
    }
    checkout.run(&["doctor"]).exits(1);
    // The files are there and right: nothing was needed from the store.
    checkout.run(&RUN).exits(0);
    std::fs::remove_dir_all(checkout.path(SMOKE[0])).unwrap();
    checkout.run(&RUN).exits(0).says("0 cells run");
    assert_eq!(checkout.files(&SMOKE), before);
    checkout.run(&["gc", "--delete"]).exits(0);
    checkout.run(&["doctor"]).exits(0);
}

#[test]
fn a_damaged_journal_is_refused_and_collecting_it_loses_its_damaged_lines_only() {
    let checkout = smoked();
    let before = checkout.files(&SMOKE);
    let journal = "artifacts/store/v2/journal-1.ndjson";
    let mut bytes = checkout.read(journal);
    let cell = String::from_utf8(bytes.clone()).unwrap().find("\"cell\":{").unwrap();
    bytes[cell + 400] ^= 4;
    checkout.write(journal, &bytes);
    checkout.run(&RUN).exits(6).says("was altered: line").says("hint: `saigen gc --delete` drops what was altered");
    let dry = checkout.run(&["gc"]).exits(0);
    assert!(dry.out.contains("1 altered line") && dry.err.contains("nothing was changed"), "{}{}", dry.out, dry.err);
    checkout.run(&["gc", "--delete"]).exits(0);
    checkout.run(&RUN).exits(0).says(&format!("1 of {CELLS} cells due"));
    assert_eq!(checkout.files(&SMOKE), before);
}

#[test]
fn a_torn_journal_goes_on_behind_its_last_whole_line() {
    let checkout = smoked();
    let journal = checkout.path("artifacts/store/v2/journal-1.ndjson");
    let whole = std::fs::read(&journal).unwrap();
    let torn = [&whole[..], b"{\"chain\":\"77"].concat();
    std::fs::write(&journal, torn).unwrap();
    checkout.run(&RUN).exits(0).says("nothing to do");
    checkout.run(&["run", "--tier", "smoke", "--force"]).exits(0);
    checkout.run(&["doctor"]).exits(0);
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let checkout = slow();
    let mut first = checkout.start(&["run", "--tier", "smoke", "--jobs", "1"]);
    std::thread::sleep(Duration::from_millis(400));
    checkout.run(&RUN).exits(2).says("is in use by another run").says("hint: wait");
    checkout.run(&["gc", "--delete"]).exits(2).says("is in use by another run");
    // Reading is allowed meanwhile.
    checkout.run(&["status", "--tier", "smoke"]).exits(3);
    kill(&mut first);
}

#[test]
fn a_store_of_a_newer_format_is_refused_and_an_older_one_is_not_read() {
    let checkout = checkout();
    checkout.write("artifacts/store/v1/journal.ndjson", b"{\"what\":\"another format\"}\n");
    checkout.run(&RUN).exits(0).says(&format!("{CELLS} of {CELLS} cells due"));
    let gc = checkout.run(&["gc", "--delete"]).exits(0);
    assert!(gc.out.contains("v1', of an older format"), "{}", gc.out);
    assert!(!checkout.path("artifacts/store/v1").exists());
    std::fs::create_dir_all(checkout.path("artifacts/store/v3")).unwrap();
    checkout.run(&RUN).exits(2).says("has format 'v3', and this version reads only 'v2'");
}

#[test]
fn a_worker_that_dies_costs_its_batch_and_nothing_else() {
    let checkout = checkout();
    // The first worker dies at once; those after it are well.
    let script = "#!/bin/sh\nmkdir once 2>/dev/null && exit 9\nexec \"$@\"\n";
    checkout.write("flaky.sh", script.as_bytes());
    let run = checkout.run(&["run", "--tier", "smoke", "--keep-going", "--jobs", "1", "--through", "sh flaky.sh"]).exits(4);
    run.says("the worker died: exit status: 9").says("2 cells failed");
    let plan = checkout.run(&["plan", "--tier", "smoke"]).exits(3).says(&format!("2 of {CELLS} cells due"));
    assert!(plan.out.contains("(failed before: the worker died: exit status: 9)"), "{}", plan.out);
    checkout.run(&RUN).exits(0).says(&format!("2 of {CELLS} cells due"));
}

/// The disk fills at many moments: what is said is why, what was finished is kept, and with room
/// the next run ends it.
#[test]
fn a_full_disk_is_told_and_costs_nothing_that_was_finished() {
    let whole = smoked().files(&SMOKE);
    let shim = shim();
    let mut due = BTreeSet::new();
    for kilobytes in [0, 1, 20, 60, 90, 150, 400] {
        let checkout = checkout();
        let full = format!("full:{}", kilobytes * 1000);
        let run = checkout.run_with(&RUN, &[("LD_PRELOAD", shim.to_str().unwrap()), ("SAIGEN_SHIM", &full)]).exits(1);
        run.says("No space left on device").says("hint: make room");
        assert!(is_quiet(&checkout));
        due.insert(checkout.run(&["plan", "--tier", "smoke", "--json"]).json()["due"].as_u64().unwrap());
        checkout.run(&RUN).exits(0);
        assert_eq!(checkout.files(&SMOKE), whole, "{kilobytes} kB");
        checkout.run(&["doctor"]).exits(0);
    }
    // It really was filled at different moments.
    assert!(due.len() >= 4, "{due:?}");
}

#[test]
fn a_read_only_store_can_be_looked_at_and_says_why_it_cannot_be_run() {
    let checkout = smoked();
    let shim = shim();
    let read_only = [("LD_PRELOAD", shim.to_str().unwrap()), ("SAIGEN_SHIM", "read-only")];
    for verb in [&["status"][..], &["plan"], &["verify"], &["explain", "nonsmooth/kernel/"], &["claims"]] {
        let all: Vec<&str> = verb.iter().copied().chain(["--tier", "smoke"]).collect();
        checkout.run_with(&all, &read_only).exits(0);
    }
    checkout.run_with(&RUN, &read_only).exits(1).says("Read-only file system").says("hint: make the checkout writable");
}

#[test]
fn a_clock_that_jumps_changes_no_byte_and_hides_no_edit() {
    let checkout = smoked();
    let before = checkout.files(&SMOKE);
    let shim = shim();
    for jump in ["clock:-100000000", "clock:100000000"] {
        let clock = [("LD_PRELOAD", shim.to_str().unwrap()), ("SAIGEN_SHIM", jump)];
        checkout.run_with(&RUN, &clock).exits(0).says("nothing to do");
        checkout.run_with(&["run", "--tier", "smoke", "--force"], &clock).exits(0);
        assert_eq!(checkout.files(&SMOKE), before);
    }
    checkout.run(&RUN).exits(0).says("nothing to do");
    checkout.run(&["doctor"]).exits(0);
}
