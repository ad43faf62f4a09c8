//! One study on two backends.

use crate::apart::{Column, Pair, columns};
use crate::cmd::explain::causes;
use crate::compose::Composed;
use crate::exit::{Exit, refuse};
use saigen_artifacts::cells::Cell;
use saigen_artifacts::stem::{Point, Stem};
use saigen_artifacts::verdict::Verdict;
use saigen_engine::Backend;
use saigen_engine::declaration::{Declaration, Tolerance};
use saigen_engine::explain::changes;
use saigen_engine::plan::cell_name;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What two backends make of a study.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Agreement {
    pub(super) study: String,
    /// How many cells each side has.
    pub(super) cells: usize,
    /// Those of them that no backend computes.
    pub(super) on_host: usize,
    pub(super) columns: Vec<Compared>,
    pub(super) claims: usize,
    /// The claims that are not judged on either side, as at a lower tier than theirs.
    pub(super) not_run: usize,
    /// The claims with another verdict.
    pub(super) changed: Vec<Changed>,
}

/// A column of the cells that the backend computes, or of those that it does not touch.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Compared {
    /// Whether no backend computes it: nothing is tolerated then.
    pub(super) on_host: bool,
    #[serde(flatten)]
    pub(super) column: Column,
}

/// A claim with its verdict on each side.
#[derive(Serialize)]
pub(super) struct Changed {
    pub(super) claim: String,
    pub(super) verdicts: [Verdict; 2],
}

impl Compared {
    /// Whether all bits of all cells are the same.
    pub(super) fn is_same(&self) -> bool {
        self.column.equal == self.column.cells
    }

    pub(super) fn name(&self) -> String {
        if self.on_host { format!("{} (host)", self.column.name) } else { self.column.name.clone() }
    }
}

impl Agreement {
    /// The columns that are further apart than is tolerated.
    pub(super) fn outside(&self) -> impl Iterator<Item = &Compared> {
        self.columns.iter().filter(|compared| !compared.column.holds)
    }

    /// Whether the two backends agree.
    pub(super) fn holds(&self) -> bool {
        self.changed.is_empty() && self.outside().next().is_none()
    }
}

/// Holds the results of two backends against each other.
///
/// # Errors
/// They are not of the same code and declaration, or not of the same cells.
pub(super) fn compare(declaration: &Declaration, sides: [&Composed; 2], backends: [Backend; 2]) -> anyhow::Result<Agreement> {
    let study = &declaration.id;
    check_stems(study, sides, backends)?;
    let cells = [sides[0].cells.iter()?.collect(), sides[1].cells.iter()?.collect()];
    let pairs = pairs(study, &cells, backends)?;
    let (host, device): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|pair| {
        let stem = sides[0].lock.stems.get(&pair.cells[0].experiment);
        stem.is_some_and(|stem| stem.backend == "host")
    });
    let declared = |name: &str| declaration.agreement.get(name).copied().unwrap_or(Tolerance::BITS);
    let on_host = columns(&host, |_| Tolerance::BITS).into_iter().map(|column| Compared { on_host: true, column });
    let compared = columns(&device, declared).into_iter().map(|column| Compared { on_host: false, column }).chain(on_host).collect();
    let verdicts: BTreeMap<&str, Verdict> = sides[1].ledger.claims.iter().map(|claim| (claim.id.as_str(), claim.verdict)).collect();
    let changed = sides[0].ledger.claims.iter().filter_map(|claim| {
        let other = *verdicts.get(claim.id.as_str()).filter(|other| **other != claim.verdict)?;
        Some(Changed { claim: claim.id.clone(), verdicts: [claim.verdict, other] })
    });
    let not_run = sides[0]
        .ledger
        .claims
        .iter()
        .filter(|claim| claim.verdict == Verdict::NotRun && verdicts.get(claim.id.as_str()) == Some(&Verdict::NotRun));
    Ok(Agreement {
        study: study.clone(),
        cells: cells[0].len(),
        on_host: host.len(),
        columns: compared,
        claims: sides[0].ledger.claims.len(),
        not_run: not_run.count(),
        changed: changed.collect(),
    })
}

/// The backend must be all that differs: otherwise code or a declaration would be measured too.
fn check_stems(study: &str, sides: [&Composed; 2], backends: [Backend; 2]) -> anyhow::Result<()> {
    let stems = sides.map(|side| &side.lock.stems);
    for id in stems[0].keys().chain(stems[1].keys()).collect::<BTreeSet<_>>() {
        let whole = |stem: &Stem| stem.preimage(&Point::new(), 0);
        let why = match stems.map(|stems| stems.get(id).map(whole)) {
            [Some(a), Some(b)] => {
                let mut found = changes(&a, &b);
                found.retain(|change| change.field != "backend");
                causes(&found)
            }
            _ => "only one of them has it".to_string(),
        };
        if !why.is_empty() {
            return Err(other_plan(study, backends, &format!("experiment '{id}': {why}")));
        }
    }
    Ok(())
}

/// The cells of both sides by their places.
fn pairs<'a>(study: &str, cells: &'a [Vec<Cell>; 2], backends: [Backend; 2]) -> anyhow::Result<Vec<Pair<'a>>> {
    let place = |cell: &'a Cell| (&cell.experiment, &cell.axes, cell.seed);
    let name = |cell: &Cell| cell_name(study, &cell.experiment, &cell.axes, cell.seed);
    let [a, b] = [0, 1].map(|side| cells[side].iter().map(|cell| (place(cell), cell)).collect::<BTreeMap<_, _>>());
    let alone = a.iter().find(|(place, _)| !b.contains_key(place)).or_else(|| b.iter().find(|(place, _)| !a.contains_key(place)));
    if let Some((_, cell)) = alone {
        return Err(other_plan(study, backends, &format!("only one of them has cell '{}'", name(cell))));
    }
    Ok(a.into_iter().map(|(place, cell)| Pair { name: name(cell), cells: [cell, b[&place]] }).collect())
}

fn other_plan(study: &str, backends: [Backend; 2], why: &str) -> anyhow::Error {
    let [a, b] = backends.map(Backend::name);
    refuse(
        Exit::Due,
        format!("the results of '{study}' on {a} and on {b} are of different code or declarations: {why}"),
        "run both again, with `saigen run --backend`, so that the backend is all that differs",
    )
}
