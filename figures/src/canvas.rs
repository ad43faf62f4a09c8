//! A canvas in pixels of the picture: plotters' elements, in our units, with our names.

use crate::FigureError;
use crate::font::Font;
use crate::svg::{Document, Pen};
use crate::theme::{INK, PAPER, SCALE};
use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{DrawingArea, IntoDrawingArea};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, FontTransform, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::DrawingErrorKind;
use saigen_artifacts::Digest;

/// A point in pixels of the picture.
pub(crate) type Point = (f64, f64);

/// Draws a picture of a size in pixels. `name` is what tells it apart in a page of many; `title` and
/// `description` are what a screen reader tells.
pub(crate) fn draw(
    (width, height): (f64, f64),
    name: &str,
    (title, description): (&str, &str),
    paint: impl FnOnce(&Canvas<'_, '_>) -> Result<(), FigureError>,
) -> Result<String, FigureError> {
    let size = (scaled(width.ceil()) as u32, scaled(height.ceil()) as u32);
    let digest = Digest::of(name.as_bytes()).to_string();
    // An id begins with a letter.
    let mut document = Document::new(size, &format!("g{}-", &digest[..6]));
    {
        let area = Pen(&mut document).into_drawing_area();
        area.fill(&PAPER).map_err(failed)?;
        paint(&Canvas { area: &area })?;
        area.present().map_err(failed)?;
    }
    Ok(document.finish(title, description))
}

/// Where text sits relative to its point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// How text is set.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    pub(crate) size: f64,
    pub(crate) colour: RGBColor,
    pub(crate) bold: bool,
    pub(crate) align: Align,
    pub(crate) upright: bool,
}

impl Type {
    /// Ink of a size, centred on its point.
    pub(crate) fn of(size: f64) -> Self {
        Self { size, colour: INK, bold: false, align: Align::Centre, upright: false }
    }

    /// The width of text in pixels.
    pub(crate) fn width(self, text: &str) -> Result<f64, FigureError> {
        Font::of(self.bold).width(text, self.size)
    }

    /// The widest of some texts.
    pub(crate) fn widest<T: AsRef<str>>(self, texts: impl IntoIterator<Item = T>) -> Result<f64, FigureError> {
        texts.into_iter().try_fold(0.0, |widest, text| Ok(self.width(text.as_ref())?.max(widest)))
    }
}

pub(crate) struct Canvas<'a, 'b> {
    area: &'a DrawingArea<Pen<'b>, Shift>,
}

impl Canvas<'_, '_> {
    /// A line through points.
    pub(crate) fn line(&self, points: &[Point], colour: RGBColor, width: f64) -> Result<(), FigureError> {
        self.area.draw(&PathElement::new(pixels(points), stroke(colour, width))).map_err(failed)
    }

    /// A dashed line through points, in dashes and gaps of these lengths.
    pub(crate) fn dashes(&self, points: &[Point], (dash, gap): (f64, f64), colour: RGBColor, width: f64) -> Result<(), FigureError> {
        let mut place = 0.0;
        for pair in points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let at = |way: f64| (from.0 + way / length * (to.0 - from.0), from.1 + way / length * (to.1 - from.1));
            // `place` is how far into a dash and its gap the last piece ended.
            let mut way = -place;
            while way < length {
                let (start, end) = (way.max(0.0), (way + dash).min(length));
                if end > start {
                    self.line(&[at(start), at(end)], colour, width)?;
                }
                way += dash + gap;
            }
            place = (place + length) % (dash + gap);
        }
        Ok(())
    }

    /// A filled polygon.
    pub(crate) fn polygon(&self, points: &[Point], colour: RGBAColor) -> Result<(), FigureError> {
        self.area.draw(&Polygon::new(pixels(points), colour.filled())).map_err(failed)
    }

    /// The outline of a polygon.
    pub(crate) fn outline(&self, points: &[Point], colour: RGBColor, width: f64) -> Result<(), FigureError> {
        let closed: Vec<Point> = points.iter().chain(&points[..2.min(points.len())]).copied().collect();
        self.line(&closed, colour, width)
    }

    /// A filled rectangle from corner to corner.
    pub(crate) fn rectangle(&self, from: Point, to: Point, colour: RGBColor) -> Result<(), FigureError> {
        self.area.draw(&Rectangle::new([pixel(from), pixel(to)], colour.filled())).map_err(failed)
    }

    /// The frame of a rectangle.
    pub(crate) fn frame(&self, from: Point, to: Point, colour: RGBColor, width: f64) -> Result<(), FigureError> {
        self.area.draw(&Rectangle::new([pixel(from), pixel(to)], stroke(colour, width))).map_err(failed)
    }

    /// A filled disc.
    pub(crate) fn disc(&self, at: Point, radius: f64, colour: RGBAColor) -> Result<(), FigureError> {
        self.area.draw(&Circle::new(pixel(at), scaled(radius), colour.filled())).map_err(failed)
    }

    /// A circle.
    pub(crate) fn circle(&self, at: Point, radius: f64, colour: RGBColor, width: f64) -> Result<(), FigureError> {
        self.area.draw(&Circle::new(pixel(at), scaled(radius), stroke(colour, width))).map_err(failed)
    }

    /// Text whose vertical middle is at the point.
    pub(crate) fn text(&self, text: &str, at: Point, kind: Type) -> Result<(), FigureError> {
        let weight = if kind.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = ("Inter", kind.size * f64::from(SCALE), weight).into_font();
        let font = if kind.upright { font.transform(FontTransform::Rotate270) } else { font };
        let horizontal = match kind.align {
            Align::Left => HPos::Left,
            Align::Centre => HPos::Center,
            Align::Right => HPos::Right,
        };
        let style = TextStyle { font, color: kind.colour.to_backend_color(), pos: Pos::new(horizontal, VPos::Center) };
        self.area.draw(&Text::new(text.to_string(), pixel(at), style)).map_err(failed)
    }
}

fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle::from(&colour).stroke_width(scaled(width) as u32)
}

fn pixel((x, y): Point) -> (i32, i32) {
    (scaled(x), scaled(y))
}

fn pixels(points: &[Point]) -> Vec<(i32, i32)> {
    points.iter().map(|point| pixel(*point)).collect()
}

fn scaled(value: f64) -> i32 {
    (value * f64::from(SCALE)).round() as i32
}

fn failed(error: plotters::drawing::DrawingAreaErrorKind<FigureError>) -> FigureError {
    match error {
        plotters::drawing::DrawingAreaErrorKind::BackendError(DrawingErrorKind::DrawingError(error)) => error,
        other => FigureError::Drawing(other.to_string()),
    }
}
