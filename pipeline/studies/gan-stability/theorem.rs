//! Theorem 1 pointwise: at every theta the Hessian's norm is at most
//! alpha B + A^2 (beta1 + beta2), where B = E |D^2 f_theta(z)| and A is the root mean square, or the
//! mean, of |D f_theta(z)| at that theta.
//!
//! This is the theorem's proof with both parameters brought together; taken over a region it gives
//! the theorem there.

use super::generator::Generator;
use super::measurement::{Cell, Measurement};
use super::objective::{Objective, differences, ring};
use super::regularity::exact;
use saigen_engine::Parameter;
use saigen_models::kernel::Gaussian;
use saigen_models::singular::norm;

/// The method.
pub(super) const THEOREM: Measurement = Measurement {
    name: "theorem",
    module: module_path!(),
    parameters: &[
        ("family", Parameter::Choice(super::generator::FAMILIES)),
        ("scale", Parameter::Float(0.01, 100.0)),
        ("width", Parameter::Int(1, 64)),
        ("latent", Parameter::Int(1, 10_000)),
        ("data", Parameter::Int(1, 10_000)),
        // How many parameters are looked at.
        ("places", Parameter::Int(1, 10_000)),
    ],
    outputs: &["share-rms", "share-first", "limit", "smoothness", "bound-rms"],
    seconds: 0.2,
    measure,
};

/// The smoothness as a share of the bound may be this: a Hessian by central differences is off by
/// 1e-9 or so.
const LIMIT: f64 = 1.0 + 1e-6;

/// In how many directions of the plane the second derivative is looked at; see [`second`].
const DIRECTIONS: usize = 8;

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let mut stream = cell.stream("theorem", &["family", "width", "latent", "data"]);
    let generator = Generator::named(cell.word("family"), cell.int("width"), cell.int("latent"), &mut stream);
    let data = ring(cell.int("data"), &mut stream);
    let objective = Objective { generator, kernel: Gaussian { scale: cell.float("scale") }, data };
    let mut tightest = [0.0; 4];
    for _ in 0..cell.int("places") {
        let theta = objective.generator.draw(&mut stream);
        let smoothness = norm(&objective.hessian(&theta), theta.len(), theta.len());
        let [rms, first] = bounds(&objective, &theta);
        let found = [smoothness / rms, smoothness / first, smoothness, rms];
        if found[0] > tightest[0] {
            (tightest[0], tightest[2], tightest[3]) = (found[0], found[2], found[3]);
        }
        tightest[1] = f64::max(tightest[1], found[1]);
    }
    let [share_rms, share_first, smoothness, bound] = tightest;
    vec![share_rms, share_first, LIMIT, smoothness, bound]
}

/// alpha B + A^2 (beta1 + beta2) with A a root mean square, and with A a mean.
fn bounds(objective: &Objective, theta: &[f64]) -> [f64; 2] {
    let [alpha, beta1, beta2] = exact(objective.kernel.scale);
    let lengths: Vec<f64> = objective.generator.jets(theta).iter().map(|jet| norm(&jet.jacobian, 2, theta.len())).collect();
    let count = lengths.len() as f64;
    let mean = lengths.iter().sum::<f64>() / count;
    let square = lengths.iter().map(|length| length * length).sum::<f64>() / count;
    let bend = alpha * second(&objective.generator, theta);
    [square, mean * mean].map(|square| bend + square * (beta1 + beta2))
}

/// E |D^2 f(z)|, from above: the norm is the largest, over unit vectors u of the plane, of that of the
/// matrix u1 H1 + u2 H2. A direction that is off by at most half a step loses no more than the
/// half step's cosine.
fn second(generator: &Generator, theta: &[f64]) -> f64 {
    let parameters = theta.len();
    let count = generator.jets(theta).len();
    // By parameter, then all Jacobians one after the other.
    let moved = differences(theta, |theta| generator.jets(theta).into_iter().flat_map(|jet| jet.jacobian).collect());
    let largest = |sample: usize| {
        let entry = |row: usize, i: usize, j: usize| moved[i * count * 2 * parameters + (sample * 2 + row) * parameters + j];
        let combined = |direction: usize| {
            let (sin, cos) = (std::f64::consts::PI * direction as f64 / DIRECTIONS as f64).sin_cos();
            let matrix: Vec<f64> = (0..parameters * parameters)
                .map(|at| (at / parameters, at % parameters))
                .map(|(i, j)| cos * entry(0, i, j) + sin * entry(1, i, j))
                .collect();
            norm(&matrix, parameters, parameters)
        };
        (0..DIRECTIONS).map(combined).fold(0.0, f64::max)
    };
    let sum: f64 = (0..count).map(largest).sum();
    sum / count as f64 / (std::f64::consts::PI / (2 * DIRECTIONS) as f64).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_models::stream::Stream;

    #[test]
    fn a_linear_generator_is_not_bent_and_a_bent_one_is() {
        let mut stream = Stream::new("test", "bend", &[]);
        for (family, bent) in [("location", false), ("scale", false), ("affine", false), ("hidden-layer", true)] {
            let generator = Generator::named(family, 2, 4, &mut stream);
            let theta = generator.draw(&mut stream);
            let found = second(&generator, &theta);
            if bent {
                let (_, most) = generator.global_constants().unwrap();
                assert!(found > 0.0 && found < most * 1.02, "{found} {most}");
            } else {
                assert!(found < 1e-9, "{family}: {found}");
            }
        }
    }
}
