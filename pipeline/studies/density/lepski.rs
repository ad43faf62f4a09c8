//! Theorem 2's data-driven choice of K: the least K whose estimate is within
//! tau n^(-1/2) l^2 ln n of the estimate with l classes, for every l above it.

use super::data::Sample;
use super::densities::{self, Density};
use super::estimator::MULTIPLE;
use super::m_sde;
use super::partition::step_distance;
use super::quadrature::Truth;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The theorem asks for more than 4: this is the strictest rule it allows.
const TAU: f64 = 4.0;

/// The method.
pub(super) struct Lepski;

impl Method for Lepski {
    fn name(&self) -> &'static str {
        "lepski"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let n = Parameter::Int(MULTIPLE as i64, 1_000_000);
        [("density", Parameter::Choice(densities::NAMES)), ("n", n), ("most", Parameter::Int(2, 30)), ("starts", Parameter::Int(1, 100))]
            .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let whole = ["k-least", "k-lepski", "k-oracle"].map(|name| (name, Kind::Int));
        whole.into_iter().chain([("largest-share", Kind::Float)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        3e-6 * parameters.int("most").pow(4) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let (name, n, most) = (p.word("density"), p.int("n"), p.int("most"));
        let density = Density::named(name);
        let mut truth = Truth::of(density, 1);
        let mut cell = |seed: &u64| {
            let sample = Sample::draw(density, name, n, *seed);
            let fits: Vec<Vec<f64>> = (1..=most).map(|classes| m_sde::fit(&sample, classes, *seed, p.int("starts")).1).collect();
            let losses: Vec<f64> = fits.iter().map(|heights| truth.step_loss(heights, heights.len().isqrt())).collect();
            record(n, &fits, &losses)
        };
        Ok(batch.seeds.iter().map(&mut cell).collect())
    }
}

/// What the rule and the oracle choose among fits with 1, 2, … classes.
fn record(n: usize, fits: &[Vec<f64>], losses: &[f64]) -> Record {
    let n = n as f64;
    let threshold = |l: usize| TAU * (l * l) as f64 * n.ln() / n.sqrt();
    // The distance of two fits as a share of what the rule allows.
    let share = |k: usize, l: usize| step_distance(&fits[k - 1], &fits[l - 1]) / threshold(l);
    let largest = |k: usize| (k + 1..=fits.len()).map(|l| share(k, l)).fold(0.0, f64::max);
    let chosen = (1..=fits.len()).find(|k| largest(*k) <= 1.0).unwrap_or(fits.len());
    let oracle = (1..=fits.len()).min_by(|a, b| losses[a - 1].total_cmp(&losses[b - 1])).unwrap_or(1);
    let values = [
        ("k-least", Value::Int(1)),
        ("k-lepski", Value::Int(chosen as i64)),
        ("k-oracle", Value::Int(oracle as i64)),
        ("largest-share", Value::Float(largest(1))),
    ];
    Record(values.map(|(name, value)| (name.to_string(), value)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_can_choose_more_than_one_class() {
        // Five classes differ from one by 1.5 and from two by little. With n = 10^6 points the rule
        // allows 4 l^2 ln(n) / 1000: 0.22 with two classes, 1.38 with five.
        let fits = [vec![1.0], vec![0.25, 0.25, 1.75, 1.75], vec![0.25, 0.25, 1.75, 1.75], vec![0.25, 0.25, 1.75, 1.75]];
        let record = record(1_000_000, &fits, &[1.0, 0.5, 0.2, 0.3]);
        assert_eq!(record.0["k-lepski"], Value::Int(2));
        assert_eq!(record.0["k-oracle"], Value::Int(3));
    }
}
