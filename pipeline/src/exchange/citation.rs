//! `CITATION.cff`: how to cite this suite, and the papers that it re-runs (Citation File Format 1.2.0).

use super::paper::{authors, year};
use super::{MAINTAINERS, quoted};
use saigen_engine::declaration::{Declaration, Paper};

/// The file's text. No date and no address: the suite has been published nowhere yet.
pub(crate) fn citation<'a>(studies: impl Iterator<Item = &'a Declaration>) -> String {
    let head = [
        "# Written by `saigen export citation --to .` from the declarations in pipeline/studies; a test holds it against them.".to_string(),
        "cff-version: 1.2.0".to_string(),
        format!("message: {}", quoted("Cite saigen for its verdicts and its record, and the papers below for what they claim.")),
        "type: software".to_string(),
        format!("title: {}", quoted("saigen: a reproducible benchmark suite of papers on the theory of deep learning")),
        format!("version: {}", quoted(env!("CARGO_PKG_VERSION"))),
        "authors:".to_string(),
        format!("  - name: {}", quoted(MAINTAINERS)),
        "license:".to_string(),
        "  - MIT".to_string(),
        "  - Apache-2.0".to_string(),
        "references:".to_string(),
    ];
    let references = studies.flat_map(|study| reference(&study.paper));
    head.into_iter().chain(references).map(|line| line + "\n").collect()
}

fn reference(paper: &Paper) -> Vec<String> {
    let mut lines = vec!["  - type: generic".to_string(), format!("    title: {}", quoted(&paper.title)), "    authors:".to_string()];
    for name in authors(paper) {
        // A family name is taken to be the last word; where there is no other, it is the whole name.
        let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
        lines.push(format!("      - family-names: {}", quoted(family)));
        if !given.is_empty() {
            lines.push(format!("        given-names: {}", quoted(given)));
        }
    }
    lines.push(format!("    collection-title: {}", quoted(&paper.venue)));
    lines.extend(year(paper).map(|year| format!("    year: {year}")));
    lines.push(format!("    url: {}", quoted(&paper.link)));
    lines
}
