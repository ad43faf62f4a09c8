//! Information-geometric causal inference (Janzing et al. 2012; Mooij et al. 2016, section 3): where
//! the mechanism knows nothing of the cause, the cause has the greater entropy.

use super::pairs::{standardised, unit_interval};
use super::rival::Rival;
use saigen_engine::Parameter;

/// The method.
pub(super) const IGCI: Rival = Rival {
    name: "igci",
    module: module_path!(),
    parameters: &[("reference", Parameter::Choice(&["uniform", "gaussian"])), ("estimator", Parameter::Choice(&["entropy", "slope"]))],
    seconds: 2e-7,
    score: |parameters| {
        let (reference, estimator) = (parameters.word("reference"), parameters.word("estimator"));
        Box::new(move |x, y| self::score(reference, estimator, x, y))
    },
};

/// Positive where x looks like the cause.
pub(super) fn score(reference: &str, estimator: &str, x: &[f64], y: &[f64]) -> f64 {
    let scaled = if reference == "uniform" { unit_interval } else { standardised };
    let (x, y) = (scaled(x), scaled(y));
    if estimator == "entropy" { entropy(&x) - entropy(&y) } else { slope(&y, &x) - slope(&x, &y) }
}

/// The entropy by spacings but for a constant of n: the mean logarithm of the gaps between
/// neighbours; gaps of nothing count as 0.
fn entropy(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let gaps = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.0);
    gaps.map(f64::ln).sum::<f64>() / (values.len() - 1) as f64
}

/// The mean of ln |dy / dx| between neighbours on x, where neither is 0; 0 where there are none.
fn slope(x: &[f64], y: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]).then(y[*a].total_cmp(&y[*b])));
    let steps = order.windows(2).map(|pair| (x[pair[1]] - x[pair[0]], (y[pair[1]] - y[pair[0]]).abs()));
    let logarithms: Vec<f64> = steps.filter(|(dx, dy)| *dx > 0.0 && *dy > 0.0).map(|(dx, dy)| (dy / dx).ln()).collect();
    logarithms.iter().sum::<f64>() / (logarithms.len() as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uniform_cause_without_noise_is_found_by_all_four() {
        // y = x^3 concentrates where its slope is small: its entropy is less.
        let x: Vec<f64> = (0..=200).map(|i| f64::from(i) / 200.0).collect();
        let y: Vec<f64> = x.iter().map(|x| x.powi(3)).collect();
        for reference in ["uniform", "gaussian"] {
            for estimator in ["entropy", "slope"] {
                assert!(score(reference, estimator, &x, &y) > 0.1, "{reference} {estimator}");
                assert_eq!(score(reference, estimator, &x, &y), -score(reference, estimator, &y, &x));
            }
        }
        // Without noise both estimate the integral of ln f'(x), here ln 3 - 2.
        assert!((slope(&x, &y) - (3f64.ln() - 2.0)).abs() < 0.02, "{}", slope(&x, &y));
    }

    #[test]
    fn equal_values_leave_no_infinite_gap() {
        let (x, y) = ([1.0, 1.0, 2.0, 3.0], [0.0, 1.0, 1.0, 5.0]);
        assert!(score("gaussian", "entropy", &x, &y).is_finite() && score("uniform", "slope", &x, &y).is_finite());
    }
}
