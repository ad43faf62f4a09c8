//! A mark a row.

use crate::FigureError;
use crate::axis::Axis;
use crate::key::{Entry, Sign};
use crate::marks::marks;
use crate::sheet::{Panels, Sheet, check_series};
use crate::theme::GREY;
use saigen_artifacts::figure::{Scatter, Spec};
use saigen_artifacts::table::{Row, Table};

/// The figure of these marks as SVG.
pub(crate) fn draw(spec: &Spec, what: &Scatter, name: &str, table: &Table) -> Result<String, FigureError> {
    let panels = Panels::of(spec, table);
    let names = table.distinct(&what.series, &spec.filter);
    check_series(table, names.len())?;
    let read = |panel: usize, series: usize| -> Vec<(f64, f64)> {
        // A panel of one series shows that one.
        let own = |row: &&Row| table.key(row, &what.series) == Some(&names[series]);
        let rows = table.select(&panels.list[panel].filter).filter(own);
        let points = rows.filter_map(|row| table.value(row, &what.x).zip(table.value(row, &what.y)));
        points.filter(|(x, y)| !x.is_nan() && !y.is_nan()).collect()
    };
    let all: Vec<(f64, f64)> =
        (0..panels.list.len()).flat_map(|panel| (0..names.len()).flat_map(move |series| read(panel, series))).collect();
    let no_place = || FigureError::Table {
        table: table.spec.id.clone(),
        message: "no row is left to draw, or one has no place on a logarithmic axis".to_string(),
    };
    // Against the line of equal values, both axes show the same numbers.
    let both = |one: fn(&(f64, f64)) -> f64| {
        let other = all.iter().flat_map(|point| [point.0, point.1]);
        if what.diagonal { other.collect::<Vec<_>>() } else { all.iter().map(one).collect() }
    };
    let x = Axis::around(what.scales.0, both(|point| point.0)).ok_or_else(no_place)?;
    let y = Axis::around(what.scales.1, both(|point| point.1)).ok_or_else(no_place)?;
    let mut key: Vec<Entry> =
        names.iter().enumerate().map(|(index, name)| Entry { sign: Sign::Mark(index), label: table.label(name) }).collect();
    if what.diagonal {
        key.push(Entry { sign: Sign::Dashes, label: "equal".to_string() });
    }
    let side = if panels.columns == 1 { 330.0 } else { 230.0 };
    let sheet = Sheet { spec, name, panels: &panels, size: (side, side), right: 0.0, margin: 0.0, key };
    sheet.draw((&x, &y), |canvas, plane, panel| {
        plane.horizontals(canvas)?;
        plane.verticals(canvas)?;
        if what.diagonal {
            let area = plane.area;
            canvas.dashes(&[(area.left, area.bottom), (area.right, area.top)], (5.0, 3.5), GREY, 1.2)?;
        }
        for series in 0..names.len() {
            let points: Vec<_> = read(panel, series).iter().map(|(x, y)| plane.at(*x, *y)).collect();
            marks(canvas, &points, series)?;
        }
        Ok(())
    })
}
