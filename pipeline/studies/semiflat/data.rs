//! What the experiments of this study share: its name, activations and observations.

use burn::tensor::{DType, Device, Tensor, TensorData};
use saigen_datasets::data_digest;
use saigen_models::activation::Activation;
use saigen_models::stream::Stream;

/// The study's name: its folder's, and the first part of the name of every stream.
pub(super) const ID: &str = "semiflat";

/// The activations by name.
pub(super) const ACTIVATIONS: &[&str] = &["tanh", "sigmoid", "softplus", "relu"];

/// The activation of this name.
pub(super) fn activation(name: &str) -> Activation {
    match name {
        "tanh" => Activation::Tanh,
        "sigmoid" => Activation::Sigmoid,
        "softplus" => Activation::Softplus,
        _ => Activation::Relu,
    }
}

/// The stream of a purpose of this study.
pub(super) fn stream(purpose: &str, axes: &[(&str, String)]) -> Stream {
    let axes: Vec<(&str, &str)> = axes.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Stream::new(ID, purpose, &axes)
}

/// Observations, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    /// `[rows, inputs]`
    pub(super) x: Vec<f64>,
    /// `[rows, outputs]`
    pub(super) y: Vec<f64>,
    /// The numbers a row of x has.
    pub(super) inputs: usize,
}

impl Sample {
    pub(super) fn len(&self) -> usize {
        self.x.len() / self.inputs
    }

    /// `[1, rows, inputs]`
    pub(super) fn inputs(&self) -> Tensor<3> {
        tensor(self.x.clone(), [1, self.len(), self.inputs])
    }

    /// `[1, rows, outputs]`
    pub(super) fn answers(&self) -> Tensor<3> {
        tensor(self.y.clone(), [1, self.len(), self.y.len() / self.len()])
    }

    /// The digest of this very sample.
    pub(super) fn digest(&self) -> String {
        data_digest(&[("x", &self.x), ("y", &self.y)])
    }
}

/// A tensor in f64 on burn's CPU backend: Hessians and errors below 1e-29 need all its digits.
pub(super) fn tensor<const D: usize>(values: Vec<f64>, dims: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, dims), (&Device::flex(), DType::F64))
}

/// The numbers of a tensor, row by row.
pub(super) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}
