//! The better fit is the direction: the error of regressing the effect on the cause is smaller.

use super::pairs::standardised;
use super::regression::residuals;
use super::rival::Rival;

/// The method.
pub(super) const BIVARIATE_FIT: Rival =
    Rival { name: "bivariate-fit", module: module_path!(), parameters: &[], seconds: 2e-5, score: |_| Box::new(score) };

/// Positive where x looks like the cause.
pub(super) fn score(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (standardised(x), standardised(y));
    let error = |x: &[f64], y: &[f64]| residuals(x, y).iter().map(|residual| residual * residual).sum::<f64>() / x.len() as f64;
    error(&y, &x) - error(&x, &y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_fits_better_than_a_relation() {
        let x: Vec<f64> = (0..200).map(|i| f64::from(i) / 100.0 - 1.0).collect();
        let y: Vec<f64> = x.iter().map(|x| x * x).collect();
        assert!(score(&x, &y) > 0.5);
        assert_eq!(score(&x, &y), -score(&y, &x));
    }
}
