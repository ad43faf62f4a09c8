//! The cells of one study as a data frame, and the file `cells.csv`.

use crate::{ArtifactError, DIVERGED, Digest, Kind, Record, Result, Scalar, Value};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

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
}

/// Columns that are no axis and no output.
pub const RESERVED: [&str; 4] = ["experiment", "seed", DIVERGED, "key"];

/// The cells of one study, sorted by experiment, axes and seed.
#[derive(Clone, Debug)]
pub struct Cells {
    schema: Schema,
    frame: DataFrame,
}

impl Cells {
    /// A frame of cells. An axis or an output that an experiment does not have is left empty.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn new(schema: Schema, cells: &[Cell]) -> Result<Self> {
        let experiments: Vec<_> = cells.iter().map(|cell| cell.experiment.as_str()).collect();
        let mut columns = vec![Column::new("experiment".into(), experiments)];
        for (name, kind) in &schema.axes {
            let values = cells.iter().map(|cell| cell.axes.get(name).cloned().map(Value::from));
            columns.push(column(name, *kind, values));
        }
        let seeds: Vec<_> = cells.iter().map(|cell| cell.seed as i64).collect();
        columns.push(Column::new("seed".into(), seeds));
        for (name, kind) in &schema.outputs {
            columns.push(column(name, *kind, cells.iter().map(|cell| cell.record.0.get(name).cloned())));
        }
        columns.push(column(DIVERGED, Kind::Text, cells.iter().map(|cell| cell.record.0.get(DIVERGED).cloned())));
        let keys: Vec<_> = cells.iter().map(|cell| cell.key.to_string()).collect();
        columns.push(Column::new("key".into(), keys));
        let mut order = vec!["experiment".to_string()];
        order.extend(schema.axes.keys().cloned());
        order.push("seed".to_string());
        let frame = DataFrame::new(cells.len(), columns)?.sort(order, SortMultipleOptions::default())?;
        Ok(Self { schema, frame })
    }

    /// The text of `cells.csv`.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        csv_bytes(&self.frame)
    }

    /// Reads `cells.csv` back, exactly.
    ///
    /// # Errors
    /// The file has other columns, a value of another kind, or a number that is not finite.
    pub fn from_csv(schema: Schema, path: &Path, bytes: &[u8]) -> Result<Self> {
        let malformed = |message: String| ArtifactError::Malformed { path: path.to_path_buf(), message };
        // Every field is read as text and parsed by its declared kind, so that a bad value is named.
        let options = CsvReadOptions::default().with_infer_schema_length(Some(0));
        let frame = options.into_reader_with_file_handle(Cursor::new(bytes)).finish();
        let frame = frame.map_err(|error| malformed(error.to_string()))?;
        let expected = Self::new(schema.clone(), &[])?;
        let (found, wanted) = (frame.get_column_names(), expected.frame.get_column_names());
        if found != wanted {
            return Err(malformed(format!("expected the columns {wanted:?}, found {found:?}")));
        }
        let mut cells = Vec::new();
        for index in 0..frame.height() {
            let field = |name: &str| -> Result<Option<&str>> { Ok(frame.column(name)?.str()?.get(index)) };
            let bad = |name: &str, kind: &str, text: &str| {
                malformed(format!("line {}: column '{name}' expects {kind}, found '{text}'", index + 2))
            };
            let typed = |name: &str, kind: Kind| -> Result<Option<Value>> {
                let Some(text) = field(name)? else { return Ok(None) };
                Value::from_field(kind, text).map(Some).ok_or_else(|| bad(name, &kind.to_string(), text))
            };
            let text = |name: &str| -> Result<&str> { Ok(field(name)?.unwrap_or_default()) };
            let (key, seed) = (text("key")?, text("seed")?);
            let mut cell = Cell {
                key: key.parse().map_err(|_| bad("key", "a sha256 digest", key))?,
                experiment: text("experiment")?.to_string(),
                axes: BTreeMap::new(),
                seed: seed.parse().map_err(|_| bad("seed", "a whole number", seed))?,
                record: Record::default(),
            };
            for (name, kind) in &schema.axes {
                if let Some(value) = typed(name, *kind)? {
                    cell.axes.insert(name.clone(), value.into_scalar().ok_or_else(|| bad(name, "a scalar", "a series"))?);
                }
            }
            for (name, kind) in schema.recorded() {
                if let Some(value) = typed(name, kind)? {
                    cell.record.0.insert(name.to_string(), value);
                }
            }
            cells.push(cell);
        }
        Self::new(schema, &cells)
    }

    /// The cells one by one, in the frame's order.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn cells(&self) -> Result<Vec<Cell>> {
        let text = |name: &str| -> Result<Vec<String>> {
            Ok(self.frame.column(name)?.str()?.iter().map(|text| text.unwrap_or_default().to_string()).collect())
        };
        let (experiments, keys) = (text("experiment")?, text("key")?);
        let seeds = self.frame.column("seed")?.i64()?;
        let mut cells = Vec::with_capacity(experiments.len());
        for (index, experiment) in experiments.into_iter().enumerate() {
            let mut cell = Cell {
                // Keys and seeds were checked when the frame was made.
                key: keys[index].parse().unwrap_or_else(|_| Digest::of(b"")),
                experiment,
                axes: BTreeMap::new(),
                seed: seeds.get(index).unwrap_or_default() as u64,
                record: Record::default(),
            };
            for (name, kind) in &self.schema.axes {
                let value = self.value(name, *kind, index)?.and_then(Value::into_scalar);
                cell.axes.extend(value.map(|value| (name.clone(), value)));
            }
            for (name, kind) in self.schema.recorded() {
                cell.record.0.extend(self.value(name, kind, index)?.map(|value| (name.to_string(), value)));
            }
            cells.push(cell);
        }
        Ok(cells)
    }

    /// The frame, for tables.
    pub(crate) fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// The names and kinds of the columns.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    fn value(&self, name: &str, kind: Kind, index: usize) -> Result<Option<Value>> {
        let column = self.frame.column(name)?;
        Ok(match kind {
            Kind::Int => column.i64()?.get(index).map(Value::Int),
            Kind::Float => column.f64()?.get(index).map(Value::Float),
            Kind::Text => column.str()?.get(index).map(|text| Value::Text(text.to_string())),
            Kind::Series => column.str()?.get(index).and_then(|text| Value::from_field(kind, text)),
        })
    }
}

/// A frame as canonical CSV: `\n`, shortest round-trip numbers, empty for nothing.
pub(crate) fn csv_bytes(frame: &DataFrame) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes).include_header(true).finish(&mut frame.clone())?;
    Ok(bytes)
}

fn column(name: &str, kind: Kind, values: impl Iterator<Item = Option<Value>>) -> Column {
    let name = PlSmallStr::from_str(name);
    match kind {
        Kind::Int => {
            let whole = |value| if let Value::Int(value) = value { Some(value) } else { None };
            Column::new(name, values.map(|value| value.and_then(whole)).collect::<Vec<_>>())
        }
        Kind::Float => {
            let number = |value| match value {
                Value::Float(value) => Some(value),
                Value::Int(value) => Some(value as f64),
                _ => None,
            };
            Column::new(name, values.map(|value| value.and_then(number)).collect::<Vec<_>>())
        }
        Kind::Text | Kind::Series => Column::new(name, values.map(|value| value.map(|value| value.field())).collect::<Vec<_>>()),
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
    fn into_scalar(self) -> Option<Scalar> {
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
        assert_eq!(read.cells().unwrap(), cells);
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
