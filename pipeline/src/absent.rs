//! Data sets that are not on this machine, and what cannot be run for want of them.
//!
//! Keys come from the catalog, so that everything but the running of such cells works without the
//! data; what is on disk of them stays.

use crate::project::Project;
use crate::say::{self, count};
use saigen_artifacts::Digest;
use saigen_artifacts::cells::{Cell, Cells};
use saigen_artifacts::lock::Lock;
use saigen_datasets::error::way_to;
use saigen_datasets::set::DataSet;
use saigen_engine::declaration::Declaration;
use saigen_engine::plan::CellStep;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Data sets that are not here or not whole, by name, each with what is missing.
pub(crate) type Absent = BTreeMap<String, String>;

/// Which of the data sets that some cells read are not here. Those that are here are hashed.
///
/// # Errors
/// A file of one that is here holds other bytes than the catalog declares.
pub(crate) fn absent(project: &Project, cells: &[&CellStep]) -> anyhow::Result<Absent> {
    let names: BTreeSet<&String> = cells.iter().flat_map(|cell| cell.origin.stem.data.keys()).collect();
    let mut absent = Absent::new();
    for name in names {
        let set = project.data_sets().open(name)?;
        match missing(&set) {
            Some(what) => drop(absent.insert(name.clone(), what)),
            None => set.check()?,
        }
    }
    Ok(absent)
}

/// What is missing of a data set, if anything is.
pub(crate) fn missing(set: &DataSet) -> Option<String> {
    let (missing, all, folder) = (set.missing(), set.files().len(), set.folder().display());
    match missing.first() {
        None => None,
        Some(_) if missing.len() == all => Some(format!("nothing of it is in '{folder}'")),
        Some(first) => Some(format!("{} of {} missing in '{folder}', first '{first}'", missing.len(), count(all, "file"))),
    }
}

/// Whether a cell reads something that is not here.
pub(crate) fn lacks(cell: &CellStep, absent: &Absent) -> bool {
    cell.origin.stem.data.keys().any(|name| absent.contains_key(name))
}

/// The results on disk of cells that cannot be run here: those that stand under the same key, with
/// the digest that their lock says.
pub(crate) fn recorded(project: &Project, declaration: &Declaration, keys: &BTreeSet<Digest>) -> anyhow::Result<BTreeMap<Digest, Cell>> {
    let file = |name: &str| project.read(&project.place(&declaration.id, name));
    let (Some(csv), Some(lock)) = (file("cells.csv")?, file("lock.json")?) else { return Ok(BTreeMap::new()) };
    // Results of another declaration, or edited ones: `verify` says which. They stay as they are.
    let Ok(lock) = serde_json::from_slice::<Lock>(&lock) else { return Ok(BTreeMap::new()) };
    let Ok(cells) = Cells::from_csv(declaration.schema(), Path::new("cells.csv"), &csv) else { return Ok(BTreeMap::new()) };
    let same = |cell: &Cell| keys.contains(&cell.key) && lock.cells.get(&cell.key) == Some(&cell.record.digest());
    Ok(cells.iter()?.filter(same).map(|cell| (cell.key, cell)).collect())
}

/// What became of the results of a study of which cells were left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Results {
    /// They hold all cells: those left out as they were in the store or on disk.
    Whole,
    /// They are on disk, of another plan, and were not touched.
    Untouched,
    /// There are none.
    None,
}

/// The cells of a study that were not run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct LeftOut {
    pub(crate) study: String,
    /// How many they are, and of how many.
    pub(crate) cells: usize,
    pub(crate) of: usize,
    pub(crate) absent: Absent,
    pub(crate) results: Results,
    /// The claims of the study, which have no verdict where there are no results.
    pub(crate) claims: usize,
}

impl LeftOut {
    /// Says it, with the way to the data.
    pub(crate) fn tell(&self) {
        let Self { study, cells, of, absent, results, claims } = self;
        let became = match results {
            Results::Whole => "their results stay as they are".to_string(),
            Results::Untouched => "the results on disk are of another plan, and stay as they are".to_string(),
            Results::None => {
                format!("there are no results, and {}", count(*claims, "claim") + if *claims == 1 { " is" } else { " are" } + " not-run")
            }
        };
        say::note(format!("not-run: {study}: {cells} of {} for want of data; {became}", count(*of, "cell")));
        tell(absent);
    }
}

/// Names data sets that are not here, each with the way to get it.
pub(crate) fn tell(absent: &Absent) {
    for (name, what) in absent {
        say::note(format!("data set '{name}' is not here: {what}\nhint: {}", way_to(name)));
    }
}
