//! What every estimator of this study takes and gives.

use super::data::{Sample, midpoints, truth};
use super::target::{self, Target};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The points a side of a fit that is kept for a figure.
const PORTRAIT: usize = 50;

/// The parameters of the regression problem.
pub(super) fn parameters() -> [(&'static str, Parameter); 4] {
    [
        ("target", Parameter::Choice(target::NAMES)),
        ("n", Parameter::Int(20, 1_000_000)),
        ("sigma", Parameter::Float(0.0, 100.0)),
        ("grid", Parameter::Int(PORTRAIT as i64, 1000)),
    ]
}

/// The outputs of every estimator: the digest of the sample, the risk when tuned by
/// cross-validation and by the oracle, and the cross-validated fit, row by row.
pub(super) fn outputs() -> [(&'static str, Kind); 4] {
    [("data", Kind::Text), ("risk-cv", Kind::Float), ("risk-oracle", Kind::Float), ("fit", Kind::Series)]
}

/// The record of [`outputs`]; `fit` is on the grid of the risk, row by row.
pub(super) fn record(sample: &Sample, risk_cv: f64, risk_oracle: f64, fit: &[f64]) -> Record {
    let values = [
        ("data", Value::Text(sample.digest())),
        ("risk-cv", Value::Float(risk_cv)),
        ("risk-oracle", Value::Float(risk_oracle)),
        ("fit", portrait(fit)),
    ];
    Record(values.map(|(name, value)| (name.to_string(), value)).into())
}

/// A surface thinned for a figure, at four decimals: colours cannot show more.
fn portrait(surface: &[f64]) -> Value {
    let side = surface.len().isqrt();
    let kept: Vec<usize> = (0..PORTRAIT).map(|i| (2 * i + 1) * side / (2 * PORTRAIT)).collect();
    let rounded = |i: &usize, j: &usize| (surface[i * side + j] * 1e4).round() / 1e4;
    Value::Series(kept.iter().flat_map(|i| kept.iter().map(move |j| rounded(i, j))).collect())
}

/// The regression function itself, as an estimator without error would show it.
pub(super) struct RegressionFunction;

impl Method for RegressionFunction {
    fn name(&self) -> &'static str {
        "regression-function"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [("target", Parameter::Choice(target::NAMES))].into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("fit", Kind::Series)].into()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, _: &Parameters) -> f64 {
        1e-3
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let surface = truth(Target::named(batch.parameters.word("target")), midpoints(PORTRAIT).len());
        let record = Record([("fit".to_string(), portrait(&surface))].into());
        Ok(vec![record; batch.seeds.len()])
    }
}
