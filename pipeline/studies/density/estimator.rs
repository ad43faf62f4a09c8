//! What the six estimators share: what they take and give, and how each is tuned.
//!
//! An estimator lists its candidates for a sample. Three rules choose one: the oracle, which knows
//! the loss (as the paper's experiments did), a setting fixed beforehand, and cross-validation.

use super::data::Sample;
use super::densities::{self, Density};
use super::quadrature::Truth;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// An estimator with one setting, fitted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// The bandwidth, the number of functions, or the number of classes an axis is cut into.
    pub(super) setting: f64,
    /// The integral of |estimate - density|.
    pub(super) loss: f64,
    /// An estimate of the integral of (estimate - density)^2, but for a constant: the only loss that
    /// cross-validation can estimate without bias.
    pub(super) criterion: f64,
    /// Whether it has the setting fixed beforehand.
    pub(super) fixed: bool,
}

/// What candidates are made of.
pub(super) struct Case<'a> {
    pub(super) density: Density,
    pub(super) sample: &'a Sample,
    pub(super) seed: u64,
    pub(super) parameters: &'a Parameters,
}

/// A method that fits all its candidates and chooses in three ways.
pub(super) struct Estimator {
    pub(super) name: &'static str,
    /// The module that knows its candidates.
    pub(super) module: &'static str,
    /// Parameters of its own.
    pub(super) parameters: &'static [(&'static str, Parameter)],
    /// Seconds a cell of 10,000 points takes, roughly.
    pub(super) seconds: f64,
    /// Its candidates, exactly one of them fixed.
    pub(super) candidates: fn(&Case<'_>, &mut Truth) -> Vec<Candidate>,
}

/// The folds in which a step function's partition is cross-validated, times those in which the
/// paper's own criterion (3) is: equal folds need a multiple of it.
pub(super) const MULTIPLE: usize = 20;

impl Method for Estimator {
    fn name(&self) -> &'static str {
        self.name
    }

    fn module(&self) -> &'static str {
        self.module
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let common = [
            ("density", Parameter::Choice(densities::NAMES)),
            ("n", Parameter::Int(MULTIPLE as i64, 1_000_000)),
            ("fineness", Parameter::Int(1, 4)),
        ];
        common.into_iter().chain(self.parameters.iter().copied()).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let numbers = ["loss-oracle", "loss-fixed", "loss-cv", "setting-oracle", "setting-cv"];
        let others = [("data", Kind::Text), ("losses", Kind::Series)];
        numbers.map(|name| (name, Kind::Float)).into_iter().chain(others).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        self.seconds * parameters.int("fineness").pow(2) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let parameters = &batch.parameters;
        let (name, n) = (parameters.word("density"), parameters.int("n"));
        if !n.is_multiple_of(MULTIPLE) {
            return Err(format!("a sample of {n} has no equal folds: n must be a multiple of {MULTIPLE}"));
        }
        let density = Density::named(name);
        let mut truth = Truth::of(density, parameters.int("fineness"));
        let cell = |seed: &u64| {
            let sample = Sample::draw(density, name, n, *seed);
            let case = Case { density, sample: &sample, seed: *seed, parameters };
            record(&sample, &(self.candidates)(&case, &mut truth))
        };
        batch.seeds.iter().map(cell).collect()
    }
}

fn record(sample: &Sample, candidates: &[Candidate]) -> Result<Record, String> {
    // Of equals the first.
    let least = |score: fn(&Candidate) -> f64| candidates.iter().min_by(|a, b| score(a).total_cmp(&score(b)));
    let (oracle, cv) = (least(|candidate| candidate.loss), least(|candidate| candidate.criterion));
    let fixed = candidates.iter().find(|candidate| candidate.fixed);
    let (Some(oracle), Some(cv), Some(fixed)) = (oracle, cv, fixed) else {
        return Err("an estimator gave no candidate, or none with the fixed setting".to_string());
    };
    let numbers = [
        ("loss-oracle", oracle.loss),
        ("loss-fixed", fixed.loss),
        ("loss-cv", cv.loss),
        ("setting-oracle", oracle.setting),
        ("setting-cv", cv.setting),
    ];
    let losses = Value::Series(candidates.iter().map(|candidate| candidate.loss).collect());
    let others = [("data".to_string(), Value::Text(sample.digest())), ("losses".to_string(), losses)];
    let numbers = numbers.map(|(name, value)| (name.to_string(), Value::Float(value)));
    Ok(Record(numbers.into_iter().chain(others).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::{histogram, kernel, m_sde, series, v_sde};
    use super::*;
    use saigen_artifacts::Scalar;

    /// Whether two numbers agree, up to a share of the larger one or of 1.
    fn near(found: f64, expected: f64, tolerance: f64) -> bool {
        (found - expected).abs() <= tolerance * expected.abs().max(1.0)
    }

    /// Every candidate of every estimator on a sample of each density, against definitions written
    /// out: tests/reference/density.py.
    #[test]
    fn candidates_agree_with_an_independent_implementation() {
        let cases: serde_json::Value = serde_json::from_str(include_str!("../../../tests/reference/density.json")).unwrap();
        for reference in cases.as_array().unwrap() {
            let (name, n, seed) =
                (reference["density"].as_str().unwrap(), reference["n"].as_u64().unwrap(), reference["seed"].as_u64().unwrap());
            let density = Density::named(name);
            let sample = Sample::draw(density, name, n as usize, seed);
            let points: Vec<[f64; 2]> = serde_json::from_value(reference["points"].clone()).unwrap();
            for (at, [x1, x2]) in points.into_iter().enumerate() {
                assert!(near(sample.x1[at], x1, 1e-15) && near(sample.x2[at], x2, 1e-15), "point {at} of {name}");
            }
            let reach = ("reach".to_string(), Scalar::Text("half-width".to_string()));
            let starts = ("starts".to_string(), Scalar::Int(reference["starts"].as_i64().unwrap()));
            let parameters = Parameters([reach, starts].into());
            let case = Case { density, sample: &sample, seed, parameters: &parameters };
            // Tolerances of the loss and of the criterion, and how many of our candidates stand
            // before and between those of the reference.
            // Sums over a quarter of a million points, in other orders.
            let exact = (1e-11, 1e-11);
            let all = [
                // Counting on a grid moves a point by half a step: a tenth of the bandwidth.
                (kernel::GAUSSIAN, (2e-2, 2e-2), 2, 1),
                // Windows are exact; a point is taken from the middle of its grid cell only in the
                // criterion, where that is a tenth of the bandwidth as well.
                (kernel::SQUARE, (1e-11, 0.1), 2, 1),
                (histogram::HISTOGRAM, exact, 0, 1),
                (series::SERIES, exact, 0, 1),
                (m_sde::M_SDE, exact, 0, 1),
                (v_sde::V_SDE, exact, 0, 4),
            ];
            for (estimator, tolerances, first, step) in all {
                let found = (estimator.candidates)(&case, &mut Truth::of(density, 1));
                let expected: Vec<[f64; 3]> = serde_json::from_value(reference[estimator.name].clone()).unwrap();
                let found = if step == 1 { found } else { found.chunks(21).flat_map(|base| base.iter().step_by(step)).copied().collect() };
                for (found, [setting, loss, criterion]) in found.iter().zip(expected).skip(first) {
                    let fits =
                        found.setting == setting && near(found.loss, loss, tolerances.0) && near(found.criterion, criterion, tolerances.1);
                    assert!(fits, "{} of {name}: {found:?}, expected {setting} {loss} {criterion}", estimator.name);
                }
            }
        }
    }
}
