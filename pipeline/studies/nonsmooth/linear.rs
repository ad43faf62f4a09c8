//! Estimators that are linear in Y: ridge regression on fixed features, and how they are tuned.
//!
//! Kernel ridge, series and splines differ in their features only. Each is a product of functions
//! of x1 and of x2, so that a fit on a grid is a product of small matrices.

use super::data::{Sample, midpoints, risk, truth};
use super::{outcome, target::Target};
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// Features of a sample, and how coefficients become a fit.
pub(super) struct Candidate {
    /// The tuning parameter of the basis: a bandwidth, a number of frequencies or of intervals.
    pub(super) basis: f64,
    /// `[n, features]`
    pub(super) features: DMatrix<f64>,
    /// From coefficients to the fit on a grid: `[side, side]`, x1 down, x2 across.
    pub(super) on_grid: OnGrid,
    /// The ridge parameters to try with this basis.
    pub(super) ridges: Vec<f64>,
}

/// A fit on a grid, of coefficients and the grid's points in one coordinate.
type OnGrid = Box<dyn Fn(&DVector<f64>, &[f64]) -> DMatrix<f64>>;

/// A method that fits each of its candidates and tunes by cross-validation and by oracle.
pub(super) struct FixedBasis {
    pub(super) name: &'static str,
    /// The module that knows its candidates.
    pub(super) module: &'static str,
    /// The candidates for a sample, one by one: they are large.
    pub(super) candidates: fn(&Sample) -> Box<dyn Iterator<Item = Candidate> + '_>,
}

/// The eigen-decomposition of a candidate's Gram matrix: every ridge parameter at once.
struct Spectrum {
    /// Eigenvectors `[features, features]` and eigenvalues of features' x features.
    vectors: DMatrix<f64>,
    values: DVector<f64>,
    /// features x vectors: `[n, features]`
    rotated: DMatrix<f64>,
    /// rotated' x y
    moments: DVector<f64>,
}

impl Spectrum {
    fn new(features: &DMatrix<f64>, y: &DVector<f64>) -> Self {
        let gram = features.transpose() * features;
        let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(gram);
        let rotated = features * &eigenvectors;
        let moments = rotated.tr_mul(y);
        Self { vectors: eigenvectors, values: eigenvalues, rotated, moments }
    }

    /// The factors 1 / (eigenvalue + n ridge); rounding may make an eigenvalue negative.
    fn factors(&self, ridge: f64) -> DVector<f64> {
        let n = self.rotated.nrows() as f64;
        self.values.map(|value| 1.0 / (value.max(0.0) + n * ridge))
    }

    /// The coefficients that minimise |y - features c|^2 / n + ridge |c|^2.
    fn coefficients(&self, ridge: f64) -> DVector<f64> {
        &self.vectors * self.factors(ridge).component_mul(&self.moments)
    }

    /// The mean squared error of leave-one-out cross-validation, in closed form: the i-th residual
    /// over 1 - H_ii, with H the matrix from y to the fit. Infinite where the fit interpolates.
    fn leave_one_out(&self, ridge: f64, y: &DVector<f64>) -> f64 {
        let factors = self.factors(ridge);
        let fit = &self.rotated * factors.component_mul(&self.moments);
        let mut leverage = DVector::zeros(y.len());
        for (column, factor) in self.rotated.column_iter().zip(factors.iter()) {
            leverage.zip_apply(&column, |sum: &mut f64, value| *sum += factor * value * value);
        }
        let mut sum = 0.0;
        for i in 0..y.len() {
            let rest = 1.0 - leverage[i];
            if rest < 1e-9 {
                return f64::INFINITY;
            }
            let error = (y[i] - fit[i]) / rest;
            sum += error * error;
        }
        sum / y.len() as f64
    }
}

/// The best of several fits by some score.
struct Best {
    score: f64,
    basis: f64,
    ridge: f64,
    risk: f64,
    fit: DMatrix<f64>,
}

impl Method for FixedBasis {
    fn name(&self) -> &'static str {
        self.name
    }

    fn module(&self) -> &'static str {
        self.module
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        outcome::parameters().into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let choices = ["basis-cv", "ridge-cv", "basis-oracle", "ridge-oracle"].map(|name| (name, Kind::Float));
        outcome::outputs().into_iter().chain(choices).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        let n = parameters.int("n") as f64;
        // Seconds on one core, roughly: the largest eigen-decomposition decides.
        let largest = if self.name == "kernel-ridge" { 0.6 * n } else { f64::min(n, 440.0) };
        7e-10 * largest * largest * (largest + n)
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        batch.seeds.iter().map(|seed| self.cell(&batch.parameters, *seed)).collect()
    }
}

impl FixedBasis {
    fn cell(&self, parameters: &Parameters, seed: u64) -> Result<Record, String> {
        let sample = Sample::draw(parameters, seed);
        let target = Target::named(parameters.word("target"));
        let side = parameters.int("grid");
        let (grid, truth) = (midpoints(side), truth(target, side));
        // The mean is fitted outside the penalty.
        let mean = sample.y.iter().sum::<f64>() / sample.y.len() as f64;
        let y = DVector::from_iterator(sample.y.len(), sample.y.iter().map(|y| y - mean));
        let (mut cv, mut oracle): (Option<Best>, Option<Best>) = (None, None);
        for candidate in (self.candidates)(&sample) {
            let spectrum = Spectrum::new(&candidate.features, &y);
            for ridge in &candidate.ridges {
                let fit = (candidate.on_grid)(&spectrum.coefficients(*ridge), &grid).add_scalar(mean);
                let risk = risk(&by_rows(&fit), &truth);
                let score = spectrum.leave_one_out(*ridge, &y);
                let better = |best: &Option<Best>, score: f64| best.as_ref().is_none_or(|best| score < best.score);
                let made = |score| Best { score, basis: candidate.basis, ridge: *ridge, risk, fit: fit.clone() };
                if better(&oracle, risk) {
                    oracle = Some(made(risk));
                }
                if better(&cv, score) {
                    cv = Some(made(score));
                }
            }
        }
        let (Some(cv), Some(oracle)) = (cv, oracle) else {
            return Err(format!("no candidate basis fits a sample of {}", sample.y.len()));
        };
        let mut record = outcome::record(&sample, cv.risk, oracle.risk, &by_rows(&cv.fit));
        for (name, value) in
            [("basis-cv", cv.basis), ("ridge-cv", cv.ridge), ("basis-oracle", oracle.basis), ("ridge-oracle", oracle.ridge)]
        {
            record.0.insert(name.to_string(), Value::Float(value));
        }
        Ok(record)
    }
}

/// A surface row by row: x1 is constant within a row.
fn by_rows(surface: &DMatrix<f64>) -> Vec<f64> {
    surface.transpose().as_slice().to_vec()
}

/// The candidate whose features are all products of `count` functions of x1 and of x2.
pub(super) fn product_basis(sample: &Sample, basis: f64, count: usize, functions: impl Fn(f64) -> Vec<f64> + 'static) -> Candidate {
    let n = sample.y.len();
    let mut features = DMatrix::zeros(n, count * count);
    for i in 0..n {
        let (first, second) = (functions(sample.x1[i]), functions(sample.x2[i]));
        for (j, a) in first.iter().enumerate() {
            for (k, b) in second.iter().enumerate() {
                features[(i, j * count + k)] = a * b;
            }
        }
    }
    let on_grid = move |coefficients: &DVector<f64>, grid: &[f64]| {
        let values: Vec<Vec<f64>> = grid.iter().map(|x| functions(*x)).collect();
        let values = DMatrix::from_fn(grid.len(), count, |i, j| values[i][j]);
        // Coefficients run over x2's functions first: as a column-major matrix, x2 goes down.
        let across = DMatrix::from_column_slice(count, count, coefficients.as_slice());
        &values * across.transpose() * values.transpose()
    };
    Candidate { basis, features, on_grid: Box::new(on_grid), ridges: SERIES_RIDGES.to_vec() }
}

/// From least squares in all but name to strong shrinkage.
const SERIES_RIDGES: [f64; 7] = [1e-8, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0];

#[cfg(test)]
mod tests {
    use super::super::{kernel, series, spline};
    use super::*;
    use saigen_artifacts::Scalar;

    /// One sample, every candidate, against whole matrices and leaving out one after the other:
    /// tests/reference/reference.py.
    #[test]
    fn risks_agree_with_an_independent_implementation() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../../tests/reference/reference.json")).unwrap();
        let reference = &all["estimators"];
        let pairs = [
            ("target", Scalar::Text("two-piece".to_string())),
            ("n", Scalar::Int(reference["n"].as_i64().unwrap())),
            ("sigma", Scalar::Float(reference["sigma"].as_f64().unwrap())),
            ("grid", Scalar::Int(reference["grid"].as_i64().unwrap())),
        ];
        let parameters = Parameters(pairs.map(|(name, value)| (name.to_string(), value)).into());
        let methods = [
            // The incomplete factor leaves out 1e-6 of the kernel matrix; the ridge is ten times that.
            (kernel::KERNEL_RIDGE, 1e-3),
            // The Gram matrix squares the condition number: up to 1e8 with the least ridge.
            (series::TRIGONOMETRIC_SERIES, 1e-7),
            (spline::TENSOR_SPLINE, 1e-7),
        ];
        for (method, tolerance) in methods {
            let record = method.cell(&parameters, reference["seed"].as_u64().unwrap()).unwrap();
            for output in ["risk-cv", "risk-oracle"] {
                let Some(Value::Float(found)) = record.0.get(output) else { panic!("no {output}") };
                let expected = reference[method.name][output].as_f64().unwrap();
                assert!((found / expected - 1.0).abs() < tolerance, "{} {output}: {found}, expected {expected}", method.name);
            }
        }
    }
}
