//! A pair of variables of which one is the cause, and what every method does to it first.

use saigen_models::stream::Stream;

/// The study's name: its folder's, and the first part of the name of every stream.
pub(super) const ID: &str = "causal-direction";

/// Observations of a cause and its effect, and how much the pair counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) cause: Vec<f64>,
    pub(super) effect: Vec<f64>,
    /// Pairs of one source share a weight that sums to 1.
    pub(super) weight: f64,
}

impl Pair {
    pub(super) fn len(&self) -> usize {
        self.cause.len()
    }

    /// `n` of its observations drawn without replacement, or the pair itself where it has no more.
    /// A smaller sample is the beginning of a larger one.
    pub(super) fn sample(&self, n: usize, stream: &mut Stream) -> Self {
        if self.len() <= n {
            return self.clone();
        }
        let kept = &stream.order(self.len())[..n];
        let pick = |values: &[f64]| kept.iter().map(|at| values[*at]).collect();
        Self { cause: pick(&self.cause), effect: pick(&self.effect), weight: self.weight }
    }
}

/// Values less their mean, over their standard deviation (divisor n). Values that are all the same
/// become 0.
pub(super) fn standardised(values: &[f64]) -> Vec<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count).sqrt();
    let scale = if deviation > 0.0 { 1.0 / deviation } else { 0.0 };
    values.iter().map(|value| (value - mean) * scale).collect()
}

/// Values moved and scaled to [0, 1]. Values that are all the same become 0.
pub(super) fn unit_interval(values: &[f64]) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scale = if high > low { 1.0 / (high - low) } else { 0.0 };
    values.iter().map(|value| (value - low) * scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_sample_begins_a_larger_one_and_keeps_pairs_together() {
        let cause: Vec<f64> = (0..50).map(f64::from).collect();
        let pair = Pair { effect: cause.iter().map(|x| 2.0 * x).collect(), cause, weight: 0.5 };
        let sample = |n| pair.sample(n, &mut Stream::new("test", "sample", &[]));
        let (small, large) = (sample(10), sample(30));
        assert_eq!(small.cause[..], large.cause[..10]);
        assert!(large.cause.iter().zip(&large.effect).all(|(x, y)| *y == 2.0 * x));
        assert_eq!(sample(50), pair);
    }

    #[test]
    fn scales_have_their_moments_and_ends() {
        let z = standardised(&[1.0, 2.0, 6.0]);
        assert!(z.iter().sum::<f64>().abs() < 1e-14 && (z.iter().map(|z| z * z).sum::<f64>() - 3.0).abs() < 1e-14);
        assert_eq!(unit_interval(&[3.0, 5.0, 4.0]), [0.0, 1.0, 0.5]);
        assert_eq!((standardised(&[2.0; 3]), unit_interval(&[2.0; 3])), (vec![0.0; 3], vec![0.0; 3]));
    }
}
