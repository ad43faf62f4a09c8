//! Stacked perceptrons: many small networks of one shape, trained as one.
//!
//! A replica's bits are those it would have alone: nothing is ever summed across replicas.

mod fused;
mod kernel;
mod plain;
mod shape;
mod tape;
mod tiles;

#[cfg(test)]
mod tests;

pub use shape::{Layer, Shape};

use crate::device::has_fused_operations;
use crate::stream::Stream;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// Perceptrons of one shape, `replica` of them.
#[derive(Module, Debug)]
pub struct Perceptrons {
    /// `[replica, parameters]`: a row holds the layers in order, each its weight `[in, out]` and
    /// then its bias `[out]`. One flat row makes an optimiser's step one operation.
    pub parameters: Param<Tensor<2>>,
    #[module(skip)]
    shape: Shape,
}

impl Perceptrons {
    /// One perceptron for each stream. Weights are normal with standard deviation gain / sqrt(in),
    /// biases uniform on [-1/sqrt(in), 1/sqrt(in)), so that the kinks of a first layer spread over
    /// the inputs; drawn layer by layer, weights before biases.
    pub fn new(shape: Shape, streams: &mut [Stream], device: &Device) -> Self {
        let gain = shape.activation.gain();
        let mut values = Vec::with_capacity(streams.len() * shape.parameters());
        for stream in streams.iter_mut() {
            for layer in shape.layers() {
                let root = (layer.inputs as f64).sqrt();
                values.extend((0..layer.inputs * layer.outputs).map(|_| gain / root * stream.normal()));
                values.extend((0..layer.outputs).map(|_| (2.0 * stream.uniform() - 1.0) / root));
            }
        }
        let dims = [streams.len(), shape.parameters()];
        Self::with(shape, Tensor::from_data(TensorData::new(values, dims), device))
    }

    /// Perceptrons with these parameters, `[replica, parameters]`.
    ///
    /// # Panics
    /// If a row is not as long as the shape asks.
    pub fn with(shape: Shape, parameters: Tensor<2>) -> Self {
        assert_eq!(parameters.dims()[1], shape.parameters(), "a row of parameters does not fit {shape:?}");
        Self { parameters: Param::from_tensor(parameters), shape }
    }

    /// The shape that they share.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// How many there are.
    pub fn replicas(&self) -> usize {
        self.parameters.dims()[0]
    }

    /// `x [group, batch, inputs]` to `[replica, batch, outputs]`. Consecutive replicas share the
    /// observations of a group: one group for all, one for each, or anything between.
    ///
    /// One fused operation where the device has it, plain operations elsewhere; both agree up to
    /// rounding.
    ///
    /// # Panics
    /// If the inputs do not fit the shape, or the groups do not divide the replicas.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.check(&x);
        if has_fused_operations(&self.parameters.device()) {
            fused::forward(x, self.parameters.val(), &self.shape)
        } else {
            plain::forward(x, &self.parameters.val(), &self.shape)
        }
    }

    /// As [`forward`](Self::forward), always in plain operations: a reference for the fused one.
    pub fn forward_plain(&self, x: Tensor<3>) -> Tensor<3> {
        self.check(&x);
        plain::forward(x, &self.parameters.val(), &self.shape)
    }

    /// One layer's affine map in plain operations: `[replica, batch, in]` to `[replica, batch, out]`.
    pub(crate) fn layer(&self, layer: &Layer, values: Tensor<3>) -> Tensor<3> {
        let (weight, bias) = plain::weights(&self.parameters.val(), layer);
        plain::affine(values, weight, bias)
    }

    /// The same layer backwards, without its bias: `[replica, batch, out]` to `[replica, batch, in]`.
    pub(crate) fn layer_transposed(&self, layer: &Layer, deltas: Tensor<3>) -> Tensor<3> {
        let (weight, _) = plain::weights(&self.parameters.val(), layer);
        deltas.matmul(weight.swap_dims(1, 2))
    }

    fn check(&self, x: &Tensor<3>) {
        let ([groups, _, inputs], replicas) = (x.dims(), self.replicas());
        assert_eq!(inputs, self.shape.inputs(), "observations have other inputs than the perceptrons");
        assert!(groups > 0 && replicas.is_multiple_of(groups), "{groups} groups of observations do not divide {replicas} replicas");
    }
}
