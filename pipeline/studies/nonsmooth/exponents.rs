//! The rates of JMLR 23 (2022) as numbers: how fast the risk can fall with n, by smoothness
//! `alpha` of the boundary, smoothness `beta` of the pieces and dimension D.

use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The phase diagram's formulas.
pub(super) struct Exponents;

impl Method for Exponents {
    fn name(&self) -> &'static str {
        "rate-exponents"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [("alpha", Parameter::Float(0.1, 100.0)), ("beta", Parameter::Float(0.1, 100.0)), ("dimension", Parameter::Int(2, 1000))].into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let floats = ["network", "linear", "gain"].map(|name| (name, Kind::Float));
        let flags = ["printed", "derived", "not-derived"].map(|name| (name, Kind::Int));
        floats.into_iter().chain(flags).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, _: &Parameters) -> f64 {
        1e-6
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let (a, b, d) = (p.float("alpha"), p.float("beta"), p.int("dimension") as f64);
        let (network, linear) = (network(a, b, d), linear(a, d));
        let flag = |holds: bool| Value::Int(i64::from(holds));
        let values = [
            ("network", Value::Float(network)),
            ("linear", Value::Float(linear)),
            ("gain", Value::Float(network - linear)),
            ("printed", flag(printed(a, b, d))),
            ("derived", flag(derived(a, b, d))),
            ("not-derived", flag(!derived(a, b, d))),
        ];
        let record = Record(values.map(|(name, value)| (name.to_string(), value)).into());
        Ok(vec![record; batch.seeds.len()])
    }
}

/// Corollary 8: the risk of the least-squares network is at most n to minus this, up to logarithms.
fn network(a: f64, b: f64, d: f64) -> f64 {
    f64::min(2.0 * b / (2.0 * b + d), a / (a + d - 1.0))
}

/// Proposition 15: the worst-case risk of any linear estimator is at least n to minus this.
fn linear(a: f64, d: f64) -> f64 {
    a / (2.0 * a + d - 1.0)
}

/// Corollary 20 as printed: where the network is strictly better.
fn printed(a: f64, b: f64, d: f64) -> bool {
    a < 2.0 * b * (d - 1.0) / d
}

/// The condition that the two exponents themselves give: a (D - 2b) < 2b (D - 1).
fn derived(a: f64, b: f64, d: f64) -> bool {
    a * (d - 2.0 * b) < 2.0 * b * (d - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_rates_in_two_dimensions() {
        let near = |x: f64, y: f64| assert!((x - y).abs() < 1e-15, "{x} {y}");
        near(network(2.0, 2.0, 2.0), 2.0 / 3.0);
        near(linear(2.0, 2.0), 2.0 / 5.0);
        near(network(1.0, 2.0, 2.0), 0.5);
        near(linear(1.0, 2.0), 1.0 / 3.0);
    }
}
