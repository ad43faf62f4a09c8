//! What other processes delivered, to the inbox or to a store that is shared: held against today's plans,
//! and taken into the journal.

use crate::cli::Studies;
use crate::exit::{Exit, refuse};
use crate::project::Project;
use crate::say::{self, count};
use saigen_artifacts::store::Store;
use saigen_artifacts::store::inbox::{self, Delivered};
use saigen_artifacts::{Digest, Record, canonical};
use saigen_engine::Backend;
use saigen_engine::declaration::Tier;
use saigen_engine::plan::{CellStep, Plan};
use std::collections::BTreeMap;

/// Takes in what waits: cells that the store has no result of go into its journal. Says how many cells
/// were new. What is not whole, or not what its batch may have given, is moved aside.
///
/// # Errors
/// Files were refused; all others were taken in before. Or the file system refuses.
pub(crate) fn take_in(project: &Project, store: &mut Store) -> anyhow::Result<usize> {
    let folder = project.store();
    let waiting = inbox::waiting(&folder);
    if waiting.is_empty() {
        return Ok(0);
    }
    // Of every tier and backend: whoever delivers them need not know which of them is run next.
    let declared = project.declared(&Studies::default())?;
    let shelves = Tier::ALL.into_iter().flat_map(|tier| Backend::ALL.map(|backend| (tier, backend)));
    let plans: Vec<(_, Plan)> = shelves
        .flat_map(|(tier, backend)| declared.iter().map(move |one| (one.study, Plan::new(&one.declaration, one.study, tier, backend))))
        .collect();
    let batches: BTreeMap<Digest, Vec<&CellStep>> =
        plans.iter().flat_map(|(study, plan)| plan.all_batches(*study)).map(|work| (work.key(), work.cells)).collect();
    let (mut new, mut taken, mut refused, mut wrong) = (0, Vec::new(), Vec::new(), Vec::new());
    for path in waiting {
        let held = match inbox::read(&path) {
            Ok((batch, delivered)) => match batches.get(&batch) {
                Some(steps) => pair(steps, delivered).and_then(|cells| hold(cells, store)),
                None => {
                    say::note(format!("'{}' is of no batch of today's code and declarations, and was put aside", path.display()));
                    refused.push(path);
                    continue;
                }
            },
            Err(why) => Err(why),
        };
        match held {
            Ok(cells) => {
                new += keep(cells, store)?;
                taken.push(path);
            }
            Err(why) => {
                wrong.push(format!("'{}' {why}", path.display()));
                refused.push(path);
            }
        }
    }
    // A file goes when what it held is on the disk.
    store.settle()?;
    taken.iter().try_for_each(|path| inbox::remove(path))?;
    refused.iter().try_for_each(|path| inbox::refuse(&folder, path))?;
    say::note(format!("{} taken in, of {} in the inbox", count(new, "new cell"), count(taken.len() + refused.len(), "file")));
    if wrong.is_empty() {
        return Ok(new);
    }
    let hint = format!(
        "nothing of it was believed, and it lies in '{}'; its cells are due: run again, or deliver them anew",
        inbox::refused(&folder).display()
    );
    Err(refuse(Exit::Integrity, wrong.join("\n"), hint))
}

/// A cell of a plan, with what was delivered of it.
pub(crate) type Pair<'a> = (&'a CellStep, Delivered);

/// Holds cells against the store. Gives those that it has not.
///
/// # Errors
/// Why they are not to be believed, to follow the name of what holds them.
pub(crate) fn hold<'a>(cells: Vec<Pair<'a>>, store: &Store) -> Result<Vec<Pair<'a>>, String> {
    let mut new = Vec::new();
    for (step, cell) in cells {
        match store.result(&step.key) {
            None => new.push((step, cell)),
            Some(known) if known == Digest::of(cell.record.as_bytes()) => {}
            Some(_) => return Err(format!("holds other values of cell '{}' than the store has", step.name())),
        }
    }
    Ok(new)
}

/// Finds the cells of a batch in what was delivered, each once and with what its method may have given.
///
/// # Errors
/// As of [`hold`].
pub(crate) fn pair<'a>(steps: &[&'a CellStep], delivered: Vec<Delivered>) -> Result<Vec<Pair<'a>>, String> {
    if !steps.iter().map(|step| step.key).eq(delivered.iter().map(|cell| cell.key)) {
        return Err("does not hold the cells of its batch, each once and in their order".to_string());
    }
    let pairs: Vec<Pair<'a>> = steps.iter().copied().zip(delivered).collect();
    for (step, cell) in &pairs {
        fits(step, cell).map_err(|why| format!("holds what cell '{}' cannot have given: {why}", step.name()))?;
    }
    Ok(pairs)
}

/// Takes cells into the journal. Gives their number.
///
/// # Errors
/// The file system refuses.
pub(crate) fn keep(cells: Vec<Pair<'_>>, store: &mut Store) -> anyhow::Result<usize> {
    let new = cells.len();
    for (step, Delivered { key, record, provenance }) in cells {
        let origin = &step.origin;
        store.put_cell((&origin.digest, &origin.stem), step.point(), step.seed, key, record, provenance)?;
    }
    Ok(new)
}

/// Holds a record against the outputs that its experiment declares, in the one form that they have.
fn fits(step: &CellStep, cell: &Delivered) -> Result<(), String> {
    let record = Record::from_bytes(cell.record.as_bytes())?;
    if canonical(&record) != cell.record {
        return Err("its record is not written as records are".to_string());
    }
    let with = format!("with seed {}", step.seed);
    record.check(step.experiment(), &with, &step.origin.stem.outputs).map_err(|error| error.to_string())
}
