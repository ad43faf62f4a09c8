//! What is said of a generator's samples, whatever made them.

use super::data::{named, sample};
use saigen_artifacts::{Kind, Record, Value};
use saigen_datasets::data_digest;
use saigen_engine::Parameters;
use saigen_models::mixture::{Coverage, Point};
use saigen_models::transport::wasserstein;

/// A point this near to a centre, or to the spiral, counts as a sample of it.
const REACH: f64 = 0.1;
/// A part is covered with more than this share of its fair share of samples near to it.
const LEAST: f64 = 0.2;

/// The outputs of every generator.
pub(super) fn outputs() -> [(&'static str, Kind); 11] {
    [
        // The digest of the data that it was trained on.
        ("data", Kind::Text),
        // Its W1 distance from fresh data, and what fresh data themselves have.
        ("w1", Kind::Float),
        ("w1-floor", Kind::Float),
        // The shares of samples near to the data's parts and far from all, with the share that may be; and
        // the parts that are covered, of how many.
        ("near", Kind::Float),
        ("far", Kind::Float),
        ("far-allowed", Kind::Float),
        ("parts", Kind::Int),
        ("parts-of-data", Kind::Int),
        // What was done: steps of the critic and of the generator.
        ("critic-steps", Kind::Int),
        ("generator-steps", Kind::Int),
        ("samples", Kind::Series),
    ]
}

/// What a seed's samples are held against.
pub(super) struct Judge {
    name: String,
    digest: String,
    reference: Vec<Point>,
    floor: f64,
    shown: usize,
    far_allowed: f64,
}

impl Judge {
    /// Fresh data, as many as there will be samples.
    pub(super) fn new(p: &Parameters, train: &[Point], seed: u64) -> Self {
        let (name, count) = (p.word("target"), p.int("held-out"));
        let reference = sample(name, "reference", count, seed);
        let floor = wasserstein(&sample(name, "floor", count, seed), &reference);
        Self {
            name: name.to_string(),
            digest: data_digest(&[("points", train.as_flattened())]),
            reference,
            floor,
            shown: p.int("shown"),
            far_allowed: p.float("far-allowed"),
        }
    }

    /// The record of samples after some steps of critic and generator.
    pub(super) fn record(&self, samples: &[Point], steps: (usize, usize)) -> Record {
        if samples.as_flattened().iter().any(|x| !x.is_finite()) {
            return Record::diverged("a sample is not finite");
        }
        let mixture = named(&self.name);
        let coverage = Coverage::of(samples, mixture, REACH, LEAST);
        let shown = &samples[..self.shown.min(samples.len())];
        let values = [
            ("data", Value::Text(self.digest.clone())),
            ("w1", Value::Float(wasserstein(samples, &self.reference))),
            ("w1-floor", Value::Float(self.floor)),
            ("near", Value::Float(coverage.near)),
            ("far", Value::Float(1.0 - coverage.near)),
            ("far-allowed", Value::Float(self.far_allowed)),
            ("parts", Value::Int(coverage.parts as i64)),
            ("parts-of-data", Value::Int(mixture.parts() as i64)),
            ("critic-steps", Value::Int(steps.0 as i64)),
            ("generator-steps", Value::Int(steps.1 as i64)),
            ("samples", series(shown)),
        ];
        Record(values.map(|(name, value)| (name.to_string(), value)).into())
    }
}

/// Points for a figure, x and y in turn, at four decimals: a dot shows no more.
pub(super) fn series(points: &[Point]) -> Value {
    Value::Series(points.as_flattened().iter().map(|x| (x * 1e4).round() / 1e4).collect())
}
