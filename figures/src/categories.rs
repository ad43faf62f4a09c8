//! What bars and strips share: places one below the other, each with a lane for each series.

use crate::FigureError;
use crate::axis::Axis;
use crate::key::{Entry, Sign};
use crate::sheet::{Panels, check_series};
use saigen_artifacts::Scalar;
use saigen_artifacts::table::{Filter, Row, Table};

/// The places and the series of a figure.
pub(crate) struct Categories<'a> {
    table: &'a Table,
    columns: (&'a str, &'a str),
    places: Vec<Scalar>,
    series: Vec<Scalar>,
    /// Whether the places are the series: one lane each.
    same: bool,
}

/// Where one row is drawn.
pub(crate) struct Lane<'a> {
    pub(crate) row: &'a Row,
    /// The number of its series.
    pub(crate) index: usize,
    /// Its middle, on the axis of [`Categories::axis`].
    pub(crate) middle: f64,
}

/// The share of a place that its lanes take.
const FILLED: f64 = 0.8;

impl<'a> Categories<'a> {
    /// The values of two key columns: of the places, and of the series.
    ///
    /// # Errors
    /// There are more series than have a colour.
    pub(crate) fn new(table: &'a Table, columns: (&'a str, &'a str), filter: &Filter) -> Result<Self, FigureError> {
        let (places, series) = (table.distinct(columns.0, filter), table.distinct(columns.1, filter));
        let same = columns.0 == columns.1;
        if !same {
            check_series(table, series.len())?;
        }
        Ok(Self { table, columns, places, series, same })
    }

    fn lanes(&self) -> usize {
        if self.same { 1 } else { self.series.len() }
    }

    /// The height of a panel whose lanes are this high.
    pub(crate) fn height(&self, lane: f64) -> f64 {
        self.places.len() as f64 * self.lanes() as f64 * lane / FILLED
    }

    /// The axis of the places, the first at the top.
    pub(crate) fn axis(&self) -> Axis {
        Axis::of_places(self.places.iter().map(|value| self.table.label(value)))
    }

    /// The key, where colours are not told by the places themselves.
    pub(crate) fn key(&self, sign: impl Fn(usize) -> Sign) -> Vec<Entry> {
        let entries = self.series.iter().enumerate().filter(|_| !self.same);
        entries.map(|(index, value)| Entry { sign: sign(index), label: self.table.label(value) }).collect()
    }

    /// The rows of each panel.
    ///
    /// # Errors
    /// Two rows would be drawn over each other.
    pub(crate) fn panels(&self, panels: &Panels) -> Result<Vec<Vec<Lane<'a>>>, FigureError> {
        panels.list.iter().map(|panel| self.lanes_of(&panel.filter)).collect()
    }

    fn lanes_of(&self, filter: &Filter) -> Result<Vec<Lane<'a>>, FigureError> {
        let mut lanes = Vec::new();
        for (place, value) in self.places.iter().enumerate() {
            for (index, series) in self.series.iter().enumerate() {
                let elsewhere = |column: &str, value: &Scalar| filter.get(column).is_some_and(|kept| kept != value);
                if (self.same && series != value) || elsewhere(self.columns.0, value) || elsewhere(self.columns.1, series) {
                    continue;
                }
                let mut filter = filter.clone();
                filter.insert(self.columns.0.to_string(), value.clone());
                filter.insert(self.columns.1.to_string(), series.clone());
                let lane = if self.same { 0 } else { index };
                let middle = place as f64 + 0.5 + FILLED * ((lane as f64 + 0.5) / self.lanes() as f64 - 0.5);
                let mut rows = self.table.select(&filter);
                let first = rows.next();
                if rows.next().is_some() {
                    let message = format!(
                        "more than one row has {} = {value} and {} = {series}: `where` can tell them apart",
                        self.columns.0, self.columns.1
                    );
                    return Err(FigureError::Table { table: self.table.spec.id.clone(), message });
                }
                lanes.extend(first.filter(|row| row.diverged == 0).map(|row| Lane { row, index, middle }));
            }
        }
        Ok(lanes)
    }
}
