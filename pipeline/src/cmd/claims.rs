//! `saigen claims`: the verdicts of the results on disk.

use super::record::{ledger, nothing_yet};
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
use saigen_artifacts::verdict::{Ledger, Verdict};

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
        ledgers.iter().for_each(print);
    }
    let undecided = |ledger: &Ledger| ledger.count(Verdict::Inconclusive) + ledger.count(Verdict::NotRun) > 0;
    Ok(if strict && ledgers.iter().any(undecided) { Exit::Undecided } else { Exit::Done })
}

/// A study's verdicts, one a line, and their counts.
pub(super) fn print(ledger: &Ledger) {
    for claim in &ledger.claims {
        say::line(format!("{:<13} {}/{}: {}", claim.verdict, ledger.study, claim.id, claim.statement));
        say::line(format!("{:<13} {} ({})", "", claim.why, claim.source));
    }
    let counts: Vec<_> = Verdict::ALL.iter().map(|verdict| format!("{} {verdict}", ledger.count(*verdict))).collect();
    say::line(format!("{}, {}: {}", ledger.study, count(ledger.claims.len(), "claim"), counts.join(", ")));
}
