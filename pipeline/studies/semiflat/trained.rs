//! The comparison of figure 2(b) with networks as they are used: trained by Adam on noisy data, not
//! interpolating, in one and two dimensions.

use super::data::{Sample, activation, stream};
use super::network::{Network, Unit, stack};
use super::perturbation::{mean_and_error, perturbed};
use super::widening::{READINGS, Reading, perturbation, widen};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use saigen_models::loss::Loss;
use saigen_models::optimizer::Rule;
use saigen_models::training::Training;
use std::collections::BTreeMap;

/// The method.
pub(super) struct Trained;

/// Units of the trained network.
const WIDTH: usize = 10;

/// The noise of the answers.
const NOISE: f64 = 0.2;

/// Inputs are uniform on [-REACH, REACH] in each dimension.
const REACH: f64 = 1.5;

/// Adam's rate at the start; it falls linearly to nothing.
const RATE: f64 = 0.02;

/// The problems by name.
const TASKS: &[&str] = &["wave", "saddle"];

impl Method for Trained {
    fn name(&self) -> &'static str {
        "trained"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("task", Parameter::Choice(TASKS)),
            ("activation", Parameter::Choice(&["tanh", "relu"])),
            ("reading", Parameter::Choice(READINGS)),
            ("width", Parameter::Int(WIDTH as i64, 1000)),
            ("n", Parameter::Int(2, 100_000)),
            ("steps", Parameter::Int(1, 1_000_000)),
            ("trials", Parameter::Int(2, 100_000)),
            // Points a side of the grid on which the error is taken.
            ("side", Parameter::Int(2, 1000)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let floats = ["error", "error-se", "ratio", "clean", "deviation", "loss-train"];
        floats.map(|name| (name, Kind::Float)).into_iter().chain([("data", Kind::Text)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        let points = if parameters.word("task") == "wave" { parameters.int("side") } else { parameters.int("side").pow(2) };
        1e-8 * (parameters.int("trials") * points * parameters.int("width")) as f64
    }

    fn together(&self) -> Together {
        Together::Axes(&["width"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (task, name, reading) = (p.word("task"), p.word("activation"), Reading::named(p.word("reading")));
        let sample = observations(task, p.int("n"), seed);
        let (network, loss) = train(task, name, &sample, p.int("steps"), seed);
        if !loss.is_finite() {
            return Ok(vec![Record::diverged("the loss is not finite at the end of training"); batch.settings.len()]);
        }
        let grid = grid(task, p.int("side"));
        let deviation = perturbation(&network);
        let errors = |width: usize| {
            let axes = [("task", task), ("activation", name)].map(|(key, value)| (key, value.to_string()));
            let axes = [&axes[..], &[("width", width.to_string()), ("seed", seed.to_string())]].concat();
            let wide = widen(&network, width, reading, &format!("{task} {name}"), seed);
            perturbed(&wide, &wide.free(true), deviation, p.int("trials"), &grid, &mut stream("perturbation of trained", &axes))
        };
        let (narrow, _) = mean_and_error(&errors(WIDTH));
        let clean = 2.0 * network.loss(&grid) / grid.len() as f64;
        let cell = |setting: &Parameters| {
            let (error, standard_error) = mean_and_error(&errors(setting.int("width")));
            let floats = [
                ("error", error),
                ("error-se", standard_error),
                ("ratio", error / narrow),
                ("clean", clean),
                ("deviation", deviation),
                ("loss-train", loss),
            ];
            let floats = floats.map(|(name, value)| (name, Value::Float(value)));
            let data = [("data", Value::Text(sample.digest()))];
            Record(floats.into_iter().chain(data).map(|(name, value)| (name.to_string(), value)).collect())
        };
        Ok(batch.settings.iter().map(cell).collect())
    }
}

fn dimension(task: &str) -> usize {
    if task == "wave" { 1 } else { 2 }
}

/// A wave of one dimension, or a saddle of two with a bump.
fn target(task: &str, x: &[f64]) -> f64 {
    if task == "wave" { (2.5 * x[0]).sin() } else { x[0] * x[1] + (-2.0 * (x[0] * x[0] + x[1] * x[1])).exp() }
}

fn observations(task: &str, n: usize, seed: u64) -> Sample {
    let mut draws = stream("noisy observations", &[("task", task.to_string()), ("seed", seed.to_string())]);
    let inputs = dimension(task);
    let x: Vec<f64> = (0..n * inputs).map(|_| REACH * (2.0 * draws.uniform() - 1.0)).collect();
    let y = x.chunks(inputs).map(|x| target(task, x) + NOISE * draws.normal()).collect();
    Sample { x, y, inputs }
}

/// The target without noise on a grid of `side` points, or `side` by `side`.
fn grid(task: &str, side: usize) -> Sample {
    let axis: Vec<f64> = (0..side).map(|at| REACH * (2.0 * at as f64 / (side - 1) as f64 - 1.0)).collect();
    let x: Vec<f64> = if dimension(task) == 1 {
        axis
    } else {
        axis.iter().flat_map(|a| axis.iter().flat_map(|b| [*a, *b]).collect::<Vec<_>>()).collect()
    };
    let y = x.chunks(dimension(task)).map(|x| target(task, x)).collect();
    Sample { x, y, inputs: dimension(task) }
}

/// Least squares on the whole sample by Adam: the network, and its mean squared error.
fn train(task: &str, name: &str, sample: &Sample, steps: usize, seed: u64) -> (Network, f64) {
    let kind = activation(name);
    let axes = [("task", task.to_string()), ("activation", name.to_string()), ("seed", seed.to_string())];
    let mut draws = stream("initial weights", &axes);
    let (inputs, gain) = (sample.inputs, kind.gain());
    let mut unit = || {
        let mut incoming: Vec<f64> = (0..inputs).map(|_| 1.5 * gain / (inputs as f64).sqrt() * draws.normal()).collect();
        incoming.push(2.0 * draws.uniform() - 1.0);
        Unit { incoming, outgoing: vec![gain / (WIDTH as f64).sqrt() * draws.normal()] }
    };
    let units = (0..WIDTH).map(|_| unit()).collect();
    let start = Network { activation: kind, units, bias: vec![0.0], later: Vec::new(), rest: Vec::new() };
    let (x, y) = (sample.inputs(), sample.answers());
    let mut training = Training::new(stack(&start.shape(), &[start.parameters()]), Rule::ADAM);
    for step in 0..steps {
        let rate = RATE * (steps - step) as f64 / steps as f64;
        training.step(rate, |networks| Loss::Squared.of(networks.forward(x.clone()), y.clone()));
    }
    let network = start.with(&super::data::numbers(training.model().parameters.val()));
    let loss = 2.0 * network.loss(sample) / sample.len() as f64;
    (network, loss)
}
