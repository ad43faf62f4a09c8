//! Samples of a density, named so that all estimators share them.

use super::densities::Density;
use saigen_datasets::data_digest;
use saigen_models::stream::Stream;

/// The study's name: its folder's, and the first part of the name of every stream.
pub(super) const ID: &str = "density";

/// Independent points in the unit square.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) x1: Vec<f64>,
    pub(super) x2: Vec<f64>,
}

impl Sample {
    /// The sample of a cell. It depends on density, n and seed only, and a smaller sample is the
    /// beginning of a larger one: what n changes is then not hidden by what chance changes.
    pub(super) fn draw(density: Density, name: &str, n: usize, seed: u64) -> Self {
        let mut stream = Stream::new(ID, "sample", &[("density", name), ("seed", &seed.to_string())]);
        let (x1, x2) = (0..n).map(|_| density.draw(&mut stream)).unzip();
        Self { x1, x2 }
    }

    pub(super) fn len(&self) -> usize {
        self.x1.len()
    }

    /// The digest of this very sample.
    pub(super) fn digest(&self) -> String {
        data_digest(&[("x1", &self.x1), ("x2", &self.x2)])
    }

    /// The numbers of points in each of `side` by `side` equal cells, row by row: x1 is constant
    /// within a row.
    pub(super) fn counts(&self, side: usize) -> Vec<f64> {
        count(side, self.x1.iter().copied().zip(self.x2.iter().copied()))
    }

    /// As [`Self::counts`], of the points of one fold: every `folds`-th point from `fold` on.
    /// Points are independent, so that their order is no order.
    pub(super) fn fold_counts(&self, side: usize, fold: usize, folds: usize) -> Vec<f64> {
        let every = |x: &[f64]| x.iter().copied().skip(fold).step_by(folds).collect::<Vec<_>>();
        count(side, every(&self.x1).into_iter().zip(every(&self.x2)))
    }
}

fn count(side: usize, points: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    let mut counts = vec![0.0; side * side];
    // A point is below 1, and so is its cell below `side`, but for rounding.
    let cell = |x: f64| ((x * side as f64) as usize).min(side - 1);
    for (x1, x2) in points {
        counts[cell(x1) * side + cell(x2)] += 1.0;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_sample_begins_a_larger_one_and_folds_are_a_partition() {
        let draw = |n, seed| Sample::draw(Density::Pyramid, "pyramid", n, seed);
        let (small, large) = (draw(50, 3), draw(80, 3));
        assert_eq!(small.x1[..], large.x1[..50]);
        assert_ne!(small.digest(), draw(50, 4).digest());
        let whole = large.counts(7);
        let folds: Vec<Vec<f64>> = (0..4).map(|fold| large.fold_counts(7, fold, 4)).collect();
        for cell in 0..49 {
            assert_eq!(whole[cell], folds.iter().map(|fold| fold[cell]).sum::<f64>());
        }
        assert_eq!(whole.iter().sum::<f64>(), 80.0);
    }
}
