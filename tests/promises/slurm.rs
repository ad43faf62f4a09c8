//! The workflow on Slurm: jobs are given what the workflow asks for and run on every host, one whose host
//! goes down and one that is cancelled half-way are made good, and the results are those of a plain run.
//! `just slurm` starts a Slurm for it.

use crate::cluster::{EXPORT, snakemake, take_in, there};
use crate::whole;
use saigen_tests::Checkout;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

/// There is no accounting to ask, and so few jobs may be looked at often.
const SLURM: &str = "--executor slurm --jobs 100 --default-resources slurm_partition=other --slurm-keep-successful-logs \
                     --slurm-status-command squeue --slurm-init-seconds-before-status-checks 1";

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

/// A job as Slurm has it.
type Given = BTreeMap<String, String>;

/// The jobs that Slurm had of the workflow in this checkout, oldest first.
fn given(checkout: &Checkout) -> Vec<Given> {
    let field = |field: &str| field.split_once('=').map(|(name, value)| (name.to_string(), value.to_string()));
    let said = slurm("scontrol", &["show", "job", "--oneliner"]);
    let jobs = said.lines().map(|line| line.split_whitespace().filter_map(field).collect());
    // A line that says that there are none is no job.
    jobs.filter(|job: &Given| job.get("WorkDir").is_some_and(|folder| checkout.path("") == Path::new(folder))).collect()
}

impl Asked {
    /// Whether Slurm has this job as that one.
    fn is(&self, given: &Given) -> bool {
        given["Comment"] == format!("rule_{}", self.name)
    }

    fn half_way(&self, checkout: &Checkout) -> bool {
        let delivered = self.files.iter().filter(|file| checkout.path(file).exists()).count();
        (1..self.files.len()).contains(&delivered)
    }
}

/// Disturbs a job that is half-way for the first time, until one is in this state.
fn disturbed<'a>(
    checkout: &Checkout,
    asked: &'a [Asked],
    mut workflow: Child,
    disturb: impl Fn(&Given),
    state: &str,
) -> (Child, &'a Asked) {
    loop {
        assert!(workflow.try_wait().unwrap().is_none(), "it ended before a job could be disturbed half-way");
        std::thread::sleep(Duration::from_millis(10));
        let half_way: Vec<&Asked> = asked.iter().filter(|job| job.half_way(checkout)).collect();
        if half_way.is_empty() {
            continue;
        }
        let running = given(checkout).into_iter().filter(|given| given["JobState"] == "RUNNING" && given["Restarts"] == "0");
        let pair = |given: Given| half_way.iter().find(|job| job.is(&given)).map(|job| (given, *job));
        let Some((given, job)) = running.filter_map(pair).next() else { continue };
        disturb(&given);
        let now = loop {
            let now = slurm("squeue", &["--noheader", "--states=all", "--format=%T", "--jobs", &given["JobId"]]);
            if !["RUNNING", "COMPLETING"].contains(&now.trim()) {
                break now;
            }
        };
        // It may have ended meanwhile.
        if now.trim() == state && job.half_way(checkout) {
            return (workflow, job);
        }
    }
}

#[test]
#[ignore = "needs Slurm"]
fn slurm_gives_the_results_of_a_plain_run_also_after_a_host_went_down_and_a_job_was_cancelled() {
    let checkout = whole();
    checkout.run(&[&EXPORT[..], &["--minutes", "0.2"]].concat()).exits(0);
    let asked = asked(&checkout);
    let options: Vec<&str> = SLURM.split_whitespace().collect();

    let workflow = snakemake(&checkout, &options).spawn().unwrap();
    let down = |job: &Given| drop(slurm("scontrol", &["update", &format!("NodeName={}", job["NodeList"]), "State=DOWN", "Reason=test"]));
    let (workflow, restarted) = disturbed(&checkout, &asked, workflow, down, "PENDING");
    let cancel = |job: &Given| drop(slurm("scancel", &[&job["JobId"]]));
    let (mut workflow, cancelled) = disturbed(&checkout, &asked, workflow, cancel, "CANCELLED");
    assert!(!workflow.wait().unwrap().success());
    // What it had delivered is there for a run to take in.
    assert!(cancelled.half_way(&checkout), "{cancelled:?}");
    assert!(snakemake(&checkout, &options).status().unwrap().success());
    assert_eq!(there(&checkout).len(), asked.iter().map(|job| job.files.len()).sum::<usize>());

    let given = given(&checkout);
    let mut hosts = BTreeSet::new();
    for job in &asked {
        let of: Vec<&Given> = given.iter().filter(|given| job.is(given)).collect();
        let states: Vec<&str> = of.iter().map(|given| given["JobState"].as_str()).collect();
        let expected: &[&str] = if job.name == cancelled.name { &["CANCELLED", "COMPLETED"] } else { &["COMPLETED"] };
        assert_eq!(states, expected, "{job:?}");
        let last = of.last().unwrap();
        assert!(job.name != restarted.name || last["Restarts"] == "1", "{last:?}");
        let limit = format!("{:02}:{:02}:00", job.minutes / 60, job.minutes % 60);
        let was_given = ["NumCPUs", "MinMemoryNode", "TimeLimit", "Partition"].map(|field| last[field].as_str());
        assert_eq!(was_given, ["1", &format!("{}M", job.megabytes), &limit, "other"], "{last:?}");
        // Its batches were run by it: the log that Slurm wrote has a line of each.
        let log = std::fs::read_to_string(&last["StdOut"]).unwrap();
        assert_eq!(log.lines().filter(|line| line.starts_with("done ")).count(), job.files.len(), "{log}");
        hosts.insert(last["NodeList"].clone());
    }
    let all = slurm("sinfo", &["--noheader", "--Node", "--partition=other", "--format=%N"]);
    assert_eq!(hosts, all.lines().map(|host| host.trim().to_string()).collect());
    take_in(&checkout);
}
