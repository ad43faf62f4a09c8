//! `saigen export figures`: figures as SVG, PDF or PNG.
//!
//! Only the SVG is a result. The others are made of it here, beside the verb, and not in `figures`:
//! that crate's code is part of the identity of what is on record, and this must not move it.

use super::{folder, tell};
use crate::Outcome;
use crate::cli::{FigureFormat, Studies};
use crate::cmd::record::{from_disk, nothing_yet};
use crate::exit::{Exit, refuse};
use crate::project::Project;
use anyhow::Context as _;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::path::Path;
use svg2pdf::{ConversionOptions, PageOptions, to_pdf};

/// Pixels an inch, as CSS has it.
const RESOLUTION: f32 = 96.0;

pub(super) fn figures(
    project: &Project,
    studies: &Studies,
    (format, scale): (FigureFormat, Option<f32>),
    to: Option<&Path>,
    json: bool,
) -> Outcome {
    if scale.is_some() && format != FigureFormat::Png {
        return Err(refuse(Exit::Usage, "only a PNG has a scale", "add `--format png`, or leave --scale out"));
    }
    let built = from_disk(project, studies)?;
    if built.is_empty() {
        return Err(nothing_yet(project));
    }
    let folder = folder(project, to, "figures")?;
    let mut written = Vec::new();
    for (declared, composed) in &built {
        for (figure, svg) in composed.figures(&declared.declaration) {
            let (extension, bytes) = match format {
                FigureFormat::Svg => ("svg", svg.to_vec()),
                FigureFormat::Pdf => ("pdf", pdf(svg)?),
                FigureFormat::Png => ("png", png(svg, scale.unwrap_or(3.0))?),
            };
            let path = format!("{folder}/{}/{}.{extension}", declared.declaration.id, figure.id);
            project.write(&path, &bytes)?;
            written.push(path);
        }
    }
    tell(&written, json)
}

fn read(svg: &[u8]) -> anyhow::Result<Tree> {
    Tree::from_data(svg, &Options { dpi: RESOLUTION, ..Options::default() }).context("a figure of ours is read back")
}

/// A page of the figure's size.
fn pdf(svg: &[u8]) -> anyhow::Result<Vec<u8>> {
    let page = PageOptions { dpi: RESOLUTION };
    to_pdf(&read(svg)?, ConversionOptions::default(), page).map_err(|error| anyhow::anyhow!("a figure as PDF: {error}"))
}

/// Pixels on white, so many for each of the figure's.
fn png(svg: &[u8], scale: f32) -> anyhow::Result<Vec<u8>> {
    let tree = read(svg)?;
    let size = tree.size().to_int_size().scale_by(scale).context("the figure has a size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).context("the figure has a size")?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().context("a figure as PNG")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' width='96' height='48'><rect x='48' width='48' height='48'/></svg>";

    #[test]
    fn a_png_is_scaled_and_white_where_nothing_is_drawn() {
        let pixels = Pixmap::decode_png(&png(SVG, 2.0).unwrap()).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (192, 96));
        let at = |x, y| pixels.pixel(x, y).map(|pixel| (pixel.red(), pixel.alpha()));
        assert_eq!((at(10, 10), at(150, 10)), (Some((255, 255)), Some((0, 255))));
    }

    #[test]
    fn a_pdf_has_the_size_of_its_figure_in_points() {
        let bytes = pdf(SVG).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        assert!(String::from_utf8_lossy(&bytes).contains("/MediaBox [0 0 72 36]"));
    }
}
