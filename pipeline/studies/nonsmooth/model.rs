//! The network: x -> relu(W x + b), repeated, then an affine map to a number.
//!
//! The paper's class (JMLR 2022, eq. 4) is all networks with L layers, S non-zero weights and
//! bounded weights; here it is one shape, 2 inputs and `hidden` layers of `width` units.

use saigen_models::activation::Activation;
use saigen_models::perceptron::Shape;
use std::iter::{once, repeat_n};

/// The shape of a network.
pub(super) fn shape(width: usize, hidden: usize) -> Shape {
    let widths: Vec<usize> = once(2).chain(repeat_n(width, hidden)).chain(once(1)).collect();
    Shape::new(&widths, Activation::Relu)
}
