//! `saigen exec`: whole batches, run here, for a journal that may be written elsewhere.
//!
//! Nothing is changed but the inbox, where a batch's file appears whole or not at all. So it may be asked
//! for twice, at once, and on machines that share no more than the folder; or, with a store that is
//! shared, not even that.

use crate::Outcome;
use crate::absent::{Absent, absent};
use crate::cli::{ExecArgs, Studies};
use crate::exit::{Exit, refuse};
use crate::inbox::{hold, pair};
use crate::project::Project;
use crate::remote::batch::{self, Sent, stored};
use crate::remote::{Answer, Remote, Troubles, get};
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

/// What to do about an object that is not to be believed.
const WAY_OUT: &str =
    "objects are put and never replaced: who owns the store removes what is wrong there, and then the same command puts it anew";

/// What became of a batch.
enum End {
    /// It was run, and took so long a cell.
    Run(Duration),
    /// It was there, where it is to go.
    There,
    /// The store had its cells.
    Stored,
    /// What is in the shared store is not to be believed, or it cannot be asked.
    Troubled(Troubles),
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
    let mut remote = args.store.as_deref().map(Remote::open).transpose()?;
    let (mut run, mut failed, mut troubles) = (Vec::new(), BTreeMap::new(), Troubles::default());
    for key in &wanted {
        let work = &batches[*key];
        let text = match one(project, (store.as_ref(), &absent), remote.as_mut(), key, work)? {
            End::Run(each) => {
                run.push(**key);
                format!("done    {}  {}", work.name(), say::duration(each * work.cells.len() as u32))
            }
            End::There => format!("there   {}", work.name()),
            End::Stored => format!("stored  {}", work.name()),
            End::Troubled(found) => {
                troubles.extend(found);
                format!("failed  {}: it is not in the shared store", work.name())
            }
            End::Failed(causes) => {
                let cause = causes.values().next().cloned().unwrap_or_default();
                failed.extend(causes);
                format!("failed  {}: {cause}", work.name())
            }
        };
        say::note(text);
    }
    troubles.end(WAY_OUT)?;
    let exit = if failed.is_empty() { Exit::Done } else { Exit::Failed };
    if json {
        say::document(&json!({"batches": wanted.len(), "run": run, "failed": failed, "exit": exit as u8}))?;
    }
    Ok(exit)
}

/// Sees to it that a batch is in the inbox, or in the store that is shared, unless a cell fails.
fn one(
    project: &Project,
    (store, absent): (Option<&Store>, &Absent),
    mut remote: Option<&mut Remote>,
    key: &Digest,
    work: &Work<'_>,
) -> anyhow::Result<End> {
    let there = match &mut remote {
        Some(remote) => look(remote, store, key, work)?,
        None => inbox::file(&project.store(), key).exists().then_some(End::There),
    };
    if let Some(end) = there {
        return Ok(end);
    }
    // Who asks waits for the batch, also where nothing is to be run.
    if let Some(cells) = store.and_then(|store| stored(store, work)) {
        return deliver(project, remote, work, &cells, End::Stored);
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
    deliver(project, remote, work, &cells.collect::<Vec<_>>(), End::Run(share))
}

/// Whether a batch is in the store that is shared, and what the plan and the store here say it may be.
fn look(remote: &mut Remote, store: Option<&Store>, key: &Digest, work: &Work<'_>) -> anyhow::Result<Option<End>> {
    let name = batch::name(key);
    let mut troubles = Troubles::default();
    match remote.one(&name, get(&name))? {
        Answer::Absent => return Ok(None),
        Answer::Got(text) => {
            let cells = inbox::parse(key, &text).and_then(|cells| pair(&work.cells, cells));
            match cells.and_then(|cells| store.map_or(Ok(Vec::new()), |store| hold(cells, store))) {
                Ok(_) => return Ok(Some(End::There)),
                Err(why) => troubles.wrong(remote, &name, &why),
            }
        }
        answer => troubles.other(remote, &name, answer),
    }
    Ok(Some(End::Troubled(troubles)))
}

/// Delivers a batch, to the inbox or to the store that is shared.
fn deliver(project: &Project, remote: Option<&mut Remote>, work: &Work<'_>, cells: &[Delivered], end: End) -> anyhow::Result<End> {
    let Some(remote) = remote else {
        inbox::deliver(&project.store(), &work.key(), cells).with_context(|| format!("batch '{}'", work.name()))?;
        return Ok(end);
    };
    let Sent { troubles, .. } = batch::deliver(remote, &[work], &|_| Ok(cells.to_vec()))?;
    Ok(if troubles.none() { end } else { End::Troubled(troubles) })
}
