//! Gradient descent on MMD^2 / 2 with a step of at most 1 / L: the guaranteed decrease at every step,
//! and the rate at which the least gradient falls.
//!
//! `particles`: the generator is n points. As points of L2(mu), where the squared length of a field is
//! its mean over the particles, A = 1, B = 0 and L = beta1 + beta2, and the gradient at a particle is
//! grad Phi there. (In the Euclidean space of all coordinates the same step is n / L.)
//! `hidden-layer`: the trained first layer of a network, whose constants hold for all parameters.

use super::generator::Generator;
use super::measurement::{Cell, Measurement};
use super::objective::{Objective, ring};
use super::regularity::exact;
use saigen_engine::Parameter;
use saigen_models::kernel::{Gaussian, Measure};

/// The method.
pub(super) const DESCENT: Measurement = Measurement {
    name: "descent",
    module: module_path!(),
    parameters: &[
        ("family", Parameter::Choice(&["particles", "hidden-layer"])),
        ("scale", Parameter::Float(0.01, 100.0)),
        // The step in units of 1 / L.
        ("share", Parameter::Float(0.01, 1.0)),
        ("steps", Parameter::Int(1, 1_000_000)),
        // Particles or latent points, and data points.
        ("n", Parameter::Int(1, 10_000)),
        ("width", Parameter::Int(1, 64)),
    ],
    // Of squared gradients the least, and that as a share of its bound; the largest lack of decrease.
    outputs: &["least-gradient", "rate-share", "one", "worst-descent", "rounding", "left"],
    seconds: 0.1,
    measure,
};

/// What the decrease may lack, as a share of J at the start: J is a sum of some thousand products of
/// order 1 over their number, each rounded to 1e-16.
const LACK: f64 = 1e-12;

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let (n, kernel) = (cell.int("n"), Gaussian { scale: cell.float("scale") });
    let [alpha, beta1, beta2] = exact(kernel.scale);
    let mut stream = cell.stream("descent", &["family", "n", "width"]);
    let data = ring(n, &mut stream);
    if cell.word("family") == "particles" {
        let start = stream.normals(2 * n);
        let difference = |points: &[f64]| Measure::uniform(points.to_vec(), 2).less(&data);
        let value = |points: &[f64]| 0.5 * kernel.squared_norm(&difference(points));
        let field = |points: &[f64]| {
            let phi = difference(points);
            points.chunks_exact(2).flat_map(|point| kernel.gradient(&phi, point)).collect()
        };
        descend(cell, start, &value, &field, (beta1 + beta2, n as f64))
    } else {
        let generator = Generator::named("hidden-layer", cell.int("width"), n, &mut stream);
        let (square, bend) = generator.global_constants().expect("a hidden layer has constants that hold all over");
        let start = generator.draw(&mut stream);
        let objective = Objective { generator, kernel, data };
        let smoothness = alpha * bend + square * (beta1 + beta2);
        descend(cell, start, &|theta| objective.value(theta), &|theta| objective.gradient(theta), (smoothness, 1.0))
    }
}

/// A function of parameters.
type Of<'a, T> = &'a dyn Fn(&[f64]) -> T;

/// Descends, and measures. `geometry` is L, and what squared lengths are divided by.
fn descend(cell: &Cell<'_>, start: Vec<f64>, value: Of<'_, f64>, gradient: Of<'_, Vec<f64>>, geometry: (f64, f64)) -> Vec<f64> {
    let (smoothness, divisor) = geometry;
    let (step, steps) = (cell.float("share") / smoothness, cell.int("steps"));
    let mut theta = start;
    let first = value(&theta);
    let (mut now, mut least, mut worst) = (first, f64::INFINITY, f64::NEG_INFINITY);
    for _ in 0..steps {
        let slope = gradient(&theta);
        let square = slope.iter().map(|part| part * part).sum::<f64>() / divisor;
        theta.iter_mut().zip(&slope).for_each(|(theta, slope)| *theta -= step * slope);
        let next = value(&theta);
        least = least.min(square);
        worst = worst.max(0.5 * step * square - (now - next));
        now = next;
    }
    let bound = 2.0 * first / (step * steps as f64);
    vec![least, least / bound, 1.0, worst / first, LACK, now / first]
}
