//! One network: its units one by one, as the embeddings see it, and as a burn model, which gives its
//! outputs and derivatives.
//!
//! f(x) = psi(sum_j v_j phi(w_j . (x, 1)) + c): `units` are the (w_j, v_j) of the first hidden layer,
//! `bias` is c, and `rest` all that psi holds. With one hidden layer psi is the identity.

use super::data::{Sample, numbers, tensor};
use nalgebra::{DMatrix, DVector};
use saigen_models::activation::Activation;
use saigen_models::derivative;
use saigen_models::perceptron::{Perceptrons, Shape};

/// A unit of the first hidden layer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    /// The weights of the inputs and, last, the bias: D numbers.
    pub(super) incoming: Vec<f64>,
    /// The weights to the next layer: M numbers.
    pub(super) outgoing: Vec<f64>,
}

/// A network by its units.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Network {
    pub(super) activation: Activation,
    pub(super) units: Vec<Unit>,
    /// The next layer's bias, M numbers.
    pub(super) bias: Vec<f64>,
    /// The widths of the layers after the next one.
    pub(super) later: Vec<usize>,
    /// Their weights and biases.
    pub(super) rest: Vec<f64>,
}

impl Network {
    pub(super) fn shape(&self) -> Shape {
        let mut widths = vec![self.units[0].incoming.len() - 1, self.units.len(), self.bias.len()];
        widths.extend(&self.later);
        Shape::new(&widths, self.activation)
    }

    /// The parameters in the order of a burn model's row.
    pub(super) fn parameters(&self) -> Vec<f64> {
        let inputs = self.units[0].incoming.len();
        let mut row: Vec<f64> = (0..inputs).flat_map(|at| self.units.iter().map(move |unit| unit.incoming[at])).collect();
        row.extend(self.units.iter().flat_map(|unit| &unit.outgoing));
        row.extend(&self.bias);
        row.extend(&self.rest);
        row
    }

    /// The same network with other parameters.
    pub(super) fn with(&self, row: &[f64]) -> Self {
        let (width, inputs, outputs) = (self.units.len(), self.units[0].incoming.len(), self.bias.len());
        let (first, later) = row.split_at(width * inputs);
        let (outgoing, later) = later.split_at(width * outputs);
        let unit = |j: usize| Unit {
            incoming: (0..inputs).map(|at| first[at * width + j]).collect(),
            outgoing: outgoing[j * outputs..(j + 1) * outputs].to_vec(),
        };
        let (bias, rest) = later.split_at(outputs);
        Self { units: (0..width).map(unit).collect(), bias: bias.to_vec(), rest: rest.to_vec(), ..self.clone() }
    }

    /// Where the parameters that may vary lie in a row: all, or all but the next layer's bias.
    pub(super) fn free(&self, with_bias: bool) -> Vec<usize> {
        let start = self.units.len() * (self.units[0].incoming.len() + self.bias.len());
        let bias = start..start + self.bias.len();
        (0..bias.end + self.rest.len()).filter(|at| with_bias || !bias.contains(at)).collect()
    }

    /// As a burn model of one.
    pub(super) fn model(&self) -> Perceptrons {
        stack(&self.shape(), &[self.parameters()])
    }

    /// The outputs, row by row.
    pub(super) fn outputs(&self, sample: &Sample) -> Vec<f64> {
        numbers(self.model().forward(sample.inputs()))
    }

    /// Half the sum of squared errors.
    pub(super) fn loss(&self, sample: &Sample) -> f64 {
        self.outputs(sample).iter().zip(&sample.y).map(|(f, y)| (f - y) * (f - y)).sum::<f64>() / 2.0
    }

    /// The gradient of the loss by the parameters at `free`.
    pub(super) fn gradient(&self, sample: &Sample, free: &[usize]) -> DVector<f64> {
        let row = numbers(derivative::gradient_of(&self.model(), sample.inputs(), sample.answers(), &derivative::half_squares));
        DVector::from_iterator(free.len(), free.iter().map(|at| row[*at]))
    }

    /// The Hessian of the loss by the parameters at `free`, from Hessian-vector products.
    pub(super) fn hessian(&self, sample: &Sample, free: &[usize]) -> DMatrix<f64> {
        let whole = derivative::hessian(&self.model(), sample.inputs(), sample.answers(), &derivative::half_squares);
        let ([size, _], values) = (whole.dims(), numbers(whole));
        let at = |i: usize, j: usize| values[free[i] * size + free[j]];
        DMatrix::from_fn(free.len(), free.len(), |i, j| (at(i, j) + at(j, i)) / 2.0)
    }

    /// The Jacobian of the outputs by the parameters at `free`, a row an observation and output.
    pub(super) fn jacobian(&self, sample: &Sample, free: &[usize]) -> DMatrix<f64> {
        let whole = derivative::jacobian(&self.model(), sample.inputs());
        let ([_, rows, size], values) = (whole.dims(), numbers(whole));
        DMatrix::from_fn(rows, free.len(), |i, j| values[i * size + free[j]])
    }
}

/// Networks of one shape as one burn model.
pub(super) fn stack(shape: &Shape, rows: &[Vec<f64>]) -> Perceptrons {
    Perceptrons::with(shape.clone(), tensor(rows.concat(), [rows.len(), shape.parameters()]))
}

/// The losses of networks of one shape, without the tensors of each.
pub(super) fn losses(shape: &Shape, rows: &[Vec<f64>], sample: &Sample) -> Vec<f64> {
    let outputs = numbers(stack(shape, rows).forward(sample.inputs()));
    let loss = |outputs: &[f64]| outputs.iter().zip(&sample.y).map(|(f, y)| (f - y) * (f - y)).sum::<f64>() / 2.0;
    outputs.chunks(sample.y.len()).map(loss).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_taken_apart_and_put_together() {
        let unit = |at: f64| Unit { incoming: vec![at, at + 0.1, at + 0.2], outgoing: vec![at + 0.3, at + 0.4] };
        let network = Network {
            activation: Activation::Tanh,
            units: vec![unit(1.0), unit(2.0), unit(3.0)],
            bias: vec![7.0, 8.0],
            later: vec![1],
            rest: vec![9.0, 10.0, 11.0],
        };
        let row = network.parameters();
        assert_eq!(row.len(), network.shape().parameters());
        assert_eq!(row[..3], [1.0, 2.0, 3.0]);
        assert_eq!(network.with(&row), network);
        assert_eq!(network.free(false).len(), row.len() - 2);
        assert!(!network.free(false).iter().any(|at| row[*at] == 7.0 || row[*at] == 8.0));
    }

    #[test]
    fn a_burn_model_computes_the_units_sum() {
        let network = Network {
            activation: Activation::Relu,
            units: vec![Unit { incoming: vec![2.0, -1.0], outgoing: vec![3.0] }, Unit { incoming: vec![-1.0, 0.5], outgoing: vec![-2.0] }],
            bias: vec![0.25],
            later: Vec::new(),
            rest: Vec::new(),
        };
        let sample = Sample { x: vec![-1.0, 0.0, 1.0], y: vec![0.0; 3], inputs: 1 };
        assert_eq!(network.outputs(&sample), [0.25 - 2.0 * 1.5, 0.25 - 2.0 * 0.5, 0.25 + 3.0]);
    }
}
