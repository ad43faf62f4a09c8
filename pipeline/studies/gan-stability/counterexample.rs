//! Theorem 1 with A read as a first moment, E|f_1 - f_2| <= A |theta_1 - theta_2|, and as a root mean
//! square: f_theta(z) = theta z, where A is E|z| or sqrt(E z^2), and B = 0.
//!
//! The latent sample is finite, so that expectations are exact. `cos`: J(mu) = E cos x, which is
//! linear in mu, hence Phi = cos, beta1 = 1, beta2 = 0 and J''(0) = -E z^2. `mmd`: half the squared
//! MMD of scale 1 against a Dirac at sqrt(3), where the kernel is bent most.

use super::measurement::{Cell, Measurement, ROUNDING};
use super::regularity::exact;
use saigen_engine::Parameter;
use saigen_models::kernel::{Gaussian, Measure};
use saigen_models::stream::Stream;

/// The method.
pub(super) const COUNTEREXAMPLE: Measurement = Measurement {
    name: "counterexample",
    module: module_path!(),
    parameters: &[
        ("loss", Parameter::Choice(&["cos", "mmd"])),
        ("latent", Parameter::Choice(&["normal", "laplace"])),
        ("n", Parameter::Int(2, 1_000_000)),
    ],
    // The smoothness as a share of the bound, with A a mean and a root mean square.
    outputs: &["smoothness", "share-first", "share-rms", "one", "allowed"],
    seconds: 0.01,
    measure,
};

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let n = cell.int("n");
    let mut stream = cell.stream("latent", &["latent"]);
    // In pairs of both signs, so that the mean is 0.
    let z: Vec<f64> = (0..n.div_ceil(2)).map(|_| draw(cell.word("latent"), &mut stream)).flat_map(|z| [z, -z]).collect();
    let mean = |of: fn(f64) -> f64| z.iter().map(|z| of(*z)).sum::<f64>() / z.len() as f64;
    let (first, square) = (mean(f64::abs), mean(|z| z * z));
    let (betas, slope): (f64, Box<dyn Fn(f64) -> f64>) = if cell.word("loss") == "cos" {
        let slope = |theta: f64| z.iter().map(|z| -z * (theta * z).sin()).sum::<f64>() / z.len() as f64;
        (1.0, Box::new(slope))
    } else {
        let [_, beta1, beta2] = exact(1.0);
        (beta1 + beta2, Box::new(|theta: f64| discrepancy_slope(&z, theta)))
    };
    let smoothness = ((slope(STEP) - slope(-STEP)) / (2.0 * STEP)).abs();
    vec![smoothness, smoothness / (first * first * betas), smoothness / (square * betas), 1.0, 1.0 + ROUNDING]
}

/// The step of the central difference. For `cos`, where the bound is met exactly, its error of some
/// 5e-9 is downwards, since the curvature is largest at 0.
const STEP: f64 = 1e-4;

/// One latent number of variance 1 (normal) or 2 (Laplace).
fn draw(latent: &str, stream: &mut Stream) -> f64 {
    if latent == "normal" {
        return stream.normal();
    }
    let size = -(1.0 - stream.uniform()).ln();
    if stream.below(2) == 0 { size } else { -size }
}

/// The derivative of MMD^2 / 2 by theta.
fn discrepancy_slope(z: &[f64], theta: f64) -> f64 {
    let kernel = Gaussian { scale: 1.0 };
    let model = Measure::uniform(z.iter().map(|z| theta * z).collect(), 1);
    let phi = model.less(&Measure::uniform(vec![3f64.sqrt()], 1));
    z.iter().map(|z| z * kernel.gradient(&phi, &[theta * z])[0]).sum::<f64>() / z.len() as f64
}
