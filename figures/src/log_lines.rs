//! Lines over two logarithmic axes: one panel beside the other, a band around each line, its label
//! and fitted slope at its end.

use crate::FigureError;
use crate::axis::{LogAxis, labels};
use crate::canvas::{Align, Canvas, Point, Type, draw};
use crate::theme::{GREY, GRID, LABEL, SMALL, TITLE, series};
use plotters::style::Color;
use saigen_artifacts::Scalar;
use saigen_artifacts::statistic;
use saigen_artifacts::table::{Filter, Row, Table};

/// What is drawn of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLines<'a> {
    /// The title.
    pub title: &'a str,
    /// What a reader should see.
    pub caption: &'a str,
    /// Which rows.
    pub filter: &'a Filter,
    /// Key column on the abscissa.
    pub x: &'a str,
    /// Column on the ordinate.
    pub y: &'a str,
    /// The columns of the band.
    pub band: Option<Band<'a>>,
    /// Key column that tells lines apart.
    pub series: &'a str,
    /// Key column that tells panels apart.
    pub panels: Option<&'a str>,
    /// Labels of the axes.
    pub labels: (&'a str, &'a str),
    /// Lines of known slope.
    pub guides: Vec<Guide<'a>>,
}

/// The columns of a band's edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band<'a> {
    /// Lower edge.
    pub low: &'a str,
    /// Upper edge.
    pub high: &'a str,
}

/// A line of known slope, to compare with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guide<'a> {
    /// The slope on logarithmic axes.
    pub slope: f64,
    /// What it stands for.
    pub label: &'a str,
}

/// One line of one panel.
struct Line {
    label: String,
    colour: usize,
    points: Vec<(f64, f64)>,
    band: Vec<(f64, f64, f64)>,
}

/// One panel: its title and its lines.
struct Panel {
    title: String,
    lines: Vec<Line>,
}

const HEIGHT: f64 = 380.0;
const PLOT_WIDTH: f64 = 270.0;
const LEFT: f64 = 74.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 56.0;
const GAP: f64 = 18.0;

impl LogLines<'_> {
    /// The figure as SVG.
    ///
    /// # Errors
    /// The table has no row for it, or a value that has no logarithm.
    pub fn draw(&self, table: &Table) -> Result<String, FigureError> {
        let wrong = |message: &str| FigureError::Table { table: table.spec.id.clone(), message: message.to_string() };
        let panels = self.read(table);
        let lines = || panels.iter().flat_map(|panel| &panel.lines);
        let no_log = || wrong("a logarithmic axis needs positive values, and there is another or none");
        let x = LogAxis::around(lines().flat_map(|line| line.points.iter().map(|point| point.0))).ok_or_else(no_log)?;
        let heights = lines().flat_map(|line| {
            let edges = line.band.iter().flat_map(|(_, low, high)| [*low, *high]);
            line.points.iter().map(|point| point.1).chain(edges)
        });
        let y = LogAxis::around(heights).ok_or_else(no_log)?;
        // The room for labels at the lines' ends is measured on a canvas of any size.
        let mut room = 0.0;
        draw((10, 10), ("", ""), |canvas| {
            let guides = self.guides.iter().map(|guide| guide.label.to_string());
            let texts = lines().map(end_label).chain(guides);
            room = texts.map(|text| canvas.width(&text, Type::of(SMALL))).fold(0.0, f64::max) + 18.0;
            Ok(())
        })?;
        let step = PLOT_WIDTH + room + GAP;
        let width = LEFT + step * panels.len() as f64;
        draw((width.ceil() as u32, HEIGHT as u32), (self.title, self.caption), |canvas| {
            let title = Type { bold: true, align: Align::Left, ..Type::of(TITLE) };
            canvas.text(self.title, (LEFT, 22.0), title)?;
            for (index, panel) in panels.iter().enumerate() {
                self.panel(canvas, panel, LEFT + step * index as f64, index == 0, (&x, &y))?;
            }
            Ok(())
        })
    }

    /// The lines of the table, panel by panel, in the table's order.
    fn read(&self, table: &Table) -> Vec<Panel> {
        let series = table.distinct(self.series, self.filter);
        let line = |colour: usize, value: &Scalar, filter: &Filter| {
            let mut filter = filter.clone();
            filter.insert(self.series.to_string(), value.clone());
            let number = |row: &Row, name: &str| table.value(row, name).unwrap_or(f64::NAN);
            let x = |row: &Row| table.key(row, self.x).and_then(Scalar::number).unwrap_or(f64::NAN);
            // A row in which a training diverged has no point.
            let rows = || table.select(&filter).filter(|row| row.diverged == 0);
            let points = rows().map(|row| (x(row), number(row, self.y))).collect();
            let band = self.band.map(|band| rows().map(|row| (x(row), number(row, band.low), number(row, band.high))).collect());
            Line { label: table.label(value), colour, points, band: band.unwrap_or_default() }
        };
        let panel = |title: String, filter: &Filter| {
            let lines = series.iter().enumerate().map(|(colour, value)| line(colour, value, filter));
            Panel { title, lines: lines.filter(|line| !line.points.is_empty()).collect() }
        };
        match self.panels {
            None => vec![panel(String::new(), self.filter)],
            Some(name) => {
                let values = table.distinct(name, self.filter);
                let with = |value: &Scalar| {
                    let mut filter = self.filter.clone();
                    filter.insert(name.to_string(), value.clone());
                    panel(format!("{name} = {}", table.label(value)), &filter)
                };
                values.iter().map(with).collect()
            }
        }
    }

    fn panel(
        &self,
        canvas: &Canvas<'_, '_>,
        panel: &Panel,
        left: f64,
        first: bool,
        (x, y): (&LogAxis, &LogAxis),
    ) -> Result<(), FigureError> {
        let (right, bottom) = (left + PLOT_WIDTH, HEIGHT - BOTTOM);
        let at = |(vx, vy): (f64, f64)| -> Point { (left + x.place(vx) * PLOT_WIDTH, bottom - y.place(vy) * (bottom - TOP)) };
        let small = Type { colour: GREY, ..Type::of(SMALL) };
        for (tick, label) in y.ticks().iter().zip(labels(&y.ticks())) {
            let height = at((1.0, *tick)).1;
            canvas.line(&[(left, height), (right, height)], GRID, 1.0)?;
            if first {
                canvas.text(&label, (left - 8.0, height), Type { align: Align::Right, ..small })?;
            }
        }
        for (tick, label) in x.ticks().iter().zip(labels(&x.ticks())) {
            let place = at((*tick, 1.0)).0;
            canvas.line(&[(place, bottom), (place, bottom + 4.0)], GREY, 1.0)?;
            canvas.text(&label, (place, bottom + 14.0), small)?;
        }
        canvas.line(&[(left, bottom), (right, bottom)], GREY, 1.0)?;
        canvas.text(&panel.title, (left, TOP - 14.0), Type { bold: true, align: Align::Left, ..Type::of(LABEL) })?;
        canvas.text(self.labels.0, (left + PLOT_WIDTH / 2.0, bottom + 38.0), Type::of(LABEL))?;
        if first {
            canvas.text(self.labels.1, (18.0, (TOP + bottom) / 2.0), Type { upright: true, ..Type::of(LABEL) })?;
        }
        let mut ends = Vec::new();
        for line in &panel.lines {
            let upper = line.band.iter().map(|(vx, _, high)| at((*vx, *high)));
            let lower = line.band.iter().rev().map(|(vx, low, _)| at((*vx, *low)));
            let outline: Vec<Point> = upper.chain(lower).collect();
            if outline.len() > 2 {
                canvas.polygon(&outline, series(line.colour).mix(0.13))?;
            }
        }
        if let Some(start) = guide_start(panel) {
            for guide in &self.guides {
                // From the middle of the lines' starts to the right edge, or to where it leaves.
                let last = panel.lines.iter().filter_map(|line| line.points.last()).map(|point| point.0).fold(start.0, f64::max);
                let end = (last, start.1 * (last / start.0).powf(guide.slope));
                canvas.dashes(at(start), at(end), GREY, 1.2)?;
                ends.push((at(end).1, guide.label.to_string(), None));
            }
        }
        for line in &panel.lines {
            let points: Vec<Point> = line.points.iter().map(|point| at(*point)).collect();
            canvas.line(&points, series(line.colour), 2.0)?;
            points.iter().try_for_each(|point| canvas.dot(*point, series(line.colour)))?;
            ends.extend(points.last().map(|end| (end.1, end_label(line), Some(line.colour))));
        }
        for (height, text, colour) in spread(ends, TOP, bottom) {
            let colour = colour.map_or(GREY, series);
            canvas.text(&text, (right + 4.0, height), Type { colour, align: Align::Left, ..Type::of(SMALL) })?;
        }
        Ok(())
    }
}

/// The middle, on the logarithmic scale, of where the lines start.
fn guide_start(panel: &Panel) -> Option<(f64, f64)> {
    let starts: Vec<(f64, f64)> = panel.lines.iter().filter_map(|line| line.points.first().copied()).collect();
    let first = starts.first()?;
    let mean = starts.iter().map(|start| start.1.ln()).sum::<f64>() / starts.len() as f64;
    Some((first.0, mean.exp()))
}

/// A line's name and its slope, where it has one.
fn end_label(line: &Line) -> String {
    if line.points.len() < 2 {
        return line.label.clone();
    }
    let logs: Vec<(f64, f64)> = line.points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let slope = format!("{:.2}", statistic::line(&logs).0).replace('-', "−");
    format!("{}  {slope}", line.label)
}

/// Moves labels apart so that none covers another, and keeps them inside.
fn spread(mut ends: Vec<(f64, String, Option<usize>)>, top: f64, bottom: f64) -> Vec<(f64, String, Option<usize>)> {
    const APART: f64 = 15.0;
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    for _ in 0..200 {
        for index in 1..ends.len() {
            let overlap = APART - (ends[index].0 - ends[index - 1].0);
            if overlap > 0.0 {
                ends[index - 1].0 -= overlap / 2.0;
                ends[index].0 += overlap / 2.0;
            }
        }
        for end in &mut ends {
            end.0 = end.0.clamp(top, bottom);
        }
    }
    ends
}
