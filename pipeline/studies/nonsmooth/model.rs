//! The network: x -> relu(W x + b), repeated, then an affine map to a number.
//!
//! The paper's class (JMLR 2022, eq. 4) is all networks with L layers, S non-zero weights and
//! bounded weights; here it is one shape, 2 inputs and `hidden` layers of `width` units.

/// The widths of inputs and hidden layers.
pub(super) fn widths(width: usize, hidden: usize) -> Vec<usize> {
    std::iter::once(2).chain(std::iter::repeat_n(width, hidden)).collect()
}

/// The number of weights and biases.
pub(super) fn parameters(width: usize, hidden: usize) -> usize {
    let layers: usize = widths(width, hidden).windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
    layers + width + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_narrow_network_has_37_parameters() {
        // 2-3-3-3-1: 9 + 12 + 12 + 4.
        assert_eq!(super::parameters(3, 3), 37);
    }
}
