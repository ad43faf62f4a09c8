//! Kills, damage and rivals: the next run needs no flag.

use crate::{SMOKE, checkout, smoked};
use saigen_tests::Checkout;
use std::process::Command;
use std::time::Duration;

fn objects(checkout: &Checkout) -> Vec<String> {
    checkout.files(&["artifacts/store/v1/objects"]).into_iter().map(|(path, _)| path).collect()
}

/// A checkout whose networks take long enough to be interrupted in.
fn slow() -> Checkout {
    let checkout = checkout();
    let quick = "smoke-parameters = { starts = 3, steps = 150, grid = 50 }";
    checkout.edit(crate::NONSMOOTH, quick, &quick.replace("steps = 150", "steps = 100000"));
    checkout
}

#[test]
fn a_run_killed_at_any_moment_is_resumed() {
    let whole = smoked().files(&SMOKE);
    for milliseconds in [30, 90, 200, 350] {
        let checkout = checkout();
        let mut child = checkout.start(&["run", "--tier", "smoke"]);
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        checkout.run(&["run", "--tier", "smoke"]).exits(0);
        assert_eq!(checkout.files(&SMOKE), whole, "killed after {milliseconds} ms");
        checkout.run(&["doctor"]).exits(0);
    }
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
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
}

#[test]
fn a_damaged_object_is_named_and_its_removal_mends_it() {
    let checkout = smoked();
    let before = checkout.files(&SMOKE);
    // Every object is damaged, so that whichever is read is.
    for path in objects(&checkout) {
        let file = checkout.path(&path);
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, b"not what it was").unwrap();
    }
    let run = checkout.run(&["run", "--tier", "smoke"]).exits(6).says("does not hold what was recorded").says("hint: remove '");
    drop(run);
    for path in objects(&checkout) {
        std::fs::remove_file(checkout.path(&path)).unwrap();
    }
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("110 of 110 cells due");
    assert_eq!(checkout.files(&SMOKE), before);
}

#[test]
fn a_truncated_manifest_re_runs_its_cell_only() {
    let checkout = smoked();
    let manifests = checkout.files(&["artifacts/store/v1/manifests"]);
    let (path, bytes) = manifests.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("\"step\":\"cell\"")).unwrap();
    checkout.write(path, &bytes[..bytes.len() / 2]);
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("1 of 110 cells due").says("(no result yet)");
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let checkout = slow();
    let mut first = checkout.start(&["run", "--tier", "smoke", "--jobs", "1"]);
    std::thread::sleep(Duration::from_millis(400));
    checkout.run(&["run", "--tier", "smoke"]).exits(2).says("is in use by another run").says("hint: wait");
    // Reading is allowed meanwhile.
    checkout.run(&["status", "--tier", "smoke"]).exits(3);
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn a_store_of_a_newer_format_is_refused() {
    let checkout = checkout();
    std::fs::create_dir_all(checkout.path("artifacts/store/v2")).unwrap();
    checkout.run(&["run", "--tier", "smoke"]).exits(2).says("has format 'v2'");
}
