//! Gaussian process regression of one variable on another, with noise: the kernel
//! exp(-(x - x')^2 / (2 l^2)) through inducing points, l and the noise by marginal likelihood.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// Lengths l to choose from, in standard deviations of x.
const LENGTHS: [f64; 5] = [0.2, 0.5, 1.0, 2.0, 5.0];
/// Ratios of the noise's variance to the signal's to choose from.
const NOISES: [f64; 7] = [1e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 10.0];
/// Inducing points, at quantiles of x.
const INDUCING: usize = 30;
/// What keeps the inducing points' kernel matrix positive definite; no ridge on offer is as small.
const JITTER: f64 = 1e-8;

/// What is left of y when its regression on x is taken off; both are standardised.
pub(super) fn residuals(x: &[f64], y: &[f64]) -> Vec<f64> {
    let points = inducing(x);
    let y = DVector::from_column_slice(y);
    let best = LENGTHS.iter().filter_map(|length| fitted(x, &y, &points, *length)).min_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((_, fit)) => (y - fit).as_slice().to_vec(),
        // Of one point nothing can be said; y is standardised, so that its mean is 0.
        None => y.as_slice().to_vec(),
    }
}

/// Quantiles of x, each once.
fn inducing(x: &[f64]) -> Vec<f64> {
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = INDUCING.min(x.len());
    let mut points: Vec<f64> = (0..count).map(|at| sorted[(2 * at + 1) * x.len() / (2 * count)]).collect();
    points.dedup();
    points
}

/// Twice the least negative log marginal likelihood over the noises on offer, but for a constant, and
/// the fit that goes with it. The signal's variance has the value that maximises the likelihood.
fn fitted(x: &[f64], y: &DVector<f64>, points: &[f64], length: f64) -> Option<(f64, DVector<f64>)> {
    let kernel = |a: f64, b: f64| (-(a - b) * (a - b) / (2.0 * length * length)).exp();
    let (n, m) = (x.len(), points.len());
    let among = DMatrix::from_fn(m, m, |i, j| kernel(points[i], points[j]) + if i == j { JITTER } else { 0.0 });
    // Features phi, so that the kernel is phi phi^T on the inducing points.
    let mut features = DMatrix::from_fn(m, n, |i, j| kernel(points[i], x[j]));
    Cholesky::new(among)?.l_dirty().solve_lower_triangular_mut(&mut features);
    let (gram, with_y) = (&features * features.transpose(), &features * y);
    let likelihood = |noise: &f64| {
        let root = ridged(&gram, *noise)?;
        let explained = root.l_dirty().solve_lower_triangular(&with_y)?.norm_squared();
        let left = (y.norm_squared() - explained) / (noise * n as f64);
        let logarithms: f64 = root.l_dirty().diagonal().iter().map(|entry| entry.ln()).sum();
        Some((n as f64 * left.max(f64::MIN_POSITIVE).ln() + (n as f64 - m as f64) * noise.ln() + 2.0 * logarithms, *noise))
    };
    let (least, noise) = NOISES.iter().filter_map(likelihood).min_by(|a, b| a.0.total_cmp(&b.0))?;
    let weights = ridged(&gram, noise)?.solve(&with_y);
    Some((least, features.tr_mul(&weights)))
}

fn ridged(gram: &DMatrix<f64>, noise: f64) -> Option<Cholesky<f64, Dyn>> {
    let mut ridged = gram.clone();
    (0..ridged.nrows()).for_each(|at| ridged[(at, at)] += noise);
    Cholesky::new(ridged)
}

#[cfg(test)]
mod tests {
    use super::super::pairs::standardised;
    use super::*;
    use saigen_models::stream::Stream;

    fn share_left(mechanism: fn(f64) -> f64, noise: f64) -> f64 {
        let mut stream = Stream::new("test", "regression", &[]);
        let x = standardised(&stream.normals(400));
        let y: Vec<f64> = x.iter().map(|x| mechanism(*x) + noise * stream.normal()).collect();
        let y = standardised(&y);
        residuals(&x, &y).iter().map(|r| r * r).sum::<f64>() / 400.0
    }

    #[test]
    fn noise_is_left_and_the_mechanism_is_taken_off() {
        // sin(2 X) of a standard normal X has the variance (1 - exp(-8)) / 2.
        for noise in [0.1, 0.5, 2.0] {
            let expected = noise * noise / (noise * noise + 0.5);
            let found = share_left(|x| (2.0 * x).sin(), noise);
            assert!((found - expected).abs() < 0.08 * expected.max(0.3), "noise {noise}: {found}, expected {expected}");
        }
        assert!(share_left(|_| 0.0, 1.0) > 0.97);
    }

    #[test]
    fn values_that_repeat_are_regressed_on_as_well() {
        let x: Vec<f64> = (0..60).map(|i| f64::from(i % 3) - 1.0).collect();
        let y: Vec<f64> = x.iter().map(|x| x * x).collect();
        let left = residuals(&standardised(&x), &standardised(&y));
        assert!(left.iter().all(|r| r.abs() < 0.05), "{left:?}");
    }
}
