//! Series estimators: least squares on products of waves, with a ridge for stability.
//!
//! The trigonometric series has 1, cos(2 pi k x), sin(2 pi k x) for k = 1..K in each coordinate:
//! its functions are periodic, and what is estimated is not. The cosine series has cos(pi k x), whose
//! even extension has no jump at the border.

use super::basis::Basis;
use super::linear::{FixedBasis, RIDGES, fits};
use std::f64::consts::{PI, SQRT_2};
use std::iter::once;

/// Numbers of frequencies to choose from.
const FREQUENCIES: [usize; 8] = [1, 2, 3, 4, 5, 6, 8, 10];

/// Numbers of half waves to choose from.
const HALF_WAVES: [usize; 9] = [1, 2, 3, 4, 6, 8, 12, 16, 20];

/// With a periodic basis.
pub(super) const TRIGONOMETRIC_SERIES: FixedBasis =
    FixedBasis { name: "trigonometric-series", module: module_path!(), largest: 441, candidates: trigonometric };

/// With a basis that is not.
pub(super) const COSINE_SERIES: FixedBasis = FixedBasis { name: "cosine-series", module: module_path!(), largest: 441, candidates: cosine };

fn trigonometric(n: usize, dimension: u32) -> Box<dyn Iterator<Item = Basis>> {
    let affordable = move |k: &usize| fits(2 * k + 1, dimension, n);
    Box::new(
        FREQUENCIES.into_iter().filter(affordable).map(|k| Basis::of_all(k as f64, 2 * k + 1, Box::new(move |x| waves(k, x)), &RIDGES)),
    )
}

fn cosine(n: usize, dimension: u32) -> Box<dyn Iterator<Item = Basis>> {
    let affordable = move |k: &usize| fits(k + 1, dimension, n);
    Box::new(
        HALF_WAVES.into_iter().filter(affordable).map(|k| Basis::of_all(k as f64, k + 1, Box::new(move |x| half_waves(k, x)), &RIDGES)),
    )
}

/// The 2K + 1 functions of one coordinate, orthonormal on [0,1].
fn waves(frequencies: usize, x: f64) -> Vec<f64> {
    let pair = |k: usize| {
        let angle = 2.0 * PI * k as f64 * x;
        [SQRT_2 * angle.cos(), SQRT_2 * angle.sin()]
    };
    once(1.0).chain((1..=frequencies).flat_map(pair)).collect()
}

/// The K + 1 functions of one coordinate, orthonormal on [0,1].
fn half_waves(frequencies: usize, x: f64) -> Vec<f64> {
    once(1.0).chain((1..=frequencies).map(|k| SQRT_2 * (PI * k as f64 * x).cos())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sets_are_orthonormal() {
        // The midpoint rule is exact for waves this long.
        let points = super::super::data::midpoints(64);
        for functions in [&(|x| waves(10, x)) as &dyn Fn(f64) -> Vec<f64>, &|x| half_waves(20, x)] {
            let values: Vec<Vec<f64>> = points.iter().map(|x| functions(*x)).collect();
            for i in 0..21 {
                for j in 0..=i {
                    let product: f64 = values.iter().map(|value| value[i] * value[j]).sum::<f64>() / 64.0;
                    assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12, "{i} {j}: {product}");
                }
            }
        }
    }
}
