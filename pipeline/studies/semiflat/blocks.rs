//! What second-order theory says of an embedding: the blocks F and G, and the eigenvalues that added
//! units bring.
//!
//! With r the derivative of the loss by the next layer's sums at each observation, zeta and u the
//! weights into and out of the copied unit, z = zeta . (x, 1):
//!
//! F = sum r phi'(z) (x, 1)^T `[M, D]`, G = sum (u . r) phi''(z) (x, 1) (x, 1)^T `[D, D]`.
//!
//! Copies bring, congruently, a block [[0, F], [F^T, s G]] each, with the sign s = +1 or -1 of the
//! form sum_j lambda_j |d_j|^2 on sum_j lambda_j d_j = 0; units with all weights 0 bring
//! [[0, C], [C^T, 0]] with C = sum r phi'(0) (x, 1)^T. Where r = 0, all follows from the rank of the
//! Jacobian.

use super::data::Sample;
use super::embedding::{Embedded, Embedding};
use super::network::Network;
use super::spectrum::{Inertia, Spectrum};
use nalgebra::DMatrix;
use saigen_models::activation::Activation;

/// The value, slope and curvature of an activation at z.
pub(super) fn activation(kind: Activation, z: f64) -> [f64; 3] {
    let sigmoid = 1.0 / (1.0 + (-z).exp());
    match kind {
        Activation::Tanh => {
            let h = z.tanh();
            [h, 1.0 - h * h, -2.0 * h * (1.0 - h * h)]
        }
        Activation::Sigmoid => {
            let slope = sigmoid * (1.0 - sigmoid);
            [sigmoid, slope, slope * (1.0 - 2.0 * sigmoid)]
        }
        Activation::Softplus => [z.max(0.0) + (-z.abs()).exp().ln_1p(), sigmoid, sigmoid * (1.0 - sigmoid)],
        _ => [z.max(0.0), if z > 0.0 { 1.0 } else { 0.0 }, 0.0],
    }
}

/// What is below this share of the residuals is zero: where a block is 0 by stationarity, rounding
/// leaves some 1e-15 of them.
const ZERO: f64 = 1e-9;

/// The blocks of a narrow minimum at its last unit.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    pub(super) f: DMatrix<f64>,
    pub(super) g: DMatrix<f64>,
    /// F of a unit whose weights are all 0.
    pub(super) c: DMatrix<f64>,
}

impl Blocks {
    pub(super) fn of(network: &Network, sample: &Sample) -> Self {
        let unit = &network.units[network.units.len() - 1];
        let (inputs, outputs) = (unit.incoming.len(), unit.outgoing.len());
        let mut blocks = Self { f: DMatrix::zeros(outputs, inputs), g: DMatrix::zeros(inputs, inputs), c: DMatrix::zeros(outputs, inputs) };
        let silent = activation(network.activation, 0.0)[1];
        for (row, x) in sample.x.chunks(sample.inputs).enumerate() {
            let x: Vec<f64> = x.iter().copied().chain([1.0]).collect();
            let r = backward(network, &x, &sample.y[row * sample.y.len() / sample.len()..]);
            let [_, slope, curvature] = activation(network.activation, dot(&unit.incoming, &x));
            let pull = curvature * dot(&unit.outgoing, &r);
            for i in 0..inputs {
                for (m, r) in r.iter().enumerate() {
                    blocks.f[(m, i)] += r * slope * x[i];
                    blocks.c[(m, i)] += r * silent * x[i];
                }
                for j in 0..inputs {
                    blocks.g[(i, j)] += pull * x[i] * x[j];
                }
            }
        }
        blocks
    }

    /// Whether F is not 0: then a copy is a saddle.
    pub(super) fn is_coupled(&self, residual: f64) -> bool {
        self.f.norm() > ZERO * residual
    }

    /// The inertia of [[0, f], [f^T, s g]], zero measured by `zero`.
    fn bordered(&self, f: &DMatrix<f64>, sign: f64, zero: f64) -> Inertia {
        let (outputs, inputs) = f.shape();
        let entry = |i: usize, j: usize| match (i < outputs, j < outputs) {
            (true, true) => 0.0,
            (true, false) => f[(i, j - outputs)],
            (false, true) => f[(j, i - outputs)],
            (false, false) => sign * self.g[(i - outputs, j - outputs)],
        };
        Spectrum::of(&DMatrix::from_fn(outputs + inputs, outputs + inputs, entry)).inertia_within(zero)
    }

    /// The eigenvalues that an embedding adds to those of the narrow minimum, where theory says it is
    /// stationary and how many there are; `residual` is the residuals' length, by which zero is measured.
    pub(super) fn predicted(&self, narrow: &Network, embedded: &Embedded, kind: Embedding, residual: f64, bias: bool) -> Option<Inertia> {
        let (exact, zero) = (residual == 0.0, ZERO * residual);
        let unit = &narrow.units[narrow.units.len() - 1];
        let (d, m) = (unit.incoming.len() as i64, unit.outgoing.len() as i64);
        let k = (embedded.network.units.len() - narrow.units.len()) as i64;
        let relu = narrow.activation == Activation::Relu;
        let one_hidden = narrow.later.is_empty();
        let all_zero = Inertia { negative: 0, zero: k * (d + m), positive: 0 };
        let positive = |count: i64| Inertia { negative: 0, zero: k * (d + m) - count, positive: count };
        match kind {
            // Exactly flat whatever the residuals.
            Embedding::InactiveUnits | Embedding::InactiveBoth if relu => Some(all_zero),
            Embedding::Replication | Embedding::ReplicationOutside | Embedding::InactiveBoth if exact => Some(all_zero),
            Embedding::Replication | Embedding::ReplicationOutside => {
                let copies = embedded.shares.iter().skip(1);
                let signs = copies.map(|share| if *share < 0.0 { -1.0 } else { 1.0 });
                Some(signs.map(|sign| self.bordered(&self.f, sign, zero)).fold(Inertia::default(), Inertia::plus))
            }
            Embedding::InactiveBoth => {
                // Silent units do not feel each other: one block each.
                let flat = Self { g: DMatrix::zeros(d as usize, d as usize), ..self.clone() };
                let one = flat.bordered(&self.c, 1.0, zero);
                Some((0..k).map(|_| one).fold(Inertia::default(), Inertia::plus))
            }
            // New columns v_j (x) phi'(0) (x, 1): their constant part is a bias's where there is one.
            Embedding::InactiveUnits if exact => Some(positive(k.min(m) * (d - i64::from(bias)))),
            // Columns (x, 1) phi'(z) on outputs that the narrow unit does not move together; of a ReLU the
            // narrow unit has zeta . (x, 1) phi'(z) = phi(z) on each output already.
            Embedding::ReplicationGeneric if exact && one_hidden => Some(positive((m.min(k + 1) - 1) * (d - i64::from(relu)))),
            // New columns phi(w_j . (x, 1)) on each output.
            Embedding::InactivePropagation if exact && one_hidden => Some(positive(k * m)),
            _ => None,
        }
    }
}

/// The derivative of half the squared errors by the next layer's sums, at one observation.
fn backward(network: &Network, x: &[f64], y: &[f64]) -> Vec<f64> {
    let values: Vec<f64> = network.units.iter().map(|unit| activation(network.activation, dot(&unit.incoming, x))[0]).collect();
    let sum = |m: usize| network.units.iter().zip(&values).map(|(unit, h)| unit.outgoing[m] * h).sum::<f64>() + network.bias[m];
    let sums: Vec<f64> = (0..network.bias.len()).map(sum).collect();
    let Some(outputs) = network.later.first() else {
        return sums.iter().zip(y).map(|(f, y)| f - y).collect();
    };
    let (weights, biases) = network.rest.split_at(sums.len() * outputs);
    let units: Vec<[f64; 3]> = sums.iter().map(|z| activation(network.activation, *z)).collect();
    let error = |o: usize| units.iter().enumerate().map(|(k, unit)| unit[0] * weights[k * outputs + o]).sum::<f64>() + biases[o] - y[o];
    let errors: Vec<f64> = (0..*outputs).map(error).collect();
    units.iter().enumerate().map(|(k, unit)| unit[1] * (0..*outputs).map(|o| weights[k * outputs + o] * errors[o]).sum::<f64>()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::super::data::{ACTIVATIONS, activation as named, stream};
    use super::super::embedding::embed;
    use super::super::narrow::{Design, Problem};
    use super::*;

    /// One added unit of each kind against the Hessian of the whole network: the inner blocks of the
    /// latter are F and lambda (1 - lambda) G in the coordinates of differences.
    #[test]
    fn blocks_are_those_of_the_whole_hessian() {
        for name in ACTIVATIONS {
            for (outputs, depth) in [(1, 3), (2, 3), (1, 4)] {
                let problem = Problem::new(named(name), name, outputs, depth, Design::Free, 2).unwrap();
                let blocks = Blocks::of(&problem.network, &problem.sample);
                let embedded = embed(&problem.network, Embedding::Replication, 1, &problem.middles, &mut stream("test", &[]));
                let network = &embedded.network;
                let every: Vec<usize> = (0..network.parameters().len()).collect();
                let hessian = network.hessian(&problem.sample, &every);
                let (width, m, d) = (network.units.len(), network.bias.len(), 2);
                let (own, copy) = (embedded.shares[0], embedded.shares[1]);
                // The difference of outgoing weights, and of incoming ones that leaves their weighted sum.
                let outgoing = |at: usize| vec![(width * d + (width - 2) * m + at, -1.0), (width * d + (width - 1) * m + at, 1.0)];
                let incoming = |at: usize| vec![(at * width + width - 2, -copy), (at * width + width - 1, own)];
                let form = |a: &[(usize, f64)], b: &[(usize, f64)]| -> f64 {
                    a.iter().flat_map(|(i, p)| b.iter().map(move |(j, q)| (i, j, p * q))).map(|(i, j, w)| w * hessian[(*i, *j)]).sum()
                };
                let scale = 1e-12 * hessian.norm();
                for i in 0..d {
                    for o in 0..m {
                        assert!((form(&outgoing(o), &incoming(i)) - blocks.f[(o, i)]).abs() < scale, "F of {name}");
                    }
                    for j in 0..d {
                        let g = own * copy * blocks.g[(i, j)];
                        assert!((form(&incoming(i), &incoming(j)) - g).abs() < scale, "G of {name}");
                    }
                }
            }
        }
    }
}
