//! J(theta) = MMD^2(f_theta # latent, data) / 2, exactly, with its gradient and Hessian by theta.

use super::generator::{Generator, Jet};
use saigen_models::kernel::{Gaussian, Measure};

/// What a generator minimises.
pub(super) struct Objective {
    pub(super) generator: Generator,
    pub(super) kernel: Gaussian,
    /// In the plane.
    pub(super) data: Measure,
}

impl Objective {
    /// J.
    pub(super) fn value(&self, theta: &[f64]) -> f64 {
        0.5 * self.kernel.squared_norm(&self.difference(&self.generator.jets(theta)))
    }

    /// The gradient: the mean over the latent sample of (D f)^T grad Phi(f).
    pub(super) fn gradient(&self, theta: &[f64]) -> Vec<f64> {
        let jets = self.generator.jets(theta);
        let phi = self.difference(&jets);
        let mut gradient = vec![0.0; theta.len()];
        for jet in &jets {
            let slope = self.kernel.gradient(&phi, &jet.point);
            for (row, slope) in jet.jacobian.chunks_exact(theta.len()).zip(slope) {
                for (sum, derivative) in gradient.iter_mut().zip(row) {
                    *sum += slope * derivative / jets.len() as f64;
                }
            }
        }
        gradient
    }

    /// The Hessian `[parameters, parameters]` by central differences of the gradient.
    pub(super) fn hessian(&self, theta: &[f64]) -> Vec<f64> {
        differences(theta, |theta| self.gradient(theta))
    }

    fn difference(&self, jets: &[Jet]) -> Measure {
        Measure::uniform(jets.iter().flat_map(|jet| jet.point).collect(), 2).less(&self.data)
    }
}

/// The step of central differences: their error is about its square times a third derivative, and
/// rounding about 1e-16 over it.
const STEP: f64 = 1e-5;

/// The derivatives `[parameter, value]` of a list of values by each parameter.
pub(super) fn differences(theta: &[f64], of: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let moved = |parameter: usize, by: f64| {
        let mut theta = theta.to_vec();
        theta[parameter] += by;
        of(&theta)
    };
    let row = |parameter: usize| {
        let (up, down) = (moved(parameter, STEP), moved(parameter, -STEP));
        up.into_iter().zip(down).map(|(up, down)| (up - down) / (2.0 * STEP)).collect::<Vec<f64>>()
    };
    (0..theta.len()).flat_map(row).collect()
}

/// The data of a seed: points around the circle of radius 2, a little off it.
pub(super) fn ring(count: usize, stream: &mut saigen_models::stream::Stream) -> Measure {
    let point = |stream: &mut saigen_models::stream::Stream| {
        let angle = std::f64::consts::TAU * stream.uniform();
        [2.0 * angle.cos() + 0.1 * stream.normal(), 2.0 * angle.sin() + 0.1 * stream.normal()]
    };
    Measure::uniform((0..count).flat_map(|_| point(stream)).collect(), 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_models::stream::Stream;

    #[test]
    fn the_gradient_is_that_of_the_value() {
        let mut stream = Stream::new("test", "objective", &[]);
        let objective = Objective {
            generator: Generator::named("network", 3, 6, &mut stream),
            kernel: Gaussian { scale: 0.8 },
            data: ring(5, &mut stream),
        };
        let theta = objective.generator.draw(&mut stream);
        let expected = differences(&theta, |theta| vec![objective.value(theta)]);
        for (found, expected) in objective.gradient(&theta).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }
}
