//! The stacked perceptron as one operation of burn's CPU backend, with its own backward pass.
//!
//! Eager operations cost a microsecond and a pass over memory each, which for small networks is
//! nearly all of the time. This runs the kernels of [`kernel`](super::kernel) instead; the plain
//! operations of [`plain`](super::plain) are its tested reference.

use super::kernel::{Backward as BackwardPass, Forward, Given, in_chunks, tape_length};
use super::shape::Shape;
use super::tape::Tape;
use crate::lanes::{Real, run};
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{DType, Tensor, TensorData};
use std::sync::Arc;

type Primitive = FloatTensor<Flex>;

/// `x [group, batch, inputs]` and `parameters [replica, parameters]` to `[replica, batch, outputs]`,
/// on a device of burn's flex backend.
pub(super) fn forward(x: Tensor<3>, parameters: Tensor<2>, shape: &Shape) -> Tensor<3> {
    let y = <Dispatch as Perceptron>::perceptron(x.into_dispatch(), parameters.into_dispatch(), shape.clone());
    Tensor::from_dispatch(y)
}

#[backend_extension(Flex, Autodiff)]
trait Perceptron: Backend {
    fn perceptron(x: FloatTensor<Self>, parameters: FloatTensor<Self>, shape: Shape) -> FloatTensor<Self>;
}

impl Perceptron for Flex {
    fn perceptron(x: FloatTensor<Self>, parameters: FloatTensor<Self>, shape: Shape) -> FloatTensor<Self> {
        forward_pass(&x, &parameters, &shape, false).0
    }
}

impl<C: CheckpointStrategy> Perceptron for Autodiff<Flex, C> {
    fn perceptron(x: FloatTensor<Self>, parameters: FloatTensor<Self>, shape: Shape) -> FloatTensor<Self> {
        let guards = [x.node(), parameters.node()];
        let (x, parameters) = (x.into_primitive(), parameters.into_primitive());
        match PerceptronBackward.prepare::<C>(guards).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let (y, kept) = forward_pass(&x, &parameters, &shape, true);
                prepared.finish(kept, y)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(forward_pass(&x, &parameters, &shape, false).0),
        }
    }
}

#[derive(Debug)]
struct PerceptronBackward;

/// What the backward pass reads again.
#[derive(Clone, Debug)]
struct Kept {
    /// Observations in chunks.
    x: Primitive,
    tape: Arc<Tape>,
    batch: usize,
    parameters: Primitive,
    shape: Shape,
}

impl Backward<Flex, 2> for PerceptronBackward {
    type State = Kept;

    fn backward(self, ops: Ops<Kept, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [x, parameters] = ops.parents;
        let dy = gradients.consume::<Flex>(&ops.node);
        let (dx, gradient) = backward_pass(&ops.state, &dy, x.is_some());
        if let (Some(node), Some(dx)) = (x, dx) {
            gradients.register::<Flex>(node.id, dx);
        }
        if let Some(node) = parameters {
            gradients.register::<Flex>(node.id, gradient);
        }
    }
}

/// The outputs, and what a backward pass needs where one will follow.
fn forward_pass(x: &Primitive, parameters: &Primitive, shape: &Shape, keep: bool) -> (Primitive, Kept) {
    match parameters.dtype() {
        DType::F32 => forward_of::<f32>(x, parameters, shape, keep),
        DType::F64 => forward_of::<f64>(x, parameters, shape, keep),
        other => panic!("perceptrons are trained in f32 or f64, not in {other:?}"),
    }
}

fn forward_of<T: Real>(x: &Primitive, parameters: &Primitive, shape: &Shape, keep: bool) -> (Primitive, Kept) {
    let (x, parameters) = (x.to_contiguous(), parameters.to_contiguous());
    let (replicas, batch) = (parameters.layout().shape()[0], x.layout().shape()[1]);
    let chunks = in_chunks(numbers::<T>(&x), batch, shape.inputs());
    let given = Given { shape, parameters: numbers(&parameters), x: &chunks, batch };
    let mut y = vec![T::ZERO; replicas * batch * shape.outputs()];
    let mut tape = Tape::with_room::<T>(if keep { tape_length(&given) } else { 0 });
    run(Forward { given, y: &mut y, tape: keep.then_some(tape.numbers_mut()) });
    let kept = Kept { x: flat(chunks), tape: Arc::new(tape), batch, parameters, shape: shape.clone() };
    (tensor(y, &[replicas, batch, shape.outputs()]), kept)
}

/// The gradients by x `[group, batch, inputs]`, where `wants_dx`, and by the parameters.
fn backward_pass(kept: &Kept, dy: &Primitive, wants_dx: bool) -> (Option<Primitive>, Primitive) {
    match kept.parameters.dtype() {
        DType::F32 => backward_of::<f32>(kept, dy, wants_dx),
        _ => backward_of::<f64>(kept, dy, wants_dx),
    }
}

fn backward_of<T: Real>(kept: &Kept, dy: &Primitive, wants_dx: bool) -> (Option<Primitive>, Primitive) {
    let (dy, inputs) = (dy.to_contiguous(), kept.shape.inputs());
    let given = Given { shape: &kept.shape, parameters: numbers::<T>(&kept.parameters), x: numbers(&kept.x), batch: kept.batch };
    let groups = given.groups();
    let mut gradient = vec![T::ZERO; given.parameters.len()];
    let mut dx = wants_dx.then(|| vec![T::ZERO; groups * kept.batch * inputs]);
    run(BackwardPass { given, tape: kept.tape.numbers(), dy: numbers(&dy), gradient: &mut gradient, dx: dx.as_deref_mut() });
    (dx.map(|dx| tensor(dx, &[groups, kept.batch, inputs])), tensor(gradient, kept.parameters.layout().shape()))
}

fn numbers<T: Real>(tensor: &Primitive) -> &[T] {
    tensor.as_slice().expect("the tensor was made contiguous, and its type was looked at")
}

fn tensor<T: Real>(values: Vec<T>, shape: &[usize]) -> Primitive {
    Primitive::from_data(TensorData::new(values, shape))
}

fn flat<T: Real>(values: Vec<T>) -> Primitive {
    let length = values.len();
    tensor(values, &[length])
}
