//! Recorded cells computed again, in a store of their own that is gone afterwards.

use super::run::{read_cell, worker};
use crate::project::{Declared, Project};
use saigen_artifacts::Digest;
use saigen_artifacts::cells::Cell;
use saigen_artifacts::store::{Store, Trust};
use saigen_engine::executor::{Event, Options, execute};
use saigen_engine::plan::{CellStep, Plan, Work};
use saigen_engine::stopwatch::Stopwatch;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What came of it.
#[derive(Default)]
pub(super) struct Anew {
    /// The cells that were computed, by key.
    pub(super) cells: BTreeMap<Digest, Cell>,
    /// Those that failed, by name, with the cause.
    pub(super) failed: BTreeMap<String, String>,
}

/// Some steps of a plan as batches, which are whole: cells of one experiment stand beside each other.
pub(super) fn batches<'a>(declared: &Declared, plan: &'a Plan, mut steps: Vec<&'a CellStep>) -> Vec<Work<'a>> {
    steps.sort_by_key(|step| (step.experiment().to_string(), step.number, step.seed));
    plan.batches(declared.study, &steps)
}

/// Runs batches in their order, whatever is stored, until all are done or the time is up.
pub(super) fn anew(project: &Project, work: &[Work<'_>], time: Option<Duration>) -> anyhow::Result<Anew> {
    let folder = std::env::temp_dir().join(format!("saigen-anew-{}", std::process::id()));
    let anew = anew_in(&folder, project, work, time);
    // Nothing of it is needed any more, and nothing is lost where it cannot be removed.
    let _ = std::fs::remove_dir_all(&folder);
    anew
}

fn anew_in(folder: &Path, project: &Project, work: &[Work<'_>], time: Option<Duration>) -> anyhow::Result<Anew> {
    let mut store = Store::open(folder, Trust::Stat)?;
    let jobs = std::thread::available_parallelism().map_or(1, Into::into);
    let options = Options { jobs, keep_going: true, worker: worker(project, None)? };
    let up = AtomicBool::new(false);
    let start = Stopwatch::start();
    let mut clock = |_: Event<'_>| up.store(time.is_some_and(|time| start.elapsed() > time), Ordering::SeqCst);
    let outcome = execute(work, &options, &mut store, &up, &mut clock)?;
    let mut cells = BTreeMap::new();
    for step in work.iter().flat_map(|work| &work.cells) {
        if store.result(&step.key).is_some() {
            cells.insert(step.key, read_cell(&store, step)?);
        }
    }
    Ok(Anew { cells, failed: outcome.failed })
}
