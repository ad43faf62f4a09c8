//! Losses of stacks: one number a replica, so that no replica feels another.

use crate::activation::Activation;
use crate::data::shared;
use burn::tensor::Tensor;

/// The mean over batch and outputs of squared errors: predictions `[replica, batch, outputs]` and
/// answers `[group, batch, outputs]` to `[replica]`.
pub fn squared(predictions: Tensor<3>, answers: Tensor<3>) -> Tensor<1> {
    let replicas = predictions.dims()[0];
    let errors = predictions - shared(answers, replicas);
    mean(errors.clone() * errors)
}

/// The mean over batch and outputs of the negative log-likelihood of labels 0 and 1,
/// `[group, batch, outputs]`, given their log-odds `[replica, batch, outputs]`, to `[replica]`.
pub fn logistic(log_odds: Tensor<3>, labels: Tensor<3>) -> Tensor<1> {
    let labels = shared(labels, log_odds.dims()[0]);
    mean(Activation::Softplus.apply(log_odds.clone()) - labels * log_odds)
}

/// Means within a replica: `[replica, batch, outputs]` to `[replica]`. Written as tree sums along
/// an axis: a sum of all elements is not repeatable on a GPU.
pub fn mean(values: Tensor<3>) -> Tensor<1> {
    let [replicas, batch, outputs] = values.dims();
    values.reshape([replicas, batch * outputs]).mean_dim(1).reshape([replicas])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn tensor(values: [[f64; 2]; 2]) -> Tensor<3> {
        Tensor::<2>::from_data(values, &Device::flex()).reshape([2, 2, 1])
    }

    #[test]
    fn each_replica_has_its_own_mean() {
        let losses = squared(tensor([[1.0, 3.0], [0.0, 2.0]]), tensor([[0.0, 0.0], [0.0, 1.0]]));
        losses.into_data().assert_approx_eq::<f32>(&[5.0, 0.5].into(), burn::tensor::Tolerance::absolute(1e-7));
    }

    #[test]
    fn log_likelihood_of_even_odds_is_ln_2_and_large_odds_do_not_overflow() {
        let losses = logistic(tensor([[0.0, 0.0], [200.0, -200.0]]), tensor([[0.0, 1.0], [1.0, 1.0]]));
        losses.into_data().assert_approx_eq::<f32>(&[2f64.ln(), 100.0].into(), burn::tensor::Tolerance::absolute(1e-6));
    }
}
