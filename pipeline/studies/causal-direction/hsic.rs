//! The Hilbert-Schmidt independence criterion and its test by a gamma distribution (Gretton et al.
//! 2005 and 2008), with Gaussian kernels exp(-d^2 / l^2), l the median distance.

use super::gamma::ln_survival;

/// Points that the median distance is taken of: more would change it little and cost much.
const MEDIAN: usize = 200;

/// What the criterion says of two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dependence {
    /// The biased estimate, trace(K H L H) / n^2.
    pub(super) hsic: f64,
    /// The logarithm of the p-value under independence.
    pub(super) ln_p: f64,
}

/// The dependence of two samples of the same points, at least six of them.
pub(super) fn dependence(x: &[f64], y: &[f64]) -> Dependence {
    let (k, l) = (Kernel::of(x), Kernel::of(y));
    let n = x.len() as f64;
    let (mut trace, mut squares) = (0.0, 0.0);
    for i in 0..x.len() {
        let (mean_k, mean_l) = (k.means[i] - k.mean, l.means[i] - l.mean);
        // Both matrices are symmetric: each pair of points is met once.
        let columns = k.row(i).iter().zip(&k.means).zip(l.row(i).iter().zip(&l.means));
        for ((entry_k, column_k), (entry_l, column_l)) in columns {
            let product = (entry_k - mean_k - column_k) * (entry_l - mean_l - column_l);
            trace += 2.0 * product;
            squares += 2.0 * product * product;
        }
        trace += (1.0 - mean_k - k.means[i]) * (1.0 - mean_l - l.means[i]);
    }
    let statistic = trace / n;
    // Mean and variance of the statistic under independence (Gretton et al. 2008, eqs. 9 and 10).
    let (mu_k, mu_l) = (k.off_diagonal(), l.off_diagonal());
    let mean = (1.0 + mu_k * mu_l - mu_k - mu_l) / n;
    let variance = squares / 36.0 / n / (n - 1.0) * 72.0 * (n - 4.0) * (n - 5.0) / n / (n - 1.0) / (n - 2.0) / (n - 3.0);
    // Where a sample is all one value, nothing depends on it.
    let ln_p = if mean > 0.0 && variance > 0.0 { ln_survival(mean * mean / variance, statistic * mean / (variance * n)) } else { 0.0 };
    Dependence { hsic: statistic / n, ln_p }
}

/// A kernel matrix with its means.
struct Kernel {
    /// Below the diagonal, row by row; on it all entries are 1.
    entries: Vec<f64>,
    /// Of each row.
    means: Vec<f64>,
    /// Of all entries.
    mean: f64,
}

impl Kernel {
    fn of(values: &[f64]) -> Self {
        let n = values.len();
        let scale = -1.0 / median_square(values);
        let mut entries = Vec::with_capacity(n * (n - 1) / 2);
        let mut sums = vec![1.0; n];
        for (i, value) in values.iter().enumerate() {
            let first = entries.len();
            entries.extend(values[..i].iter().map(|other| ((value - other) * (value - other) * scale).exp()));
            sums[i] += entries[first..].iter().sum::<f64>();
            entries[first..].iter().zip(&mut sums).for_each(|(entry, sum)| *sum += entry);
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum / n as f64).collect();
        let mean = means.iter().sum::<f64>() / n as f64;
        Self { entries, means, mean }
    }

    /// The entries of a row before the diagonal.
    fn row(&self, at: usize) -> &[f64] {
        &self.entries[at * at.saturating_sub(1) / 2..][..at]
    }

    /// The mean entry off the diagonal.
    fn off_diagonal(&self) -> f64 {
        let n = self.means.len() as f64;
        (self.mean * n - 1.0) / (n - 1.0)
    }
}

/// The square of the median distance between points that differ, of at most 200 taken evenly.
fn median_square(values: &[f64]) -> f64 {
    let step = values.len().div_ceil(MEDIAN);
    let kept: Vec<f64> = values.iter().copied().step_by(step).collect();
    let pairs = (0..kept.len()).flat_map(|i| kept[..i].iter().map(move |other| (i, *other)));
    let mut distances: Vec<f64> = pairs.map(|(i, other)| (kept[i] - other).abs()).filter(|distance| *distance > 0.0).collect();
    if distances.is_empty() {
        return 1.0;
    }
    let middle = distances.len() / 2;
    let (_, median, _) = distances.select_nth_unstable_by(middle, f64::total_cmp);
    *median * *median
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_models::stream::Stream;

    #[test]
    fn p_values_of_independent_samples_are_nearly_uniform() {
        let ln_p = |seed: usize| {
            let mut stream = Stream::new("test", "hsic", &[("seed", &seed.to_string())]);
            dependence(&stream.normals(100), &stream.normals(100)).ln_p
        };
        let small = (0..200).filter(|seed| ln_p(*seed) < 0.1f64.ln()).count();
        // 20 are expected, with a standard deviation of 4.2.
        assert!((8..=33).contains(&small), "{small} of 200 below 0.1");
    }

    #[test]
    fn dependence_is_seen_and_has_no_side() {
        let mut stream = Stream::new("test", "hsic", &[]);
        let x = stream.normals(300);
        let y: Vec<f64> = x.iter().map(|x| x * x + 0.1 * stream.normal()).collect();
        let (one, other) = (dependence(&x, &y), dependence(&y, &x));
        assert!(one.ln_p < -20.0 && (one.ln_p - other.ln_p).abs() < 1e-6 * one.ln_p.abs(), "{one:?} {other:?}");
        assert_eq!(dependence(&x, &vec![1.0; 300]).ln_p, 0.0);
    }
}
