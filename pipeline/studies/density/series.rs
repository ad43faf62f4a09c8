//! The Fourier series (section 6.2): products of the first J functions 1, cos 2πx, sin 2πx,
//! cos 4πx, … of each coordinate, with the sample means as coefficients.
//!
//! They minimise the integrated squared error's estimate, the paper's "loss". The estimate may be
//! negative; it is left so.

use super::estimator::{Candidate, Case, Estimator};
use super::quadrature::{Truth, midpoints};

/// Numbers of functions of each coordinate: the paper's grid is from the first to the last.
const FEWEST: usize = 5;
const MOST: usize = 20;

/// The number of functions that the printed curve of the pyramid seems to have used.
const FIXED: usize = 15;

/// The grid of the loss: 25 points a wave of the highest frequency.
const SIDE: usize = 250;

/// The method.
pub(super) const SERIES: Estimator = Estimator { name: "series", module: module_path!(), parameters: &[], seconds: 0.04, candidates };

fn candidates(case: &Case<'_>, truth: &mut Truth) -> Vec<Candidate> {
    let n = case.sample.len() as f64;
    // Sums over the sample of the products of two functions, and of their squares.
    let (mut sums, mut squares) = (vec![0.0; MOST * MOST], vec![0.0; MOST * MOST]);
    for (x1, x2) in case.sample.x1.iter().zip(&case.sample.x2) {
        let (first, second) = (functions(*x1), functions(*x2));
        for (j, a) in first.iter().enumerate() {
            let pairs = sums[j * MOST..].iter_mut().zip(&mut squares[j * MOST..]);
            for ((sum, square), b) in pairs.zip(&second) {
                let product = a * b;
                *sum += product;
                *square += product * product;
            }
        }
    }
    let side = SIDE * truth.fineness();
    let values: Vec<[f64; MOST]> = midpoints(side).into_iter().map(functions).collect();
    let mut candidates = Vec::new();
    for count in FEWEST..=MOST {
        let kept = || (0..count).flat_map(|j| (0..count).map(move |k| j * MOST + k));
        // Integral of f^2, and twice the mean of f_(without X_i)(X_i).
        let norm: f64 = kept().map(|at| sums[at] * sums[at]).sum::<f64>() / (n * n);
        let others: f64 = kept().map(|at| sums[at] * sums[at] - squares[at]).sum::<f64>() / (n * (n - 1.0));
        let estimate = surface(&sums, n, count, &values);
        candidates.push(Candidate {
            setting: count as f64,
            loss: truth.loss(&estimate, side),
            criterion: norm - 2.0 * others,
            fixed: count == FIXED,
        });
    }
    candidates
}

/// The series with `count` functions of each coordinate, on the grid where they have these values.
fn surface(sums: &[f64], n: f64, count: usize, values: &[[f64; MOST]]) -> Vec<f64> {
    let side = values.len();
    // For each function of x1: its partner, a function of x2 on the grid.
    let mut partners = vec![0.0; count * side];
    for (j, partner) in partners.chunks_exact_mut(side).enumerate() {
        for (value, at) in partner.iter_mut().zip(values) {
            *value = (0..count).map(|k| sums[j * MOST + k] / n * at[k]).sum();
        }
    }
    let mut surface = vec![0.0; side * side];
    for (row, at) in surface.chunks_exact_mut(side).zip(values) {
        for (partner, weight) in partners.chunks_exact(side).zip(at) {
            row.iter_mut().zip(partner).for_each(|(sum, value)| *sum += weight * value);
        }
    }
    surface
}

/// The first functions at a point, orthonormal on [0,1].
fn functions(x: f64) -> [f64; MOST] {
    let mut values = [1.0; MOST];
    for (at, value) in values.iter_mut().enumerate().skip(1) {
        let angle = std::f64::consts::TAU * at.div_ceil(2) as f64 * x;
        *value = std::f64::consts::SQRT_2 * if at % 2 == 1 { angle.cos() } else { angle.sin() };
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::density::data::Sample;
    use crate::density::densities::Density;
    use saigen_engine::Parameters;

    #[test]
    fn functions_are_orthonormal() {
        let values: Vec<[f64; MOST]> = midpoints(100).into_iter().map(functions).collect();
        for j in 0..MOST {
            for k in 0..MOST {
                let product = values.iter().map(|at| at[j] * at[k]).sum::<f64>() / 100.0;
                assert!((product - f64::from(u8::from(j == k))).abs() < 1e-12, "{j} {k}: {product}");
            }
        }
    }

    /// The pyramid's in closed form: the mean of cos(2πku) under one pyramid's marginal density
    /// 3 (1 - |u|/H)^2 / 2H is 6 (a - sin a) / a^3 with a = 2πkH.
    #[test]
    fn coefficients_are_the_densitys() {
        let n = 200_000;
        let sample = Sample::draw(Density::Pyramid, "pyramid", n, 0);
        for k in 1..=3 {
            let tau = std::f64::consts::TAU * f64::from(k);
            let a = tau * 0.1;
            let expected = 6.0 * (a - a.sin()) / a.powi(3) * 0.5 * ((tau * 0.3).cos() + (tau * 0.7).cos()) * std::f64::consts::SQRT_2;
            let found = sample.x1.iter().map(|x| functions(*x)[2 * k as usize - 1]).sum::<f64>() / n as f64;
            assert!((found - expected).abs() < 4.0 * f64::sqrt(1.0 / n as f64), "{k}: {found}, expected {expected}");
        }
    }

    #[test]
    fn leaving_one_out_has_its_closed_form() {
        let sample = Sample::draw(Density::Gaussian, "gaussian", 40, 0);
        let parameters = Parameters::default();
        let case = Case { density: Density::Gaussian, sample: &sample, seed: 0, parameters: &parameters };
        let found = candidates(&case, &mut Truth::of(Density::Gaussian, 1));
        let products = |i: usize| {
            let (first, second) = (functions(sample.x1[i]), functions(sample.x2[i]));
            (0..25).map(|k| first[k / 5] * second[k % 5]).collect::<Vec<f64>>()
        };
        let values: Vec<Vec<f64>> = (0..40).map(products).collect();
        let mean = |left: Option<usize>, k: usize| {
            let kept: Vec<f64> = (0..40).filter(|i| Some(*i) != left).map(|i| values[i][k]).collect();
            kept.iter().sum::<f64>() / kept.len() as f64
        };
        let norm: f64 = (0..25).map(|k| mean(None, k).powi(2)).sum();
        let others: f64 = (0..40).map(|i| (0..25).map(|k| mean(Some(i), k) * values[i][k]).sum::<f64>()).sum::<f64>() / 40.0;
        assert!((found[0].criterion - (norm - 2.0 * others)).abs() < 1e-12);
    }
}
