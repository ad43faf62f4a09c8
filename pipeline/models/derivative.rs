//! Derivatives that burn does not give: its tape is walked once and cannot be differentiated.
//!
//! The backward pass of a perceptron is written out in plain operations instead, and what is asked
//! for is read off it, or differentiated once more by burn: a penalty on an input gradient
//! (WGAN-GP, R1) by its parameters, a Hessian times a vector. Everything is per replica.

use crate::activation::Activation;
use crate::data::shared;
use crate::loss::Loss;
use crate::perceptron::{Layer, Perceptrons};
use burn::tensor::Tensor;

/// The values that enter each layer and the sums that leave it.
pub(crate) struct Forward {
    pub(crate) layers: Vec<Layer>,
    /// `[replica, batch, in]` of each layer.
    pub(crate) values: Vec<Tensor<3>>,
    /// `[replica, batch, out]` of each layer; the last are the outputs.
    pub(crate) sums: Vec<Tensor<3>>,
}

impl Forward {
    pub(crate) fn new(networks: &Perceptrons, x: Tensor<3>) -> Self {
        let layers = networks.shape().layers();
        let (mut values, mut sums) = (vec![shared(x, networks.replicas())], Vec::<Tensor<3>>::new());
        for layer in &layers {
            if let Some(sums) = sums.last() {
                values.push(smooth_values(networks.shape().activation, sums.clone()));
            }
            sums.push(networks.layer(layer, values[values.len() - 1].clone()));
        }
        Self { layers, values, sums }
    }

    pub(crate) fn outputs(&self) -> Tensor<3> {
        self.sums[self.sums.len() - 1].clone()
    }

    /// The derivatives of `sum over outputs of weight x output` by each layer's sums, given the
    /// weights `[replica, batch, outputs]`; and, last, by the inputs.
    fn back(&self, networks: &Perceptrons, weights: Tensor<3>) -> Vec<Tensor<3>> {
        let mut deltas = vec![weights];
        for (at, layer) in self.layers.iter().enumerate().rev() {
            let mut delta = networks.layer_transposed(layer, deltas[deltas.len() - 1].clone());
            if at > 0 {
                delta = delta * networks.shape().activation.slope(self.sums[at - 1].clone());
            }
            deltas.push(delta);
        }
        let inputs = deltas.pop();
        deltas.reverse();
        deltas.extend(inputs);
        deltas
    }

    /// The gradient of `sum over outputs of weight x output` by the parameters, observation by
    /// observation, `[replica, batch, parameters]`.
    fn sample_gradients(&self, networks: &Perceptrons, weights: Tensor<3>) -> Tensor<3> {
        let [replicas, batch, _] = weights.dims();
        let mut parts = Vec::new();
        for ((layer, values), delta) in self.layers.iter().zip(&self.values).zip(self.back(networks, weights)) {
            let values = values.clone().reshape([replicas, batch, layer.inputs, 1]);
            let products = values * delta.clone().reshape([replicas, batch, 1, layer.outputs]);
            parts.push(products.reshape([replicas, batch, layer.inputs * layer.outputs]));
            parts.push(delta);
        }
        Tensor::cat(parts, 2)
    }
}

/// Activations in operations that are as smooth as they are. [`Activation::apply`] writes softplus with
/// clamps at 0, whose derivatives there are one-sided; the clamps here are where they cannot be seen.
fn smooth_values(activation: Activation, sums: Tensor<3>) -> Tensor<3> {
    // ln(1 + exp(z)) is z to 1e-13 from here on, and exp(z) does not overflow before.
    const LINEAR: f64 = 30.0;
    match activation {
        Activation::Softplus => sums.clone().clamp_max(LINEAR).exp().log1p() + (sums - LINEAR).clamp_min(0.0),
        other => other.apply(sums),
    }
}

/// The derivative of a loss by the predictions `[replica, batch, outputs]`, given them and the
/// answers `[group, batch, outputs]`, in operations that can be differentiated once more.
pub type LossSlope<'a> = &'a dyn Fn(Tensor<3>, Tensor<3>) -> Tensor<3>;

/// The slope of half the sum of squared errors: the errors. Nothing is divided, so that f64 keeps
/// all its digits (burn differentiates a division by a number through f32).
pub fn half_squares(predictions: Tensor<3>, answers: Tensor<3>) -> Tensor<3> {
    let replicas = predictions.dims()[0];
    predictions - shared(answers, replicas)
}

/// The gradient of the outputs' sum by the inputs of each observation:
/// `x [group, batch, inputs]` to `[replica, batch, inputs]`. It can be differentiated once, by the
/// parameters or by x.
pub fn input_gradient(networks: &Perceptrons, x: Tensor<3>) -> Tensor<3> {
    let forward = Forward::new(networks, x);
    let ones = forward.outputs().ones_like();
    let mut deltas = forward.back(networks, ones);
    deltas.pop().expect("the gradient by the inputs is the last")
}

/// The gradient of the outputs' sum by the parameters, observation by observation:
/// `x [group, batch, inputs]` to `[replica, batch, parameters]`.
pub fn sample_gradients(networks: &Perceptrons, x: Tensor<3>) -> Tensor<3> {
    let forward = Forward::new(networks, x);
    let ones = forward.outputs().ones_like();
    forward.sample_gradients(networks, ones)
}

/// The Jacobian of all outputs by the parameters: `x [group, batch, inputs]` to
/// `[replica, outputs x batch, parameters]`, the batch of the first output before that of the second.
pub fn jacobian(networks: &Perceptrons, x: Tensor<3>) -> Tensor<3> {
    let forward = Forward::new(networks, x);
    let ones = forward.outputs().ones_like();
    let [replicas, batch, outputs] = ones.dims();
    let of = |output: usize| {
        let weights =
            ones.zeros_like().slice_assign([0..replicas, 0..batch, output..output + 1], ones.clone().slice([0..replicas, 0..batch, 0..1]));
        forward.sample_gradients(networks, weights)
    };
    Tensor::cat((0..outputs).map(of).collect(), 1)
}

/// The gradient of a loss by the parameters, `[replica, parameters]`, written out: the same as
/// automatic differentiation gives, but it can be differentiated once more.
pub fn gradient(networks: &Perceptrons, x: Tensor<3>, answers: Tensor<3>, loss: Loss) -> Tensor<2> {
    gradient_of(networks, x, answers, &|predictions, answers| loss.slope(predictions, answers))
}

/// As [`gradient`], of a loss that is known by its slope.
pub fn gradient_of(networks: &Perceptrons, x: Tensor<3>, answers: Tensor<3>, slope: LossSlope<'_>) -> Tensor<2> {
    let forward = Forward::new(networks, x);
    let weights = slope(forward.outputs(), answers);
    let replicas = networks.replicas();
    let mut parts = Vec::new();
    for ((layer, values), delta) in forward.layers.iter().zip(&forward.values).zip(forward.back(networks, weights)) {
        let products = values.clone().swap_dims(1, 2).matmul(delta.clone());
        parts.push(products.reshape([replicas, layer.inputs * layer.outputs]));
        parts.push(delta.sum_dim(1).reshape([replicas, layer.outputs]));
    }
    Tensor::cat(parts, 1)
}

/// The Hessian of a loss by the parameters times `vector [replica, parameters]`: the gradient of
/// their inner product (Pearlmutter, Neural Computation 6, 1994). Kinks count as straight.
pub fn hessian_vector(networks: &Perceptrons, x: Tensor<3>, answers: Tensor<3>, loss: Loss, vector: Tensor<2>) -> Tensor<2> {
    hessian_vector_of(networks, x, answers, &|predictions, answers| loss.slope(predictions, answers), vector)
}

/// As [`hessian_vector`], of a loss that is known by its slope.
pub fn hessian_vector_of(networks: &Perceptrons, x: Tensor<3>, answers: Tensor<3>, slope: LossSlope<'_>, vector: Tensor<2>) -> Tensor<2> {
    let parameters = networks.parameters.val().autodiff().require_grad();
    let tracked = Perceptrons::with(networks.shape().clone(), parameters.clone());
    let gradient = gradient_of(&tracked, x.autodiff(), answers.autodiff(), slope);
    let gradients = (gradient * vector.autodiff()).sum_dim(1).sum_dim(0).backward();
    parameters.grad(&gradients).unwrap_or_else(|| parameters.inner().zeros_like())
}

/// The whole Hessian of one perceptron, `[parameters, parameters]`, on observations
/// `x [1, batch, inputs]`: its products with all unit vectors at once, as a stack of equals.
pub fn hessian(network: &Perceptrons, x: Tensor<3>, answers: Tensor<3>, slope: LossSlope<'_>) -> Tensor<2> {
    let row = network.parameters.val();
    let [_, size] = row.dims();
    let units = Tensor::<2>::eye(size, &row.device()).cast(row.dtype());
    let stack = Perceptrons::with(network.shape().clone(), row.repeat_dim(0, size));
    hessian_vector_of(&stack, x, answers, slope, units)
}

#[cfg(test)]
mod tests;
