//! From cells to the rows of a table.

use super::{Content, Row, Sample, Spec, Table};
use crate::cells::{Cells, Typed, csv_bytes};
use crate::{ArtifactError, DIVERGED, Kind, Result, Scalar, Value};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

impl Table {
    /// Builds a table: keep the cells that the filter names, sort them, cut them into rows by
    /// their keys, take the statistics.
    ///
    /// # Errors
    /// No cell is left, a statistic cannot be taken, or a series row is more than one cell.
    pub fn build(spec: &Spec, cells: &Cells) -> Result<Self> {
        let wrong = |message: String| ArtifactError::Table { table: spec.id.clone(), message };
        let frame = selected(spec, cells)?;
        if frame.height() == 0 {
            return Err(wrong("no cell is left by its experiments and its filter".to_string()));
        }
        let diverged = frame.column(DIVERGED)?.is_not_null();
        let all = sample(spec, &frame)?;
        let (keys, columns) = (Keys::new(spec, cells, &frame)?, spec.value_columns().len());
        let (mut rows, mut start) = (Vec::new(), 0);
        while start < frame.height() {
            let key = keys.at(start)?;
            let mut range = start..start + 1;
            while range.end < frame.height() && keys.at(range.end)? == key {
                range.end += 1;
            }
            start = range.end;
            let row = Row {
                key,
                values: Vec::with_capacity(columns),
                diverged: range.clone().filter(|at| diverged.get(*at) == Some(true)).count(),
                sample: all.part(range),
            };
            rows.push(row);
        }
        match &spec.content {
            Content::Statistics(columns) => {
                for row in &mut rows {
                    for column in columns {
                        if row.diverged > 0 {
                            row.values.push(f64::NAN);
                            continue;
                        }
                        let value = column.statistic.of(row.sample.of(&column.of));
                        row.values.push(value.map_err(|message| wrong(format!("column '{}': {message}", column.name)))?);
                    }
                }
            }
            Content::Series { of } => rows = spread(rows, frame.column(of)?.str()?).map_err(wrong)?,
        }
        if let Some(published) = &spec.published {
            for row in &mut rows {
                let key = |name: &str| spec.keys.iter().position(|key| key == name).map(|at| &row.key[at]);
                let printed = published.of(key).map_or([f64::NAN; 2], |printed| [printed.value, printed.error]);
                row.values.extend(printed);
            }
        }
        Ok(Self { spec: spec.clone(), rows })
    }

    /// The text of the table's CSV file.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        let mut columns = Vec::new();
        for (at, name) in self.spec.key_columns().into_iter().enumerate() {
            let values: Vec<&Scalar> = self.rows.iter().map(|row| &row.key[at]).collect();
            let name = PlSmallStr::from_str(name);
            columns.push(match values.first() {
                Some(Scalar::Int(_)) => polars::prelude::Column::new(
                    name,
                    values.iter().map(|value| value.number().map(|number| number as i64)).collect::<Vec<_>>(),
                ),
                Some(Scalar::Float(_)) => polars::prelude::Column::new(name, values.iter().map(|value| value.number()).collect::<Vec<_>>()),
                _ => polars::prelude::Column::new(name, values.iter().map(|value| value.to_string()).collect::<Vec<_>>()),
            });
        }
        for (at, name) in self.spec.value_columns().into_iter().enumerate() {
            // What a row has no statistic of is left empty.
            let values: Vec<Option<f64>> = self.rows.iter().map(|row| Some(row.values[at]).filter(|value| !value.is_nan())).collect();
            columns.push(polars::prelude::Column::new(PlSmallStr::from_str(name), values));
        }
        csv_bytes(&DataFrame::new(self.rows.len(), columns)?)
    }
}

/// The cells of the table, sorted by its keys; the frame's own order decides between equals. It has the
/// columns that the table needs.
fn selected(spec: &Spec, cells: &Cells) -> Result<DataFrame> {
    let outputs: Vec<&String> = match &spec.content {
        Content::Statistics(columns) => columns.iter().map(|column| &column.of).collect(),
        Content::Series { of } => vec![of],
    };
    let named = spec.keys.iter().chain(spec.filter.keys()).chain(outputs).map(String::as_str);
    let needed: BTreeSet<&str> = ["experiment", "seed", DIVERGED].into_iter().chain(named).collect();
    let frame = cells.frame().select(needed)?;
    let wanted = |name: Option<&str>| name.is_some_and(|name| spec.experiments.iter().any(|known| known == name));
    let mut mask: BooleanChunked = frame.column("experiment")?.str()?.iter().map(wanted).collect();
    for (name, value) in &spec.filter {
        let column = frame.column(name)?;
        let keep: BooleanChunked = match (cells.schema().axes.get(name), value) {
            (Some(Kind::Text), value) => {
                let value = value.to_string();
                column.str()?.iter().map(|found| found == Some(value.as_str())).collect()
            }
            (_, value) => numbers(column)?.iter().map(|found| Some(*found) == value.number()).collect(),
        };
        mask = &mask & &keep;
    }
    let kept = frame.filter(&mask)?;
    Ok(kept.sort(spec.keys.clone(), SortMultipleOptions::default().with_maintain_order(true))?)
}

/// The cells of the frame, in its order.
fn sample(spec: &Spec, frame: &DataFrame) -> Result<Sample> {
    let mut values = BTreeMap::new();
    if let Content::Statistics(columns) = &spec.content {
        for column in columns {
            values.insert(column.of.clone(), numbers(frame.column(&column.of)?)?);
        }
    }
    let seeds = frame.column("seed")?.i64()?.iter().map(|seed| seed.unwrap_or_default() as u64);
    Ok(Sample::new(seeds.collect(), values))
}

/// A column as f64. What is missing is not a number, which a statistic would show at once.
fn numbers(column: &polars::prelude::Column) -> Result<Vec<f64>> {
    Ok(match column.dtype() {
        DataType::Int64 => column.i64()?.iter().map(|value| value.map_or(f64::NAN, |value| value as f64)).collect(),
        _ => column.f64()?.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
    })
}

/// The key columns of a frame.
struct Keys<'a> {
    spec: &'a Spec,
    columns: Vec<Typed<'a>>,
}

impl<'a> Keys<'a> {
    fn new(spec: &'a Spec, cells: &Cells, frame: &'a DataFrame) -> Result<Self> {
        let kind = |name: &str| match cells.schema().axes.get(name) {
            Some(kind) => *kind,
            None if name == "seed" => Kind::Int,
            None => Kind::Text,
        };
        let columns = spec.keys.iter().map(|name| Typed::new(frame, name, kind(name))).collect::<Result<_>>()?;
        Ok(Self { spec, columns })
    }

    /// The key of a row.
    fn at(&self, row: usize) -> Result<Vec<Scalar>> {
        let missing = |name: &str| ArtifactError::Table {
            table: self.spec.id.clone(),
            message: format!("a cell has no value on the key column '{name}'"),
        };
        let mut key = Vec::with_capacity(self.columns.len());
        for (name, column) in self.spec.keys.iter().zip(&self.columns) {
            key.push(column.value(row).and_then(Value::into_scalar).ok_or_else(|| missing(name))?);
        }
        Ok(key)
    }
}

/// One row for every number of each row's series.
fn spread(rows: Vec<Row>, series: &StringChunked) -> Result<Vec<Row>, String> {
    let mut spread = Vec::new();
    for (index, row) in rows.into_iter().enumerate().filter(|(_, row)| row.diverged == 0) {
        let cells = row.sample.seeds().len();
        if cells != 1 {
            return Err(format!("a series is spread over rows, and one row's keys fit {cells} cells"));
        }
        let text = series.get(index).unwrap_or_default();
        let Some(Value::Series(values)) = Value::from_field(Kind::Series, text) else {
            return Err("a cell has no series".to_string());
        };
        spread.extend(values.into_iter().enumerate().map(|(place, value)| Row {
            key: row.key.iter().cloned().chain([Scalar::Int(place as i64)]).collect(),
            values: vec![value],
            diverged: 0,
            sample: row.sample.clone(),
        }));
    }
    Ok(spread)
}
