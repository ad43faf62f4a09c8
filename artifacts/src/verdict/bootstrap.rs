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
    /// The two-sided 95 % interval, before any correction for the number of claims. An end is infinite
    /// where too many resamples had no spread to bound it by.
    pub interval: (f64, f64),
    /// How probable such a sample is if the mean is not inside the region.
    pub p_inside: f64,
    /// How probable such a sample is if the mean is inside the region.
    pub p_outside: f64,
}

/// Where a mean is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// The lower end, which may be infinite.
    pub low: f64,
    /// The upper end, which may be infinite.
    pub high: f64,
    /// How far off both ends may be: what is inside lies so far within, what is outside so far beyond.
    pub slack: f64,
    /// What the standard error is multiplied by where the mean is to lie outside.
    pub inflation: f64,
}

impl From<(f64, f64)> for Region {
    fn from((low, high): (f64, f64)) -> Self {
        Self { low, high, slack: 0.0, inflation: 1.0 }
    }
}

/// Asks whether the mean of what `sample` was drawn from lies in a region.
pub fn infer(sample: &[f64], region: Region, draws: &mut dyn Draws) -> Inference {
    let Region { low, high, slack, inflation } = region;
    let (estimate, error) = (mean(sample), standard_error(sample));
    if error == 0.0 {
        // Seeds that all say the same leave nothing to chance.
        let (inside, outside) = ((low + slack..=high - slack).contains(&estimate), !(low - slack..=high + slack).contains(&estimate));
        let p = |certain: bool| if certain { 0.0 } else { 1.0 };
        return Inference { estimate, interval: (estimate, estimate), p_inside: p(inside), p_outside: p(outside) };
    }
    let mut again = vec![0.0; sample.len()];
    let studentised: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            for value in &mut again {
                *value = sample[draws.below(sample.len())];
            }
            studentise(&again, estimate)
        })
        .collect();
    // Evidence that the mean is above a bound, and that it is below. Of an open end there is no doubt,
    // not even where a shift is infinite.
    let above = |bound: f64, error: f64| share(&studentised, |t| bound > f64::NEG_INFINITY && t >= (estimate - bound) / error);
    let below = |bound: f64, error: f64| share(&studentised, |t| bound < f64::INFINITY && t <= (estimate - bound) / error);
    // Inside means above the low end *and* below the high end: the weaker evidence counts.
    let p_inside = above(low + slack, error).max(below(high - slack, error));
    // Outside means below the low end *or* above the high end: the stronger counts, and where both
    // are possible there were two chances to be wrong.
    let chances = if low.is_finite() && high.is_finite() { 2.0 } else { 1.0 };
    let wide = error * inflation;
    let p_outside = (chances * below(low - slack, wide).min(above(high + slack, wide))).min(1.0);
    let interval = (estimate - quantile(&studentised, 0.975) * error, estimate - quantile(&studentised, 0.025) * error);
    Inference { estimate, interval, p_inside, p_outside }
}

/// How far the mean of a resample is shifted, in its own standard errors. One value drawn again and
/// again has no spread, whatever rounding leaves of it: its shift is beyond any number of them.
fn studentise(again: &[f64], estimate: f64) -> f64 {
    let alike = again.iter().all(|value| *value == again[0]);
    let shift = if alike { again[0] } else { mean(again) } - estimate;
    match (shift == 0.0, alike) {
        (true, _) => 0.0,
        (false, true) => f64::INFINITY.copysign(shift),
        (false, false) => shift / standard_error(again),
    }
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
        let inside = infer(&sample, (0.0, f64::INFINITY).into(), &mut Lcg(1));
        assert!(inside.p_inside < 0.001 && inside.p_outside > 0.9, "{inside:?}");
        let outside = infer(&sample, (f64::NEG_INFINITY, 0.9).into(), &mut Lcg(1));
        assert!(outside.p_outside < 0.001 && outside.p_inside > 0.9, "{outside:?}");
        let narrow = infer(&sample, (1.1, 1.3).into(), &mut Lcg(1));
        assert!(narrow.p_inside < 0.05 && narrow.interval.0 > 1.1 && narrow.interval.1 < 1.3, "{narrow:?}");
        let vague = infer(&sample, (1.2, 1.3).into(), &mut Lcg(1));
        assert!(vague.p_inside > 0.1 && vague.p_outside > 0.1, "{vague:?}");
    }

    #[test]
    fn resamples_without_spread_leave_an_end_open() {
        // One seed of twenty differs: in 36 % of resamples it is not drawn.
        let mut sample = vec![0.1; 20];
        sample[7] = 0.4;
        let inference = infer(&sample, (0.0, f64::INFINITY).into(), &mut Lcg(1));
        assert_eq!(inference.interval.1, f64::INFINITY);
        assert!(inference.interval.0.is_finite() && inference.p_inside < 0.001 && inference.p_outside > 0.9, "{inference:?}");
    }

    #[test]
    fn slack_and_inflation_ask_for_more() {
        let sample: Vec<f64> = (0..20).map(|i| 1.0 + 0.1 * f64::from(i % 5)).collect();
        let plain = |low, high| infer(&sample, (low, high).into(), &mut Lcg(1));
        let region = |low, high, inflation| Region { low, high, slack: 0.05, inflation };
        let slack = infer(&sample, region(1.05, 1.35, 1.0), &mut Lcg(1));
        assert_eq!(slack.p_inside, plain(1.1, 1.3).p_inside);
        assert_eq!(infer(&sample, region(1.0, 1.1, 1.0), &mut Lcg(1)).p_outside, plain(0.95, 1.15).p_outside);
        // The mean lies three standard errors beyond the region and its slack: half as many, once
        // they are doubled.
        let inflated = infer(&sample, region(1.0, 1.05, 2.0), &mut Lcg(1));
        assert!(inflated.p_outside > 0.1 && plain(0.95, 1.1).p_outside < 0.05, "{inflated:?}");
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
                infer(&sample, (0.0, f64::INFINITY).into(), &mut Lcg(*trial)).p_inside <= 0.05
            })
            .count();
        let rate = wrong as f64 / trials as f64;
        assert!((0.006..=0.094).contains(&rate), "false positives: {rate}");
    }
}
