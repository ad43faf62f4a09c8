//! Figures that a journal would print: no label covers another or leaves the picture, no font is
//! asked of the reader, nothing in the file is of the machine.

use crate::{SMOKE, smoked};
use std::collections::{BTreeMap, BTreeSet};

/// A rectangle that a text covers, in pixels of the canvas.
#[derive(Clone, Copy, Debug)]
struct Covered {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Covered {
    fn touches(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let start = element.find(&format!(" {name}=\""))? + name.len() + 3;
    element[start..].split('"').next()
}

/// What the outline of a glyph covers: left, low, right, high, in the font's units. Control points
/// count, which makes it a little larger.
fn extent(data: &str) -> [f64; 4] {
    let mut found = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let (mut at, mut start) = ((0.0, 0.0), (0.0, 0.0));
    let mut rest = data;
    while let Some(command) = rest.chars().next() {
        let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |end| end + 1);
        let spaced = rest[1..end].replace('-', " -");
        let numbers: Vec<f64> = spaced.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let from = at;
        for pair in numbers.chunks(2) {
            at = (from.0 + pair[0], from.1 + pair[1]);
            found = [found[0].min(at.0), found[1].min(at.1), found[2].max(at.0), found[3].max(at.1)];
        }
        match command {
            'm' => start = at,
            'z' => at = start,
            _ => {}
        }
        rest = &rest[end..];
    }
    found
}

/// Where the texts of a picture lie.
fn texts(svg: &str) -> Vec<Covered> {
    let glyphs: BTreeMap<&str, [f64; 4]> =
        svg.lines().filter_map(|line| Some((attribute(line, "id")?, extent(attribute(line, "d")?)))).collect();
    let numbers = |text: &str| text.split([' ', ')']).map_while(|number| number.parse().ok()).collect::<Vec<f64>>();
    let mut found = Vec::new();
    for line in svg.lines().filter(|line| line.starts_with("<g ")) {
        let transform = attribute(line, "transform").unwrap();
        let place = numbers(transform.strip_prefix("translate(").unwrap());
        let scale = numbers(transform.split("scale(").nth(1).unwrap())[0];
        let upright = transform.contains("rotate(-90)");
        let mut covered = Covered { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY };
        for glyph in line.split("<use ").skip(1) {
            let glyph = format!(" {glyph}");
            let [left, low, right, high] = glyphs[attribute(&glyph, "href").unwrap().trim_start_matches('#')];
            let at: f64 = attribute(&glyph, "x").map_or(0.0, |x| x.parse().unwrap());
            for (x, y) in [(at + left, low), (at + right, high)] {
                let (x, y) = (x * scale, -y * scale);
                let (x, y) = if upright { (place[0] + y, place[1] - x) } else { (place[0] + x, place[1] + y) };
                covered = Covered {
                    left: covered.left.min(x),
                    top: covered.top.min(y),
                    right: covered.right.max(x),
                    bottom: covered.bottom.max(y),
                };
            }
        }
        found.push(covered);
    }
    found
}

/// The figures of the smoke tier and those of the record.
fn figures() -> Vec<(String, String)> {
    let drawn = smoked().files(&SMOKE[1..]);
    let root = saigen_tests::repository();
    let mut all: Vec<(String, String)> = drawn.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect();
    for study in std::fs::read_dir(root.join("figures/record")).unwrap() {
        for figure in std::fs::read_dir(study.unwrap().path()).unwrap() {
            let path = figure.unwrap().path();
            all.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    all
}

#[test]
fn no_label_covers_another_or_leaves_the_picture() {
    let figures = figures();
    assert!(figures.len() > 8);
    for (path, svg) in figures {
        let size: Vec<f64> = attribute(&svg, "viewBox").unwrap().split(' ').map(|number| number.parse().unwrap()).collect();
        let texts = texts(&svg);
        assert!(texts.len() > 5, "{path}");
        for (at, text) in texts.iter().enumerate() {
            assert!(text.left >= 0.0 && text.top >= 0.0 && text.right <= size[2] && text.bottom <= size[3], "{path}: {text:?} of {size:?}");
            assert!(!texts[..at].iter().any(|other| text.touches(other)), "{path}: text {at} covers another");
        }
    }
}

#[test]
fn a_figure_asks_no_font_and_no_network_and_tells_what_it_shows() {
    for (path, svg) in figures() {
        for word in ["<text", "font", "http://", "https://", "<script", "data:"] {
            assert!(!svg.replace("http://www.w3.org/2000/svg", "").contains(word), "{path}: {word}");
        }
        for element in ["<title>", "<desc>", "role=\"img\"", "prefers-color-scheme:dark"] {
            assert!(svg.contains(element), "{path}: {element}");
        }
        let ids: Vec<&str> = svg.lines().filter_map(|line| attribute(line, "id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}");
        // One holds eighteen surfaces, two hold thousands of points.
        let large = ["nonsmooth/portraits.svg", "gradient-layer/samples.svg", "gradient-layer/samples-wgan-gp.svg"];
        let most = if large.iter().any(|name| path.ends_with(name)) { 350_000 } else { 150_000 };
        assert!(svg.len() < most, "{path}: {} bytes", svg.len());
    }
}
