//! What is shown: figures of tables, as SVG that is the same to the byte everywhere.
//!
//! A figure is a pure function of a table and a specification. Coordinates are whole numbers on a
//! canvas ten times the size of the picture; text is the outlines of the font in `figures/fonts`;
//! nothing of the machine enters: no clock, no random ids, no system fonts.

mod axis;
mod bars;
mod canvas;
mod categories;
mod clouds;
mod contour;
mod error;
mod font;
mod heat_maps;
mod key;
mod lines;
mod marks;
mod plane;
mod scatter;
mod sheet;
mod strips;
mod svg;
mod theme;

#[cfg(test)]
mod tests;

pub use error::FigureError;

use saigen_artifacts::figure::{Drawing, Spec};
use saigen_artifacts::table::Table;

/// The SVG of a figure. `name` tells it apart where many stand in one page.
///
/// # Errors
/// The table has no row for it, a number has no place on its axis, or the font lacks a character.
pub fn draw(spec: &Spec, name: &str, table: &Table) -> Result<String, FigureError> {
    match &spec.drawing {
        Drawing::Lines(what) => lines::draw(spec, what, name, table),
        Drawing::Scatter(what) => scatter::draw(spec, what, name, table),
        Drawing::Bars(what) => bars::draw(spec, what, name, table),
        Drawing::Strips(what) => strips::draw(spec, what, name, table),
        Drawing::HeatMaps(what) => heat_maps::draw(spec, what, name, table),
        Drawing::Clouds(what) => clouds::draw(spec, what, name, table),
    }
}
