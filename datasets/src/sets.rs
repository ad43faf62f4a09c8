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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Cause;
    use crate::{cepc, mooij};

    fn room() -> DataSets {
        DataSets::new(Path::new(env!("CARGO_MANIFEST_DIR")), None)
    }

    #[test]
    fn every_entry_of_the_catalog_reads_and_the_bundled_ones_are_whole() {
        let ids = room().ids().unwrap();
        assert!(["sim", "sim-c", "sim-g", "sim-ln", "toy", "tuebingen"].iter().all(|id| ids.iter().any(|known| known == id)));
        for entry in ids.iter().map(|id| room().entry(id).unwrap()) {
            if entry.bundled {
                room().place(&entry).check().unwrap();
            }
        }
    }

    #[test]
    fn the_digest_of_a_data_set_is_that_of_its_list() {
        let list = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/tuebingen.sha256")).unwrap();
        assert_eq!(room().open("tuebingen").unwrap().digest(), crate::set::sha256(&list));
    }

    #[test]
    fn an_unknown_name_is_told_with_the_known_ones() {
        let error = room().open("tubingen").unwrap_err();
        assert_eq!(error.to_string(), "the catalog has no data set 'tubingen'");
        assert!(error.hint().unwrap().ends_with("toy, tuebingen"), "{error}");
    }

    #[test]
    fn the_bundled_pairs_read_in_both_formats() {
        let toy = room().open("toy").unwrap();
        let metas = mooij::metas(&toy).unwrap();
        assert_eq!((metas.len(), metas[8].is_scalar(), metas[0].weight), (9, false, 0.5));
        let pairs = mooij::scalar_pairs(&toy).unwrap();
        assert!(pairs.len() == 8 && pairs.iter().all(|pair| pair.len() == 120 && pair.y.len() == 120));
        let second: Vec<&str> = pairs.iter().filter(|pair| pair.cause == Cause::Second).map(|pair| pair.id.as_str()).collect();
        assert_eq!(second, ["0003", "0006"]);
        // A column of gaps beside the pair is not looked at; a pair of two columns a side is refused.
        assert!(toy.text("pair0005.txt").unwrap().contains("NaN"));
        assert!(mooij::pair(&toy, &metas[8]).unwrap_err().to_string().contains("only scalar pairs are read"));
        let others = cepc::pairs(&toy, "cepc_pairs.csv", "cepc_targets.csv").unwrap();
        let causes: Vec<Cause> = others.iter().map(|pair| pair.cause).collect();
        assert_eq!(causes, [Cause::First, Cause::Second, Cause::First, Cause::Second]);
    }
}
