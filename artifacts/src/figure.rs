//! Figures as declared: what is drawn of a table. How it looks is the figures' room's.

use crate::table::Filter;
use serde::Serialize;
use std::collections::BTreeMap;

/// A drawing of one table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spec {
    /// Its name, and its file's.
    pub id: String,
    /// The title above it.
    pub title: String,
    /// What a reader should see in it.
    pub caption: String,
    /// The table.
    pub table: String,
    /// Whether it is drawn at smoke tier; otherwise only at full tier.
    pub at_smoke: bool,
    /// Which rows.
    pub filter: Filter,
    /// Key column with a panel for each value: side by side.
    pub across: Option<String>,
    /// Key column with a row of panels for each value.
    pub down: Option<String>,
    /// Labels of the abscissa and the ordinate.
    pub labels: (String, String),
    /// What readers see for the names of key columns.
    pub names: BTreeMap<String, String>,
    /// What the first and the last place of a series stand for; the others lie evenly between them.
    pub places: Option<(f64, f64)>,
    /// What is drawn.
    pub drawing: Drawing,
}

/// The closed set of drawings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Drawing {
    /// A line a series.
    Lines(Lines),
    /// A mark a row.
    Scatter(Scatter),
    /// A bar a row, from 0.
    Bars(Bars),
    /// A mark a cell, with median and quartiles.
    Strips(Strips),
    /// A surface as colours.
    HeatMaps(HeatMaps),
    /// A dot a point.
    Clouds(Clouds),
}

/// How an axis places numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Scale {
    /// By their value.
    #[default]
    Linear,
    /// By their logarithm.
    Log,
}

/// Lines through the rows of each series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lines {
    /// Key column on the abscissa.
    pub x: String,
    /// Column on the ordinate.
    pub y: String,
    /// Scales of both axes.
    pub scales: (Scale, Scale),
    /// Key column that tells lines apart.
    pub series: String,
    /// What is drawn of the spread around a line.
    pub spread: Option<Spread>,
    /// Published values, drawn beside ours.
    pub published: Option<Published>,
    /// Lines of a known slope; both axes are logarithmic.
    pub guides: Vec<Guide>,
}

/// The spread around a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Spread {
    /// A band between two columns.
    Band {
        /// Column of the lower edge.
        low: String,
        /// Column of the upper edge.
        high: String,
    },
    /// A bar of this column's length to both sides.
    Error {
        /// The column.
        of: String,
    },
}

/// Columns of published values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Published {
    /// The column of values.
    pub of: String,
    /// The column of how far off the reading may be.
    pub error: Option<String>,
}

/// A line of known slope on logarithmic axes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Guide {
    /// The slope.
    pub slope: f64,
    /// What it stands for.
    pub label: String,
}

/// One mark a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scatter {
    /// Column on the abscissa.
    pub x: String,
    /// Column on the ordinate.
    pub y: String,
    /// Scales of both axes.
    pub scales: (Scale, Scale),
    /// Key column that tells marks apart.
    pub series: String,
    /// Whether the line of equal values is drawn.
    pub diagonal: bool,
}

/// Horizontal bars, one below the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bars {
    /// Key column with a place for each value.
    pub categories: String,
    /// Key column that tells bars of one place apart.
    pub series: String,
    /// Column of the length.
    pub value: String,
    /// Column of the error bar.
    pub error: Option<String>,
    /// Published values, drawn beside ours.
    pub published: Option<Published>,
}

/// The values of all cells of a row, one below the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Strips {
    /// Key column with a place for each value.
    pub categories: String,
    /// Key column that tells strips of one place apart.
    pub series: String,
    /// Output whose values are drawn; a column of the table must take it.
    pub of: String,
    /// Scale of the values.
    pub scale: Scale,
}

/// Surfaces on one scale of colours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeatMaps {
    /// Where the numbers lie.
    pub surface: Surface,
    /// The label of the colour bar.
    pub scale: String,
    /// Heights at which a line is drawn.
    pub contours: Vec<f64>,
}

/// Where a surface's numbers lie.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Surface {
    /// A series: a square grid over the unit square, the first coordinate constant within a row.
    UnitSquare,
    /// Two key columns and a value.
    Columns {
        /// Key column on the abscissa.
        x: String,
        /// Key column on the ordinate.
        y: String,
        /// Column of the height.
        value: String,
    },
    /// A row of colours for each value of a key column, the first at the top.
    Rows {
        /// Key column on the abscissa.
        x: String,
        /// Key column with a row for each value.
        rows: String,
        /// Column of the colour.
        value: String,
    },
}

/// Points of the plane, out of a series that holds their coordinates in turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clouds {
    /// Key columns with the values that replace a panel's own, for points drawn below.
    pub behind: Option<Filter>,
    /// How many points one after the other are a path; single points where there is none.
    pub joined: Option<usize>,
}
