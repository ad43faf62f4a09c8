//! Least squares over ReLU networks by Adam, from many starts, the seeds of a batch trained as one
//! stack.
//!
//! A fifth of the sample is held out: it chooses the start and the moment to stop. The oracle
//! chooses by the true risk instead, and the least training loss, the rule without any safeguard,
//! is reported beside them.

use super::data::{ID, Sample, grid, risk, truth};
use super::target::{self, Target};
use super::{model, outcome};
use burn::tensor::{Device, Tensor};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use saigen_models::data::{Observations, Visits};
use saigen_models::device::device;
use saigen_models::loss::Loss;
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use std::collections::BTreeMap;

/// Networks of one width, or of a width that grows with n.
pub(super) struct Network {
    name: &'static str,
    width: Width,
}

/// How wide the hidden layers are.
enum Width {
    /// As the parameter `width` says.
    Given,
    /// As the theory's rule says, with the parameter `constant`.
    ByRule,
}

/// Of a given width.
pub(super) const NETWORK: Network = Network { name: "relu-network", width: Width::Given };

/// Of the width that the rule gives.
pub(super) const NETWORK_BY_RULE: Network = Network { name: "relu-network-by-rule", width: Width::ByRule };

/// How often the networks are looked at during training; the last look is at the end.
const LOOKS: usize = 10;

impl Method for Network {
    fn name(&self) -> &'static str {
        self.name
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let own = [
            match self.width {
                Width::Given => ("width", Parameter::Int(1, 1024)),
                Width::ByRule => ("constant", Parameter::Float(0.0, 1e6)),
            },
            ("hidden", Parameter::Int(1, 16)),
            ("starts", Parameter::Int(1, 1000)),
            ("steps", Parameter::Int(LOOKS as i64, 1_000_000)),
            ("batch", Parameter::Int(1, 1_000_000)),
            ("rate", Parameter::Float(0.0, f64::MAX)),
        ];
        outcome::parameters(target::ALL).chain(own).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let own = [
            ("risk-train", Kind::Float),
            ("loss-train", Kind::Float),
            ("loss-held-out", Kind::Float),
            ("look-cv", Kind::Int),
            ("start-cv", Kind::Int),
            ("width-used", Kind::Int),
        ];
        outcome::outputs().into_iter().chain(own).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Device
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        // Seconds on one core, roughly: passes over small tensors weigh as much as the products.
        let weights = self.shape(parameters).parameters();
        let points = parameters.int("steps") * parameters.int("batch").min(parameters.int("n"));
        1e-9 * (200 + weights) as f64 * (points * parameters.int("starts")) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let device = device(batch.backend.name())?;
        let p = &batch.parameters;
        let samples: Vec<Sample> = batch.seeds.iter().map(|seed| Sample::draw(p, *seed)).collect();
        let shape = self.shape(p);
        let stack = Stack::new(&samples, p, &shape, &device);
        let (steps, starts, rate) = (p.int("steps"), p.int("starts"), p.float("rate"));
        let visits = |seed: &u64| Visits::new(stream(&shape, p, "order", *seed, None), stack.fitted, p.int("batch"));
        let mut visits: Vec<Visits> = batch.seeds.iter().map(visits).collect();
        let mut init: Vec<Stream> =
            batch.seeds.iter().flat_map(|seed| (0..starts).map(|start| stream(&shape, p, "init", *seed, Some(start)))).collect();
        let mut training = Training::new(Perceptrons::new(shape.clone(), &mut init, &device), Rule::ADAM);
        let mut looks = Vec::new();
        for step in 0..steps {
            let picked: Vec<Vec<usize>> = visits.iter_mut().map(Visits::next_batch).collect();
            let (x, y) = (stack.inputs.pick(&picked), stack.answers.pick(&picked));
            // The rate falls linearly to nothing, so that the last look is at a network at rest.
            training.step(rate * (steps - step) as f64 / steps as f64, |networks| Loss::Squared.of(networks.forward(x), y));
            if (step + 1) * LOOKS / steps > step * LOOKS / steps {
                looks.push(stack.look(training.model()));
            }
        }
        Ok(samples.iter().enumerate().map(|(seed, sample)| stack.choose(seed, sample, &looks)).collect())
    }
}

impl Network {
    fn shape(&self, p: &Parameters) -> Shape {
        let (target, hidden) = (Target::of(p), p.int("hidden"));
        let width = match self.width {
            Width::Given => p.int("width"),
            Width::ByRule => model::width_by_rule(target, p.int("n"), hidden, p.float("constant")),
        };
        model::shape(target.dimension(), width, hidden)
    }
}

/// The randomness of an experiment's own: its parameters that matter are in the name.
fn stream(shape: &Shape, p: &Parameters, purpose: &str, seed: u64, start: Option<usize>) -> Stream {
    let shape = format!("{}x{}", shape.layers()[0].outputs, p.int("hidden"));
    let (n, seed, start) = (p.int("n").to_string(), seed.to_string(), start.unwrap_or(0).to_string());
    Stream::new(ID, purpose, &[("shape", &shape), ("n", &n), ("seed", &seed), ("start", &start)])
}

/// The data of all seeds, ready for a stack of `seeds x starts` replicas.
struct Stack {
    starts: usize,
    width: usize,
    /// Observations that are fitted; the rest is held out.
    fitted: usize,
    rows: usize,
    /// By seed: inputs scaled to [-1, 1], point by point, and centred answers.
    inputs: Observations,
    answers: Observations,
    means: Vec<f64>,
    /// The grid of the risk `[1, points, D]`, and the target on it.
    grid: Tensor<3>,
    truth: Vec<f64>,
}

/// The networks at one moment, by replica.
struct Look {
    loss_train: Vec<f64>,
    loss_held_out: Vec<f64>,
    /// The fit on the grid, not centred.
    fits: Vec<Vec<f64>>,
    risks: Vec<f64>,
}

impl Stack {
    fn new(samples: &[Sample], p: &Parameters, shape: &Shape, device: &Device) -> Self {
        let n = p.int("n");
        let fitted = samples[0].fitted();
        let scaled = |x: f64| 2.0 * x - 1.0;
        let means: Vec<f64> = samples.iter().map(|sample| sample.y[..fitted].iter().sum::<f64>() / fitted as f64).collect();
        let target = Target::of(p);
        let rows = |sample: &Sample| (0..n).flat_map(|i| sample.x.iter().map(move |x| scaled(x[i]))).collect();
        let inputs: Vec<Vec<f64>> = samples.iter().map(rows).collect();
        let answers: Vec<Vec<f64>> = samples.iter().zip(&means).map(|(s, mean)| s.y.iter().map(|y| y - mean).collect()).collect();
        let points = grid(p.int("grid"), target.dimension());
        let grid = points.iter().flatten().map(|x| scaled(*x)).collect();
        Self {
            starts: p.int("starts"),
            width: shape.layers()[0].outputs,
            fitted,
            rows: n,
            inputs: Observations::new(&inputs, target.dimension(), device),
            answers: Observations::new(&answers, 1, device),
            means,
            grid: Observations::new(&[grid], target.dimension(), device).range(0..points.len()),
            truth: truth(target, p.int("grid")),
        }
    }

    fn look(&self, networks: &Perceptrons) -> Look {
        let loss = |rows: std::ops::Range<usize>| {
            let outputs = networks.forward(self.inputs.range(rows.clone()));
            numbers(Loss::Squared.of(outputs, self.answers.range(rows)))
        };
        let values = numbers(networks.forward(self.grid.clone()));
        let fits: Vec<Vec<f64>> = values.chunks(self.truth.len()).map(<[f64]>::to_vec).collect();
        let shifted = |(replica, fit): (usize, &Vec<f64>)| {
            let mean = self.means[replica / self.starts];
            risk(&fit.iter().map(|value| value + mean).collect::<Vec<_>>(), &self.truth)
        };
        let risks = fits.iter().enumerate().map(shifted).collect();
        Look { loss_train: loss(0..self.fitted), loss_held_out: loss(self.fitted..self.rows), fits, risks }
    }

    /// What the looks say of one seed: the best by held-out loss, by risk, and by training loss.
    fn choose(&self, seed: usize, sample: &Sample, looks: &[Look]) -> Record {
        let replicas = seed * self.starts..(seed + 1) * self.starts;
        let all = || looks.iter().enumerate().flat_map(|(look, _)| replicas.clone().map(move |replica| (look, replica)));
        let least = |score: &dyn Fn(usize, usize) -> f64| {
            // A replica that diverged has no finite score and is never the least.
            all().filter(|(look, replica)| score(*look, *replica).is_finite()).min_by(|a, b| score(a.0, a.1).total_cmp(&score(b.0, b.1)))
        };
        let held_out = |look: usize, replica: usize| looks[look].loss_held_out[replica];
        let (last, first) = (looks.len() - 1, replicas.start);
        let risk = |look: usize, replica: usize| looks[look].risks[replica];
        let at_end = |look: usize, replica: usize| if look == last { looks[look].loss_train[replica] } else { f64::INFINITY };
        let (Some((look, replica)), Some(oracle), Some(trained)) = (least(&held_out), least(&risk), least(&at_end)) else {
            return Record::diverged("no start has a finite loss at the end of training");
        };
        let fit: Vec<f64> = looks[look].fits[replica].iter().map(|value| value + self.means[seed]).collect();
        let mut record =
            outcome::record(sample.digest(), looks[look].risks[replica], looks[oracle.0].risks[oracle.1], &fit, sample.x.len());
        record.0.extend(
            [
                ("risk-train", Value::Float(looks[last].risks[trained.1])),
                ("loss-train", Value::Float(looks[last].loss_train[trained.1])),
                ("loss-held-out", Value::Float(looks[look].loss_held_out[replica])),
                ("look-cv", Value::Int(look as i64 + 1)),
                ("start-cv", Value::Int((replica - first) as i64)),
                ("width-used", Value::Int(self.width as i64)),
            ]
            .map(|(name, value)| (name.to_string(), value)),
        );
        record
    }
}

/// The numbers of a tensor, row by row, as f64.
fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}
