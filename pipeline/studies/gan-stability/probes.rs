//! Which losses keep D1, D2 and D3: measures whose optimal critics are known in closed form, brought
//! closer and closer to what breaks a condition.
//!
//! A probe at fineness eps is a family of measures in the plane and the quotient that a condition
//! bounds: of Phi over |x - y| (D1), of grad Phi over |x - y| (D2), of grad Phi at one point over
//! W1 of two measures (D3). A quotient that grows like a power of 1 / eps breaks the condition.

use super::measurement::{Cell, Measurement, ROUNDING};
use super::regularity::exact;
use super::vector::{less, norm};
use saigen_engine::Parameter;
use saigen_models::kernel::{Gaussian, Measure};
use saigen_models::stream::Stream;

/// The method.
pub(super) const PROBES: Measurement = Measurement {
    name: "probes",
    module: module_path!(),
    parameters: &[
        ("loss", Parameter::Choice(&["minimax", "non-saturating", "wasserstein", "ipm", "mmd"])),
        ("condition", Parameter::Choice(&["d1", "d2", "d3"])),
        ("fineness", Parameter::Float(1e-6, 1.0)),
        ("probes", Parameter::Int(1, 100_000)),
    ],
    // The bound is 0 where the loss has none.
    outputs: &["quotient", "bound"],
    seconds: 0.001,
    measure,
};

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let (loss, condition, eps) = (cell.word("loss"), cell.word("condition"), cell.float("fineness"));
    // The same places and directions at every fineness, so that its slope is its own.
    let mut stream = cell.stream("probes", &["loss", "condition"]);
    let angle = std::f64::consts::TAU * stream.uniform();
    let line = Line { direction: [angle.cos(), angle.sin()], radius: 0.5 + 1.5 * stream.uniform() };
    let mut quotient: f64 = 0.0;
    for _ in 0..cell.int("probes") {
        let found = match loss {
            "minimax" | "non-saturating" => likelihood(line, loss == "minimax", condition, eps, &mut stream),
            "wasserstein" => wasserstein(line, condition, eps, &mut stream),
            "ipm" => smooth_class(line, condition, eps, &mut stream),
            _ => discrepancy(line, condition, eps, &mut stream),
        };
        quotient = quotient.max(found);
    }
    let [alpha, beta1, beta2] = exact(1.0);
    let bound = match (loss, condition) {
        ("mmd", "d1") => alpha,
        ("mmd", "d2") => beta1,
        ("mmd", _) => beta2,
        ("wasserstein", "d1") | ("ipm", "d2") => 1.0,
        _ => 0.0,
    };
    vec![quotient, bound * (1.0 + ROUNDING)]
}

/// A line through the origin: measures lie along it.
#[derive(Clone, Copy)]
struct Line {
    direction: [f64; 2],
    /// How far out they lie.
    radius: f64,
}

impl Line {
    /// The point so far along.
    fn at(self, along: f64) -> [f64; 2] {
        self.direction.map(|part| along * part)
    }
}

/// A number in [1/2, 1].
fn upper_half(stream: &mut Stream) -> f64 {
    0.5 + 0.5 * stream.uniform()
}

/// Minimax: Phi = ln(mu / (mu + mu0)) / 2. Non-saturating: Phi = -ln(mu0 / (mu + mu0)) / 2. Both
/// measures are normal with deviation eps, their means at radius on either side of the origin. The
/// log-ratio along the line is l = 2 radius x / eps^2; points lie where |l| <= 3.
fn likelihood(line: Line, minimax: bool, condition: &str, eps: f64, stream: &mut Stream) -> f64 {
    let square = eps * eps;
    let unit = square / (2.0 * line.radius);
    let ratio = |x: f64, shift: f64| {
        // The logarithm of mu / mu0, mu's mean moved by `shift`, and its derivative by x.
        let (own, other) = (x - line.radius - shift, x + line.radius);
        ((other * other - own * own) / (2.0 * square), (other - own) / square)
    };
    let value = |x: f64| {
        let (l, _) = ratio(x, 0.0);
        if minimax { -0.5 * (-l).exp().ln_1p() } else { 0.5 * l.exp().ln_1p() }
    };
    let slope = |x: f64, shift: f64| {
        let (l, by_x) = ratio(x, shift);
        let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
        0.5 * by_x * sigmoid(if minimax { -l } else { l })
    };
    let mut place = || unit * (6.0 * stream.uniform() - 3.0);
    let (x, other) = (place(), place());
    // Two places that are no nearer than the numbers can tell.
    let y = if (x - other).abs() < 0.1 * unit { x + unit } else { other };
    match condition {
        "d1" => (value(x) - value(y)).abs() / (x - y).abs(),
        "d2" => (slope(x, 0.0) - slope(y, 0.0)).abs() / (x - y).abs(),
        // Normal measures of one deviation are as far apart as their means.
        _ => (slope(x, 0.0) - slope(x, unit)).abs() / unit,
    }
}

/// The optimal critic of W1 is forced: it rises with slope 1 wherever mass is moved.
fn wasserstein(line: Line, condition: &str, eps: f64, stream: &mut Stream) -> f64 {
    let (first, second) = (upper_half(stream), upper_half(stream));
    match condition {
        // The data in the origin, the model in two points: Phi(x) = |x| on the way between them.
        "d1" => {
            let (x, y) = (line.at(eps * first * line.radius), line.at(-second * line.radius));
            (norm(&x) - norm(&y)).abs() / norm(&less(&x, &y))
        }
        "d2" => {
            let (x, y) = (line.at(eps * first * line.radius), line.at(-eps * second * line.radius));
            let gradient = |x: [f64; 2]| x.map(|part| part / norm(&x));
            norm(&less(&gradient(x), &gradient(y))) / norm(&less(&x, &y))
        }
        // Data in two points, a half each; the model has eps / 2 more in the one, or in the other: the
        // critic slopes by 1 one way or the other all the way between them.
        _ => {
            let moved = 0.5 * eps * (first + second);
            2.0 / (moved * 2.0 * line.radius)
        }
    }
}

/// The integral probability metric over functions whose gradient is 1-Lipschitz, between measures of
/// one mean (it is infinite between others): the critic's curvature is 1 or -1 wherever mass is
/// spread.
fn smooth_class(line: Line, condition: &str, eps: f64, stream: &mut Stream) -> f64 {
    let (first, second) = (upper_half(stream), upper_half(stream));
    match condition {
        // The data in the origin, the model in two points at radius / eps: Phi(x) = x^2 / 2.
        "d1" => {
            let (x, y) = (first * line.radius / eps, -0.25 * second * line.radius / eps);
            (0.5 * x * x - 0.5 * y * y).abs() / (x - y).abs()
        }
        "d2" => {
            // Across the line the critic is constant.
            let mut point = || [eps * stream.normal(), eps * stream.normal()];
            let (x, y) = (point(), point());
            let gradient = |x: [f64; 2]| line.at(x[0] * line.direction[0] + x[1] * line.direction[1]);
            norm(&less(&gradient(x), &gradient(y))) / norm(&less(&x, &y))
        }
        // Half the data in the origin and a quarter in each of two points; the model has eps / 2 less in
        // the origin, or more. The critics' gradients at half the radius differ by as much as they do
        // on the other side, with the other sign: on one side by half of 2 (radius / 2), at the least.
        _ => {
            let moved = 0.5 * eps * (first + second);
            line.radius / (moved * line.radius)
        }
    }
}

/// The Gaussian MMD of scale 1: three Diracs and two points, as near each other as the fineness says.
fn discrepancy(line: Line, condition: &str, eps: f64, stream: &mut Stream) -> f64 {
    let kernel = Gaussian { scale: 1.0 };
    let mut near = |centre: [f64; 2]| [centre[0] + eps * stream.normal(), centre[1] + eps * stream.normal()].to_vec();
    let (model, data) = (near(line.at(line.radius)), near(line.at(-line.radius)));
    let (moved, x, y) = (near([model[0], model[1]]), near([0.0; 2]), near([0.0; 2]));
    let phi = |model: &[f64]| Measure::new([model, &data].concat(), vec![1.0, -1.0], 2);
    let gradient = |x: &[f64], model: &[f64]| kernel.gradient(&phi(model), x);
    match condition {
        "d1" => (kernel.embedding(&phi(&model), &x) - kernel.embedding(&phi(&model), &y)).abs() / norm(&less(&x, &y)),
        "d2" => norm(&less(&gradient(&x, &model), &gradient(&y, &model))) / norm(&less(&x, &y)),
        _ => norm(&less(&gradient(&x, &model), &gradient(&x, &moved))) / norm(&less(&model, &moved)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likelihood_critics_have_the_slopes_of_their_densities() {
        // The largest slope of a sigmoid critic is that of the log-ratio, less what the sigmoid takes.
        let line = Line { direction: [1.0, 0.0], radius: 1.0 };
        let mut stream = Stream::new("test", "probes", &[]);
        for minimax in [true, false] {
            let largest = (0..500).map(|_| likelihood(line, minimax, "d1", 0.1, &mut stream)).fold(0.0, f64::max);
            // Half of 2 radius / eps^2 = 200 at most, and 0.95 of that at |l| = 3.
            assert!((80.0..=100.0).contains(&largest), "{largest}");
        }
    }
}
