//! Collections of pairs by name: real and simulated ones of the literature, and pairs drawn of a family
//! for each seed.

use super::families;
use super::metrics::Metrics;
use super::pairs::{ID, Pair};
use saigen_artifacts::{Record, Value};
use saigen_datasets::pair::Cause;
use saigen_datasets::{data_digest, mooij};
use saigen_engine::{Batch, Parameter, Parameters};
use saigen_models::stream::Stream;

/// All collections: five data sets of the catalog, the families, and mixtures of them.
const NAMES: [&str; 13] = ["tuebingen", "sim", "sim-c", "sim-ln", "sim-g", "multi", "an", "ls", "net", "mn-u", "gauss", "seen", "unseen"];

/// The last pair of version 1.0 of the Tübingen pairs, which is what published numbers are of.
const LAST: u32 = 100;

/// What every method takes: the collection, at most how many observations of each pair, and at most
/// how many pairs.
pub(super) fn parameters() -> [(&'static str, Parameter); 3] {
    [("collection", Parameter::Choice(&NAMES)), ("n", Parameter::Int(20, 1_000_000)), ("pairs", Parameter::Int(1, 1000))]
}

/// A collection, ready to be sampled.
pub(super) enum Collection<'a> {
    /// Pairs that are there, of which observations are drawn.
    Given(&'a str, Vec<Pair>),
    /// Families, of which pairs are drawn in turn.
    Drawn(Vec<&'a str>),
}

impl<'a> Collection<'a> {
    /// The collection that parameters name; `batch` has its data.
    ///
    /// # Errors
    /// The experiment does not declare the data set, or its files are missing, altered or malformed.
    pub(super) fn open(batch: &Batch, parameters: &'a Parameters) -> Result<Self, String> {
        let name = parameters.word("collection");
        if let Some((_, families)) = families::MIXTURES.iter().find(|(mixture, _)| *mixture == name) {
            return Ok(Self::Drawn(families.to_vec()));
        }
        if families::NAMES.contains(&name) {
            return Ok(Self::Drawn(vec![name]));
        }
        let read = mooij::scalar_pairs(batch.data_set(name)?).map_err(|error| error.to_string())?;
        let published = read.into_iter().filter(|pair| pair.id.parse().is_ok_and(|number: u32| number <= LAST));
        let directed = |pair: saigen_datasets::pair::Pair| {
            let (cause, effect) = if pair.cause == Cause::First { (pair.x, pair.y) } else { (pair.y, pair.x) };
            Pair { cause, effect, weight: pair.weight }
        };
        Ok(Self::Given(name, published.map(directed).collect()))
    }

    /// At most `count` pairs with at most `n` observations each, as a seed draws them.
    pub(super) fn pairs(&self, n: usize, count: usize, seed: u64) -> Vec<Pair> {
        match self {
            Self::Drawn(families) => (0..count).map(|at| families::pair(families[at % families.len()], n, "pairs", seed, at)).collect(),
            Self::Given(name, pairs) => {
                let stream =
                    |at: usize| Stream::new(ID, "sample", &[("collection", name), ("pair", &at.to_string()), ("seed", &seed.to_string())]);
                pairs.iter().take(count).enumerate().map(|(at, pair)| pair.sample(n, &mut stream(at))).collect()
            }
        }
    }

    /// Whether a pair is the same for every seed, because no sample of it is taken.
    pub(super) fn is_whole(&self, at: usize, n: usize) -> bool {
        matches!(self, Self::Given(_, pairs) if pairs[at].len() <= n)
    }
}

/// What a cell leaves: the digest of its data, and how good the scores are.
pub(super) fn record(pairs: &[Pair], scores: &[f64]) -> Record {
    let joined = |side: fn(&Pair) -> &Vec<f64>| pairs.iter().flat_map(|pair| side(pair).iter().copied()).collect::<Vec<f64>>();
    let weights: Vec<f64> = pairs.iter().map(|pair| pair.weight).collect();
    let digest = data_digest(&[("cause", &joined(|pair| &pair.cause)), ("effect", &joined(|pair| &pair.effect)), ("weight", &weights)]);
    let values = Metrics::new(scores, &weights).values();
    Record(values.into_iter().chain([("data".to_string(), Value::Text(digest))]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_pair_is_whole_where_it_has_no_more_and_seeds_draw_others() {
        let line: Vec<f64> = (0..40).map(f64::from).collect();
        let pair = Pair { cause: line.clone(), effect: line, weight: 1.0 };
        let collection = Collection::Given("sim", vec![pair.clone(), pair]);
        assert!(collection.is_whole(0, 40) && !collection.is_whole(0, 39));
        let drawn = |seed| collection.pairs(30, 9, seed);
        assert_eq!(drawn(1), drawn(1));
        assert!(drawn(1) != drawn(2) && drawn(1)[0] != drawn(1)[1] && drawn(1).len() == 2);
        assert_eq!(collection.pairs(40, 1, 1), collection.pairs(40, 1, 2));
    }

    #[test]
    fn every_collection_is_a_data_set_a_family_or_a_mixture() {
        let mixtures = families::MIXTURES.map(|(name, _)| name);
        assert_eq!(NAMES[5..], [&families::NAMES[..], &mixtures].concat());
        let all: Vec<&str> = families::MIXTURES.iter().flat_map(|(_, families)| *families).copied().collect();
        assert_eq!(all, families::NAMES, "every family is learnt from or not");
    }
}
