//! `saigen claims`: the verdicts of the results on disk.

use super::record::{ledger, nothing_yet};
use crate::Outcome;
use crate::cli::Studies;
use crate::columns::{Room, Text, columns, width};
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
use console::Style;
use saigen_artifacts::verdict::{Judged, Ledger, Verdict};

pub(super) fn claims(project: &Project, studies: &Studies, strict: bool, json: bool) -> Outcome {
    let mut ledgers = Vec::new();
    for declared in project.declared(studies)? {
        ledgers.extend(ledger(project, &declared.declaration.id)?);
    }
    if ledgers.is_empty() {
        return Err(nothing_yet(project));
    }
    if json {
        say::document(&ledgers)?;
    } else {
        print(&ledgers);
    }
    let undecided = |ledger: &Ledger| ledger.count(Verdict::Inconclusive) + ledger.count(Verdict::NotRun) > 0;
    Ok(if strict && ledgers.iter().any(undecided) { Exit::Undecided } else { Exit::Done })
}

/// The verdicts of some studies as a table, and their counts.
pub(super) fn print(ledgers: &[Ledger]) {
    let head = [("verdict", Room::Left), ("claim", Room::Wrap(5)), ("why", Room::Wrap(3))];
    let rows: Vec<_> = ledgers.iter().flat_map(|ledger| ledger.claims.iter().map(|claim| row(&ledger.study, claim))).collect();
    if !rows.is_empty() {
        say::line(columns(&head, &rows, width()));
    }
    for ledger in ledgers {
        let counts: Vec<_> = Verdict::ALL.iter().map(|verdict| format!("{} {verdict}", ledger.count(*verdict))).collect();
        say::line(format!("{}, {}: {}", ledger.study, count(ledger.claims.len(), "claim"), counts.join(", ")));
    }
}

fn row(study: &str, claim: &Judged) -> Vec<Vec<Text>> {
    let plain = |text: &str| (text.to_string(), Style::new());
    let name = (format!("{study}/{}", claim.id), Style::new().bold());
    let source = (format!("source: {}", claim.source), Style::new().dim());
    vec![vec![(claim.verdict.to_string(), style(claim.verdict))], vec![name, plain(&claim.statement)], vec![plain(&claim.why), source]]
}

/// The colour of a verdict, beside its word.
fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Reproduced => Style::new().green(),
        Verdict::Refuted => Style::new().red(),
        Verdict::Inconclusive => Style::new().yellow(),
        Verdict::NotRun => Style::new().dim(),
    }
}
