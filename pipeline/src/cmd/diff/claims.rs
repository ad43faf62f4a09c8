//! What differs between two ledgers.

use crate::say;
use saigen_artifacts::verdict::{Judged, Ledger};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A claim that is not what it was.
#[derive(Serialize)]
pub(super) struct Claim {
    pub(super) id: String,
    pub(super) changes: Vec<Change>,
}

/// One thing that a ledger says of a claim; none where the claim, or the question, is not there.
#[derive(Serialize)]
pub(super) struct Change {
    /// `verdict`, `statement`, `place`, `source`, `rule`, `table`, or a question of the claim.
    pub(super) what: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The name of what counts.
const VERDICT: &str = "verdict";

impl Claim {
    /// Whether a verdict that was there is another, or is no more.
    pub(super) fn lost_its_verdict(&self) -> bool {
        self.changes.iter().any(|change| change.what == VERDICT && change.before.is_some())
    }

    pub(super) fn print(&self, study: &str) {
        for Change { what, before, after } in &self.changes {
            let text = |value: &Option<String>| value.as_ref().map_or("nothing".to_string(), |value| format!("'{value}'"));
            say::line(format!("    {study}/{}: {what}: {} -> {}", self.id, text(before), text(after)));
        }
    }
}

/// Every claim that differs.
pub(super) fn claims(before: &Ledger, after: &Ledger) -> Vec<Claim> {
    let by_id = |ledger: &Ledger| -> BTreeMap<String, BTreeMap<String, String>> {
        ledger.claims.iter().map(|claim| (claim.id.clone(), facts(claim))).collect()
    };
    let (before, after) = (by_id(before), by_id(after));
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    ids.into_iter().filter_map(|id| claim(id, before.get(id), after.get(id))).collect()
}

fn claim(id: &str, before: Option<&BTreeMap<String, String>>, after: Option<&BTreeMap<String, String>>) -> Option<Claim> {
    let names: BTreeSet<&String> = before.into_iter().chain(after).flat_map(BTreeMap::keys).collect();
    let one = |name: &String| {
        let [before, after] = [before, after].map(|facts| facts?.get(name).cloned());
        (before != after).then(|| Change { what: name.clone(), before, after })
    };
    let mut changes: Vec<Change> = names.into_iter().filter_map(one).collect();
    // Of a claim that came or went, all is told by its verdict.
    if before.is_none() || after.is_none() {
        changes.retain(|change| change.what == VERDICT);
    }
    changes.sort_by_key(|change| change.what != VERDICT);
    (!changes.is_empty()).then(|| Claim { id: id.to_string(), changes })
}

/// What a ledger says of a claim but for what was measured: each question stands by its place, with
/// the number that is printed for it and the region that agrees with the claim.
fn facts(claim: &Judged) -> BTreeMap<String, String> {
    let own = [
        (VERDICT, claim.verdict.to_string()),
        ("statement", claim.statement.clone()),
        ("place", claim.place.clone()),
        ("source", claim.source.clone()),
        ("rule", claim.rule.clone()),
        ("table", claim.table.clone()),
    ];
    let questions = claim.parts.iter().map(|part| {
        let (place, printed) = part.label.split_once(": printed ").unwrap_or((&part.label, ""));
        // Where a bound is tightest was measured.
        let place = place.split(", tightest at").next().unwrap_or_default();
        let printed = if printed.is_empty() { String::new() } else { format!("printed {printed}, ") };
        (format!("part '{place}'"), format!("{printed}{}", part.claimed))
    });
    own.map(|(name, text)| (name.to_string(), text)).into_iter().chain(questions).collect()
}
