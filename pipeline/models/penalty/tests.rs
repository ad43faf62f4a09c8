use super::*;
use crate::derivative::input_gradient;
use crate::optimizer::Rule;
use crate::perceptron::Shape;
use crate::stream::Stream;
use crate::training::Training;
use burn::tensor::{DType, Device, TensorData};

const KINDS: [Activation; 7] = [
    Activation::Relu,
    Activation::LeakyRelu { slope: 0.2 },
    Activation::Tanh,
    Activation::Sigmoid,
    Activation::Softplus,
    Activation::Silu,
    Activation::Elu,
];
const WIDTHS: [usize; 4] = [2, 5, 4, 1];
const REPLICAS: usize = 2;
const BATCH: usize = 6;

fn tensor<const D: usize>(values: Vec<f64>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), (&Device::flex(), DType::F64))
}

fn normals(purpose: &str, count: usize) -> Vec<f64> {
    Stream::new("test", purpose, &[]).normals(count)
}

fn shape(activation: Activation) -> Shape {
    Shape::new(&WIDTHS, activation)
}

fn start() -> Vec<f64> {
    normals("parameters", REPLICAS * shape(Activation::Tanh).parameters())
}

fn networks(activation: Activation, parameters: Vec<f64>) -> Perceptrons {
    let count = shape(activation).parameters();
    Perceptrons::with(shape(activation), tensor(parameters, [REPLICAS, count]))
}

fn x() -> Tensor<3> {
    tensor(normals("x", REPLICAS * BATCH * 2), [REPLICAS, BATCH, 2])
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// The penalty by its definition, from the input gradient.
fn defined(penalty: Penalty, networks: &Perceptrons) -> Vec<f64> {
    let gradients = values(input_gradient(networks, x()));
    let square = |gradient: &[f64]| {
        let excess = (gradient[0] * gradient[0] + gradient[1] * gradient[1]).sqrt() - 1.0;
        if penalty.sides == Sides::One && excess < 0.0 { 0.0 } else { excess * excess }
    };
    let means = gradients.chunks(2 * BATCH).map(|replica| replica.chunks(2).map(square).sum::<f64>() / BATCH as f64);
    means.map(|mean| penalty.weight * mean).collect()
}

#[test]
fn value_and_gradient_agree_with_the_definition_and_its_differences() {
    for (activation, sides) in KINDS.iter().flat_map(|activation| [(*activation, Sides::One), (*activation, Sides::Two)]) {
        let (penalty, at) = (Penalty { weight: 10.0, sides }, start());
        let found = penalty.slope(&networks(activation, at.clone()), x());
        for (found, expected) in values(found.values).iter().zip(defined(penalty, &networks(activation, at.clone()))) {
            assert!((found - expected).abs() <= 1e-12 * expected.max(1.0), "{activation:?} {sides:?}: {found}, expected {expected}");
        }
        // Central differences: steps of 1e-5 leave about 1e-9 of curvature and of rounding; no kink is
        // within reach of these numbers.
        let total = |index: usize, by: f64| {
            let mut moved = at.clone();
            moved[index] += by;
            defined(penalty, &networks(activation, moved)).iter().sum::<f64>()
        };
        for (index, found) in values(found.gradient).iter().enumerate() {
            let expected = (total(index, 1e-5) - total(index, -1e-5)) / 2e-5;
            assert!((found - expected).abs() <= 2e-7 * expected.abs().max(1.0), "{activation:?} {sides:?} {index}: {found}, {expected}");
        }
    }
}

#[test]
fn the_two_sides_differ_where_a_gradient_is_short() {
    let slope = |sides| Penalty { weight: 1.0, sides }.slope(&networks(Activation::Tanh, start().iter().map(|w| 0.1 * w).collect()), x());
    let (one, two) = (slope(Sides::One), slope(Sides::Two));
    assert!(values(one.gradient).iter().all(|slope| *slope == 0.0) && values(one.values) == [0.0; REPLICAS]);
    assert!(values(two.values).iter().all(|value| *value > 0.5) && values(two.gradient).iter().any(|slope| *slope != 0.0));
}

#[test]
fn a_dead_network_has_a_finite_gradient() {
    let dead = networks(Activation::Relu, vec![0.0; start().len()]);
    let found = Penalty { weight: 10.0, sides: Sides::Two }.slope(&dead, x());
    assert_eq!(values(found.values), [10.0; REPLICAS]);
    assert!(values(found.gradient).iter().all(|slope| *slope == 0.0));
}

#[test]
fn as_a_term_of_a_loss_it_has_its_value_and_its_gradient() {
    let (penalty, model) = (Penalty { weight: 10.0, sides: Sides::Two }, networks(Activation::Silu, start()));
    let expected = penalty.slope(&model, x());
    let mut training = Training::new(networks(Activation::Silu, start()), Rule::DESCENT);
    training.step(0.5, |networks| penalty.term(networks, x()));
    for (found, expected) in training.losses().iter().zip(values(expected.values)) {
        assert!((found - expected).abs() <= 1e-12 * expected, "{found}, expected {expected}");
    }
    let moved = values(training.model().parameters.val());
    for ((moved, start), slope) in moved.iter().zip(start()).zip(values(expected.gradient)) {
        assert!((moved - (start - 0.5 * slope)).abs() <= 1e-12 * slope.abs().max(1.0), "{moved}");
    }
}

/// A replica's bits are those it has alone, in the float type and at a width of real trainings.
#[test]
fn a_replica_is_what_it_is_alone() {
    let shape = Shape::new(&[2, 128, 128, 128, 1], Activation::Relu);
    let device = Device::flex();
    let stream = |replica: usize| Stream::new("test", "init", &[("replica", &replica.to_string())]);
    let mut streams: Vec<Stream> = (0..3).map(stream).collect();
    let stack = Perceptrons::new(shape.clone(), &mut streams, &device);
    let x = Tensor::<3>::from_data(TensorData::new(normals("wide x", 3 * 50 * 2), [3, 50, 2]), &device);
    let penalty = Penalty { weight: 10.0, sides: Sides::One };
    let together = penalty.slope(&stack, x.clone());
    for replica in 0..3 {
        let alone = penalty.slope(&Perceptrons::new(shape.clone(), &mut [stream(replica)], &device), x.clone().narrow(0, replica, 1));
        assert_eq!(together.gradient.clone().narrow(0, replica, 1).into_data(), alone.gradient.into_data());
        assert_eq!(together.values.clone().narrow(0, replica, 1).into_data(), alone.values.into_data());
    }
}

#[test]
fn points_between_two_lie_on_their_segment() {
    let (a, b) = (tensor(vec![1.0, 2.0, 3.0, 4.0], [1, 2, 2]), tensor(vec![0.0, 0.0, 1.0, 0.0], [1, 2, 2]));
    assert_eq!(values(between(a, b, &[0.25, 1.0])), [0.25, 0.5, 3.0, 4.0]);
}
