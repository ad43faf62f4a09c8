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
    pub cells: BTreeMap<Digest, Digest>,
    /// The digest of each file of the record but this one, by its path from the project's root.
    pub files: BTreeMap<String, Digest>,
}

impl Lock {
    /// A lock of a study, a tier and a backend over cells and files, with its root.
    pub fn new(of: [&str; 3], stems: BTreeMap<String, Stem>, cells: BTreeMap<Digest, Digest>, files: BTreeMap<String, Digest>) -> Self {
        let cell = |(key, digest): (&Digest, &Digest)| leaf(&key.to_string(), digest);
        let file = |(name, digest): (&String, &Digest)| leaf(name, digest);
        let root = merkle_root(cells.iter().map(cell).chain(files.iter().map(file)).collect());
        let [study, tier, backend] = of.map(str::to_string);
        Self { schema: 2, study, tier, backend, root, stems, cells, files }
    }

    /// The text of `lock.json`: one entry a line, so that a change is a one-line difference.
    pub fn to_text(&self) -> String {
        // A lock holds strings and digests only, which JSON can always express.
        let mut text = serde_json::to_string_pretty(self).expect("a lock has a JSON form") + "\n";
        // It is kept, and has grown by doubling.
        text.shrink_to_fit();
        text
    }
}

/// A leaf of the hash tree: a name and its digest.
pub fn leaf(name: &str, digest: &Digest) -> Digest {
    Digest::of_parts(&[&[0], name.as_bytes(), &[0], digest.bytes()])
}

/// The root of a binary hash tree over leaves in the given order. Leaves and nodes are hashed under
/// different prefixes, and an odd node moves up unchanged (as in RFC 6962).
pub fn merkle_root(mut level: Vec<Digest>) -> Digest {
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
        let root_of = |entries: &BTreeMap<String, Digest>| merkle_root(entries.iter().map(|(name, digest)| leaf(name, digest)).collect());
        let root = root_of(&entries);
        for name in entries.keys() {
            let mut changed = entries.clone();
            changed.insert(name.clone(), Digest::of(b"other"));
            assert_ne!(root_of(&changed), root);
            changed.remove(name);
            assert_ne!(root_of(&changed), root);
        }
    }
}
