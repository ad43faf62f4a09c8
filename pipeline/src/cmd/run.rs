//! `saigen run`: run what is due, then make tables, claims, figures and the report.

use super::record::{from_disk, shared_files};
use super::{claims, plan};
use crate::Outcome;
use crate::cli::{RunArgs, Studies};
use crate::compose::{Composed, Source, Stored, compose};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::project::{Declared, Project};
use crate::say::{self, count};
use anyhow::Context as _;
use saigen_artifacts::Record;
use saigen_artifacts::cells::Cell;
use saigen_artifacts::store::Store;
use saigen_artifacts::verdict::Ledger;
use saigen_engine::executor::{Options, execute};
use saigen_engine::explain::{Reason, reason};
use saigen_engine::plan::{Plan, Work};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a run did, for its last lines and for JSON.
#[derive(Default)]
struct Tally {
    cells: usize,
    stored: usize,
    failed: BTreeMap<String, String>,
    made: usize,
    written: Vec<String>,
    /// Claims whose verdict is another than on disk before: study, claim, before, after.
    differing: Vec<[String; 4]>,
    ledgers: Vec<Ledger>,
}

pub(super) fn run(project: &Project, args: &RunArgs, json: bool) -> Outcome {
    if args.dry_run {
        return plan::plan(project, &args.studies, json);
    }
    let declared = project.declared(&args.studies)?;
    saigen_models::device::device(project.backend.name())
        .map_err(|message| crate::exit::refuse(Exit::Usage, message, "choose another with --backend"))?;
    let interrupt = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupt);
    ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst))?;
    let mut store = Store::open(&project.store())?;
    let options = Options {
        jobs: args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, Into::into), Into::into),
        keep_going: args.keep_going,
        worker: vec![std::env::current_exe()?.to_string_lossy().into_owned(), "worker".to_string()],
    };
    let mut tally = Tally::default();
    for one in &declared {
        let plan = project.plan(one);
        tally.cells += plan.cells.len();
        let interrupted = run_cells(one, &plan, args.force, &options, &mut store, &interrupt, &mut tally)?;
        store.remember_plan(&plan.study, plan.names())?;
        if interrupted {
            say::note(format!("interrupted: {} kept; run again to go on", count(tally.stored, "finished cell")));
            return Ok(Exit::Interrupted);
        }
        if plan.cells.iter().any(|cell| tally.failed.contains_key(&cell.name)) {
            if !args.keep_going {
                break;
            }
            continue;
        }
        if tally.failed.is_empty() || args.keep_going {
            write_study(project, one, &plan, &mut store, &mut tally)?;
        }
    }
    if tally.failed.is_empty() {
        write_shared(project, &mut tally)?;
    }
    finish(project, &tally, json)
}

/// Runs the cells of one study that are due. Says whether it was interrupted.
fn run_cells(
    declared: &Declared,
    plan: &Plan,
    force: bool,
    options: &Options,
    store: &mut Store,
    interrupt: &AtomicBool,
    tally: &mut Tally,
) -> anyhow::Result<bool> {
    let due: Vec<_> = plan.cells.iter().filter(|cell| force || store.get(&cell.key).is_none()).collect();
    if due.is_empty() {
        return Ok(false);
    }
    let work = plan.batches(&declared.declaration, declared.study, &due);
    let known = store.last_plan(&plan.study);
    let reasons: BTreeMap<String, Reason> = work.iter().map(|work| (work.name(), reason(work.cells[0], &known, store))).collect();
    let why = |work: &Work<'_>| if force { "forced".to_string() } else { reasons[&work.name()].to_string() };
    say::note(format!("{}: {} of {} due, {} jobs", plan.study, due.len(), count(plan.cells.len(), "cell"), options.jobs));
    let mut progress = Progress::new(&work);
    let outcome = execute(&work, options, store, interrupt, &mut |event| progress.show(&event, why))?;
    progress.finish();
    tally.stored += outcome.stored;
    tally.failed.extend(outcome.failed);
    Ok(outcome.interrupted)
}

/// Makes and writes the files of one study.
fn write_study(project: &Project, declared: &Declared, plan: &Plan, store: &mut Store, tally: &mut Tally) -> anyhow::Result<()> {
    let study = &plan.study;
    let before = claims::ledger(project, study).unwrap_or_default();
    let composed = from_store(project, declared, plan, store, tally)?;
    for (file, bytes) in &composed.files {
        let path = project.place(study, file);
        if project.write(&path, bytes)? {
            tally.written.push(path);
        }
    }
    for stray in project.strays(study, |path| composed.files.keys().any(|file| project.place(study, file) == path)) {
        std::fs::remove_file(project.root.join(&stray))
            .with_context(|| format!("cannot remove '{stray}', which nothing makes any more"))?;
        tally.written.push(stray);
    }
    for after in &composed.ledger.claims {
        let then = before.iter().flat_map(|ledger| &ledger.claims).find(|claim| claim.id == after.id);
        if let Some(then) = then.filter(|then| then.verdict != after.verdict) {
            tally.differing.push([study.clone(), after.id.clone(), then.verdict.to_string(), after.verdict.to_string()]);
        }
    }
    tally.ledgers.push(composed.ledger);
    Ok(())
}

fn from_store(project: &Project, declared: &Declared, plan: &Plan, store: &mut Store, tally: &mut Tally) -> anyhow::Result<Composed> {
    let mut digests = BTreeMap::new();
    for cell in &plan.cells {
        let manifest = store.get(&cell.key).with_context(|| format!("cell '{}' has no result", cell.name))?;
        digests.insert(cell.key.to_string(), manifest.outputs["record"]);
    }
    // Records are read through a second look at the same store: the memo holds the first.
    let reader = Store::look(&project.store())?;
    let read = || plan.cells.iter().map(|cell| read_cell(&reader, cell, &digests)).collect::<anyhow::Result<Vec<_>>>();
    let source = Source::Records { digests: &digests, read: &read };
    let mut memo = Stored::new(store);
    let composed = compose(&declared.declaration, project.tier, project.backend, &source, &mut memo)?;
    tally.made += memo.made;
    Ok(composed)
}

fn read_cell(
    store: &Store,
    cell: &saigen_engine::plan::CellStep,
    digests: &BTreeMap<String, saigen_artifacts::Digest>,
) -> anyhow::Result<Cell> {
    let bytes = store.object(&digests[&cell.key.to_string()])?;
    let record = Record::from_bytes(&bytes).map_err(anyhow::Error::msg).with_context(|| format!("the record of cell '{}'", cell.name))?;
    Ok(Cell { key: cell.key, experiment: cell.experiment.clone(), axes: cell.point.clone(), seed: cell.seed, record })
}

/// Writes what is over all studies, from the results on disk.
fn write_shared(project: &Project, tally: &mut Tally) -> anyhow::Result<()> {
    let all = project.declared(&Studies::default())?;
    // Nothing changed, and the report is there: it was made from the same bytes.
    if tally.written.is_empty() && tally.made == 0 && project.read(&project.report())?.is_some() {
        return Ok(());
    }
    let mut composed = Vec::new();
    for declared in &all {
        composed.extend(from_disk(project, declared)?.map(|composed| (declared, composed)));
    }
    let pairs: Vec<_> = composed.iter().map(|(declared, composed)| (*declared, composed)).collect();
    for (path, bytes) in shared_files(project, &pairs)? {
        if project.write(&path, &bytes)? {
            tally.written.push(path);
        }
    }
    Ok(())
}

fn finish(project: &Project, tally: &Tally, json: bool) -> Outcome {
    let exit = match (tally.failed.is_empty(), tally.differing.is_empty() || !project.is_record()) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Differs,
        (true, true) => Exit::Done,
    };
    if json {
        say::document(&json!({
            "cells": tally.cells, "run": tally.stored, "failed": tally.failed, "made": tally.made, "written": tally.written,
            "differing": tally.differing, "ledgers": tally.ledgers, "exit": exit as u8,
        }))?;
        return Ok(exit);
    }
    if tally.stored == 0 && tally.failed.is_empty() && tally.made == 0 && tally.written.is_empty() {
        say::note(format!("nothing to do: {} up to date, and every file of the results is what they give", count(tally.cells, "cell")));
    } else {
        say::note(format!(
            "{} run, {} made, {} written",
            count(tally.stored, "cell"),
            count(tally.made, "later step"),
            count(tally.written.len(), "file")
        ));
    }
    tally.ledgers.iter().for_each(claims::print);
    for [study, claim, before, after] in &tally.differing {
        say::note(format!("{study}/{claim}: the verdict was '{before}', and is now '{after}'"));
    }
    for (name, cause) in &tally.failed {
        say::note(format!("error: {name}: {cause}"));
    }
    if !tally.failed.is_empty() {
        let hint = "what succeeded is kept; mend the cause and run again, or go on past failures with --keep-going";
        say::note(format!("{} failed\nhint: {hint}", count(tally.failed.len(), "cell")));
    }
    Ok(exit)
}
