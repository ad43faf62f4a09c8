//! What differs between two records of one study.

use super::claims::{Claim, claims};
use super::side::Side;
use crate::apart::{Column, Pair, columns};
use crate::cmd::explain::causes;
use crate::say::{self, count};
use saigen_artifacts::cells::Cell;
use saigen_artifacts::lock::Lock;
use saigen_artifacts::stem::Point;
use saigen_engine::declaration::Tolerance;
use saigen_engine::explain::{Change, changes};
use saigen_engine::plan::cell_name;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What differs.
#[derive(Serialize)]
pub(super) struct Difference {
    study: String,
    /// Tier and backend, where those are others.
    of: Option<[String; 2]>,
    causes: Vec<Cause>,
    cells: Counts,
    /// The columns of cells that are in both, where any bit is another.
    columns: Vec<Column>,
    files: Files,
    claims: Vec<Claim>,
}

/// What the cells of some experiments depend on that is not what it was.
#[derive(Serialize)]
struct Cause {
    experiments: Vec<String>,
    why: String,
    changes: Vec<Change>,
}

/// What became of the cells, by experiment, place and seed.
#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Counts {
    before: usize,
    after: usize,
    added: usize,
    gone: usize,
    /// In both, with other values.
    changed: usize,
    /// Those of them whose key is the same: computed wrongly, or altered.
    changed_under_their_key: usize,
    /// In both under another key, with the same values.
    same_under_another_key: usize,
}

/// Files with other bytes.
#[derive(Serialize)]
struct Files {
    added: Vec<String>,
    gone: Vec<String>,
    changed: Vec<String>,
}

impl Difference {
    pub(super) fn between(study: &str, a: &Side, b: &Side) -> Self {
        let of = |lock: &Lock| format!("tier {} on {}", lock.tier, lock.backend);
        let (cells, columns) = cells(study, &a.cells, &b.cells);
        Self {
            study: study.to_string(),
            of: Some([of(&a.lock), of(&b.lock)]).filter(|[before, after]| before != after),
            causes: experiments(&a.lock, &b.lock),
            cells,
            columns,
            files: files(&a.lock, &b.lock),
            claims: claims(&a.ledger, &b.ledger),
        }
    }

    pub(super) fn is_any(&self) -> bool {
        let Counts { added, gone, changed, same_under_another_key, .. } = self.cells;
        let Files { added: new, gone: lost, changed: other } = &self.files;
        let files = new.len() + lost.len() + other.len();
        self.of.is_some() || added + gone + changed + same_under_another_key + files + self.causes.len() + self.claims.len() > 0
    }

    /// How many verdicts are others, or are no more.
    pub(super) fn verdicts(&self) -> usize {
        self.claims.iter().filter(|claim| claim.lost_its_verdict()).count()
    }

    pub(super) fn print(&self) {
        say::line(&self.study);
        if let Some([before, after]) = &self.of {
            say::line(format!("    {before} -> {after}"));
        }
        for Cause { experiments, why, changes } in &self.causes {
            say::line(format!("    {}: {why}", experiments.join(", ")));
            changes.iter().for_each(|change| say::line(format!("        {change}")));
        }
        let Counts { before, after, added, gone, changed, changed_under_their_key, same_under_another_key } = self.cells;
        if added + gone + changed + same_under_another_key > 0 {
            let became = format!("{added} added, {gone} gone, {changed} with other values");
            say::line(format!("    {before} -> {}: {became}, {same_under_another_key} the same under another key", count(after, "cell")));
        }
        if changed_under_their_key > 0 {
            say::line(format!(
                "    {} of the same key with other values: computed wrongly, or altered",
                count(changed_under_their_key, "cell")
            ));
        }
        for column in &self.columns {
            let worst = column.worst().unwrap_or_default();
            let relative = column.relative.as_ref().map_or(String::new(), |worst| format!(" by {:.1e} of the greater", worst.value));
            let differ = column.cells - column.equal;
            say::line(format!(
                "    column '{}': {differ} of {} differ, at worst{relative}: {worst}",
                column.name,
                count(column.cells, "cell")
            ));
        }
        for (files, what) in [(&self.files.changed, "other bytes in"), (&self.files.added, "new:"), (&self.files.gone, "gone:")] {
            if !files.is_empty() {
                say::line(format!("    {what} {}", files.join(", ")));
            }
        }
        self.claims.iter().for_each(|claim| claim.print(&self.study));
    }
}

/// Code, declaration and data of each experiment: what its cells share of their preimages.
fn experiments(a: &Lock, b: &Lock) -> Vec<Cause> {
    let mut found: Vec<Cause> = Vec::new();
    for experiment in a.stems.keys().chain(b.stems.keys()).collect::<BTreeSet<_>>() {
        let whole = |lock: &Lock| lock.stems.get(experiment).map(|stem| stem.preimage(&Point::new(), 0));
        let (why, changes) = match (whole(a), whole(b)) {
            (Some(before), Some(after)) => {
                let changes = changes(&before, &after);
                (causes(&changes), changes)
            }
            (before, _) => ((if before.is_some() { "gone" } else { "added" }).to_string(), Vec::new()),
        };
        match found.iter_mut().find(|cause| cause.why == why && cause.changes == changes) {
            _ if why.is_empty() => {}
            Some(cause) => cause.experiments.push(experiment.clone()),
            None => found.push(Cause { experiments: vec![experiment.clone()], why, changes }),
        }
    }
    found
}

fn cells(study: &str, a: &[Cell], b: &[Cell]) -> (Counts, Vec<Column>) {
    let place = |cell: &Cell| (cell.experiment.clone(), cell.axes.clone(), cell.seed);
    let after: BTreeMap<_, &Cell> = b.iter().map(|cell| (place(cell), cell)).collect();
    let mut counts = Counts { before: a.len(), after: b.len(), ..Counts::default() };
    let mut pairs = Vec::new();
    for cell in a {
        let Some(other) = after.get(&place(cell)).copied() else {
            counts.gone += 1;
            continue;
        };
        match (other.record.digest() == cell.record.digest(), other.key == cell.key) {
            (true, same) => counts.same_under_another_key += usize::from(!same),
            (false, same) => {
                counts.changed += 1;
                counts.changed_under_their_key += usize::from(same);
            }
        }
        pairs.push(Pair { name: cell_name(study, &cell.experiment, &cell.axes, cell.seed), cells: [cell, other] });
    }
    counts.added = counts.after + counts.gone - counts.before;
    let mut columns = columns(&pairs, |_| Tolerance::BITS);
    columns.retain(|column| !column.holds);
    (counts, columns)
}

fn files(a: &Lock, b: &Lock) -> Files {
    let alone = |own: &Lock, other: &Lock| own.files.keys().filter(|file| !other.files.contains_key(*file)).cloned().collect();
    let changed = a.files.iter().filter(|(file, digest)| b.files.get(*file).is_some_and(|other| other != *digest));
    Files { added: alone(b, a), gone: alone(a, b), changed: changed.map(|(file, _)| file.clone()).collect() }
}
