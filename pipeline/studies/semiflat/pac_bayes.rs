//! The terms of a PAC-Bayes bound at an interpolant, as inactive units are added.
//!
//! With prior N(0, s^2) and posterior N(theta, (n H + 1 / s^2)^-1), H the Hessian of the mean squared
//! error with eigenvalues lambda_i, the divergence is
//! 1/2 (|theta|^2 / s^2 + sum_i log(1 + n s^2 lambda_i) - sum_i n s^2 lambda_i / (1 + n s^2 lambda_i)).
//! What flatness saves is the sum of logarithms: an eigenvalue 0 costs nothing.

use super::interpolant::{Interpolant, WIDTH};
use super::spectrum::Spectrum;
use super::widening::{READINGS, Reading, widen};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use std::collections::BTreeMap;

/// The method.
pub(super) struct PacBayes;

impl Method for PacBayes {
    fn name(&self) -> &'static str {
        "pac-bayes"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("activation", Parameter::Choice(&["tanh", "relu"])),
            ("reading", Parameter::Choice(READINGS)),
            ("width", Parameter::Int(WIDTH as i64, 1000)),
            // The prior's standard deviation s.
            ("prior", Parameter::Float(1e-3, 1e3)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let floats = ["logarithms", "traces", "length", "divergence", "largest"];
        floats.map(|name| (name, Kind::Float)).into_iter().chain([("positive", Kind::Int), ("data", Kind::Text)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        1e-5 * parameters.int("width").pow(2) as f64
    }

    fn together(&self) -> Together {
        Together::Axes(&["width"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (name, reading, prior) = (p.word("activation"), Reading::named(p.word("reading")), p.float("prior"));
        let found = Interpolant::new(name, seed)?;
        let cell = |setting: &Parameters| {
            let network = widen(&found.network, setting.int("width"), reading, name, seed);
            let spectrum = Spectrum::of(&network.hessian(&found.sample, &network.free(false)));
            // The mean squared error is 2 / n of half the sum; zero to rounding is zero.
            let zero = 1e-12 * spectrum.scale();
            let weighed: Vec<f64> =
                spectrum.values.iter().map(|value| if *value > zero { 2.0 * prior * prior * value } else { 0.0 }).collect();
            let logarithms: f64 = weighed.iter().map(|value| value.ln_1p()).sum();
            let traces: f64 = weighed.iter().map(|value| value / (1.0 + value)).sum();
            let length = network.parameters().iter().map(|value| value * value).sum::<f64>() / (prior * prior);
            let floats = [
                ("logarithms", logarithms),
                ("traces", traces),
                ("length", length),
                ("divergence", (length + logarithms - traces) / 2.0),
                ("largest", weighed.iter().copied().fold(0.0, f64::max)),
            ];
            let floats = floats.map(|(name, value)| (name, Value::Float(value)));
            let positive = Value::Int(weighed.iter().filter(|value| **value > 0.0).count() as i64);
            let others = [("positive", positive), ("data", Value::Text(found.sample.digest()))];
            Record(floats.into_iter().chain(others).map(|(name, value)| (name.to_string(), value)).collect())
        };
        Ok(batch.settings.iter().map(cell).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;

    /// Where nothing is left of the residuals the Hessian is J^T J: as many positive eigenvalues as J
    /// J^T has, ten at most, whatever the width.
    #[test]
    fn the_hessian_at_an_interpolant_is_that_of_its_jacobian() {
        for name in ["relu", "tanh"] {
            let found = Interpolant::new(name, 0).unwrap();
            let network = widen(&found.network, 12, Reading::Like, name, 0);
            let free = network.free(false);
            let slopes: DMatrix<f64> = network.jacobian(&found.sample, &free);
            let hessian = network.hessian(&found.sample, &free);
            assert!((&hessian - slopes.transpose() * &slopes).norm() < 1e-10 * hessian.norm());
            let (all, short) = (Spectrum::of(&hessian).values, Spectrum::of(&(&slopes * slopes.transpose())).values);
            for (a, b) in all.iter().rev().zip(short.iter().rev()) {
                assert!((a - b).abs() < 1e-10 * hessian.norm());
            }
        }
    }
}
