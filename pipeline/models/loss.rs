//! Losses of stacks: one number a replica, so that no replica feels another.

use crate::activation::Activation;
use crate::data::shared;
use burn::tensor::{Tensor, activation::sigmoid};

/// How predictions are compared with answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// Squared errors.
    Squared,
    /// The negative log-likelihood of labels 0 and 1, given their log-odds.
    Logistic,
}

impl Loss {
    /// The mean over batch and outputs: predictions `[replica, batch, outputs]` and answers
    /// `[group, batch, outputs]` to `[replica]`.
    pub fn of(self, predictions: Tensor<3>, answers: Tensor<3>) -> Tensor<1> {
        let answers = shared(answers, predictions.dims()[0]);
        match self {
            Self::Squared => {
                let errors = predictions - answers;
                mean(errors.clone() * errors)
            }
            Self::Logistic => mean(Activation::Softplus.apply(predictions.clone()) - answers * predictions),
        }
    }

    /// The derivative of [`of`](Self::of) by predictions, `[replica, batch, outputs]`, as operations
    /// that can be differentiated once more.
    pub fn slope(self, predictions: Tensor<3>, answers: Tensor<3>) -> Tensor<3> {
        let [replicas, batch, outputs] = predictions.dims();
        let answers = shared(answers, replicas);
        let slope = match self {
            Self::Squared => (predictions - answers) * 2.0,
            Self::Logistic => sigmoid(predictions) - answers,
        };
        slope / (batch * outputs) as f64
    }
}

/// Means within a replica: `[replica, batch, outputs]` to `[replica]`. Written as a tree sum along
/// an axis: a sum of all elements is not repeatable on a GPU.
fn mean(values: Tensor<3>) -> Tensor<1> {
    let [replicas, batch, outputs] = values.dims();
    values.reshape([replicas, batch * outputs]).mean_dim(1).reshape([replicas])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Tolerance};

    fn tensor(values: [[f64; 2]; 2]) -> Tensor<3> {
        Tensor::<2>::from_data(values, &Device::flex()).reshape([2, 2, 1])
    }

    #[test]
    fn each_replica_has_its_own_mean() {
        let losses = Loss::Squared.of(tensor([[1.0, 3.0], [0.0, 2.0]]), tensor([[0.0, 0.0], [0.0, 1.0]]));
        losses.into_data().assert_approx_eq::<f32>(&[5.0, 0.5].into(), Tolerance::absolute(1e-7));
    }

    #[test]
    fn log_likelihood_of_even_odds_is_ln_2_and_large_odds_do_not_overflow() {
        let losses = Loss::Logistic.of(tensor([[0.0, 0.0], [200.0, -200.0]]), tensor([[0.0, 1.0], [1.0, 1.0]]));
        losses.into_data().assert_approx_eq::<f32>(&[2f64.ln(), 100.0].into(), Tolerance::absolute(1e-6));
    }

    #[test]
    fn slopes_are_those_of_automatic_differentiation() {
        let answers = tensor([[0.0, 1.0], [1.0, 0.0]]);
        for loss in [Loss::Squared, Loss::Logistic] {
            let predictions = tensor([[0.5, -3.0], [2.0, 0.1]]).autodiff().require_grad();
            let gradients = loss.of(predictions.clone(), answers.clone().autodiff()).sum().backward();
            let expected = predictions.grad(&gradients).expect("it is tracked").into_data();
            loss.slope(predictions.inner(), answers.clone()).into_data().assert_approx_eq::<f32>(&expected, Tolerance::absolute(1e-6));
        }
    }
}
