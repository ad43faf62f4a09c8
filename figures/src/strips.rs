//! Every cell of a row as a mark, with the median and the quartiles: what a mean does not show.

use crate::FigureError;
use crate::axis::Axis;
use crate::canvas::{Canvas, Point};
use crate::categories::Categories;
use crate::key::Sign;
use crate::plane::Plane;
use crate::sheet::{Panels, Sheet};
use crate::theme::{INK, PAPER, series};
use plotters::style::Color;
use saigen_artifacts::figure::{Spec, Strips};
use saigen_artifacts::statistic::quantile;
use saigen_artifacts::table::Table;

const LANE: f64 = 24.0;
const DOT: f64 = 2.1;

/// The figure of these strips as SVG.
pub(crate) fn draw(spec: &Spec, what: &Strips, name: &str, table: &Table) -> Result<String, FigureError> {
    let panels = Panels::of(spec, table);
    let categories = Categories::new(table, (&what.categories, &what.series), &spec.filter)?;
    let lanes = categories.panels(&panels)?;
    let all = lanes.iter().flatten().filter_map(|lane| lane.row.sample.get(&what.of)).flatten().copied();
    let no_place = || FigureError::Table {
        table: table.spec.id.clone(),
        message: format!("no cell is left to draw, or '{}' of one has no place on the axis", what.of),
    };
    let x = Axis::around(what.scale, all).ok_or_else(no_place)?;
    let width = if panels.columns == 1 { 420.0 } else { 240.0 };
    let sheet = Sheet {
        spec,
        name,
        panels: &panels,
        size: (width, categories.height(LANE)),
        right: 12.0,
        margin: 0.0,
        key: categories.key(Sign::Block),
    };
    sheet.draw((&x, &categories.axis()), |canvas, plane, panel| {
        plane.verticals(canvas)?;
        for lane in &lanes[panel] {
            if let Some(values) = lane.row.sample.get(&what.of) {
                strip(canvas, plane, values, lane.middle, lane.index)?;
            }
        }
        Ok(())
    })
}

fn strip(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, values: &[f64], middle: f64, index: usize) -> Result<(), FigureError> {
    let places: Vec<f64> = values.iter().map(|value| plane.at(*value, middle).0).collect();
    let height = plane.at(values[0], middle).1;
    for (x, offset) in swarm(&places) {
        canvas.disc((x, height + offset), DOT, series(index).mix(0.6))?;
    }
    let [low, median, high] = [0.25, 0.5, 0.75].map(|share| plane.at(quantile(values, share), middle).0);
    // On a rim of paper, so that it is seen over the dots.
    for (rim, colour) in [(2.4, PAPER), (0.0, INK)] {
        canvas.line(&[(low, height), (high, height)], colour, 1.3 + rim)?;
        canvas.line(&[(median, height - 6.0 - rim / 2.0), (median, height + 6.0 + rim / 2.0)], colour, 2.2 + rim)?;
    }
    Ok(())
}

/// Dots beside each other where they would cover one another: from left to right, each as near to
/// the middle as there is room, up to the height of the lane.
fn swarm(places: &[f64]) -> Vec<Point> {
    let mut sorted = places.to_vec();
    sorted.sort_by(f64::total_cmp);
    let step = DOT * 0.5;
    let reach = ((LANE / 2.0 - DOT) / step) as i32;
    let mut placed: Vec<Point> = Vec::new();
    for x in sorted {
        let free = |offset: f64| {
            placed.iter().rev().take_while(|dot| x - dot.0 < 2.0 * DOT).all(|dot| (x - dot.0).hypot(offset - dot.1) >= 1.9 * DOT)
        };
        let tried = (0..=2 * reach).map(|turn| f64::from(if turn % 2 == 0 { -turn / 2 } else { turn / 2 + 1 }) * step);
        let offset = tried.into_iter().find(|offset| free(*offset)).unwrap_or(0.0);
        placed.push((x, offset));
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_of_a_swarm_do_not_cover_each_other_and_stay_in_their_lane() {
        let places: Vec<f64> = (0..40).map(|at| 100.0 + 6.0 * f64::from(at * at % 17)).collect();
        let dots = swarm(&places);
        for (at, a) in dots.iter().enumerate() {
            assert!(a.1.abs() <= LANE / 2.0);
            assert!(dots[..at].iter().all(|b| (a.0 - b.0).hypot(a.1 - b.1) >= 1.9 * DOT - 1e-9), "{a:?}");
        }
    }
}
