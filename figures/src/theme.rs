//! One look for all figures: sizes and colours.

use plotters::style::RGBColor;

/// Pixels of the canvas for one pixel of the picture: plotters rounds to whole pixels, and this is
/// how a tenth of a pixel is kept.
pub(crate) const SCALE: i32 = 10;

pub(crate) const TITLE: f64 = 15.0;
pub(crate) const LABEL: f64 = 12.0;
pub(crate) const SMALL: f64 = 11.0;

/// A colour by its use. A figure names the colour on white paper; the class of what is drawn with
/// it gives a reader with a dark screen the other one.
pub(crate) struct Paint {
    pub(crate) name: &'static str,
    pub(crate) light: RGBColor,
    pub(crate) dark: RGBColor,
}

pub(crate) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
pub(crate) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub(crate) const GREY: RGBColor = RGBColor(0x66, 0x66, 0x66);
pub(crate) const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);

/// How many series have a colour and a mark of their own.
pub(crate) const SERIES: usize = 7;

const fn paint(name: &'static str, light: u32, dark: u32) -> Paint {
    const fn rgb(hex: u32) -> RGBColor {
        RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
    }
    Paint { name, light: rgb(light), dark: rgb(dark) }
}

/// Every colour. Those of the series are Okabe and Ito's (2008), told apart by people with any kind
/// of colour vision, with the light ones darkened until they stand out from paper and two
/// of them moved apart; `text-` is the
/// same hue, dark enough to be read.
pub(crate) const PAINTS: [Paint; 18] = [
    paint("paper", 0xffffff, 0x16181b),
    paint("ink", 0x222222, 0xe8e8e8),
    paint("grey", 0x666666, 0xa5a5a5),
    paint("grid", 0xe4e4e4, 0x33373c),
    paint("series-1", 0x0072b2, 0x4fa8e0),
    paint("series-2", 0xc24e00, 0xff8a3d),
    paint("series-3", 0x008f68, 0x2fc49b),
    paint("series-4", 0xc26a9b, 0xe29bc3),
    paint("series-5", 0x3a9cd4, 0x9ad7ff),
    paint("series-6", 0xc48a00, 0xf4c95a),
    paint("series-7", 0x4d4d4d, 0xe4e4e4),
    paint("text-1", 0x00649d, 0x4fa9e1),
    paint("text-2", 0xa84a00, 0xff8b3e),
    paint("text-3", 0x00704e, 0x2fc59c),
    paint("text-4", 0x9b3f76, 0xe29cc4),
    paint("text-5", 0x1f6f9e, 0x9ad8ff),
    paint("text-6", 0x855c00, 0xf4ca5b),
    paint("text-7", 0x4d4d4e, 0xe4e4e5),
];

/// The colour of the lines and marks of the series with this number.
pub(crate) fn series(index: usize) -> RGBColor {
    PAINTS[4 + index % SERIES].light
}

/// The colour of text about the series with this number.
pub(crate) fn text(index: usize) -> RGBColor {
    PAINTS[4 + SERIES + index % SERIES].light
}

#[cfg(test)]
mod tests {
    use super::*;

    type Linear = [f64; 3];

    fn linear(colour: RGBColor) -> Linear {
        [colour.0, colour.1, colour.2].map(|byte| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(matrix: [Linear; 3], colour: Linear) -> Linear {
        matrix.map(|row| row.iter().zip(colour).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0))
    }

    /// The ratio of the Web Content Accessibility Guidelines.
    fn contrast(a: RGBColor, b: RGBColor) -> f64 {
        let luminance = |colour| linear(colour).iter().zip([0.2126, 0.7152, 0.0722]).map(|(part, weight)| part * weight).sum::<f64>();
        let (a, b): (f64, f64) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// CIE 1976 difference, white point D65.
    fn difference(a: Linear, b: Linear) -> f64 {
        let lab = |colour: Linear| {
            let xyz = times([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], colour);
            let f = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
            let [x, y, z] = [f(xyz[0] / 0.9505), f(xyz[1]), f(xyz[2] / 1.089)];
            [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
        };
        lab(a).iter().zip(lab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn the_names_used_in_code_are_those_of_the_table() {
        for (name, colour) in [("paper", PAPER), ("ink", INK), ("grey", GREY), ("grid", GRID)] {
            assert_eq!(PAINTS.iter().find(|paint| paint.name == name).map(|paint| paint.light), Some(colour));
        }
        for (at, paint) in PAINTS.iter().enumerate() {
            assert!(PAINTS[..at].iter().all(|other| other.light != paint.light), "'{}' is found by its colour", paint.name);
        }
    }

    #[test]
    fn marks_stand_out_and_text_can_be_read_on_both_papers() {
        for index in 0..SERIES {
            for (paint, least) in [(&PAINTS[4 + index], 3.0), (&PAINTS[4 + SERIES + index], 4.5)] {
                assert!(
                    contrast(paint.light, PAINTS[0].light) >= least,
                    "{} on white: {}",
                    paint.name,
                    contrast(paint.light, PAINTS[0].light)
                );
                assert!(contrast(paint.dark, PAINTS[0].dark) >= least, "{} on black: {}", paint.name, contrast(paint.dark, PAINTS[0].dark));
            }
        }
        for paint in &PAINTS[1..3] {
            assert!(contrast(paint.light, PAINTS[0].light) >= 4.5 && contrast(paint.dark, PAINTS[0].dark) >= 4.5, "{}", paint.name);
        }
    }

    /// Machado, Oliveira and Fernandes (2009), severity 1.
    #[test]
    fn no_kind_of_colour_vision_confuses_two_series() {
        let kinds = [
            ("common", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
            ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
            ("deuteranopia", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]),
            ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]),
        ];
        for (kind, matrix) in kinds {
            for a in 0..SERIES {
                for b in 0..a {
                    let seen = |index: usize, dark: bool| {
                        let paint = &PAINTS[4 + index];
                        times(matrix, linear(if dark { paint.dark } else { paint.light }))
                    };
                    for dark in [false, true] {
                        let found = difference(seen(a, dark), seen(b, dark));
                        assert!(found > 11.0, "{kind}, dark {dark}: series {} and {} differ by {found}", a + 1, b + 1);
                    }
                }
            }
        }
    }
}
