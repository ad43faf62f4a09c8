//! A family of bounded densities that no step function on few cells comes near: 1 + r, where r is a
//! random sign on each cell of an L by L grid and L = sqrt(n).
//!
//! The regularity lemma bounds what a partition misses on every product of two sets, which is little
//! here. The theorems speak of the L1 norm, which is what a partition misses on *any* set.

use super::data::{ID, Sample};
use super::estimator::MULTIPLE;
use super::m_sde;
use super::partition::step_distance;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use saigen_models::stream::Stream;
use std::collections::BTreeMap;

/// The method.
pub(super) struct Signs;

impl Method for Signs {
    fn name(&self) -> &'static str {
        "signs"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let n = Parameter::Int(MULTIPLE as i64, 100_000);
        [("n", n), ("most", Parameter::Int(2, 30)), ("starts", Parameter::Int(1, 100))].into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let numbers = ["loss-m-sde", "loss-histogram", "cut-bound"].map(|name| (name, Kind::Float));
        numbers.into_iter().chain([("side", Kind::Int), ("data", Kind::Text)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        3e-6 * parameters.int("most").pow(4) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let (n, most, starts) = (p.int("n"), p.int("most"), p.int("starts"));
        let cell = |seed: &u64| {
            let side = 2 * (f64::sqrt(n as f64) / 2.0).round() as usize;
            let names = [("side", side.to_string()), ("seed", seed.to_string())];
            let names = names.each_ref().map(|(name, value)| (*name, value.as_str()));
            let heights = signs(side, &mut Stream::new(ID, "signs", &names));
            let sample = draw(&heights, n, &mut Stream::new(ID, "signs sample", &names));
            // The least losses over all numbers of classes: what the oracle would choose.
            let least = |estimate: &dyn Fn(usize) -> Vec<f64>| {
                (1..=most).map(|classes| step_distance(&estimate(classes), &heights)).fold(f64::INFINITY, f64::min)
            };
            let equal = |classes: usize| -> Vec<f64> {
                sample.counts(classes).iter().map(|count| count * (classes * classes) as f64 / n as f64).collect()
            };
            let values = [
                ("loss-m-sde", Value::Float(least(&|classes| m_sde::fit(&sample, classes, *seed, starts).1))),
                ("loss-histogram", Value::Float(least(&equal))),
                ("cut-bound", Value::Float(cut_bound(&heights))),
                ("side", Value::Int(side as i64)),
                ("data", Value::Text(sample.digest())),
            ];
            Record(values.map(|(name, value)| (name.to_string(), value)).into())
        };
        Ok(batch.seeds.iter().map(cell).collect())
    }
}

/// Heights 0 and 2, as many of the one as of the other, in random places.
fn signs(side: usize, stream: &mut Stream) -> Vec<f64> {
    let cells = side * side;
    stream.order(cells).into_iter().map(|place| if place < cells / 2 { 2.0 } else { 0.0 }).collect()
}

/// Points with the density of these heights.
fn draw(heights: &[f64], n: usize, stream: &mut Stream) -> Sample {
    let side = heights.len().isqrt();
    let full: Vec<usize> = (0..heights.len()).filter(|cell| heights[*cell] > 0.0).collect();
    let mut point = || {
        let cell = full[stream.below(full.len())];
        let mut inside = |at: usize| (at as f64 + stream.uniform()) / side as f64;
        (inside(cell / side), inside(cell % side))
    };
    let (x1, x2) = (0..n).map(|_| point()).unzip();
    Sample { x1, x2 }
}

/// A bound on |integral of f - 1 over S x T|, over all S and T: the largest singular value of the
/// matrix f - 1 over its side, by the trace of the eighth power of its Gram matrix.
fn cut_bound(heights: &[f64]) -> f64 {
    let side = heights.len().isqrt();
    let centred: Vec<f64> = heights.iter().map(|height| height - 1.0).collect();
    let mut power = gram(&centred, side);
    for _ in 0..2 {
        power = gram(&power, side);
    }
    // The power is symmetric: the trace of its square is the sum of its squares.
    let trace: f64 = power.iter().map(|value| value * value).sum();
    trace.powf(1.0 / 16.0) / side as f64
}

/// The products of all rows.
fn gram(rows: &[f64], side: usize) -> Vec<f64> {
    let row = |at: usize| &rows[at * side..][..side];
    let dot = |a: usize, b: usize| row(a).iter().zip(row(b)).map(|(a, b)| a * b).sum();
    (0..side * side).map(|at| dot(at / side, at % side)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_holds_on_what_it_bounds() {
        let side = 8;
        let heights = signs(side, &mut Stream::new("test", "signs", &[]));
        assert_eq!(heights.iter().sum::<f64>(), 64.0);
        // The largest cut by trying every set of rows with the best set of columns.
        let mut largest: f64 = 0.0;
        for rows in 0..1usize << side {
            let sum =
                |column: usize| (0..side).filter(|row| rows >> row & 1 == 1).map(|row| heights[row * side + column] - 1.0).sum::<f64>();
            let (above, below) = (0..side).map(sum).fold((0.0, 0.0), |(above, below), sum| (above + sum.max(0.0), below - sum.min(0.0)));
            largest = largest.max(f64::max(above, below) / 64.0);
        }
        let bound = cut_bound(&heights);
        assert!(largest <= bound && bound < 4.0 * largest, "{largest} {bound}");
    }

    #[test]
    fn points_lie_where_there_is_mass() {
        let heights = signs(6, &mut Stream::new("test", "signs", &[]));
        let counts = draw(&heights, 3600, &mut Stream::new("test", "signs sample", &[])).counts(6);
        for (count, height) in counts.iter().zip(&heights) {
            let expected = 100.0 * height;
            // Six standard deviations.
            assert!((count - expected).abs() <= 6.0 * expected.sqrt(), "{count}, expected {expected}");
        }
    }
}
