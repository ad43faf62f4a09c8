//! The game: what critic and generator minimise, and the critic with its regularisers.

use burn::tensor::{Device, Tensor};
use saigen_models::activation::Activation;
use saigen_models::optimizer::{Optimizer, Rule};
use saigen_models::penalty::{Penalty, Sides};
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::spectral::SpectralNorms;
use saigen_models::stream::Stream;

/// A pair of losses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// The critic's output is a log-odds, and the generator minimises ln(1 - sigmoid).
    Minimax,
    /// As before, but the generator minimises -ln sigmoid.
    NonSaturating,
    /// Differences of means.
    Wasserstein,
}

impl Loss {
    /// The names that [`Self::named`] knows.
    pub(super) const NAMES: &[&str] = &["minimax", "non-saturating", "wasserstein"];

    pub(super) fn named(name: &str) -> Self {
        match name {
            "minimax" => Self::Minimax,
            "non-saturating" => Self::NonSaturating,
            _ => Self::Wasserstein,
        }
    }

    /// What the critic minimises, given its outputs `[replica, batch, 1]`: `[replica]`.
    fn of_critic(self, data: Tensor<3>, model: Tensor<3>) -> Tensor<1> {
        match self {
            Self::Minimax | Self::NonSaturating => mean(softplus(-data)) + mean(softplus(model)),
            Self::Wasserstein => mean(model) - mean(data),
        }
    }

    /// What the generator minimises.
    pub(super) fn of_generator(self, model: Tensor<3>) -> Tensor<1> {
        match self {
            Self::Minimax => -mean(softplus(model)),
            Self::NonSaturating => mean(softplus(-model)),
            Self::Wasserstein => -mean(model),
        }
    }
}

/// ln(1 + exp z), also the negative logarithm of a sigmoid at -z.
fn softplus(z: Tensor<3>) -> Tensor<3> {
    Activation::Softplus.apply(z)
}

fn mean(values: Tensor<3>) -> Tensor<1> {
    let replicas = values.dims()[0];
    values.mean_dim(1).reshape([replicas])
}

/// What is switched on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Regularisers {
    /// Weights are divided by their spectral norms.
    pub(super) spectral: bool,
    /// ELU in place of ReLU.
    pub(super) smooth: bool,
    /// The weight of the penalty on squared input gradients; 0 for none.
    pub(super) penalty: f64,
}

impl Regularisers {
    /// The names that [`Self::named`] knows.
    pub(super) const NAMES: &[&str] = &["none", "spectral", "smooth", "penalty", "all"];

    /// By name, the penalty with this weight where it is on.
    pub(super) fn named(name: &str, weight: f64) -> Self {
        let is = |other: &str| name == other || name == "all";
        Self { spectral: is("spectral"), smooth: is("smooth"), penalty: if is("penalty") { weight } else { 0.0 } }
    }
}

/// A stack of critics in training.
pub(super) struct Critics {
    /// With the weights that are trained.
    raw: Perceptrons,
    /// With the weights that are played: divided by their norms where that is on.
    played: Perceptrons,
    norms: Option<SpectralNorms>,
    penalty: Option<Penalty>,
    optimizer: Optimizer,
}

impl Critics {
    /// One for each stream, with two hidden layers.
    pub(super) fn new(width: usize, regularisers: Regularisers, streams: &mut [Stream], device: &Device) -> Self {
        let activation = if regularisers.smooth { Activation::Elu } else { Activation::Relu };
        let raw = Perceptrons::new(Shape::new(&[2, width, width, 1], activation), streams, device);
        let mut norms = regularisers.spectral.then(|| SpectralNorms::new(&raw, streams));
        let played = norms.as_mut().map_or_else(|| raw.clone(), |norms| norms.divide(&raw));
        let penalty = (regularisers.penalty > 0.0).then_some(Penalty { weight: regularisers.penalty, sides: Sides::Zero });
        // Momentum chases a moving generator: the usual choice for critics is little of it.
        let rule = Rule::Adam { beta1: 0.5, beta2: 0.9, epsilon: 1e-8 };
        Self { raw, played, norms, penalty, optimizer: Optimizer::new(rule) }
    }

    /// One step against these points, `[replica, n, 2]` each.
    pub(super) fn step(&mut self, loss: Loss, data: &Tensor<3>, model: &Tensor<3>, rate: f64) {
        let (replicas, shape) = (self.raw.replicas(), self.raw.shape().clone());
        let n = data.dims()[1];
        let x = Tensor::cat(vec![data.clone(), model.clone()], 1);
        let tracked = Perceptrons::with(shape, self.played.parameters.val().autodiff().require_grad());
        let outputs = tracked.forward(x.clone().autodiff());
        let part = |from: usize| outputs.clone().slice([0..replicas, from..from + n, 0..1]);
        let mut gradients = loss.of_critic(part(0), part(n)).sum_dim(0).backward();
        let Some(mut gradient) = tracked.parameters.val().grad_remove(&mut gradients) else { return };
        if let Some(penalty) = &self.penalty {
            gradient = gradient + penalty.slope(&self.played, x).gradient;
        }
        if let Some(norms) = &self.norms {
            gradient = norms.pull_back(&self.played, &gradient);
        }
        let parameters = self.optimizer.step(self.raw.parameters.val(), gradient, &vec![rate; replicas]);
        self.raw = Perceptrons::with(self.raw.shape().clone(), parameters);
        self.played = self.norms.as_mut().map_or_else(|| self.raw.clone(), |norms| norms.divide(&self.raw));
    }

    /// The critics as they are played.
    pub(super) fn played(&self) -> &Perceptrons {
        &self.played
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::TensorData;

    fn outputs(values: [f64; 2]) -> Tensor<3> {
        Tensor::from_data(TensorData::new(values.to_vec(), [1, 2, 1]), &Device::flex())
    }

    fn number(tensor: Tensor<1>) -> f64 {
        tensor.into_data().iter::<f64>().next().unwrap()
    }

    #[test]
    fn losses_are_those_of_the_papers() {
        let (data, model) = (outputs([1.0, -0.5]), outputs([0.3, 2.0]));
        let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
        let mean = |f: &dyn Fn(f64) -> f64, at: [f64; 2]| 0.5 * (f(at[0]) + f(at[1]));
        let critic = -mean(&|z| sigmoid(z).ln(), [1.0, -0.5]) - mean(&|z| (1.0 - sigmoid(z)).ln(), [0.3, 2.0]);
        for (loss, of_critic, of_generator) in [
            (Loss::Minimax, critic, mean(&|z| (1.0 - sigmoid(z)).ln(), [0.3, 2.0])),
            (Loss::NonSaturating, critic, -mean(&|z| sigmoid(z).ln(), [0.3, 2.0])),
            (Loss::Wasserstein, 1.15 - 0.25, -1.15),
        ] {
            assert!((number(loss.of_critic(data.clone(), model.clone())) - of_critic).abs() < 1e-6, "{loss:?}");
            assert!((number(loss.of_generator(model.clone())) - of_generator).abs() < 1e-6, "{loss:?}");
        }
    }

    #[test]
    fn a_critic_learns_to_tell_two_clouds_apart_and_stays_1_lipschitz() {
        let cloud = |x: f64| Tensor::<3>::from_data(TensorData::new(vec![x, 0.0, x, 1.0], [1, 2, 2]), &Device::flex());
        for name in Regularisers::NAMES {
            let mut critics = Critics::new(8, Regularisers::named(name, 0.1), &mut [Stream::new("test", "critic", &[])], &Device::flex());
            for _ in 0..200 {
                critics.step(Loss::Wasserstein, &cloud(1.0), &cloud(-1.0), 0.01);
            }
            let at = |x: f64| critics.played().forward(cloud(x)).into_data().iter::<f64>().next().unwrap();
            let rise = at(1.0) - at(-1.0);
            assert!(rise > 0.5, "{name}: {rise}");
            if ["spectral", "all"].contains(name) {
                assert!(rise <= 2.01, "{name}: {rise}");
            }
        }
    }
}
