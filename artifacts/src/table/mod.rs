//! Tables: what a study shows of its cells.
//!
//! A table is declared by its key columns, a filter and statistics; [`Table::build`] is the whole
//! of its meaning. The other files write it: CSV to be read back, Markdown and LaTeX to be read.

mod build;
mod latex;
mod layout;
mod markdown;
mod published;
mod rounded;
mod sample;

pub use layout::{Entry, Layout, Reading, Shown, Source};
pub use published::{Printed, Published};
pub use rounded::Rounded;
pub use sample::Sample;

use crate::{Scalar, cells::Cell, statistic::Statistic};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows are kept where every named key column has the given value.
pub type Filter = BTreeMap<String, Scalar>;

/// What a table is, as declared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spec {
    /// The table's name, and its file's.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The experiments whose cells it takes, in the order in which a reader sees them.
    pub experiments: Vec<String>,
    /// The columns that identify a row: `experiment` and axes.
    pub keys: Vec<String>,
    /// Which cells it takes.
    pub filter: Filter,
    /// The statistics, or the series it spreads over rows.
    pub content: Content,
    /// What the paper prints for some of its rows.
    pub published: Option<Published>,
    /// How Markdown, LaTeX and the report lay it out.
    pub layout: Layout,
}

/// What the columns that are not keys hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Content {
    /// Statistics over the cells of each row.
    Statistics(Vec<Column>),
    /// The numbers of one series, one a row, identified by a further key column `place`. Each row
    /// of keys must be one cell.
    Series {
        /// The output that holds the series.
        of: String,
    },
}

/// One statistic of one output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// The output it is taken of.
    pub of: String,
    /// The statistic.
    pub statistic: Statistic,
}

/// A table that was built.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// How it was declared.
    pub spec: Spec,
    /// Its rows, sorted by their keys.
    pub rows: Vec<Row>,
}

/// One row: statistics, and the values they were taken of.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The values of the key columns, in the order of [`Spec::keys`].
    pub key: Vec<Scalar>,
    /// The values of the other columns, in declared order; not a number where there is none.
    pub values: Vec<f64>,
    /// How many of its cells diverged. Such a row has no statistic: what the others gave would be a
    /// sample of another method.
    pub diverged: usize,
    /// The cells.
    pub sample: Sample,
}

/// The key column that numbers the places of a series.
pub const PLACE: &str = "place";

/// The columns of what the paper prints and of how far off it may have been read.
pub const PUBLISHED: &str = "published";
/// See [`PUBLISHED`].
pub const PUBLISHED_ERROR: &str = "published-error";

impl Spec {
    /// Whether a cell stands in the row with this key.
    pub fn takes(&self, cell: &Cell, key: &[Scalar]) -> bool {
        let place = |name: &String| match name.as_str() {
            "experiment" => Some(Scalar::Text(cell.experiment.clone())),
            _ => cell.axes.get(name).cloned(),
        };
        self.experiments.contains(&cell.experiment)
            && self.filter.iter().all(|(name, value)| cell.axes.get(name) == Some(value))
            && self.keys.iter().zip(key).all(|(name, value)| place(name).as_ref() == Some(value))
    }

    /// The output that the column at a place among [`Self::value_columns`] is a statistic of; none for
    /// what was published and for a series.
    pub fn output(&self, at: usize) -> Option<&str> {
        match &self.content {
            Content::Statistics(columns) => columns.get(at).map(|column| column.of.as_str()),
            Content::Series { .. } => None,
        }
    }

    /// In words, how the numbers of that column come about.
    pub fn origin(&self, at: usize) -> String {
        match &self.content {
            Content::Statistics(columns) => match columns.get(at) {
                Some(column) => format!("{} of '{}'", column.statistic, column.of),
                None => "read in the paper, not computed; its row is taken".to_string(),
            },
            Content::Series { of } => format!("a number of the series '{of}'"),
        }
    }

    /// The names of the columns that are not keys; last those of what was published.
    pub fn value_columns(&self) -> Vec<&str> {
        let own = match &self.content {
            Content::Statistics(columns) => columns.iter().map(|column| column.name.as_str()).collect(),
            Content::Series { of } => vec![of.as_str()],
        };
        let published = self.published.iter().flat_map(|_| [PUBLISHED, PUBLISHED_ERROR]);
        own.into_iter().chain(published).collect()
    }

    /// The statistic that a column holds.
    pub fn column(&self, name: &str) -> Option<&Column> {
        match &self.content {
            Content::Statistics(columns) => columns.iter().find(|column| column.name == name),
            Content::Series { .. } => None,
        }
    }

    /// The key columns, with [`PLACE`] where the table spreads a series.
    pub fn key_columns(&self) -> Vec<&str> {
        let place = matches!(self.content, Content::Series { .. }).then_some(PLACE);
        self.keys.iter().map(String::as_str).chain(place).collect()
    }
}

impl Table {
    /// The rows that a filter over key columns keeps.
    pub fn select<'a>(&'a self, filter: &Filter) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(|row| filter.iter().all(|(name, value)| self.key(row, name) == Some(value)))
    }

    /// The value of a key column in a row.
    pub fn key<'a>(&self, row: &'a Row, name: &str) -> Option<&'a Scalar> {
        self.spec.key_columns().iter().position(|column| *column == name).map(|at| &row.key[at])
    }

    /// The value of a column that is not a key.
    pub fn value(&self, row: &Row, name: &str) -> Option<f64> {
        self.spec.value_columns().iter().position(|column| *column == name).map(|at| row.values[at])
    }

    /// How `saigen trace` names a row of this table: `n=100,experiment=kernel`.
    pub fn row_name(&self, row: &Row) -> String {
        let keys = self.spec.key_columns().into_iter().zip(&row.key);
        keys.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
    }

    /// How `saigen trace` names a number of this table, behind its study: `risk:n=100:mean`.
    pub fn target(&self, row: &Row, column: &str) -> String {
        format!("{}:{}:{column}", self.spec.id, self.row_name(row))
    }

    /// The distinct values of a key column, sorted; experiments in their declared order.
    pub fn distinct(&self, name: &str, filter: &Filter) -> Vec<Scalar> {
        let mut values: Vec<Scalar> = self.select(filter).filter_map(|row| self.key(row, name).cloned()).collect();
        if name == "experiment" {
            let place = |value: &Scalar| self.spec.experiments.iter().position(|known| *known == value.to_string());
            values.sort_by_key(place);
        } else {
            values.sort();
        }
        values.dedup();
        values
    }
}
