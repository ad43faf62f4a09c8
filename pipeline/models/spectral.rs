//! Spectral normalisation of a stack in training: weights divided by their largest singular values
//! (Miyato et al., ICLR 2018).
//!
//! With every weight's norm at 1 and an activation whose slope is at most 1 a network is 1-Lipschitz.
//! The norms are followed by one step of power iteration a step of training. What a loss says of the
//! divided weights is pulled back to the weights themselves in closed form.

use crate::perceptron::Perceptrons;
use crate::stream::Stream;
use burn::tensor::{Tensor, TensorData};

/// Steps of power iteration before the first one of training.
const WARM: usize = 30;
/// A norm below this divides nothing.
const LEAST: f64 = 1e-12;

/// The spectral norms of a stack's weights, followed while it trains.
#[derive(Clone, Debug)]
pub struct SpectralNorms {
    layers: Vec<Singular>,
}

/// A layer's largest singular value, and the vectors that belong to it.
#[derive(Clone, Debug)]
struct Singular {
    /// `[replica, in, 1]`
    left: Tensor<3>,
    /// `[replica, 1, out]`
    right: Tensor<3>,
    /// `[replica, 1, 1]`
    value: Tensor<3>,
}

impl SpectralNorms {
    /// Of these networks; power iteration begins at normal vectors, a stream a replica.
    ///
    /// # Panics
    /// If there is not one stream for each replica.
    pub fn new(networks: &Perceptrons, streams: &mut [Stream]) -> Self {
        let parameters = networks.parameters.val();
        let (replicas, device) = (networks.replicas(), parameters.device());
        assert_eq!(streams.len(), replicas, "one stream a replica is needed");
        let mut first = |inputs: usize, outputs: usize| {
            let values: Vec<f64> = streams.iter_mut().flat_map(|stream| stream.normals(inputs)).collect();
            let left = Tensor::from_data(TensorData::new(values, [replicas, inputs, 1]), (&device, parameters.dtype()));
            let right = Tensor::<3>::zeros([replicas, 1, outputs], &device).cast(parameters.dtype());
            Singular { left, value: right.clone().slice([0..replicas, 0..1, 0..1]), right }
        };
        let layers = networks.shape().layers().iter().map(|layer| first(layer.inputs, layer.outputs)).collect();
        let mut norms = Self { layers };
        (0..WARM).for_each(|_| norms.iterate(networks));
        norms
    }

    /// The same networks with each weight over its norm, after one more step of power iteration.
    pub fn divide(&mut self, networks: &Perceptrons) -> Perceptrons {
        self.iterate(networks);
        let parts = weights(networks, &networks.parameters.val()).into_iter().zip(&self.layers);
        let parts = parts.map(|((weight, bias), singular)| (weight / singular.value.clone(), bias)).collect();
        Perceptrons::with(networks.shape().clone(), joined(parts))
    }

    /// The gradient `[replica, parameters]` by the weights themselves, of a function of the divided
    /// networks with this gradient by theirs (eq. 12 of the paper; the vectors count as fixed, which is
    /// exact where they are singular vectors).
    pub fn pull_back(&self, divided: &Perceptrons, gradient: &Tensor<2>) -> Tensor<2> {
        let own = weights(divided, &divided.parameters.val()).into_iter();
        let parts = own.zip(weights(divided, gradient)).zip(&self.layers).map(|(((weight, _), (slope, bias)), singular)| {
            let along = (slope.clone() * weight).sum_dim(1).sum_dim(2);
            let norm = singular.left.clone() * singular.right.clone();
            ((slope - norm * along) / singular.value.clone(), bias)
        });
        joined(parts.collect())
    }

    fn iterate(&mut self, networks: &Perceptrons) {
        for ((weight, _), singular) in weights(networks, &networks.parameters.val()).into_iter().zip(&mut self.layers) {
            let right = (weight.clone() * singular.left.clone()).sum_dim(1);
            singular.right = right.clone() / (right.clone() * right).sum_dim(2).sqrt().clamp_min(LEAST);
            let left = (weight * singular.right.clone()).sum_dim(2);
            singular.value = (left.clone() * left.clone()).sum_dim(1).sqrt().clamp_min(LEAST);
            singular.left = left / singular.value.clone();
        }
    }
}

/// By layer the weight `[replica, in, out]` and the bias `[replica, out]` in rows of parameters.
fn weights(networks: &Perceptrons, rows: &Tensor<2>) -> Vec<(Tensor<3>, Tensor<2>)> {
    let replicas = networks.replicas();
    let layers = networks.shape().layers();
    let part = |from: usize, to: usize| rows.clone().slice([0..replicas, from..to]);
    layers
        .iter()
        .map(|layer| {
            (part(layer.weight, layer.bias).reshape([replicas, layer.inputs, layer.outputs]), part(layer.bias, layer.bias + layer.outputs))
        })
        .collect()
}

/// Weights and biases as rows of parameters.
fn joined(parts: Vec<(Tensor<3>, Tensor<2>)>) -> Tensor<2> {
    let flat = parts.into_iter().flat_map(|(weight, bias)| {
        let [replicas, inputs, outputs] = weight.dims();
        [weight.reshape([replicas, inputs * outputs]), bias]
    });
    Tensor::cat(flat.collect(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::perceptron::Shape;
    use crate::singular::norm;
    use burn::tensor::{DType, Device};

    const WIDTHS: [usize; 4] = [2, 5, 3, 1];

    fn networks(values: Vec<f64>) -> Perceptrons {
        let shape = Shape::new(&WIDTHS, Activation::Tanh);
        let dims = [values.len() / shape.parameters(), shape.parameters()];
        Perceptrons::with(shape, Tensor::from_data(TensorData::new(values, dims), (&Device::flex(), DType::F64)))
    }

    fn numbers(tensor: Tensor<2>) -> Vec<f64> {
        tensor.into_data().iter::<f64>().collect()
    }

    fn streams() -> [Stream; 2] {
        ["1", "2"].map(|replica| Stream::new("test", "singular", &[("replica", replica)]))
    }

    /// Two replicas' parameters, and their norms after many steps of power iteration.
    fn settled() -> (Vec<f64>, SpectralNorms) {
        let start = Stream::new("test", "parameters", &[]).normals(2 * Shape::new(&WIDTHS, Activation::Tanh).parameters());
        let model = networks(start.clone());
        let mut norms = SpectralNorms::new(&model, &mut streams());
        (0..2000).for_each(|_| norms.iterate(&model));
        (start, norms)
    }

    #[test]
    fn divided_weights_have_norm_1_and_biases_stay() {
        let (start, mut norms) = settled();
        let model = networks(start.clone());
        let (row, layers) = (model.shape().parameters(), model.shape().layers());
        let divided = numbers(norms.divide(&model).parameters.val());
        for (replica, layer) in [0, 1].into_iter().flat_map(|replica| layers.iter().map(move |layer| (replica * row, layer))) {
            let found = norm(&divided[replica + layer.weight..replica + layer.bias], layer.inputs, layer.outputs);
            assert!((found - 1.0).abs() < 1e-9, "{found}");
            let bias = replica + layer.bias..replica + layer.bias + layer.outputs;
            assert_eq!(divided[bias.clone()], start[bias]);
        }
    }

    #[test]
    fn gradients_through_the_norms_are_those_of_central_differences() {
        // Of the sum of squares of all divided parameters, weighted differently.
        let (start, norms) = settled();
        let count = start.len();
        let value = |values: Vec<f64>| {
            let divided = numbers(norms.clone().divide(&networks(values)).parameters.val());
            divided.iter().enumerate().map(|(at, value)| (1.0 + (at % 7) as f64) * value * value).sum::<f64>()
        };
        let model = networks(start.clone());
        let divided = norms.clone().divide(&model);
        let slopes: Vec<f64> =
            numbers(divided.parameters.val()).iter().enumerate().map(|(at, value)| 2.0 * (1.0 + (at % 7) as f64) * value).collect();
        let slopes = Tensor::from_data(TensorData::new(slopes, [2, count / 2]), (&Device::flex(), DType::F64));
        let found = numbers(norms.pull_back(&divided, &slopes));
        for at in 0..count {
            let moved = |by: f64| {
                let mut values = start.clone();
                values[at] += by;
                value(values)
            };
            let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            // One step of power iteration after a move of 1e-5 leaves an error of its square.
            assert!((found[at] - expected).abs() < 1e-6 * expected.abs().max(1.0), "{at}: {} {expected}", found[at]);
        }
    }
}
