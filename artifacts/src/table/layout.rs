//! A table as a reader sees it: words and rounded numbers in rows and columns.

use super::{Content, Filter, Rounded, Row, Table};
use crate::Scalar;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How a table is laid out for reading. CSV files are always long; this is about the rest.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Layout {
    /// The key column whose values become columns; without it, the table stays long.
    pub across: Option<String>,
    /// With `across`: the column shown.
    pub value: Option<String>,
    /// With `across`: the column of its uncertainty, shown behind `±`.
    pub error: Option<String>,
    /// What readers see for the ids of experiments.
    pub labels: BTreeMap<String, String>,
}

/// A table ready for Markdown, LaTeX or HTML.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The column heads.
    pub head: Vec<String>,
    /// How many of the first columns are keys.
    pub keys: usize,
    /// The rows.
    pub rows: Vec<Vec<Entry>>,
}

/// One place of a table as a reader sees it; displays as its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What stands there.
    pub reading: Reading,
    /// Where it comes from, unless it is a key.
    pub source: Option<Source>,
}

/// What stands in one place.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Words, or nothing.
    Text(String),
    /// A number.
    Number(Rounded),
}

/// The place in the long table of what a reader sees; see [`Table::target`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The index of its row.
    pub row: usize,
    /// The name of its column.
    pub column: String,
}

impl From<String> for Entry {
    fn from(text: String) -> Self {
        Self { reading: Reading::Text(text), source: None }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reading {
            Reading::Text(text) => f.write_str(text),
            Reading::Number(number) => number.fmt(f),
        }
    }
}

/// Rows that Markdown, LaTeX and the report hold at most: some two hundred printed pages.
const LEGIBLE: usize = 10_000;

impl Table {
    /// The table as a reader sees it; nothing for a series, which only a figure can show, and for one that
    /// is longer than anyone reads.
    pub fn shown(&self) -> Option<Shown> {
        let layout = &self.spec.layout;
        if self.rows.len() > LEGIBLE {
            return None;
        }
        match (&self.spec.content, &layout.across, &layout.value) {
            (Content::Series { .. }, ..) => None,
            (_, Some(across), Some(value)) => Some(self.wide(across, value)),
            _ => Some(self.long()),
        }
    }

    fn long(&self) -> Shown {
        let (keys, columns) = (self.spec.key_columns(), self.spec.value_columns());
        let head = keys.iter().chain(&columns).map(|name| (*name).to_string()).collect();
        let rows = (0..self.rows.len()).map(|row| {
            let key = self.rows[row].key.iter().map(|value| self.key_entry(value));
            key.chain(columns.iter().map(|column| self.entry(row, column))).collect()
        });
        Shown { head, keys: keys.len(), rows: rows.collect() }
    }

    fn wide(&self, across: &str, value: &str) -> Shown {
        let keys: Vec<&str> = self.spec.key_columns().into_iter().filter(|name| *name != across).collect();
        let columns = self.distinct(across, &Filter::new());
        let mut head: Vec<String> = keys.iter().map(|name| (*name).to_string()).collect();
        head.extend(columns.iter().map(|column| self.label(column)));
        let mut rows: BTreeMap<Vec<Scalar>, BTreeMap<Scalar, Entry>> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let key = keys.iter().filter_map(|name| self.key(row, name).cloned()).collect();
            let Some(place) = self.key(row, across) else { continue };
            rows.entry(key).or_default().insert(place.clone(), self.entry(at, value));
        }
        let entries = |(key, entries): (Vec<Scalar>, BTreeMap<Scalar, Entry>)| {
            let entry = |column| entries.get(column).cloned().unwrap_or_else(|| String::new().into());
            key.iter().map(|value| self.key_entry(value)).chain(columns.iter().map(entry)).collect()
        };
        Shown { head, keys: keys.len(), rows: rows.into_iter().map(entries).collect() }
    }

    fn entry(&self, row: usize, column: &str) -> Entry {
        let reading = match self.rounded(&self.rows[row], column) {
            Some(number) => Reading::Number(number),
            None => Reading::Text(self.rows[row].without_number().unwrap_or_default()),
        };
        Entry { reading, source: Some(Source { row, column: column.to_string() }) }
    }

    fn key_entry(&self, value: &Scalar) -> Entry {
        match value.number() {
            Some(_) => Entry { reading: Reading::Number(Rounded { value: value.to_string(), error: None }), source: None },
            None => self.label(value).into(),
        }
    }

    /// The uncertainty of a number, where the layout names a column of them.
    pub fn error(&self, row: &Row, column: &str) -> Option<f64> {
        let Layout { value, error, .. } = &self.spec.layout;
        let error = error.as_ref().filter(|_| value.as_deref() == Some(column))?;
        self.value(row, error).filter(|error| !error.is_nan())
    }

    /// A number as a reader sees it; none where a training diverged, or there is no such column.
    pub fn rounded(&self, row: &Row, column: &str) -> Option<Rounded> {
        let value = self.value(row, column).filter(|value| !value.is_nan())?;
        let shown = self.spec.layout.value.as_deref() == Some(column);
        Some(match self.error(row, column) {
            Some(error) => Rounded::with_error(value, error),
            None => Rounded::new(value, if shown { 3 } else { 4 }),
        })
    }

    /// What readers see for the value of a key: an experiment's label, or the value itself.
    pub fn label(&self, value: &Scalar) -> String {
        let text = value.to_string();
        self.spec.layout.labels.get(&text).cloned().unwrap_or(text)
    }
}

impl Row {
    /// What stands where a statistic would, of a row in which a training diverged.
    pub fn without_number(&self) -> Option<String> {
        (self.diverged > 0).then(|| format!("{} of {} diverged", self.diverged, self.sample.seeds().len()))
    }
}
