//! The committed font: how wide a text is, and the outlines of its glyphs.
//!
//! Text is drawn as outlines, so that every renderer shows the same, and what was measured is what
//! is seen.

use crate::FigureError;
use std::sync::OnceLock;
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// One weight of the font.
pub(crate) struct Font {
    face: Face<'static>,
}

/// A glyph and where it stands, in the font's units from the text's start.
pub(crate) type Placed = (GlyphId, i32);

impl Font {
    /// The regular or the bold weight.
    pub(crate) fn of(bold: bool) -> &'static Self {
        static FONTS: OnceLock<[Font; 2]> = OnceLock::new();
        let parse = |bytes| Font { face: Face::parse(bytes, 0).expect("the committed font is a font") };
        let fonts = FONTS.get_or_init(|| {
            [parse(include_bytes!("../fonts/Inter-Regular.otf").as_slice()), parse(include_bytes!("../fonts/Inter-SemiBold.otf"))]
        });
        &fonts[usize::from(bold)]
    }

    /// The font's units in an em.
    pub(crate) fn em(&self) -> f64 {
        f64::from(self.face.units_per_em())
    }

    /// The height of capital letters, in ems.
    pub(crate) fn capitals(&self) -> f64 {
        f64::from(self.face.capital_height().unwrap_or_default()) / self.em()
    }

    /// The glyphs of a text, kerned, and its width in the font's units.
    ///
    /// # Errors
    /// The font has no glyph for a character.
    pub(crate) fn set(&self, text: &str) -> Result<(Vec<Placed>, i32), FigureError> {
        let (mut placed, mut at) = (Vec::new(), 0);
        for character in text.chars() {
            let missing = || FigureError::Character { character, text: text.to_string() };
            let glyph = self.face.glyph_index(character).ok_or_else(missing)?;
            at += placed.last().map_or(0, |(before, _)| self.kerning(*before, glyph));
            placed.push((glyph, at));
            at += i32::from(self.face.glyph_hor_advance(glyph).unwrap_or_default());
        }
        Ok((placed, at))
    }

    /// The width of a text at a size, in the size's unit.
    ///
    /// # Errors
    /// The font has no glyph for a character.
    pub(crate) fn width(&self, text: &str, size: f64) -> Result<f64, FigureError> {
        Ok(f64::from(self.set(text)?.1) * size / self.em())
    }

    /// The outline of a glyph as the data of an SVG path, in the font's units, upwards.
    pub(crate) fn outline(&self, glyph: GlyphId) -> String {
        let mut path = Outline::default();
        // A glyph without an outline is a space.
        let _ = self.face.outline_glyph(glyph, &mut path);
        path.data
    }

    fn kerning(&self, left: GlyphId, right: GlyphId) -> i32 {
        let Some(positions) = self.face.tables().gpos else { return 0 };
        for lookup in positions.lookups {
            for subtable in lookup.subtables.into_iter::<PositioningSubtable<'_>>() {
                let PositioningSubtable::Pair(pair) = subtable else { continue };
                let Some(first) = pair.coverage().get(left) else { continue };
                let adjustment = match pair {
                    PairAdjustment::Format1 { sets, .. } => sets.get(first).and_then(|set| set.get(right)),
                    PairAdjustment::Format2 { classes, matrix, .. } => matrix.get((classes.0.get(left), classes.1.get(right))),
                };
                if let Some((value, _)) = adjustment {
                    return i32::from(value.x_advance);
                }
            }
        }
        0
    }
}

/// Path data, relative to the last point: shorter than absolute.
#[derive(Default)]
struct Outline {
    data: String,
    at: (i32, i32),
    start: (i32, i32),
}

impl Outline {
    fn push(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(command);
        let from = self.at;
        for (x, y) in points {
            let point = (x.round() as i32, y.round() as i32);
            for number in [point.0 - from.0, point.1 - from.1] {
                if number >= 0 && !self.data.ends_with(command) {
                    self.data.push(' ');
                }
                self.data.push_str(&number.to_string());
            }
            self.at = point;
        }
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push('m', &[(x, y)]);
        self.start = self.at;
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.push('l', &[(x, y)]);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.push('q', &[(x1, y1), (x, y)]);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.push('c', &[(x1, y1), (x2, y2), (x, y)]);
    }
    fn close(&mut self) {
        self.data.push('z');
        self.at = self.start;
    }
}
