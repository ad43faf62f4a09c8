//! One look for all figures: sizes, colours, type.

use plotters::style::RGBColor;

/// Pixels of the canvas for one pixel of the picture: plotters rounds to whole pixels, and this is
/// how a tenth of a pixel is kept.
pub(crate) const SCALE: i32 = 10;

/// What text is set in; the first is the one that is measured.
pub(crate) const FAMILY: &str = "Inter, 'DejaVu Sans', Helvetica, Arial, sans-serif";

pub(crate) const TITLE: i32 = 15;
pub(crate) const LABEL: i32 = 12;
pub(crate) const SMALL: i32 = 11;

pub(crate) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub(crate) const GREY: RGBColor = RGBColor(0x6b, 0x6b, 0x6b);
pub(crate) const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);
pub(crate) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// Colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008), the
/// darkest first, without the yellow that vanishes on paper.
const SERIES: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0xe6, 0x9f, 0x00),
];

/// The colour of the line with this number.
pub(crate) fn series(index: usize) -> RGBColor {
    SERIES[index % SERIES.len()]
}
