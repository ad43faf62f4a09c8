//! The cost of a training step: perceptrons 16-W-W-1, ReLU, batch 128, squared error, Adam, f32.
//!
//! `step_cost WIDTH REPLICAS [SECONDS]` prints the microseconds of one step, per replica.
//! `tests/peers/training.py` runs it in turn with other frameworks on the same problem.

use burn::tensor::{Device, Tensor, TensorData};
use saigen_models::activation::Activation;
use saigen_models::loss::Loss;
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "a benchmark reads its arguments and the clock")]
fn main() {
    let arguments: Vec<f64> =
        std::env::args().skip(1).map(|argument| argument.parse().expect("numbers: WIDTH REPLICAS [SECONDS]")).collect();
    let (width, replicas) = (arguments[0] as usize, arguments[1] as usize);
    let seconds = arguments.get(2).copied().unwrap_or(1.0);
    let device = Device::flex();
    let normals = |purpose: &str, columns: usize| {
        let values = Stream::new("benchmark", purpose, &[]).normals(replicas * 128 * columns);
        Tensor::<3>::from_data(TensorData::new(values, [replicas, 128, columns]), &device)
    };
    let (x, y) = (normals("x", 16), normals("y", 1));
    let mut streams: Vec<Stream> = (0..replicas).map(|r| Stream::new("benchmark", "init", &[("replica", &r.to_string())])).collect();
    let model = Perceptrons::new(Shape::new(&[16, width, width, 1], Activation::Relu), &mut streams, &device);
    let mut training = Training::new(model, Rule::ADAM);
    let (mut steps, mut start) = (0, Instant::now());
    while steps < 4 || start.elapsed().as_secs_f64() < seconds {
        training.step(1e-3, |networks| Loss::Squared.of(networks.forward(x.clone()), y.clone()));
        steps += 1;
        if steps == 3 {
            // The first steps warm up.
            start = Instant::now();
        }
    }
    println!("{}", start.elapsed().as_secs_f64() * 1e6 / (steps - 3) as f64 / replicas as f64);
}
