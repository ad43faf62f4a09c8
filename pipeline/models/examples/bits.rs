//! Digests of what must have the same bits on every machine: `cargo run --release --example bits`.
//!
//! Build it for another target or run it under an emulator, and compare the lines.

use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use saigen_models::activation::Activation;
use saigen_models::derivative::{hessian_vector, input_gradient};
use saigen_models::loss::Loss;
use saigen_models::optimizer::Rule;
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use sha2::{Digest, Sha256};

const ACTIVATIONS: [(&str, Activation); 7] = [
    ("relu", Activation::Relu),
    ("leaky-relu", Activation::LeakyRelu { slope: 0.1 }),
    ("tanh", Activation::Tanh),
    ("sigmoid", Activation::Sigmoid),
    ("softplus", Activation::Softplus),
    ("silu", Activation::Silu),
    ("elu", Activation::Elu),
];

fn main() {
    line("functions", (-4000..4000).flat_map(|i| functions(f64::from(i) * 0.0037)));
    line("streams", Stream::new("bits", "normals", &[]).normals(100_000));
    for (name, activation) in ACTIVATIONS {
        for (float, dtype) in [("f32", FloatDType::F32), ("f64", FloatDType::F64)] {
            let networks = trained(activation, dtype);
            line(&format!("{name} {float} training"), numbers(networks.parameters.val()));
            line(&format!("{name} {float} forward"), numbers(networks.forward(normals("x", 2, dtype))));
            line(&format!("{name} {float} plain"), numbers(networks.forward_plain(normals("x", 2, dtype))));
            line(&format!("{name} {float} input gradient"), numbers(input_gradient(&networks, normals("x", 2, dtype))));
            let direction = networks.parameters.val();
            let products = hessian_vector(&networks, normals("x", 2, dtype), normals("y", 1, dtype), Loss::Squared, direction);
            line(&format!("{name} {float} hessian product"), numbers(products));
        }
    }
}

/// Values of the standard library's functions, in both float types.
fn functions(x: f64) -> Vec<f64> {
    let (s, positive) = (x as f32, x.abs() + 1e-3);
    let (sin, cos) = x.sin_cos();
    let double = [x.exp(), positive.ln(), x.tanh(), x.exp_m1(), x.abs().ln_1p(), x.atan(), positive.powf(0.37), sin, cos];
    let single = [s.exp(), (positive as f32).ln(), s.tanh(), s.exp_m1(), s.abs().ln_1p(), s.atan(), (positive as f32).powf(0.37), s.sin()];
    double.into_iter().chain(single.map(f64::from)).collect()
}

/// Five perceptrons 2-24-7-1 after 50 steps of Adam.
fn trained(activation: Activation, dtype: FloatDType) -> Perceptrons {
    let mut streams: Vec<Stream> = (0..5).map(|replica: u32| Stream::new("bits", "init", &[("replica", &replica.to_string())])).collect();
    let networks = Perceptrons::new(Shape::new(&[2, 24, 7, 1], activation), &mut streams, &Device::flex());
    let networks = Perceptrons::with(networks.shape().clone(), networks.parameters.val().cast(dtype));
    let mut training = Training::new(networks, Rule::ADAM);
    for _ in 0..50 {
        training.step(0.01, |networks| Loss::Squared.of(networks.forward(normals("x", 2, dtype)), normals("y", 1, dtype)));
    }
    training.model().clone()
}

/// 60 rows for all replicas.
fn normals(purpose: &str, width: usize, dtype: FloatDType) -> Tensor<3> {
    let values = Stream::new("bits", purpose, &[]).normals(60 * width);
    Tensor::from_data(TensorData::new(values, [1, 60, width]), (&Device::flex(), DType::from(dtype)))
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn line(name: &str, values: impl IntoIterator<Item = f64>) {
    let mut hasher = Sha256::new();
    for value in values {
        hasher.update(value.to_bits().to_le_bytes());
    }
    let digest: String = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    println!("{digest} {name}");
}
