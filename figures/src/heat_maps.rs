//! Surfaces over the unit square as colours: one panel beside the other, on one scale.

use crate::FigureError;
use crate::canvas::{Align, Canvas, Type, draw};
use crate::theme::{GREY, LABEL, SMALL, TITLE};
use plotters::style::RGBColor;
use plotters::style::colors::colormaps::{ColorMap, ViridisRGB};
use saigen_artifacts::statistic::quantile;
use saigen_artifacts::table::{Filter, Table};

/// What is drawn of a table that spreads a series: one square surface a panel, row by row, the
/// first coordinate constant within a row.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMaps<'a> {
    /// The title.
    pub title: &'a str,
    /// What a reader should see.
    pub caption: &'a str,
    /// Which rows.
    pub filter: &'a Filter,
    /// Key column that tells panels apart.
    pub panels: &'a str,
    /// Labels of the axes.
    pub labels: (&'a str, &'a str),
    /// Label of the colour bar.
    pub scale: &'a str,
}

struct Surface {
    title: String,
    values: Vec<f64>,
}

/// Colours that are told apart: more would only make the file larger.
const LEVELS: usize = 32;
const PANEL: f64 = 190.0;
const GAP: f64 = 22.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 70.0;
const ROW: f64 = PANEL + 56.0;
const ACROSS: usize = 3;

impl HeatMaps<'_> {
    /// The figure as SVG.
    ///
    /// # Errors
    /// The table has no row for it, or a panel that is not square.
    pub fn draw(&self, table: &Table) -> Result<String, FigureError> {
        let wrong = |message: String| FigureError::Table { table: table.spec.id.clone(), message };
        let mut surfaces = Vec::new();
        for panel in table.distinct(self.panels, self.filter) {
            let mut filter = self.filter.clone();
            filter.insert(self.panels.to_string(), panel.clone());
            let values: Vec<f64> = table.select(&filter).filter_map(|row| row.values.first().copied()).collect();
            let side = values.len().isqrt();
            if side * side != values.len() {
                return Err(wrong(format!("panel '{panel}' has {} values, which is not a square", values.len())));
            }
            surfaces.push(Surface { title: table.label(&panel), values });
        }
        let all: Vec<f64> = surfaces.iter().flat_map(|surface| surface.values.clone()).collect();
        if all.is_empty() {
            return Err(wrong("no row is left to draw".to_string()));
        }
        // The extreme half percents share the end colours, so that one outlier cannot grey the rest.
        let range = (quantile(&all, 0.005), quantile(&all, 0.995));
        let across = surfaces.len().min(ACROSS);
        let rows = surfaces.len().div_ceil(ACROSS);
        let width = LEFT + across as f64 * (PANEL + GAP) + 80.0;
        let height = TOP + rows as f64 * ROW + 6.0;
        draw((width as u32, height as u32), (self.title, self.caption), |canvas| {
            canvas.text(self.title, (LEFT, 22.0), Type { bold: true, align: Align::Left, ..Type::of(TITLE) })?;
            for (index, surface) in surfaces.iter().enumerate() {
                let left = LEFT + (index % ACROSS) as f64 * (PANEL + GAP);
                let top = TOP + (index / ACROSS) as f64 * ROW;
                self.panel(canvas, surface, (left, top), index % ACROSS == 0, range)?;
            }
            self.bar(canvas, LEFT + across as f64 * (PANEL + GAP), range)
        })
    }

    fn panel(
        &self,
        canvas: &Canvas<'_, '_>,
        surface: &Surface,
        (left, top): (f64, f64),
        first: bool,
        range: (f64, f64),
    ) -> Result<(), FigureError> {
        let side = surface.values.len().isqrt();
        let size = PANEL / side as f64;
        for column in 0..side {
            // A row of the series is a column of the picture: x1 to the right, x2 upwards. Equal
            // colours are drawn as one rectangle.
            let level = |row: usize| level_of(surface.values[column * side + row], range);
            let mut start = 0;
            for row in 1..=side {
                if row == side || level(row) != level(start) {
                    let (x, y) = (left + column as f64 * size, top + PANEL);
                    // Half a pixel over the next ones, which are drawn later, so that no seam shows.
                    let (right, upper) = ((x + size + 0.5).min(left + PANEL), (y - row as f64 * size - 0.5).max(top));
                    let (from, to) = ((x, upper), (right, y - start as f64 * size));
                    canvas.rectangle(from, to, colour(level(start)))?;
                    start = row;
                }
            }
        }
        canvas.frame((left, top), (left + PANEL, top + PANEL), GREY, 1.0)?;
        canvas.text(&surface.title, (left, top - 12.0), Type { bold: true, align: Align::Left, ..Type::of(LABEL) })?;
        let small = Type { colour: GREY, ..Type::of(SMALL) };
        for tick in [0.0, 0.5, 1.0] {
            canvas.text(&format!("{tick}"), (left + tick * PANEL, top + PANEL + 11.0), small)?;
            if first {
                canvas.text(&format!("{tick}"), (left - 7.0, top + PANEL - tick * PANEL), Type { align: Align::Right, ..small })?;
            }
        }
        canvas.text(self.labels.0, (left + PANEL / 2.0, top + PANEL + 27.0), Type::of(LABEL))?;
        if first {
            canvas.text(self.labels.1, (18.0, top + PANEL / 2.0), Type { upright: true, ..Type::of(LABEL) })?;
        }
        Ok(())
    }

    fn bar(&self, canvas: &Canvas<'_, '_>, left: f64, (low, high): (f64, f64)) -> Result<(), FigureError> {
        let step = PANEL / LEVELS as f64;
        for level in 0..LEVELS {
            let y = TOP + PANEL - level as f64 * step;
            canvas.rectangle((left, y - step), (left + 12.0, y), colour(level))?;
        }
        canvas.frame((left, TOP), (left + 12.0, TOP + PANEL), GREY, 1.0)?;
        for tick in 0..=4 {
            let share = f64::from(tick) / 4.0;
            let text = format!("{:.2}", low + share * (high - low));
            let kind = Type { colour: GREY, align: Align::Left, ..Type::of(SMALL) };
            canvas.text(&text, (left + 17.0, TOP + PANEL - share * PANEL), kind)?;
        }
        canvas.text(self.scale, (left, TOP - 12.0), Type { align: Align::Left, ..Type::of(LABEL) })
    }
}

fn level_of(value: f64, (low, high): (f64, f64)) -> usize {
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    ((share * LEVELS as f64) as usize).min(LEVELS - 1)
}

fn colour(level: usize) -> RGBColor {
    ViridisRGB.get_color((level as f64 + 0.5) / LEVELS as f64)
}
