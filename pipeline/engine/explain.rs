//! Why a step is due: the difference between what was and what is asked for.

use crate::plan::CellStep;
use saigen_artifacts::Digest;
use saigen_artifacts::store::Store;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;

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
    /// Nothing like it has been run.
    New,
    /// The same step was run with these differences, or its nearest neighbour was.
    Changed(Vec<Change>),
    /// It was planned with the same key, and has no result: an earlier run did not come to its
    /// end, or the result was removed.
    Unfinished,
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
            Self::New => f.write_str("new"),
            Self::Unfinished => f.write_str("no result yet"),
            Self::Changed(changes) => {
                let texts: Vec<_> = changes.iter().map(Change::to_string).collect();
                f.write_str(&texts.join(", "))
            }
        }
    }
}

/// Why a cell is due, by the nearest step that the store remembers.
pub fn reason(step: &CellStep, known: &BTreeMap<String, Digest>, store: &Store) -> Reason {
    if known.get(&step.name) == Some(&step.key) {
        return Reason::Unfinished;
    }
    match nearest(&step.name, known).and_then(|key| store.get(key)) {
        Some(manifest) => Reason::Changed(changes(&manifest.preimage, &step.preimage)),
        None => Reason::New,
    }
}

/// The key of the step of this name or, failing that, of the same experiment with the fewest
/// differences in place and seed.
fn nearest<'a>(name: &str, known: &'a BTreeMap<String, Digest>) -> Option<&'a Digest> {
    if let Some(key) = known.get(name) {
        return Some(key);
    }
    let parts = |name: &str| name.splitn(3, '/').map(str::to_string).collect::<Vec<_>>();
    let own = parts(name);
    let words = |part: &str| part.split([',', '/']).map(str::to_string).collect::<Vec<_>>();
    let candidates = known.iter().filter_map(|(other, key)| {
        let other = parts(other);
        let same = other.len() == 3 && own.len() == 3 && other[..2] == own[..2];
        let differing = || words(&own[2]).iter().zip(words(&other[2])).filter(|(a, b)| **a != *b).count();
        same.then(|| (differing(), key))
    });
    candidates.min_by_key(|(differing, _)| *differing).map(|(_, key)| key)
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
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
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

    #[test]
    fn the_nearest_step_shares_the_experiment_and_most_of_the_place() {
        let key = |text: &str| Digest::of(text.as_bytes());
        let known = ["s/e/n=400,sigma=0.1/0", "s/e/n=400,sigma=0.5/1", "s/f/n=800,sigma=0.1/0"].map(|name| (name.to_string(), key(name)));
        let known = known.into();
        assert_eq!(nearest("s/e/n=800,sigma=0.1/0", &known), Some(&key("s/e/n=400,sigma=0.1/0")));
        assert_eq!(nearest("s/g/n=800,sigma=0.1/0", &known), None);
    }
}
