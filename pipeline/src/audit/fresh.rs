//! Claims read off seeds that nobody has used: which seeds, which cells, and the document of it.

use super::document::Replayable;
use saigen_artifacts::table::{Filter, Spec};
use saigen_artifacts::verdict::anytime::FIRST;
use saigen_artifacts::verdict::{Claim, Part, Verdict};
use saigen_artifacts::{Digest, Scalar};
use saigen_engine::plan::Origin;
use saigen_models::stream::Stream;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Seeds below this may be declared; those drawn here lie above.
const DECLARED: u64 = 1 << 32;

/// The first seeds that record and nonce decide on. More of them begin with the fewer.
pub(crate) fn seeds(record: &Digest, nonce: &str, count: usize) -> Vec<u64> {
    let mut stream = Stream::new(&record.to_string(), "fresh-seeds", &[("nonce", nonce)]);
    let mut seeds = Vec::with_capacity(count);
    while seeds.len() < count {
        let seed = DECLARED + stream.below(1 << 52) as u64;
        if !seeds.contains(&seed) {
            seeds.push(seed);
        }
    }
    seeds
}

/// How many seeds a claim is read at next. A quarter more at a time keeps the number of readings
/// small where many seeds are needed.
pub(crate) fn next(seeds: usize) -> usize {
    if seeds == 0 { FIRST } else { seeds + (seeds / 4).max(5) }
}

/// The places whose cells a claim's rows are made of, each with the number of its point.
pub(crate) fn places(claim: &Claim, table: &Spec, origins: &[Arc<Origin>]) -> Vec<(Arc<Origin>, usize)> {
    let wanted = claim.rule.experiments();
    let mut places = Vec::new();
    for origin in origins {
        let experiment = origin.stem.experiment.as_str();
        if !table.experiments.iter().any(|known| known == experiment) || wanted.as_ref().is_some_and(|wanted| !wanted.contains(&experiment))
        {
            continue;
        }
        for number in 0..origin.points.count() {
            let point = origin.points.point(number);
            let value = |name: &str| match name {
                "experiment" => Some(Scalar::Text(experiment.to_string())),
                _ => point.get(name).cloned(),
            };
            if [&table.filter, claim.rule.filter()].into_iter().all(|filter| keeps(filter, value)) {
                places.push((Arc::clone(origin), number));
            }
        }
    }
    places
}

fn keeps(filter: &Filter, value: impl Fn(&str) -> Option<Scalar>) -> bool {
    // A filter on the seed keeps none: it speaks of declared ones.
    filter.iter().all(|(name, wanted)| {
        value(name).is_some_and(|found| found == *wanted || (found.number().is_some() && found.number() == wanted.number()))
    })
}

/// What fresh seeds say of claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Readings {
    /// The document's own format.
    pub(crate) schema: u32,
    pub(crate) tier: String,
    pub(crate) backend: String,
    /// The Merkle root of each study.
    pub(crate) studies: BTreeMap<String, Digest>,
    /// The digest over them, which decides the seeds together with the nonce.
    pub(crate) record: Digest,
    pub(crate) nonce: String,
    /// The error rate of each claim.
    pub(crate) alpha: f64,
    /// Claims that were not read, by study and name, with the reason.
    pub(crate) without: BTreeMap<String, String>,
    /// The claims in the order of the record.
    pub(crate) claims: Vec<Read>,
}

/// A claim read off fresh seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Read {
    pub(crate) study: String,
    pub(crate) id: String,
    /// What the record says of it.
    pub(crate) recorded: Verdict,
    /// How many fresh seeds it was read at; 0 where time was up before.
    pub(crate) seeds: usize,
    /// What they say.
    pub(crate) verdict: Verdict,
    /// Whether more of them would change nothing.
    pub(crate) settled: bool,
    pub(crate) why: String,
    /// Its questions, with confidence sequences for intervals.
    pub(crate) parts: Vec<Part>,
}

impl Read {
    /// Whether the record decided the other way.
    pub(crate) fn contradicts(&self) -> bool {
        matches!((self.recorded, self.verdict), (Verdict::Reproduced, Verdict::Refuted) | (Verdict::Refuted, Verdict::Reproduced))
    }

    /// Study and name.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.study, self.id)
    }
}

impl Readings {
    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        // A document holds strings, finite numbers, open ends and digests, which JSON can always express.
        serde_json::to_string_pretty(self).expect("readings have a JSON form") + "\n"
    }

    /// What of an earlier document does not come out again, read at the seeds that it names.
    pub(crate) fn contradictions(&self, earlier: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for then in &earlier.claims {
            let now = self.claims.iter().find(|now| now.name() == then.name());
            if now != Some(then) {
                found.push(format!("'{}' came out differently then", then.name()));
            }
        }
        if self.claims.len() != earlier.claims.len() {
            found.push("its claims are not those of the record".to_string());
        }
        found
    }
}

impl Replayable for Readings {
    const SCHEMA: u32 = 1;
    const HINT: &str = "give the file that `saigen audit --claims` wrote, unaltered; one of cells is replayed without --claims";

    fn of(&self) -> (u32, &str, &str) {
        (self.schema, &self.tier, &self.backend)
    }

    fn record(&self) -> (&BTreeMap<String, Digest>, &Digest) {
        (&self.studies, &self.record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_follow_from_record_and_nonce_and_go_on() {
        let (record, other) = (Digest::of(b"record"), Digest::of(b"another"));
        let few = seeds(&record, "nonce", 5);
        assert_eq!(few, seeds(&record, "nonce", 200)[..5]);
        assert_ne!(few, seeds(&record, "another", 5));
        assert_ne!(few, seeds(&other, "nonce", 5));
        // None is declared, and all fit where numbers are written as decimals and signed.
        assert!(seeds(&record, "nonce", 200).iter().all(|seed| (DECLARED..1 << 53).contains(seed)));
    }

    #[test]
    fn readings_come_at_growing_numbers() {
        let numbers: Vec<usize> = std::iter::successors(Some(0), |seeds| Some(next(*seeds))).take(8).collect();
        assert_eq!(numbers, [0, 10, 15, 20, 25, 31, 38, 47]);
    }
}
