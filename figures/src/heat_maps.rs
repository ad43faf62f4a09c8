//! Surfaces as colours, one panel beside the other on one scale, with contour lines; and rows of colours.

use crate::FigureError;
use crate::axis::Axis;
use crate::canvas::{Align, Canvas, Type};
use crate::contour::Grid;
use crate::plane::{Area, Plane};
use crate::sheet::{Panels, Sheet, number};
use crate::theme::{GREY, GRID, INK, LABEL, PAPER, SMALL};
use plotters::style::RGBColor;
use plotters::style::colors::colormaps::{ColorMap, ViridisRGB};
use saigen_artifacts::Scalar;
use saigen_artifacts::figure::{HeatMaps, Scale, Spec, Surface};
use saigen_artifacts::statistic::quantile;
use saigen_artifacts::table::{Filter, Table};

/// The numbers of one panel, column by column of the picture.
struct Sampled {
    xs: Vec<f64>,
    ys: Vec<f64>,
    values: Vec<f64>,
}

/// Colours that are told apart: more would only make the file larger.
const LEVELS: usize = 32;
/// The width of the bar of colours, and how far it stands off.
const BAR: f64 = 12.0;
const OFF: f64 = 16.0;
/// The height of a row of colours, and of the paper between two.
const ROW: f64 = 22.0;
const BETWEEN: f64 = 2.0;

/// The figure of these surfaces as SVG.
pub(crate) fn draw(spec: &Spec, what: &HeatMaps, name: &str, table: &Table) -> Result<String, FigureError> {
    let wrong = |message: String| FigureError::Table { table: table.spec.id.clone(), message };
    let panels = Panels::of(spec, table);
    let sampled = |filter: &Filter| match &what.surface {
        Surface::UnitSquare => square(table, filter),
        Surface::Columns { x, y, value } => columns(table, filter, (x, y, value)),
        Surface::Rows { x, rows: column, value } => rows((spec, table), filter, (x, column, value)),
    };
    let surfaces = panels.list.iter().map(|panel| sampled(&panel.filter).map_err(|message| wrong(format!("{}: {message}", panel.title))));
    let surfaces = surfaces.collect::<Result<Vec<Sampled>, _>>()?;
    let all: Vec<f64> = surfaces.iter().flat_map(|surface| &surface.values).filter(|value| !value.is_nan()).copied().collect();
    if all.is_empty() {
        return Err(wrong("no row is left to draw".to_string()));
    }
    // The extreme half percents share the end colours, so that one outlier cannot grey the rest.
    let range = (quantile(&all, 0.005), quantile(&all, 0.995));
    let range = if range.0 < range.1 { range } else { (range.0 - 0.5, range.1 + 0.5) };
    let colours = Axis::between(Scale::Linear, range.0, range.1);
    let around = |places: fn(&Sampled) -> &Vec<f64>| -> Axis {
        let edges: Vec<f64> = surfaces.iter().flat_map(|surface| edges(places(surface))).collect();
        let (low, high) = edges.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), edge| (low.min(*edge), high.max(*edge)));
        Axis::between(Scale::Linear, low, high)
    };
    let x = around(|surface| &surface.xs);
    let side = match panels.columns {
        1 => 300.0,
        2 => 230.0,
        _ => 190.0,
    };
    let (y, size) = match &what.surface {
        Surface::Rows { rows, .. } => {
            let names = table.distinct(rows, &spec.filter);
            (Axis::of_places(names.iter().map(|name| table.label(name))), (2.0 * side, ROW * names.len() as f64))
        }
        _ => (around(|surface| &surface.ys), (side, side)),
    };
    // The bar stands right of the first row; the panels share its room.
    let room = OFF + (BAR + 6.0 + Type::of(SMALL).widest(colours.labels())?).max(Type::of(LABEL).width(&what.scale)?);
    let sheet = Sheet { spec, name, panels: &panels, size, right: 0.0, margin: room, key: Vec::new() };
    sheet.draw((&x, &y), |canvas, plane, index| {
        paint(canvas, plane, &surfaces[index], range)?;
        if matches!(what.surface, Surface::Rows { .. }) {
            separate(canvas, plane)?;
        }
        for height in &what.contours {
            contour(canvas, plane, &surfaces[index], *height)?;
        }
        let Area { left, top, right, bottom } = plane.area;
        canvas.frame((left, top), (right, bottom), GREY, 1.0)?;
        if index + 1 == panels.columns.min(panels.list.len()) {
            bar(canvas, Area { left: right + OFF, right: right + OFF + BAR, top, bottom }, what, (range, &colours))?;
        }
        Ok(())
    })
}

/// A series over the unit square: a row of the series is a column of the picture.
fn square(table: &Table, filter: &Filter) -> Result<Sampled, String> {
    let values: Vec<f64> = table.select(filter).filter_map(|row| row.values.first().copied()).collect();
    let side = values.len().isqrt();
    if side * side != values.len() {
        return Err(format!("{} values are no square", values.len()));
    }
    let places: Vec<f64> = (0..side).map(|at| (at as f64 + 0.5) / side as f64).collect();
    Ok(Sampled { xs: places.clone(), ys: places, values })
}

/// Two key columns and a value; a place without a row, or without a number, is left empty.
fn columns(table: &Table, filter: &Filter, (x, y, value): (&str, &str, &str)) -> Result<Sampled, String> {
    let numbers = |name: &str| table.distinct(name, filter).iter().filter_map(Scalar::number).collect::<Vec<f64>>();
    let (xs, ys) = (numbers(x), numbers(y));
    if xs.len() < 2 || ys.len() < 2 {
        return Err(format!("a surface needs two values of '{x}' and of '{y}' at least"));
    }
    let mut values = vec![f64::NAN; xs.len() * ys.len()];
    let mut taken = vec![false; values.len()];
    for row in table.select(filter) {
        let place = |name: &str, places: &[f64]| {
            let number = table.key(row, name).and_then(Scalar::number);
            places.iter().position(|place| Some(*place) == number)
        };
        let Some((column, height)) = place(x, &xs).zip(place(y, &ys)) else { continue };
        let at = column * ys.len() + height;
        if std::mem::replace(&mut taken[at], true) {
            return Err(format!("more than one row has {x} = {} and {y} = {}: `where` can tell them apart", xs[column], ys[height]));
        }
        values[at] = table.value(row, value).unwrap_or(f64::NAN);
    }
    Ok(Sampled { xs, ys, values })
}

/// Rows of colours, the first at height 0: a key column of numbers along each, and another that tells them apart.
fn rows((spec, table): (&Spec, &Table), filter: &Filter, (x, column, value): (&str, &str, &str)) -> Result<Sampled, String> {
    let place = number(spec, table, x);
    let mut xs: Vec<f64> = table.select(filter).filter_map(&place).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    if xs.len() < 2 {
        return Err(format!("a row of colours needs two values of '{x}' at least"));
    }
    let names = table.distinct(column, &spec.filter);
    let mut values = vec![f64::NAN; xs.len() * names.len()];
    for row in table.select(filter) {
        let along = place(row).and_then(|place| xs.iter().position(|x| *x == place));
        let Some((along, height)) = along.zip(names.iter().position(|name| Some(name) == table.key(row, column))) else { continue };
        let entry = &mut values[along * names.len() + height];
        if !entry.is_nan() {
            return Err(format!("more than one row has {x} = {} and {column} = {}: `where` can tell them apart", xs[along], names[height]));
        }
        *entry = table.value(row, value).unwrap_or(f64::NAN);
    }
    Ok(Sampled { xs, ys: (0..names.len()).map(|row| row as f64 + 0.5).collect(), values })
}

/// Paper between rows.
fn separate(canvas: &Canvas<'_, '_>, plane: &Plane<'_>) -> Result<(), FigureError> {
    let Area { left, right, .. } = plane.area;
    let heights = plane.y.ticks.iter().skip(1).map(|tick| plane.at(0.0, tick.value - 0.5).1);
    heights.into_iter().try_for_each(|height| canvas.line(&[(left, height), (right, height)], PAPER, BETWEEN))
}

/// The edges of cells around places: half-way between neighbours, and as far beyond the ends.
fn edges(places: &[f64]) -> Vec<f64> {
    let middles = places.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    let Some((first, last)) = places.first().zip(places.last()) else { return Vec::new() };
    let half = |pair: Option<&[f64]>| pair.map_or(0.5, |pair| (pair[1] - pair[0]) / 2.0);
    let (before, after) = (half(places.get(..2)), half(places.len().checked_sub(2).and_then(|at| places.get(at..))));
    [first - before].into_iter().chain(middles).chain([last + after]).collect()
}

fn paint(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, surface: &Sampled, range: (f64, f64)) -> Result<(), FigureError> {
    let (across, up) = (edges(&surface.xs), edges(&surface.ys));
    let rows = surface.ys.len();
    // Cells of one colour in a column are one broad line, and all of one colour one path.
    let mut runs: Vec<(Option<usize>, usize, usize, usize)> = Vec::new();
    for column in 0..surface.xs.len() {
        let level = |row: usize| level_of(surface.values[column * rows + row], range);
        let mut start = 0;
        for row in 1..=rows {
            if row == rows || level(row) != level(start) {
                runs.push((level(start), column, start, row));
                start = row;
            }
        }
    }
    runs.sort();
    for (level, column, from, to) in runs {
        let (start, end) = (plane.at(across[column], up[from]), plane.at(across[column + 1], up[to]));
        // A little over the neighbours, so that no seam shows; the frame covers what leaves the area.
        let middle = f64::midpoint(start.0, end.0);
        let (low, high) = (start.1.max(end.1), start.1.min(end.1));
        canvas.line(&[(middle, low + 0.3), (middle, high - 0.3)], level.map_or(GRID, colour), end.0 - start.0 + 0.6)?;
    }
    Ok(())
}

fn contour(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, surface: &Sampled, height: f64) -> Result<(), FigureError> {
    let grid = Grid { xs: &surface.xs, ys: &surface.ys, values: &surface.values };
    let lines: Vec<Vec<_>> = grid.contours(height).iter().map(|line| line.iter().map(|(x, y)| plane.at(*x, *y)).collect()).collect();
    // Ink on a rim of paper is seen on dark colours and on light ones.
    for (width, colour) in [(2.6, PAPER), (1.2, INK)] {
        lines.iter().try_for_each(|line| canvas.line(line, colour, width))?;
    }
    Ok(())
}

/// The bar of colours with its numbers, and a line at the height of each contour.
fn bar(canvas: &Canvas<'_, '_>, area: Area, what: &HeatMaps, ((low, high), axis): ((f64, f64), &Axis)) -> Result<(), FigureError> {
    let Area { left, top, right, bottom } = area;
    let place = |value: f64| bottom - (value - low) / (high - low) * (bottom - top);
    let step = (bottom - top) / LEVELS as f64;
    for level in 0..LEVELS {
        let y = bottom - level as f64 * step;
        // From the top of the bar down: what is drawn later covers the rest, and no seam shows.
        canvas.rectangle((left, top), (right, y), colour(level))?;
    }
    for height in what.contours.iter().filter(|height| (low..=high).contains(*height)) {
        for (width, colour) in [(2.6, PAPER), (1.2, INK)] {
            canvas.line(&[(left, place(*height)), (right, place(*height))], colour, width)?;
        }
    }
    canvas.frame((left, top), (right, bottom), GREY, 1.0)?;
    let kind = Type { colour: GREY, align: Align::Left, ..Type::of(SMALL) };
    for tick in &axis.ticks {
        canvas.line(&[(right, place(tick.value)), (right + 3.0, place(tick.value))], GREY, 1.0)?;
        canvas.text(&tick.label, (right + 6.0, place(tick.value)), kind)?;
    }
    canvas.text(&what.scale, (left, top - 13.0), Type { align: Align::Left, ..Type::of(LABEL) })
}

fn level_of(value: f64, (low, high): (f64, f64)) -> Option<usize> {
    let share = (value - low) / (high - low);
    (!value.is_nan()).then(|| ((share * LEVELS as f64) as usize).min(LEVELS - 1))
}

fn colour(level: usize) -> RGBColor {
    ViridisRGB.get_color((level as f64 + 0.5) / LEVELS as f64)
}
