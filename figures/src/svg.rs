//! Our backend for plotters: SVG that is small, the same everywhere, and follows a dark page.
//!
//! plotters' own backend writes text that every reader's machine sets in another font, and one
//! element for each shape. Here text is outlines, defined once a glyph; neighbours that look the same
//! share a path; and colours of the theme carry a class.

use crate::FigureError;
use crate::font::Font;
use crate::theme::{PAINTS, SCALE};
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle, FontTransform,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use ttf_parser::GlyphId;

type Drawn = Result<(), DrawingErrorKind<FigureError>>;

/// A picture that is being drawn.
pub(crate) struct Document {
    /// Pixels of the canvas.
    size: (u32, u32),
    /// What its ids begin with, so that two pictures fit in one page.
    prefix: String,
    body: String,
    /// Shapes of one look that wait for more of it: the look, and the path so far.
    waiting: Option<(String, Path)>,
    /// The names of the glyphs used so far, by weight and glyph.
    glyphs: BTreeMap<(bool, GlyphId), String>,
    /// The rules for a dark page that are needed.
    classes: BTreeSet<(&'static str, usize)>,
}

impl Document {
    pub(crate) fn new(size: (u32, u32), prefix: &str) -> Self {
        Self { size, prefix: prefix.to_string(), body: String::new(), waiting: None, glyphs: BTreeMap::new(), classes: BTreeSet::new() }
    }

    /// The file. `title` and `description` are what a screen reader tells.
    pub(crate) fn finish(mut self, title: &str, description: &str) -> String {
        self.settle();
        let (width, height) = self.size;
        let scale = SCALE as u32;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
             <title>{}</title>\n<desc>{}</desc>\n<style>@media screen and (prefers-color-scheme:dark){{",
            width / scale,
            height / scale,
            escape(title),
            escape(description)
        );
        for (property, paint) in &self.classes {
            let dark = PAINTS[*paint].dark;
            let _ = write!(svg, ".{property}-{}{{{property}:{}}}", PAINTS[*paint].name, hex((dark.0, dark.1, dark.2)));
        }
        svg += "}</style>\n<defs>\n";
        for ((bold, glyph), id) in &self.glyphs {
            let _ = writeln!(svg, "<path id=\"{id}\" d=\"{}\"/>", Font::of(*bold).outline(*glyph));
        }
        svg + "</defs>\n" + &self.body + "</svg>\n"
    }

    /// Adds to the path of this look, after ending another's.
    fn path(&mut self, look: String, add: impl FnOnce(&mut Path)) {
        if self.waiting.as_ref().is_some_and(|(waiting, _)| *waiting != look) {
            self.settle();
        }
        let (_, path) = self.waiting.get_or_insert_with(|| (look, Path::default()));
        add(path);
    }

    fn settle(&mut self) {
        if let Some((look, path)) = self.waiting.take() {
            let _ = writeln!(self.body, "<path {look} d=\"{}\"/>", path.data);
        }
    }

    /// The attributes of a colour: its class where the theme knows it, and its value.
    fn colour(&mut self, property: &'static str, colour: BackendColor) -> String {
        let known = PAINTS.iter().position(|paint| (paint.light.0, paint.light.1, paint.light.2) == colour.rgb);
        let class = known.map(|at| {
            self.classes.insert((property, at));
            format!("class=\"{property}-{}\" ", PAINTS[at].name)
        });
        let opacity = if colour.alpha < 1.0 { format!(" {property}-opacity=\"{}\"", colour.alpha) } else { String::new() };
        format!("{}{property}=\"{}\"{opacity}", class.unwrap_or_default(), hex(colour.rgb))
    }

    fn filled(&mut self, colour: BackendColor) -> String {
        self.colour("fill", colour)
    }

    fn stroked(&mut self, style: &impl BackendStyle) -> String {
        let colour = self.colour("stroke", style.color());
        format!("fill=\"none\" {colour} stroke-width=\"{}\" stroke-linejoin=\"round\"", style.stroke_width())
    }

    fn glyph(&mut self, bold: bool, glyph: GlyphId) -> &str {
        let next = format!("{}{}", self.prefix, self.glyphs.len());
        self.glyphs.entry((bold, glyph)).or_insert(next)
    }
}

/// Path data in whole pixels of the canvas.
#[derive(Default)]
struct Path {
    data: String,
}

impl Path {
    fn open(&mut self, points: impl Iterator<Item = BackendCoord>) {
        let mut last: Option<BackendCoord> = None;
        for (x, y) in points {
            let _ = match last {
                None => write!(self.data, "M{x} {y}"),
                Some((before_x, before_y)) if before_y == y => write!(self.data, "h{}", x - before_x),
                Some((before_x, before_y)) if before_x == x => write!(self.data, "v{}", y - before_y),
                Some((before_x, before_y)) => write!(self.data, "l{} {}", x - before_x, y - before_y),
            };
            last = Some((x, y));
        }
    }

    fn closed(&mut self, points: impl Iterator<Item = BackendCoord>) {
        self.open(points);
        self.data.push('z');
    }
}

/// What plotters draws with.
pub(crate) struct Pen<'a>(pub(crate) &'a mut Document);

impl DrawingBackend for Pen<'_> {
    type ErrorType = FigureError;

    fn get_size(&self) -> (u32, u32) {
        self.0.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect(at, at, &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, (left, top): BackendCoord, (right, bottom): BackendCoord, style: &S, fill: bool) -> Drawn {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)].into_iter();
        let look = if fill { self.0.filled(style.color()) } else { self.0.stroked(style) };
        self.0.path(look, |path| path.closed(corners));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        let look = self.0.stroked(style);
        self.0.path(look, |path| path.open(points.into_iter()));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let look = if fill { self.0.filled(style.color()) } else { self.0.stroked(style) };
        self.0.path(look, |path| {
            let (left, wide) = (x - radius as i32, 2 * radius as i32);
            let _ = write!(path.data, "M{left} {y}a{radius} {radius} 0 1 0 {wide} 0a{radius} {radius} 0 1 0-{wide} 0z");
        });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        let look = self.0.filled(style.color());
        self.0.path(look, |path| path.closed(points.into_iter()));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Drawn {
        let bold = matches!(style.style(), FontStyle::Bold);
        let font = Font::of(bold);
        let (placed, width) = font.set(text).map_err(DrawingErrorKind::DrawingError)?;
        self.0.settle();
        let scale = style.size() / font.em();
        // From the anchor, in the direction of reading, to the start of the baseline.
        let back = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => f64::from(width) * scale / 2.0,
            HPos::Right => f64::from(width) * scale,
        };
        let down = font.capitals() * style.size() / 2.0;
        let upright = !matches!(style.transform(), FontTransform::None);
        let (dx, dy) = if upright { (down, back) } else { (-back, down) };
        let place = (x + dx.round() as i32, y + dy.round() as i32);
        let turn = if upright { " rotate(-90)" } else { "" };
        let fill = self.0.filled(style.color());
        let mut glyphs = String::new();
        for (glyph, at) in placed {
            if !font.outline(glyph).is_empty() {
                let _ = write!(glyphs, "<use href=\"#{}\"{}/>", self.0.glyph(bold, glyph), shifted(at));
            }
        }
        let scale = (scale * 1e4).round() / 1e4;
        let _ =
            writeln!(self.0.body, "<g {fill} transform=\"translate({} {}){turn} scale({scale} -{scale})\">{glyphs}</g>", place.0, place.1);
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(&self, text: &str, style: &T) -> Result<(u32, u32), DrawingErrorKind<FigureError>> {
        let font = Font::of(matches!(style.style(), FontStyle::Bold));
        let width = font.width(text, style.size()).map_err(DrawingErrorKind::DrawingError)?;
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

fn shifted(at: i32) -> String {
    if at == 0 { String::new() } else { format!(" x=\"{at}\"") }
}

fn hex((red, green, blue): (u8, u8, u8)) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
