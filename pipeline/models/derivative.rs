//! Derivatives that burn does not give: its tape is walked once and cannot be differentiated.
//!
//! The backward pass of a perceptron is written out in plain operations instead, and what is asked
//! for is read off it, or differentiated once more by burn: a penalty on an input gradient
//! (WGAN-GP, R1) by its parameters, a Hessian times a vector. Everything is per replica.

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
                values.push(networks.shape().activation.apply(sums.clone()));
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
    let [replicas, batch, _] = ones.dims();
    let mut parts = Vec::new();
    for ((layer, values), delta) in forward.layers.iter().zip(&forward.values).zip(forward.back(networks, ones)) {
        let values = values.clone().reshape([replicas, batch, layer.inputs, 1]);
        let products = values * delta.clone().reshape([replicas, batch, 1, layer.outputs]);
        parts.push(products.reshape([replicas, batch, layer.inputs * layer.outputs]));
        parts.push(delta);
    }
    Tensor::cat(parts, 2)
}

/// The gradient of a loss by the parameters, `[replica, parameters]`, written out: the same as
/// automatic differentiation gives, but it can be differentiated once more.
pub fn gradient(networks: &Perceptrons, x: Tensor<3>, answers: Tensor<3>, loss: Loss) -> Tensor<2> {
    let forward = Forward::new(networks, x);
    let weights = loss.slope(forward.outputs(), answers);
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
    let parameters = networks.parameters.val().autodiff().require_grad();
    let tracked = Perceptrons::with(networks.shape().clone(), parameters.clone());
    let gradient = gradient(&tracked, x.autodiff(), answers.autodiff(), loss);
    let gradients = (gradient * vector.autodiff()).sum_dim(1).sum_dim(0).backward();
    parameters.grad(&gradients).unwrap_or_else(|| parameters.inner().zeros_like())
}

#[cfg(test)]
mod tests;
