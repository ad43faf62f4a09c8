//! From cells to the rows of a table.

use super::{Content, Row, Spec, Table};
use crate::cells::{Cells, csv_bytes};
use crate::{ArtifactError, DIVERGED, Kind, Result, Scalar, Value};
use polars::prelude::*;
use std::collections::BTreeMap;

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
        let seeds = frame.column("seed")?.i64()?;
        let diverged = frame.column(DIVERGED)?.is_not_null();
        let outputs = match &spec.content {
            Content::Statistics(columns) => columns.iter().map(|column| column.of.as_str()).collect(),
            Content::Series { .. } => Vec::new(),
        };
        let mut samples = BTreeMap::new();
        for output in outputs {
            samples.insert(output.to_string(), numbers(frame.column(output)?)?);
        }
        let keys: Vec<Vec<Scalar>> = (0..frame.height()).map(|index| key(spec, cells, &frame, index)).collect::<Result<_>>()?;
        let (mut rows, mut start) = (Vec::new(), 0);
        for group in keys.chunk_by(|a, b| a == b) {
            let range = start..start + group.len();
            start = range.end;
            let row = Row {
                key: group[0].clone(),
                values: Vec::new(),
                diverged: range.clone().filter(|at| diverged.get(*at) == Some(true)).count(),
                seeds: range.clone().map(|at| seeds.get(at).unwrap_or_default() as u64).collect(),
                samples: samples.iter().map(|(name, values)| (name.clone(), values[range.clone()].to_vec())).collect(),
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
                        let value = column.statistic.of(&row.samples[&column.of]);
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

/// The cells of the table, sorted by its keys; the frame's own order decides between equals.
fn selected(spec: &Spec, cells: &Cells) -> Result<DataFrame> {
    let frame = cells.frame();
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

/// A column as f64. What is missing is not a number, which a statistic would show at once.
fn numbers(column: &polars::prelude::Column) -> Result<Vec<f64>> {
    Ok(match column.dtype() {
        DataType::Int64 => column.i64()?.iter().map(|value| value.map_or(f64::NAN, |value| value as f64)).collect(),
        _ => column.f64()?.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
    })
}

fn key(spec: &Spec, cells: &Cells, frame: &DataFrame, index: usize) -> Result<Vec<Scalar>> {
    let missing =
        |name: &str| ArtifactError::Table { table: spec.id.clone(), message: format!("a cell has no value on the key column '{name}'") };
    let value = |name: &String| {
        let column = frame.column(name)?;
        let value = match cells.schema().axes.get(name) {
            Some(Kind::Int) => column.i64()?.get(index).map(Scalar::Int),
            Some(Kind::Float) => column.f64()?.get(index).map(Scalar::Float),
            _ if name == "seed" => column.i64()?.get(index).map(Scalar::Int),
            _ => column.str()?.get(index).map(|text| Scalar::Text(text.to_string())),
        };
        value.ok_or_else(|| missing(name))
    };
    spec.keys.iter().map(value).collect()
}

/// One row for every number of each row's series.
fn spread(rows: Vec<Row>, series: &StringChunked) -> Result<Vec<Row>, String> {
    let mut spread = Vec::new();
    for (index, row) in rows.into_iter().enumerate().filter(|(_, row)| row.diverged == 0) {
        if row.seeds.len() != 1 {
            return Err(format!("a series is spread over rows, and one row's keys fit {} cells", row.seeds.len()));
        }
        let text = series.get(index).unwrap_or_default();
        let Some(Value::Series(values)) = Value::from_field(Kind::Series, text) else {
            return Err("a cell has no series".to_string());
        };
        spread.extend(values.into_iter().enumerate().map(|(place, value)| Row {
            key: row.key.iter().cloned().chain([Scalar::Int(place as i64)]).collect(),
            values: vec![value],
            seeds: row.seeds.clone(),
            diverged: 0,
            samples: BTreeMap::new(),
        }));
    }
    Ok(spread)
}
