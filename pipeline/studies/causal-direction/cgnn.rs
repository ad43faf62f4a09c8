//! Causal generative neural networks for pairs (Goudet et al. 2018), as their authors' code has them:
//! y = W relu(V [x, e] + b) + c with fresh noise e at every step, fitted by the maximum mean
//! discrepancy, in both directions, from many starts. All starts of both directions are one stack.

use super::collection::{self, Collection};
use super::metrics;
use super::pairs::{ID, Pair, standardised};
use burn::tensor::{Device, Tensor, TensorData};
use saigen_artifacts::{Kind, Record};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use saigen_models::activation::Activation;
use saigen_models::device::device;
use saigen_models::discrepancy::Observed;
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use std::collections::BTreeMap;

/// The method.
pub(super) struct Cgnn;

/// The standard deviation of all initial parameters, biases included.
const START: f64 = 0.05;
/// The learning rate of Adam.
const RATE: f64 = 0.01;

impl Method for Cgnn {
    fn name(&self) -> &'static str {
        "cgnn"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let own = [
            ("hidden", Parameter::Int(1, 1024)),
            ("runs", Parameter::Int(1, 1000)),
            ("train-epochs", Parameter::Int(1, 100_000)),
            ("test-epochs", Parameter::Int(1, 100_000)),
        ];
        collection::parameters().into_iter().chain(own).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("data", Kind::Text)].into_iter().chain(metrics::outputs()).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Device
    }

    fn cost(&self, p: &Parameters) -> f64 {
        // Seconds on one core, roughly: the discrepancy is quadratic in n.
        let epochs = p.int("runs") * (p.int("train-epochs") + p.int("test-epochs"));
        let n = p.int("n").min(1500);
        1e-8 * (n * n) as f64 * (epochs * p.int("pairs").min(100)) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let device = device(batch.backend.name())?;
        let p = &batch.parameters;
        let collection = Collection::open(batch, p)?;
        let cell = |seed: &u64| {
            let pairs = collection.pairs(p.int("n"), p.int("pairs"), *seed);
            let score = |(at, pair): (usize, &Pair)| score(pair, p, &device, |direction, run| stream(p, *seed, at, direction, run));
            match pairs.iter().enumerate().map(score).collect::<Option<Vec<f64>>>() {
                Some(scores) => collection::record(&pairs, &scores),
                None => Record::diverged("no discrepancy is finite at the end of training"),
            }
        };
        Ok(batch.seeds.iter().map(cell).collect())
    }
}

/// The randomness of one start on one pair.
fn stream(p: &Parameters, seed: u64, pair: usize, direction: usize, run: usize) -> Stream {
    let numbers = [p.int("n"), p.int("hidden"), pair, direction, run].map(|number| number.to_string());
    let names = ["n", "hidden", "pair", "direction", "run"];
    let mut axes = vec![("collection", p.word("collection"))];
    axes.extend(names.into_iter().zip(numbers.iter().map(String::as_str)));
    let seed = seed.to_string();
    axes.push(("seed", &seed));
    Stream::new(ID, "cgnn", &axes)
}

/// (S_backwards - S_forwards) / (S_backwards + S_forwards), S the mean discrepancy over starts and
/// epochs of testing; none where it is not finite.
pub(super) fn score(pair: &Pair, p: &Parameters, device: &Device, stream: impl Fn(usize, usize) -> Stream) -> Option<f64> {
    let (runs, n) = (p.int("runs"), pair.len());
    let (x, y) = (standardised(&pair.cause), standardised(&pair.effect));
    let inputs = [&x, &y].map(|values| values.iter().map(|value| *value as f32).collect::<Vec<f32>>());
    let observed = [Observed::new(&x, &y), Observed::new(&y, &x)];
    let mut streams: Vec<Stream> =
        (0..2).flat_map(|direction| (0..runs).map(move |run| (direction, run))).map(|(d, run)| stream(d, run)).collect();
    let shape = Shape::new(&[2, p.int("hidden"), 1], Activation::Relu);
    let start: Vec<f64> = streams.iter_mut().flat_map(|stream| stream.normals(shape.parameters())).map(|value| START * value).collect();
    let start = Tensor::from_data(TensorData::new(start, [2 * runs, shape.parameters()]), device);
    let mut training = Training::new(Perceptrons::with(shape, start), Rule::ADAM);
    let points = |replicas: &mut [Stream]| {
        let point = |(replica, stream): (usize, &mut Stream)| {
            let inputs = &inputs[replica / runs];
            inputs.iter().flat_map(|x| [*x, stream.normal() as f32]).collect::<Vec<f32>>()
        };
        let values: Vec<f32> = replicas.iter_mut().enumerate().flat_map(point).collect();
        Tensor::<3>::from_data(TensorData::new(values, [2 * runs, n, 2]), device)
    };
    // The discrepancy of each replica, and its gradients.
    let judge = |outputs: Tensor<3>| {
        let values: Vec<f32> = outputs.into_data().iter::<f32>().collect();
        values.chunks_exact(n).enumerate().map(|(replica, g)| observed[replica / runs].discrepancy(g)).collect::<Vec<_>>()
    };
    for _ in 0..p.int("train-epochs") {
        let x = points(&mut streams);
        training.step(RATE, |networks| {
            let outputs = networks.forward(x);
            let gradients: Vec<f32> = judge(outputs.clone().inner()).into_iter().flat_map(|(_, gradient)| gradient).collect();
            let gradients = Tensor::<3>::from_data(TensorData::new(gradients, [2 * runs, n, 1]), device);
            // Its gradient is that of the discrepancy, which is computed on the host.
            (outputs * gradients.autodiff()).sum_dim(1).reshape([2 * runs])
        });
    }
    let mut sums = [0.0; 2];
    for _ in 0..p.int("test-epochs") {
        let found = judge(training.model().forward(points(&mut streams)));
        found.iter().enumerate().for_each(|(replica, (discrepancy, _))| sums[replica / runs] += discrepancy);
    }
    let [forwards, backwards] = sums;
    let score = (backwards - forwards) / (backwards + forwards);
    score.is_finite().then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_artifacts::Scalar;

    #[test]
    fn a_function_is_generated_and_its_relation_back_is_not() {
        let mut draws = Stream::new("test", "cgnn", &[]);
        let cause = draws.normals(60);
        let effect = cause.iter().map(|x| x * x + 0.1 * draws.normal()).collect();
        let pair = Pair { cause, effect, weight: 1.0 };
        let ints = [("hidden", 20), ("runs", 2), ("train-epochs", 300), ("test-epochs", 20)];
        let p = Parameters(ints.map(|(name, value)| (name.to_string(), Scalar::Int(value))).into());
        let stream =
            |direction: usize, run: usize| Stream::new("test", "cgnn", &[("direction", &direction.to_string()), ("run", &run.to_string())]);
        let found = score(&pair, &p, &Device::flex(), stream).unwrap();
        assert!(found > 0.05 && found < 1.0, "{found}");
    }
}
