//! Methods that learn from generated pairs once, and then score any pair without learning more.

use super::collection::{self, Collection};
use super::metrics;
use super::rival::Scorer;
use burn::tensor::Device;
use saigen_artifacts::{Kind, Record};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use saigen_models::device::device;
use std::collections::BTreeMap;

/// A method of this kind.
pub(super) struct Learnt {
    pub(super) name: &'static str,
    /// The module that knows how it learns and scores.
    pub(super) module: &'static str,
    /// Parameters of its own.
    pub(super) parameters: &'static [(&'static str, Parameter)],
    pub(super) placement: Placement,
    /// Learns with the randomness of a seed.
    pub(super) learn: fn(&Parameters, u64, &Device) -> Scorer<'static>,
}

impl Method for Learnt {
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
        self.placement
    }

    /// One seed learns once for all collections and sample sizes.
    fn together(&self) -> Together {
        Together::Axes(&["collection", "n"])
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        1e-5 * (parameters.int("n").min(2000) * parameters.int("pairs").min(100)) as f64 + 0.5
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let device = device(batch.backend.name())?;
        let seed = batch.seeds[0];
        let score = (self.learn)(&batch.parameters, seed, &device);
        // A pair of which no sample is taken is the same at every larger n, and so is its score.
        let mut known: BTreeMap<(String, usize), f64> = BTreeMap::new();
        let cell = |p: &Parameters| {
            let (collection, n) = (Collection::open(batch, p)?, p.int("n"));
            let pairs = collection.pairs(n, p.int("pairs"), seed);
            let scores = pairs.iter().enumerate().map(|(at, pair)| {
                let score = || score(&pair.cause, &pair.effect);
                let whole = collection.is_whole(at, n);
                if whole { *known.entry((p.word("collection").to_string(), at)).or_insert_with(score) } else { score() }
            });
            let scores: Vec<f64> = scores.collect();
            Ok(collection::record(&pairs, &scores))
        };
        batch.settings.iter().map(cell).collect()
    }
}
