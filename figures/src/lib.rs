//! What is shown: figures of tables, as SVG that is the same to the byte everywhere.
//!
//! A figure is a pure function of a table and a specification. Coordinates are whole numbers on a
//! canvas ten times the size of the picture; text is measured with the font in `figures/fonts`;
//! nothing of the machine enters: no clock, no random ids, no system fonts.

mod axis;
mod canvas;
mod error;
mod heat_maps;
mod log_lines;
mod theme;

pub use error::FigureError;
pub use heat_maps::HeatMaps;
pub use log_lines::{Band, Guide, LogLines};
