//! Generators of points in the plane that are small enough to be exact: a finite latent sample, and
//! all derivatives by the parameters.

use saigen_models::singular::norm;
use saigen_models::stream::Stream;

/// The names of the families that [`Generator::named`] knows.
pub(super) const FAMILIES: &[&str] = &["location", "scale", "affine", "network", "hidden-layer"];

/// A family of maps with a latent sample.
pub(super) struct Generator {
    family: Family,
    latent: Vec<[f64; 2]>,
}

/// f_theta(z), z in the plane.
enum Family {
    /// z + theta
    Location,
    /// theta z
    Scale,
    /// M z + b
    Affine,
    /// V tanh(W z + b) + c with so many hidden units, all of it in theta.
    Network { width: usize },
    /// V tanh(W z + b) with V `[2, width]` fixed, which is smooth in theta = (W, b) all over.
    HiddenLayer { output: Vec<f64> },
}

/// A generated point and its derivative by the parameters.
pub(super) struct Jet {
    pub(super) point: [f64; 2],
    /// `[2, parameters]`, flat.
    pub(super) jacobian: Vec<f64>,
}

impl Generator {
    /// A family by name, of some width where it has one, with a standard normal latent sample.
    pub(super) fn named(family: &str, width: usize, count: usize, stream: &mut Stream) -> Self {
        let latent = (0..count).map(|_| [stream.normal(), stream.normal()]).collect();
        let family = match family {
            "location" => Family::Location,
            "scale" => Family::Scale,
            "affine" => Family::Affine,
            "network" => Family::Network { width },
            _ => Family::HiddenLayer { output: stream.normals(2 * width).iter().map(|v| v / (width as f64).sqrt()).collect() },
        };
        Self { family, latent }
    }

    /// How many parameters there are.
    pub(super) fn parameters(&self) -> usize {
        match &self.family {
            Family::Location => 2,
            Family::Scale => 1,
            Family::Affine => 6,
            Family::Network { width } => 5 * width + 2,
            Family::HiddenLayer { output } => 3 * output.len() / 2,
        }
    }

    /// The points of the latent sample with their derivatives.
    pub(super) fn jets(&self, theta: &[f64]) -> Vec<Jet> {
        self.latent.iter().map(|z| self.jet(theta, *z)).collect()
    }

    fn jet(&self, theta: &[f64], z: [f64; 2]) -> Jet {
        let parameters = theta.len();
        let mut jacobian = vec![0.0; 2 * parameters];
        let point = match &self.family {
            Family::Location => {
                (jacobian[0], jacobian[parameters + 1]) = (1.0, 1.0);
                [z[0] + theta[0], z[1] + theta[1]]
            }
            Family::Scale => {
                jacobian.copy_from_slice(&z);
                z.map(|z| theta[0] * z)
            }
            Family::Affine => {
                for (row, jacobian) in jacobian.chunks_exact_mut(parameters).enumerate() {
                    (jacobian[2 * row], jacobian[2 * row + 1], jacobian[4 + row]) = (z[0], z[1], 1.0);
                }
                [0, 1].map(|row| theta[2 * row] * z[0] + theta[2 * row + 1] * z[1] + theta[4 + row])
            }
            Family::Network { width } => {
                let output = &theta[3 * width..5 * width];
                let hidden = hidden(&theta[..3 * width], z);
                let mut point = [theta[5 * width], theta[5 * width + 1]];
                for (row, jacobian) in jacobian.chunks_exact_mut(parameters).enumerate() {
                    let output = &output[row * width..][..*width];
                    through(&hidden, output, z, jacobian);
                    for (unit, h) in hidden.iter().enumerate() {
                        jacobian[3 * width + row * width + unit] = *h;
                        point[row] += output[unit] * h;
                    }
                    jacobian[5 * width + row] = 1.0;
                }
                point
            }
            Family::HiddenLayer { output } => {
                let hidden = hidden(theta, z);
                let width = hidden.len();
                let mut point = [0.0; 2];
                for (row, jacobian) in jacobian.chunks_exact_mut(parameters).enumerate() {
                    let output = &output[row * width..][..width];
                    through(&hidden, output, z, jacobian);
                    point[row] = hidden.iter().zip(output).map(|(h, v)| h * v).sum();
                }
                point
            }
        };
        Jet { point, jacobian }
    }

    /// The two constants of theorem 1 that hold for all parameters of a hidden layer: the mean square
    /// of |D f| and the mean of |D^2 f| are at most |V|^2 E(|z|^2 + 1) and |V| c E(|z|^2 + 1), where
    /// c = 4 / (3 sqrt 3) bounds the second derivative of tanh. None for other families but the one
    /// that is a translation.
    pub(super) fn global_constants(&self) -> Option<(f64, f64)> {
        match &self.family {
            Family::Location => Some((1.0, 0.0)),
            Family::HiddenLayer { output } => {
                let output = norm(output, 2, output.len() / 2);
                let squares: f64 = self.latent.iter().map(|z| z[0] * z[0] + z[1] * z[1] + 1.0).sum();
                let mean = squares / self.latent.len() as f64;
                Some((output * output * mean, output * TANH_BEND * mean))
            }
            _ => None,
        }
    }

    /// Parameters to begin with or to look at: normal, weights by the root of their inputs.
    pub(super) fn draw(&self, stream: &mut Stream) -> Vec<f64> {
        let mut theta = stream.normals(self.parameters());
        if let Family::Network { width } = self.family {
            theta[3 * width..5 * width].iter_mut().for_each(|weight| *weight /= (width as f64).sqrt());
        }
        theta
    }
}

/// The largest second derivative of tanh, at atanh(1 / sqrt 3).
pub(super) const TANH_BEND: f64 = 0.769_800_358_919_501_2;

/// tanh(W z + b) for weights `[W row by row, b]`.
fn hidden(weights: &[f64], z: [f64; 2]) -> Vec<f64> {
    let width = weights.len() / 3;
    (0..width).map(|unit| (weights[2 * unit] * z[0] + weights[2 * unit + 1] * z[1] + weights[2 * width + unit]).tanh()).collect()
}

/// One row of the Jacobian by W and b.
fn through(hidden: &[f64], output: &[f64], z: [f64; 2], jacobian: &mut [f64]) {
    let width = hidden.len();
    for (unit, h) in hidden.iter().enumerate() {
        let slope = output[unit] * (1.0 - h * h);
        (jacobian[2 * unit], jacobian[2 * unit + 1], jacobian[2 * width + unit]) = (slope * z[0], slope * z[1], slope);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str) -> Stream {
        Stream::new("test", name, &[])
    }

    #[test]
    fn jacobians_are_those_of_central_differences() {
        for family in FAMILIES {
            let generator = Generator::named(family, 3, 2, &mut stream("latent"));
            let theta = generator.draw(&mut stream("theta"));
            for (at, jet) in generator.jets(&theta).iter().enumerate() {
                for parameter in 0..theta.len() {
                    let moved = |by: f64| {
                        let mut theta = theta.clone();
                        theta[parameter] += by;
                        generator.jets(&theta)[at].point
                    };
                    let (up, down) = (moved(1e-5), moved(-1e-5));
                    for row in 0..2 {
                        let found = jet.jacobian[row * theta.len() + parameter];
                        assert!((found - (up[row] - down[row]) / 2e-5).abs() < 1e-9, "{family}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_global_constants_hold_wherever_one_looks() {
        let generator = Generator::named("hidden-layer", 3, 8, &mut stream("latent"));
        let (square, _) = generator.global_constants().unwrap();
        let mut stream = stream("theta");
        for _ in 0..20 {
            let theta = generator.draw(&mut stream);
            let found: f64 = generator.jets(&theta).iter().map(|jet| norm(&jet.jacobian, 2, theta.len()).powi(2)).sum::<f64>() / 8.0;
            assert!(found <= square, "{found} {square}");
        }
        assert!((TANH_BEND - 4.0 / (3.0 * 3f64.sqrt())).abs() < 1e-15);
    }
}
