//! Kernel ridge regression: with the Gaussian kernel exp(-|x - x'|^2 / (2 h^2)), and with the
//! polynomial kernel (1 + u u')^degree, u = 2x - 1 in [-1,1]^D.
//!
//! Ridge regression on features whose products sum to a kernel is kernel ridge regression with it
//! (Mercer). The polynomial kernel has finitely many. Of the Gaussian one's, which are products over
//! coordinates as the kernel is, those are left out whose part of the kernel is far below the least
//! ridge.

use super::basis::Basis;
use super::data::midpoints;
use super::linear::FixedBasis;
use nalgebra::{DMatrix, SymmetricEigen};

/// Bandwidths h to choose from.
const BANDWIDTHS: [f64; 7] = [0.05, 0.07, 0.1, 0.14, 0.2, 0.4, 0.8];

/// Degrees to choose from.
const DEGREES: std::ops::RangeInclusive<usize> = 1..=10;

/// Ridge parameters to choose from.
const RIDGES: [f64; 11] = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0];

/// The Gaussian kernel's eigenvalue, for X uniform, below which a feature is left out: at the least
/// ridge, it would be shrunk to a hundredth.
const NEGLIGIBLE: f64 = 1e-7;

/// Points at which the kernel's eigenfunctions in one coordinate are solved for: a third of the
/// least bandwidth apart.
const NODES: usize = 64;

/// With the Gaussian kernel.
pub(super) const KERNEL_RIDGE: FixedBasis =
    FixedBasis { name: "kernel-ridge", module: module_path!(), largest: 700, candidates: gaussians };

/// With the polynomial kernel.
pub(super) const POLYNOMIAL_KERNEL: FixedBasis =
    FixedBasis { name: "polynomial-kernel-ridge", module: module_path!(), largest: 66, candidates: polynomials };

fn gaussians(_: usize, dimension: u32) -> Box<dyn Iterator<Item = Basis>> {
    // In three dimensions the narrow ones would have tens of thousands of features.
    let fits = move |h: &f64| dimension < 3 || *h >= 0.2;
    Box::new(BANDWIDTHS.into_iter().filter(fits).map(gaussian))
}

fn gaussian(h: f64) -> Basis {
    let kernel = move |distance: f64| (-distance * distance / (2.0 * h * h)).exp();
    let nodes = midpoints(NODES);
    let matrix = DMatrix::from_fn(NODES, NODES, |i, j| kernel(nodes[i] - nodes[j]) / NODES as f64);
    let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(matrix);
    let mut order: Vec<usize> = (0..NODES).filter(|i| eigenvalues[*i] > NEGLIGIBLE).collect();
    order.sort_by(|a, b| eigenvalues[*b].total_cmp(&eigenvalues[*a]));
    let values: Vec<f64> = order.iter().map(|i| eigenvalues[*i]).collect();
    // Nyström's extension: root(eigenvalue) times the eigenfunction, from its values at the nodes.
    let vectors = DMatrix::from_fn(NODES, values.len(), |i, j| eigenvectors[(i, order[j])] / (NODES as f64 * values[j]).sqrt());
    let functions = move |x: f64| {
        let near = DMatrix::from_fn(1, NODES, |_, i| kernel(x - nodes[i]));
        (near * &vectors).as_slice().to_vec()
    };
    let count = values.len();
    let weight = move |parts: &[usize]| f64::from(u8::from(parts.iter().map(|part| values[*part]).product::<f64>() > NEGLIGIBLE));
    Basis { setting: h, functions: Box::new(functions), count, weight: Box::new(weight), ridges: &RIDGES }
}

fn polynomials(_: usize, _: u32) -> Box<dyn Iterator<Item = Basis>> {
    Box::new(DEGREES.map(polynomial))
}

fn polynomial(degree: usize) -> Basis {
    let functions = move |x: f64| (0..=degree).map(|power| (2.0 * x - 1.0).powi(power as i32)).collect();
    // (1 + u1 u1' + u2 u2' + ...)^degree, multiplied out.
    let weight = move |powers: &[usize]| {
        let rest = degree.checked_sub(powers.iter().sum());
        rest.map_or(0.0, |rest| multinomial(powers.iter().copied().chain([rest])).sqrt())
    };
    Basis { setting: degree as f64, functions: Box::new(functions), count: degree + 1, weight: Box::new(weight), ridges: &RIDGES }
}

/// (k1 + k2 + ...)! / (k1! k2! ...)
fn multinomial(parts: impl Iterator<Item = usize>) -> f64 {
    let mut all = 0;
    parts.flat_map(|part| 1..=part).fold(1.0, |product, i| {
        all += 1;
        product * all as f64 / i as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kernel that a basis' features sum to, at all pairs of some points, against its formula.
    fn largest_error(basis: &Basis, kernel: impl Fn(&[f64], &[f64]) -> f64) -> f64 {
        let points = [[0.0, 0.0], [0.02, 0.97], [0.31, 0.5], [0.33, 0.52], [1.0, 0.4], [0.5, 1.0]];
        let x: Vec<Vec<f64>> = (0..2).map(|d| points.iter().map(|point| point[d]).collect()).collect();
        let features = basis.features(&x);
        let found = &features * features.transpose();
        let pairs = (0..points.len()).flat_map(|i| (0..points.len()).map(move |j| (i, j)));
        pairs.map(|(i, j)| (found[(i, j)] - kernel(&points[i], &points[j])).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn features_sum_to_the_gaussian_kernel() {
        for h in BANDWIDTHS {
            let kernel = |a: &[f64], b: &[f64]| (-((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)) / (2.0 * h * h)).exp();
            let error = largest_error(&gaussian(h), kernel);
            // What is left out is least seen in the middle and most in a corner.
            assert!(error < 2e-3, "bandwidth {h}: {error}");
        }
    }

    #[test]
    fn features_sum_to_the_polynomial_kernel() {
        for degree in DEGREES {
            let kernel = |a: &[f64], b: &[f64]| {
                let dot: f64 = a.iter().zip(b).map(|(a, b)| (2.0 * a - 1.0) * (2.0 * b - 1.0)).sum();
                (1.0 + dot).powi(degree as i32)
            };
            let error = largest_error(&polynomial(degree), kernel);
            assert!(error < 1e-11 * 3f64.powi(degree as i32), "degree {degree}: {error}");
        }
    }
}
