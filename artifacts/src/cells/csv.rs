//! The file `cells.csv`. It is written and read in parts of so many rows, so that what a part takes
//! beside the cells does not grow with them.

use super::{Builder, Cell, Cells, KEY, Schema};
use crate::{ArtifactError, Digest, Kind, Record, Result, Value};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

/// Rows that are written, and about as many bytes as are read, at a time.
const ROWS: usize = 1 << 15;
const BYTES: usize = 1 << 22;

impl Cells {
    /// The text of `cells.csv`.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for start in (0..self.keys.len().max(1)).step_by(ROWS) {
            let mut part = self.frame.slice(start as i64, ROWS);
            let keys: Vec<String> = self.keys.iter().skip(start).take(ROWS).map(Digest::to_string).collect();
            part.with_column(Column::new(KEY.into(), keys))?;
            CsvWriter::new(&mut bytes).include_header(start == 0).finish(&mut part)?;
        }
        // It is kept, and has grown by doubling.
        bytes.shrink_to_fit();
        Ok(bytes)
    }

    /// Reads `cells.csv` back, exactly.
    ///
    /// # Errors
    /// The file has other columns, a value of another kind, or a number that is not finite.
    pub fn from_csv(schema: Schema, path: &Path, bytes: &[u8]) -> Result<Self> {
        let malformed = |message: String| ArtifactError::Malformed { path: path.to_path_buf(), message };
        let expected = schema.columns();
        let mut builder = Builder::new(schema.clone());
        // The first line names the columns.
        let mut line = 2;
        for part in parts(bytes) {
            // Every field is read as text and parsed by its declared kind, so that a bad value is named.
            let options = CsvReadOptions::default().with_infer_schema_length(Some(0));
            let frame = options.into_reader_with_file_handle(Cursor::new(part)).finish();
            let frame = frame.map_err(|error| malformed(error.to_string()))?;
            let found = frame.get_column_names();
            if found != expected {
                return Err(malformed(format!("expected the columns {expected:?}, found {found:?}")));
            }
            let rows = Rows { schema: &schema, fields: fields(&frame)? };
            for row in 0..frame.height() {
                let cell = rows.cell(row).map_err(|bad| malformed(format!("line {}: {bad}", line + row)))?;
                builder.push(&cell);
            }
            line += frame.height();
        }
        builder.finish()
    }
}

/// A file in parts that are each a file: the first line, then some of the others.
fn parts(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    // A line ends at a newline that is not within quotes.
    let mut quoted = false;
    let mut ends = bytes.iter().enumerate().filter_map(move |(at, byte)| {
        quoted ^= *byte == b'"';
        (*byte == b'\n' && !quoted).then_some(at + 1)
    });
    let (head, mut rest) = bytes.split_at(ends.next().unwrap_or(bytes.len()));
    let mut taken = head.len();
    let mut first = true;
    std::iter::from_fn(move || {
        if rest.is_empty() && !first {
            return None;
        }
        first = false;
        let end = ends.find(|end| end - taken >= BYTES).unwrap_or(taken + rest.len());
        let (part, after) = rest.split_at(end - taken);
        (taken, rest) = (end, after);
        Some([head, part].concat())
    })
}

/// The columns of text, by name.
fn fields(frame: &DataFrame) -> Result<BTreeMap<&str, &StringChunked>> {
    frame.columns().iter().map(|column| Ok((column.name().as_str(), column.str()?))).collect()
}

/// Rows of text, as they stand in the file.
struct Rows<'a> {
    schema: &'a Schema,
    fields: BTreeMap<&'a str, &'a StringChunked>,
}

impl Rows<'_> {
    /// The cell of a row, or what is wrong in it.
    fn cell(&self, row: usize) -> Result<Cell, String> {
        let field = |name: &str| self.fields.get(name).and_then(|column| column.get(row));
        let text = |name: &str| field(name).unwrap_or_default();
        let bad = |name: &str, kind: &str, text: &str| format!("column '{name}' expects {kind}, found '{text}'");
        let typed = |name: &str, kind: Kind| -> Result<Option<Value>, String> {
            let Some(text) = field(name) else { return Ok(None) };
            Value::from_field(kind, text).map(Some).ok_or_else(|| bad(name, &kind.to_string(), text))
        };
        let (key, seed) = (text(KEY), text("seed"));
        let mut cell = Cell {
            key: key.parse().map_err(|_| bad(KEY, "a sha256 digest", key))?,
            experiment: text("experiment").to_string(),
            axes: BTreeMap::new(),
            seed: seed.parse().map_err(|_| bad("seed", "a whole number", seed))?,
            record: Record::default(),
        };
        for (name, kind) in &self.schema.axes {
            if let Some(value) = typed(name, *kind)? {
                cell.axes.insert(name.clone(), value.into_scalar().ok_or_else(|| bad(name, "a scalar", "a series"))?);
            }
        }
        for (name, kind) in self.schema.recorded() {
            if let Some(value) = typed(name, kind)? {
                cell.record.0.insert(name.to_string(), value);
            }
        }
        Ok(cell)
    }
}

/// A frame as canonical CSV: `\n`, shortest round-trip numbers, empty for nothing.
pub(crate) fn csv_bytes(frame: &DataFrame) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes).include_header(true).finish(&mut frame.clone())?;
    bytes.shrink_to_fit();
    Ok(bytes)
}
