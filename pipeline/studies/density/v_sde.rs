//! V-SDE (section 3.2, algorithm 1): classes are the Voronoi cells of a few intervals that are far
//! from each other, in a distance between intervals.
//!
//! The algorithm draws intervals until CT draws added nothing; CT grows like 1/eps^3 and is far above
//! the number of intervals wherever eps is small. Here all are drawn once, in a random order, which
//! is its limit: an interval that was not added once is never added later.

use super::data::ID;
use super::estimator::{Candidate, Case, Estimator};
use super::greedy::SHARE;
use super::m_sde::{OUTER, Parts, published_classes};
use super::partition::Partition;
use super::quadrature::Truth;
use saigen_models::stream::Stream;

/// Numbers of intervals to choose from; the paper does not list its own.
const INTERVALS: [usize; 7] = [6, 9, 12, 18, 24, 30, 39];

/// The tolerances eps to choose from: 0.05 2^(k/2), up to more than any distance.
fn tolerances() -> Vec<f64> {
    (0..21).map(|k| 0.05 * 2f64.powf(0.5 * f64::from(k))).collect()
}

/// The method.
pub(super) const V_SDE: Estimator = Estimator { name: "v-sde", module: module_path!(), parameters: &[], seconds: 0.03, candidates };

fn candidates(case: &Case<'_>, truth: &mut Truth) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = INTERVALS.iter().flat_map(|intervals| at(*intervals, case, truth)).collect();
    // The paper names no setting: the fixed one has M-SDE's number of intervals, and comes nearest
    // to its number of classes; of equals the coarsest.
    let classes = published_classes(case.density);
    let base = INTERVALS.iter().position(|intervals| *intervals == SHARE * classes).unwrap_or_default();
    let of_base = &mut candidates[base * tolerances().len()..][..tolerances().len()];
    let distance = |candidate: &Candidate| (candidate.setting - classes as f64).abs();
    if let Some(nearest) = of_base.iter_mut().rev().min_by(|a, b| distance(a).total_cmp(&distance(b))) {
        nearest.fixed = true;
    }
    candidates
}

/// The candidates with this number of intervals, one a tolerance.
fn at(intervals: usize, case: &Case<'_>, truth: &mut Truth) -> Vec<Candidate> {
    let parts = Parts::new(case.sample, intervals);
    let names = [("intervals", intervals.to_string()), ("seed", case.seed.to_string())];
    let names = names.each_ref().map(|(name, value)| (*name, value.as_str()));
    let order = Stream::new(ID, "v-sde order", &names).order(intervals);
    let all = parts.all();
    let whole = Distances::new(&all, intervals);
    let folds: Vec<_> = (0..OUTER).map(|out| (parts.training(out), parts.test(out))).collect();
    let folds: Vec<_> = folds.iter().map(|(training, test)| (Distances::new(training, intervals), training, test)).collect();
    let mut last: Option<(Partition, f64)> = None;
    let candidate = |tolerance: f64| {
        let partition = whole.partition(&order, tolerance);
        let loss = match last.take() {
            Some((same, loss)) if same == partition => loss,
            _ => truth.step_loss(&partition.heights(&all), intervals),
        };
        let criteria = folds.iter().map(|(distances, training, test)| distances.partition(&order, tolerance).criterion(training, test));
        let criterion = criteria.sum::<f64>() / OUTER as f64;
        let setting = partition.classes as f64;
        last = Some((partition, loss));
        Candidate { setting, loss, criterion, fixed: false }
    };
    tolerances().into_iter().map(candidate).collect()
}

/// The distances d(a, b) = sum over i of |sum over j of A_ji (A_ja - A_jb)| between intervals, of the
/// counts A and of their transpose: whole numbers, so that equal ones are equal.
struct Distances {
    intervals: usize,
    plain: Vec<f64>,
    transposed: Vec<f64>,
    /// Times this the sums are means of products of heights, which do not grow with the number of
    /// intervals: the integral over x of |integral over y of f(y,x) (f(y,a) - f(y,b))|.
    scale: f64,
}

impl Distances {
    fn new(counts: &[f64], intervals: usize) -> Self {
        let n: f64 = counts.iter().sum();
        let transpose: Vec<f64> = (0..counts.len()).map(|at| counts[at % intervals * intervals + at / intervals]).collect();
        let (plain, transposed) = (distances(&transpose, intervals), distances(counts, intervals));
        Self { intervals, plain, transposed, scale: counts.len() as f64 / (n * n) }
    }

    /// Algorithm 1 and the Voronoi cells of what it chose.
    fn partition(&self, order: &[usize], tolerance: f64) -> Partition {
        let mut chosen: Vec<usize> = Vec::new();
        for interval in order {
            let distant = |distance: f64| self.scale * distance > 0.5 * tolerance;
            let far = |distances: &[f64]| chosen.iter().all(|other| distant(distances[interval * self.intervals + other]));
            if far(&self.plain) || far(&self.transposed) {
                chosen.push(*interval);
            }
        }
        let class = |interval: usize| {
            let distance = |at: &usize| self.plain[interval * self.intervals + chosen[*at]];
            (0..chosen.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or_default()
        };
        // Of two chosen ones without a distance one may have no interval nearest to it.
        let nearest: Vec<usize> = (0..self.intervals).map(class).collect();
        let mut used: Vec<usize> = nearest.clone();
        used.sort_unstable();
        used.dedup();
        let class = nearest.iter().map(|class| used.partition_point(|other| other < class)).collect();
        Partition { class, classes: used.len() }
    }
}

/// Distances between rows: those of the transpose are the columns of A.
fn distances(rows: &[f64], intervals: usize) -> Vec<f64> {
    let row = |at: usize| &rows[at * intervals..][..intervals];
    let dot = |a: usize, b: usize| row(a).iter().zip(row(b)).map(|(a, b)| a * b).sum::<f64>();
    let products: Vec<f64> = (0..intervals * intervals).map(|at| dot(at / intervals, at % intervals)).collect();
    let product = |at: usize| &products[at * intervals..][..intervals];
    let apart = |a: usize, b: usize| product(a).iter().zip(product(b)).map(|(a, b)| (a - b).abs()).sum::<f64>();
    (0..intervals * intervals).map(|at| apart(at / intervals, at % intervals)).collect()
}
