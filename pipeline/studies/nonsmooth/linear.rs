//! Estimators that are linear in Y: ridge regression on fixed features, and how they are tuned.
//!
//! Kernel ridge, series and splines differ in their basis only. All targets and noise levels of a
//! seed share its design, and a design's features are decomposed once for all of them.

use super::basis::Basis;
use super::data::{Design, digest, midpoints, risk, truth};
use super::outcome;
use super::target::{self, Target};
use nalgebra::{DMatrix, DVector, SymmetricTridiagonal};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use std::collections::BTreeMap;

/// A method that fits each of its candidates and tunes by cross-validation and by oracle.
pub(super) struct FixedBasis {
    pub(super) name: &'static str,
    /// The module that knows its candidates.
    pub(super) module: &'static str,
    /// The functions of its largest candidate, roughly.
    pub(super) largest: usize,
    /// The candidates for a sample of some size in some dimension, one by one: they are large.
    pub(super) candidates: fn(usize, u32) -> Box<dyn Iterator<Item = Basis>>,
}

/// From least squares in all but name to strong shrinkage, for series and splines.
pub(super) const RIDGES: [f64; 7] = [1e-8, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0];

/// Whether all products of `count` functions are no more than the observations, and no more than a
/// thousand: the work grows with their cube.
pub(super) fn fits(count: usize, dimension: u32, n: usize) -> bool {
    count.pow(dimension) <= n.min(1000)
}

/// Columns are multiplied by this many at a time, empty ones among them where there are fewer: a
/// column's bits must not depend on how many others there are, and nalgebra takes another way for few.
const COLUMNS: usize = 8;

/// A design's features F with the smaller one of their two Gram matrices made tridiagonal, Q T Q'. That
/// is enough for every ridge parameter and every Y at once, and a fraction of the work of eigenvectors.
struct Decomposition {
    /// F Q where F'F is decomposed, Q where F F' is: `[n, rank]`
    rotated: DMatrix<f64>,
    /// Q where F'F is decomposed, F'Q where F F' is: `[features, rank]`
    vectors: DMatrix<f64>,
    /// T's diagonal, `[rank]`, and what is beside it, `[rank - 1]`
    diagonal: DVector<f64>,
    beside: DVector<f64>,
    /// Whether F F' is decomposed.
    dual: bool,
}

impl Decomposition {
    /// Of `[n, features]`.
    fn new(features: &DMatrix<f64>) -> Self {
        let dual = features.ncols() > features.nrows();
        let gram = if dual { features * features.transpose() } else { features.transpose() * features };
        let (q, diagonal, beside) = SymmetricTridiagonal::new(gram).unpack();
        let (rotated, vectors) = if dual {
            let vectors = features.transpose() * &q;
            (q, vectors)
        } else {
            (features * &q, q)
        };
        Self { rotated, vectors, diagonal, beside, dual }
    }

    /// T + n ridge, factored.
    fn shifted(&self, ridge: f64) -> Shifted<'_> {
        let shift = self.rotated.nrows() as f64 * ridge;
        let mut pivots = self.diagonal.add_scalar(shift);
        let mut factors = self.beside.clone();
        for k in 0..factors.len() {
            factors[k] = self.beside[k] / pivots[k];
            pivots[k + 1] -= factors[k] * self.beside[k];
        }
        Shifted { of: self, shift, pivots, factors }
    }
}

/// T + n ridge = L D L' of a decomposition: ridge regression with one ridge parameter.
struct Shifted<'a> {
    of: &'a Decomposition,
    /// n ridge
    shift: f64,
    /// D, `[rank]`
    pivots: DVector<f64>,
    /// What is below L's diagonal of ones, `[rank - 1]`
    factors: DVector<f64>,
}

impl Shifted<'_> {
    /// The residuals `[n, fits]` and coefficients `[features, fits]` of what minimises
    /// |y - F c|^2 / n + ridge |c|^2, from y and rotated' y, `[rank, fits]`.
    fn fit(&self, y: &DMatrix<f64>, moments: &DMatrix<f64>) -> (DMatrix<f64>, DMatrix<f64>) {
        let mut solved = moments.clone();
        for mut column in solved.column_iter_mut() {
            for k in 0..self.factors.len() {
                column[k + 1] -= self.factors[k] * column[k];
            }
            column.component_div_assign(&self.pivots);
            for k in (0..self.factors.len()).rev() {
                column[k] -= self.factors[k] * column[k + 1];
            }
        }
        let residuals = &self.of.rotated * &solved;
        // (F F' + n ridge) residuals = n ridge y, where F F' is at hand.
        let residuals = if self.of.dual { residuals * self.shift } else { y - residuals };
        (residuals, &self.of.vectors * solved)
    }

    /// 1 - H_ii of the matrix H from y to the fit.
    fn freedom(&self) -> DVector<f64> {
        let rotated = &self.of.rotated;
        let (mut sum, mut reduced) = (DVector::zeros(rotated.nrows()), DVector::zeros(rotated.nrows()));
        for (k, column) in rotated.column_iter().enumerate() {
            let factor = if k == 0 { 0.0 } else { self.factors[k - 1] };
            reduced.zip_apply(&column, |reduced: &mut f64, value| *reduced = value - factor * *reduced);
            let weight = 1.0 / self.pivots[k];
            sum.zip_apply(&reduced, |sum: &mut f64, value| *sum += weight * value * value);
        }
        if self.of.dual { sum * self.shift } else { sum.map(|leverage| 1.0 - leverage) }
    }
}

/// The mean squared error of leave-one-out cross-validation given the mean, in closed form: the i-th
/// residual over 1 - H_ii. Infinite where the fit interpolates.
fn leave_one_out<'a>(residuals: impl Iterator<Item = &'a f64>, freedom: &DVector<f64>) -> f64 {
    let mut sum = 0.0;
    for (residual, freedom) in residuals.zip(freedom.iter()) {
        if *freedom < 1e-9 {
            return f64::INFINITY;
        }
        sum += (residual / freedom).powi(2);
    }
    sum / freedom.len() as f64
}

/// One Y, and its best fits so far.
struct Problem {
    y: Vec<f64>,
    mean: f64,
    truth: Vec<f64>,
    cv: Option<Best>,
    oracle: Option<Best>,
}

/// The best of several fits by some score.
#[derive(Clone)]
struct Best {
    score: f64,
    setting: f64,
    ridge: f64,
    risk: f64,
    surface: Vec<f64>,
}

impl Problem {
    fn new(design: &Design, parameters: &Parameters) -> Self {
        let target = Target::of(parameters);
        let y = design.observe(target, parameters.float("sigma"));
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        Self { mean, y, truth: truth(target, parameters.int("grid")), cv: None, oracle: None }
    }

    /// Takes note of a fit on the grid, without the mean, and of its score.
    fn consider(&mut self, surface: Vec<f64>, score: f64, setting: f64, ridge: f64) {
        let surface: Vec<f64> = surface.iter().map(|value| value + self.mean).collect();
        let fit = Best { score, setting, ridge, risk: risk(&surface, &self.truth), surface };
        let better = |best: &Option<Best>, score: f64| best.as_ref().is_none_or(|best| score < best.score);
        if better(&self.oracle, fit.risk) {
            self.oracle = Some(Best { score: fit.risk, ..fit.clone() });
        }
        if better(&self.cv, score) {
            self.cv = Some(fit);
        }
    }

    fn record(self, design: &Design) -> Result<Record, String> {
        let (Some(cv), Some(oracle)) = (self.cv, self.oracle) else {
            return Err(format!("no candidate basis fits a sample of {}", self.y.len()));
        };
        let mut record = outcome::record(digest(&design.x, &self.y), cv.risk, oracle.risk, &cv.surface, design.x.len());
        for (name, value) in
            [("basis-cv", cv.setting), ("ridge-cv", cv.ridge), ("basis-oracle", oracle.setting), ("ridge-oracle", oracle.ridge)]
        {
            record.0.insert(name.to_string(), Value::Float(value));
        }
        Ok(record)
    }
}

impl Method for FixedBasis {
    fn name(&self) -> &'static str {
        self.name
    }

    fn module(&self) -> &'static str {
        self.module
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        outcome::parameters(target::ALL).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let choices = ["basis-cv", "ridge-cv", "basis-oracle", "ridge-oracle"].map(|name| (name, Kind::Float));
        outcome::outputs().into_iter().chain(choices).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        // Seconds on one core, roughly: the largest candidate decides, and some cells share it.
        let n = parameters.int("n") as f64;
        let largest = f64::min(n, self.largest as f64);
        largest * largest * (4e-11 * n + 2e-10 * largest)
    }

    fn together(&self) -> Together {
        Together::Axes(&["target", "copies", "sigma"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let dimensions: Vec<usize> = batch.settings.iter().map(|setting| Target::of(setting).dimension()).collect();
        let mut records = vec![Record::default(); batch.settings.len()];
        for dimension in [2, 3] {
            let at: Vec<usize> = (0..dimensions.len()).filter(|at| dimensions[*at] == dimension).collect();
            let settings: Vec<&Parameters> = at.iter().map(|at| &batch.settings[*at]).collect();
            for (at, record) in at.into_iter().zip(self.cells(&settings, dimension, batch.seeds[0])?) {
                records[at] = record;
            }
        }
        Ok(records)
    }
}

impl FixedBasis {
    /// The records of some settings with one design.
    fn cells(&self, settings: &[&Parameters], dimension: usize, seed: u64) -> Result<Vec<Record>, String> {
        let Some(first) = settings.first() else { return Ok(Vec::new()) };
        let (n, points) = (first.int("n"), midpoints(first.int("grid")));
        let design = Design::draw(n, dimension, seed);
        let mut problems: Vec<Problem> = settings.iter().map(|setting| Problem::new(&design, setting)).collect();
        // The mean is fitted outside the penalty.
        let y = DMatrix::from_fn(n, problems.len().next_multiple_of(COLUMNS), |i, j| problems.get(j).map_or(0.0, |p| p.y[i] - p.mean));
        for basis in (self.candidates)(n, dimension as u32) {
            let (decomposition, on_grid) = (Decomposition::new(&basis.features(&design.x)), basis.on_grid(&points, dimension as u32));
            let moments = decomposition.rotated.transpose() * &y;
            for ridge in basis.ridges {
                let shifted = decomposition.shifted(*ridge);
                let ((residuals, coefficients), freedom) = (shifted.fit(&y, &moments), shifted.freedom());
                for (j, problem) in problems.iter_mut().enumerate() {
                    let score = leave_one_out(residuals.column(j).iter(), &freedom);
                    let surface = on_grid.surface(coefficients.column(j).as_slice());
                    problem.consider(surface, score, basis.setting, *ridge);
                }
            }
        }
        problems.into_iter().map(|problem| problem.record(&design)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{kernel, series, spline};
    use super::*;
    use saigen_artifacts::Scalar;

    fn parameters(target: &str, sigma: f64, n: i64, grid: i64) -> Parameters {
        let pairs = [
            ("target", Scalar::Text(target.to_string())),
            ("copies", Scalar::Int(1)),
            ("n", Scalar::Int(n)),
            ("sigma", Scalar::Float(sigma)),
            ("grid", Scalar::Int(grid)),
        ];
        Parameters(pairs.map(|(name, value)| (name.to_string(), value)).into())
    }

    /// One sample, every candidate, against whole matrices and leaving out one after the other:
    /// tests/reference/reference.py.
    #[test]
    fn risks_agree_with_an_independent_implementation() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../../tests/reference/reference.json")).unwrap();
        let reference = &all["estimators"];
        let of = |name: &str| reference[name].as_i64().unwrap();
        let parameters = parameters("two-piece", reference["sigma"].as_f64().unwrap(), of("n"), of("grid"));
        let methods = [
            // What is left out of the kernel is a hundredth of the least ridge.
            (kernel::KERNEL_RIDGE, 1e-3),
            // The Gram matrix squares the condition number: up to 1e8 with the least ridge.
            (kernel::POLYNOMIAL_KERNEL, 1e-7),
            (series::TRIGONOMETRIC_SERIES, 1e-7),
            (series::COSINE_SERIES, 1e-7),
            (spline::TENSOR_SPLINE, 1e-7),
        ];
        for (method, tolerance) in methods {
            let record = &method.cells(&[&parameters], 2, of("seed") as u64).unwrap()[0];
            for output in ["risk-cv", "risk-oracle"] {
                let Some(Value::Float(found)) = record.0.get(output) else { panic!("no {output}") };
                let expected = reference[method.name][output].as_f64().unwrap();
                assert!((found / expected - 1.0).abs() < tolerance, "{} {output}: {found}, expected {expected}", method.name);
            }
        }
    }

    /// A cell's bits do not depend on the cells that are computed with it.
    #[test]
    fn settings_together_are_as_alone() {
        let settings: Vec<Parameters> =
            (1..=9).map(|i| parameters(if i % 2 == 0 { "smooth" } else { "disc" }, f64::from(i) / 9.0, 60, 50)).collect();
        let all: Vec<&Parameters> = settings.iter().collect();
        for method in [kernel::KERNEL_RIDGE, kernel::POLYNOMIAL_KERNEL, series::COSINE_SERIES] {
            let together = method.cells(&all, 2, 1).unwrap();
            for (setting, record) in all.iter().zip(&together) {
                assert_eq!(&method.cells(&[setting], 2, 1).unwrap()[0], record);
            }
        }
    }
}
