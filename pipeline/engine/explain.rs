//! Why a step is due: the difference between what was and what is asked for.

use crate::costs::Costs;
use crate::method::Study;
use crate::plan::{CellStep, Origin, Plan};
use saigen_artifacts::stem::{Point, Stem};
use saigen_artifacts::store::{Failure, Past, PastCell, Store};
use saigen_artifacts::{ArtifactError, Digest};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// One field of a preimage that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The path of the field.
    pub field: String,
    /// Its value then, if it was there.
    pub before: Option<Json>,
    /// Its value now, if it is there.
    pub after: Option<Json>,
}

/// Why a cell is due.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It was never run, and nothing that it could replace was.
    New,
    /// It replaces the same step, or its nearest neighbour, which was run with these differences.
    Changed(Vec<Change>),
    /// It was tried, and failed.
    Failed(String),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<Json>| match value {
            None => "nothing".to_string(),
            Some(Json::String(text)) if text.len() == 64 => text[..12].to_string(),
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        write!(f, "{}: {} -> {}", self.field, text(&self.before), text(&self.after))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("no result yet"),
            Self::Failed(cause) => write!(f, "failed before: {cause}"),
            Self::Changed(changes) => {
                let texts: Vec<_> = changes.iter().map(Change::to_string).collect();
                f.write_str(&texts.join(", "))
            }
        }
    }
}

/// What a store tells of a study's past: what due cells replace, and what cells cost.
#[derive(Debug)]
pub struct History {
    /// Stems by digest.
    stems: BTreeMap<Digest, Stem>,
    /// By experiment: the places and seeds that were run, with their stems.
    cells: BTreeMap<String, BTreeMap<(Point, u64), Digest>>,
    /// The last failure by key.
    failed: BTreeMap<Digest, Failure>,
    /// What cells of each experiment took.
    pub costs: Costs,
}

/// How many places are looked at to find the nearest: an explanation is not worth more.
const NEIGHBOURS: usize = 512;

impl History {
    /// Reads what is superseded by a plan. Cells of the plans for `other` tiers are not: they answer
    /// another question.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn new(plan: &Plan, study: &dyn Study, other: &[Plan], store: &Store) -> Result<Self, ArtifactError> {
        let wanted: BTreeSet<&Digest> = other.iter().chain([plan]).flat_map(|plan| &plan.cells).map(|cell| &cell.key).collect();
        let asked = |stem: &Stem| {
            let same = |origin: &Arc<Origin>| origin.stem.experiment == stem.experiment && origin.stem.backend == stem.backend;
            stem.study == plan.study && plan.origins.iter().any(same)
        };
        let mut history = Self { stems: BTreeMap::new(), cells: BTreeMap::new(), failed: BTreeMap::new(), costs: Costs::default() };
        let methods = study.methods();
        store.visit(&mut |past| match past {
            Past::Cell(PastCell { key, stem: (digest, stem), point, seed, made }) if asked(stem) => {
                if let Some(method) = methods.iter().find(|method| method.name() == stem.method) {
                    history.costs.take(*method, stem, point, made.milliseconds);
                }
                if !wanted.contains(key) {
                    history.stems.entry(*digest).or_insert_with(|| stem.clone());
                    history.cells.entry(stem.experiment.clone()).or_default().insert((point.clone(), seed), *digest);
                }
            }
            Past::Failed(failure) if wanted.contains(&failure.key) => drop(history.failed.insert(failure.key, failure.clone())),
            _ => {}
        })?;
        Ok(history)
    }

    /// Why a cell is due, by the nearest step that it replaces.
    pub fn reason(&self, step: &CellStep) -> Reason {
        if let Some(failure) = self.failed.get(&step.key) {
            return Reason::Failed(failure.cause.clone());
        }
        let point = step.point();
        match self.nearest(step, &point) {
            Some(preimage) => Reason::Changed(changes(&preimage, &step.preimage())),
            None => Reason::New,
        }
    }

    /// The preimage of the step of the same place and seed or, failing that, of the same experiment
    /// with the fewest differences.
    fn nearest(&self, step: &CellStep, point: &Point) -> Option<Json> {
        let run = self.cells.get(step.experiment())?;
        let exact = run.get_key_value(&(point.clone(), step.seed));
        let differing = |((other, seed), stem): &(&(Point, u64), &Digest)| {
            let fixed = self.stems.get(*stem).map_or(0, |stem| differences(&stem.parameters, &step.origin.stem.parameters));
            differences(point, other) + fixed + usize::from(*seed != step.seed)
        };
        let near = || run.iter().take(NEIGHBOURS).min_by_key(differing);
        let ((point, seed), stem) = exact.or_else(near)?;
        Some(self.stems.get(stem)?.preimage(point, *seed))
    }
}

/// How many names two sets of parameters differ in.
fn differences(a: &Point, b: &Point) -> usize {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    names.into_iter().filter(|name| a.get(*name) != b.get(*name)).count()
}

/// Every field in which two preimages differ, by path.
pub fn changes(before: &Json, after: &Json) -> Vec<Change> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

fn compare(path: &str, before: &Json, after: &Json, found: &mut Vec<Change>) {
    match (before, after) {
        (Json::Object(a), Json::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                // Parameters are known by their own names.
                let inner = if path.is_empty() && name == "parameters" {
                    String::new()
                } else if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                match (a.get(name), b.get(name)) {
                    (Some(x), Some(y)) => compare(&inner, x, y, found),
                    (before, after) => found.push(Change { field: inner, before: before.cloned(), after: after.cloned() }),
                }
            }
        }
        _ if before == after => {}
        _ => found.push(Change { field: path.to_string(), before: Some(before.clone()), after: Some(after.clone()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_names_its_field_and_both_values() {
        let before = json!({"fingerprint": {"models": "a", "study": "b"}, "parameters": {"n": 400, "sigma": 0.1}, "seed": 0});
        let after = json!({"fingerprint": {"models": "a", "study": "c"}, "parameters": {"n": 800, "sigma": 0.1}, "seed": 0});
        let texts: Vec<_> = changes(&before, &after).iter().map(Change::to_string).collect();
        assert_eq!(texts, ["fingerprint.study: b -> c", "n: 400 -> 800"]);
    }
}
