//! The histogram on equal cells (section 6.2).

use super::estimator::{Candidate, Case, Estimator};
use super::quadrature::Truth;

/// The most intervals an axis is cut into: the paper's grid is 1 to this.
const MOST: usize = 20;

/// The number of intervals that the printed curve of the pyramid seems to have used.
const FIXED: usize = 12;

/// The method.
pub(super) const HISTOGRAM: Estimator = Estimator { name: "histogram", module: module_path!(), parameters: &[], seconds: 0.01, candidates };

fn candidates(case: &Case<'_>, truth: &mut Truth) -> Vec<Candidate> {
    (1..=MOST).map(|intervals| candidate(intervals, case, truth)).collect()
}

/// The heights are count / (n area); leaving one point out has a closed form.
fn candidate(intervals: usize, case: &Case<'_>, truth: &mut Truth) -> Candidate {
    let counts = case.sample.counts(intervals);
    let (n, cells) = (case.sample.len() as f64, counts.len() as f64);
    let heights: Vec<f64> = counts.iter().map(|count| count * cells / n).collect();
    let squares: f64 = counts.iter().map(|count| count * count).sum();
    Candidate {
        setting: intervals as f64,
        loss: truth.step_loss(&heights, intervals),
        criterion: squares * cells / (n * n) - 2.0 * cells * (squares - n) / (n * (n - 1.0)),
        fixed: intervals == FIXED,
    }
}
