//! The key of a figure: which sign stands for what.

use crate::FigureError;
use crate::canvas::{Align, Canvas, Type};
use crate::marks::{MARK, hollow, marks};
use crate::theme::{GREY, LABEL, SERIES, series};
use plotters::style::Color;

/// A sign and what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) sign: Sign,
    pub(crate) label: String,
}

/// What is drawn in the key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sign {
    /// A line with marks.
    Line(usize),
    /// A mark.
    Mark(usize),
    /// A filled block.
    Block(usize),
    /// What was published, along a line.
    Published,
    /// What was published, alone.
    Hollow,
    /// A dashed line.
    Dashes,
    /// A grey dot.
    Dot,
}

const GAP: f64 = 18.0;
/// The height of a line of the key.
pub(crate) const LINE: f64 = 19.0;

impl Sign {
    fn width(self) -> f64 {
        match self {
            Self::Line(_) | Self::Published | Self::Dashes => 24.0,
            Self::Mark(_) | Self::Block(_) | Self::Hollow | Self::Dot => 12.0,
        }
    }
}

/// Entries in lines no wider than this; each with its distance from the left.
pub(crate) fn lines(entries: &[Entry], width: f64) -> Result<Vec<Vec<(f64, &Entry)>>, FigureError> {
    let (mut lines, mut at): (Vec<Vec<(f64, &Entry)>>, f64) = (Vec::new(), f64::INFINITY);
    for entry in entries {
        let needed = entry.sign.width() + 6.0 + Type::of(LABEL).width(&entry.label)?;
        if at + needed > width {
            lines.push(Vec::new());
            at = 0.0;
        }
        if let Some(line) = lines.last_mut() {
            line.push((at, entry));
        }
        at += needed + GAP;
    }
    Ok(lines)
}

/// Draws a line of the key, its left end and its middle at a point.
pub(crate) fn draw(canvas: &Canvas<'_, '_>, line: &[(f64, &Entry)], (left, y): (f64, f64)) -> Result<(), FigureError> {
    for (offset, entry) in line {
        let x = left + offset;
        let (middle, end) = (x + entry.sign.width() / 2.0, x + entry.sign.width());
        match entry.sign {
            Sign::Line(index) => {
                canvas.line(&[(x, y), (end, y)], series(index), 2.0)?;
                marks(canvas, &[(middle, y)], index)?;
            }
            Sign::Mark(index) => marks(canvas, &[(middle, y)], index)?,
            Sign::Block(index) => canvas.rectangle((x, y - 6.0), (end, y + 6.0), series(index))?,
            Sign::Published => {
                canvas.dashes(&[(x, y), (end, y)], (1.5, 3.0), GREY, 1.2)?;
                hollow(canvas, &[(middle, y)], SERIES - 1)?;
            }
            Sign::Hollow => hollow(canvas, &[(middle, y)], SERIES - 1)?,
            Sign::Dashes => canvas.dashes(&[(x, y), (end, y)], (5.0, 3.5), GREY, 1.2)?,
            Sign::Dot => canvas.disc((middle, y), MARK, GREY.to_rgba())?,
        }
        canvas.text(&entry.label, (end + 6.0, y), Type { align: Align::Left, ..Type::of(LABEL) })?;
    }
    Ok(())
}
