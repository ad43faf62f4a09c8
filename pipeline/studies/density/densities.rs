//! The three densities on the unit square, with exact samplers (sections 6.1 and 6.2).
//!
//! The paper shows them in words and pictures; their parameters were measured off the pictures.

use saigen_models::stream::Stream;

/// A density to be estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Density {
    /// A normal density with variance 1/2 around the middle, cut to the square.
    Gaussian,
    /// Uniform on a disc: it jumps at the rim.
    Cylinder,
    /// Four pyramids over diamonds: continuous, steep, and zero nearly everywhere.
    Pyramid,
}

/// The names in a declaration.
pub(super) const NAMES: &[&str] = &["gaussian", "cylinder", "pyramid"];

/// The squared radius of the disc.
const DISC: f64 = 0.16;

/// The coordinates of the pyramids' centres, in either direction, and their half-diagonal.
const CENTRES: [f64; 2] = [0.3, 0.7];
const HALF_DIAGONAL: f64 = 0.1;

/// The integral of exp(-(x - 1/2)^2) over [0,1], which is sqrt(pi) erf(1/2).
const GAUSSIAN_MASS: f64 = 0.922_562_012_826_150_8;

impl Density {
    /// The density of a declared name; the declaration was checked against [`NAMES`].
    pub(super) fn named(name: &str) -> Self {
        match name {
            "cylinder" => Self::Cylinder,
            "pyramid" => Self::Pyramid,
            _ => Self::Gaussian,
        }
    }

    /// The value at a point.
    pub(super) fn at(self, x1: f64, x2: f64) -> f64 {
        match self {
            Self::Gaussian => (-(x1 - 0.5) * (x1 - 0.5) - (x2 - 0.5) * (x2 - 0.5)).exp() / (GAUSSIAN_MASS * GAUSSIAN_MASS),
            Self::Cylinder if in_disc(x1, x2) => 1.0 / (DISC * std::f64::consts::PI),
            Self::Cylinder => 0.0,
            Self::Pyramid => {
                // Four pyramids share the mass 1; each has the volume 2/3 height half-diagonal^2.
                let slope = 0.375 / HALF_DIAGONAL.powi(3);
                let nearest = |x: f64| f64::min((x - CENTRES[0]).abs(), (x - CENTRES[1]).abs());
                slope * (HALF_DIAGONAL - nearest(x1) - nearest(x2)).max(0.0)
            }
        }
    }

    /// A point with this density.
    pub(super) fn draw(self, stream: &mut Stream) -> (f64, f64) {
        match self {
            Self::Gaussian => {
                let mut coordinate = || loop {
                    let x = stream.uniform();
                    if stream.uniform() < (-(x - 0.5) * (x - 0.5)).exp() {
                        return x;
                    }
                };
                (coordinate(), coordinate())
            }
            Self::Cylinder => loop {
                let point = (0.1 + 0.8 * stream.uniform(), 0.1 + 0.8 * stream.uniform());
                if in_disc(point.0, point.1) {
                    return point;
                }
            },
            Self::Pyramid => {
                // On a diamond of half-diagonal r the density falls like 1 - r/H and the length
                // grows like r: r/H is Beta(2, 2), the middle one of three uniform numbers.
                let mut three = [stream.uniform(), stream.uniform(), stream.uniform()];
                three.sort_by(f64::total_cmp);
                let (radius, share) = (HALF_DIAGONAL * three[1], stream.uniform());
                let mut coordinate = |length: f64| {
                    let centre = CENTRES[stream.below(2)];
                    if stream.below(2) == 0 { centre - length } else { centre + length }
                };
                (coordinate(radius * share), coordinate(radius * (1.0 - share)))
            }
        }
    }
}

fn in_disc(x1: f64, x2: f64) -> bool {
    (x1 - 0.5) * (x1 - 0.5) + (x2 - 0.5) * (x2 - 0.5) < DISC
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Density; 3] = [Density::Gaussian, Density::Cylinder, Density::Pyramid];

    #[test]
    fn heights_are_those_of_the_pictures() {
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-3, "{found} {expected}");
        near(Density::Gaussian.at(0.5, 0.5), 1.175);
        near(Density::Gaussian.at(0.0, 0.0), 0.713);
        near(Density::Cylinder.at(0.5, 0.5), 1.989);
        near(Density::Cylinder.at(0.5, 0.91), 0.0);
        near(Density::Pyramid.at(0.3, 0.7), 37.5);
        near(Density::Pyramid.at(0.3, 0.75), 18.75);
        near(Density::Pyramid.at(0.36, 0.75), 0.0);
    }

    /// Counts on a grid of 20 by 20 cells against the density's integral over each cell: a
    /// chi-square test with a known seed.
    #[test]
    fn samples_have_the_density() {
        let (total, side, fine) = (100_000, 20, 50);
        for density in ALL {
            let mut stream = Stream::new("test", "density", &[("density", &format!("{density:?}"))]);
            let mut counts = vec![0.0; side * side];
            for _ in 0..total {
                let (x1, x2) = density.draw(&mut stream);
                assert!((0.0..1.0).contains(&x1) && (0.0..1.0).contains(&x2));
                counts[(x1 * side as f64) as usize * side + (x2 * side as f64) as usize] += 1.0;
            }
            let (mut chi2, mut cells, mut mass) = (0.0, 0.0, 0.0);
            for (cell, count) in counts.iter().enumerate() {
                let at = |cell: usize, k: usize| (cell as f64 + (k as f64 + 0.5) / fine as f64) / side as f64;
                let values = (0..fine * fine).map(|k| density.at(at(cell / side, k / fine), at(cell % side, k % fine)));
                let expected = total as f64 * values.sum::<f64>() / (side * side * fine * fine) as f64;
                mass += expected;
                if expected >= 5.0 {
                    chi2 += (count - expected).powi(2) / expected;
                    cells += 1.0;
                } else if expected == 0.0 {
                    assert_eq!(*count, 0.0, "{density:?}: a point where there is no mass");
                }
            }
            assert!((mass / total as f64 - 1.0).abs() < 2e-3, "{density:?}: mass {}", mass / total as f64);
            // The chi-square variable is nearly normal with mean `cells` and variance 2 `cells`.
            assert!((chi2 - cells).abs() < 4.0 * f64::sqrt(2.0 * cells), "{density:?}: chi-square {chi2} over {cells} cells");
        }
    }

    #[test]
    fn the_pyramid_has_the_moments_of_its_marginal() {
        // Around a centre the marginal's density is proportional to (1 - |u|/H)^2: the mean of |u|
        // is H/4, of u^2 is H^2/10.
        let mut stream = Stream::new("test", "pyramid", &[]);
        let count = 200_000;
        let distances: Vec<f64> = (0..count)
            .map(|_| {
                let (x1, _) = Density::Pyramid.draw(&mut stream);
                f64::min((x1 - 0.3).abs(), (x1 - 0.7).abs()) / HALF_DIAGONAL
            })
            .collect();
        let moment = |power: i32| distances.iter().map(|u| u.powi(power)).sum::<f64>() / count as f64;
        for (power, expected, next) in [(1, 0.25, 0.1), (2, 0.1, 1.0 / 35.0)] {
            let allowed = 4.0 * f64::sqrt((next - expected * expected) / count as f64);
            assert!((moment(power) - expected).abs() < allowed, "moment {power}: {}", moment(power));
        }
    }
}
