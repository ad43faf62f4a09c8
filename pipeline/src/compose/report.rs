//! The report: one self-contained page that a reviewer opens without a network.

use super::html::{escape, page, table};
use super::study::Composed;
use saigen_artifacts::table::Shown;
use saigen_artifacts::verdict::{Judged, Verdict};
use saigen_engine::declaration::Declaration;

/// The page over some studies.
pub(crate) fn report(studies: &[(&Declaration, &Composed)]) -> anyhow::Result<String> {
    let mut body = String::from("<h1>saigen: which published claims hold</h1>\n");
    body += &summary(studies);
    body += &ledger(studies);
    for (declaration, composed) in studies {
        body += &section(declaration, composed)?;
    }
    body += "<h2 id=\"checking\">Checking this report</h2>\n\
        <p><code>saigen verify</code> rebuilds every table, verdict and figure from the committed cells and compares all bytes. \
        <code>saigen reproduce-all</code> computes every cell again. \
        <code>saigen explain CELL</code> shows what one cell depends on.</p>\n";
    Ok(page("saigen report", &body))
}

fn summary(studies: &[(&Declaration, &Composed)]) -> String {
    let count = |verdict| studies.iter().map(|(_, composed)| composed.ledger.count(verdict)).sum::<usize>();
    let counts: Vec<_> =
        Verdict::ALL.iter().map(|verdict| format!("<span class=\"verdict {verdict}\">{} {verdict}</span>", count(*verdict))).collect();
    let cells: usize = studies.iter().map(|(_, composed)| composed.lock.cells.len()).sum();
    format!("<p>{} &middot; from {cells} cells.</p>\n", counts.join(" &middot; "))
}

fn ledger(studies: &[(&Declaration, &Composed)]) -> String {
    let mut html = String::from(
        "<h2 id=\"ledger\">Verdict ledger</h2>\n<div class=\"scroll\"><table><caption>Every claim with its verdict. \
         A refuted claim is a result; its evidence is in the study's section.</caption>\n\
         <thead><tr><th scope=\"col\">study</th><th scope=\"col\">claim</th><th scope=\"col\">source</th><th scope=\"col\">verdict</th><th scope=\"col\">why</th></tr></thead>\n<tbody>\n",
    );
    for (declaration, composed) in studies {
        for claim in &composed.ledger.claims {
            html += &format!(
                "<tr><td><a href=\"#{0}\">{0}</a></td><td><a href=\"#{0}-{1}\">{2}</a></td><td>{3}</td><td class=\"verdict {4}\">{4}</td><td>{5}</td></tr>\n",
                declaration.id,
                escape(&claim.id),
                escape(&claim.statement),
                escape(&claim.source),
                claim.verdict,
                escape(&claim.why)
            );
        }
    }
    html + "</tbody></table></div>\n"
}

fn section(declaration: &Declaration, composed: &Composed) -> anyhow::Result<String> {
    let paper = &declaration.paper;
    let mut html = format!(
        "<h2 id=\"{}\">{}</h2>\n<p>{}</p>\n<p class=\"soft\">{}: <cite>{}</cite>. {}. <a href=\"{link}\">{link}</a></p>\n",
        declaration.id,
        escape(&declaration.title),
        escape(&declaration.summary),
        escape(&paper.authors),
        escape(&paper.title),
        escape(&paper.venue),
        link = escape(&paper.link)
    );
    html += "<h3>Claims</h3>\n";
    for claim in &composed.ledger.claims {
        html += &evidence(&declaration.id, claim);
    }
    if !declaration.figures.is_empty() {
        html += "<h3>Figures</h3>\n";
    }
    for figure in &declaration.figures {
        let svg = String::from_utf8_lossy(&composed.files[&format!("figures/{}.svg", figure.id)]).into_owned();
        html += &format!(
            "<figure id=\"{}-{}\">\n{svg}\n<figcaption>{}</figcaption>\n</figure>\n",
            declaration.id,
            figure.id,
            escape(&figure.caption)
        );
    }
    html += "<h3>Tables</h3>\n";
    for (id, built) in composed.tables(declaration)? {
        if let Some(shown) = built.shown() {
            let open = if shown.rows.len() <= 40 { " open" } else { "" };
            html += &format!(
                "<details{open}><summary>{} ({} rows)</summary>\n{}</details>\n",
                escape(&built.spec.title),
                shown.rows.len(),
                table(&format!("tables/{id}.csv holds these numbers in full"), &shown)
            );
        }
    }
    html += &provenance(declaration, composed);
    Ok(html)
}

fn evidence(study: &str, claim: &Judged) -> String {
    let number = |value: f64| format!("{value:.3}");
    let rows = claim.parts.iter().map(|part| {
        [
            part.label.clone(),
            part.quantity.clone(),
            part.claimed.clone(),
            part.estimate.map_or(String::new(), number),
            part.interval.map_or(String::new(), |(low, high)| format!("[{}, {}]", number(low), number(high))),
            part.p.map_or(String::new(), |p| if p < 0.001 { "< 0.001".to_string() } else { number(p) }),
            part.count.to_string(),
            part.verdict.to_string(),
        ]
    });
    let head = ["part", "quantity", "claimed", "estimate", "95 % interval", "corrected p", "seeds or rows", "verdict"];
    let shown =
        Shown { head: head.map(str::to_string).into(), keys: 3, rows: rows.map(|row| row.into_iter().map(Into::into).collect()).collect() };
    format!(
        "<details id=\"{study}-{}\"><summary><span class=\"verdict {1}\">{1}</span> {2}</summary>\n\
         <p class=\"soft\">{3} ({4}); rule: {5}; table: {6}. {7}.</p>\n{8}</details>\n",
        escape(&claim.id),
        claim.verdict,
        escape(&claim.statement),
        escape(&claim.place),
        escape(&claim.source),
        escape(&claim.rule),
        escape(&claim.table),
        escape(&claim.why),
        if shown.rows.is_empty() { String::new() } else { table("Evidence", &shown) }
    )
}

fn provenance(declaration: &Declaration, composed: &Composed) -> String {
    let lock = &composed.lock;
    format!(
        "<h3>Provenance</h3>\n<p class=\"soft\">{} cells at tier {} on backend {}; Merkle root <code>{}</code>. \
         Computed again by <code>saigen run {} --tier {} --backend {} --force</code>.</p>\n",
        lock.cells.len(),
        lock.tier,
        lock.backend,
        lock.root,
        declaration.id,
        lock.tier,
        lock.backend
    )
}
