//! When is a gradient layer injective? The map z + eta grad f(z) holds f's gradient, so
//! that eta times the gradient's Lipschitz constant must be below 1. The text asks it of f's own.
//!
//! In one dimension f(z) = -a cos(w z) / w has the slope a sin(w z), the Lipschitz constant a, and that
//! of its slope is a w. The layer is injective exactly where 1 + eta a w cos(w z) keeps its sign.

use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;
use std::f64::consts::PI;

/// The method.
pub(super) struct Injectivity;

/// Points of a period on which pairs are compared.
const POINTS: usize = 2000;

impl Method for Injectivity {
    fn name(&self) -> &'static str {
        "injectivity"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [("frequency", Parameter::Float(1e-3, 1e3)), ("amplitude", Parameter::Float(0.0, 1e3)), ("step", Parameter::Float(0.0, 100.0))]
            .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let numbers = ["step-times-lipschitz", "step-times-smoothness", "least-slope", "zero"].map(|name| (name, Kind::Float));
        let flags = ["lipschitz-below-1", "smoothness-below-1"].map(|name| (name, Kind::Int));
        numbers.into_iter().chain(flags).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, _: &Parameters) -> f64 {
        1e-3
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let (w, a, eta) = (p.float("frequency"), p.float("amplitude"), p.float("step"));
        let layer = |z: f64| z + eta * a * (w * z).sin();
        let at = |point: usize| 2.0 * PI * point as f64 / (w * POINTS as f64);
        // Of neighbours: below 0 the layer turns back, and two points have one image.
        let slope = |point: usize| (layer(at(point + 1)) - layer(at(point))) / (at(point + 1) - at(point));
        let least = (0..POINTS).map(slope).fold(f64::INFINITY, f64::min);
        let values = [
            ("step-times-lipschitz", Value::Float(eta * a)),
            ("step-times-smoothness", Value::Float(eta * a * w)),
            ("least-slope", Value::Float(least)),
            ("zero", Value::Float(0.0)),
            ("lipschitz-below-1", Value::Int(i64::from(eta * a < 1.0))),
            ("smoothness-below-1", Value::Int(i64::from(eta * a * w < 1.0))),
        ];
        let record = Record(values.map(|(name, value)| (name.to_string(), value)).into());
        Ok(batch.seeds.iter().map(|_| record.clone()).collect())
    }
}
