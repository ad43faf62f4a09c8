//! The bootstrap-t over seeds: is the mean of a small sample inside a region?
//!
//! Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, sections 12.5
//! and 16.4. The studentised form is used because twenty seeds are few: the plain percentile
//! interval is too short there.

use crate::statistic::{mean, quantile, sd};

/// How often a sample is drawn again. With one more, p-values are whole multiples of 1/20,000.
pub const RESAMPLES: usize = 19_999;

/// Where the resampling indices come from. The program passes a named stream, so that a verdict
/// depends on nothing but the study, the claim and the cells.
pub trait Draws {
    /// A uniform index below `bound`, which is at least 1.
    fn below(&mut self, bound: usize) -> usize;
}

/// What the resampled sample says of its mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inference {
    /// The mean of the sample.
    pub estimate: f64,
    /// The two-sided 95 % interval, before any correction for the number of claims.
    pub interval: (f64, f64),
    /// How probable such a sample is if the mean is not inside the region.
    pub p_inside: f64,
    /// How probable such a sample is if the mean is inside the region.
    pub p_outside: f64,
}

/// Asks whether the mean of what `sample` was drawn from lies in `[low, high]`; either end may be
/// infinite.
pub fn infer(sample: &[f64], (low, high): (f64, f64), draws: &mut dyn Draws) -> Inference {
    let (estimate, error) = (mean(sample), standard_error(sample));
    if error == 0.0 {
        // Seeds that all say the same leave nothing to chance.
        let inside = (low..=high).contains(&estimate);
        let p = |certain: bool| if certain { 0.0 } else { 1.0 };
        return Inference { estimate, interval: (estimate, estimate), p_inside: p(inside), p_outside: p(!inside) };
    }
    let mut again = vec![0.0; sample.len()];
    let studentised: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            for value in &mut again {
                *value = sample[draws.below(sample.len())];
            }
            let (shift, spread) = (mean(&again) - estimate, standard_error(&again));
            if shift == 0.0 { 0.0 } else { shift / spread }
        })
        .collect();
    // Evidence that the mean is above a bound, and that it is below.
    let above = |bound: f64| share(&studentised, |t| t >= (estimate - bound) / error);
    let below = |bound: f64| share(&studentised, |t| t <= (estimate - bound) / error);
    // Inside means above the low end *and* below the high end: the weaker evidence counts.
    let p_inside = above(low).max(below(high));
    // Outside means below the low end *or* above the high end: the stronger counts, and where both
    // are possible there were two chances to be wrong.
    let chances = if low.is_finite() && high.is_finite() { 2.0 } else { 1.0 };
    let p_outside = (chances * below(low).min(above(high))).min(1.0);
    let interval = (estimate - quantile(&studentised, 0.975) * error, estimate - quantile(&studentised, 0.025) * error);
    Inference { estimate, interval, p_inside, p_outside }
}

fn standard_error(sample: &[f64]) -> f64 {
    sd(sample) / (sample.len() as f64).sqrt()
}

/// The share of resamples that are as extreme, counting the sample itself.
fn share(values: &[f64], extreme: impl Fn(f64) -> bool) -> f64 {
    (1 + values.iter().filter(|value| extreme(**value)).count()) as f64 / (values.len() + 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 64-bit linear congruential generator is enough to test with.
    struct Lcg(u64);

    impl Lcg {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.0 >> 33
        }

        /// A sum of twelve uniforms: nearly normal, and of known mean 0 and variance 1.
        fn normal(&mut self) -> f64 {
            (0..12).map(|_| self.next() as f64 / (1u64 << 31) as f64).sum::<f64>() - 6.0
        }
    }

    impl Draws for Lcg {
        fn below(&mut self, bound: usize) -> usize {
            (self.next() % bound as u64) as usize
        }
    }

    #[test]
    fn a_clear_sample_is_clear_and_a_vague_one_is_not() {
        let sample: Vec<f64> = (0..20).map(|i| 1.0 + 0.1 * f64::from(i % 5)).collect();
        let inside = infer(&sample, (0.0, f64::INFINITY), &mut Lcg(1));
        assert!(inside.p_inside < 0.001 && inside.p_outside > 0.9, "{inside:?}");
        let outside = infer(&sample, (f64::NEG_INFINITY, 0.9), &mut Lcg(1));
        assert!(outside.p_outside < 0.001 && outside.p_inside > 0.9, "{outside:?}");
        let narrow = infer(&sample, (1.1, 1.3), &mut Lcg(1));
        assert!(narrow.p_inside < 0.05 && narrow.interval.0 > 1.1 && narrow.interval.1 < 1.3, "{narrow:?}");
        let vague = infer(&sample, (1.2, 1.3), &mut Lcg(1));
        assert!(vague.p_inside > 0.1 && vague.p_outside > 0.1, "{vague:?}");
    }

    #[test]
    fn the_error_rate_is_the_stated_one() {
        // The true mean sits on the edge of the region, so p_inside <= 0.05 must come true in
        // about 5 % of samples: 400 trials, sd 1.1 %, four sd allowed.
        let mut noise = Lcg(7);
        let trials = 400;
        let wrong = (0..trials)
            .filter(|trial| {
                let sample: Vec<f64> = (0..20).map(|_| noise.normal()).collect();
                infer(&sample, (0.0, f64::INFINITY), &mut Lcg(*trial)).p_inside <= 0.05
            })
            .count();
        let rate = wrong as f64 / trials as f64;
        assert!((0.006..=0.094).contains(&rate), "false positives: {rate}");
    }
}
