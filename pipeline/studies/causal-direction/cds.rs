//! The conditional distribution similarity statistic (Fonollosa 2016; CDT's code): given the cause,
//! the shape of the effect's distribution varies little.

use super::pairs::standardised;
use super::rival::Rival;

/// Levels a unit of standard deviation.
const LEVELS: f64 = 2.0;
/// Standard deviations beyond which values share the end levels.
const LARGEST: f64 = 3.0;
/// Levels in all.
const COUNT: usize = 13;
/// A level of the cause with no more points says nothing.
const FEWEST: usize = 12;

/// The method.
pub(super) const CDS: Rival = Rival { name: "cds", module: module_path!(), parameters: &[], seconds: 1e-7, score: |_| Box::new(score) };

/// Positive where x looks like the cause.
pub(super) fn score(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (standardised(x), standardised(y));
    spread(&y, &x) - spread(&x, &y)
}

/// How much the histograms of y, centred, vary between levels of x: the standard deviation of all
/// their entries less the mean histogram.
fn spread(x: &[f64], y: &[f64]) -> f64 {
    let at = levels(&recentred(x));
    let histograms: Vec<[f64; COUNT]> = (0..COUNT)
        .filter_map(|level| {
            let given: Vec<f64> = y.iter().zip(&at).filter(|(_, at)| **at == level).map(|(y, _)| *y).collect();
            (given.len() > FEWEST).then(|| histogram(&given))
        })
        .collect();
    let count = histograms.len() as f64;
    let mean = |place: usize| histograms.iter().map(|histogram| histogram[place]).sum::<f64>() / count;
    let means: Vec<f64> = (0..COUNT).map(mean).collect();
    let squares = histograms.iter().flat_map(|histogram| histogram.iter().zip(&means).map(|(entry, mean)| (entry - mean).powi(2)));
    // The entries less their mean histogram sum to 0.
    (squares.sum::<f64>() / (count * COUNT as f64).max(1.0)).sqrt()
}

/// The histogram of values less their mean, as shares. The variable's standard deviation is 1.
fn histogram(values: &[f64]) -> [f64; COUNT] {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let centred: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let mut shares = [0.0; COUNT];
    levels(&centred).into_iter().for_each(|level| shares[level] += 1.0 / count);
    shares
}

/// Standardised once more by the values within three standard deviations, so that a far outlier
/// does not squeeze the others into one level.
fn recentred(values: &[f64]) -> Vec<f64> {
    let near: Vec<f64> = values.iter().copied().filter(|value| value.abs() < LARGEST).collect();
    let count = near.len() as f64;
    let mean = near.iter().sum::<f64>() / count;
    let deviation = (near.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    let scale = if deviation > 0.0 { 1.0 / deviation } else { 0.0 };
    values.iter().map(|value| (value - mean) * scale).collect()
}

/// Twice each value, rounded (halves to even), from -6 to 6, counted from 0.
fn levels(values: &[f64]) -> Vec<usize> {
    let end = LEVELS * LARGEST;
    values.iter().map(|value| ((LEVELS * value).round_ties_even().clamp(-end, end) + end) as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_halves_of_a_deviation() {
        assert_eq!(levels(&[-9.0, -0.3, -0.25, 0.0, 0.75, 1.0, 9.0]), [0, 5, 6, 6, 8, 8, 12]);
    }

    #[test]
    fn noise_of_one_shape_tells_the_cause() {
        // y = 2 x + noise of one shape on levels of x; backwards the shape varies.
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for level in 0..5 {
            for step in 0..40 {
                x.push(f64::from(level));
                y.push(2.0 * f64::from(level * level) + f64::from(step % 20) / 10.0);
            }
        }
        assert!(score(&x, &y) > 0.01, "{}", score(&x, &y));
        assert_eq!(score(&x, &y), -score(&y, &x));
    }

    #[test]
    fn too_few_points_on_every_level_decide_nothing() {
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(score(&x, &x.iter().map(|x| x * x).collect::<Vec<_>>()), 0.0);
    }
}
