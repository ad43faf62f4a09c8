//! `saigen diff`: what differs between two records, and why.
//!
//! It reads records alone, without the declarations of this checkout: either may be older than they are.

mod claims;
mod side;
mod study;

use crate::Outcome;
use crate::exit::Exit;
use crate::say::{self, count};
use serde_json::json;
use side::{Side, sides};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use study::Difference;

pub(super) fn diff(before: &Path, after: &Path, json: bool) -> Outcome {
    let [before, after]: [BTreeMap<String, Side>; 2] = [sides(before)?, sides(after)?];
    let alone = |own: &BTreeMap<String, Side>, other: &BTreeMap<String, Side>| -> Vec<String> {
        own.keys().filter(|study| !other.contains_key(*study)).cloned().collect()
    };
    let (gone, added) = (alone(&before, &after), alone(&after, &before));
    let mut differences = Vec::new();
    for study in before.keys().collect::<BTreeSet<_>>() {
        if let (Some(a), Some(b)) = (before.get(study), after.get(study)) {
            differences.extend(Some(Difference::between(study, a, b)).filter(Difference::is_any));
        }
    }
    let lost: usize = gone.iter().map(|study| before[study].ledger.claims.len()).sum();
    let verdicts = lost + differences.iter().map(Difference::verdicts).sum::<usize>();
    let exit = if verdicts == 0 { Exit::Done } else { Exit::Differs };
    if json {
        say::document(&json!({
            "studies-added": added, "studies-gone": gone, "studies": differences, "verdicts": verdicts, "exit": exit as u8,
        }))?;
    } else {
        for (studies, what) in [(&gone, "gone"), (&added, "added")] {
            studies.iter().for_each(|study| say::line(format!("{study}: {what}, with all of its cells and claims")));
        }
        differences.iter().for_each(Difference::print);
        let studies = gone.len() + added.len() + differences.len();
        let of = if studies == 1 { "1 study differs".to_string() } else { format!("{studies} studies differ") };
        say::note(format!("{of}; {} that changed or went", count(verdicts, "verdict")));
    }
    Ok(exit)
}
