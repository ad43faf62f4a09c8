//! M-SDE (section 3.1): the histogram on the partition that cross-validation likes best.
//!
//! As in the paper's figures, the base intervals are equal, M = 3K of them, three to each of K
//! classes, and one partition serves both axes.

use super::data::{ID, Sample};
use super::densities::Density;
use super::estimator::{Candidate, Case, Estimator, MULTIPLE};
use super::greedy::{FOLDS, Found, SHARE, search};
use super::partition::Partition;
use super::quadrature::Truth;
use saigen_engine::Parameter;
use saigen_models::stream::Stream;

/// Numbers of classes to choose from. The paper does not list its own; it chose 4, 10 and 13.
const CLASSES: [usize; 10] = [1, 2, 3, 4, 5, 6, 8, 10, 13, 16];

/// The folds that the number of classes is cross-validated in.
pub(super) const OUTER: usize = MULTIPLE / FOLDS;

/// The method.
pub(super) const M_SDE: Estimator =
    Estimator { name: "m-sde", module: module_path!(), parameters: &[("starts", Parameter::Int(1, 100))], seconds: 0.15, candidates };

/// The numbers of classes that the paper chose at n = 10,000 (section 6.1).
pub(super) fn published_classes(density: Density) -> usize {
    match density {
        Density::Gaussian => 4,
        Density::Cylinder => 10,
        Density::Pyramid => 13,
    }
}

fn candidates(case: &Case<'_>, truth: &mut Truth) -> Vec<Candidate> {
    CLASSES.iter().map(|classes| candidate(*classes, case, truth)).collect()
}

fn candidate(classes: usize, case: &Case<'_>, truth: &mut Truth) -> Candidate {
    let parts = Parts::new(case.sample, classes * SHARE);
    let starts = case.parameters.int("starts");
    let partition = best(&parts.folds(None), case.seed, starts).partition;
    // A partition of its own for each fold that is left out.
    let criteria = (0..OUTER).map(|out| {
        let partition = best(&parts.folds(Some(out)), case.seed, 1).partition;
        partition.criterion(&parts.training(out), &parts.test(out))
    });
    Candidate {
        setting: classes as f64,
        criterion: criteria.sum::<f64>() / OUTER as f64,
        loss: truth.step_loss(&partition.heights(&parts.all()), partition.intervals()),
        fixed: classes == published_classes(case.density),
    }
}

/// The fit with this many classes to a whole sample.
pub(super) fn fit(sample: &Sample, classes: usize, seed: u64, starts: usize) -> (Partition, Vec<f64>) {
    let parts = Parts::new(sample, classes * SHARE);
    let partition = best(&parts.folds(None), seed, starts).partition;
    let heights = partition.heights(&parts.all());
    (partition, heights)
}

/// The best of several searches, each from an arbitrary partition.
fn best(points: &[[f64; FOLDS]], seed: u64, starts: usize) -> Found {
    let intervals = points.len().isqrt();
    let run = |start: usize| {
        let names = [("intervals", intervals.to_string()), ("seed", seed.to_string()), ("start", start.to_string())];
        let names = names.each_ref().map(|(name, value)| (*name, value.as_str()));
        search(points, &Stream::new(ID, "m-sde start", &names).order(intervals))
    };
    let first = run(0);
    (1..starts).map(run).fold(first, |best, found| if found.criterion < best.criterion { found } else { best })
}

/// A sample's counts on products of intervals, in parts: every twentieth point makes one. Four
/// folds, and five, are unions of parts.
pub(super) struct Parts(Vec<Vec<f64>>);

impl Parts {
    pub(super) fn new(sample: &Sample, intervals: usize) -> Self {
        Self((0..MULTIPLE).map(|part| sample.fold_counts(intervals, part, MULTIPLE)).collect())
    }

    fn union(&self, keep: impl Fn(usize) -> bool) -> Vec<f64> {
        let mut counts = vec![0.0; self.0[0].len()];
        for part in self.0.iter().enumerate().filter(|(part, _)| keep(*part)).map(|(_, part)| part) {
            counts.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
        }
        counts
    }

    /// The whole sample.
    pub(super) fn all(&self) -> Vec<f64> {
        self.union(|_| true)
    }

    /// All but an outer fold.
    pub(super) fn training(&self, out: usize) -> Vec<f64> {
        self.union(|part| part % OUTER != out)
    }

    /// An outer fold.
    pub(super) fn test(&self, out: usize) -> Vec<f64> {
        self.union(|part| part % OUTER == out)
    }

    /// The inner folds of everything but an outer fold.
    fn folds(&self, out: Option<usize>) -> Vec<[f64; FOLDS]> {
        let folds: [Vec<f64>; FOLDS] = std::array::from_fn(|fold| self.union(|part| part % FOLDS == fold && Some(part % OUTER) != out));
        (0..folds[0].len()).map(|at| std::array::from_fn(|fold| folds[fold][at])).collect()
    }
}
