//! Kernel density estimates with a product kernel, Gaussian or square (section 6.2).
//!
//! Points are counted on a fine grid and the counts are convolved, axis by axis. Nothing corrects
//! for the boundary: mass that a kernel puts outside the square is lost.

use super::data::Sample;
use super::estimator::{Candidate, Case, Estimator};
use super::quadrature::Truth;
use saigen_engine::Parameter;

/// Bandwidths to choose from: the paper's grid, in thousandths.
const BANDWIDTHS: [usize; 12] = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

/// The bandwidth that the printed curves of the pyramid seem to have used, in thousandths.
const FIXED: usize = 30;

/// The kernel exp(-x^2 / 2h^2) in each coordinate.
pub(super) const GAUSSIAN: Estimator =
    Estimator { name: "kernel-gaussian", module: module_path!(), parameters: &[], seconds: 0.06, candidates: gaussian };

/// The kernel 1(|x| < h) in each coordinate, or 1(|x| < h/2) with the reach `full-width`.
pub(super) const SQUARE: Estimator = Estimator {
    name: "kernel-square",
    module: module_path!(),
    parameters: &[("reach", Parameter::Choice(&["half-width", "full-width"]))],
    seconds: 0.02,
    candidates: square,
};

fn gaussian(case: &Case<'_>, truth: &mut Truth) -> Vec<Candidate> {
    let fineness = truth.fineness();
    // A bandwidth is at least five grid steps, but for the two that are too small for any sample.
    let (fine, coarse) = (500 * fineness, 250 * fineness);
    let (narrow, wide) = (case.sample.counts(fine), case.sample.counts(coarse));
    let candidate = |thousandths: &usize| {
        let (side, counts) = if *thousandths <= 20 { (fine, &narrow) } else { (coarse, &wide) };
        let weights = gaussian_weights(*thousandths as f64 / 1000.0 * side as f64);
        let scale = (side * side) as f64 / case.sample.len() as f64;
        let mut estimate = smooth(counts, side, &weights);
        estimate.iter_mut().for_each(|value| *value *= scale);
        let own = weights[0] * weights[0] * scale;
        candidate(*thousandths, &estimate, counts, own, (case.sample, truth))
    };
    BANDWIDTHS.iter().map(candidate).collect()
}

/// The kernel at 0, 1, … grid steps, cut at four bandwidths and scaled to the sum 1 over both sides.
fn gaussian_weights(bandwidth: f64) -> Vec<f64> {
    let reach = (4.0 * bandwidth).ceil() as usize;
    let mut weights: Vec<f64> = (0..=reach).map(|step| (-0.5 * (step as f64 / bandwidth).powi(2)).exp()).collect();
    let sum = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

/// The convolution of counts with weights in both directions.
fn smooth(counts: &[f64], side: usize, weights: &[f64]) -> Vec<f64> {
    let reach = weights.len() - 1;
    let mut across = vec![0.0; side * side];
    let mut padded = vec![0.0; side + 2 * reach];
    for (row, smoothed) in counts.chunks_exact(side).zip(across.chunks_exact_mut(side)) {
        if row.iter().all(|count| *count == 0.0) {
            continue;
        }
        padded[reach..reach + side].copy_from_slice(row);
        add(smoothed, weights[0], row, None);
        for (step, weight) in weights.iter().enumerate().skip(1) {
            add(smoothed, *weight, &padded[reach - step..][..side], Some(&padded[reach + step..][..side]));
        }
    }
    let mut estimate = vec![0.0; side * side];
    for (at, smoothed) in estimate.chunks_exact_mut(side).enumerate() {
        let row = |at: usize| &across[at * side..][..side];
        add(smoothed, weights[0], row(at), None);
        for (step, weight) in weights.iter().enumerate().skip(1) {
            let (before, after) = (at.checked_sub(step), Some(at + step).filter(|at| *at < side));
            if let Some(near) = before.or(after) {
                add(smoothed, *weight, row(near), before.and(after).map(row));
            }
        }
    }
    estimate
}

/// sum += weight (a + b)
fn add(sum: &mut [f64], weight: f64, a: &[f64], b: Option<&[f64]>) {
    match b {
        Some(b) => sum.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += weight * (a + b)),
        None => sum.iter_mut().zip(a).for_each(|(sum, a)| *sum += weight * a),
    }
}

fn square(case: &Case<'_>, truth: &mut Truth) -> Vec<Candidate> {
    // Bins so fine that the edges of every window around every grid point are edges of bins.
    let bins_a_point = if case.parameters.word("reach") == "half-width" { 2 } else { 4 };
    let side = 500 * truth.fineness();
    let bins = side * bins_a_point;
    let below = cumulative(&case.sample.counts(bins), bins);
    let counts = case.sample.counts(side);
    let candidate = |thousandths: &usize| {
        // Half the window: h, or h/2 of twice as fine bins.
        let half = thousandths * 2 * side / 1000;
        let own = (bins as f64 / (2 * half) as f64).powi(2) / case.sample.len() as f64;
        let edges = |at: usize| {
            let middle = at * bins_a_point + bins_a_point / 2;
            (middle.saturating_sub(half) * (bins + 1), (middle + half).min(bins) * (bins + 1))
        };
        let columns: Vec<(usize, usize)> = (0..side).map(edges).map(|(low, high)| (low / (bins + 1), high / (bins + 1))).collect();
        let mut estimate = Vec::with_capacity(side * side);
        for (low, high) in (0..side).map(edges) {
            let (before, upto) = (&below[low..][..=bins], &below[high..][..=bins]);
            estimate.extend(columns.iter().map(|(left, right)| own * ((upto[*right] - upto[*left]) - (before[*right] - before[*left]))));
        }
        candidate(*thousandths, &estimate, &counts, own, (case.sample, truth))
    };
    BANDWIDTHS.iter().map(candidate).collect()
}

/// The numbers of points below and left of every corner of the bins, corners row by row.
fn cumulative(counts: &[f64], bins: usize) -> Vec<f64> {
    let width = bins + 1;
    let mut below = vec![0.0; width * width];
    for (at, row) in counts.chunks_exact(bins).enumerate() {
        let (done, next) = below.split_at_mut((at + 1) * width);
        let mut along = 0.0;
        for ((sum, before), count) in next[1..width].iter_mut().zip(&done[at * width + 1..]).zip(row) {
            along += count;
            *sum = before + along;
        }
    }
    below
}

/// A candidate with its estimate on the grid of the counts. `own` is what a point adds to the
/// estimate at its own place; left out, the rest is the estimate of all the other points:
/// integral of f^2 - 2 mean of f_(without X_i)(X_i).
fn candidate(thousandths: usize, estimate: &[f64], counts: &[f64], own: f64, (sample, truth): (&Sample, &mut Truth)) -> Candidate {
    let n = sample.len() as f64;
    let squares: f64 = estimate.iter().map(|value| value * value).sum();
    let at_points: f64 = estimate.iter().zip(counts).map(|(value, count)| value * count).sum();
    let side = counts.len().isqrt();
    Candidate {
        setting: thousandths as f64 / 1000.0,
        loss: truth.loss(estimate, side),
        criterion: squares / counts.len() as f64 - 2.0 * (at_points - n * own) / (n - 1.0),
        fixed: thousandths == FIXED,
    }
}
