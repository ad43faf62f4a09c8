//! Points of the plane as dots, or as paths of them, with other points in grey below.

use crate::FigureError;
use crate::axis::Axis;
use crate::canvas::{Canvas, Point};
use crate::key::{Entry, Sign};
use crate::plane::{Area, Plane};
use crate::sheet::{Panels, Sheet};
use crate::theme::{GREY, series};
use plotters::style::{Color, RGBAColor};
use saigen_artifacts::Scalar;
use saigen_artifacts::figure::{Clouds, Scale, Spec};
use saigen_artifacts::table::{Filter, Table};

const DOT: f64 = 1.4;
/// The width of a path.
const PATH: f64 = 0.8;

/// The points of one panel.
struct Cloud {
    own: Vec<(f64, f64)>,
    behind: Vec<(f64, f64)>,
}

/// The figure of these clouds as SVG.
pub(crate) fn draw(spec: &Spec, what: &Clouds, name: &str, table: &Table) -> Result<String, FigureError> {
    let wrong = |message: String| FigureError::Table { table: table.spec.id.clone(), message };
    let panels = Panels::of(spec, table);
    let mut clouds = Vec::new();
    for panel in &panels.list {
        let read = |filter: &Filter| points(table, filter).map_err(|message| wrong(format!("{}: {message}", panel.title)));
        let mut below = panel.filter.clone();
        below.extend(what.behind.iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        let behind = if what.behind.is_some() { read(&below)? } else { Vec::new() };
        clouds.push(Cloud { own: read(&panel.filter)?, behind });
    }
    // One scale for both axes and all panels: shapes and sizes can be compared.
    let all = clouds.iter().flat_map(|cloud| cloud.own.iter().chain(&cloud.behind)).flat_map(|point| [point.0, point.1]);
    let axis = Axis::around(Scale::Linear, all).ok_or_else(|| wrong("a coordinate has no place on an axis".to_string()))?;
    let side = match panels.columns {
        1 => 330.0,
        2 => 230.0,
        3 => 190.0,
        _ => 150.0,
    };
    let sheet = Sheet { spec, name, panels: &panels, size: (side, side), right: 0.0, margin: 0.0, key: key(spec, what, table) };
    sheet.draw((&axis, &axis), |canvas, plane, index| {
        let place = |points: &[(f64, f64)]| points.iter().map(|(x, y)| plane.at(*x, *y)).collect::<Vec<Point>>();
        let (own, behind) = (place(&clouds[index].own), place(&clouds[index].behind));
        dots(canvas, &behind, GREY.mix(0.4))?;
        match what.joined {
            None => dots(canvas, &own, series(0).mix(0.75))?,
            Some(joined) => {
                own.chunks(joined).try_for_each(|path| canvas.line(path, series(0), PATH))?;
                let ends: Vec<Point> = own.chunks(joined).filter_map(|path| path.last().copied()).collect();
                dots(canvas, &ends, series(0).to_rgba())?;
            }
        }
        frame(canvas, plane)
    })
}

/// The points of the rows that a filter keeps: of each pair of numbers x, then y.
fn points(table: &Table, filter: &Filter) -> Result<Vec<(f64, f64)>, String> {
    let numbers: Vec<f64> = table.select(filter).filter_map(|row| row.values.first().copied()).collect();
    if numbers.is_empty() {
        return Err("no row is left to draw".to_string());
    }
    let (pairs, rest) = numbers.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(format!("{} numbers are no pairs of x and y", numbers.len()));
    }
    Ok(pairs.iter().map(|[x, y]| (*x, *y)).collect())
}

/// What the two kinds of points are: the words by which they were chosen.
fn key(spec: &Spec, what: &Clouds, table: &Table) -> Vec<Entry> {
    let Some(behind) = &what.behind else { return Vec::new() };
    let label = |filter: &Filter| {
        let words = filter.iter().filter(|(name, value)| behind.contains_key(*name) && matches!(value, Scalar::Text(_)));
        words.map(|(_, value)| table.label(value)).collect::<Vec<_>>().join(", ")
    };
    let entries = [Entry { sign: Sign::Mark(0), label: label(&spec.filter) }, Entry { sign: Sign::Dot, label: label(behind) }];
    entries.into_iter().filter(|entry| !entry.label.is_empty()).collect()
}

fn dots(canvas: &Canvas<'_, '_>, points: &[Point], colour: RGBAColor) -> Result<(), FigureError> {
    points.iter().try_for_each(|point| canvas.disc(*point, DOT, colour))
}

fn frame(canvas: &Canvas<'_, '_>, plane: &Plane<'_>) -> Result<(), FigureError> {
    let Area { left, top, right, bottom } = plane.area;
    canvas.frame((left, top), (right, bottom), GREY, 1.0)
}
