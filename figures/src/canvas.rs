//! A canvas in pixels of the picture, over plotters' SVG backend.

use crate::FigureError;
use crate::theme::{FAMILY, INK, PAPER, SCALE};
use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, FontTransform, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle, register_font};
use std::sync::Once;

/// A point in pixels of the picture.
pub(crate) type Point = (f64, f64);

/// Draws a figure of a size in pixels. `title` and `description` are what a screen reader tells.
pub(crate) fn draw(
    (width, height): (u32, u32),
    (title, description): (&str, &str),
    paint: impl FnOnce(&Canvas<'_, '_>) -> Result<(), FigureError>,
) -> Result<String, FigureError> {
    load_fonts();
    let mut svg = String::new();
    {
        let size = (width * SCALE as u32, height * SCALE as u32);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&PAPER).map_err(failed)?;
        paint(&Canvas { area: &area })?;
        area.present().map_err(failed)?;
    }
    Ok(finish(&svg, (width, height), (title, description)))
}

/// The picture's own size, a title and a description; the canvas stays the coordinate system.
fn finish(svg: &str, (width, height): (u32, u32), (title, description): (&str, &str)) -> String {
    let canvas = format!("width=\"{}\" height=\"{}\"", width * SCALE as u32, height * SCALE as u32);
    let picture = format!("width=\"{width}\" height=\"{height}\" role=\"img\"");
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let about = format!("<title>{}</title>\n<desc>{}</desc>\n", escape(title), escape(description));
    let svg = svg.replacen(&canvas, &picture, 1);
    let body = svg.find(">\n").map_or(0, |at| at + 2);
    // The measured family first, then what a reader's machine may have; defaults need no words.
    let drawn = svg[body..].replace("font-family=\"Inter\"", &format!("font-family=\"{FAMILY}\""));
    format!("{}{about}{}", &svg[..body], drawn.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", ""))
}

fn load_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Both fonts are compiled in and read by a test: they cannot fail to load here.
        let _ = register_font("Inter", FontStyle::Normal, include_bytes!("../fonts/Inter-Regular.otf"));
        let _ = register_font("Inter", FontStyle::Bold, include_bytes!("../fonts/Inter-SemiBold.otf"));
    });
}

/// Where text sits relative to its point.
#[derive(Clone, Copy)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// How text is set.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    pub(crate) size: i32,
    pub(crate) colour: RGBColor,
    pub(crate) bold: bool,
    pub(crate) align: Align,
    pub(crate) upright: bool,
}

impl Type {
    /// Ink of a size, centred on its point.
    pub(crate) fn of(size: i32) -> Self {
        Self { size, colour: INK, bold: false, align: Align::Centre, upright: false }
    }
}

pub(crate) struct Canvas<'a, 'b> {
    area: &'a DrawingArea<SVGBackend<'b>, Shift>,
}

impl Canvas<'_, '_> {
    /// A line through points.
    pub(crate) fn line(&self, points: &[Point], colour: RGBColor, width: f64) -> Result<(), FigureError> {
        let style = ShapeStyle::from(&colour).stroke_width(scaled(width) as u32);
        self.area.draw(&PathElement::new(points.iter().map(|point| pixel(*point)).collect::<Vec<_>>(), style)).map_err(failed)
    }

    /// A dashed straight line.
    pub(crate) fn dashes(&self, from: Point, to: Point, colour: RGBColor, width: f64) -> Result<(), FigureError> {
        let length = ((to.0 - from.0).powi(2) + (to.1 - from.1).powi(2)).sqrt();
        let count = (length / 8.0).ceil().max(1.0) as usize;
        let at = |share: f64| (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
        for dash in 0..count {
            let start = dash as f64 / count as f64;
            self.line(&[at(start), at(start + 0.55 / count as f64)], colour, width)?;
        }
        Ok(())
    }

    /// A filled polygon.
    pub(crate) fn polygon(&self, points: &[Point], colour: RGBAColor) -> Result<(), FigureError> {
        self.area.draw(&Polygon::new(points.iter().map(|point| pixel(*point)).collect::<Vec<_>>(), colour.filled())).map_err(failed)
    }

    /// A filled rectangle from corner to corner.
    pub(crate) fn rectangle(&self, from: Point, to: Point, colour: RGBColor) -> Result<(), FigureError> {
        self.area.draw(&Rectangle::new([pixel(from), pixel(to)], colour.filled())).map_err(failed)
    }

    /// The frame of a rectangle.
    pub(crate) fn frame(&self, from: Point, to: Point, colour: RGBColor, width: f64) -> Result<(), FigureError> {
        self.area
            .draw(&Rectangle::new([pixel(from), pixel(to)], ShapeStyle::from(&colour).stroke_width(scaled(width) as u32)))
            .map_err(failed)
    }

    /// A dot with a rim of paper, so that dots stay apart where lines cross.
    pub(crate) fn dot(&self, at: Point, colour: RGBColor) -> Result<(), FigureError> {
        self.area.draw(&Circle::new(pixel(at), scaled(4.0), PAPER.filled())).map_err(failed)?;
        self.area.draw(&Circle::new(pixel(at), scaled(3.0), colour.filled())).map_err(failed)
    }

    /// Text whose vertical middle is at the point.
    pub(crate) fn text(&self, text: &str, at: Point, kind: Type) -> Result<(), FigureError> {
        self.area.draw(&Text::new(text.to_string(), pixel(at), style(kind))).map_err(failed)
    }

    /// The width of text in pixels of the picture, by the committed font.
    pub(crate) fn width(&self, text: &str, kind: Type) -> f64 {
        let size = self.area.estimate_text_size(text, &style(kind));
        size.map_or(0.0, |(width, _)| f64::from(width) / f64::from(SCALE))
    }
}

fn style(kind: Type) -> TextStyle<'static> {
    let weight = if kind.bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = ("Inter", kind.size * SCALE, weight).into_font();
    let font = if kind.upright { font.transform(FontTransform::Rotate270) } else { font };
    let horizontal = match kind.align {
        Align::Left => HPos::Left,
        Align::Centre => HPos::Center,
        Align::Right => HPos::Right,
    };
    TextStyle { font, color: kind.colour.to_backend_color(), pos: Pos::new(horizontal, VPos::Center) }
}

fn pixel((x, y): Point) -> (i32, i32) {
    (scaled(x), scaled(y))
}

fn scaled(value: f64) -> i32 {
    (value * f64::from(SCALE)).round() as i32
}

fn failed(error: impl std::fmt::Display) -> FigureError {
    FigureError::Drawing(error.to_string())
}
