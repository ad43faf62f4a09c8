//! The stacked perceptron in plain operations of burn: what runs on every backend, the reference
//! for the fused operation, and the form that can be differentiated twice.

use super::shape::{Layer, Shape};
use crate::data::shared;
use burn::tensor::Tensor;

/// The weight `[replica, in, out]` and the bias `[replica, 1, out]` of a layer, out of
/// `parameters [replica, parameters]`.
pub(super) fn weights(parameters: &Tensor<2>, layer: &Layer) -> (Tensor<3>, Tensor<3>) {
    let replicas = parameters.dims()[0];
    let part = |from: usize, rows: usize| {
        parameters.clone().slice([0..replicas, from..from + rows * layer.outputs]).reshape([replicas, rows, layer.outputs])
    };
    (part(layer.weight, layer.inputs), part(layer.bias, 1))
}

/// `x [replica, batch, in] -> x w + b [replica, batch, out]`. A product with a single column is
/// written as an element-wise product and a sum, because matrix kernels round single columns
/// differently between architectures.
pub(super) fn affine(x: Tensor<3>, weight: Tensor<3>, bias: Tensor<3>) -> Tensor<3> {
    let product = if weight.dims()[2] == 1 { (x * weight.swap_dims(1, 2)).sum_dim(2) } else { x.matmul(weight) };
    product + bias
}

/// `x [group, batch, inputs]` and `parameters [replica, parameters]` to `[replica, batch, outputs]`.
pub(super) fn forward(x: Tensor<3>, parameters: &Tensor<2>, shape: &Shape) -> Tensor<3> {
    let layers = shape.layers();
    let mut values = shared(x, parameters.dims()[0]);
    for (index, layer) in layers.iter().enumerate() {
        let (weight, bias) = weights(parameters, layer);
        values = affine(values, weight, bias);
        if index + 1 < layers.len() {
            values = shape.activation.apply(values);
        }
    }
    values
}
