//! `saigen exec`: whole batches, run here, for a journal that may be written elsewhere.
//!
//! Nothing is changed but the inbox, where a batch's file appears whole or not at all. So it may be asked
//! for twice, at once, and on machines that share no more than the folder.

use crate::Outcome;
use crate::absent::{Absent, absent};
use crate::cli::{ExecArgs, Studies};
use crate::exit::{Exit, refuse};
use crate::project::Project;
use crate::say;
use anyhow::Context as _;
use saigen_artifacts::provenance::Machine;
use saigen_artifacts::store::Store;
use saigen_artifacts::store::inbox::{self, Delivered};
use saigen_artifacts::{Digest, canonical};
use saigen_engine::plan::{CellStep, Plan, Work};
use saigen_models::device::device;
use saigen_studies::studies;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What became of a batch.
enum End {
    /// It was run, and took so long a cell.
    Run(Duration),
    /// Its file was there.
    There,
    /// The store had its cells.
    Stored,
    /// Cells have no result, by name, with the cause.
    Failed(BTreeMap<String, String>),
}

pub(super) fn exec(project: &Project, args: &ExecArgs, json: bool) -> Outcome {
    let declared = project.declared(&Studies::default())?;
    device(project.backend.name()).map_err(|message| refuse(Exit::Usage, message, "choose another with --backend"))?;
    let plans: Vec<(_, Plan)> = declared.iter().map(|one| (one.study, project.plan(one))).collect();
    let batches = plans.iter().flat_map(|(study, plan)| plan.all_batches(*study)).map(|work| (work.key(), work));
    let batches: BTreeMap<Digest, Work<'_>> = batches.collect();
    let wanted: BTreeSet<&Digest> = args.batches.iter().collect();
    let unknown = |key: &&&Digest| !batches.contains_key(**key);
    if let Some(key) = wanted.iter().find(unknown) {
        return Err(refuse(
            Exit::Usage,
            format!("there is no batch '{key}' at tier {} on {}", project.tier, project.backend.name()),
            "its cells' code or declaration may have changed, or --tier and --backend are others: `saigen export snakemake` writes the keys anew",
        ));
    }
    let cells: Vec<&CellStep> = wanted.iter().flat_map(|key| batches[*key].cells.iter().copied()).collect();
    let absent = absent(project, &cells)?;
    // The journal may be elsewhere, or be written to meanwhile: it saves work, and is not needed.
    let store = project.look().ok();
    let (mut run, mut failed) = (Vec::new(), BTreeMap::new());
    for key in &wanted {
        let work = &batches[*key];
        let text = match one(project, (store.as_ref(), &absent), key, work)? {
            End::Run(each) => {
                run.push(**key);
                format!("done    {}  {}", work.name(), say::duration(each * work.cells.len() as u32))
            }
            End::There => format!("there   {}", work.name()),
            End::Stored => format!("stored  {}", work.name()),
            End::Failed(causes) => {
                let cause = causes.values().next().cloned().unwrap_or_default();
                failed.extend(causes);
                format!("failed  {}: {cause}", work.name())
            }
        };
        say::note(text);
    }
    let exit = if failed.is_empty() { Exit::Done } else { Exit::Failed };
    if json {
        say::document(&json!({"batches": wanted.len(), "run": run, "failed": failed, "exit": exit as u8}))?;
    }
    Ok(exit)
}

/// Sees to it that the file of a batch is there, unless a cell fails.
fn one(project: &Project, (store, absent): (Option<&Store>, &Absent), key: &Digest, work: &Work<'_>) -> anyhow::Result<End> {
    let folder = project.store();
    if inbox::file(&folder, key).exists() {
        return Ok(End::There);
    }
    // Who asks waits for the file, also where nothing is to be run.
    if let Some(cells) = store.and_then(|store| stored(store, work)) {
        inbox::deliver(&folder, key, &cells)?;
        return Ok(End::Stored);
    }
    if let Some((set, what)) = absent.iter().find(|(set, _)| work.cells[0].origin.stem.data.contains_key(*set)) {
        let cause = format!("data set '{set}' is not here: {what}");
        return Ok(End::Failed(work.cells.iter().map(|cell| (cell.name(), cause.clone())).collect()));
    }
    let (records, share) = match saigen_engine::run(&studies(), &project.data_sets(), work) {
        Ok(done) => done,
        Err(failed) => return Ok(End::Failed(failed)),
    };
    let made = Machine::look().stamp(share);
    let cells = work.cells.iter().zip(&records);
    let cells = cells.map(|(step, record)| Delivered { key: step.key, record: canonical(record), provenance: made.clone() });
    inbox::deliver(&folder, key, &cells.collect::<Vec<_>>()).with_context(|| format!("batch '{}'", work.name()))?;
    Ok(End::Run(share))
}

/// The cells of a batch as the store has them, if it has them all.
fn stored(store: &Store, work: &Work<'_>) -> Option<Vec<Delivered>> {
    let delivered = |key: &Digest| {
        store.result(key)?;
        let record = String::from_utf8(store.record(key).ok()?).ok()?;
        Some(Delivered { key: *key, record, provenance: store.made(key)? })
    };
    work.cells.iter().map(|step| delivered(&step.key)).collect()
}
