use super::*;
use crate::perceptron::Shape;
use crate::stream::Stream;
use burn::tensor::{DType, Device, TensorData};

const SMOOTH: [Activation; 5] = [Activation::Tanh, Activation::Sigmoid, Activation::Softplus, Activation::Silu, Activation::Elu];
const WIDTHS: [usize; 4] = [2, 5, 3, 1];
const REPLICAS: usize = 2;
const BATCH: usize = 4;

fn normals(purpose: &str, count: usize) -> Vec<f64> {
    Stream::new("test", purpose, &[]).normals(count)
}

fn tensor<const D: usize>(values: Vec<f64>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), (&Device::flex(), DType::F64))
}

fn networks(activation: Activation, parameters: Vec<f64>) -> Perceptrons {
    let shape = Shape::new(&WIDTHS, activation);
    let dims = [REPLICAS, shape.parameters()];
    Perceptrons::with(shape, tensor(parameters, dims))
}

fn count() -> usize {
    REPLICAS * Shape::new(&WIDTHS, Activation::Tanh).parameters()
}

fn x() -> Tensor<3> {
    tensor(normals("x", REPLICAS * BATCH * 2), [REPLICAS, BATCH, 2])
}

fn labels() -> Tensor<3> {
    tensor(vec![0.0, 1.0, 1.0, 0.0], [1, BATCH, 1])
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// Compares with central differences in f64: steps of 1e-5 leave about 1e-10 of curvature and
/// 1e-11 of rounding.
fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-8 * expected.abs().max(1.0), "{what}: {found}, expected {expected}");
    }
}

/// The derivative of a function of a list of numbers by each of them.
fn differences(at: &[f64], f: impl Fn(Vec<f64>) -> f64) -> Vec<f64> {
    let moved = |index: usize, by: f64| {
        let mut at = at.to_vec();
        at[index] += by;
        f(at)
    };
    (0..at.len()).map(|index| (moved(index, 1e-5) - moved(index, -1e-5)) / 2e-5).collect()
}

#[test]
fn input_gradients_agree_with_differences() {
    for activation in SMOOTH {
        let model = networks(activation, normals("parameters", count()));
        let at = values(x());
        let expected = differences(&at, |at| values(model.forward(tensor(at, [REPLICAS, BATCH, 2]))).iter().sum());
        assert_close(&values(input_gradient(&model, x())), &expected, &format!("{activation:?}"));
    }
}

#[test]
fn an_input_gradient_penalty_is_differentiated_by_the_parameters() {
    // As in WGAN-GP (Gulrajani et al., NeurIPS 2017): the squared length of the input gradient.
    for activation in SMOOTH {
        let penalty = |model: &Perceptrons, x: Tensor<3>| {
            let gradient = input_gradient(model, x);
            (gradient.clone() * gradient).sum_dim(2).sum_dim(1).sum_dim(0)
        };
        let at = normals("parameters", count());
        let expected = differences(&at, |at| values(penalty(&networks(activation, at), x()))[0]);
        let parameters = networks(activation, at).parameters.val().autodiff().require_grad();
        let tracked = Perceptrons::with(Shape::new(&WIDTHS, activation), parameters.clone());
        let gradients = penalty(&tracked, x().autodiff()).backward();
        let found = parameters.grad(&gradients).expect("it is tracked");
        assert_close(&values(found), &expected, &format!("{activation:?}"));
    }
}

#[test]
fn sample_gradients_add_up_to_the_gradient_and_are_those_of_each_sample_alone() {
    for activation in [Activation::Relu, Activation::Tanh] {
        let model = networks(activation, normals("parameters", count()));
        let samples = sample_gradients(&model, x());
        let alone: Vec<Tensor<3>> = (0..BATCH).map(|at| sample_gradients(&model, x().slice([0..REPLICAS, at..at + 1]))).collect();
        assert_close(&values(samples.clone()), &values(Tensor::cat(alone, 1)), "alone");
        let parameters = model.parameters.val().autodiff().require_grad();
        let tracked = Perceptrons::with(model.shape().clone(), parameters.clone());
        let gradients = tracked.forward(x().autodiff()).sum().backward();
        let expected = parameters.grad(&gradients).expect("it is tracked");
        assert_close(&values(samples.sum_dim(1)), &values(expected), "sum");
    }
}

#[test]
fn the_written_gradient_is_that_of_automatic_differentiation() {
    for (activation, loss) in SMOOTH.iter().flat_map(|activation| [(*activation, Loss::Squared), (*activation, Loss::Logistic)]) {
        let model = networks(activation, normals("parameters", count()));
        let parameters = model.parameters.val().autodiff().require_grad();
        let tracked = Perceptrons::with(model.shape().clone(), parameters.clone());
        let gradients = loss.of(tracked.forward(x().autodiff()), labels().autodiff()).sum().backward();
        let expected = parameters.grad(&gradients).expect("it is tracked");
        assert_close(&values(gradient(&model, x(), labels(), loss)), &values(expected), &format!("{activation:?} {loss:?}"));
    }
}

#[test]
fn hessian_products_agree_with_differences_of_gradients() {
    for (activation, loss) in SMOOTH.iter().flat_map(|activation| [(*activation, Loss::Squared), (*activation, Loss::Logistic)]) {
        let (at, direction) = (normals("parameters", count()), normals("direction", count()));
        let along = |by: f64| {
            let moved = at.iter().zip(&direction).map(|(at, direction)| at + by * direction).collect();
            values(gradient(&networks(activation, moved), x(), labels(), loss))
        };
        let expected: Vec<f64> = along(1e-5).iter().zip(along(-1e-5)).map(|(up, down)| (up - down) / 2e-5).collect();
        let vector = tensor(direction.clone(), [REPLICAS, count() / REPLICAS]);
        let found = hessian_vector(&networks(activation, at.clone()), x(), labels(), loss, vector);
        assert_close(&values(found), &expected, &format!("{activation:?} {loss:?}"));
    }
}

#[test]
fn the_hessian_of_a_linear_network_is_that_of_least_squares() {
    // y = w x + b with mean squared error: H = 2/n sum [x 1]^T [x 1], whatever the parameters.
    let shape = Shape::new(&[2, 1], Activation::Relu);
    let model = Perceptrons::with(shape, tensor(normals("parameters", 3), [1, 3]));
    let rows = normals("x", BATCH * 2);
    let vector = [0.3, -1.0, 2.0];
    let mut expected = [0.0; 3];
    for row in rows.chunks(2) {
        let row = [row[0], row[1], 1.0];
        let inner: f64 = row.iter().zip(vector).map(|(a, b)| a * b).sum();
        expected.iter_mut().zip(row).for_each(|(expected, x)| *expected += 2.0 / BATCH as f64 * x * inner);
    }
    let found = hessian_vector(&model, tensor(rows, [1, BATCH, 2]), labels(), Loss::Squared, tensor(vector.to_vec(), [1, 3]));
    assert_close(&values(found), &expected, "closed form");
}

#[test]
fn a_jacobian_holds_the_gradients_of_each_output() {
    // Two outputs: with the other's last weights at nothing, an output is the sum of both.
    let shape = Shape::new(&[2, 3, 2], Activation::Tanh);
    let parameters = normals("two outputs", shape.parameters());
    let model = Perceptrons::with(shape.clone(), tensor(parameters.clone(), [1, shape.parameters()]));
    let x = tensor(normals("x", BATCH * 2), [1, BATCH, 2]);
    let found = values(jacobian(&model, x.clone()));
    let mut expected = Vec::new();
    for output in 0..2 {
        for row in 0..BATCH {
            let value = |at: Vec<f64>| {
                let model = Perceptrons::with(shape.clone(), tensor(at, [1, shape.parameters()]));
                values(model.forward(x.clone()))[2 * row + output]
            };
            expected.extend(differences(&parameters, value));
        }
    }
    assert_close(&found, &expected, "jacobian");
}

/// Half the squared errors of one hidden layer, second derivatives written out by hand (Fukumizu
/// et al., NeurIPS 2019, use their blocks): f = sum_j v_j h(z_j) + c with z_j = w_j x + b_j.
#[test]
fn the_hessian_of_one_hidden_layer_is_that_of_its_formulas_to_the_last_digits() {
    const H: usize = 3;
    let shape = Shape::new(&[1, H, 1], Activation::Tanh);
    let theta = normals("one hidden layer", shape.parameters());
    let (x, y) = (normals("inputs", 7), normals("answers", 7));
    let (w, b, v, c) = (&theta[..H], &theta[H..2 * H], &theta[2 * H..3 * H], theta[3 * H]);
    let size = shape.parameters();
    let mut expected = vec![0.0; size * size];
    for (x, y) in x.iter().zip(&y) {
        let h: Vec<f64> = (0..H).map(|j| (w[j] * x + b[j]).tanh()).collect();
        let error = (0..H).map(|j| v[j] * h[j]).sum::<f64>() + c - y;
        let (value, out) = (|j: usize| h[j], |j: usize| v[j]);
        let (slope, curvature) = (|j: usize| 1.0 - h[j] * h[j], |j: usize| -2.0 * h[j] * (1.0 - h[j] * h[j]));
        let mut first = vec![1.0; size];
        for j in 0..H {
            (first[j], first[H + j], first[2 * H + j]) = (out(j) * slope(j) * x, out(j) * slope(j), value(j));
        }
        for (at, value) in expected.iter_mut().enumerate() {
            *value += first[at / size] * first[at % size];
        }
        for j in 0..H {
            let mut add = |row: usize, column: usize, value: f64| expected[row * size + column] += error * value;
            for (row, by) in [(j, *x), (H + j, 1.0)] {
                add(row, 2 * H + j, slope(j) * by);
                add(2 * H + j, row, slope(j) * by);
                add(row, j, out(j) * curvature(j) * by * x);
                add(row, H + j, out(j) * curvature(j) * by);
            }
        }
    }
    let model = Perceptrons::with(shape, tensor(theta.clone(), [1, size]));
    let found = values(hessian(&model, tensor(x, [1, 7, 1]), tensor(y, [1, 7, 1]), &half_squares));
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-13 * expected.abs().max(1.0), "{found}, expected {expected}");
    }
}

#[test]
fn hessian_products_are_right_where_sums_are_exactly_0() {
    // Units without weights have sums of 0, where a softplus written with clamps has one-sided slopes.
    for activation in [Activation::Tanh, Activation::Sigmoid, Activation::Softplus] {
        let shape = Shape::new(&[2, 3, 1], activation);
        let mut at = normals("silent", shape.parameters());
        at[..9].iter_mut().for_each(|weight| *weight = 0.0);
        let (x, y) = (tensor(normals("x", BATCH * 2), [1, BATCH, 2]), labels());
        let model = |at: Vec<f64>| Perceptrons::with(shape.clone(), tensor(at, [1, shape.parameters()]));
        let expected: Vec<f64> = (0..at.len())
            .flat_map(|index| {
                let moved = |by: f64| {
                    let mut at = at.clone();
                    at[index] += by;
                    values(gradient_of(&model(at), x.clone(), y.clone(), &half_squares))
                };
                moved(1e-5).iter().zip(moved(-1e-5)).map(|(up, down)| (up - down) / 2e-5).collect::<Vec<f64>>()
            })
            .collect();
        let found = hessian(&model(at.clone()), x.clone(), y.clone(), &half_squares);
        assert_close(&values(found), &expected, &format!("{activation:?}"));
    }
}
