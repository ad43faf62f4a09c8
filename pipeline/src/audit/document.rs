//! What an audit found, as a document that anyone can replay: it holds no time and no machine, so that
//! the same record, nonce and size give the same bytes.

use super::chance::{self, Share};
use super::sample::Sample;
use saigen_artifacts::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An audit, from what was drawn to what it shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Document {
    /// The document's own format.
    pub(crate) schema: u32,
    pub(crate) tier: String,
    pub(crate) backend: String,
    /// The Merkle root of each study.
    pub(crate) studies: BTreeMap<String, Digest>,
    /// The digest over them, which keys the sample together with the nonce.
    pub(crate) record: Digest,
    pub(crate) nonce: String,
    /// Data sets that were not there, with the number of cells that read them: they were left out.
    pub(crate) without: BTreeMap<String, usize>,
    /// How many cells were drawn.
    pub(crate) drawn: usize,
    pub(crate) strata: Vec<Stratum>,
    /// The drawn cells, stratum by stratum, in the order of drawing.
    pub(crate) cells: Vec<Audited>,
    pub(crate) mismatches: Vec<Mismatch>,
    /// Cells that could not be computed, with the cause.
    pub(crate) failed: BTreeMap<String, String>,
    /// How probable it was to see a wrong cell, for several numbers of them.
    pub(crate) chances: Vec<Chance>,
    /// The least number of wrong cells of which one would have been seen with at least 95 %.
    pub(crate) surely_seen: Option<usize>,
}

/// One stratum and how much of it was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Stratum {
    pub(crate) study: String,
    pub(crate) costs: String,
    pub(crate) cells: usize,
    pub(crate) drawn: usize,
    /// How many count: the first ones, up to one that was not computed in time.
    pub(crate) examined: usize,
}

/// A drawn cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Audited {
    pub(crate) name: String,
    pub(crate) key: Digest,
    /// The digest of its record as it is recorded, and as it was computed now.
    pub(crate) recorded: Digest,
    pub(crate) found: Option<Digest>,
}

/// A value that came out differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Mismatch {
    pub(crate) cell: String,
    pub(crate) output: String,
    pub(crate) recorded: String,
    pub(crate) found: String,
}

/// How probable it was that one of so many wrong cells would be seen, wherever they are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Chance {
    pub(crate) wrong: usize,
    pub(crate) seen: f64,
}

/// The format of these documents.
pub(crate) const SCHEMA: u32 = 1;

/// A document that says enough to do everything again.
pub(crate) trait Replayable: DeserializeOwned {
    const SCHEMA: u32;
    /// What to give instead of what cannot be read.
    const HINT: &str;
    /// Format, tier and backend.
    fn of(&self) -> (u32, &str, &str);
    /// The Merkle root of each study, and the digest over them.
    fn record(&self) -> (&BTreeMap<String, Digest>, &Digest);
}

impl Replayable for Document {
    const SCHEMA: u32 = SCHEMA;
    const HINT: &str = "give the file that `saigen audit` wrote, unaltered; one of claims is replayed with --claims";

    fn of(&self) -> (u32, &str, &str) {
        (self.schema, &self.tier, &self.backend)
    }

    fn record(&self) -> (&BTreeMap<String, Digest>, &Digest) {
        (&self.studies, &self.record)
    }
}

/// The shares of wrong cells, beside a single one, whose chances a document states.
const SHARES: [f64; 4] = [0.01, 0.02, 0.05, 0.1];

/// How sure `surely-seen` is.
const CONFIDENCE: f64 = 0.95;

impl Document {
    /// The strata of a sample, with what was looked at.
    pub(crate) fn strata<T>(sample: &Sample<T>, examined: impl Fn(&T) -> bool) -> Vec<Stratum> {
        let shares = sample.shares(examined);
        let stratum = |((key, (cells, drawn)), share): ((&super::sample::Key, &(usize, Vec<T>)), Share)| Stratum {
            study: key.study.clone(),
            costs: key.costs().to_string(),
            cells: *cells,
            drawn: drawn.len(),
            examined: share.drawn,
        };
        sample.strata.iter().zip(shares).map(stratum).collect()
    }

    /// States the chances of strata of which so many cells were looked at.
    pub(crate) fn chances(strata: &[Stratum]) -> (Vec<Chance>, Option<usize>) {
        let shares: Vec<Share> = strata.iter().map(|stratum| Share { cells: stratum.cells, drawn: stratum.examined }).collect();
        let all: usize = shares.iter().map(|share| share.cells).sum();
        let mut numbers: Vec<usize> = SHARES.iter().map(|share| (share * all as f64).ceil() as usize).collect();
        numbers.insert(0, 1);
        numbers.dedup();
        let seen: Vec<f64> = chance::seen(&shares).collect();
        let chances = numbers.into_iter().filter_map(|wrong| Some(Chance { wrong, seen: *seen.get(wrong.checked_sub(1)?)? }));
        (chances.collect(), seen.iter().position(|chance| *chance >= CONFIDENCE).map(|at| at + 1))
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        // A document holds strings, numbers and digests only, which JSON can always express.
        serde_json::to_string_pretty(self).expect("an audit has a JSON form") + "\n"
    }

    /// What of an earlier document cannot be: it was not drawn so, or it says what does not follow
    /// from its own numbers. `self` is of the same record, nonce and size, drawn now.
    pub(crate) fn contradictions(&self, earlier: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let drawn = |document: &Self| document.cells.iter().map(|cell| (cell.key, cell.recorded)).collect::<Vec<_>>();
        if drawn(self) != drawn(earlier) {
            found.push("its cells are not those that its nonce draws from the record".to_string());
        }
        let sizes = |document: &Self| document.strata.iter().map(|s| (s.study.clone(), s.cells, s.drawn)).collect::<Vec<_>>();
        if sizes(self) != sizes(earlier) || earlier.strata.iter().any(|stratum| stratum.examined > stratum.drawn) {
            found.push("its strata are not those of the record".to_string());
        } else if Self::chances(&earlier.strata) != (earlier.chances.clone(), earlier.surely_seen) {
            found.push("its chances do not follow from its strata".to_string());
        }
        for (now, then) in self.cells.iter().zip(&earlier.cells) {
            if let (Some(now_found), Some(then_found)) = (now.found, then.found)
                && now_found != then_found
            {
                found.push(format!("'{}' came out differently then", then.name));
            }
        }
        found
    }
}
