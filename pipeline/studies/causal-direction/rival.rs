//! Methods that look at one pair at a time and learn from no other.

use super::collection::{self, Collection};
use super::metrics;
use saigen_artifacts::{Kind, Record};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// Scores the two columns of a pair: positive where the first looks like the cause. Exchanged columns
/// have the opposite score.
pub(super) type Scorer<'a> = Box<dyn Fn(&[f64], &[f64]) -> f64 + 'a>;

/// A method of this kind.
pub(super) struct Rival {
    pub(super) name: &'static str,
    /// The module that knows how it scores.
    pub(super) module: &'static str,
    /// Parameters of its own.
    pub(super) parameters: &'static [(&'static str, Parameter)],
    /// Seconds that a pair takes for each observation, roughly.
    pub(super) seconds: f64,
    pub(super) score: for<'a> fn(&'a Parameters) -> Scorer<'a>,
}

impl Method for Rival {
    fn name(&self) -> &'static str {
        self.name
    }

    fn module(&self) -> &'static str {
        self.module
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        collection::parameters().into_iter().chain(self.parameters.iter().copied()).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("data", Kind::Text)].into_iter().chain(metrics::outputs()).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        self.seconds * (parameters.int("n").min(2000) * parameters.int("pairs").min(100)) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let (collection, n, score) = (Collection::open(batch, p)?, p.int("n"), (self.score)(p));
        // Where no sample is taken, all seeds have the same pair, and one score serves them all.
        let mut known: BTreeMap<usize, f64> = BTreeMap::new();
        let mut cell = |seed: &u64| {
            let pairs = collection.pairs(n, p.int("pairs"), *seed);
            let scores = pairs.iter().enumerate().map(|(at, pair)| {
                let score = || score(&pair.cause, &pair.effect);
                if collection.is_whole(at, n) { *known.entry(at).or_insert_with(score) } else { score() }
            });
            let scores: Vec<f64> = scores.collect();
            collection::record(&pairs, &scores)
        };
        Ok(batch.seeds.iter().map(&mut cell).collect())
    }
}
