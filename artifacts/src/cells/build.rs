//! From cells to columns.

use super::{Cell, Cells, KEY, Schema};
use crate::{Digest, Kind, Result, Value};
use polars::prelude::*;

/// Takes cells one after the other, in any order.
pub struct Builder {
    schema: Schema,
    experiments: StringChunkedBuilder,
    axes: Vec<(String, Column)>,
    seeds: PrimitiveChunkedBuilder<Int64Type>,
    outputs: Vec<(String, Column)>,
    keys: Vec<Digest>,
}

impl Builder {
    /// Of no cells yet.
    pub fn new(schema: Schema) -> Self {
        let column = |(name, kind): (&str, Kind)| (name.to_string(), Column::new(name, kind));
        Self {
            experiments: StringChunkedBuilder::new("experiment".into(), 0),
            axes: schema.axes.iter().map(|(name, kind)| column((name, *kind))).collect(),
            seeds: PrimitiveChunkedBuilder::new("seed".into(), 0),
            outputs: schema.recorded().map(column).collect(),
            keys: Vec::new(),
            schema,
        }
    }

    /// Takes a cell. An axis or an output that it does not have is left empty.
    pub fn push(&mut self, cell: &Cell) {
        self.experiments.append_value(&cell.experiment);
        for (name, column) in &mut self.axes {
            column.push(cell.axes.get(name).cloned().map(Value::from).as_ref());
        }
        self.seeds.append_value(cell.seed as i64);
        for (name, column) in &mut self.outputs {
            column.push(cell.record.0.get(name));
        }
        self.keys.push(cell.key);
    }

    /// The cells, sorted.
    ///
    /// # Errors
    /// A data frame operation fails.
    pub fn finish(self) -> Result<Cells> {
        let mut order = vec!["experiment".to_string()];
        order.extend(self.schema.axes.keys().cloned());
        order.push("seed".to_string());
        let mut columns = vec![self.experiments.finish().into_column()];
        columns.extend(self.axes.into_iter().map(|(_, column)| column.finish()));
        columns.push(self.seeds.finish().into_column());
        columns.extend(self.outputs.into_iter().map(|(_, column)| column.finish()));
        // Keys are sorted with their rows by the numbers of those.
        let frame = DataFrame::new(self.keys.len(), columns)?.with_row_index(KEY.into(), None)?;
        let mut frame = frame.sort(order, SortMultipleOptions::default())?;
        let rows = frame.drop_in_place(KEY)?;
        let keys = rows.u32()?.iter().flatten().map(|row| self.keys[row as usize]).collect();
        Ok(Cells { schema: self.schema, frame, keys })
    }
}

/// A column that grows. A value of another kind than the column's is left empty.
enum Column {
    Int(PrimitiveChunkedBuilder<Int64Type>),
    Float(PrimitiveChunkedBuilder<Float64Type>),
    Text(StringChunkedBuilder),
}

impl Column {
    fn new(name: &str, kind: Kind) -> Self {
        let name = PlSmallStr::from_str(name);
        match kind {
            Kind::Int => Self::Int(PrimitiveChunkedBuilder::new(name, 0)),
            Kind::Float => Self::Float(PrimitiveChunkedBuilder::new(name, 0)),
            Kind::Text | Kind::Series => Self::Text(StringChunkedBuilder::new(name, 0)),
        }
    }

    fn push(&mut self, value: Option<&Value>) {
        match (self, value) {
            (Self::Int(column), Some(Value::Int(value))) => column.append_value(*value),
            (Self::Int(column), _) => column.append_null(),
            (Self::Float(column), Some(Value::Float(value))) => column.append_value(*value),
            (Self::Float(column), Some(Value::Int(value))) => column.append_value(*value as f64),
            (Self::Float(column), _) => column.append_null(),
            (Self::Text(column), value) => column.append_option(value.map(Value::field)),
        }
    }

    fn finish(self) -> polars::prelude::Column {
        match self {
            Self::Int(column) => column.finish().into_column(),
            Self::Float(column) => column.finish().into_column(),
            Self::Text(column) => column.finish().into_column(),
        }
    }
}
