//! Kernel ridge regression with the Gaussian kernel exp(-|x - x'|^2 / (2 h^2)).
//!
//! The kernel matrix is replaced by its pivoted incomplete Cholesky factor (Fine and Scheinberg,
//! JMLR 2001): ridge regression on the factor's rows is kernel ridge regression with a kernel
//! matrix whose trace is wrong by at most [`TOLERANCE`], relatively.

use super::data::Sample;
use super::linear::{Candidate, FixedBasis};
use nalgebra::{DMatrix, DVector};

/// Bandwidths h to choose from.
const BANDWIDTHS: [f64; 5] = [0.05, 0.1, 0.2, 0.4, 0.8];

/// Ridge parameters to choose from; far above [`TOLERANCE`] times the largest eigenvalue's share.
const RIDGES: [f64; 11] = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0];

/// How much of the kernel matrix' trace the factor may miss.
const TOLERANCE: f64 = 1e-6;

/// The method.
pub(super) const KERNEL_RIDGE: FixedBasis = FixedBasis { name: "kernel-ridge", module: module_path!(), candidates };

/// One candidate for each bandwidth.
fn candidates(sample: &Sample) -> Box<dyn Iterator<Item = Candidate> + '_> {
    Box::new(BANDWIDTHS.iter().map(|h| candidate(sample, *h)))
}

fn candidate(sample: &Sample, h: f64) -> Candidate {
    let kernel = move |distance: f64| (-distance * distance / (2.0 * h * h)).exp();
    let (factor, pivots) = incomplete_cholesky(sample, &kernel);
    let rank = pivots.len();
    // The pivots' rows of the factor are triangular once put in pivoting order, and
    // f(x) = k(x, pivots) T'^-1 c.
    let triangle = DMatrix::from_fn(rank, rank, |i, j| factor[(pivots[i], j)]);
    let (p1, p2): (Vec<f64>, Vec<f64>) = pivots.iter().map(|i| (sample.x1[*i], sample.x2[*i])).unzip();
    let on_grid = move |coefficients: &DVector<f64>, grid: &[f64]| {
        // The diagonal holds square roots of pivots, all of them positive.
        let weights = triangle.tr_solve_lower_triangular(coefficients).expect("a triangle of positive pivots is regular");
        // exp(a + b) = exp(a) exp(b): the grid's kernel matrix is a product of two small ones.
        let side = grid.len();
        let left = DMatrix::from_fn(side, weights.len(), |i, j| kernel(grid[i] - p1[j]) * weights[j]);
        let right = DMatrix::from_fn(weights.len(), side, |i, j| kernel(grid[j] - p2[i]));
        left * right
    };
    Candidate { basis: h, features: factor, on_grid: Box::new(on_grid), ridges: RIDGES.to_vec() }
}

/// The factor `[n, rank]` and its pivots.
fn incomplete_cholesky(sample: &Sample, kernel: &dyn Fn(f64) -> f64) -> (DMatrix<f64>, Vec<usize>) {
    let n = sample.y.len();
    let mut rest = vec![1.0; n];
    let mut columns: Vec<DVector<f64>> = Vec::new();
    let mut pivots = Vec::new();
    while rest.iter().sum::<f64>() > TOLERANCE * n as f64 && pivots.len() < n {
        let pivot = (0..n).fold(0, |best, i| if rest[i] > rest[best] { i } else { best });
        let at = |i: usize| kernel(sample.x1[i] - sample.x1[pivot]) * kernel(sample.x2[i] - sample.x2[pivot]);
        let mut column = DVector::from_fn(n, |i, _| at(i));
        for earlier in &columns {
            column.axpy(-earlier[pivot], earlier, 1.0);
        }
        column /= f64::sqrt(rest[pivot]);
        for (rest, value) in rest.iter_mut().zip(column.iter()) {
            *rest = (*rest - value * value).max(0.0);
        }
        // What is left of a pivot is rounding; it must not be chosen again.
        rest[pivot] = 0.0;
        pivots.push(pivot);
        columns.push(column);
    }
    (DMatrix::from_columns(&columns), pivots)
}
