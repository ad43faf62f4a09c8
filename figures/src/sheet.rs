//! The sheet of a figure: its title, its key, and panels on shared axes.

use crate::FigureError;
use crate::axis::Axis;
use crate::canvas::{Align, Canvas, Type, draw};
use crate::key::{self, Entry};
use crate::plane::{Area, Plane};
use crate::theme::{LABEL, SERIES, TITLE};
use saigen_artifacts::Scalar;
use saigen_artifacts::figure::Spec;
use saigen_artifacts::table::{Filter, PLACE, Row, Table};

/// One panel: its title, and which rows it shows.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) filter: Filter,
}

/// The panels of a figure, row by row.
pub(crate) struct Panels {
    pub(crate) list: Vec<Panel>,
    pub(crate) columns: usize,
}

impl Panels {
    /// A panel for each value of the columns that tell panels apart, or one. Without rows of their own
    /// they wrap.
    pub(crate) fn of(spec: &Spec, table: &Table) -> Self {
        let values = |name: &Option<String>| match name {
            Some(name) => table.distinct(name, &spec.filter).into_iter().map(|value| Some((name.clone(), value))).collect(),
            None => vec![None],
        };
        let (down, across) = (values(&spec.down), values(&spec.across));
        let mut list = Vec::new();
        for lower in &down {
            for right in &across {
                let chosen: Vec<&(String, Scalar)> = [lower, right].into_iter().flatten().collect();
                let title = chosen.iter().map(|(name, value)| value_title(spec, table, name, value)).collect::<Vec<_>>().join(", ");
                let filter = spec.filter.iter().chain(chosen.iter().map(|(name, value)| (name, value)));
                list.push(Panel { title, filter: filter.map(|(name, value)| (name.clone(), value.clone())).collect() });
            }
        }
        let columns = match across.len() {
            count if spec.down.is_some() || count <= 3 => count,
            4 => 2,
            _ => 3,
        };
        Self { list, columns }
    }

    fn rows(&self) -> usize {
        self.list.len().div_ceil(self.columns)
    }

    /// Whether no panel stands below this one.
    fn is_lowest(&self, index: usize) -> bool {
        index + self.columns >= self.list.len()
    }

    /// Whether the last row is not full, so that a panel above it has an abscissa of its own.
    fn is_ragged(&self) -> bool {
        !self.list.len().is_multiple_of(self.columns)
    }
}

/// What readers see for the value of a key: a text stands for itself, a number needs its name.
fn value_title(spec: &Spec, table: &Table, name: &str, value: &Scalar) -> String {
    match value {
        Scalar::Text(_) => table.label(value),
        _ => format!("{} = {}", column_name(spec, name), table.label(value)),
    }
}

/// The number that a row has on the axis of a key column: the places of a series are what the figure
/// says that they stand for.
pub(crate) fn number<'a>(spec: &'a Spec, table: &'a Table, column: &'a str) -> impl Fn(&Row) -> Option<f64> + 'a {
    let last = table.distinct(PLACE, &spec.filter).last().and_then(Scalar::number);
    let places = spec.places.filter(|_| column == PLACE).zip(last.filter(|last| *last > 0.0));
    move |row| {
        let number = table.key(row, column)?.number()?;
        Some(places.map_or(number, |((low, high), last)| low + (high - low) * number / last))
    }
}

/// Refuses more series than have a colour and a mark of their own.
pub(crate) fn check_series(table: &Table, count: usize) -> Result<(), FigureError> {
    if count <= SERIES {
        return Ok(());
    }
    let message =
        format!("{count} series are more than the {SERIES} that have a colour and a mark of their own: `where` or `across` can part them");
    Err(FigureError::Table { table: table.spec.id.clone(), message })
}

/// What readers see for the name of a key column.
pub(crate) fn column_name<'a>(spec: &'a Spec, name: &'a str) -> &'a str {
    spec.names.get(name).map_or(name, String::as_str)
}

/// How a figure is laid out.
pub(crate) struct Sheet<'a> {
    pub(crate) spec: &'a Spec,
    /// What tells the figure apart in a page of many.
    pub(crate) name: &'a str,
    pub(crate) panels: &'a Panels,
    /// Width and height of a panel's area.
    pub(crate) size: (f64, f64),
    /// The room right of each panel.
    pub(crate) right: f64,
    /// The room right of all panels.
    pub(crate) margin: f64,
    pub(crate) key: Vec<Entry>,
}

const MARGIN: f64 = 14.0;
const TITLE_LINE: f64 = 20.0;
const PANEL_TITLE: f64 = 20.0;
const TICKS: f64 = 22.0;
const AXIS_LABEL: f64 = 20.0;
const GAP: f64 = 16.0;

impl Sheet<'_> {
    /// The figure as SVG; `paint` fills a panel, between the paper and the axes, and is told which.
    pub(crate) fn draw(
        &self,
        (x, y): (&Axis, &Axis),
        paint: impl Fn(&Canvas<'_, '_>, &Plane<'_>, usize) -> Result<(), FigureError>,
    ) -> Result<String, FigureError> {
        let spec = self.spec;
        let named = |label: &str| if label.is_empty() { 0.0 } else { AXIS_LABEL };
        // Labels at the ends of an abscissa reach into the gap, and may not touch there.
        let overhang = Plane::overhang(x, self.size.0)?;
        let gap = GAP.max(overhang.0 + overhang.1 - self.right + 8.0);
        let left = MARGIN + named(&spec.labels.1) + Plane::room(y)?.max(overhang.0);
        let (columns, rows) = (self.panels.columns as f64, self.panels.rows() as f64);
        let across = columns * (self.size.0 + self.right) + (columns - 1.0) * gap;
        let title = Type { bold: true, align: Align::Left, ..Type::of(TITLE) };
        // The title and the key begin above the panels and end with the picture.
        let titles = wrap(&spec.title, title, across)?;
        let keys = key::lines(&self.key, across)?;
        let panel_title = if self.panels.list.iter().any(|panel| !panel.title.is_empty()) { PANEL_TITLE } else { 0.0 };
        let heading = MARGIN + titles.len() as f64 * TITLE_LINE + keys.len() as f64 * key::LINE + 8.0;
        let between = GAP + if self.panels.is_ragged() { TICKS } else { 0.0 };
        let down = rows * (panel_title + self.size.1) + (rows - 1.0) * between;
        let bottom = heading + down;
        let size = (
            left + across + self.margin.max(overhang.1 - self.right) + MARGIN / 2.0,
            bottom + TICKS + named(&spec.labels.0) + MARGIN / 2.0,
        );
        draw(size, self.name, (&spec.title, &spec.caption), |canvas| {
            for (at, line) in titles.iter().enumerate() {
                canvas.text(line, (left, MARGIN + 8.0 + at as f64 * TITLE_LINE), title)?;
            }
            let first = MARGIN + titles.len() as f64 * TITLE_LINE + key::LINE / 2.0 + 2.0;
            for (at, line) in keys.iter().enumerate() {
                key::draw(canvas, line, (left, first + at as f64 * key::LINE))?;
            }
            for (index, panel) in self.panels.list.iter().enumerate() {
                let (column, row) = ((index % self.panels.columns) as f64, (index / self.panels.columns) as f64);
                let step = (self.size.0 + self.right + gap, panel_title + self.size.1 + between);
                let corner = (left + column * step.0, heading + row * step.1 + panel_title);
                let area = Area { left: corner.0, top: corner.1, right: corner.0 + self.size.0, bottom: corner.1 + self.size.1 };
                let plane = Plane { area, x, y };
                canvas.text(&panel.title, (area.left, area.top - 11.0), Type { bold: true, align: Align::Left, ..Type::of(LABEL) })?;
                paint(canvas, &plane, index)?;
                plane.abscissa(canvas, self.panels.is_lowest(index))?;
                plane.ordinate(canvas, index % self.panels.columns == 0)?;
            }
            let middle = left + (across - self.right) / 2.0;
            canvas.text(&spec.labels.0, (middle, bottom + TICKS + AXIS_LABEL / 2.0), Type::of(LABEL))?;
            canvas.text(&spec.labels.1, (MARGIN + 5.0, heading + down / 2.0), Type { upright: true, ..Type::of(LABEL) })
        })
    }
}

/// Text in lines no wider than this.
fn wrap(text: &str, kind: Type, width: f64) -> Result<Vec<String>, FigureError> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer {
            Some(longer) if kind.width(&longer)? <= width => {
                lines.pop();
                lines.push(longer);
            }
            _ => lines.push(word.to_string()),
        }
    }
    Ok(lines)
}
