//! Horizontal bars from 0, with error bars and published values.

use crate::FigureError;
use crate::axis::Axis;
use crate::categories::Categories;
use crate::key::{Entry, Sign};
use crate::marks::hollow;
use crate::sheet::{Panels, Sheet};
use crate::theme::{GREY, INK, SERIES, series};
use saigen_artifacts::figure::{Bars, Spec};
use saigen_artifacts::table::{Row, Table};

const LANE: f64 = 15.0;

/// The figure of these bars as SVG.
pub(crate) fn draw(spec: &Spec, what: &Bars, name: &str, table: &Table) -> Result<String, FigureError> {
    let panels = Panels::of(spec, table);
    let categories = Categories::new(table, (&what.categories, &what.series), &spec.filter)?;
    let lanes = categories.panels(&panels)?;
    let number =
        |row: &Row, column: &Option<String>| column.as_ref().and_then(|name| table.value(row, name)).filter(|value| !value.is_nan());
    let ends = |row: &Row| {
        let value = table.value(row, &what.value).unwrap_or(f64::NAN);
        let error = number(row, &what.error);
        (value, error.map(|error| (value - error, value + error)))
    };
    let published = |row: &Row| {
        let published = what.published.as_ref()?;
        let value = number(row, &Some(published.of.clone()))?;
        let error = number(row, &published.error).unwrap_or_default();
        Some((value, (value - error, value + error)))
    };
    let all = lanes.iter().flatten().flat_map(|lane| {
        let (value, error) = ends(lane.row);
        let published = published(lane.row).map(|(value, (low, high))| [value, low, high]);
        [value].into_iter().chain(error.into_iter().flat_map(|(low, high)| [low, high])).chain(published.into_iter().flatten())
    });
    let empty = || FigureError::Table { table: table.spec.id.clone(), message: "no row is left to draw, or one has no number".to_string() };
    let x = Axis::from_zero(all).filter(|_| lanes.iter().any(|lanes| !lanes.is_empty())).ok_or_else(empty)?;
    let mut key = categories.key(Sign::Block);
    if what.published.is_some() {
        key.push(Entry { sign: Sign::Hollow, label: "published".to_string() });
    }
    let width = if panels.columns == 1 { 420.0 } else { 240.0 };
    let sheet = Sheet { spec, name, panels: &panels, size: (width, categories.height(LANE)), right: 12.0, margin: 0.0, key };
    sheet.draw((&x, &categories.axis()), |canvas, plane, panel| {
        plane.verticals(canvas)?;
        for lane in &lanes[panel] {
            let (value, error) = ends(lane.row);
            let (zero, end) = (plane.at(0.0, lane.middle), plane.at(value, lane.middle));
            let half = LANE * 0.42;
            let (left, right) = (zero.0.min(end.0), zero.0.max(end.0));
            canvas.rectangle((left, end.1 - half), (right, end.1 + half), series(lane.index))?;
            let whisker = |(low, high): (f64, f64), y: f64, colour| {
                let (low, high) = (plane.at(low, lane.middle).0, plane.at(high, lane.middle).0);
                canvas.line(&[(low, y), (high, y)], colour, 1.2)?;
                [low, high].iter().try_for_each(|x| canvas.line(&[(*x, y - 2.5), (*x, y + 2.5)], colour, 1.2))
            };
            if let Some(error) = error {
                whisker(error, end.1, INK)?;
            }
            if let Some((value, reading)) = published(lane.row) {
                whisker(reading, end.1, GREY)?;
                hollow(canvas, &[plane.at(value, lane.middle)], SERIES - 1)?;
            }
        }
        let zero = plane.at(0.0, 0.0).0;
        canvas.line(&[(zero, plane.area.top), (zero, plane.area.bottom)], GREY, 1.0)
    })
}
