//! Figures: `[[figure]]`.

use super::check_ids;
use super::fields::{Fields, Sink};
use super::tables::{check_known, filterable, named, read_filter};
use saigen_artifacts::table::{Content, Filter, PLACE, Spec};
use serde::Serialize;

/// A drawing of one table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its name, and its file's.
    pub id: String,
    /// The title above it.
    pub title: String,
    /// What a reader should see in it.
    pub caption: String,
    /// The table.
    pub table: String,
    /// Which rows.
    pub filter: Filter,
    /// What is drawn.
    pub drawing: Drawing,
}

/// The closed set of drawings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Drawing {
    /// Lines over two logarithmic axes, one a series, with bands and fitted slopes.
    LogLines {
        /// Key column on the abscissa.
        x: String,
        /// Column on the ordinate.
        y: String,
        /// Columns of the lower and upper edge of the band.
        band: Option<(String, String)>,
        /// Key column that tells lines apart.
        series: String,
        /// Key column that tells panels apart.
        panels: Option<String>,
        /// Axis labels.
        labels: (String, String),
        /// Lines of a known slope to compare with.
        guides: Vec<Guide>,
    },
    /// Surfaces over the unit square as colours on one scale, one a panel.
    HeatMaps {
        /// Key column that tells panels apart.
        panels: String,
        /// Axis labels.
        labels: (String, String),
        /// The label of the colour bar.
        scale: String,
    },
}

/// A line of known slope.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Guide {
    /// Its slope on the logarithmic axes.
    pub slope: f64,
    /// What it stands for.
    pub label: String,
}

pub(super) fn read(root: &mut Fields<'_>, sink: &Sink<'_>, tables: &[Spec]) -> Vec<Figure> {
    let (mut figures, mut ids) = (Vec::new(), Vec::new());
    for fields in root.tables("figure") {
        let place = fields.place_of("id");
        let figure = read_figure(fields, tables);
        ids.push((figure.id.clone(), place));
        figures.push(figure);
    }
    check_ids(sink, ids.iter().map(|(id, place)| (id.as_str(), place.clone())));
    figures
}

#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    LogLines,
    HeatMaps,
}

fn read_figure(mut fields: Fields<'_>, tables: &[Spec]) -> Figure {
    let (id, title, caption) = (fields.text("id"), fields.text("title"), fields.text("caption"));
    let kind = fields.choice("kind", &[("log-lines", Kind::LogLines), ("heat-maps", Kind::HeatMaps)]);
    let table = named(&mut fields, tables);
    let keys = table.map(Spec::key_columns).unwrap_or_default();
    let values = table.map(Spec::value_columns).unwrap_or_default();
    let filter = read_filter(&mut fields, &table.map(filterable).unwrap_or_default());
    let column = |fields: &mut Fields<'_>, name: &'static str, known: &[&str]| {
        let column = fields.text(name);
        if table.is_some() {
            check_known(fields, name, &column, known);
        }
        column
    };
    let labels = (fields.text("x-label"), fields.text("y-label"));
    let drawing = match kind {
        Kind::LogLines => Drawing::LogLines {
            x: column(&mut fields, "x", &keys),
            y: column(&mut fields, "y", &values),
            band: fields.has("low").then(|| (column(&mut fields, "low", &values), column(&mut fields, "high", &values))),
            series: column(&mut fields, "series", &keys),
            panels: fields.has("panels").then(|| column(&mut fields, "panels", &keys)),
            labels,
            guides: fields.tables("guide").into_iter().map(read_guide).collect(),
        },
        Kind::HeatMaps => {
            if table.is_some_and(|table| !matches!(table.content, Content::Series { .. })) {
                let hint = format!("a table with `series`, whose rows are numbered by '{PLACE}'");
                fields.problem_at("table", "a heat map draws a series".to_string(), Some(hint));
            }
            Drawing::HeatMaps { panels: column(&mut fields, "panels", &keys), labels, scale: fields.text("scale-label") }
        }
    };
    let table = table.map(|table| table.id.clone()).unwrap_or_default();
    fields.finish();
    Figure { id, title, caption, table, filter, drawing }
}

fn read_guide(mut fields: Fields<'_>) -> Guide {
    let slope = fields.optional_float("slope");
    if slope.is_none() {
        fields.problem_at("slope", "a guide needs a slope".to_string(), None);
    }
    let guide = Guide { slope: slope.unwrap_or_default(), label: fields.text("label") };
    fields.finish();
    guide
}
