//! The marks of series: colour and shape together, so that either is enough.

use crate::FigureError;
use crate::canvas::{Canvas, Point};
use crate::theme::{PAPER, SERIES, series};
use plotters::style::{Color, RGBColor};
use std::f64::consts::TAU;

/// Half the size of a mark.
pub(crate) const MARK: f64 = 3.6;

/// Marks of a series at some points, each with a rim of paper, so that they stay apart.
pub(crate) fn marks(canvas: &Canvas<'_, '_>, points: &[Point], index: usize) -> Result<(), FigureError> {
    fill(canvas, points, index, MARK + 1.1, PAPER)?;
    fill(canvas, points, index, MARK, series(index))
}

/// Hollow marks of a series: what was published.
pub(crate) fn hollow(canvas: &Canvas<'_, '_>, points: &[Point], index: usize) -> Result<(), FigureError> {
    fill(canvas, points, index, MARK, PAPER)?;
    for at in points {
        match shape(index, *at, MARK) {
            None => canvas.circle(*at, MARK, series(index), 1.2)?,
            Some(corners) => canvas.outline(&corners, series(index), 1.2)?,
        }
    }
    Ok(())
}

fn fill(canvas: &Canvas<'_, '_>, points: &[Point], index: usize, size: f64, colour: RGBColor) -> Result<(), FigureError> {
    for at in points {
        match shape(index, *at, size) {
            None => canvas.disc(*at, size, colour.to_rgba())?,
            Some(corners) => canvas.polygon(&corners, colour.to_rgba())?,
        }
    }
    Ok(())
}

/// The corners of a series' mark, of about the same area for all; none for a disc.
fn shape(index: usize, (x, y): Point, size: f64) -> Option<Vec<Point>> {
    let regular = |count: usize, radius: f64, first: f64| -> Vec<Point> {
        let angle = |corner: usize| TAU * (first + corner as f64 / count as f64);
        (0..count).map(|corner| (x + radius * size * angle(corner).sin(), y - radius * size * angle(corner).cos())).collect()
    };
    let cross = |turn: f64| -> Vec<Point> {
        let (arm, half) = (1.25 * size, 0.42 * size);
        let upright =
            [(-half, -arm), (half, -arm), (half, -half), (arm, -half), (arm, half), (half, half), (half, arm), (-half, arm), (-half, half)];
        let upright = upright.into_iter().chain([(-arm, half), (-arm, -half), (-half, -half)]);
        upright.map(|(dx, dy)| (x + dx * turn.cos() - dy * turn.sin(), y + dx * turn.sin() + dy * turn.cos())).collect()
    };
    Some(match index % SERIES {
        0 => return None,
        1 => regular(4, 1.26, 0.125),
        2 => regular(3, 1.4, 0.0),
        3 => regular(4, 1.32, 0.0),
        4 => regular(3, 1.4, 0.5),
        5 => cross(TAU / 8.0),
        _ => cross(0.0),
    })
}
