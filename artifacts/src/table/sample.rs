//! What a row was made of.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The cells of a row: their seeds, and their values of each output that a column takes. All rows of a
/// table share one set of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    columns: Arc<Columns>,
    range: Range<usize>,
}

#[derive(Debug, Default, PartialEq)]
struct Columns {
    seeds: Vec<u64>,
    values: BTreeMap<String, Vec<f64>>,
}

impl Sample {
    /// Of cells with these seeds, and as many values of each output, in their order.
    pub fn new(seeds: Vec<u64>, values: BTreeMap<String, Vec<f64>>) -> Self {
        Self { range: 0..seeds.len(), columns: Arc::new(Columns { seeds, values }) }
    }

    /// Of no cells.
    pub fn none() -> Self {
        Self::new(Vec::new(), BTreeMap::new())
    }

    /// Some of these cells, by their places among all of the table's.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        Self { columns: Arc::clone(&self.columns), range }
    }

    /// The seeds of the cells, ascending where the keys tell all other axes apart.
    pub fn seeds(&self) -> &[u64] {
        &self.columns.seeds[self.range.clone()]
    }

    /// The values of an output, one a cell, in the order of the seeds; none where no column takes it.
    pub fn get(&self, output: &str) -> Option<&[f64]> {
        self.columns.values.get(output).map(|values| &values[self.range.clone()])
    }

    /// The values of an output.
    ///
    /// # Panics
    /// No column takes it: a declaration that was read names outputs that one does.
    pub fn of(&self, output: &str) -> &[f64] {
        self.get(output).unwrap_or_else(|| panic!("no column takes '{output}'"))
    }
}
