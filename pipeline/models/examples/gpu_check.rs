//! The GPU against the CPU: agreement within declared tolerances, the same bits twice, and times.
//! Build with `--features cuda`; exits 1 if something disagrees.

use burn::tensor::{Device, Tensor, TensorData};
use saigen_models::activation::Activation;
use saigen_models::device::device;
use saigen_models::loss::Loss;
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use std::process::ExitCode;
use std::time::Instant;

const REPLICAS: usize = 64;
const BATCH: usize = 128;
const STEPS: usize = 20;

/// The GPU multiplies f32 with 10 bits of mantissa (TF32): outputs of two hidden layers of width 64
/// near 1 differ by some 2^-10, and by more after steps that amplify it.
const ALLOWED: [(&str, f64); 2] = [("forward", 1e-2), ("trained", 5e-2)];

fn main() -> ExitCode {
    let gpu = match device("cuda") {
        Ok(gpu) => gpu,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::FAILURE;
        }
    };
    let mut well = true;
    for activation in [Activation::Relu, Activation::Tanh, Activation::Silu] {
        let (cpu, first, second) = (outputs(activation, &Device::flex()), outputs(activation, &gpu), outputs(activation, &gpu));
        let repeated = first == second;
        for (((what, allowed), cpu), gpu) in ALLOWED.iter().zip(&cpu).zip(&first) {
            let worst = cpu.iter().zip(gpu).map(|(a, b)| (a - b).abs() / a.abs().max(1.0)).fold(0.0, f64::max);
            well &= worst <= *allowed && repeated;
            println!("{activation:?} {what}: worst difference {worst:.1e} of {allowed:.0e} allowed; twice the same bits: {repeated}");
        }
    }
    println!("\n| W | CPU, us a step | GPU, us a step |\n|---|---|---|");
    for width in [8, 64, 256] {
        println!("| {width} | {:.0} | {:.0} |", time(width, &Device::flex()), time(width, &gpu));
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Outputs before and after training.
fn outputs(activation: Activation, device: &Device) -> [Vec<f64>; 2] {
    let (mut training, x, y) = problem(64, activation, device);
    let look = |training: &Training| training.model().forward(x.clone()).into_data().iter::<f64>().collect();
    let before = look(&training);
    for _ in 0..STEPS {
        training.step(1e-3, |networks| Loss::Squared.of(networks.forward(x.clone()), y.clone()));
    }
    [before, look(&training)]
}

fn time(width: usize, device: &Device) -> f64 {
    let (mut training, x, y) = problem(width, Activation::Relu, device);
    let mut round = || {
        for _ in 0..STEPS {
            training.step(1e-3, |networks| Loss::Squared.of(networks.forward(x.clone()), y.clone()));
        }
        // Reading the losses waits for the device.
        std::hint::black_box(training.losses());
    };
    round();
    let start = now();
    round();
    start.elapsed().as_secs_f64() * 1e6 / STEPS as f64
}

fn problem(width: usize, activation: Activation, device: &Device) -> (Training, Tensor<3>, Tensor<3>) {
    let normals = |purpose: &str, columns: usize| {
        let values = Stream::new("gpu", purpose, &[]).normals(REPLICAS * BATCH * columns);
        Tensor::<3>::from_data(TensorData::new(values, [REPLICAS, BATCH, columns]), device)
    };
    let mut streams: Vec<Stream> = (0..REPLICAS).map(|r| Stream::new("gpu", "init", &[("replica", &r.to_string())])).collect();
    let networks = Perceptrons::new(Shape::new(&[16, width, width, 1], activation), &mut streams, device);
    (Training::new(networks, Rule::ADAM), normals("x", 16), normals("y", 1))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
