//! What other processes delivered to the inbox: held against today's plans, and taken into the journal.

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
use std::path::Path;

/// The cells of every batch, by its key.
type Batches<'a> = BTreeMap<Digest, Vec<&'a CellStep>>;

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
    let batches: Batches<'_> =
        plans.iter().flat_map(|(study, plan)| plan.all_batches(*study)).map(|work| (work.key(), work.cells)).collect();
    let (mut new, mut taken, mut refused, mut wrong) = (0, Vec::new(), Vec::new(), Vec::new());
    for path in waiting {
        match hold(&path, &batches, store) {
            Held::Fits(cells) => {
                new += cells.len();
                for (step, Delivered { key, record, provenance }) in cells {
                    let origin = &step.origin;
                    store.put_cell((&origin.digest, &origin.stem), step.point(), step.seed, key, record, provenance)?;
                }
                taken.push(path);
            }
            Held::Stale => {
                say::note(format!("'{}' is of no batch of today's code and declarations, and was put aside", path.display()));
                refused.push(path);
            }
            Held::Wrong(why) => {
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

/// A file of the inbox, held against the plans and the store.
enum Held<'a> {
    /// The cells of it that the store has not.
    Fits(Vec<(&'a CellStep, Delivered)>),
    /// Whole, and of no batch that anything asks for today.
    Stale,
    /// Why it is not to be believed.
    Wrong(String),
}

fn hold<'a>(path: &Path, batches: &Batches<'a>, store: &Store) -> Held<'a> {
    let (batch, delivered) = match inbox::read(path) {
        Ok(read) => read,
        Err(why) => return Held::Wrong(why),
    };
    let Some(steps) = batches.get(&batch) else { return Held::Stale };
    if !steps.iter().map(|step| step.key).eq(delivered.iter().map(|cell| cell.key)) {
        return Held::Wrong("does not hold the cells of its batch, each once and in their order".to_string());
    }
    let mut new = Vec::new();
    for (step, cell) in steps.iter().zip(delivered) {
        if let Err(why) = fits(step, &cell) {
            return Held::Wrong(format!("holds what cell '{}' cannot have given: {why}", step.name()));
        }
        match store.result(&step.key) {
            None => new.push((*step, cell)),
            Some(known) if known == Digest::of(cell.record.as_bytes()) => {}
            Some(_) => return Held::Wrong(format!("holds other values of cell '{}' than the store has", step.name())),
        }
    }
    Held::Fits(new)
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
