//! The trigonometric series estimator: least squares on 1, cos(2 pi k x), sin(2 pi k x) for
//! k = 1..K in each coordinate and all their products, with a ridge for stability.

use super::data::Sample;
use super::linear::{Candidate, FixedBasis, product_basis};

/// Numbers of frequencies to choose from.
const FREQUENCIES: [usize; 8] = [1, 2, 3, 4, 5, 6, 8, 10];

/// The method.
pub(super) const TRIGONOMETRIC_SERIES: FixedBasis = FixedBasis { name: "trigonometric-series", module: module_path!(), candidates };

/// One candidate for each number of frequencies that leaves no more functions than observations.
fn candidates(sample: &Sample) -> Box<dyn Iterator<Item = Candidate> + '_> {
    let fits = |k: &&usize| (2 * **k + 1).pow(2) <= sample.y.len();
    Box::new(FREQUENCIES.iter().filter(fits).map(|k| product_basis(sample, *k as f64, 2 * k + 1, functions(*k))))
}

/// The 2K + 1 functions of one coordinate, orthonormal on [0,1].
fn functions(frequencies: usize) -> impl Fn(f64) -> Vec<f64> + Copy + 'static {
    move |x| {
        let waves = (1..=frequencies).flat_map(|k| {
            let angle = std::f64::consts::TAU * k as f64 * x;
            [std::f64::consts::SQRT_2 * angle.cos(), std::f64::consts::SQRT_2 * angle.sin()]
        });
        std::iter::once(1.0).chain(waves).collect()
    }
}
