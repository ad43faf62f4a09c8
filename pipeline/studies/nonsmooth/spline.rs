//! Tensor-product regression splines: cubic B-splines on J equal intervals in each coordinate.

use super::basis::Basis;
use super::linear::{FixedBasis, RIDGES, fits};

/// Numbers of intervals to choose from.
const INTERVALS: [usize; 9] = [1, 2, 3, 4, 6, 8, 10, 13, 18];

const DEGREE: usize = 3;

/// The method.
pub(super) const TENSOR_SPLINE: FixedBasis = FixedBasis { name: "tensor-spline", module: module_path!(), largest: 441, candidates };

/// One candidate for each number of intervals that leaves no more functions than observations.
fn candidates(n: usize, dimension: u32) -> Box<dyn Iterator<Item = Basis>> {
    let affordable = move |j: &usize| fits(j + DEGREE, dimension, n);
    Box::new(
        INTERVALS.into_iter().filter(affordable).map(|j| Basis::of_all(j as f64, j + DEGREE, Box::new(move |x| b_splines(j, x)), &RIDGES)),
    )
}

/// The J + 3 cubic B-splines with equally spaced knots at a point of [0,1], by the recursion of
/// Cox and de Boor.
fn b_splines(intervals: usize, x: f64) -> Vec<f64> {
    let position = x * intervals as f64;
    let knot = |i: usize| i as f64 - DEGREE as f64;
    // Degree 0: one piece is 1. The last interval is closed.
    let piece = (position.floor() as usize).min(intervals - 1) + DEGREE;
    let mut values = vec![0.0; intervals + 2 * DEGREE];
    values[piece] = 1.0;
    for degree in 1..=DEGREE {
        for i in 0..intervals + 2 * DEGREE - degree {
            let rising = (position - knot(i)) / degree as f64;
            let falling = (knot(i + degree + 1) - position) / degree as f64;
            values[i] = rising * values[i] + falling * values[i + 1];
        }
    }
    values.truncate(intervals + DEGREE);
    values
}

#[cfg(test)]
mod tests {
    use super::b_splines;

    #[test]
    fn they_sum_to_one_and_are_local() {
        for x in [0.0, 0.1, 0.25, 0.5, 0.999, 1.0] {
            let values = b_splines(8, x);
            assert!((values.iter().sum::<f64>() - 1.0).abs() < 1e-14);
            assert!(values.iter().all(|value| *value >= 0.0));
            assert!(values.iter().filter(|value| **value > 0.0).count() <= 4);
        }
    }

    #[test]
    fn known_values_at_a_knot() {
        let values = b_splines(4, 0.5);
        let expected = [0.0, 0.0, 1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0, 0.0, 0.0];
        assert!(values.iter().zip(expected).all(|(value, expected)| (value - expected).abs() < 1e-15), "{values:?}");
    }
}
