//! The penalty on a critic's input gradient (Gulrajani et al., NeurIPS 2017, eq. 3), and its gradient
//! by the parameters, which is a derivative of a derivative.
//!
//! burn walks its tape once, so that the second derivative is written out: for a fixed direction v,
//! `v . grad_x f` is f's derivative along v. It is taken forwards through the layers (a tangent), and
//! differentiated backwards by the parameters. A piecewise linear network needs one product more a
//! layer than its input gradient; a smooth one also what the tangent changes by way of its slopes.

use crate::activation::Activation;
use crate::derivative::Forward;
use crate::perceptron::{Layer, Perceptrons};
use burn::tensor::{Tensor, activation::sigmoid};

/// `weight x mean over observations of (|grad_x f| - 1)^2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Penalty {
    /// The factor in front, lambda in the paper.
    pub weight: f64,
    /// Which lengths of the gradient are punished.
    pub sides: Sides,
}

/// Which lengths of the gradient are punished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Those above 1 alone.
    One,
    /// All but 1.
    Two,
}

/// A penalty's value `[replica]` and its gradient by the parameters `[replica, parameters]`.
#[derive(Clone, Debug)]
pub struct Slope {
    /// The values.
    pub values: Tensor<1>,
    /// The gradients.
    pub gradient: Tensor<2>,
}

/// A gradient shorter than this has no direction.
const SHORTEST: f64 = 1e-12;

impl Penalty {
    /// As a part of a loss `[replica]`: a linear function of the networks' parameters that has the
    /// penalty's value and gradient where they are. `networks` are those of a training step, tracked
    /// by automatic differentiation; `x [group, batch, inputs]` are not.
    pub fn term(&self, networks: &Perceptrons, x: Tensor<3>) -> Tensor<1> {
        let tracked = networks.parameters.val();
        let here = tracked.clone().inner();
        let Slope { values, gradient } = self.slope(&Perceptrons::with(networks.shape().clone(), here.clone()), x);
        let replicas = networks.replicas();
        let moved = (tracked - here.autodiff()) * gradient.autodiff();
        moved.sum_dim(1).reshape([replicas]) + values.autodiff()
    }

    /// The penalty at `x [group, batch, inputs]` and its gradient, without automatic differentiation.
    ///
    /// # Panics
    /// If the networks have more than one output.
    pub fn slope(&self, networks: &Perceptrons, x: Tensor<3>) -> Slope {
        assert_eq!(networks.shape().outputs(), 1, "a penalty is for critics, which have one output");
        let pass = Forward::new(networks, x);
        let activation = networks.shape().activation;
        let hidden = pass.layers.len() - 1;
        let [replicas, batch, _] = pass.outputs().dims();
        // The gradients of f by the sums of each layer, and by the values that leave hidden ones.
        let mut by_sums = vec![pass.outputs().ones_like()];
        let mut by_values = Vec::with_capacity(hidden);
        let slopes: Vec<Tensor<3>> = pass.sums[..hidden].iter().map(|sums| activation.slope(sums.clone())).collect();
        for layer in (0..hidden).rev() {
            let gradient = networks.layer_transposed(&pass.layers[layer + 1], by_sums[by_sums.len() - 1].clone());
            by_sums.push(gradient.clone() * slopes[layer].clone());
            by_values.push(gradient);
        }
        by_sums.reverse();
        by_values.reverse();
        let by_inputs = networks.layer_transposed(&pass.layers[0], by_sums[0].clone());
        let (values, direction) = self.along(by_inputs);
        // Forwards along that direction.
        let (mut entering, mut tangents) = (vec![direction], Vec::with_capacity(hidden));
        for layer in 0..hidden {
            let tangent = linear(networks, &pass.layers[layer], entering[layer].clone());
            entering.push(tangent.clone() * slopes[layer].clone());
            tangents.push(tangent);
        }
        // And back: what each sum adds by way of the slopes, from the last hidden layer on.
        let mut bends: Vec<Option<Tensor<3>>> = vec![None];
        for layer in (0..hidden).rev() {
            let own = curvature(activation, pass.sums[layer].clone())
                .map(|curvature| curvature * tangents[layer].clone() * by_values[layer].clone());
            let above = bends[bends.len() - 1].clone();
            let above = above.map(|above| networks.layer_transposed(&pass.layers[layer + 1], above) * slopes[layer].clone());
            bends.push(match (own, above) {
                (Some(own), Some(above)) => Some(own + above),
                (own, above) => own.or(above),
            });
        }
        bends.reverse();
        let mut parts = Vec::with_capacity(2 * pass.layers.len());
        for (at, layer) in pass.layers.iter().enumerate() {
            let mut weight = outer(&entering[at], &by_sums[at]);
            let mut bias = Tensor::<2>::zeros([replicas, layer.outputs], &weight.device()).cast(weight.dtype());
            if let Some(bend) = &bends[at] {
                weight = weight + outer(&pass.values[at], bend);
                bias = bend.clone().sum_dim(1).reshape([replicas, layer.outputs]);
            }
            parts.push(weight.reshape([replicas, layer.inputs * layer.outputs]));
            parts.push(bias);
        }
        let values = (values.sum_dim(1) * (self.weight / batch as f64)).reshape([replicas]);
        Slope { values, gradient: Tensor::cat(parts, 1) }
    }

    /// Of gradients `[replica, batch, inputs]` the squares that are punished, and the derivative of
    /// the penalty by each gradient.
    fn along(&self, gradients: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        let lengths = (gradients.clone() * gradients.clone()).sum_dim(2).sqrt();
        let excess = lengths.clone() - 1.0;
        let excess = if self.sides == Sides::One { excess.clamp_min(0.0) } else { excess };
        let factor = 2.0 * self.weight / gradients.dims()[1] as f64;
        let direction = gradients * (excess.clone() * factor / lengths.clamp_min(SHORTEST));
        (excess.clone() * excess, direction)
    }
}

/// Points on the segments between two lists of them, `[group, batch, inputs]`: `shares` of `a`, and
/// the rest of `b`. Where the paper takes its penalty.
pub fn between(a: Tensor<3>, b: Tensor<3>, shares: &[f64]) -> Tensor<3> {
    let [groups, batch, _] = a.dims();
    let shares = burn::tensor::TensorData::new(shares.to_vec(), [groups, batch, 1]);
    let shares = Tensor::<3>::from_data(shares, (&a.device(), a.dtype()));
    b.clone() + (a - b) * shares
}

/// A layer's map without its bias: `[replica, batch, in]` to `[replica, batch, out]`.
fn linear(networks: &Perceptrons, layer: &Layer, values: Tensor<3>) -> Tensor<3> {
    let replicas = networks.replicas();
    let weight = networks.parameters.val().slice([0..replicas, layer.weight..layer.bias]);
    values.matmul(weight.reshape([replicas, layer.inputs, layer.outputs]))
}

/// `a^T b` within each replica: `[replica, batch, in]` and `[replica, batch, out]`.
fn outer(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    // A single column is written as a product and a sum, as everywhere.
    if b.dims()[2] == 1 { (a.clone() * b.clone()).sum_dim(1).swap_dims(1, 2) } else { a.clone().swap_dims(1, 2).matmul(b.clone()) }
}

/// The second derivative of an activation; none where it is 0 but for a kink.
fn curvature<const D: usize>(activation: Activation, z: Tensor<D>) -> Option<Tensor<D>> {
    Some(match activation {
        Activation::Relu | Activation::LeakyRelu { .. } => return None,
        Activation::Tanh => {
            let h = z.tanh();
            (h.clone() * h.clone() - 1.0) * h * 2.0
        }
        Activation::Sigmoid => {
            let h = sigmoid(z);
            h.clone() * (-h.clone() + 1.0) * (h * -2.0 + 1.0)
        }
        Activation::Softplus => {
            let h = sigmoid(z);
            h.clone() * (-h + 1.0)
        }
        Activation::Silu => {
            let h = sigmoid(z.clone());
            h.clone() * (-h.clone() + 1.0) * (z * (h * -2.0 + 1.0) + 2.0)
        }
        // 0 above 0, exp(z) below.
        Activation::Elu => {
            let above = z.clone().greater_elem(0.0);
            z.clamp_max(0.0).exp().mask_fill(above, 0.0)
        }
    })
}

#[cfg(test)]
mod tests;
