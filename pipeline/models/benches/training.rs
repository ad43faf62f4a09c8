//! Training steps of stacks, fused and in plain operations: `cargo bench -p saigen-models`.

use burn::tensor::{Device, Tensor, TensorData};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use saigen_models::activation::Activation;
use saigen_models::loss::Loss;
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use std::hint::black_box;

const BATCH: usize = 128;

fn normals(purpose: &str, replicas: usize, columns: usize) -> Tensor<3> {
    let values = Stream::new("benchmark", purpose, &[]).normals(replicas * BATCH * columns);
    Tensor::from_data(TensorData::new(values, [replicas, BATCH, columns]), &Device::flex())
}

fn networks(width: usize, replicas: usize, activation: Activation) -> Perceptrons {
    let mut streams: Vec<Stream> = (0..replicas).map(|r| Stream::new("benchmark", "init", &[("replica", &r.to_string())])).collect();
    Perceptrons::new(Shape::new(&[16, width, width, 1], activation), &mut streams, &Device::flex())
}

/// A step of Adam on the squared error, by width and replicas; throughput counts replicas.
fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step");
    for (width, replicas) in [(3, 64), (8, 1), (8, 64), (64, 8)] {
        let (x, y) = (normals("x", replicas, 16), normals("y", replicas, 1));
        group.throughput(Throughput::Elements(replicas as u64));
        for fused in [true, false] {
            let mut training = Training::new(networks(width, replicas, Activation::Relu), Rule::ADAM);
            let name = if fused { "fused" } else { "plain" };
            group.bench_function(BenchmarkId::new(name, format!("W{width}xR{replicas}")), |bencher| {
                bencher.iter(|| {
                    training.step(1e-3, |networks| {
                        let outputs = if fused { networks.forward(x.clone()) } else { networks.forward_plain(x.clone()) };
                        Loss::Squared.of(outputs, y.clone())
                    });
                });
            });
        }
    }
    group.finish();
}

/// The forward pass alone, by activation.
fn activations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("forward W64xR8");
    let x = normals("x", 8, 16);
    for activation in [Activation::Relu, Activation::Tanh, Activation::Softplus, Activation::Silu] {
        let networks = networks(64, 8, activation);
        group.bench_function(format!("{activation:?}"), |bencher| bencher.iter(|| black_box(networks.forward(x.clone()))));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().without_plots().sample_size(20);
    targets = steps, activations
}
criterion_main!(benches);
