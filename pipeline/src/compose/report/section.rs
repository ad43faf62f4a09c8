//! The section of one study.

use super::html::{command, escape};
use super::page::citation;
use super::prose::sections;
use super::{Entry, evidence, provenance, table};
use saigen_artifacts::figure::Spec;
use saigen_artifacts::verdict::Verdict;

/// The section of a study, from its paper to its provenance.
pub(super) fn section(study: &Entry<'_>) -> anyhow::Result<String> {
    let (id, declaration) = (study.id(), study.declaration);
    let counts: Vec<String> = Verdict::ALL
        .iter()
        .filter(|verdict| study.count(**verdict) > 0)
        .map(|verdict| format!("<span class=\"verdict {verdict}\">{} {verdict}</span>", study.count(*verdict)))
        .collect();
    let written = sections(&study.readme);
    let prose = |titles: &[&str]| -> String {
        let chosen = titles.iter().filter_map(|title| written.iter().find(|(known, _)| known == title));
        chosen.map(|(title, html)| format!("<div class=\"prose\">\n<h3>{}</h3>\n{html}</div>\n", escape(title))).collect()
    };
    let design = prose(&["The paper", "What is run"]);
    let design =
        if design.is_empty() { design } else { format!("<details><summary>The paper, and what is run</summary>\n{design}</details>\n") };
    Ok(format!(
        "<section class=\"study\" id=\"study/{id}\" aria-labelledby=\"study/{id}/title\">\n<header>\n<p class=\"mark\">study <code>{id}</code></p>\n\
         <h2 id=\"study/{id}/title\">{}</h2>\n<p class=\"paper\">{}</p>\n<p>{}</p>\n<p class=\"tally\">{}</p>\n</header>\n{}\
         <h3 id=\"{id}/claims\">Claims</h3>\n<p class=\"soft\">Estimates, intervals and p-values are computed from the cells of the table that a claim names: {} \
         does so again, {} says what they depend on. Shaded in the pictures: the region that is claimed.</p>\n{}{}{}<h3>Tables</h3>\n{}{}{}</section>\n",
        escape(&declaration.title),
        citation(study),
        escape(&declaration.summary),
        counts.join(" "),
        design,
        command(&format!("saigen verify {id}{}", study.options())),
        command(&format!("saigen explain {id}/claims{}", study.options())),
        evidence::claims(study),
        prose(&["Findings"]),
        figures(study),
        table::tables(study)?,
        prose(&["Deviations", "Limits"]),
        provenance::provenance(study)?,
    ))
}

fn figures(study: &Entry<'_>) -> String {
    let id = study.id();
    let draw = |(figure, svg): (&Spec, &[u8])| {
        format!(
            "<figure id=\"{id}/figures/{0}\">\n<div class=\"drawing\">{svg}</div>\n<figcaption>{1} \
             <span class=\"soft\">Drawn of table <a href=\"#{id}/tables/{2}\">{2}</a>; made again by {3}</span></figcaption>\n</figure>\n",
            figure.id,
            escape(&figure.caption),
            figure.table,
            command(&format!("saigen trace '{id}/{}' --remake{}", figure.id, study.options())),
            svg = String::from_utf8_lossy(svg),
        )
    };
    let drawn: String = study.composed.figures(study.declaration).map(draw).collect();
    if drawn.is_empty() { drawn } else { format!("<h3>Figures</h3>\n{drawn}") }
}
