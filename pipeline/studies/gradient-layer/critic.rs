//! The critic of both generators: WGAN-GP's, four layers of rectified linear units.
//!
//! It maximises mean f(x) - mean f(z) - lambda R, with R the one-sided penalty on the length of its
//! input gradient (algorithm 1).

use super::data::{GRID, ID, NAMES};
use burn::tensor::{Device, Tensor, TensorData};
use saigen_engine::{Parameter, Parameters};
use saigen_models::activation::Activation;
use saigen_models::derivative::input_gradient;
use saigen_models::mixture::Point;
use saigen_models::optimizer::Rule;
use saigen_models::penalty::{Penalty, Sides, between};
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;

/// Adam as in WGAN-GP: beta1 = 0.5, beta2 = 0.9.
pub(super) const ADAM: Rule = Rule::Adam { beta1: 0.5, beta2: 0.9, epsilon: 1e-8 };

/// The hidden layers of critics and generators.
const HIDDEN: usize = 3;

/// What training a critic takes.
pub(super) fn parameters() -> [(&'static str, Parameter); 12] {
    [
        ("points", Parameter::Int(1, 1_000_000)),
        ("points-grid", Parameter::Int(1, 1_000_000)),
        ("width", Parameter::Int(1, 1024)),
        ("width-grid", Parameter::Int(1, 1024)),
        ("batch", Parameter::Int(1, 10_000)),
        ("rate", Parameter::Float(0.0, 1.0)),
        ("penalty", Parameter::Float(0.0, 1e6)),
        ("pool", Parameter::Int(1, 1_000_000)),
        ("target", Parameter::Choice(NAMES)),
        // Samples that are judged, those that are kept for figures, and the share of samples far from all
        // parts of the data that a claim allows.
        ("held-out", Parameter::Int(1, 100_000)),
        ("shown", Parameter::Int(0, 100_000)),
        ("far-allowed", Parameter::Float(0.0, 1.0)),
    ]
}

/// The declared setting of a training, with what depends on the data chosen.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    /// The size of the data.
    pub(super) points: usize,
    /// The width of the hidden layers.
    pub(super) width: usize,
    pub(super) batch: usize,
    pub(super) rate: f64,
    penalty: f64,
    /// Particles that stand for the noise.
    pub(super) pool: usize,
}

impl Setting {
    pub(super) fn of(p: &Parameters) -> Self {
        let grid = p.word("target") == GRID;
        Self {
            points: p.int(if grid { "points-grid" } else { "points" }),
            width: p.int(if grid { "width-grid" } else { "width" }),
            batch: p.int("batch"),
            rate: p.float("rate"),
            penalty: p.float("penalty"),
            pool: p.int("pool"),
        }
    }

    /// Refuses a pool that is smaller than what it is compared with, and data smaller than a batch.
    pub(super) fn check(&self, held_out: usize) -> Result<(), String> {
        if self.pool < held_out {
            return Err(format!("a pool of '{}' is smaller than the '{held_out}' held out: make 'pool' at least that large", self.pool));
        }
        if self.points < self.batch {
            return Err(format!("'{}' points are fewer than a batch of '{}'", self.points, self.batch));
        }
        Ok(())
    }

    /// The critic's steps for each layer, T0 in the paper: five epochs.
    pub(super) fn steps(&self) -> usize {
        5 * self.points / self.batch
    }

    /// Critic gradients that k layers cost: by the parameters at a batch of data, of samples and of
    /// points between them in every step, and by the input at each particle in every layer.
    pub(super) fn work(&self, k: usize) -> usize {
        k * (self.steps() * 3 * self.batch + self.pool)
    }

    /// A guess of the seconds that a step of the critic takes.
    pub(super) fn seconds(&self) -> f64 {
        let weights = (HIDDEN - 1) * self.width * self.width;
        1e-4 + 5e-10 * (weights * 20 * self.batch) as f64 / 20.0
    }
}

/// A perceptron with this many outputs for points of the plane.
pub(super) fn shape(width: usize, outputs: usize) -> Shape {
    Shape::new(&[2, width, width, width, outputs], Activation::Relu)
}

/// A critic in training, one replica.
pub(super) struct Critic {
    training: Training,
    penalty: Penalty,
    rate: f64,
    shares: Stream,
}

impl Critic {
    pub(super) fn new(setting: &Setting, arm: &str, data: &str, seed: u64, device: &Device) -> Self {
        let stream = |purpose: &str| {
            let width = setting.width.to_string();
            Stream::new(ID, purpose, &[("arm", arm), ("data", data), ("width", &width), ("seed", &seed.to_string())])
        };
        let networks = Perceptrons::new(shape(setting.width, 1), &mut [stream("critic")], device);
        Self {
            training: Training::new(networks, ADAM),
            penalty: Penalty { weight: setting.penalty, sides: Sides::One },
            rate: setting.rate,
            shares: stream("shares"),
        }
    }

    /// One step on a batch of data and one of samples, each `[1, batch, 2]`.
    pub(super) fn step(&mut self, data: Tensor<3>, samples: Tensor<3>) {
        let batch = data.dims()[1];
        let shares: Vec<f64> = (0..batch).map(|_| self.shares.uniform()).collect();
        let between = between(data.clone(), samples.clone(), &shares);
        let signs: Vec<f64> = [-1.0, 1.0].iter().flat_map(|sign| std::iter::repeat_n(sign / batch as f64, batch)).collect();
        let signs = Tensor::<3>::from_data(TensorData::new(signs, [1, 2 * batch, 1]), &data.device());
        let penalty = self.penalty;
        self.training.step(self.rate, |critic| {
            let values = critic.forward(Tensor::cat(vec![data, samples], 1));
            (values * signs).sum_dim(1).reshape([1]) + penalty.term(critic, between)
        });
    }

    /// The critic as it is.
    pub(super) fn networks(&self) -> &Perceptrons {
        self.training.model()
    }

    /// `grad_z f(tanh z)` at particles `[1, count, 2]` before the last hyperbolic tangent (eq. 1).
    pub(super) fn gradient(&self, particles: Tensor<3>) -> Tensor<3> {
        let x = particles.tanh();
        let slope = -(x.clone() * x.clone()) + 1.0;
        input_gradient(self.networks(), x) * slope
    }

    /// What it tells apart: mean f over data less mean f over samples.
    pub(super) fn gap(&self, data: &[Point], samples: &[Point], device: &Device) -> f64 {
        let mean = |points: &[Point]| {
            let values = self.networks().forward(tensor(points, device)).into_data();
            values.iter::<f64>().sum::<f64>() / points.len() as f64
        };
        mean(data) - mean(samples)
    }
}

/// Points as a tensor `[1, count, 2]`.
pub(super) fn tensor(points: &[Point], device: &Device) -> Tensor<3> {
    Tensor::from_data(TensorData::new(points.as_flattened().to_vec(), [1, points.len(), 2]), device)
}

/// A tensor `[1, count, 2]` as points.
pub(super) fn points(tensor: &Tensor<3>) -> Vec<Point> {
    let numbers: Vec<f64> = tensor.to_data().iter::<f64>().collect();
    numbers.as_chunks::<2>().0.to_vec()
}
