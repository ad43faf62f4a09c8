//! The page around everything, its head and its end.

use super::html::{command, count, data, escape};
use super::{Entry, digest};
use saigen_artifacts::verdict::Verdict;
use serde_json::{Map, json};

/// The page around its main part.
pub(super) fn page(studies: &[Entry<'_>], main: &str) -> String {
    let links: String = studies.iter().map(|study| format!("<li><a href=\"#study/{0}\">{0}</a></li>", study.id())).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>saigen: which published claims hold</title>\n<style>\n{}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the verdicts</a>\n\
         <nav aria-label=\"Report\"><ul><li><a href=\"#top\">saigen</a></li><li><a href=\"#ledger\">Ledger</a></li>{links}\
         <li><a href=\"#checking\">Checking</a></li></ul></nav>\n<main id=\"main\">\n{main}</main>\n{}<script>\n{}</script>\n</body>\n</html>\n",
        include_str!("style.css"),
        context(studies),
        include_str!("script.js"),
    )
}

/// What the report is, in one sentence, and its counts.
pub(super) fn masthead(studies: &[Entry<'_>]) -> String {
    let counts: String = Verdict::ALL
        .iter()
        .map(|verdict| {
            let number: usize = studies.iter().map(|study| study.count(*verdict)).sum();
            format!("<li data-verdict=\"{verdict}\"><span class=\"count {verdict}\"><b>{number}</b> <span>{verdict}</span></span></li>\n")
        })
        .collect();
    let cells: usize = studies.iter().map(|study| study.composed.lock.cells.len()).sum();
    let lock = studies.first().map(|study| &study.composed.lock);
    let of = lock.map_or_else(String::new, |lock| format!("tier {}, backend {}", lock.tier, lock.backend));
    format!(
        "<header id=\"top\">\n<h1>Which published claims hold</h1>\n\
         <p class=\"lead\">saigen (“to make appear again”) re-runs papers on the theory of deep learning and says, claim by claim, which of their results hold; \
         every number here comes from recorded cells and can be made again by the command beside it.</p>\n\
         <ul class=\"counts\" aria-label=\"Claims by verdict\">\n{counts}</ul>\n\
         <p class=\"facts\">{} · {} · {of} · digest over all studies <code>{}</code></p>\n</header>\n",
        studies_of(studies.len()),
        count(cells, "cell"),
        digest(studies.iter().map(|study| (study.id(), study.composed.lock.root)))
    )
}

fn studies_of(number: usize) -> String {
    if number == 1 { "1 study".to_string() } else { format!("{number} studies") }
}

/// How to check what the page says.
pub(super) fn checking(studies: &[Entry<'_>]) -> String {
    let options = studies.first().map(Entry::options).unwrap_or_default();
    let rows = [
        (
            "seconds",
            format!("saigen verify{options}"),
            "rebuilds every table, verdict, figure and this page from the recorded cells, compares all bytes, and ends with the digest at the top",
        ),
        (
            "seconds to minutes",
            format!("saigen trace 'STUDY/TABLE:ROW:COLUMN' --remake{options}"),
            "computes the cells of one number again, from nothing, and compares all bits",
        ),
        ("minutes", format!("saigen run --force{options}"), "computes every cell again; exit code 5 if a verdict differs"),
    ];
    let rows: String = rows.iter().map(|(time, text, what)| format!("<dt>{}</dt><dd>{what} ({time})</dd>\n", command(text))).collect();
    format!(
        "<section id=\"checking\" aria-labelledby=\"checking-title\">\n<h2 id=\"checking-title\">Checking this report</h2>\n<dl class=\"commands\">\n{rows}</dl>\n\
         <h3>How a verdict is reached</h3>\n\
         <p>A rule splits a claim into parts. All rules but two ask whether the mean over seeds of one number a seed lies in the claimed \
         region, such as the logarithm of a ratio of errors, a slope, or the difference from a printed number: a bootstrap-t over seeds gives a 95 % interval and p-values, corrected by Holm's method over all parts of all claims of the study. \
         <em>Bound</em> is an inequality that must hold on every row; <em>fall</em> of printed numbers asks whether a step exceeds the errors of \
         reading. A claim is reproduced if every part is, refuted if any part is, inconclusive \
         otherwise, and not-run where its tier was not run. The rules in full: <code>artifacts/README.md</code>.</p>\n</section>\n"
    )
}

/// What the panel says of the experiments behind a number.
fn context(studies: &[Entry<'_>]) -> String {
    let mut all = Map::new();
    for study in studies {
        let mut experiments = Map::new();
        for (id, stem) in &study.composed.lock.stems {
            let label = study.declaration.experiment(id).map_or(id.as_str(), |experiment| &experiment.label);
            let of =
                json!({"label": label, "method": stem.method, "float": stem.float, "code": stem.fingerprint.len(), "stem": stem.digest()});
            experiments.insert(id.clone(), of);
        }
        all.insert(study.id().to_string(), json!({"options": study.options(), "experiments": experiments}));
    }
    data("context", &all.into())
}

/// The paper that a study is about.
pub(super) fn citation(study: &Entry<'_>) -> String {
    let paper = &study.declaration.paper;
    let [authors, title, venue, link] = [&paper.authors, &paper.title, &paper.venue, &paper.link].map(|text| escape(text));
    format!("{authors}. <cite>{title}</cite>. {venue}. <a class=\"url\" href=\"{link}\">{link}</a>")
}
