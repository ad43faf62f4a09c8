//! Who vouches for what a store holds. Its seal shows that a batch came whole, not that it is true: who
//! can write there can seal anything.

use crate::absent::recorded;
use crate::project::{Declared, Project};
use saigen_artifacts::Digest;
use saigen_artifacts::store::inbox::Delivered;
use saigen_engine::plan::CellStep;
use std::collections::{BTreeMap, BTreeSet};

/// All that may vouch for a batch.
#[derive(Default)]
pub(crate) struct Vouchers {
    /// The digest of each cell's record, as the results on disk have it.
    recorded: BTreeMap<Digest, Digest>,
    /// Batches with the digests of their objects, as signed manifests name them.
    pub(crate) signed: BTreeSet<(Digest, Digest)>,
    /// Whether whoever can write there is believed.
    unsigned: bool,
}

impl Vouchers {
    /// The user's word, if it is given, and nobody else yet.
    pub(crate) fn new(unsigned: bool) -> Self {
        Self { unsigned, ..Self::default() }
    }

    /// Lets the results of a study on disk, under their lock, vouch for what has these keys.
    ///
    /// # Errors
    /// They cannot be read.
    pub(crate) fn record(&mut self, project: &Project, declared: &Declared, keys: &BTreeSet<Digest>) -> anyhow::Result<()> {
        let cells = recorded(project, &declared.declaration, keys)?;
        self.recorded.extend(cells.into_iter().map(|(key, cell)| (key, cell.record.digest())));
        Ok(())
    }

    /// Whether a batch is vouched for: by the record, cell by cell; by a manifest, byte by byte; or by the
    /// user's word.
    ///
    /// # Errors
    /// The record has other values: nobody can vouch for these.
    pub(crate) fn vouch(&self, batch: &Digest, text: &str, cells: &[(&CellStep, Delivered)]) -> Result<bool, String> {
        let mut by_record = true;
        for (step, cell) in cells {
            match self.recorded.get(&step.key) {
                Some(digest) if *digest == Digest::of(cell.record.as_bytes()) => {}
                Some(_) => return Err(format!("holds other values of cell '{}' than the record does", step.name())),
                None => by_record = false,
            }
        }
        Ok(by_record || self.unsigned || self.signed.contains(&(*batch, Digest::of(text.as_bytes()))))
    }
}
