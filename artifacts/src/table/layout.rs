//! A table as a reader sees it: text in rows and columns.

use super::{Content, Filter, Row, Table};
use crate::Scalar;
use serde::Serialize;
use std::collections::BTreeMap;

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

/// A table as text, ready for Markdown, LaTeX or HTML.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The column heads.
    pub head: Vec<String>,
    /// How many of the first columns are keys.
    pub keys: usize,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as a reader sees it; nothing for a series, which only a figure can show.
    pub fn shown(&self) -> Option<Shown> {
        let layout = &self.spec.layout;
        match (&self.spec.content, &layout.across, &layout.value) {
            (Content::Series { .. }, ..) => None,
            (_, Some(across), Some(value)) => Some(self.wide(across, value, layout.error.as_deref())),
            _ => Some(self.long()),
        }
    }

    fn long(&self) -> Shown {
        let keys = self.spec.key_columns();
        let head = keys.iter().chain(&self.spec.value_columns()).map(|name| (*name).to_string()).collect();
        let rows = self.rows.iter().map(|row| {
            let key = row.key.iter().map(|value| self.label(value));
            key.chain(row.values.iter().map(|value| row.without_number().unwrap_or_else(|| significant(*value, 4)))).collect()
        });
        Shown { head, keys: keys.len(), rows: rows.collect() }
    }

    fn wide(&self, across: &str, value: &str, error: Option<&str>) -> Shown {
        let keys: Vec<&str> = self.spec.key_columns().into_iter().filter(|name| *name != across).collect();
        let columns = self.distinct(across, &Filter::new());
        let mut head: Vec<String> = keys.iter().map(|name| (*name).to_string()).collect();
        head.extend(columns.iter().map(|column| self.label(column)));
        let mut rows: BTreeMap<Vec<Scalar>, BTreeMap<Scalar, String>> = BTreeMap::new();
        for row in &self.rows {
            let key = keys.iter().filter_map(|name| self.key(row, name).cloned()).collect();
            let (Some(place), Some(number)) = (self.key(row, across), self.value(row, value)) else { continue };
            let error = error.and_then(|name| self.value(row, name));
            let text = row.without_number().unwrap_or_else(|| with_error(number, error));
            rows.entry(key).or_default().insert(place.clone(), text);
        }
        let text = |(key, cells): (Vec<Scalar>, BTreeMap<Scalar, String>)| {
            let cell = |column| cells.get(column).cloned().unwrap_or_default();
            key.iter().map(|value| self.label(value)).chain(columns.iter().map(cell)).collect()
        };
        Shown { head, keys: keys.len(), rows: rows.into_iter().map(text).collect() }
    }

    /// What readers see for the value of a key: an experiment's label, or the value itself.
    pub fn label(&self, value: &Scalar) -> String {
        let text = value.to_string();
        self.spec.layout.labels.get(&text).cloned().unwrap_or(text)
    }
}

impl Row {
    /// What stands where a statistic would, of a row in which a training diverged.
    fn without_number(&self) -> Option<String> {
        (self.diverged > 0).then(|| format!("{} of {} diverged", self.diverged, self.seeds.len()))
    }
}

/// A number with its uncertainty: the uncertainty at two significant digits decides the decimals.
pub(crate) fn with_error(value: f64, error: Option<f64>) -> String {
    match error {
        Some(error) if error > 0.0 => {
            let decimals = (1 - error.log10().floor() as i32).max(0) as usize;
            format!("{value:.decimals$} ± {error:.decimals$}")
        }
        _ => significant(value, 3),
    }
}

/// A number at some significant digits, nothing for none, without an exponent where it stays short.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return String::new();
    }
    if value == 0.0 {
        return "0".to_string();
    }
    let exponent = value.abs().log10().floor() as i32;
    if value.fract() == 0.0 && value.abs() < 1e6 {
        format!("{value}")
    } else if (-5..6).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.0$e}", digits - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{significant, with_error};

    #[test]
    fn decimals_follow_the_uncertainty() {
        assert_eq!(with_error(0.012_345, Some(0.000_61)), "0.01235 ± 0.00061");
        assert_eq!(with_error(123.456, Some(17.0)), "123 ± 17");
        assert_eq!(with_error(0.25, None), "0.250");
    }

    #[test]
    fn significant_digits() {
        assert_eq!(significant(0.001_234_5, 3), "0.00123");
        assert_eq!(significant(1600.0, 3), "1600");
        assert_eq!(significant(1.5e-9, 3), "1.50e-9");
        assert_eq!(significant(-0.333_33, 2), "-0.33");
    }
}
