//! The cells of one study: a data frame that is filled cell by cell, and read back so. A cell by itself
//! takes some twenty times the memory of its row.

mod build;
mod csv;

pub use build::Builder;
pub(crate) use csv::csv_bytes;

use crate::{DIVERGED, Digest, Kind, Record, Result, Scalar, Value};
use polars::prelude::*;
use std::collections::BTreeMap;

/// One cell with its result.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The identity of the step that made it.
    pub key: Digest,
    /// The experiment.
    pub experiment: String,
    /// Where it lies on the axes of its experiment.
    pub axes: BTreeMap<String, Scalar>,
    /// The seed.
    pub seed: u64,
    /// What came out.
    pub record: Record,
}

/// The names and kinds of axes and outputs, over all experiments of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// Axes by name; a kind that is a number or a text.
    pub axes: BTreeMap<String, Kind>,
    /// Outputs by name.
    pub outputs: BTreeMap<String, Kind>,
}

impl Schema {
    /// Everything that a record may hold: the outputs, and why there is none.
    fn recorded(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.outputs.iter().map(|(name, kind)| (name.as_str(), *kind)).chain([(DIVERGED, Kind::Text)])
    }

    /// The columns of `cells.csv`.
    fn columns(&self) -> Vec<&str> {
        let axes = self.axes.keys().map(String::as_str);
        ["experiment"].into_iter().chain(axes).chain(["seed"]).chain(self.recorded().map(|(name, _)| name)).chain([KEY]).collect()
    }
}

/// Columns that are no axis and no output.
pub const RESERVED: [&str; 4] = ["experiment", "seed", DIVERGED, KEY];

/// The column of the keys.
const KEY: &str = "key";

/// The cells of one study, sorted by experiment, axes and seed.
#[derive(Clone, Debug)]
pub struct Cells {
    schema: Schema,
    /// All columns but the keys.
    frame: DataFrame,
    keys: Vec<Digest>,
}

impl Cells {
    /// A frame of cells. An axis or an output that an experiment does not have is left empty.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn new<'a>(schema: Schema, cells: impl IntoIterator<Item = &'a Cell>) -> Result<Self> {
        let mut builder = Builder::new(schema);
        cells.into_iter().for_each(|cell| builder.push(cell));
        builder.finish()
    }

    /// The cells one by one, in the frame's order.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn iter(&self) -> Result<impl Iterator<Item = Cell>> {
        let experiments = self.frame.column("experiment")?.str()?;
        let seeds = self.frame.column("seed")?.i64()?;
        let named = |(name, kind)| -> Result<_> { Ok((name, Typed::new(&self.frame, name, kind)?)) };
        let axes = self.schema.axes.iter().map(|(name, kind)| (name.as_str(), *kind)).map(named).collect::<Result<Vec<_>>>()?;
        let outputs = self.schema.recorded().map(named).collect::<Result<Vec<_>>>()?;
        Ok(self.keys.iter().enumerate().map(move |(row, key)| {
            let value = |(name, column): &(&str, Typed<'_>)| Some(((*name).to_string(), column.value(row)?));
            let scalar = |(name, value): (String, Value)| Some((name, value.into_scalar()?));
            Cell {
                key: *key,
                experiment: experiments.get(row).unwrap_or_default().to_string(),
                axes: axes.iter().filter_map(value).filter_map(scalar).collect(),
                seed: seeds.get(row).unwrap_or_default() as u64,
                record: Record(outputs.iter().filter_map(value).collect()),
            }
        }))
    }

    /// The frame, for tables.
    pub(crate) fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// The names and kinds of the columns.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }
}

/// A column, as its kind is kept in the frame.
pub(crate) enum Typed<'a> {
    Int(&'a Int64Chunked),
    Float(&'a Float64Chunked),
    Text(&'a StringChunked),
    Series(&'a StringChunked),
}

impl<'a> Typed<'a> {
    pub(crate) fn new(frame: &'a DataFrame, name: &str, kind: Kind) -> Result<Self> {
        let column = frame.column(name)?;
        Ok(match kind {
            Kind::Int => Self::Int(column.i64()?),
            Kind::Float => Self::Float(column.f64()?),
            Kind::Text => Self::Text(column.str()?),
            Kind::Series => Self::Series(column.str()?),
        })
    }

    pub(crate) fn value(&self, row: usize) -> Option<Value> {
        match self {
            Self::Int(column) => column.get(row).map(Value::Int),
            Self::Float(column) => column.get(row).map(Value::Float),
            Self::Text(column) => column.get(row).map(|text| Value::Text(text.to_string())),
            Self::Series(column) => Value::from_field(Kind::Series, column.get(row)?),
        }
    }
}

impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Int(value) => Self::Int(value),
            Scalar::Float(value) => Self::Float(value),
            Scalar::Text(value) => Self::Text(value),
        }
    }
}

impl Value {
    pub(crate) fn into_scalar(self) -> Option<Scalar> {
        match self {
            Self::Int(value) => Some(Scalar::Int(value)),
            Self::Float(value) => Some(Scalar::Float(value)),
            Self::Text(value) => Some(Scalar::Text(value)),
            Self::Series(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn example() -> (Schema, Vec<Cell>) {
        let schema = Schema {
            axes: [("n", Kind::Int), ("sigma", Kind::Float)].map(|(name, kind)| (name.to_string(), kind)).into(),
            outputs: [("risk", Kind::Float), ("fit", Kind::Series), ("data", Kind::Text)]
                .map(|(name, kind)| (name.to_string(), kind))
                .into(),
        };
        let cell = |experiment: &str, n: i64, seed: u64, risk: f64| Cell {
            key: Digest::of(format!("{experiment}{n}{seed}").as_bytes()),
            experiment: experiment.to_string(),
            axes: [("n".to_string(), Scalar::Int(n)), ("sigma".to_string(), Scalar::Float(0.1))].into(),
            seed,
            record: Record(
                [
                    ("risk".to_string(), Value::Float(risk)),
                    ("fit".to_string(), Value::Series(vec![risk, -1e-300, 0.1 + 0.2])),
                    ("data".to_string(), Value::Text("a, \"b\"".to_string())),
                ]
                .into(),
            ),
        };
        let diverged = Cell { record: Record::diverged("the loss is not finite"), ..cell("a", 100, 0, 0.0) };
        let cells =
            vec![cell("b", 100, 0, 1e-7), cell("a", 1600, 1, 1.0 / 3.0), cell("a", 200, 1, 5e-324), cell("a", 200, 0, 1e300), diverged];
        (schema, cells)
    }

    #[test]
    fn the_file_reads_back_bit_for_bit_in_sorted_order() {
        let (schema, mut cells) = example();
        let built = Cells::new(schema.clone(), &cells).unwrap();
        let text = built.to_csv().unwrap();
        let read = Cells::from_csv(schema, Path::new("cells.csv"), &text).unwrap();
        assert_eq!(read.to_csv().unwrap(), text);
        cells.sort_by_key(|cell| (cell.experiment.clone(), cell.axes["n"].clone(), cell.seed));
        assert_eq!(read.iter().unwrap().collect::<Vec<_>>(), cells);
    }

    #[test]
    fn a_bad_value_is_named_with_its_line_and_column() {
        let (schema, cells) = example();
        let text = String::from_utf8(Cells::new(schema.clone(), &cells).unwrap().to_csv().unwrap()).unwrap();
        for (from, to) in [("1e-7", "NaN"), ("1e-7", "soft")] {
            let edited = text.replacen(from, to, 1);
            let error = Cells::from_csv(schema.clone(), Path::new("cells.csv"), edited.as_bytes()).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("line 6") && message.contains(to), "{message}");
        }
    }
}
