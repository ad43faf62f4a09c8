//! The workflow on Slurm: jobs are given what the workflow asks for and run on every host, one that is
//! cancelled half-way is made good, and the results are those of a plain run. It is run where there is a
//! Slurm: `just slurm` starts one.

use crate::cluster::{EXPORT, snakemake, take_in, there};
use crate::whole;
use saigen_tests::Checkout;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// There is no accounting to ask, and so few jobs may be looked at often.
const SLURM: [&str; 9] = [
    "--executor",
    "slurm",
    "--jobs",
    "100",
    "--slurm-status-command",
    "squeue",
    "--slurm-init-seconds-before-status-checks",
    "1",
    "--slurm-keep-successful-logs",
];

/// A job as the workflow has it.
#[derive(Debug)]
struct Asked {
    name: String,
    /// The files that it is to deliver.
    files: Vec<String>,
    minutes: u64,
    megabytes: u64,
}

/// The jobs of the workflow.
fn asked(checkout: &Checkout) -> Vec<Asked> {
    let text = checkout.text("flow/Snakefile");
    let (lists, rules) = text.split_once("\nrule all:").unwrap();
    let job = |rule: &str| {
        let (name, body) = rule.split_once(':').unwrap();
        let number = |of: &str| body.split_once(of).unwrap().1.split_once(',').unwrap().0.parse().unwrap();
        let list = lists.split_once(&format!("\"{name}\": [")).unwrap().1.split_once(']').unwrap().0;
        let keys = list.split(',').map(|key| key.trim().trim_matches('"')).filter(|key| !key.is_empty());
        let files = keys.map(|key| format!("artifacts/store/v2/inbox/{key}.ndjson")).collect();
        Asked { name: name.to_string(), files, minutes: number("runtime="), megabytes: number("mem_mb=") }
    };
    rules.split("\nrule ").skip(1).map(job).collect()
}

/// What a program of Slurm says.
fn slurm(program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}; `just slurm` starts a Slurm"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every job that Slurm had of the workflow in this checkout.
fn given(checkout: &Checkout) -> Vec<BTreeMap<String, String>> {
    let fields = |line: &str| {
        line.split_whitespace()
            .filter_map(|field| field.split_once('='))
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect()
    };
    let jobs: Vec<BTreeMap<_, _>> = slurm("scontrol", &["show", "job", "--oneliner"]).lines().map(fields).collect();
    jobs.into_iter().filter(|job| checkout.path("") == Path::new(&job["WorkDir"])).collect()
}

#[test]
#[ignore = "needs Slurm"]
fn slurm_gives_the_results_of_a_plain_run_also_after_a_job_was_cancelled() {
    let checkout = whole();
    checkout.run(&[&EXPORT[..], &["--minutes", "0.2"]].concat()).exits(0);
    let asked = asked(&checkout);
    let delivered = |job: &Asked| job.files.iter().filter(|file| checkout.path(file).exists()).count();
    let half_way = |job: &&Asked| (1..job.files.len()).contains(&delivered(job));
    let of = |job: &Asked| format!("rule_{}", job.name);

    let mut first = snakemake(&checkout, &SLURM).spawn().unwrap();
    let cancelled = loop {
        assert!(first.try_wait().unwrap().is_none(), "it ended before a job could be cancelled half-way");
        std::thread::sleep(Duration::from_millis(10));
        let Some(job) = asked.iter().find(half_way) else { continue };
        let id = given(&checkout).into_iter().find(|given| given["Comment"] == of(job)).unwrap()["JobId"].clone();
        slurm("scancel", &[&id]);
        let state = loop {
            let state = slurm("squeue", &["--noheader", "--states=all", "--format=%T", "--jobs", &id]);
            if !["RUNNING", "COMPLETING"].contains(&state.trim()) {
                break state;
            }
        };
        // A short one may have ended before it was told to.
        if state.trim() == "CANCELLED" && half_way(&job) {
            break job;
        }
    };
    assert!(!first.wait().unwrap().success());
    // What it had delivered is there for a run to take in.
    assert!(half_way(&cancelled), "{cancelled:?}");
    assert!(snakemake(&checkout, &SLURM).status().unwrap().success());
    assert_eq!(there(&checkout).len(), asked.iter().map(|job| job.files.len()).sum::<usize>());

    let given = given(&checkout);
    let mut hosts = BTreeSet::new();
    for job in &asked {
        let of: Vec<_> = given.iter().filter(|given| given["Comment"] == of(job)).collect();
        let states: Vec<&str> = of.iter().map(|given| given["JobState"].as_str()).collect();
        let expected: &[&str] = if job.name == cancelled.name { &["CANCELLED", "COMPLETED"] } else { &["COMPLETED"] };
        assert_eq!(states, expected, "{job:?}");
        let last = of.last().unwrap();
        let limit = format!("{:02}:{:02}:00", job.minutes / 60, job.minutes % 60);
        assert_eq!((last["NumCPUs"].as_str(), last["TimeLimit"].as_str()), ("1", limit.as_str()), "{last:?}");
        assert_eq!(last["MinMemoryNode"], format!("{}M", job.megabytes), "{last:?}");
        // Its batches were run by it: the log that Slurm wrote has a line of each.
        let log = std::fs::read_to_string(&last["StdOut"]).unwrap();
        assert_eq!(log.lines().filter(|line| line.starts_with("done ")).count(), job.files.len(), "{log}");
        hosts.insert(last["NodeList"].clone());
    }
    let all = slurm("sinfo", &["--noheader", "--Node", "--format=%N"]);
    assert_eq!(hosts, all.lines().map(|host| host.trim().to_string()).collect());
    take_in(&checkout);
}
