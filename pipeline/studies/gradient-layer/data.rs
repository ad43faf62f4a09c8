//! The three distributions of the toy experiment (figure 2), and samples of them.
//!
//! Their parameters are not printed: they were measured off the figure.

use saigen_models::mixture::{Mixture, Point};
use saigen_models::stream::Stream;

/// The study's name: its folder's, and the first part of the name of every stream.
pub(super) const ID: &str = "gradient-layer";

/// The names in a declaration.
pub(super) const NAMES: &[&str] = &["8-gaussians", "25-gaussians", "swiss-roll"];

/// The one with more data and a wider critic.
pub(super) const GRID: &str = "25-gaussians";

/// The distribution of a declared name; the declaration was checked against [`NAMES`].
pub(super) fn named(name: &str) -> Mixture {
    match name {
        GRID => Mixture::Grid { side: 5, spacing: 0.47, deviation: 0.02 },
        "swiss-roll" => Mixture::SwissRoll { scale: 0.07, deviation: 0.0175 },
        _ => Mixture::Ring { modes: 8, radius: 0.94, deviation: 0.015 },
    }
}

/// The standard deviation of the noise that enters the generator, in each of its two coordinates.
const NOISE: f64 = 0.5;

/// A sample of a distribution for a purpose. It depends on distribution and seed only, so that all
/// methods see the same data and are held against the same.
pub(super) fn sample(name: &str, purpose: &str, count: usize, seed: u64) -> Vec<Point> {
    let mut stream = Stream::new(ID, purpose, &[("data", name), ("seed", &seed.to_string())]);
    named(name).sample(count, &mut stream)
}

/// Noise for a purpose.
pub(super) fn noise(stream: &mut Stream, count: usize) -> Vec<Point> {
    (0..count).map(|_| [NOISE * stream.normal(), NOISE * stream.normal()]).collect()
}

/// What the generator gives before it has learned: noise through the hyperbolic tangent at its end.
pub(super) fn squashed(points: &[Point]) -> Vec<Point> {
    points.iter().map(|point| point.map(f64::tanh)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_lie_where_the_figure_has_them() {
        for name in NAMES {
            let points = sample(name, "test", 2000, 0);
            // Beyond 1 no tanh reaches: hardly a point lies there.
            let outside = points.iter().filter(|point| point.iter().any(|x| x.abs() >= 1.0)).count();
            assert!(outside < 40, "{name}: {outside}");
            assert_ne!(points, sample(name, "test", 2000, 1));
        }
    }
}
