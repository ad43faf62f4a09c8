//! A Dirac at theta against one at 0 under W1, and under W1 made smooth by inf-convolution with a
//! squared MMD: constant steps on |theta| end in a cycle of two, with a gradient of length 1 for ever.
//!
//! J = W1 (+) MMD^2 / 2 lambda has the critic f = (K(theta, .) - K(0, .)) / lambda as long as that is
//! 1-Lipschitz. Its slopes are at most 2 exp(-1/2) / (lambda s), so that with lambda s >= 1.2131 the
//! constraint never acts and J = (1 - exp(-theta^2 / 2 s^2)) / lambda everywhere.

use super::measurement::{Cell, Measurement, ROUNDING};
use saigen_engine::Parameter;

/// The method.
pub(super) const DIRAC: Measurement = Measurement {
    name: "wasserstein-dirac",
    module: module_path!(),
    parameters: &[
        ("loss", Parameter::Choice(&["wasserstein", "inf-convolution"])),
        ("rate", Parameter::Float(1e-4, 1.0)),
        // At least 1.2131, so that the Lipschitz constraint never acts; the scale is 1.
        ("lambda", Parameter::Float(1.2131, 100.0)),
        // How far the steps would go at slope 1.
        ("reach", Parameter::Float(10.0, 1e6)),
    ],
    outputs: &["gradient-end", "amplitude", "period", "allowed", "one", "settled", "slack"],
    seconds: 0.01,
    measure,
};

/// The last steps, over which the gradient and the cycle are looked at.
const TAIL: usize = 100;

/// Below this a gradient is one at rest.
const SETTLED: f64 = 1e-8;

/// A cycle returns to its place within this: a sum of steps rounds to 1e-16.
const SLACK: f64 = 1e-12;

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let (rate, lambda) = (cell.float("rate"), cell.float("lambda"));
    let start = 0.5 + cell.stream("dirac", &[]).uniform();
    let regular = cell.word("loss") == "inf-convolution";
    let slope = |theta: f64| {
        if regular {
            theta * (-0.5 * theta * theta).exp() / lambda
        } else if theta > 0.0 {
            1.0
        } else {
            -1.0
        }
    };
    let steps = (cell.float("reach") / rate).ceil() as usize;
    let mut path = vec![start];
    for at in 0..steps {
        path.push(path[at] - rate * slope(path[at]));
    }
    let tail = &path[path.len() - TAIL..];
    let amplitude = tail.iter().map(|theta| theta.abs()).fold(0.0, f64::max);
    // The least gradient of W1's tail is as telling as the largest of the other's.
    let ends = tail.iter().map(|theta| slope(*theta).abs());
    let end = if regular { ends.fold(0.0, f64::max) } else { ends.fold(f64::INFINITY, f64::min) };
    let period = tail.windows(3).map(|three| (three[2] - three[0]).abs()).fold(0.0, f64::max);
    vec![end, amplitude, period, rate * (1.0 + ROUNDING), 1.0, SETTLED, SLACK]
}
