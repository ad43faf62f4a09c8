//! The verdict ledger: every claim of every study in one table.

use super::Entry;
use super::html::{badge, escape, table};

/// The ledger's section.
pub(super) fn ledger(studies: &[Entry<'_>]) -> String {
    let mut rows = Vec::new();
    for study in studies {
        for claim in &study.composed.ledger.claims {
            rows.push(format!(
                "<tr data-verdict=\"{verdict}\" data-study=\"{id}\"><td>{}<td><a href=\"#study/{id}\">{id}</a><th scope=\"row\"><a href=\"#{id}/claims/{}\">{}</a><td>{}<td>{}\n",
                badge(claim.verdict),
                escape(&claim.id),
                escape(&claim.statement),
                escape(&claim.source),
                escape(&claim.why),
                verdict = claim.verdict,
                id = study.id(),
            ));
        }
    }
    let head = ["verdict", "study", "claim", "source", "why"].map(|name| format!("<th scope=\"col\">{name}</th>")).concat();
    // The ledger is the page's first matter: however long, it is not put into a box.
    let shown = table("ledger", "Every claim with its verdict; each leads to its evidence.", &head, &rows).replace("scroll long", "scroll");
    format!(
        "<section id=\"ledger\" aria-labelledby=\"ledger-title\">\n<h2 id=\"ledger-title\">Verdict ledger</h2>\n{shown}\
         <dl class=\"words\">\n<dt>reproduced</dt><dd>the cells say what the claim says</dd>\n<dt>refuted</dt><dd>they say otherwise: a result, not a failure</dd>\n\
         <dt>inconclusive</dt><dd>they do not decide; never a pass</dd>\n<dt>not-run</dt><dd>the tier that could judge it was not run; never a pass</dd>\n\
         <dt>read</dt><dd>the claim stands in the paper's text</dd>\n<dt>derived</dt><dd>it follows from the text by our algebra</dd>\n\
         <dt>recalled</dt><dd>the paper is remembered to say it; ours to state</dd>\n</dl>\n</section>\n"
    )
}
