//! Many small perceptrons trained as one: every tensor has a leading `replica` axis.
//!
//! A replica's bits are those it would have alone: products are batched by replica, everything
//! else is element-wise or reduces within a replica.

use crate::stream::Stream;
use burn::module::{Module, Param};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData, activation::relu};

/// Perceptrons of one shape with ReLU between layers and a scalar output, `replica` of them.
#[derive(Module, Debug)]
pub struct StackedMlp {
    hidden: Vec<StackedLinear>,
    head: Head,
}

/// Affine maps, one a replica.
#[derive(Module, Debug)]
struct StackedLinear {
    /// `[replica, in, out]`
    weight: Param<Tensor<3>>,
    /// `[replica, 1, out]`
    bias: Param<Tensor<3>>,
}

/// Affine maps to one number, one a replica.
#[derive(Module, Debug)]
struct Head {
    /// `[replica, 1, in]`: a product with one column is written as an element-wise product and a
    /// sum, because matrix kernels round single columns differently between architectures.
    weight: Param<Tensor<3>>,
    /// `[replica, 1, 1]`
    bias: Param<Tensor<3>>,
}

impl StackedMlp {
    /// Perceptrons with `widths[0]` inputs and hidden layers of `widths[1..]`, one for each stream.
    /// Weights are normal with variance 2 / in (He et al., ICCV 2015, eq. 10), biases uniform on
    /// [-1/sqrt(in), 1/sqrt(in)), so that the kinks of the first layer spread over the inputs.
    pub fn new(widths: &[usize], streams: &mut [Stream], device: &Device) -> Self {
        let replicas = streams.len();
        let mut layer = |inputs: usize, outputs: usize| {
            let (mut weights, mut biases) = (Vec::new(), Vec::new());
            for stream in streams.iter_mut() {
                let scale = (2.0 / inputs as f64).sqrt();
                weights.extend((0..inputs * outputs).map(|_| (scale * stream.normal()) as f32));
                let half = 1.0 / (inputs as f64).sqrt();
                biases.extend((0..outputs).map(|_| (half * (2.0 * stream.uniform() - 1.0)) as f32));
            }
            (weights, biases)
        };
        let mut hidden = Vec::new();
        for pair in widths.windows(2) {
            let (weights, biases) = layer(pair[0], pair[1]);
            let weight = parameter(weights, [replicas, pair[0], pair[1]], device);
            hidden.push(StackedLinear { weight, bias: parameter(biases, [replicas, 1, pair[1]], device) });
        }
        let last = widths.last().copied().unwrap_or(1);
        let (weights, biases) = layer(last, 1);
        let weight = parameter(weights, [replicas, 1, last], device);
        Self { hidden, head: Head { weight, bias: parameter(biases, [replicas, 1, 1], device) } }
    }

    /// `[replica, batch, in] -> [replica, batch, 1]`
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let last = self.hidden.iter().fold(x, |x, layer| relu(x.matmul(layer.weight.val()) + layer.bias.val()));
        (last * self.head.weight.val()).sum_dim(2) + self.head.bias.val()
    }
}

/// A stack in training, with the state of its optimiser.
pub struct Training {
    model: StackedMlp,
    optimizer: ModuleOptimizer,
}

impl Training {
    /// Adam with beta 0.9 and 0.999 and epsilon 1e-8 (Kingma and Ba, ICLR 2015).
    pub fn new(model: StackedMlp) -> Self {
        let optimizer = AdamConfig::new().with_beta_1(0.9).with_beta_2(0.999).with_epsilon(1e-8).init();
        Self { model, optimizer }
    }

    /// One step of least squares for every replica: `x [replica, batch, in]`, `y [replica, batch, 1]`.
    /// Losses are means within a replica and sums over replicas, so no replica feels another.
    pub fn step(&mut self, x: Tensor<3>, y: Tensor<3>, rate: f64) {
        let error = self.model.forward(x) - y;
        let loss = (error.clone() * error).mean_dim(1).sum_dim(0);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        self.model = self.optimizer.step(rate, self.model.clone(), gradients);
    }

    /// The networks as they are now, without automatic differentiation.
    pub fn snapshot(&self) -> StackedMlp {
        self.model.valid()
    }
}

fn parameter(values: Vec<f32>, shape: [usize; 3], device: &Device) -> Param<Tensor<3>> {
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), device))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTHS: [usize; 3] = [2, 4, 3];

    fn numbers(value: &serde_json::Value) -> Vec<f64> {
        serde_json::from_value(value.clone()).unwrap()
    }

    fn tensor(values: &[f64], shape: [usize; 3], device: &Device) -> Tensor<3> {
        Tensor::from_data(TensorData::new(values.iter().map(|value| *value as f32).collect(), shape), device)
    }

    fn values(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    fn init(replica: usize) -> Stream {
        Stream::new("test", "network", &[("seed", &replica.to_string())])
    }

    /// Trains replicas on the same data; gives the losses before each step and the outputs after.
    fn train(replicas: &[usize], steps: usize) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
        let reference = crate::reference("network");
        let device = Device::flex().autodiff();
        let mut streams: Vec<Stream> = replicas.iter().map(|replica| init(*replica)).collect();
        let mut training = Training::new(StackedMlp::new(&WIDTHS, &mut streams, &device));
        let data = |device: &Device| {
            let x = tensor(&numbers(&reference["x"]), [1, 9, 2], device).repeat_dim(0, replicas.len());
            (x, tensor(&numbers(&reference["y"]), [1, 9, 1], device).repeat_dim(0, replicas.len()))
        };
        let mut losses = Vec::new();
        for _ in 0..steps {
            let (x, y) = data(&Device::flex());
            let error = training.snapshot().forward(x) - y;
            losses.push(values((error.clone() * error).mean_dim(1)));
            let (x, y) = data(&device);
            training.step(x, y, 0.01);
        }
        let outputs = values(training.snapshot().forward(data(&Device::flex()).0));
        (losses, outputs.chunks(9).map(<[f32]>::to_vec).collect())
    }

    #[test]
    fn five_steps_agree_with_an_independent_implementation() {
        let reference = crate::reference("network");
        let (losses, outputs) = train(&[1], 5);
        // The reference is in f64, this in f32 with 2^-24 a rounding; some dozen roundings a
        // number leave a relative error of a few 1e-6.
        let close = |found: f32, expected: f64| (f64::from(found) - expected).abs() <= 1e-5 * expected.abs().max(0.1);
        for (found, expected) in losses.iter().map(|losses| losses[0]).zip(numbers(&reference["losses"])) {
            assert!(close(found, expected), "loss {found}, expected {expected}");
        }
        for (found, expected) in outputs[0].iter().zip(numbers(&reference["outputs"])) {
            assert!(close(*found, expected), "output {found}, expected {expected}");
        }
    }

    #[test]
    fn a_replica_has_the_same_bits_alone_and_among_others() {
        let (_, alone) = train(&[5], 20);
        let (_, among) = train(&[3, 1, 4, 5, 9, 2, 6], 20);
        assert_eq!(alone[0], among[3]);
        assert_ne!(alone[0], among[0]);
    }

    #[test]
    fn a_replica_that_diverges_does_not_disturb_the_others() {
        let device = Device::flex().autodiff();
        let run = |wild: f64| {
            let mut streams = [init(1), init(2)];
            let mut training = Training::new(StackedMlp::new(&WIDTHS, &mut streams, &device));
            for _ in 0..3 {
                let x = tensor(&[wild, wild, 0.5, -0.5], [2, 1, 2], &device);
                training.step(x, tensor(&[0.0, 1.0], [2, 1, 1], &device), 0.01);
            }
            values(training.snapshot().forward(tensor(&[1.0, 1.0, 1.0, 1.0], [2, 1, 2], &Device::flex())))
        };
        let (calm, wild) = (run(1.0), run(f64::INFINITY));
        assert!(!wild[0].is_finite() && wild[1] == calm[1], "{wild:?} {calm:?}");
    }
}
