use super::kernel::{Backward, Forward, Given, in_chunks, tape_length};
use super::*;
use crate::activation::Activation;
use crate::loss::Loss::Squared;
use crate::optimizer::Rule;
use crate::training::Training;
use burn::tensor::{DType, FloatDType, Tolerance};
use pulp::Simd;

const ACTIVATIONS: [Activation; 7] = [
    Activation::Relu,
    Activation::LeakyRelu { slope: 0.1 },
    Activation::Tanh,
    Activation::Sigmoid,
    Activation::Softplus,
    Activation::Silu,
    Activation::Elu,
];

/// Shapes and batches with thin and full tiles, one and several chunks and blocks.
const CASES: [(&[usize], usize); 6] =
    [(&[2, 3, 3, 3, 1], 64), (&[1, 1], 5), (&[16, 8, 8, 1], 128), (&[3, 7, 2], 17), (&[5, 19, 11, 4], 150), (&[2, 64, 1], 1)];

fn stream(purpose: &str, replica: usize) -> Stream {
    Stream::new("test", purpose, &[("seed", &replica.to_string())])
}

fn normals(purpose: &str, groups: &[usize], shape: [usize; 2], dtype: FloatDType) -> Tensor<3> {
    let values: Vec<f64> = groups.iter().flat_map(|group| stream(purpose, *group).normals(shape[0] * shape[1])).collect();
    Tensor::from_data(TensorData::new(values, [groups.len(), shape[0], shape[1]]), (&Device::flex(), DType::from(dtype)))
}

fn perceptrons(shape: &Shape, replicas: &[usize], dtype: FloatDType) -> Perceptrons {
    let mut streams: Vec<Stream> = replicas.iter().map(|replica| stream("network", *replica)).collect();
    let model = Perceptrons::new(shape.clone(), &mut streams, &Device::flex());
    Perceptrons::with(shape.clone(), model.parameters.val().cast(dtype))
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// Outputs, and gradients of a weighted sum of them by observations and by parameters.
fn passes(model: &Perceptrons, x: &Tensor<3>, fused: bool) -> [TensorData; 3] {
    let tracked = Perceptrons::with(model.shape().clone(), model.parameters.val().autodiff().require_grad());
    let x = x.clone().autodiff().require_grad();
    let y = if fused { tracked.forward(x.clone()) } else { tracked.forward_plain(x.clone()) };
    let [replicas, batch, outputs] = y.dims();
    let weights = normals("weights", &(0..replicas).collect::<Vec<_>>(), [batch, outputs], y.dtype().into());
    let gradients = (y.clone() * weights.autodiff()).sum().backward();
    let found = [x.grad(&gradients).map(Tensor::into_data), tracked.parameters.val().grad(&gradients).map(Tensor::into_data)];
    let [dx, gradient] = found.map(|data| data.expect("both are tracked"));
    [y.into_data(), dx, gradient]
}

#[test]
fn the_fused_passes_agree_with_plain_operations() {
    for (activation, (widths, batch)) in ACTIVATIONS.iter().flat_map(|activation| CASES.map(|case| (*activation, case))) {
        let shape = Shape::new(widths, activation);
        for (dtype, groups) in [(FloatDType::F64, 6), (FloatDType::F64, 2), (FloatDType::F64, 1), (FloatDType::F32, 3)] {
            let model = perceptrons(&shape, &[0, 1, 2, 3, 4, 5], dtype);
            let x = normals("x", &(0..groups).collect::<Vec<_>>(), [batch, shape.inputs()], dtype);
            for (found, expected) in passes(&model, &x, true).iter().zip(passes(&model, &x, false)) {
                // Sums of a few hundred terms near 1, each rounded at 2^-53 or 2^-24; slopes that
                // follow from values lose a digit more.
                match dtype {
                    FloatDType::F64 => found.assert_approx_eq::<f64>(&expected, Tolerance::rel_abs(1e-11, 1e-11)),
                    _ => found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-4, 1e-4)),
                }
            }
        }
    }
}

/// The parameters of each replica after some steps on its own data.
fn train(shape: &Shape, batch: usize, rule: Rule, replicas: &[usize]) -> Vec<Vec<f64>> {
    let mut training = Training::new(perceptrons(shape, replicas, FloatDType::F32), rule);
    for step in 0..5 {
        let x = normals(&format!("x {step}"), replicas, [batch, shape.inputs()], FloatDType::F32);
        let y = normals("y", replicas, [batch, shape.outputs()], FloatDType::F32);
        training.step(0.01, |model| Squared.of(model.forward(x), y));
    }
    values(training.model().parameters.val()).chunks(shape.parameters()).map(<[f64]>::to_vec).collect()
}

#[test]
fn a_replica_has_the_same_bits_alone_among_7_and_among_64() {
    let among_7 = [9, 3, 1, 5, 4, 2, 6];
    let among_64: Vec<usize> = (0..64).rev().collect();
    for (case, (widths, batch)) in CASES.into_iter().enumerate() {
        for (at, activation) in ACTIVATIONS.into_iter().enumerate() {
            let shape = Shape::new(widths, activation);
            let rule = [Rule::ADAM, Rule::DESCENT, Rule::Descent { momentum: 0.9 }][(case + at) % 3];
            let alone = train(&shape, batch, rule, &[5]);
            let seven = train(&shape, batch, rule, &among_7);
            let many = train(&shape, batch, rule, &among_64);
            assert_eq!(alone[0], seven[3], "{shape:?}");
            assert_eq!(alone[0], many[63 - 5], "{shape:?}");
            assert_ne!(alone[0], many[0], "{shape:?}");
        }
    }
}

#[test]
fn vectors_and_single_lanes_give_the_same_bits() {
    // What a machine without AVX2 and FMA runs.
    for (activation, (widths, batch)) in ACTIVATIONS.iter().flat_map(|activation| CASES.map(|case| (*activation, case))) {
        let shape = Shape::new(widths, activation);
        let numbers = |purpose, count| -> Vec<f32> { stream(purpose, 1).normals(count).iter().map(|x| *x as f32).collect() };
        let parameters = numbers("init", 3 * shape.parameters());
        let x = in_chunks(&numbers("x", 3 * batch * shape.inputs()), batch, shape.inputs());
        let dy = numbers("dy", 3 * batch * shape.outputs());
        let given = Given { shape: &shape, parameters: &parameters, x: &x, batch };
        let both = |lanes: bool| {
            let (mut y, mut tape) = (vec![0.0; 3 * batch * shape.outputs()], vec![0.0; tape_length(&given)]);
            let (mut gradient, mut dx) = (vec![0.0; parameters.len()], vec![0.0; 3 * batch * shape.inputs()]);
            let forward = Forward { given, y: &mut y, tape: Some(&mut tape) };
            if lanes {
                crate::lanes::run(forward)
            } else {
                Simd::vectorize(pulp::Scalar256b, forward)
            }
            let backward = Backward { given, tape: &tape, dy: &dy, gradient: &mut gradient, dx: Some(&mut dx) };
            if lanes {
                crate::lanes::run(backward)
            } else {
                Simd::vectorize(pulp::Scalar256b, backward)
            }
            [y, gradient, dx].map(|numbers| numbers.iter().map(|x: &f32| x.to_bits()).collect::<Vec<_>>())
        };
        assert_eq!(both(true), both(false), "{shape:?}");
    }
}

#[test]
fn five_steps_agree_with_an_independent_implementation() {
    let reference = crate::reference("network");
    let numbers = |part: &str| -> Vec<f64> { serde_json::from_value(reference[part].clone()).unwrap() };
    let tensor = |part: &str, width: usize| Tensor::<3>::from_data(TensorData::new(numbers(part), [1, 9, width]), &Device::flex());
    let (x, y) = (tensor("x", 2), tensor("y", 1));
    let shape = Shape::new(&[2, 4, 3, 1], Activation::Relu);
    let mut training = Training::new(perceptrons(&shape, &[1], FloatDType::F32), Rule::ADAM);
    // The reference is in f64, this in f32 with 2^-24 a rounding; some dozen roundings a number
    // leave a relative error of a few 1e-6.
    let close = |found: f64, expected: f64| (found - expected).abs() <= 1e-5 * expected.abs().max(0.1);
    for expected in numbers("losses") {
        training.step(0.01, |model| Squared.of(model.forward(x.clone()), y.clone()));
        let found = training.losses()[0];
        assert!(close(found, expected), "loss {found}, expected {expected}");
    }
    for (found, expected) in values(training.model().forward(x)).into_iter().zip(numbers("outputs")) {
        assert!(close(found, expected), "output {found}, expected {expected}");
    }
}

#[test]
fn a_replica_that_diverges_does_not_disturb_the_others_and_shows() {
    for activation in ACTIVATIONS {
        let shape = Shape::new(&[2, 4, 3, 1], activation);
        let run = |wild: f64| {
            let mut training = Training::new(perceptrons(&shape, &[1, 2], FloatDType::F32), Rule::ADAM);
            for _ in 0..3 {
                let x = Tensor::<3>::from_data(TensorData::new(vec![wild, wild, 0.5, -0.5], [2, 1, 2]), &Device::flex());
                let y = Tensor::<3>::from_data(TensorData::new(vec![0.0, 1.0], [2, 1, 1]), &Device::flex());
                training.step(0.01, |model| Squared.of(model.forward(x), y));
            }
            values(training.model().parameters.val()).chunks(shape.parameters()).map(<[f64]>::to_vec).collect::<Vec<_>>()
        };
        let (calm, wild) = (run(1.0), run(f64::NAN));
        assert!(wild[0].iter().any(|value| value.is_nan()), "{activation:?}");
        assert_eq!(wild[1], calm[1], "{activation:?}");
    }
}

#[test]
fn a_resting_replica_stays_and_the_others_go_on() {
    let shape = Shape::new(&[2, 4, 1], Activation::Tanh);
    let (x, y) = (normals("x", &[0], [9, 2], FloatDType::F32), normals("y", &[0], [9, 1], FloatDType::F32));
    let mut training = Training::new(perceptrons(&shape, &[1, 2], FloatDType::F32), Rule::ADAM);
    let step = |training: &mut Training| training.step(0.01, |model| Squared.of(model.forward(x.clone()), y.clone()));
    step(&mut training);
    let before = values(training.model().parameters.val());
    training.rest(0);
    step(&mut training);
    let after = values(training.model().parameters.val());
    let count = shape.parameters();
    assert_eq!(before[..count], after[..count]);
    assert_ne!(before[count..], after[count..]);
    assert!(!training.is_over());
    training.rest(1);
    assert!(training.is_over());
}

#[test]
#[should_panic(expected = "3 groups of observations do not divide 4 replicas")]
fn groups_that_do_not_divide_replicas_are_refused() {
    let shape = Shape::new(&[2, 1], Activation::Relu);
    perceptrons(&shape, &[1, 2, 3, 4], FloatDType::F32).forward(normals("x", &[1, 2, 3], [1, 2], FloatDType::F32));
}
