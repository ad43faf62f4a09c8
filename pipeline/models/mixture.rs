//! Mixtures in the plane that generative models are tested with: rings and grids of Gaussians, and
//! the swiss roll. All have exact samplers, and tell which part of them a point is near to.

use crate::stream::Stream;
use std::f64::consts::PI;

/// A point of the plane.
pub type Point = [f64; 2];

/// A distribution in the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mixture {
    /// Equally many Gaussians around points at equal angles on a circle, the first at angle 0.
    Ring {
        /// How many.
        modes: usize,
        /// The radius of the circle.
        radius: f64,
        /// The standard deviation in each coordinate.
        deviation: f64,
    },
    /// Gaussians around the points of a square grid with its middle at 0.
    Grid {
        /// Points a side.
        side: usize,
        /// The distance of neighbours.
        spacing: f64,
        /// The standard deviation in each coordinate.
        deviation: f64,
    },
    /// A spiral of one and a half turns, `scale t (cos t, sin t)` for t uniform on [3 pi / 2, 9 pi / 2],
    /// with a normal error in each coordinate.
    SwissRoll {
        /// The length of a unit of t.
        scale: f64,
        /// The standard deviation in each coordinate.
        deviation: f64,
    },
}

/// Where the spiral begins and ends.
const TURNS: [f64; 2] = [1.5 * PI, 4.5 * PI];
/// Equal stretches of the spiral's t: its parts, each with the same mass.
const STRETCHES: usize = 12;
/// Points of the spiral that a distance is taken to, in each stretch.
const FINE: usize = 64;

impl Mixture {
    /// A point with this distribution.
    pub fn draw(self, stream: &mut Stream) -> Point {
        let (centre, deviation) = match self {
            Self::Ring { modes, deviation, .. } => (self.centre(stream.below(modes)), deviation),
            Self::Grid { side, deviation, .. } => (self.centre(stream.below(side * side)), deviation),
            Self::SwissRoll { scale, deviation } => (spiral(scale, stream.uniform()), deviation),
        };
        centre.map(|coordinate| coordinate + deviation * stream.normal())
    }

    /// Some points.
    pub fn sample(self, count: usize, stream: &mut Stream) -> Vec<Point> {
        (0..count).map(|_| self.draw(stream)).collect()
    }

    /// How many parts of equal mass it has: its Gaussians, or stretches of its spiral.
    pub fn parts(self) -> usize {
        match self {
            Self::Ring { modes, .. } => modes,
            Self::Grid { side, .. } => side * side,
            Self::SwissRoll { .. } => STRETCHES,
        }
    }

    /// The part that is nearest to a point, and how far away it is: from its centre, or from the
    /// spiral.
    pub fn nearest(self, point: Point) -> (usize, f64) {
        let places: Vec<(usize, Point)> = match self {
            Self::SwissRoll { scale, .. } => {
                let places = STRETCHES * FINE;
                (0..places).map(|at| (at / FINE, spiral(scale, (at as f64 + 0.5) / places as f64))).collect()
            }
            _ => (0..self.parts()).map(|part| (part, self.centre(part))).collect(),
        };
        let distances = places.into_iter().map(|(part, place)| (part, distance(point, place)));
        distances.min_by(|a, b| a.1.total_cmp(&b.1)).expect("a mixture has parts")
    }

    /// The centre of a Gaussian.
    fn centre(self, part: usize) -> Point {
        match self {
            Self::Ring { modes, radius, .. } => {
                let (sin, cos) = (2.0 * PI * part as f64 / modes as f64).sin_cos();
                [radius * cos, radius * sin]
            }
            Self::Grid { side, spacing, .. } => [part / side, part % side].map(|at| (at as f64 - (side - 1) as f64 / 2.0) * spacing),
            Self::SwissRoll { scale, .. } => spiral(scale, (part as f64 + 0.5) / STRETCHES as f64),
        }
    }
}

/// What a sample covers of a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// The share of points no further than a reach from the nearest part.
    pub near: f64,
    /// How many parts hold enough of those points.
    pub parts: usize,
}

impl Coverage {
    /// Of a sample: points count as near within `reach`, a part as covered with more than `least` times
    /// its fair share of the whole sample near to it.
    pub fn of(sample: &[Point], mixture: Mixture, reach: f64, least: f64) -> Self {
        let mut counts = vec![0usize; mixture.parts()];
        for (part, distance) in sample.iter().map(|point| mixture.nearest(*point)) {
            counts[part] += usize::from(distance <= reach);
        }
        let enough = least * sample.len() as f64 / counts.len() as f64;
        let near = counts.iter().sum::<usize>() as f64 / sample.len() as f64;
        Self { near, parts: counts.iter().filter(|count| **count as f64 > enough).count() }
    }
}

/// The distance of two points.
pub fn distance(a: Point, b: Point) -> f64 {
    let [x, y] = [a[0] - b[0], a[1] - b[1]];
    (x * x + y * y).sqrt()
}

/// The spiral at a share of its t.
fn spiral(scale: f64, share: f64) -> Point {
    let t = TURNS[0] + share * (TURNS[1] - TURNS[0]);
    let (sin, cos) = t.sin_cos();
    [scale * t * cos, scale * t * sin]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: Mixture = Mixture::Ring { modes: 8, radius: 0.9, deviation: 0.02 };
    const GRID: Mixture = Mixture::Grid { side: 5, spacing: 0.5, deviation: 0.02 };
    const ROLL: Mixture = Mixture::SwissRoll { scale: 0.07, deviation: 0.02 };

    fn sample(mixture: Mixture, count: usize) -> Vec<Point> {
        mixture.sample(count, &mut Stream::new("test", "mixture", &[]))
    }

    #[test]
    fn a_sample_has_the_second_moments_of_its_mixture() {
        // E |x|^2 in closed form: centres, or the spiral, plus twice the variance of a coordinate.
        let [low, high] = TURNS;
        let roll = 0.07 * 0.07 * (high.powi(3) - low.powi(3)) / (3.0 * (high - low));
        for (mixture, expected) in [(RING, 0.81), (GRID, 2.0 * 0.25 * 2.0), (ROLL, roll)] {
            let squares: Vec<f64> = sample(mixture, 40_000).iter().map(|point| distance(*point, [0.0; 2]).powi(2)).collect();
            let mean = squares.iter().sum::<f64>() / squares.len() as f64;
            let variance = squares.iter().map(|square| (square - mean).powi(2)).sum::<f64>() / squares.len() as f64;
            let expected = expected + 2.0 * 0.02 * 0.02;
            // Four standard errors.
            assert!((mean - expected).abs() <= 4.0 * (variance / squares.len() as f64).sqrt(), "{mixture:?}: {mean}, expected {expected}");
        }
    }

    #[test]
    fn every_part_has_its_share_and_points_lie_as_far_from_it_as_they_should() {
        for mixture in [RING, GRID, ROLL] {
            let (points, parts) = (sample(mixture, 20_000), mixture.parts());
            let mut counts = vec![0.0; parts];
            points.iter().for_each(|point| counts[mixture.nearest(*point).0] += 1.0);
            let fair = points.len() as f64 / parts as f64;
            // Of a stretch the ends belong to its neighbours as often as theirs to it.
            assert!(counts.iter().all(|count| (count - fair).abs() <= 5.0 * fair.sqrt()), "{mixture:?}: {counts:?}");
            let far = points.iter().filter(|point| mixture.nearest(**point).1 > 0.1).count();
            assert_eq!(far, 0, "five deviations: {mixture:?}");
        }
    }

    #[test]
    fn coverage_counts_points_near_to_parts_and_parts_with_enough_of_them() {
        let all = Coverage::of(&sample(RING, 4000), RING, 0.1, 0.2);
        assert_eq!(all, Coverage { near: 1.0, parts: 8 });
        // Nine points on one centre, one in the middle.
        let points: Vec<Point> = (0..10).map(|at| if at == 0 { [0.0, 0.0] } else { [0.9, 0.0] }).collect();
        assert_eq!(Coverage::of(&points, RING, 0.1, 0.2), Coverage { near: 0.9, parts: 1 });
    }

    #[test]
    fn the_spiral_begins_below_the_middle_and_ends_above_it() {
        let ([x, y], [u, v]) = (spiral(0.07, 0.0), spiral(0.07, 1.0));
        assert!(x.abs() < 1e-12 && (y + 0.07 * 1.5 * PI).abs() < 1e-12 && u.abs() < 1e-12 && (v - 0.07 * 4.5 * PI).abs() < 1e-12);
    }
}
