//! D1 and D2 by architecture: a network whose weights have spectral norm 1 and whose activation has
//! slopes of at most 1 is 1-Lipschitz, and its gradient is c L-Lipschitz, L its hidden layers and c
//! the largest bend of the activation: 1/4 for softplus, 4 / (3 sqrt 3) for tanh, 1 for ELU. ReLU has
//! none.
//!
//! Over inputs, weights and biases at once a search climbs to the largest quotient that two points at
//! a given distance can give.

use super::ascent::climb;
use super::generator::TANH_BEND;
use super::measurement::{Cell, Measurement, ROUNDING};
use super::vector::{less, norm};
use saigen_engine::Parameter;
use saigen_models::singular;

/// The method.
pub(super) const SMOOTH: Measurement = Measurement {
    name: "network-constants",
    module: module_path!(),
    parameters: &[
        ("activation", Parameter::Choice(&["relu", "softplus", "tanh", "elu"])),
        ("hidden", Parameter::Int(1, 8)),
        ("width", Parameter::Int(1, 64)),
        ("distance", Parameter::Float(1e-6, 10.0)),
        ("rounds", Parameter::Int(1, 10_000)),
    ],
    // The bound of the gradient's constant is 0 where there is none.
    outputs: &["lipschitz", "lipschitz-bound", "gradient-lipschitz", "gradient-bound", "nearly"],
    seconds: 0.1,
    measure,
};

/// Inputs of the networks.
const INPUTS: usize = 2;

/// Random places that a climb begins at the best of, for each of its rounds.
const DRAWS: usize = 10;

/// How far below c a search among networks of one hidden layer may end and still show it sharp.
const NEARLY: f64 = 0.02;

/// An activation by name.
#[derive(Clone, Copy)]
struct Activation {
    /// Value and slope.
    at: fn(f64) -> (f64, f64),
    /// The largest second derivative; none where the slope jumps.
    bend: Option<f64>,
}

fn activation(name: &str) -> Activation {
    match name {
        "relu" => Activation { at: |z| if z > 0.0 { (z, 1.0) } else { (0.0, 0.0) }, bend: None },
        "softplus" => Activation { at: |z| (z.max(0.0) + (-z.abs()).exp().ln_1p(), 1.0 / (1.0 + (-z).exp())), bend: Some(0.25) },
        "tanh" => Activation { at: |z| (z.tanh(), 1.0 - z.tanh() * z.tanh()), bend: Some(TANH_BEND) },
        _ => Activation { at: |z| if z > 0.0 { (z, 1.0) } else { (z.exp_m1(), z.exp()) }, bend: Some(1.0) },
    }
}

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let (hidden, width, distance) = (cell.int("hidden"), cell.int("width"), cell.float("distance"));
    let activation = activation(cell.word("activation"));
    let mut stream = cell.stream("networks", &["activation", "hidden", "width", "distance"]);
    // Weights and biases by layer, output weights; a point and a direction.
    let parameters = (INPUTS + 1) * width + (hidden - 1) * (width + 1) * width + width;
    let mut search = |of_gradient: bool| {
        let height = |at: &[f64]| {
            let (theta, places) = at.split_at(parameters);
            let length = norm(&places[INPUTS..]);
            if length == 0.0 {
                return 0.0;
            }
            let network = Network::new(theta, hidden, width, activation);
            let point = |sign: f64| [0, 1].map(|axis| places[axis] + sign * 0.5 * distance * places[INPUTS + axis] / length);
            let ((a, up), (b, down)) = (network.at(&point(1.0)), network.at(&point(-1.0)));
            let difference = if of_gradient { norm(&less(&up, &down)) } else { (a - b).abs() };
            // The distance that rounding left between the points.
            difference / norm(&less(&point(1.0), &point(-1.0)))
        };
        // The best of many places: near most of them a ReLU network is affine, and nothing rises.
        let (mut start, mut highest) = (Vec::new(), f64::NEG_INFINITY);
        for _ in 0..DRAWS * cell.int("rounds") {
            let place = stream.normals(parameters + 2 * INPUTS);
            let found = height(&place);
            if found > highest {
                (start, highest) = (place, found);
            }
        }
        climb(height, start, 0.5, cell.int("rounds"), &mut stream).1
    };
    let (lipschitz, gradient) = (search(false), search(true));
    let bend = activation.bend.unwrap_or(0.0);
    let bound = bend * hidden as f64 * (1.0 + ROUNDING);
    vec![lipschitz, 1.0 + ROUNDING, gradient, bound, bend * (1.0 - NEARLY)]
}

/// A network of one output with weights of spectral norm 1.
struct Network {
    /// By layer: weights `[out, in]` and biases.
    layers: Vec<(Vec<f64>, Vec<f64>)>,
    output: Vec<f64>,
    activation: Activation,
}

impl Network {
    fn new(theta: &[f64], hidden: usize, width: usize, activation: Activation) -> Self {
        let mut rest = theta;
        let mut take = |count: usize| {
            let (first, others) = rest.split_at(count);
            rest = others;
            first.to_vec()
        };
        let unit = |weights: Vec<f64>, rows: usize, columns: usize| -> Vec<f64> {
            // A matrix of zeros stays what it is.
            let length = singular::norm(&weights, rows, columns).max(f64::MIN_POSITIVE);
            weights.iter().map(|weight| weight / length).collect()
        };
        let layers = (0..hidden)
            .map(|layer| if layer == 0 { INPUTS } else { width })
            .map(|inputs| (unit(take(inputs * width), width, inputs), take(width)))
            .collect();
        let output = unit(take(width), 1, width);
        Self { layers, output, activation }
    }

    /// The value at a point, and the gradient by it.
    fn at(&self, x: &[f64]) -> (f64, Vec<f64>) {
        let (mut values, mut slopes) = (x.to_vec(), Vec::<Vec<f64>>::new());
        for (weights, biases) in &self.layers {
            let sum = |(row, bias): (&[f64], &f64)| row.iter().zip(&values).map(|(w, v)| w * v).sum::<f64>() + bias;
            let (next, slope) = weights.chunks_exact(values.len()).zip(biases).map(sum).map(self.activation.at).unzip();
            values = next;
            slopes.push(slope);
        }
        let mut gradient = self.output.clone();
        for ((weights, biases), slopes) in self.layers.iter().zip(&slopes).rev() {
            let inputs = weights.len() / biases.len();
            let deltas: Vec<f64> = gradient.iter().zip(slopes).map(|(gradient, slope)| gradient * slope).collect();
            gradient = (0..inputs)
                .map(|input| deltas.iter().enumerate().map(|(unit, delta)| delta * weights[unit * inputs + input]).sum())
                .collect();
        }
        (self.output.iter().zip(&values).map(|(w, v)| w * v).sum(), gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_models::stream::Stream;

    #[test]
    fn gradients_are_those_of_central_differences() {
        for name in ["softplus", "tanh", "elu", "relu"] {
            let theta = Stream::new("test", "network", &[]).normals(3 * 4 + 2 * 5 * 4 + 4);
            let network = Network::new(&theta, 3, 4, activation(name));
            let x = [0.3, -0.6];
            let (_, gradient) = network.at(&x);
            for axis in 0..INPUTS {
                let moved = |by: f64| {
                    let mut x = x;
                    x[axis] += by;
                    network.at(&x).0
                };
                assert!((gradient[axis] - (moved(1e-5) - moved(-1e-5)) / 2e-5).abs() < 1e-9, "{name}");
            }
        }
    }

    #[test]
    fn bends_are_the_largest_second_derivatives() {
        for name in ["softplus", "tanh", "elu"] {
            let activation = activation(name);
            let slope = |z: f64| (activation.at)(z).1;
            // Not across the corner of ELU's slope.
            let places = (0..8000).map(|at| -4.0 + 0.001 * f64::from(at) + 0.0005);
            let largest = places.map(|z| ((slope(z + 1e-5) - slope(z - 1e-5)) / 2e-5).abs()).fold(0.0, f64::max);
            let bend = activation.bend.unwrap();
            assert!(largest <= bend * 1.000_001 && largest > 0.999 * bend, "{name}: {largest} {bend}");
        }
    }
}
