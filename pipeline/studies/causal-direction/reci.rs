//! Regression error based causal inference (Blöbaum et al., AISTATS 2018): on [0, 1] the effect is
//! predicted from the cause with the smaller error. Here with the paper's monomials, a + b x^3.

use super::pairs::unit_interval;
use super::rival::Rival;

/// The method.
pub(super) const RECI: Rival = Rival { name: "reci", module: module_path!(), parameters: &[], seconds: 5e-8, score: |_| Box::new(score) };

/// Positive where x looks like the cause.
pub(super) fn score(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (unit_interval(x), unit_interval(y));
    error(&y, &x) - error(&x, &y)
}

/// The mean squared error of the least-squares fit of y by a + b x^3.
fn error(x: &[f64], y: &[f64]) -> f64 {
    let count = x.len() as f64;
    let cubes: Vec<f64> = x.iter().map(|x| x * x * x).collect();
    let (mean_cube, mean) = (cubes.iter().sum::<f64>() / count, y.iter().sum::<f64>() / count);
    let pairs = || cubes.iter().zip(y).map(|(cube, y)| (cube - mean_cube, y - mean));
    let (spread, common): (f64, f64) = pairs().fold((0.0, 0.0), |(spread, common), (cube, y)| (spread + cube * cube, common + cube * y));
    let slope = if spread > 0.0 { common / spread } else { 0.0 };
    pairs().map(|(cube, y)| (y - slope * cube).powi(2)).sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monomial_is_fitted_without_error_and_its_inverse_is_not() {
        let x: Vec<f64> = (0..=100).map(|i| f64::from(i) / 100.0).collect();
        let y: Vec<f64> = x.iter().map(|x| 2.0 - x.powi(3)).collect();
        assert!(error(&x, &unit_interval(&y)) < 1e-28);
        // x against (1 - x^3)^3, worked out apart.
        assert!((score(&x, &y) - 0.004_204_882_920_719_124).abs() < 1e-12);
        assert_eq!(score(&x, &y), -score(&y, &x));
    }
}
