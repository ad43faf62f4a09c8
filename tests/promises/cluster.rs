//! The workflow of batches that are due, and what comes of it: the results of a plain run, whatever ran
//! it. Running it is not part of `just test`, because it needs packages of Python; `just cluster` does,
//! and so does CI.

use crate::{SMOKE, checkout, whole, whole_smoked};
use saigen_tests::{Checkout, repository};
use std::process::{Command, Stdio};
use std::time::Duration;

pub(crate) const EXPORT: [&str; 6] = ["export", "snakemake", "--tier", "smoke", "--to", "flow"];
const INBOX: &str = "artifacts/store/v2/inbox";

#[test]
fn the_same_state_gives_the_same_workflow() {
    let checkout = checkout();
    checkout.run(&EXPORT).exits(0);
    let first = checkout.text("flow/Snakefile");
    checkout.run(&EXPORT).exits(0);
    assert_eq!(checkout.text("flow/Snakefile"), first);
    let jobs = |text: &str| text.matches("\n    threads: 1\n").count();
    assert!(first.contains("rule all:") && jobs(&first) == 1 && !first.contains("gpu="), "{first}");
    checkout.run(&[&EXPORT[..], &["--minutes", "0.01"]].concat()).exits(0);
    let shorter = checkout.text("flow/Snakefile");
    assert!(jobs(&shorter) > 1, "{shorter}");
    // The same batches, whatever the jobs.
    let keys = |text: &str| text.lines().filter(|line| line.starts_with("        \"") && line.len() > 70).count();
    assert_eq!(keys(&first), keys(&shorter));
    // On a GPU, what computes there asks for one; what computes on the host does not.
    checkout.run(&[&EXPORT[..], &["--backend", "cuda"]].concat()).exits(0);
    let cuda = checkout.text("flow/Snakefile");
    assert!(cuda.contains(" --backend cuda\"") && cuda.matches("gpu=1,").count() == 1 && jobs(&cuda) == 2, "{cuda}");
    checkout.run(&["run", "--tier", "smoke"]).exits(0);
    checkout.run(&EXPORT).exits(0).says("due batches: 0, in 0 jobs");
}

#[test]
fn what_cannot_be_a_workflow_is_told() {
    let checkout = checkout();
    for minutes in ["0", "-1", "long", "NaN"] {
        checkout.run(&[&EXPORT[..], &[&format!("--minutes={minutes}")]].concat()).exits(2).says("expected a number of minutes");
    }
    checkout.run(&["export", "snakemake", "nothing"]).exits(2).says("there is no study 'nothing'");
    checkout.write("file", b"");
    checkout.run(&["export", "snakemake", "--tier", "smoke", "--to", "file"]).exits(1).says("Not a directory");
}

/// Where `just cluster` puts Snakemake.
const SNAKEMAKE: &str = "target/cluster/bin/snakemake";

/// Snakemake with the exported workflow and these arguments, in a process group of its own.
pub(crate) fn snakemake(checkout: &Checkout, arguments: &[&str]) -> Command {
    use std::os::unix::process::CommandExt as _;
    let program = repository().join(SNAKEMAKE);
    assert!(program.is_file(), "'{SNAKEMAKE}' is missing; `just cluster` makes it");
    let mut command = Command::new(program);
    command.current_dir(checkout.path("")).args(["--snakefile", "flow/Snakefile", "--quiet", "all"]).args(arguments);
    command.stdin(Stdio::null()).process_group(0);
    command
}

const LOCAL: [&str; 2] = ["--cores", "2"];

/// The files that are in the inbox.
pub(crate) fn there(checkout: &Checkout) -> Vec<String> {
    checkout.files(&[INBOX]).into_iter().map(|(path, _)| path).filter(|path| path.ends_with(".ndjson")).collect()
}

/// A run takes in every cell, has none to compute, and the results are those of a plain run.
pub(crate) fn take_in(checkout: &Checkout) {
    let due = checkout.run(&["plan", "--tier", "smoke", "--json"]).exits(3).json()["due"].clone();
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says(&format!("{due} new cells taken in")).says("0 cells run");
    assert_eq!(checkout.files(&SMOKE), whole_smoked().files(&SMOKE));
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("nothing to do");
}

#[test]
#[ignore = "needs the packages of tests/cluster"]
fn snakemake_killed_and_resumed_gives_the_results_of_a_plain_run() {
    let checkout = whole();
    checkout.run(&[&EXPORT[..], &["--minutes", "0.05"]].concat()).exits(0);
    let mut first = snakemake(&checkout, &LOCAL).spawn().unwrap();
    while there(&checkout).is_empty() {
        assert!(first.try_wait().unwrap().is_none(), "it ended before it was killed");
        std::thread::sleep(Duration::from_millis(20));
    }
    // Snakemake and every job of it, as when a machine goes down.
    assert!(Command::new("kill").args(["-9", "--", &format!("-{}", first.id())]).status().unwrap().success());
    first.wait().unwrap();
    assert!(snakemake(&checkout, &LOCAL).status().unwrap().success());
    let files = there(&checkout);
    take_in(&checkout);

    // Asked again, it delivers from the store; one altered file is seen, and the cells stay as they are.
    assert!(snakemake(&checkout, &LOCAL).status().unwrap().success());
    assert_eq!(there(&checkout), files);
    checkout.edit(&files[0], "\"record\":\"{", "\"record\":\"{ ");
    checkout.run(&["run", "--tier", "smoke"]).exits(6).says("was altered").says(&files[0]);
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("nothing to do");
}
