//! From a declared figure to a drawing: the engine's words into the figures' room's.

use saigen_artifacts::table::Table;
use saigen_engine::declaration::{Drawing, Figure};
use saigen_figures::{Band, FigureError, Guide, HeatMaps, LogLines};

/// The SVG of a figure.
pub(crate) fn draw(figure: &Figure, table: &Table) -> Result<String, FigureError> {
    let Figure { title, caption, filter, .. } = figure;
    match &figure.drawing {
        Drawing::LogLines { x, y, band, series, panels, labels, guides } => LogLines {
            title,
            caption,
            filter,
            x,
            y,
            band: band.as_ref().map(|(low, high)| Band { low, high }),
            series,
            panels: panels.as_deref(),
            labels: (&labels.0, &labels.1),
            guides: guides.iter().map(|guide| Guide { slope: guide.slope, label: &guide.label }).collect(),
        }
        .draw(table),
        Drawing::HeatMaps { panels, labels, scale } => {
            HeatMaps { title, caption, filter, panels, labels: (&labels.0, &labels.1), scale }.draw(table)
        }
    }
}
