//! The area of one panel: two axes, and what every panel has of them.

use crate::FigureError;
use crate::axis::Axis;
use crate::canvas::{Align, Canvas, Point, Type};
use crate::theme::{GREY, GRID, SMALL};

/// A rectangle of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// An area with its axes.
pub(crate) struct Plane<'a> {
    pub(crate) area: Area,
    pub(crate) x: &'a Axis,
    pub(crate) y: &'a Axis,
}

/// How far labels stand from their axis.
const OFF: f64 = 8.0;
/// Labels of one axis stay this far apart.
const APART: f64 = 6.0;

impl Plane<'_> {
    /// Where a pair of numbers lies.
    pub(crate) fn at(&self, x: f64, y: f64) -> Point {
        let Area { left, top, right, bottom } = self.area;
        (left + self.x.place(x) * (right - left), bottom - self.y.place(y) * (bottom - top))
    }

    /// Lines of a grid at the ordinate's ticks.
    pub(crate) fn horizontals(&self, canvas: &Canvas<'_, '_>) -> Result<(), FigureError> {
        let place = |value| self.area.bottom - self.y.place(value) * (self.area.bottom - self.area.top);
        let line = |height: f64| canvas.line(&[(self.area.left, height), (self.area.right, height)], GRID, 1.0);
        self.y.ticks.iter().try_for_each(|tick| line(place(tick.value)))
    }

    /// Lines of a grid at the abscissa's ticks.
    pub(crate) fn verticals(&self, canvas: &Canvas<'_, '_>) -> Result<(), FigureError> {
        let place = |value| self.area.left + self.x.place(value) * (self.area.right - self.area.left);
        let line = |place: f64| canvas.line(&[(place, self.area.top), (place, self.area.bottom)], GRID, 1.0);
        self.x.ticks.iter().try_for_each(|tick| line(place(tick.value)))
    }

    /// The abscissa: its line, ticks and, where asked for, labels. A label that would touch the one
    /// before it is left out.
    pub(crate) fn abscissa(&self, canvas: &Canvas<'_, '_>, labelled: bool) -> Result<(), FigureError> {
        let Area { left, right, bottom, .. } = self.area;
        let place = |value| left + self.x.place(value) * (right - left);
        canvas.line(&[(left, bottom), (right, bottom)], GREY, 1.0)?;
        for value in &self.x.minor {
            canvas.line(&[(place(*value), bottom), (place(*value), bottom + 2.0)], GREY, 1.0)?;
        }
        for tick in &self.x.ticks {
            canvas.line(&[(place(tick.value), bottom), (place(tick.value), bottom + 4.0)], GREY, 1.0)?;
        }
        if !labelled {
            return Ok(());
        }
        let small = Type { colour: GREY, ..Type::of(SMALL) };
        let mut end = f64::NEG_INFINITY;
        for tick in &self.x.ticks {
            let (middle, half) = (place(tick.value), small.width(&tick.label)? / 2.0);
            if middle - half > end + APART {
                canvas.text(&tick.label, (middle, bottom + 5.0 + OFF), small)?;
                end = middle + half;
            }
        }
        Ok(())
    }

    /// The ordinate's labels, and the short ticks of a logarithmic one.
    pub(crate) fn ordinate(&self, canvas: &Canvas<'_, '_>, labelled: bool) -> Result<(), FigureError> {
        let Area { left, top, bottom, .. } = self.area;
        let place = |value| bottom - self.y.place(value) * (bottom - top);
        for value in &self.y.minor {
            canvas.line(&[(left - 3.0, place(*value)), (left, place(*value))], GRID, 1.0)?;
        }
        let small = Type { colour: GREY, align: Align::Right, ..Type::of(SMALL) };
        for tick in self.y.ticks.iter().filter(|_| labelled) {
            canvas.text(&tick.label, (left - OFF, place(tick.value)), small)?;
        }
        Ok(())
    }

    /// How far the abscissa's labels reach beyond the left and the right end of an area this wide.
    pub(crate) fn overhang(x: &Axis, width: f64) -> Result<(f64, f64), FigureError> {
        let (mut left, mut right) = (0.0_f64, 0.0_f64);
        for tick in &x.ticks {
            let (middle, half) = (x.place(tick.value) * width, Type::of(SMALL).width(&tick.label)? / 2.0);
            left = left.max(half - middle);
            right = right.max(middle + half - width);
        }
        Ok((left, right))
    }

    /// The room that the ordinate's labels take.
    pub(crate) fn room(y: &Axis) -> Result<f64, FigureError> {
        Ok(Type::of(SMALL).widest(y.labels())? + OFF)
    }
}
