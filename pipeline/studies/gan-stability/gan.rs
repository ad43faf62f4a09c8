//! Adversarial training on a ring of eight Gaussians, by gradient descent on the generator: does it
//! come to rest, and where?
//!
//! Latent sample and data are finite and taken whole at every step, so that nothing is random but the
//! start: what does not settle, does not settle by itself. A generator *settles* if its points travel
//! in the last quarter of training at most a tenth of what they travel in the quarter in which they
//! travel most: the mean over points of the lengths of their steps, added up. That is free of the
//! critic's scale and of how slow a small step is.

use super::game::{Critics, Loss, Regularisers};
use super::measurement::ID;
use burn::tensor::{Device, Tensor};
use saigen_artifacts::{Kind, Record, Value};
use saigen_datasets::data_digest;
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use saigen_models::activation::Activation;
use saigen_models::data::Observations;
use saigen_models::device::device;
use saigen_models::mixture::{Coverage, Mixture, Point, distance};
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use saigen_models::transport::wasserstein;
use std::collections::BTreeMap;

/// The data.
const RING: Mixture = Mixture::Ring { modes: 8, radius: 2.0, deviation: 0.1 };
/// A point this near a mode's centre is of that mode.
const REACH: f64 = 0.4;
/// A mode is covered with more than this share of its fair share.
const LEAST: f64 = 0.25;
/// The share of the longest quarter that a settled generator may still travel in the last.
const REST: f64 = 0.1;
/// Points a side of the critic's surface, over [-SPAN, SPAN]^2.
const SIDE: usize = 40;
const SPAN: f64 = 3.0;
/// Points of a curve over training.
const MOMENTS: usize = 20;
/// Steps shorter than this are none to numbers of 24 bits.
const STILL: f64 = 1e-8;

/// The method.
pub(super) struct Gan;

impl Method for Gan {
    fn name(&self) -> &'static str {
        "gan"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("loss", Parameter::Choice(Loss::NAMES)),
            ("regulariser", Parameter::Choice(Regularisers::NAMES)),
            // Of the generator's descent.
            ("rate", Parameter::Float(0.0, 100.0)),
            ("steps", Parameter::Int(MOMENTS as i64, 1_000_000)),
            // The critic's steps for each of the generator's, and their rate.
            ("critic-steps", Parameter::Int(1, 1000)),
            ("critic-rate", Parameter::Float(0.0, 1.0)),
            ("penalty", Parameter::Float(1e-6, 1e6)),
            // Data points and latent points.
            ("n", Parameter::Int(8, 10_000)),
            ("width", Parameter::Int(1, 1024)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [
            ("data", Kind::Text),
            ("settled", Kind::Float),
            ("rest", Kind::Float),
            ("modes", Kind::Int),
            ("near", Kind::Float),
            ("w1", Kind::Float),
            ("points", Kind::Series),
            ("surface", Kind::Series),
            ("speed", Kind::Series),
        ]
        .into()
    }

    fn placement(&self) -> Placement {
        Placement::Device
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        let work = parameters.int("steps") * parameters.int("n") * (1 + parameters.int("critic-steps"));
        1e-9 * (work * parameters.int("width").pow(2)) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let device = device(batch.backend.name())?;
        let p = &batch.parameters;
        let (n, width, steps) = (p.int("n"), p.int("width"), p.int("steps"));
        let loss = Loss::named(p.word("loss"));
        // Arms, losses and rates share data, latent points and starts.
        let streams = |purpose: &str| -> Vec<Stream> {
            batch.seeds.iter().map(|seed| Stream::new(ID, purpose, &[("seed", &seed.to_string()), ("width", &width.to_string())])).collect()
        };
        let data: Vec<Vec<Point>> = streams("ring").iter_mut().map(|stream| RING.sample(n, stream)).collect();
        let latent: Vec<Vec<f64>> = streams("gan latent").iter_mut().map(|stream| stream.normals(2 * n)).collect();
        let flat: Vec<Vec<f64>> = data.iter().map(|points| points.as_flattened().to_vec()).collect();
        let (real, latent) = (Observations::new(&flat, 2, &device).range(0..n), Observations::new(&latent, 2, &device).range(0..n));
        // The generator is smooth in every arm: what is tried is the critic.
        let shape = Shape::new(&[2, width, width, 2], Activation::Tanh);
        let mut generator = Training::new(Perceptrons::new(shape, &mut streams("generator"), &device), Rule::DESCENT);
        let regularisers = Regularisers::named(p.word("regulariser"), p.float("penalty"));
        let mut critics = Critics::new(width, regularisers, &mut streams("critic"), &device);
        let mut points = generator.model().forward(latent.clone());
        let mut travels = vec![Vec::with_capacity(steps); batch.seeds.len()];
        let mut places = numbers(&points);
        for _ in 0..steps {
            for _ in 0..p.int("critic-steps") {
                critics.step(loss, &real, &points, p.float("critic-rate"));
            }
            let played = critics.played().clone();
            generator.step(p.float("rate"), |networks| {
                let critic = Perceptrons::with(played.shape().clone(), played.parameters.val().autodiff());
                loss.of_generator(critic.forward(networks.forward(latent.clone().autodiff())))
            });
            points = generator.model().forward(latent.clone());
            let now = numbers(&points);
            for ((travels, before), now) in travels.iter_mut().zip(places.chunks(2 * n)).zip(now.chunks(2 * n)) {
                let lengths = before.chunks(2).zip(now.chunks(2)).map(|(a, b)| distance([a[0], a[1]], [b[0], b[1]]));
                travels.push(lengths.sum::<f64>() / n as f64);
            }
            places = now;
        }
        let surfaces = surfaces(critics.played(), &device);
        let record = |seed: usize| record(&data[seed], &places[seed * 2 * n..][..2 * n], &travels[seed], surfaces[seed].clone());
        Ok((0..batch.seeds.len()).map(record).collect())
    }
}

/// What a seed's training says.
fn record(data: &[Point], places: &[f64], travels: &[f64], surface: Vec<f64>) -> Record {
    if places.iter().chain(travels).chain(&surface).any(|value| !value.is_finite()) {
        return Record::diverged("the generated points or the critic are no finite numbers");
    }
    let points: Vec<Point> = places.chunks(2).map(|point| [point[0], point[1]]).collect();
    let rest = rest(travels);
    let covered = Coverage::of(&points, RING, REACH, LEAST);
    let rounded = |values: Vec<f64>| Value::Series(values.into_iter().map(|value| (value * 1e4).round() / 1e4).collect());
    let moment = |at: usize| {
        let part = &travels[at * travels.len() / MOMENTS..(at + 1) * travels.len() / MOMENTS];
        (part.iter().sum::<f64>() / part.len() as f64).max(STILL)
    };
    let values = [
        ("data", Value::Text(data_digest(&[("points", data.as_flattened())]))),
        ("settled", Value::Float(if rest <= REST { 1.0 } else { 0.0 })),
        ("rest", Value::Float(rest)),
        ("modes", Value::Int(covered.parts as i64)),
        ("near", Value::Float(covered.near)),
        ("w1", Value::Float(wasserstein(&points, data))),
        ("points", rounded(places.to_vec())),
        ("surface", rounded(centred(surface))),
        ("speed", Value::Series((0..MOMENTS).map(moment).collect())),
    ];
    Record(values.map(|(name, value)| (name.to_string(), value)).into())
}

/// What is travelled in the last quarter, as a share of the quarter in which most is.
fn rest(travels: &[f64]) -> f64 {
    let quarter = travels.len() / 4;
    let sums: Vec<f64> = travels.rchunks(quarter.max(1)).take(4).map(|part| part.iter().sum()).collect();
    let most = sums.iter().copied().fold(0.0, f64::max);
    if most > 0.0 { sums[0] / most } else { 0.0 }
}

/// The critics on a grid, the first coordinate constant within a row.
fn surfaces(critics: &Perceptrons, device: &Device) -> Vec<Vec<f64>> {
    let place = |at: usize| SPAN * ((2 * at + 1) as f64 / SIDE as f64 - 1.0);
    let grid: Vec<f64> = (0..SIDE * SIDE).flat_map(|at| [place(at / SIDE), place(at % SIDE)]).collect();
    let values = numbers(&critics.forward(Observations::new(&[grid], 2, device).range(0..SIDE * SIDE)));
    values.chunks(SIDE * SIDE).map(<[f64]>::to_vec).collect()
}

/// A constant of a critic means nothing.
fn centred(surface: Vec<f64>) -> Vec<f64> {
    let mean = surface.iter().sum::<f64>() / surface.len() as f64;
    surface.into_iter().map(|value| value - mean).collect()
}

fn numbers(tensor: &Tensor<3>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_compares_the_last_quarter_with_the_longest() {
        assert_eq!(rest(&[1.0, 1.0, 2.0, 2.0, 0.5, 0.5, 0.1, 0.1]), 0.05);
        assert_eq!(rest(&[1.0; 8]), 1.0);
        assert_eq!(rest(&[0.0; 8]), 0.0);
        // What is left over by four belongs to no quarter; it is at the beginning.
        assert_eq!(rest(&[9.0, 1.0, 1.0, 1.0, 0.5]), 0.5);
    }
}
