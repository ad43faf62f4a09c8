//! `saigen run`: run what is due, then make tables, claims, figures and the report.

use super::record::{from_disk, ledger, overview, shared_files, study_readme};
use super::{claims, plan};
use crate::Outcome;
use crate::absent::{Absent, LeftOut, Results, absent, lacks, recorded};
use crate::cli::{RunArgs, Studies};
use crate::compose::{CODE, Memo as _, Stored, compose};
use crate::exit::{Exit, refuse};
use crate::inbox::take_in;
use crate::progress::Progress;
use crate::project::{Declared, Project};
use crate::say::{self, count};
use anyhow::Context as _;
use saigen_artifacts::cells::{Builder, Cell, Cells};
use saigen_artifacts::store::Store;
use saigen_artifacts::verdict::Ledger;
use saigen_artifacts::{ArtifactError, Digest, Record, digest_of};
use saigen_engine::executor::{Options, execute};
use saigen_engine::plan::{CellStep, Plan, Work, derived};
use saigen_engine::stopwatch::Stopwatch;
use saigen_models::device::device;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a run did.
#[derive(Default)]
pub(super) struct Tally {
    cells: usize,
    stored: usize,
    /// Cells that others had delivered.
    taken_in: usize,
    failed: BTreeMap<String, String>,
    made: usize,
    written: Vec<String>,
    /// Claims whose verdict is another than on disk before: study, claim, before, after.
    differing: Vec<[String; 4]>,
    ledgers: Vec<Ledger>,
    interrupted: bool,
    /// Whether the whole journal was hashed.
    hashed: bool,
    /// Cells that were not run because their data are not here, by study.
    left_out: Vec<LeftOut>,
    /// Whether that is to be told by the exit code.
    strict: bool,
}

pub(super) fn run(project: &Project, args: &RunArgs, json: bool) -> Outcome {
    if args.dry_run {
        return plan::plan(project, &args.studies, json);
    }
    let tally = work(project, args)?;
    if json {
        say::document(&tally.document())?
    } else {
        tally.print()
    }
    Ok(tally.exit())
}

/// Does the work of a run.
pub(super) fn work(project: &Project, args: &RunArgs) -> anyhow::Result<Tally> {
    let declared = project.declared(&args.studies)?;
    device(project.backend.name()).map_err(|message| refuse(Exit::Usage, message, "choose another with --backend"))?;
    let interrupt = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupt);
    ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst))?;
    let mut store = Store::open(&project.store(), project.trust)?;
    let options = Options {
        jobs: args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, Into::into), Into::into),
        keep_going: args.keep_going,
        worker: worker(project, args.through.as_deref())?,
    };
    let done = steps(project, args, &declared, &options, &mut store, &interrupt);
    // Also after an error, which is the one to tell: what was kept need not be read again.
    let closed = store.close();
    let tally = done?;
    closed?;
    Ok(tally)
}

/// The steps of a run: the cells and the files of each study, then what is over all.
fn steps(
    project: &Project,
    args: &RunArgs,
    declared: &[Declared],
    options: &Options,
    store: &mut Store,
    interrupt: &AtomicBool,
) -> anyhow::Result<Tally> {
    let taken_in = take_in(project, store)?;
    let mut tally = Tally { hashed: store.was_read(), taken_in, strict: args.strict, ..Tally::default() };
    // Damaged data are seen before anything runs.
    let mut plans = Vec::new();
    for one in declared {
        let plan = project.plan(one);
        let absent = absent(project, &due(&plan, args.force, store))?;
        plans.push((one, plan, absent));
    }
    for (one, plan, absent) in plans {
        tally.cells += plan.cells.len();
        let failed = tally.failed.len();
        let (without, due): (Vec<_>, Vec<_>) = due(&plan, args.force, store).into_iter().partition(|cell| lacks(cell, &absent));
        tally.interrupted = run_cells(project, one, &plan, (&due, args.force), options, store, interrupt, &mut tally)?;
        if tally.interrupted {
            return Ok(tally);
        }
        if tally.failed.len() == failed {
            let without: Vec<Digest> = without.iter().map(|cell| cell.key).collect();
            write_study(project, one, plan, (&without, &absent), store, &mut tally)?;
        } else if !args.keep_going {
            break;
        }
    }
    if tally.failed.is_empty() {
        let written = write_shared(project, store, &mut tally);
        let outdated = tally.left_out.iter().find(|study| study.results == Results::Untouched);
        match (written, outdated) {
            // Results that were left alone may lack columns of today's declaration.
            (Err(error), Some(study)) if matches!(error.downcast_ref(), Some(ArtifactError::Malformed { .. })) => {
                say::note(format!("the report is left as it is: of {}, {error}", study.study));
            }
            (written, _) => written?,
        }
    }
    Ok(tally)
}

/// The command of a worker, started through another command where one is given.
pub(super) fn worker(project: &Project, through: Option<&str>) -> anyhow::Result<Vec<String>> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let program = text(&std::env::current_exe()?);
    let mut own = vec![program, "worker".to_string(), "--root".to_string(), text(&project.root)];
    if let Some(data) = &project.data {
        own.extend(["--data-dir".to_string(), text(data)]);
    }
    Ok(through.unwrap_or_default().split_whitespace().map(str::to_string).chain(own).collect())
}

/// The cells that a run is asked for.
fn due<'a>(plan: &'a Plan, force: bool, store: &Store) -> Vec<&'a CellStep> {
    if force { plan.cells.iter().collect() } else { plan.due(store) }
}

/// Runs cells of one study. Says whether it was interrupted.
#[expect(clippy::too_many_arguments, reason = "it is one step of a run, with all that the run holds")]
fn run_cells(
    project: &Project,
    declared: &Declared,
    plan: &Plan,
    (due, force): (&[&CellStep], bool),
    options: &Options,
    store: &mut Store,
    interrupt: &AtomicBool,
    tally: &mut Tally,
) -> anyhow::Result<bool> {
    if due.is_empty() {
        return Ok(false);
    }
    let work = plan.batches(declared.study, due);
    let history = project.history(declared, plan, store)?;
    let why = |work: &Work<'_>| if force { "forced".to_string() } else { history.reason(work.cells[0]).to_string() };
    say::note(format!("{}: {} of {} due, {} jobs", plan.study, due.len(), count(plan.cells.len(), "cell"), options.jobs));
    let mut progress = Progress::new(&work, &history.costs, options.jobs);
    let outcome = execute(&work, options, store, interrupt, &mut |event| progress.show(&event, why))?;
    progress.finish();
    tally.stored += outcome.stored;
    tally.failed.extend(outcome.failed);
    Ok(outcome.interrupted)
}

/// Makes and writes the files of one study, if there is a result of every cell: in the store or, of
/// cells whose data are not here, on disk.
fn write_study(
    project: &Project,
    declared: &Declared,
    plan: Plan,
    (left_out, absent): (&[Digest], &Absent),
    store: &mut Store,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let declaration = &declared.declaration;
    let study = &declaration.id;
    let before = ledger(project, study).unwrap_or_default();
    let without: BTreeSet<Digest> = left_out.iter().copied().filter(|key| store.result(key).is_none()).collect();
    let kept = if without.is_empty() { BTreeMap::new() } else { recorded(project, declaration, &without)? };
    if !left_out.is_empty() {
        let results = match (kept.len() == without.len(), &before) {
            (true, _) => Results::Whole,
            (false, Some(_)) => Results::Untouched,
            (false, None) => Results::None,
        };
        let (cells, of, claims) = (left_out.len(), plan.cells.len(), declaration.claims.len());
        tally.left_out.push(LeftOut { study: study.clone(), cells, of, absent: absent.clone(), results, claims });
        if results != Results::Whole {
            return Ok(());
        }
    }
    let mut read = Digest::start(b"");
    for cell in &plan.cells {
        let result = store.result(&cell.key).or_else(|| Some(kept.get(&cell.key)?.record.digest()));
        let result = result.with_context(|| format!("cell '{}' has no result", cell.name()))?;
        read.add(cell.key.bytes());
        read.add(result.bytes());
    }
    let inputs = BTreeMap::from([("cells".to_string(), read.then(b""))]);
    let spec = (&declaration.tables, &declaration.claims, &declaration.figures);
    let preimage = derived("results", &format!("{study}/results"), (plan.tier, plan.backend), &spec, &inputs, CODE);
    let digests = match store.step(&digest_of(&preimage)) {
        Some(step) if restore(project, study, &step.outputs, store, tally)? => step.outputs,
        _ => make(project, declared, plan, &kept, preimage, store, tally)?,
    };
    for stray in project.strays(study, |path| digests.keys().any(|file| project.place(study, file) == path)) {
        std::fs::remove_file(project.root.join(&stray))
            .with_context(|| format!("cannot remove '{stray}', which nothing makes any more"))?;
        tally.written.push(stray);
    }
    let after = ledger(project, study)?.context("the ledger was just written")?;
    for claim in &after.claims {
        let then = before.iter().flat_map(|ledger| &ledger.claims).find(|then| then.id == claim.id);
        if let Some(then) = then.filter(|then| then.verdict != claim.verdict) {
            tally.differing.push([study.clone(), claim.id.clone(), then.verdict.to_string(), claim.verdict.to_string()]);
        }
    }
    tally.ledgers.push(after);
    Ok(())
}

/// Holds the files of a study against the digests that they are known to have, and puts back those
/// that differ. Says whether the store could give them: their step is cheap to make again.
fn restore(project: &Project, study: &str, files: &BTreeMap<String, Digest>, store: &Store, tally: &mut Tally) -> anyhow::Result<bool> {
    for (file, digest) in files {
        let path = project.place(study, file);
        if project.read(&path)?.is_some_and(|bytes| Digest::of(&bytes) == *digest) {
            continue;
        }
        let Ok(bytes) = store.object(digest) else { return Ok(false) };
        project.write(&path, &bytes)?;
        tally.written.push(path);
    }
    Ok(true)
}

/// Composes the files of a study from the records of its cells, keeps and writes them.
fn make(
    project: &Project,
    declared: &Declared,
    plan: Plan,
    kept: &BTreeMap<Digest, Cell>,
    preimage: Json,
    store: &mut Store,
    tally: &mut Tally,
) -> anyhow::Result<BTreeMap<String, Digest>> {
    let watch = Stopwatch::start();
    let (cells, stems) = (stored_cells(declared, &plan, store, kept)?, plan.stems());
    // Composing takes the most memory of all, and has what it needs.
    drop(plan);
    let mut memo = Stored::new(store);
    let composed = compose(&declared.declaration, (project.tier, project.backend), cells, stems, &mut memo)?;
    memo.keep(preimage, &composed.files, watch.elapsed())?;
    tally.made += memo.made;
    for (file, bytes) in &composed.files {
        let path = project.place(&declared.declaration.id, file);
        if project.write(&path, bytes)? {
            tally.written.push(path);
        }
    }
    Ok(composed.files.iter().map(|(file, bytes)| (file.clone(), Digest::of(bytes))).collect())
}

/// All cells of a plan: those that were kept, and the others from the store.
pub(super) fn stored_cells(declared: &Declared, plan: &Plan, store: &Store, kept: &BTreeMap<Digest, Cell>) -> anyhow::Result<Cells> {
    let mut cells = Builder::new(declared.declaration.schema());
    for step in &plan.cells {
        match kept.get(&step.key) {
            Some(cell) => cells.push(cell),
            None => cells.push(&read_cell(store, step)?),
        }
    }
    Ok(cells.finish()?)
}

/// A cell with its record.
pub(super) fn read_cell(store: &Store, cell: &CellStep) -> anyhow::Result<Cell> {
    let bytes = store.record(&cell.key)?;
    let record = Record::from_bytes(&bytes).map_err(anyhow::Error::msg).with_context(|| format!("the record of cell '{}'", cell.name()))?;
    Ok(Cell { key: cell.key, experiment: cell.experiment().to_string(), axes: cell.point(), seed: cell.seed, record })
}

/// Writes what is over all studies, from the results on disk.
fn write_shared(project: &Project, store: &mut Store, tally: &mut Tally) -> anyhow::Result<()> {
    let mut inputs = BTreeMap::new();
    for one in project.declared(&Studies::default())? {
        let id = &one.declaration.id;
        if let Some(lock) = project.read(&project.place(id, "lock.json"))? {
            let declaration = std::fs::read(&one.declaration.file).map_err(ArtifactError::io("read", &one.declaration.file))?;
            inputs.insert(format!("{id}/lock.json"), Digest::of(&lock));
            inputs.insert(format!("{id}/study.toml"), Digest::of(&declaration));
            let readme = study_readme(project, id)?;
            inputs.extend(readme.map(|bytes| (format!("{id}/README.md"), Digest::of(&bytes))));
        }
    }
    let mut memo = Stored::new(store);
    let preimage = derived("report", "report", (project.tier, project.backend), &(), &inputs, CODE);
    let outputs = memo.step(preimage, &mut || overview(project, &from_disk(project, &Studies::default())?))?;
    tally.made += memo.made;
    for (path, bytes) in shared_files(project, &outputs)? {
        if project.write(&path, &bytes)? {
            tally.written.push(path);
        }
    }
    Ok(())
}

impl Tally {
    pub(super) fn exit(&self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if !self.failed.is_empty() {
            Exit::Failed
        } else if !self.differing.is_empty() {
            Exit::Differs
        } else if self.strict && !self.left_out.is_empty() {
            Exit::Undecided
        } else {
            Exit::Done
        }
    }

    /// Whether everything was up to date.
    pub(super) fn is_idle(&self) -> bool {
        self.stored == 0 && self.failed.is_empty() && self.made == 0 && self.written.is_empty()
    }

    pub(super) fn document(&self) -> Json {
        json!({
            "cells": self.cells, "run": self.stored, "taken-in": self.taken_in, "failed": self.failed, "interrupted": self.interrupted, "made": self.made, "journal-hashed": self.hashed,
            "written": self.written, "differing": self.differing, "ledgers": self.ledgers, "left-out": self.left_out, "exit": self.exit() as u8,
        })
    }

    pub(super) fn print(&self) {
        if self.interrupted {
            say::note(format!("interrupted: {} kept; run again to go on", count(self.stored, "finished cell")));
            return;
        }
        let left_out: usize = self.left_out.iter().map(|study| study.cells).sum();
        if self.is_idle() {
            let how = if self.hashed { "every byte hashed" } else { "the journal trusted by its file's times" };
            let cells = count(self.cells - left_out, "cell");
            say::note(format!("nothing to do: {cells} up to date ({how}), and every file of the results is what they give"));
        } else {
            let (cells, steps, files) = (count(self.stored, "cell"), count(self.made, "later step"), count(self.written.len(), "file"));
            say::note(format!("{cells} run, {steps} made, {files} written"));
        }
        claims::print(&self.ledgers);
        self.left_out.iter().for_each(LeftOut::tell);
        for [study, claim, before, after] in &self.differing {
            say::note(format!("{study}/{claim}: the verdict was '{before}', and is now '{after}'"));
        }
        for (name, cause) in &self.failed {
            say::note(format!("error: {name}: {cause}"));
        }
        if !self.failed.is_empty() {
            let hint = "what succeeded is kept; mend the cause and run again, or go on past failures with --keep-going";
            say::note(format!("{} failed\nhint: {hint}", count(self.failed.len(), "cell")));
        }
    }
}
