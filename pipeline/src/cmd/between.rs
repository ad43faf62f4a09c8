//! `saigen explain --between`: what differs between two records, and why.

use super::explain::causes;
use crate::Outcome;
use crate::exit::{Exit, refuse};
use crate::say::{self, count};
use saigen_artifacts::ArtifactError;
use saigen_artifacts::lock::Lock;
use saigen_artifacts::stem::Point;
use saigen_artifacts::verdict::Ledger;
use saigen_engine::explain::{Change, changes};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One study's record.
struct Side {
    lock: Lock,
    ledger: Option<Ledger>,
}

/// What differs in one experiment, or in what a study shows.
#[derive(serde::Serialize)]
struct Difference {
    study: String,
    /// The experiment; none for what is made of the cells.
    experiment: Option<String>,
    why: String,
    changes: Vec<Change>,
}

pub(super) fn between(records: &[PathBuf], json: bool) -> Outcome {
    let [before, after] = [0, 1].map(|at| sides(&records[at]));
    let (before, after) = (before?, after?);
    let (mut differences, mut verdicts) = (Vec::new(), Vec::new());
    for study in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        match (before.get(study), after.get(study)) {
            (Some(a), Some(b)) => compare(study, a, b, &mut differences, &mut verdicts),
            (a, _) => differences.push(Difference {
                study: study.clone(),
                experiment: None,
                why: format!("only the {} record has it", if a.is_some() { "first" } else { "second" }),
                changes: Vec::new(),
            }),
        }
    }
    if json {
        say::document(&json!({"differences": differences, "verdicts": verdicts}))?;
    } else {
        for Difference { study, experiment, why, changes } in &differences {
            say::line(format!("{study}{}: {why}", experiment.as_ref().map_or(String::new(), |id| format!("/{id}"))));
            changes.iter().for_each(|change| say::line(format!("    {change}")));
        }
        for [study, claim, a, b] in &verdicts {
            say::line(format!("{study}/{claim}: the verdict was '{a}', and is now '{b}'"));
        }
        say::note(format!("{}, {} that changed", count(differences.len(), "difference"), count(verdicts.len(), "verdict")));
    }
    Ok(if verdicts.is_empty() { Exit::Done } else { Exit::Differs })
}

fn compare(study: &str, a: &Side, b: &Side, differences: &mut Vec<Difference>, verdicts: &mut Vec<[String; 4]>) {
    let mut told = 0;
    for experiment in a.lock.stems.keys().chain(b.lock.stems.keys()).collect::<BTreeSet<_>>() {
        let whole = |side: &Side| side.lock.stems.get(experiment).map(|stem| stem.preimage(&Point::new(), 0));
        let (before, after) = (whole(a), whole(b));
        let (why, changes) = match (before, after) {
            (Some(before), Some(after)) => {
                let changes = changes(&before, &after);
                if changes.is_empty() {
                    continue;
                }
                (causes(&changes), changes)
            }
            (before, _) => (format!("only the {} record has it", if before.is_some() { "first" } else { "second" }), Vec::new()),
        };
        told += 1;
        differences.push(Difference { study: study.to_string(), experiment: Some(experiment.clone()), why, changes });
    }
    let alone = |own: &Lock, other: &Lock| own.cells.keys().filter(|key| !other.cells.contains_key(*key)).count();
    let (gone, new) = (alone(&a.lock, &b.lock), alone(&b.lock, &a.lock));
    let other = a.lock.cells.iter().filter(|(key, result)| b.lock.cells.get(*key).is_some_and(|found| found != *result)).count();
    let files = a.lock.files.keys().chain(b.lock.files.keys()).collect::<BTreeSet<_>>();
    let changed: Vec<&str> =
        files.into_iter().filter(|file| a.lock.files.get(*file) != b.lock.files.get(*file)).map(String::as_str).collect();
    let mut tell = |why: String| differences.push(Difference { study: study.to_string(), experiment: None, why, changes: Vec::new() });
    if other > 0 {
        tell(format!("{} of the same key with other results: computed wrongly, or altered", count(other, "cell")));
    }
    if gone + new > 0 {
        let grid = if told == 0 { ": its grid changed" } else { "" };
        tell(format!("{} only in the first record, {new} only in the second{grid}", count(gone, "cell")));
    }
    if !changed.is_empty() {
        let code = if gone + new + other == 0 { ", of the same cells: the code that makes them or their declaration changed" } else { "" };
        tell(format!("other bytes in {}{code}", changed.join(", ")));
    }
    let claims = |side: &Side| -> BTreeMap<String, String> {
        side.ledger.iter().flat_map(|ledger| &ledger.claims).map(|claim| (claim.id.clone(), claim.verdict.to_string())).collect()
    };
    let after = claims(b);
    for (claim, was) in claims(a) {
        if let Some(is) = after.get(&claim).filter(|is| **is != was) {
            verdicts.push([study.to_string(), claim, was, is.clone()]);
        }
    }
}

/// The studies of a record: of the folder itself, or of those in it.
fn sides(folder: &Path) -> anyhow::Result<BTreeMap<String, Side>> {
    let mut folders = vec![folder.to_path_buf()];
    let inner = std::fs::read_dir(folder).map_err(ArtifactError::io("read", folder))?;
    folders.extend(inner.flatten().map(|entry| entry.path()));
    let mut sides = BTreeMap::new();
    for folder in folders.iter().filter(|folder| folder.join("lock.json").is_file()) {
        let lock: Lock = read(&folder.join("lock.json"))?;
        let claims = folder.join("claims.json");
        let ledger = if claims.is_file() { Some(read(&claims)?) } else { None };
        sides.insert(lock.study.clone(), Side { lock, ledger });
    }
    if sides.is_empty() {
        let message = format!("'{}' holds no record", folder.display());
        return Err(refuse(Exit::Usage, message, "name a folder with a 'lock.json', as artifacts/record or one of its studies"));
    }
    Ok(sides)
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let bytes = std::fs::read(path).map_err(ArtifactError::io("read", path))?;
    let malformed = |error: serde_json::Error| ArtifactError::Malformed { path: path.to_path_buf(), message: error.to_string() };
    Ok(serde_json::from_slice(&bytes).map_err(malformed)?)
}
