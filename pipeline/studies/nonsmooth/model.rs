//! The network: x -> relu(W x + b), repeated, then an affine map to a number.
//!
//! The paper's class (JMLR 2022, eq. 4) is all networks with L layers, S non-zero weights and
//! bounded weights; here it is one shape, D inputs and `hidden` layers of `width` units.

use super::target::Target;
use saigen_models::activation::Activation;
use saigen_models::perceptron::Shape;
use std::iter::{once, repeat_n};

/// The shape of a network.
pub(super) fn shape(inputs: usize, width: usize, hidden: usize) -> Shape {
    let widths: Vec<usize> = once(inputs).chain(repeat_n(width, hidden)).chain(once(1)).collect();
    Shape::new(&widths, Activation::Relu)
}

/// The least width whose network has the weights that Corollary 8 asks for, but for its constant
/// and logarithms: `constant` times n^(D / (2b + D)) + n^((D-1) / (a + D-1)).
pub(super) fn width_by_rule(target: Target, n: usize, hidden: usize, constant: f64) -> usize {
    let ((a, b), n, d) = (target.smoothness(), n as f64, target.dimension() as f64);
    let weights = constant * (n.powf(d / (2.0 * b + d)) + n.powf((d - 1.0) / (a + d - 1.0)));
    (1..).find(|width| shape(target.dimension(), *width, hidden).parameters() as f64 >= weights).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::super::target::tests::named;
    use super::*;

    #[test]
    fn the_rule_grows_with_n_as_the_smoothness_says() {
        let width = |name: &str, n: usize| width_by_rule(named(name), n, 3, 5.0);
        // 5 (100^0.4 + 1) = 36.5 of the 37 weights of 2-3-3-3-1; 5 (6400^0.4 + 1) = 171.5 of 177.
        assert_eq!((width("two-piece", 100), width("two-piece", 6400)), (3, 8));
        // A rough boundary: 5 (6400^0.5 + 1) = 405 of the 417 of 2-13-13-13-1.
        assert_eq!(width("graph-1", 6400), 13);
        // A straight one asks for a constant.
        assert_eq!(width("half-plane", 100), width("half-plane", 6400));
    }
}
