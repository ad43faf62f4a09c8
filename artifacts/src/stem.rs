//! What the cells of one experiment share of their identity, and the keys of those cells.
//!
//! A cell's preimage is its experiment's stem with the cell's own place and seed put in. Stores and
//! locks hold each stem once, so that a preimage is always whole and a row of `cells.csv` is enough
//! to compute its key anew.

use crate::digest::Start;
use crate::{Digest, Kind, Scalar, canonical};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The version of the preimages' form.
pub const SCHEMA: u32 = 2;

/// A place on the axes of an experiment.
pub type Point = BTreeMap<String, Scalar>;

/// What the cells of one experiment depend on, but for their place and seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stem {
    /// The version of the preimage's form.
    pub schema: u32,
    /// The study.
    pub study: String,
    /// The experiment.
    pub experiment: String,
    /// The method.
    pub method: String,
    /// Digests of the code it depends on, by part: files of ours, and locked crates.
    pub fingerprint: BTreeMap<String, String>,
    /// The parameters that are the same in all cells.
    pub parameters: BTreeMap<String, Scalar>,
    /// The digests of the data sets that are read, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// The outputs that are kept.
    pub outputs: BTreeMap<String, Kind>,
    /// What it runs on.
    pub backend: String,
    /// The float type it computes in.
    pub float: String,
}

impl Stem {
    /// The digest of the stem itself.
    pub fn digest(&self) -> Digest {
        crate::digest_of(self)
    }

    /// The whole preimage of a cell.
    pub fn preimage(&self, point: &Point, seed: u64) -> Json {
        let parameters: BTreeMap<_, _> = self.parameters.iter().chain(point).collect();
        let mut preimage = json!({
            "schema": self.schema, "step": "cell", "study": self.study, "experiment": self.experiment, "method": self.method,
            "fingerprint": self.fingerprint, "parameters": parameters, "outputs": self.outputs, "seed": seed,
            "backend": self.backend, "float": self.float,
        });
        self.add_data(&mut preimage);
        preimage
    }

    /// A cell that reads no data set has no word of them in its preimage.
    fn add_data(&self, preimage: &mut Json) {
        if !self.data.is_empty() {
            preimage["data"] = json!(self.data);
        }
    }

    /// What makes the keys of many cells.
    pub fn keys(&self) -> Keys {
        // The fields of a preimage in their canonical order, up to the first that is a cell's own.
        let mut shared = json!({
            "backend": self.backend, "experiment": self.experiment, "fingerprint": self.fingerprint, "float": self.float,
            "method": self.method, "outputs": self.outputs,
        });
        self.add_data(&mut shared);
        let shared = canonical(&shared);
        let start = Digest::start(format!("{},\"parameters\":", &shared[..shared.len() - 1]).as_bytes());
        let fixed = self.parameters.iter().map(|(name, value)| (name.clone(), member(name, value))).collect();
        let end = format!(",\"step\":\"cell\",\"study\":{}}}", canonical(&self.study));
        Keys { schema: self.schema, start, fixed, end }
    }
}

/// Makes keys: the digests of preimages, of which all but a few bytes are hashed once.
#[derive(Debug)]
pub struct Keys {
    schema: u32,
    start: Start,
    fixed: BTreeMap<String, String>,
    end: String,
}

impl Keys {
    /// The key of a cell: the digest of [`Stem::preimage`]'s canonical JSON.
    pub fn key(&self, point: &Point, seed: u64) -> Digest {
        self.at(point).key(seed)
    }

    /// The keys of all cells at one place.
    pub fn at(&self, point: &Point) -> Seeds<'_> {
        let own: BTreeMap<String, String> = point.iter().map(|(name, value)| (name.clone(), member(name, value))).collect();
        let members: BTreeMap<&str, &str> = self.fixed.iter().chain(&own).map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let members: Vec<&str> = members.into_values().collect();
        Seeds { keys: self, text: format!("{{{}}},\"schema\":{},\"seed\":", members.join(","), self.schema) }
    }
}

/// Makes the keys of one place's seeds.
#[derive(Debug)]
pub struct Seeds<'a> {
    keys: &'a Keys,
    text: String,
}

impl Seeds<'_> {
    /// The key of a seed.
    pub fn key(&self, seed: u64) -> Digest {
        self.keys.start.then(format!("{}{seed}{}", self.text, self.keys.end).as_bytes())
    }
}

/// `"name":value`, canonically.
fn member(name: &str, value: &Scalar) -> String {
    format!("{}:{}", canonical(&name), canonical(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest_of;

    #[test]
    fn keys_are_the_digests_of_preimages() {
        let scalars = |list: &[(&str, Scalar)]| list.iter().map(|(name, value)| ((*name).to_string(), value.clone())).collect::<Point>();
        let mut stem = Stem {
            schema: SCHEMA,
            study: "a \"study\"".to_string(),
            experiment: "network".to_string(),
            method: "relu".to_string(),
            fingerprint: [("a.rs".to_string(), "1".to_string())].into(),
            parameters: scalars(&[("width", Scalar::Int(3)), ("mode", Scalar::Text("fast".into()))]),
            data: BTreeMap::new(),
            outputs: [("risk".to_string(), Kind::Float)].into(),
            backend: "flex".to_string(),
            float: "f32".to_string(),
        };
        let without = stem.clone();
        for data in [&[][..], &[("pairs", "0a"), ("more \"pairs\"", "1b")]] {
            stem.data = data.iter().map(|(name, digest)| ((*name).to_string(), (*digest).to_string())).collect();
            for point in [scalars(&[]), scalars(&[("n", Scalar::Int(100)), ("sigma", Scalar::Float(1e-7)), ("zeta", Scalar::Float(2.0))])] {
                for seed in [0, 7, 1 << 40] {
                    assert_eq!(stem.keys().key(&point, seed), digest_of(&stem.preimage(&point, seed)));
                }
            }
        }
        // Another digest is another key, and a stem without data is written as if there were none.
        assert_ne!(stem.keys().key(&Point::new(), 0), without.keys().key(&Point::new(), 0));
        assert!(!canonical(&without).contains("data") && !canonical(&without.preimage(&Point::new(), 0)).contains("data"));
    }
}
