//! The constants of the MMD critic under the Gaussian kernel: what D1, D2 and D3 allow, and the
//! largest that a search finds.
//!
//! J = MMD^2 / 2 has the optimal critic Phi(x) = E_mu K(x, .) - E_mu0 K(x, .). With K(x, y) =
//! exp(-|x - y|^2 / 2 s^2):
//! alpha = 2 exp(-1/2) / s (D1: Phi), beta1 = (1 + 2 exp(-3/2)) / s^2 (D2: its gradient by x) and
//! beta2 = 1 / s^2 (D3: its gradient by the measure, in W1).

use super::ascent::climb;
use super::measurement::{Cell, Measurement, ROUNDING};
use super::regularity::exact;
use super::vector::{less, norm};
use saigen_engine::Parameter;
use saigen_models::kernel::{Gaussian, Measure};

/// The method.
pub(super) const CONSTANTS: Measurement = Measurement {
    name: "mmd-constants",
    module: module_path!(),
    parameters: &[
        ("condition", Parameter::Choice(&["d1", "d2", "d3"])),
        ("dimension", Parameter::Int(1, 16)),
        ("scale", Parameter::Float(0.01, 100.0)),
        ("starts", Parameter::Int(1, 1000)),
        ("rounds", Parameter::Int(1, 10_000)),
    ],
    outputs: &["found", "exact", "allowed", "sharp"],
    seconds: 0.05,
    measure,
};

/// How far below the supremum a search may end and still show that the constant is sharp.
const SHARP: f64 = 1e-3;

/// Atoms of each measure in the search.
const ATOMS: usize = 2;

/// The least distance of two points, or W1 of two measures, in scales: nearer ones lose digits.
const NEAR: f64 = 0.01;

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let (dimension, scale) = (cell.int("dimension"), cell.float("scale"));
    let kernel = Gaussian { scale };
    let condition = match cell.word("condition") {
        "d1" => 0,
        "d2" => 1,
        _ => 2,
    };
    let mut stream = cell.stream("search for constants", &["condition", "dimension", "scale"]);
    let places = 2 * ATOMS * dimension;
    let coordinates = if condition == 2 { places } else { places + 2 * ATOMS + dimension + 1 };
    let height = |at: &[f64]| {
        if condition == 2 {
            let points = |from: usize| at[from..from + places / 2].iter().map(|x| scale * x).collect::<Vec<f64>>();
            between_measures(kernel, dimension, &points(0), &points(places / 2))
        } else {
            between_points(kernel, dimension, condition, at)
        }
    };
    let mut found: f64 = 0.0;
    for _ in 0..cell.int("starts") {
        let start = stream.normals(coordinates);
        found = found.max(climb(height, start, 0.5, cell.int("rounds"), &mut stream).1);
    }
    let exact = exact(scale)[condition];
    vec![found, exact, exact * (1.0 + ROUNDING), exact * (1.0 - SHARP)]
}

/// D1 and D2: the quotient of Phi's differences, or its gradient's, between two points, for measures
/// at these coordinates: atoms of both, their weights before normalisation, a direction, a distance.
fn between_points(kernel: Gaussian, dimension: usize, condition: usize, at: &[f64]) -> f64 {
    let (atoms, rest) = at.split_at(2 * ATOMS * dimension);
    let (weights, rest) = rest.split_at(2 * ATOMS);
    let (direction, distance) = rest.split_at(dimension);
    let side = |side: usize| {
        let points = atoms[side * ATOMS * dimension..][..ATOMS * dimension].iter().map(|x| kernel.scale * x).collect();
        let raw: Vec<f64> = weights[side * ATOMS..][..ATOMS].iter().map(|weight| weight.exp()).collect();
        let sum: f64 = raw.iter().sum();
        Measure::new(points, raw.iter().map(|weight| weight / sum).collect(), dimension)
    };
    let phi = side(0).less(&side(1));
    let length = norm(direction);
    if length == 0.0 {
        return 0.0;
    }
    // On either side of the origin: a constant of the kernel knows no other place.
    let half = 0.5 * kernel.scale * distance[0].abs().max(NEAR);
    let point = |sign: f64| direction.iter().map(|x| sign * half * x / length).collect::<Vec<f64>>();
    let (x, y) = (point(1.0), point(-1.0));
    let difference = if condition == 0 {
        (kernel.embedding(&phi, &x) - kernel.embedding(&phi, &y)).abs()
    } else {
        norm(&less(&kernel.gradient(&phi, &x), &kernel.gradient(&phi, &y)))
    };
    difference / (2.0 * half)
}

/// D3: the quotient at the origin between two measures of equal weights.
fn between_measures(kernel: Gaussian, dimension: usize, mu: &[f64], nu: &[f64]) -> f64 {
    let atom = |points: &[f64], at: usize| points[at * dimension..][..dimension].to_vec();
    let cost = |pairing: &[usize; ATOMS]| {
        let far: f64 = pairing.iter().enumerate().map(|(from, to)| norm(&less(&atom(mu, from), &atom(nu, *to)))).sum();
        far / ATOMS as f64
    };
    // Every pairing of two atoms with two.
    let transport = cost(&[0, 1]).min(cost(&[1, 0]));
    if transport < NEAR * kernel.scale {
        return 0.0;
    }
    let difference = Measure::uniform(mu.to_vec(), dimension).less(&Measure::uniform(nu.to_vec(), dimension));
    norm(&kernel.gradient(&difference, &vec![0.0; dimension])) / transport
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extreme_measures_reach_the_constants() {
        let scale = 0.7;
        let kernel = Gaussian { scale };
        let [alpha, beta1, beta2] = exact(scale);
        // Diracs at s and -s pull the critic at 0 as steeply as can be.
        let phi = Measure::new(vec![scale, -scale], vec![1.0, -1.0], 1);
        assert!((kernel.gradient(&phi, &[0.0])[0].abs() - alpha).abs() < 1e-12);
        // A Dirac at 0 and one at sqrt(3) s bend it most.
        let phi = Measure::new(vec![0.0, 3f64.sqrt() * scale], vec![-1.0, 1.0], 1);
        let slope = |x: f64| kernel.gradient(&phi, &[x])[0];
        assert!(((slope(1e-4) - slope(-1e-4)) / 2e-4 - beta1).abs() < 1e-6);
        // Diracs near the point and each other: the first of two atoms each, the second far away.
        let quotient = between_measures(kernel, 1, &[0.01, 90.0], &[-0.01, 90.0]);
        assert!(quotient <= beta2 * (1.0 + ROUNDING) && quotient > 0.999 * beta2, "{quotient}");
    }
}
