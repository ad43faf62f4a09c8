//! The Gaussian kernel, embeddings of finite signed measures under it, and the maximum mean
//! discrepancy.
//!
//! The kernel is K(x, y) = exp(-|x - y|^2 / (2 s^2)) with scale s. A measure's embedding is the
//! function x -> sum of weight K(x, atom); the squared norm of a difference of two probability
//! measures is their squared maximum mean discrepancy (Gretton et al., JMLR 13, 2012, eq. 2 and 5,
//! the biased form, in which an atom meets itself). Everything is in f64, summed in the atoms' order.

/// A finite signed measure: atoms with weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    dimension: usize,
    /// `[atom, dimension]`, flat.
    points: Vec<f64>,
    /// One weight an atom.
    weights: Vec<f64>,
}

impl Measure {
    /// Atoms `[atom, dimension]`, flat, with these weights.
    ///
    /// # Panics
    /// If there is not one weight for each atom, or the dimension is 0.
    pub fn new(points: Vec<f64>, weights: Vec<f64>, dimension: usize) -> Self {
        assert!(dimension > 0 && points.len() == weights.len() * dimension, "a measure needs one weight an atom");
        Self { dimension, points, weights }
    }

    /// Atoms `[atom, dimension]`, flat, of equal weights that sum to 1.
    ///
    /// # Panics
    /// If there is no atom, or the dimension does not divide the numbers.
    pub fn uniform(points: Vec<f64>, dimension: usize) -> Self {
        assert!(!points.is_empty() && points.len().is_multiple_of(dimension), "{} numbers are no points in {dimension}", points.len());
        let count = points.len() / dimension;
        Self::new(points, vec![1.0 / count as f64; count], dimension)
    }

    /// This measure less another one.
    ///
    /// # Panics
    /// If their atoms have other dimensions.
    pub fn less(&self, other: &Self) -> Self {
        assert_eq!(self.dimension, other.dimension, "measures on spaces of other dimensions have no difference");
        let points = [&self.points[..], &other.points].concat();
        let weights = self.weights.iter().copied().chain(other.weights.iter().map(|weight| -weight)).collect();
        Self { dimension: self.dimension, points, weights }
    }

    /// Atoms and weights.
    pub fn atoms(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.points.chunks_exact(self.dimension).zip(self.weights.iter().copied())
    }
}

/// The kernel with a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    /// The standard deviation s of the bell, in the units of the points.
    pub scale: f64,
}

impl Gaussian {
    /// K(x, y).
    pub fn of(self, x: &[f64], y: &[f64]) -> f64 {
        let square: f64 = x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum();
        (-square / (2.0 * self.scale * self.scale)).exp()
    }

    /// The embedding of a measure at x.
    pub fn embedding(self, measure: &Measure, x: &[f64]) -> f64 {
        measure.atoms().map(|(atom, weight)| weight * self.of(x, atom)).sum()
    }

    /// The gradient of the embedding at x: sum of weight K(x, atom) (atom - x) / s^2.
    pub fn gradient(self, measure: &Measure, x: &[f64]) -> Vec<f64> {
        let mut gradient = vec![0.0; x.len()];
        for (atom, weight) in measure.atoms() {
            let factor = weight * self.of(x, atom) / (self.scale * self.scale);
            for ((slope, atom), x) in gradient.iter_mut().zip(atom).zip(x) {
                *slope += factor * (atom - x);
            }
        }
        gradient
    }

    /// The squared norm of the embedding: the sum over pairs of atoms of their weights times K. Of a
    /// difference of probability measures, their squared maximum mean discrepancy.
    pub fn squared_norm(self, measure: &Measure) -> f64 {
        measure.atoms().map(|(x, weight)| weight * self.embedding(measure, x)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    fn measure(name: &str, dimension: usize) -> Measure {
        let mut stream = Stream::new("test", name, &[]);
        Measure::new(stream.normals(4 * dimension), stream.normals(4), dimension)
    }

    #[test]
    fn gradients_are_those_of_central_differences() {
        for dimension in [1, 3] {
            let (kernel, measure) = (Gaussian { scale: 0.7 }, measure("atoms", dimension));
            let x = Stream::new("test", "x", &[]).normals(dimension);
            for (axis, slope) in kernel.gradient(&measure, &x).into_iter().enumerate() {
                let moved = |by: f64| {
                    let mut x = x.clone();
                    x[axis] += by;
                    kernel.embedding(&measure, &x)
                };
                // Steps of 1e-5 leave about 1e-10 of curvature and 1e-11 of rounding.
                assert!((slope - (moved(1e-5) - moved(-1e-5)) / 2e-5).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_discrepancy_of_two_diracs_has_a_closed_form() {
        let (kernel, dirac) = (Gaussian { scale: 2.0 }, |x: f64| Measure::uniform(vec![x, 0.0], 2));
        let expected = 2.0 - 2.0 * f64::exp(-9.0 / 8.0);
        assert!((kernel.squared_norm(&dirac(3.0).less(&dirac(0.0))) - expected).abs() < 1e-15);
        assert_eq!(kernel.squared_norm(&dirac(1.0).less(&dirac(1.0))), 0.0);
    }

    #[test]
    fn the_squared_norm_is_the_integral_over_frequencies() {
        // In one dimension K is the Fourier transform of a normal density: the norm is the mean of
        // |sum of weight exp(i w atom)|^2 over w normal with deviation 1/s. Simpson's rule on 4,000
        // steps of [-10/s, 10/s].
        let (kernel, measure) = (Gaussian { scale: 0.5 }, measure("spectrum", 1));
        let at = |w: f64| {
            let part = |f: fn(f64) -> f64| measure.atoms().map(|(atom, weight)| weight * f(w * atom[0])).sum::<f64>();
            let square = part(f64::cos).powi(2) + part(f64::sin).powi(2);
            square * f64::exp(-w * w * 0.125) * 0.5 / std::f64::consts::TAU.sqrt()
        };
        let (steps, end) = (4000, 20.0);
        let weight = |step: usize| if step == 0 || step == steps { 1.0 } else { 2.0 * (1 + step % 2) as f64 };
        let h = 2.0 * end / steps as f64;
        let integral: f64 = (0..=steps).map(|step| weight(step) * at(h * step as f64 - end)).sum::<f64>() * h / 3.0;
        assert!((kernel.squared_norm(&measure) - integral).abs() < 1e-10);
    }
}
