//! Training a stack: gradients by automatic differentiation, one optimiser, replicas that rest.

use crate::optimizer::{Optimizer, Rule};
use crate::perceptron::Perceptrons;
use burn::module::Param;
use burn::tensor::Tensor;

/// A stack in training.
#[derive(Debug)]
pub struct Training {
    model: Perceptrons,
    optimizer: Optimizer,
    resting: Vec<bool>,
    losses: Option<Tensor<1>>,
}

impl Training {
    /// A stack before its first step, on a device without automatic differentiation.
    pub fn new(model: Perceptrons, rule: Rule) -> Self {
        let resting = vec![false; model.replicas()];
        Self { model, optimizer: Optimizer::new(rule), resting, losses: None }
    }

    /// One step at one rate for all replicas. `loss` is one number a replica, `[replica]`.
    pub fn step(&mut self, rate: f64, loss: impl FnOnce(&Perceptrons) -> Tensor<1>) {
        self.step_each(&vec![rate; self.resting.len()], loss);
    }

    /// One step at a rate for each replica.
    pub fn step_each(&mut self, rates: &[f64], loss: impl FnOnce(&Perceptrons) -> Tensor<1>) {
        let tracked = Perceptrons::with(self.model.shape().clone(), self.model.parameters.val().autodiff().require_grad());
        let losses = loss(&tracked);
        self.losses = Some(losses.clone().inner());
        // The replicas' losses are added only to have one root to differentiate from.
        let mut gradients = losses.sum_dim(0).backward();
        let gradient = tracked.parameters.val().grad_remove(&mut gradients);
        drop((tracked, gradients));
        let Some(gradient) = gradient else { return };
        let rates: Vec<f64> = rates.iter().zip(&self.resting).map(|(rate, resting)| if *resting { 0.0 } else { *rate }).collect();
        // Taken out and put back, so that nobody else holds the parameters and the step is in place.
        let empty = Param::from_tensor(Tensor::empty([0, 0], &gradient.device()));
        let parameters = std::mem::replace(&mut self.model.parameters, empty);
        self.model.parameters = parameters.map(|parameters| self.optimizer.step(parameters, gradient, &rates));
    }

    /// Lets a replica rest: it stays as it is, to the bit, and disturbs no other.
    pub fn rest(&mut self, replica: usize) {
        self.resting[replica] = true;
    }

    /// Whether every replica rests.
    pub fn is_over(&self) -> bool {
        self.resting.iter().all(|resting| *resting)
    }

    /// The losses of the last step, before it changed the parameters; empty before the first.
    /// Reading them waits for the device, so a loop asks every so many steps.
    pub fn losses(&self) -> Vec<f64> {
        self.losses.as_ref().map_or_else(Vec::new, |losses| losses.to_data().iter::<f64>().collect())
    }

    /// The networks as they are now.
    pub fn model(&self) -> &Perceptrons {
        &self.model
    }
}
