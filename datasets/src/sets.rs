//! Where data sets lie: the catalog with what the repository bundles, and a folder on this machine.

use crate::catalog::{self, Entry};
use crate::error::Result;
use crate::set::DataSet;
use std::path::{Path, PathBuf};

/// The data sets of a checkout.
#[derive(Clone, Debug)]
pub struct DataSets {
    catalog: PathBuf,
    bundled: PathBuf,
    data: PathBuf,
}

impl DataSets {
    /// The data sets of the room `datasets` of a checkout. They lie below `data`, or where none is
    /// named in the room's own cache; bundled ones always in the room.
    pub fn new(room: &Path, data: Option<&Path>) -> Self {
        let data = data.map_or_else(|| room.join("cache"), Path::to_path_buf);
        Self { catalog: room.join("catalog"), bundled: room.join("fixtures"), data }
    }

    /// The names of all data sets, sorted.
    ///
    /// # Errors
    /// The catalog's folder cannot be read.
    pub fn ids(&self) -> Result<Vec<String>> {
        catalog::ids(&self.catalog)
    }

    /// What the catalog says of a data set.
    ///
    /// # Errors
    /// There is none of this name, or its entry is wrong.
    pub fn entry(&self, id: &str) -> Result<Entry> {
        Entry::load(&self.catalog, id)
    }

    /// A data set by name, where it lies or would lie; no file of it is looked at.
    ///
    /// # Errors
    /// There is none of this name, or its entry is wrong.
    pub fn open(&self, id: &str) -> Result<DataSet> {
        Ok(self.place(&self.entry(id)?))
    }

    /// The data set of an entry, where it lies or would lie.
    pub fn place(&self, entry: &Entry) -> DataSet {
        entry.within(if entry.bundled { &self.bundled } else { &self.data })
    }
}
