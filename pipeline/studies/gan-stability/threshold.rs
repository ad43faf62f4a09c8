//! From which step on gradient descent stops settling: 2 / L, L the curvature at the minimum, where
//! theorem 1 allows 1 / L with a larger L.
//!
//! `dirac`: a Dirac at theta against one at 0 on the line, J = 1 - exp(-theta^2 / 2 s^2), whose
//! curvature is 1 / s^2. `cloud`: points in the plane against the same points moved by theta.

use super::generator::Generator;
use super::measurement::{Cell, Measurement, ROUNDING};
use super::objective::Objective;
use super::regularity::exact;
use super::vector::norm;
use saigen_engine::Parameter;
use saigen_models::kernel::{Gaussian, Measure};
use saigen_models::singular;

/// The method.
pub(super) const THRESHOLD: Measurement = Measurement {
    name: "step-size",
    module: module_path!(),
    parameters: &[
        ("problem", Parameter::Choice(&["dirac", "cloud"])),
        ("scale", Parameter::Float(0.01, 100.0)),
        // The step in units of 1 / curvature.
        ("share", Parameter::Float(0.01, 100.0)),
        ("steps", Parameter::Int(200, 1_000_000)),
    ],
    outputs: &["start", "gradient-end", "below", "above", "settled", "stirred", "curvature", "theory", "theory-limit"],
    seconds: 0.05,
    measure,
};

/// The last steps, over which the largest gradient counts.
const TAIL: usize = 100;

/// Points of the cloud.
const POINTS: usize = 8;

/// Below this a gradient times the scale says nothing but how numbers are rounded.
const FLOOR: f64 = 1e-16;

/// A gradient times the scale below this is one at rest, and one above that is none: far from what
/// rounding leaves, and far from each other.
const SETTLED: f64 = 1e-8;
const STIRRED: f64 = 1e-3;

/// The gradient of an objective of the generator's parameters.
type Gradient = Box<dyn Fn(&[f64]) -> Vec<f64>>;

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let scale = cell.float("scale");
    let mut stream = cell.stream("step size", &["problem"]);
    let [_, beta1, beta2] = exact(scale);
    let (curvature, start, gradient): (f64, Vec<f64>, Gradient) = if cell.word("problem") == "dirac" {
        let square = scale * scale;
        let gradient = move |theta: &[f64]| vec![theta[0] / square * (-theta[0] * theta[0] / (2.0 * square)).exp()];
        (1.0 / square, vec![scale * (0.1 + 0.8 * stream.uniform())], Box::new(gradient))
    } else {
        let generator = Generator::named("location", 1, POINTS, &mut stream);
        let data = Measure::uniform(generator.jets(&[0.0, 0.0]).into_iter().flat_map(|jet| jet.point).collect(), 2);
        let objective = Objective { generator, kernel: Gaussian { scale }, data };
        let start = vec![0.1 * scale * stream.normal(), 0.1 * scale * stream.normal()];
        let curvature = singular::norm(&objective.hessian(&[0.0, 0.0]), 2, 2);
        (curvature, start, Box::new(move |theta: &[f64]| objective.gradient(theta)))
    };
    let step = cell.float("share") / curvature;
    let begin = norm(&start) / scale;
    let (mut theta, mut end) = (start, FLOOR);
    let steps = cell.int("steps");
    for at in 0..steps {
        let slope = gradient(&theta);
        if at + TAIL >= steps {
            end = f64::max(end, scale * norm(&slope));
        }
        theta.iter_mut().zip(&slope).for_each(|(theta, slope)| *theta -= step * slope);
    }
    let below = if cell.float("share") < 2.0 { 1.0 } else { 0.0 };
    // What theorem 1 says of the curvature with A = 1 and B = 0.
    let theory = beta1 + beta2;
    vec![begin, end, below, 1.0 - below, SETTLED, STIRRED, curvature, theory, theory * (1.0 + ROUNDING)]
}
