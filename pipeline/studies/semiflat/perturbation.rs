//! Figure 2(b): how the generalisation error of an interpolating network rises when all its parameters
//! are perturbed, as inactive units are added.

use super::data::{Sample, numbers, stream, tensor};
use super::interpolant::{Interpolant, REACH, WIDTH, ZERO, teacher};
use super::network::{Network, stack};
use super::widening::{READINGS, Reading, perturbation, widen};
use burn::tensor::Tensor;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use saigen_models::stream::Stream;
use std::collections::BTreeMap;

/// The method.
pub(super) struct Perturbation;

/// Networks in one stack.
const TOGETHER: usize = 100;

impl Method for Perturbation {
    fn name(&self) -> &'static str {
        "perturbation"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("activation", Parameter::Choice(&["tanh", "relu"])),
            ("reading", Parameter::Choice(READINGS)),
            ("width", Parameter::Int(WIDTH as i64, 1000)),
            ("trials", Parameter::Int(2, 100_000)),
            // Points of the grid on which the error is taken.
            ("points", Parameter::Int(2, 10_000)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let floats = ["error", "error-se", "ratio", "clean", "deviation", "squares", "limit"];
        floats.map(|name| (name, Kind::Float)).into_iter().chain([("drawn", Kind::Int), ("data", Kind::Text)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        1e-8 * (parameters.int("trials") * parameters.int("points") * parameters.int("width")) as f64
    }

    fn together(&self) -> Together {
        Together::Axes(&["width"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (name, reading) = (p.word("activation"), Reading::named(p.word("reading")));
        let found = Interpolant::new(name, seed)?;
        let (count, trials) = (p.int("points"), p.int("trials"));
        let x: Vec<f64> = (0..count).map(|at| REACH * (2.0 * at as f64 / (count - 1) as f64 - 1.0)).collect();
        let y = x.iter().map(|x| teacher(found.network.activation, *x)).collect();
        let grid = Sample { x, y, inputs: 1 };
        let deviation = perturbation(&found.network);
        let errors = |width: usize| {
            let axes = [("activation", name.to_string()), ("width", width.to_string()), ("seed", seed.to_string())];
            let network = widen(&found.network, width, reading, name, seed);
            let free = network.free(false);
            perturbed(&network, &free, deviation, trials, &grid, &mut stream("perturbation", &axes))
        };
        let (narrow, _) = mean_and_error(&errors(WIDTH));
        let clean = 2.0 * found.network.loss(&grid) / count as f64;
        let cell = |setting: &Parameters| {
            let (error, standard_error) = mean_and_error(&errors(setting.int("width")));
            let floats = [
                ("error", error),
                ("error-se", standard_error),
                ("ratio", error / narrow),
                ("clean", clean),
                ("deviation", deviation),
                ("squares", found.squares()),
                ("limit", ZERO),
            ];
            let others = [("drawn", Value::Int(found.drawn as i64)), ("data", Value::Text(found.sample.digest()))];
            let floats = floats.map(|(name, value)| (name, Value::Float(value)));
            Record(floats.into_iter().chain(others).map(|(name, value)| (name.to_string(), value)).collect())
        };
        Ok(batch.settings.iter().map(cell).collect())
    }
}

/// The mean squared errors of a network with normal perturbations of this deviation in its free
/// parameters, one a trial.
pub(super) fn perturbed(network: &Network, free: &[usize], deviation: f64, trials: usize, grid: &Sample, draws: &mut Stream) -> Vec<f64> {
    let (shape, start) = (network.shape(), network.parameters());
    let x: Tensor<3> = tensor(grid.x.clone(), [1, grid.len(), grid.inputs]);
    let mut errors = Vec::with_capacity(trials);
    while errors.len() < trials {
        let row = || {
            let mut row = start.clone();
            free.iter().for_each(|at| row[*at] += deviation * draws.normal());
            row
        };
        let rows: Vec<Vec<f64>> = std::iter::repeat_with(row).take(TOGETHER.min(trials - errors.len())).collect();
        let outputs = numbers(stack(&shape, &rows).forward(x.clone()));
        let error = |outputs: &[f64]| outputs.iter().zip(&grid.y).map(|(f, y)| (f - y) * (f - y)).sum::<f64>() / grid.y.len() as f64;
        errors.extend(outputs.chunks(grid.y.len()).map(error));
    }
    errors
}

/// The mean, and its standard error.
pub(super) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}
