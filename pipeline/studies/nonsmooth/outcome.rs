//! What every estimator of this study takes and gives.

use super::data::truth;
use super::target::{self, Target};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The points a side of a fit that is kept for a figure.
const PORTRAIT: usize = 50;

/// The parameters of the regression problem, with one of some targets.
pub(super) fn parameters(targets: &'static [&'static str]) -> impl Iterator<Item = (&'static str, Parameter)> {
    [
        ("target", Parameter::Choice(targets)),
        ("copies", Parameter::Int(1, 64)),
        ("n", Parameter::Int(20, 1_000_000)),
        ("sigma", Parameter::Float(0.0, 100.0)),
        // Cells a side of the grid on which risks are taken.
        ("grid", Parameter::Int(10, 1000)),
    ]
    .into_iter()
}

/// The outputs of every estimator: the digest of the sample, the risk when tuned by
/// cross-validation and by the oracle, and the cross-validated fit, row by row.
pub(super) fn outputs() -> [(&'static str, Kind); 4] {
    [("data", Kind::Text), ("risk-cv", Kind::Float), ("risk-oracle", Kind::Float), ("fit", Kind::Series)]
}

/// The record of [`outputs`]; `fit` is on the grid of the risk, the last coordinate running fastest.
pub(super) fn record(data: String, risk_cv: f64, risk_oracle: f64, fit: &[f64], dimension: usize) -> Record {
    let values = [
        ("data", Value::Text(data)),
        ("risk-cv", Value::Float(risk_cv)),
        ("risk-oracle", Value::Float(risk_oracle)),
        ("fit", portrait(fit, dimension)),
    ];
    Record(values.map(|(name, value)| (name.to_string(), value)).into())
}

/// Of some fits the one with the least score, and the one with the least risk, which the oracle
/// chooses; of equals the first.
pub(super) fn chosen<T>(fits: &[T], score: impl Fn(&T) -> f64, risk: impl Fn(&T) -> f64) -> (&T, &T) {
    let least = |of: &dyn Fn(&T) -> f64| fits.iter().min_by(|a, b| of(a).total_cmp(&of(b))).expect("there are fits to choose from");
    (least(&score), least(&risk))
}

/// A surface thinned for a figure, at four decimals: colours cannot show more. Of a function on the
/// cube, the slice through the middle of x1.
fn portrait(surface: &[f64], dimension: usize) -> Value {
    let points = if dimension == 3 { (surface.len() as f64).cbrt().round() as usize } else { surface.len().isqrt() };
    let slice = if dimension == 3 { &surface[points / 2 * points * points..] } else { surface };
    let kept: Vec<usize> = (0..PORTRAIT).map(|i| (2 * i + 1) * points / (2 * PORTRAIT)).collect();
    let rounded = |i: &usize, j: &usize| (slice[i * points + j] * 1e4).round() / 1e4;
    Value::Series(kept.iter().flat_map(|i| kept.iter().map(move |j| rounded(i, j))).collect())
}

/// The regression function itself, as an estimator without error would show it at any sample size.
pub(super) struct RegressionFunction;

impl Method for RegressionFunction {
    fn name(&self) -> &'static str {
        "regression-function"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        parameters(target::ALL).filter(|(name, _)| !["sigma", "grid"].contains(name)).collect()
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
        let target = Target::of(&batch.parameters);
        let record = Record([("fit".to_string(), portrait(&truth(target, PORTRAIT), target.dimension()))].into());
        Ok(vec![record; batch.seeds.len()])
    }
}
