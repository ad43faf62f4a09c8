//! Confidence sequences: intervals that hold for every number of seeds at once, so that they may be
//! looked at after each one and sampling may stop whenever they say enough.
//!
//! Sources: T. L. Lai, Annals of Statistics 4, 1976, and H. Wang and A. Ramdas, "Anytime-valid t-tests
//! and confidence sequences for Gaussian means with unknown variance", 2024 (the mean); H. Robbins,
//! Annals of Mathematical Statistics 41, 1970 (the share); P. Hall, "On the Removal of Skewness by
//! Transformation", Journal of the Royal Statistical Society B 54, 1992.

use super::share::probability;
use crate::statistic::{mean, sd};

/// The variance of the effect sizes, mean over standard deviation, that alternatives are mixed by. It
/// decides where the sequence is narrow, and not whether it holds.
const SPREAD: f64 = 1.0;

/// The interval of a mean, at error rate `alpha`; the whole line where the numbers are too few.
///
/// Exact for normal numbers: it holds [`exact`]. Few skewed numbers mislead a t statistic, always to the
/// same side. So it also holds the interval of Hall's transformation of it, which takes out the skewness
/// that the numbers show. How far off it is for others: the table in `artifacts/README.md`.
pub fn of_mean(sample: &[f64], alpha: f64) -> (f64, f64) {
    let (n, estimate, sd) = (sample.len() as f64, mean(sample), sd(sample));
    let (low, high) = exact(sample, alpha);
    let skewness = skewness(sample, estimate, sd) / n.sqrt();
    if skewness == 0.0 || skewness.is_nan() || low == f64::NEG_INFINITY {
        return (low, high);
    }
    // The inverse of g(t) = t + a t^2/3 + a^2 t^3/27 + a/6, a the skewness of the mean.
    let inverse = |t: f64| {
        let cube = 1.0 + skewness * (t - skewness / 6.0);
        3.0 / skewness * (cube.abs().powf(1.0 / 3.0).copysign(cube) - 1.0)
    };
    let radius = radius(n, alpha);
    let ends = [radius, -radius].map(|t| estimate - inverse(t) * sd / n.sqrt());
    (low.min(ends[0]), high.max(ends[1]))
}

/// The skewness, with its correction for small samples.
fn skewness(sample: &[f64], mean: f64, sd: f64) -> f64 {
    let n = sample.len() as f64;
    let cubes: f64 = sample.iter().map(|value| ((value - mean) / sd).powi(3)).sum();
    cubes * n / ((n - 1.0) * (n - 2.0))
}

/// The Bayes factor of a normal mean against 0, with effect sizes drawn from a normal distribution of
/// mean 0 and variance `g` and the scale drawn from its Haar measure, is a nonnegative martingale of
/// mean 1 whatever the variance:
/// `(1 + n g)^(-1/2) ((1 + T^2/(n-1)) / (1 + T^2/((n-1)(1 + n g))))^(n/2)`, T the t statistic. By
/// Ville's inequality it ever reaches `1/alpha` with probability `alpha` at most; the interval holds
/// the means at which it does not.
fn exact(sample: &[f64], alpha: f64) -> (f64, f64) {
    let n = sample.len() as f64;
    let estimate = mean(sample);
    let radius = radius(n, alpha) * sd(sample) / n.sqrt();
    if radius.is_nan() { (f64::NEG_INFINITY, f64::INFINITY) } else { (estimate - radius, estimate + radius) }
}

/// The greatest t statistic of n numbers that is not yet evidence; not a number where all are.
fn radius(n: f64, alpha: f64) -> f64 {
    if n < 2.0 {
        return f64::NAN;
    }
    let growth = 1.0 + n * SPREAD;
    let reached = ((growth.sqrt() / alpha).ln() * 2.0 / n).exp();
    // From here on no t statistic, however great, would be evidence.
    if reached >= growth { f64::NAN } else { ((n - 1.0) * (reached - 1.0) / (1.0 - reached / growth)).sqrt() }
}

/// The interval of a share, at error rate `alpha`: those p at which the likelihood ratio of a uniform
/// mixture, `1 / ((n + 1) C(n, k) p^k (1 - p)^(n - k))`, has not reached `1/alpha`. Exact.
pub fn of_share(ones: usize, count: usize, alpha: f64) -> (f64, f64) {
    let possible = |share: f64| (count + 1) as f64 * probability(ones, count, share) > alpha;
    let top = if count == 0 { 0.5 } else { ones as f64 / count as f64 };
    // Likely at the observed share, and less and less so on both sides.
    let end = |mut outer: f64| {
        if possible(outer) {
            return outer;
        }
        let mut inner = top;
        for _ in 0..60 {
            let middle = f64::midpoint(inner, outer);
            if possible(middle) {
                inner = middle;
            } else {
                outer = middle;
            }
        }
        outer
    };
    (end(0.0), end(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The logarithm of the Bayes factor, as its formula stands.
    fn evidence(sample: &[f64], at: f64) -> f64 {
        let n = sample.len() as f64;
        let t = (mean(sample) - at) / (sd(sample) / n.sqrt());
        let ratio = (1.0 + t * t / (n - 1.0)) / (1.0 + t * t / ((n - 1.0) * (1.0 + n * SPREAD)));
        0.5 * n * ratio.ln() - 0.5 * (1.0 + n * SPREAD).ln()
    }

    #[test]
    fn the_ends_are_where_the_evidence_reaches_its_threshold() {
        let sample: Vec<f64> = (0..12).map(|at| 0.3 + f64::from(at * at % 7)).collect();
        for alpha in [0.05, 0.001] {
            let (low, high) = exact(&sample, alpha);
            for end in [low, high] {
                assert!((evidence(&sample, end) + alpha.ln()).abs() < 1e-9, "{end}");
            }
            assert!(evidence(&sample, f64::midpoint(low, mean(&sample))) < -alpha.ln());
        }
    }

    #[test]
    fn the_evidence_is_that_of_the_integral() {
        // The marginal likelihood of the t statistic's data over effect sizes and scales, by sums: with
        // the scale's Haar measure ds/s, relative to effect size 0.
        let sample = [0.4, 1.1, 0.7, -0.2, 0.9];
        let likelihood = |mean: f64, s: f64| {
            let squares: f64 = sample.iter().map(|x| (x - mean) * (x - mean)).sum();
            (-0.5 * squares / (s * s)).exp() / s.powi(5)
        };
        let over_scales = |effect: Option<f64>| -> f64 {
            (1..4000)
                .map(|at| (f64::from(at) / 400.0 - 4.0).exp())
                .map(|s| effect.map_or_else(|| likelihood(0.0, s), |effect| likelihood(effect * s, s)))
                .sum()
        };
        let mixed: f64 = (-800..=800)
            .map(|at| f64::from(at) / 100.0)
            .map(|effect| (-0.5 * effect * effect).exp() / (2.0 * std::f64::consts::PI).sqrt() * 0.01 * over_scales(Some(effect)))
            .sum();
        let expected = (mixed / over_scales(None)).ln();
        assert!((evidence(&sample, 0.0) - expected).abs() < 1e-3, "{} and {expected}", evidence(&sample, 0.0));
    }

    #[test]
    fn skewed_numbers_reach_further_to_the_side_of_their_tail() {
        let quantiles = |tail: f64| (1..20).map(|at| -tail * (1.0 - f64::from(at) / 20.0).ln()).collect::<Vec<_>>();
        let (exactly, wider) = (exact(&quantiles(1.0), 0.05), of_mean(&quantiles(1.0), 0.05));
        assert!(wider.0 == exactly.0 && wider.1 > 1.2 * exactly.1, "{exactly:?} {wider:?}");
        let mirrored = of_mean(&quantiles(-1.0), 0.05);
        assert!((mirrored.0 + wider.1).abs() < 1e-12 && (mirrored.1 + wider.0).abs() < 1e-12);
        // The end solves g(t) = radius, as g stands.
        let sample = quantiles(1.0);
        let n = sample.len() as f64;
        let (estimate, spread) = (mean(&sample), sd(&sample));
        let a = skewness(&sample, estimate, spread) / n.sqrt();
        let t = (estimate - wider.1) / (spread / n.sqrt());
        let g = t + a * t * t / 3.0 + a * a * t.powi(3) / 27.0 + a / 6.0;
        assert!((g + radius(n, 0.05)).abs() < 1e-9, "{g}");
        let symmetric: Vec<f64> = (-9..=9).map(f64::from).collect();
        assert_eq!(of_mean(&symmetric, 0.05), exact(&symmetric, 0.05));
    }

    #[test]
    fn few_numbers_leave_everything_open() {
        for sample in [&[][..], &[1.0], &[1.0, 2.0], &[1.0, 2.0, 3.0]] {
            assert_eq!(of_mean(sample, 0.05), (f64::NEG_INFINITY, f64::INFINITY), "{sample:?}");
        }
        // Equal numbers have no spread; they too need to be some.
        assert_eq!(of_mean(&[2.0; 3], 0.05), (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(of_mean(&[2.0; 12], 0.05), (2.0, 2.0));
    }

    #[test]
    fn shares_have_their_closed_form_where_there_is_one() {
        // Of n ones in n: (n + 1) p^n = alpha.
        let (low, high) = of_share(20, 20, 0.05);
        assert!((low - (0.05f64 / 21.0).powf(0.05)).abs() < 1e-12 && high == 1.0);
        let (low, high) = of_share(0, 20, 0.05);
        assert!(low == 0.0 && (high - (1.0 - (0.05f64 / 21.0).powf(0.05))).abs() < 1e-12);
        assert_eq!(of_share(0, 0, 0.05), (0.0, 1.0));
        let (low, high) = of_share(1, 2, 0.05);
        assert!(low > 0.0 && (low + high - 1.0).abs() < 1e-12, "{low} {high}");
    }
}
