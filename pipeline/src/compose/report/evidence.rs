//! The claims of a study, each with what speaks for and against it.

use super::Entry;
use super::chart::Chart;
use super::html::{badge, escape, table};
use saigen_artifacts::figure::Spec;
use saigen_artifacts::table::Filter;
use saigen_artifacts::verdict::{Claimed, Judged, Part};

/// All claims of a study.
pub(super) fn claims(study: &Entry<'_>) -> String {
    study.composed.ledger.claims.iter().map(|claim| evidence(study, claim)).collect()
}

fn evidence(study: &Entry<'_>, claim: &Judged) -> String {
    let id = study.id();
    let declared = study.declaration.claims.iter().find(|declared| declared.id == claim.id);
    let drawn =
        |figure: &&Spec| figure.table == claim.table && declared.is_some_and(|declared| meet(&figure.filter, declared.rule.filter()));
    let figures = study.composed.figures(study.declaration).map(|(figure, _)| figure).filter(drawn);
    let figures: String = figures.map(|figure| format!(", figure <a href=\"#{id}/figures/{0}\">{0}</a>", figure.id)).collect();
    format!(
        "<details class=\"claim\" id=\"{id}/claims/{}\"><summary>{} <span>{}</span></summary>\n\
         <p>{} <span class=\"soft\">· {} · rule {} on table <a href=\"#{id}/tables/{table}\">{table}</a>{figures}</span></p>\n<p>Verdict: {}.</p>\n{}</details>\n",
        escape(&claim.id),
        badge(claim.verdict),
        escape(&claim.statement),
        escape(&claim.place),
        escape(&claim.source),
        escape(&claim.rule),
        escape(&claim.why),
        parts(claim, declared.map(|declared| declared.rule.claimed())),
        table = escape(&claim.table),
    )
}

/// Whether two filters can keep the same row.
fn meet(a: &Filter, b: &Filter) -> bool {
    a.iter().all(|(name, value)| b.get(name).is_none_or(|other| other == value))
}

fn parts(claim: &Judged, region: Option<Claimed>) -> String {
    let Some(first) = claim.parts.first() else { return String::new() };
    let chart = region.and_then(|region| Chart::new(region, &claim.parts));
    let rows: Vec<String> = claim.parts.iter().map(|part| row(part, chart.as_ref())).collect();
    // A bound counts the rows that it was held against, a fall of printed numbers those, the rest seeds.
    let printed = claim.rule == "fall" && claim.parts.iter().all(|part| part.p.is_none() && part.estimate.is_some());
    let (interval, counted) = match claim.rule.as_str() {
        "bound" => ("95 % interval", "rows"),
        _ if printed => ("reading error", "numbers"),
        _ => ("95 % interval", "seeds"),
    };
    let text = ["part", "verdict"].map(|name| format!("<th scope=\"col\">{name}</th>"));
    let axis = chart.as_ref().map_or_else(String::new, |chart| format!("<th scope=\"col\" class=\"chart\">{}</th>", chart.axis()));
    let numbers = ["estimate", interval, "corrected p", counted].map(|name| format!("<th scope=\"col\" class=\"number\">{name}</th>"));
    let head = text.concat() + &axis + &numbers.concat();
    let caption = format!("Evidence: {}; claimed: {}.", escape(&first.quantity), escape(&first.claimed));
    table("evidence", &caption, &head, &rows)
}

fn row(part: &Part, chart: Option<&Chart>) -> String {
    let label = if part.label.is_empty() { "all".to_string() } else { escape(&part.label) };
    let number = |value: f64| format!("{value:.3}").replace('-', "−").replace("inf", "∞");
    // Of a published number also how it comes out again.
    let class = part.class.map_or_else(String::new, |class| format!("{class}: "));
    let drawn = chart.map_or_else(String::new, |chart| format!("<td class=\"chart\">{}", chart.row(part)));
    format!(
        "<tr><th scope=\"row\">{label}<td>{}<small>{class}{}</small>{drawn}<td class=\"number\">{}<td class=\"number\">{}<td class=\"number\">{}<td class=\"number\">{}\n",
        badge(part.verdict),
        escape(&part.why),
        part.estimate.map_or(String::new(), number),
        part.interval.map_or(String::new(), |(low, high)| format!("{} to {}", number(low), number(high))),
        part.p.map_or(String::new(), |p| if p < 0.001 { "&lt; 0.001".to_string() } else { number(p) }),
        part.count,
    )
}
