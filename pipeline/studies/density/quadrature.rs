//! The loss: the integral of |estimate - density| over the square, by the midpoint rule.
//!
//! A step function gets a grid whose cells do not straddle its steps, so that what the rule misses
//! is the density's own variation within a cell.

use super::densities::Density;
use std::collections::BTreeMap;

/// The least number of points a side for a step function.
const STEP_SIDE: usize = 240;

/// A density on midpoint grids, each computed when first asked for.
pub(super) struct Truth {
    density: Box<dyn Fn(f64, f64) -> f64>,
    /// How many times finer every grid is than the usual one: to measure what the usual one misses.
    fineness: usize,
    grids: BTreeMap<usize, Vec<f64>>,
}

impl Truth {
    pub(super) fn new(density: impl Fn(f64, f64) -> f64 + 'static, fineness: usize) -> Self {
        Self { density: Box::new(density), fineness, grids: BTreeMap::new() }
    }

    pub(super) fn of(density: Density, fineness: usize) -> Self {
        Self::new(move |x1, x2| density.at(x1, x2), fineness)
    }

    pub(super) fn fineness(&self) -> usize {
        self.fineness
    }

    /// The density on a grid of `side` by `side` points, row by row.
    pub(super) fn on(&mut self, side: usize) -> &[f64] {
        let density = &self.density;
        self.grids.entry(side).or_insert_with(|| {
            let points = midpoints(side);
            points.iter().flat_map(|x1| points.iter().map(|x2| density(*x1, *x2))).collect()
        })
    }

    /// The loss of an estimate on a grid of `side` by `side` points.
    pub(super) fn loss(&mut self, estimate: &[f64], side: usize) -> f64 {
        let sum: f64 = estimate.iter().zip(self.on(side)).map(|(estimate, truth)| (estimate - truth).abs()).sum();
        sum / estimate.len() as f64
    }

    /// The loss of a step function with these heights on `intervals` by `intervals` equal cells.
    pub(super) fn step_loss(&mut self, heights: &[f64], intervals: usize) -> f64 {
        let within = STEP_SIDE.div_ceil(intervals) * self.fineness;
        let side = intervals * within;
        let mut sum = 0.0;
        for (row, truth) in self.on(side).chunks_exact(side).enumerate() {
            let heights = &heights[row / within * intervals..][..intervals];
            for (height, truth) in heights.iter().zip(truth.chunks_exact(within)) {
                sum += truth.iter().map(|truth| (height - truth).abs()).sum::<f64>();
            }
        }
        sum / (side * side) as f64
    }
}

/// The midpoints of `side` equal intervals of [0,1].
pub(super) fn midpoints(side: usize) -> Vec<f64> {
    (0..side).map(|i| (i as f64 + 0.5) / side as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loss of the uniform density has a closed form for two of the densities: twice what it
    /// lacks above, or twice what it has below.
    #[test]
    fn the_uniform_density_has_known_losses() {
        let disc = 0.16 * std::f64::consts::PI;
        // Above 1 the pyramid is a smaller one, of height 36.5 over a half-diagonal of 36.5/375.
        let above = 4.0 * 2.0 / 3.0 * 36.5 * (36.5f64 / 375.0).powi(2);
        for (density, expected) in [(Density::Cylinder, 2.0 * (1.0 - disc)), (Density::Pyramid, 2.0 * above)] {
            let mut truth = Truth::of(density, 1);
            for intervals in [1, 7, 39] {
                let found = truth.step_loss(&vec![1.0; intervals * intervals], intervals);
                assert!((found / expected - 1.0).abs() < 2e-3, "{density:?}: {found}, expected {expected}");
            }
            let found = truth.loss(&vec![1.0; 500 * 500], 500);
            assert!((found / expected - 1.0).abs() < 1e-3, "{density:?}: {found}, expected {expected}");
        }
    }

    #[test]
    fn a_step_function_costs_what_its_steps_do() {
        let mut truth = Truth::new(|x1, x2| if x1 < 0.5 { 2.0 * x2 } else { 1.0 }, 1);
        // Heights 1, 1 over x1 < 1/2 miss 2 x2 by 1/2 on average; 0, 3 over the rest miss 1 by 1 and 2.
        let found = truth.step_loss(&[1.0, 1.0, 0.0, 3.0], 2);
        assert!((found - (0.5 * 0.5 + 0.25 + 0.5)).abs() < 1e-12, "{found}");
    }
}
