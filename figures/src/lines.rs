//! Lines of each series: bands or error bars, fitted slopes, guides, and published values.

use crate::FigureError;
use crate::axis::Axis;
use crate::canvas::{Align, Canvas, Point, Type};
use crate::key::{Entry, Sign};
use crate::marks::{hollow, marks};
use crate::plane::Plane;
use crate::sheet::{Panels, Sheet, check_series, number};
use crate::theme::{GREY, SMALL, series, text};
use plotters::style::Color;
use saigen_artifacts::Scalar;
use saigen_artifacts::figure::{Guide, Lines, Published, Scale, Spec, Spread};
use saigen_artifacts::statistic;
use saigen_artifacts::table::{Filter, Table};

/// Marks of many points would hide their line: no more than so many have one.
const MARKED: usize = 12;

/// One line of one panel.
struct Line {
    index: usize,
    label: String,
    points: Vec<Value>,
    published: Vec<Value>,
}

/// A value over its place on the abscissa, and how far it spreads.
#[derive(Clone, Copy)]
struct Value {
    x: f64,
    y: f64,
    spread: Option<(f64, f64)>,
}

/// The figure of these lines as SVG.
pub(crate) fn draw(spec: &Spec, what: &Lines, name: &str, table: &Table) -> Result<String, FigureError> {
    let wrong = |message: &str| FigureError::Table { table: table.spec.id.clone(), message: message.to_string() };
    let panels = Panels::of(spec, table);
    let names = table.distinct(&what.series, &spec.filter);
    check_series(table, names.len())?;
    let mut lines = Vec::new();
    for panel in &panels.list {
        lines.push(read(what, (spec, table), &names, &panel.filter)?);
    }
    let values = || lines.iter().flatten().flat_map(|line| line.points.iter().chain(&line.published));
    let no_place = |scale| match scale {
        Scale::Log => wrong("a logarithmic axis needs positive values, and there is another or none"),
        Scale::Linear => wrong("no row is left to draw"),
    };
    let xs: Vec<f64> = values().map(|value| value.x).collect();
    let ys = values().flat_map(|value| [value.y].into_iter().chain(value.spread.into_iter().flat_map(|(low, high)| [low, high])));
    let x = Axis::around(what.scales.0, xs.clone()).ok_or_else(|| no_place(what.scales.0))?.at_values(xs);
    let y = Axis::around(what.scales.1, ys).ok_or_else(|| no_place(what.scales.1))?;
    let slopes = what.scales == (Scale::Log, Scale::Log);
    // One panel has room for names at the lines' ends; several share a key.
    let alone = panels.list.len() == 1;
    let end = |line: &Line| {
        let slope = if slopes { slope(line) } else { None };
        let name = if alone { Some(line.label.clone()) } else { None };
        [name, slope].into_iter().flatten().collect::<Vec<_>>().join("  ")
    };
    let mut key = Vec::new();
    if !alone {
        let entry = |(index, name): (usize, &Scalar)| Entry { sign: Sign::Line(index), label: table.label(name) };
        key.extend(names.iter().enumerate().map(entry));
        key.extend(what.guides.iter().map(|guide| Entry { sign: Sign::Dashes, label: guide.label.clone() }));
    }
    if what.published.is_some() {
        key.push(Entry { sign: Sign::Published, label: "published".to_string() });
    }
    let guides = what.guides.iter().filter(|_| alone).map(|guide| guide.label.clone());
    let room = Type::of(SMALL).widest(lines.iter().flatten().map(end).chain(guides))?;
    let size = match panels.columns {
        1 => (380.0, 270.0),
        2 => (290.0, 220.0),
        _ => (200.0, 180.0),
    };
    let sheet = Sheet { spec, name, panels: &panels, size, right: if room > 0.0 { room + 12.0 } else { 0.0 }, margin: 0.0, key };
    sheet.draw((&x, &y), |canvas, plane, index| {
        plane.horizontals(canvas)?;
        let lines = &lines[index];
        lines.iter().try_for_each(|line| band(canvas, plane, what, line))?;
        let mut ends = Vec::new();
        for guide in &what.guides {
            let reached = self::guide(canvas, plane, guide, lines)?;
            if alone {
                ends.extend(reached.map(|point| End { from: point, at: point.1, text: guide.label.clone(), index: None }));
            }
        }
        for line in lines {
            curve(canvas, plane, what, line)?;
            let last = line.points.last().map(|value| plane.at(value.x, value.y));
            ends.extend(last.map(|point| End { from: point, at: point.1, text: end(line), index: Some(line.index) }));
        }
        ends.retain(|end| !end.text.is_empty());
        label(canvas, plane, ends)
    })
}

/// The lines of one panel.
fn read(what: &Lines, (spec, table): (&Spec, &Table), names: &[Scalar], filter: &Filter) -> Result<Vec<Line>, FigureError> {
    let (mut lines, place) = (Vec::new(), number(spec, table, &what.x));
    for (index, name) in names.iter().enumerate() {
        // A panel of one series shows that one.
        if filter.get(&what.series).is_some_and(|kept| kept != name) {
            continue;
        }
        let mut filter = filter.clone();
        filter.insert(what.series.clone(), name.clone());
        let mut line = Line { index, label: table.label(name), points: Vec::new(), published: Vec::new() };
        for row in table.select(&filter) {
            let x = place(row).unwrap_or(f64::NAN);
            let value = |name: &str| table.value(row, name).unwrap_or(f64::NAN);
            if line.points.iter().any(|value| value.x == x) {
                let message = format!("two rows have {} = {x} on the line '{}': `where` can tell them apart", what.x, line.label);
                return Err(FigureError::Table { table: table.spec.id.clone(), message });
            }
            // A row in which a training diverged has no point.
            if row.diverged == 0 {
                let y = value(&what.y);
                let spread = what.spread.as_ref().map(|spread| match spread {
                    Spread::Band { low, high } => (value(low), value(high)),
                    Spread::Error { of } => (y - value(of), y + value(of)),
                });
                line.points.push(Value { x, y, spread });
            }
            if let Some(Published { of, error }) = &what.published {
                let y = value(of);
                let spread = error.as_ref().map(|error| (y - value(error), y + value(error)));
                line.published.extend((!y.is_nan()).then_some(Value { x, y, spread }));
            }
        }
        for values in [&mut line.points, &mut line.published] {
            values.sort_by(|a, b| a.x.total_cmp(&b.x));
        }
        if !line.points.is_empty() || !line.published.is_empty() {
            lines.push(line);
        }
    }
    Ok(lines)
}

fn band(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, what: &Lines, line: &Line) -> Result<(), FigureError> {
    if !matches!(what.spread, Some(Spread::Band { .. })) || line.points.len() < 2 {
        return Ok(());
    }
    let edge = |value: &Value, upper: bool| value.spread.map(|(low, high)| plane.at(value.x, if upper { high } else { low }));
    let upper = line.points.iter().filter_map(|value| edge(value, true));
    let lower = line.points.iter().rev().filter_map(|value| edge(value, false));
    canvas.polygon(&upper.chain(lower).collect::<Vec<_>>(), series(line.index).mix(0.13))
}

fn curve(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, what: &Lines, line: &Line) -> Result<(), FigureError> {
    let places = |values: &[Value]| values.iter().map(|value| plane.at(value.x, value.y)).collect::<Vec<Point>>();
    let (points, published) = (places(&line.points), places(&line.published));
    let colour = series(line.index);
    canvas.dashes(&published, (1.5, 3.0), colour, 1.2)?;
    if points.len() > 1 {
        canvas.line(&points, colour, 2.0)?;
    }
    for value in &line.published {
        whisker(canvas, plane, value, line.index)?;
    }
    if matches!(what.spread, Some(Spread::Error { .. })) {
        line.points.iter().try_for_each(|value| whisker(canvas, plane, value, line.index))?;
    }
    hollow(canvas, &published, line.index)?;
    // The last point has a mark in any case.
    let step = points.len().div_ceil(MARKED).max(1);
    let marked: Vec<Point> = points.iter().skip(points.len().saturating_sub(1) % step).step_by(step).copied().collect();
    marks(canvas, &marked, line.index)
}

/// The error bar of a value.
fn whisker(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, value: &Value, index: usize) -> Result<(), FigureError> {
    const CAP: f64 = 2.5;
    let Some((low, high)) = value.spread else { return Ok(()) };
    let (lower, upper) = (plane.at(value.x, low), plane.at(value.x, high));
    canvas.line(&[lower, upper], series(index), 1.2)?;
    for (x, y) in [lower, upper] {
        canvas.line(&[(x - CAP, y), (x + CAP, y)], series(index), 1.2)?;
    }
    Ok(())
}

/// A guide from the middle, on the logarithmic scale, of where the lines start, to where it leaves
/// the area or the lines end; says where.
fn guide(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, guide: &Guide, lines: &[Line]) -> Result<Option<Point>, FigureError> {
    let starts: Vec<Value> = lines.iter().filter_map(|line| line.points.first().copied()).collect();
    let Some(first) = starts.first() else { return Ok(None) };
    let height = (starts.iter().map(|start| start.y.ln()).sum::<f64>() / starts.len() as f64).exp();
    let last = lines.iter().filter_map(|line| line.points.last()).map(|value| value.x).fold(first.x, f64::max);
    let (from, end) = (plane.at(first.x, height), plane.at(last, height * (last / first.x).powf(guide.slope)));
    // Where it leaves the area, it is cut.
    let inside = end.1.clamp(plane.area.top, plane.area.bottom);
    let share = if end.1 == from.1 { 1.0 } else { (inside - from.1) / (end.1 - from.1) };
    let end = (from.0 + share * (end.0 - from.0), inside);
    canvas.dashes(&[from, end], (5.0, 3.5), GREY, 1.2)?;
    Ok(Some(end))
}

/// The fitted slope of a line on logarithmic axes.
fn slope(line: &Line) -> Option<String> {
    let logs: Vec<(f64, f64)> = line.points.iter().map(|value| (value.x.ln(), value.y.ln())).collect();
    (logs.len() > 1).then(|| crate::axis::plain(statistic::line(&logs).0, 2))
}

/// A text at the end of a line.
struct End {
    from: Point,
    at: f64,
    text: String,
    index: Option<usize>,
}

/// Texts right of the area, moved apart; one that was moved is tied to its line.
fn label(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, mut ends: Vec<End>) -> Result<(), FigureError> {
    const TIE: f64 = 3.0;
    spread(&mut ends, plane.area.top, plane.area.bottom);
    let right = plane.area.right;
    for end in &ends {
        if (end.at - end.from.1).abs() > TIE && end.index.is_some() {
            canvas.line(&[(end.from.0 + 6.0, end.from.1), (right + 2.0, end.at)], GREY, 0.6)?;
        }
        let colour = end.index.map_or(GREY, text);
        canvas.text(&end.text, (right + 6.0, end.at), Type { colour, align: Align::Left, ..Type::of(SMALL) })?;
    }
    Ok(())
}

/// Moves texts apart so that none covers another, and keeps them inside.
fn spread(ends: &mut [End], top: f64, bottom: f64) {
    const APART: f64 = 14.0;
    ends.sort_by(|a, b| a.at.total_cmp(&b.at));
    for _ in 0..200 {
        for index in 1..ends.len() {
            let overlap = APART - (ends[index].at - ends[index - 1].at);
            if overlap > 0.0 {
                ends[index - 1].at -= overlap / 2.0;
                ends[index].at += overlap / 2.0;
            }
        }
        for end in ends.iter_mut() {
            end.at = end.at.clamp(top, bottom);
        }
    }
}
