//! `saigen export snakemake`: the batches that are due, as a workflow for Snakemake and its executors.
//!
//! A rule is a job: `saigen exec` of as many batches as take the time that was asked for. What it waits
//! for are the files of the inbox; taking them in, and all that follows, is for `saigen run`.

use super::{folder, tell};
use crate::Outcome;
use crate::absent::{self, Absent, absent, lacks};
use crate::cli::Studies;
use crate::exit::{Exit, refuse};
use crate::project::Project;
use crate::say::{self, count};
use saigen_artifacts::Digest;
use saigen_artifacts::store::inbox;
use saigen_engine::Backend;
use saigen_engine::plan::Work;
use serde_json::Value as Json;
use std::path::Path;

/// The most batches of a job: each is 73 bytes of a command line, and Linux takes 128 KiB.
const MOST: usize = 500;

/// Megabytes of memory that a job asks for.
const MEMORY: usize = 2000;

/// Minutes that a job may take at most: by so much more than is expected, and to start in.
const LONGER: f64 = 3.0;
const START: f64 = 5.0;

/// What Snakemake is told beside the workflow: a file of the inbox is whole whenever it is there, so that
/// what a job delivered before it failed stays for `saigen run`; two workflows may run at once; a job is
/// done when its files are there, whatever else it was with, and a shared folder may show them a minute late.
const PROFILE: &str = "ignore-incomplete: true\nkeep-incomplete: true\nlatency-wait: 60\nnolock: true\nrerun-triggers: [mtime]\n";

/// Batches that are run by one command.
struct Job {
    name: String,
    /// The name of its first batch, for people.
    first: String,
    batches: Vec<Digest>,
    /// As measured or, failing that, guessed.
    seconds: f64,
    gpu: bool,
}

pub(super) fn snakemake(project: &Project, studies: &Studies, minutes: f64, to: Option<&Path>, json: bool) -> Outcome {
    let store = project.look()?;
    let (mut jobs, mut all_absent) = (Vec::new(), Absent::new());
    for declared in project.declared(studies)? {
        let plan = project.plan(&declared);
        let due = plan.due(&store);
        let absent = absent(project, &due)?;
        let history = project.history(&declared, &plan, &store)?;
        let mut batches = plan.all_batches(declared.study);
        batches.retain(|work| work.cells.iter().any(|cell| store.result(&cell.key).is_none()) && !lacks(work.cells[0], &absent));
        jobs.extend(group(&batches, |work| history.costs.expected(work).unwrap_or(work.cost), minutes * 60.0));
        all_absent.extend(absent);
    }
    absent::tell(&all_absent);
    let folder = folder(project, to, "snakemake")?;
    let (file, profile) = (format!("{folder}/Snakefile"), format!("{folder}/profiles/default/config.yaml"));
    project.write(&file, workflow(project, &jobs)?.as_bytes())?;
    project.write(&profile, PROFILE.as_bytes())?;
    say::note(format!("due batches: {}, in {}", batches_of(&jobs), count(jobs.len(), "job")));
    tell(&[file, profile], json)
}

/// Batches of a study as jobs, in their order, which is from dear to cheap: until the time is up.
fn group(batches: &[Work<'_>], cost: impl Fn(&Work<'_>) -> f64, limit: f64) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for work in batches {
        let (seconds, gpu) = (cost(work), work.is_on(Backend::Cuda));
        // The newest job of its kind, while there is room in it.
        let room = |job: &&mut Job| job.seconds + seconds <= limit && job.batches.len() < MOST;
        match jobs.iter_mut().rev().find(|job| job.gpu == gpu).filter(room) {
            Some(job) => {
                job.seconds += seconds;
                job.batches.push(work.key());
            }
            None => jobs.push(Job {
                name: format!("{}_{}", work.study().replace('-', "_"), jobs.len() + 1),
                first: work.name(),
                batches: vec![work.key()],
                seconds,
                gpu,
            }),
        }
    }
    jobs
}

fn batches_of(jobs: &[Job]) -> usize {
    jobs.iter().map(|job| job.batches.len()).sum()
}

/// The workflow's text.
fn workflow(project: &Project, jobs: &[Job]) -> anyhow::Result<String> {
    let text = |path: &Path| Ok::<_, std::io::Error>(std::path::absolute(path)?.to_string_lossy().into_owned());
    let (root, inbox) = (text(&project.root)?, text(&inbox::inbox(&project.store()))?);
    if root.contains(['{', '}']) {
        return Err(refuse(Exit::Usage, format!("'{root}' has a brace, which Snakemake takes for a wildcard's"), "move the checkout"));
    }
    let (tier, backend) = (project.tier, project.backend.name());
    let mut command = vec![text(&std::env::current_exe()?)?, "exec".to_string(), "--root".to_string(), root];
    if let Some(data) = &project.data {
        command.extend(["--data-dir".to_string(), text(data)?]);
    }
    command.extend(["--tier", &tier.to_string(), "--backend", backend].map(str::to_string));
    let command: Vec<String> = command.iter().map(|word| word_of(word)).collect();
    let lists: String = jobs.iter().map(list).collect();
    let rules: String = jobs.iter().map(rule).collect();
    let (batches, jobs) = (batches_of(jobs), count(jobs.len(), "job"));
    Ok(format!(
        "# Written by `saigen export snakemake`: the {batches} batches that were due at tier {tier} on {backend}, in {jobs}.\n\
         #   snakemake --snakefile THIS --cores 2                     on this machine\n\
         #   snakemake --snakefile THIS --executor slurm --jobs 100   on a cluster, with that plug-in\n\
         # Then `saigen run` takes in what they gave, and makes tables, claims and figures.\n\n\
         SAIGEN = {}\nINBOX = {}\nJOBS = {{\n{lists}}}\n{FUNCTIONS}{rules}",
        python(&command.join(" ")),
        python(&inbox),
    ))
}

const FUNCTIONS: &str = "

def files(job):
    return [INBOX + \"/\" + batch + \".ndjson\" for batch in JOBS[job]]


def batches(job):
    return \" \".join(\"--batch \" + batch for batch in JOBS[job])


rule all:
    input:
        [file for job in JOBS for file in files(job)],
";

fn list(job: &Job) -> String {
    let others = match job.batches.len() {
        1 => String::new(),
        more => format!(" and {} more", more - 1),
    };
    let keys: String = job.batches.iter().map(|key| format!("        \"{key}\",\n")).collect();
    format!("    # {}{others}\n    \"{}\": [\n{keys}    ],\n", job.first, job.name)
}

fn rule(job: &Job) -> String {
    let (name, runtime) = (&job.name, (job.seconds / 60.0 * LONGER + START).ceil());
    let gpu = if job.gpu { "        gpu=1,\n" } else { "" };
    format!(
        "\n\nrule {name}:\n    output:\n        files(\"{name}\"),\n    params:\n        batches=batches(\"{name}\"),\n    threads: 1\n    \
         resources:\n        mem_mb={MEMORY},\n        runtime={runtime},\n{gpu}    shell:\n        \"{{SAIGEN}} {{params.batches}}\"\n"
    )
}

/// A text as Python's string, which reads JSON's.
fn python(text: &str) -> String {
    Json::from(text).to_string()
}

/// A word as the shell reads it.
fn word_of(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./=+:,@%".contains(character);
    if !text.is_empty() && text.chars().all(plain) { text.to_string() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_and_python_read_back_any_path() {
        assert_eq!(word_of("/a/b-1.c"), "/a/b-1.c");
        assert_eq!(word_of("/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(python(r#"/a"\b"#), r#""/a\"\\b""#);
    }
}
