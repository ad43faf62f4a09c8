//! The shape of a perceptron, and where its weights lie in one flat row of parameters.

use crate::activation::Activation;

/// Widths and activation: inputs, hidden layers, outputs. The output layer is affine.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    widths: Vec<usize>,
    /// The activation of every hidden layer.
    pub activation: Activation,
}

/// One affine layer: where its weight `[in, out]` and its bias `[out]` begin in a row of parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    /// Its inputs.
    pub inputs: usize,
    /// Its outputs.
    pub outputs: usize,
    /// Where its weights begin.
    pub weight: usize,
    /// Where its biases begin, which end the layer.
    pub bias: usize,
}

impl Layer {
    /// The weights and biases of this layer, out of a row of parameters.
    pub(super) fn of<'a, T>(&self, parameters: &'a [T]) -> (&'a [T], &'a [T]) {
        (&parameters[self.weight..self.bias], &parameters[self.bias..self.bias + self.outputs])
    }

    /// As [`Layer::of`], to be written.
    pub(super) fn of_mut<'a, T>(&self, parameters: &'a mut [T]) -> (&'a mut [T], &'a mut [T]) {
        parameters[self.weight..self.bias + self.outputs].split_at_mut(self.bias - self.weight)
    }
}

impl Shape {
    /// `widths` are those of the inputs, of each hidden layer, and of the outputs.
    ///
    /// # Panics
    /// If there are fewer than two widths, or one is 0.
    pub fn new(widths: &[usize], activation: Activation) -> Self {
        assert!(widths.len() >= 2 && !widths.contains(&0), "a perceptron needs inputs and outputs, and no empty layer: {widths:?}");
        Self { widths: widths.to_vec(), activation }
    }

    /// Its inputs.
    pub fn inputs(&self) -> usize {
        self.widths[0]
    }

    /// Its outputs.
    pub fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    /// Its layers, from the inputs on.
    pub fn layers(&self) -> Vec<Layer> {
        let mut end = 0;
        let mut layer = |pair: &[usize]| {
            let weight = end;
            let bias = weight + pair[0] * pair[1];
            end = bias + pair[1];
            Layer { inputs: pair[0], outputs: pair[1], weight, bias }
        };
        self.widths.windows(2).map(&mut layer).collect()
    }

    /// The number of weights and biases.
    pub fn parameters(&self) -> usize {
        self.widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_2_3_3_3_1_are_37() {
        let shape = Shape::new(&[2, 3, 3, 3, 1], Activation::Relu);
        assert_eq!(shape.parameters(), 9 + 12 + 12 + 4);
        let layers = shape.layers();
        assert_eq!(layers[1], Layer { inputs: 3, outputs: 3, weight: 9, bias: 18 });
        assert_eq!(layers[3].bias + layers[3].outputs, 37);
    }

    #[test]
    #[should_panic(expected = "no empty layer")]
    fn an_empty_layer_is_refused() {
        Shape::new(&[2, 0, 1], Activation::Relu);
    }
}
