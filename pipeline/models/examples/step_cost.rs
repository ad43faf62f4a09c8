//! The cost of a training step: perceptrons 16-W-W-1, ReLU, batch 128, squared error, Adam, f32.
//!
//! `step_cost WIDTH REPLICAS SECONDS` prints the microseconds of one step, per replica;
//! `step_cost peak` the operations, in 10^9 a second, of fused multiply-adds with nothing else to do.
//! `tests/peers/training.py` runs it in turn with other frameworks on the same problem.

use burn::tensor::{Device, Tensor, TensorData};
use pulp::{Simd, WithSimd};
use saigen_models::activation::Activation;
use saigen_models::loss::Loss;
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments[at].parse::<f64>().expect("WIDTH REPLICAS SECONDS are numbers");
    match arguments.len() {
        1 => println!("{}", peak()),
        3 => println!("{}", cost(number(0) as usize, number(1) as usize, number(2))),
        _ => println!("usage: step_cost WIDTH REPLICAS SECONDS | step_cost peak"),
    }
}

fn cost(width: usize, replicas: usize, seconds: f64) -> f64 {
    let device = Device::flex();
    let normals = |purpose: &str, columns: usize| {
        let values = Stream::new("benchmark", purpose, &[]).normals(replicas * 128 * columns);
        Tensor::<3>::from_data(TensorData::new(values, [replicas, 128, columns]), &device)
    };
    let (x, y) = (normals("x", 16), normals("y", 1));
    let mut streams: Vec<Stream> = (0..replicas).map(|r| Stream::new("benchmark", "init", &[("replica", &r.to_string())])).collect();
    let networks = Perceptrons::new(Shape::new(&[16, width, width, 1], Activation::Relu), &mut streams, &device);
    let mut training = Training::new(networks, Rule::ADAM);
    let mut step = || training.step(1e-3, |networks| Loss::Squared.of(networks.forward(x.clone()), y.clone()));
    (0..3).for_each(|_| step());
    let (mut steps, start) = (0, now());
    while steps == 0 || start.elapsed().as_secs_f64() < seconds {
        step();
        steps += 1;
    }
    start.elapsed().as_secs_f64() * 1e6 / (steps * replicas) as f64
}

/// Twelve chains of vectors, as many as hide the latency of a fused multiply-add.
struct Chains(usize);

impl WithSimd for Chains {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        let (factor, term) = (simd.splat_f32s(std::hint::black_box(0.999)), simd.splat_f32s(std::hint::black_box(0.001)));
        let mut chains = [simd.splat_f32s(std::hint::black_box(0.5)); 12];
        for _ in 0..self.0 {
            for chain in &mut chains {
                *chain = simd.mul_add_f32s(*chain, factor, term);
            }
        }
        chains.into_iter().map(|chain| simd.reduce_sum_f32s(chain)).sum()
    }
}

fn peak() -> f64 {
    let arch = pulp::Arch::new();
    let lanes = if matches!(arch, pulp::Arch::Scalar) { 1 } else { 8 };
    let best = (0..5).map(|_| {
        let start = now();
        std::hint::black_box(arch.dispatch(Chains(10_000_000)));
        start.elapsed().as_secs_f64()
    });
    let seconds = best.fold(f64::INFINITY, f64::min);
    10_000_000.0 * (12 * lanes * 2) as f64 / seconds / 1e9
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
