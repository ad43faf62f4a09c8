//! The lock of a record: which step gave which bytes, under one Merkle root.

use crate::{Digest, stem::Stem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The text file `lock.json` of a record folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lock {
    /// The lock's own format.
    pub schema: u32,
    /// The study.
    pub study: String,
    /// The tier that was run.
    pub tier: String,
    /// The backend that ran it.
    pub backend: String,
    /// The Merkle root over `cells` and `files`.
    pub root: Digest,
    /// What the cells of each experiment share of their preimages: with a row of `cells.csv`, enough
    /// to compute the row's key anew.
    pub stems: BTreeMap<String, Stem>,
    /// The digest of each cell's record, by the cell's key.
    pub cells: BTreeMap<String, Digest>,
    /// The digest of each file of the record but this one, by its path from the project's root.
    pub files: BTreeMap<String, Digest>,
}

impl Lock {
    /// A lock of a study, a tier and a backend over cells and files, with its root.
    pub fn new(of: [&str; 3], stems: BTreeMap<String, Stem>, cells: BTreeMap<String, Digest>, files: BTreeMap<String, Digest>) -> Self {
        let root = merkle_root(cells.iter().chain(&files));
        let [study, tier, backend] = of.map(str::to_string);
        Self { schema: 2, study, tier, backend, root, stems, cells, files }
    }

    /// The text of `lock.json`: one entry a line, so that a change is a one-line difference.
    pub fn to_text(&self) -> String {
        // A lock holds strings and digests only, which JSON can always express.
        serde_json::to_string_pretty(self).expect("a lock has a JSON form") + "\n"
    }
}

/// The root of a binary hash tree over (name, digest) leaves in the given order. Leaves and nodes
/// are hashed under different prefixes, and an odd node moves up unchanged (as in RFC 6962).
pub fn merkle_root<'a>(entries: impl Iterator<Item = (&'a String, &'a Digest)>) -> Digest {
    let leaf = |(name, digest): (&String, &Digest)| Digest::of_parts(&[&[0], name.as_bytes(), &[0], digest.bytes()]);
    let mut level: Vec<Digest> = entries.map(leaf).collect();
    while level.len() > 1 {
        let node = |pair: &[Digest]| match pair {
            [left, right] => Digest::of_parts(&[&[1], left.bytes(), right.bytes()]),
            odd => odd[0],
        };
        level = level.chunks(2).map(node).collect();
    }
    level.first().copied().unwrap_or_else(|| Digest::of(b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_sees_every_name_every_digest_and_the_number_of_leaves() {
        let entries: BTreeMap<String, Digest> = (0..7).map(|i| (format!("step-{i}"), Digest::of(&[i]))).collect();
        let root = merkle_root(entries.iter());
        for name in entries.keys() {
            let mut changed = entries.clone();
            changed.insert(name.clone(), Digest::of(b"other"));
            assert_ne!(merkle_root(changed.iter()), root);
            changed.remove(name);
            assert_ne!(merkle_root(changed.iter()), root);
        }
    }
}
