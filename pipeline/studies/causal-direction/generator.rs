//! The generator that all data sets share: effect = G(cause, noise), with every hidden unit scaled and
//! shifted as the data set's feature says (FiLM, Perez et al. 2018).
//!
//! `[x, e] -> affine -> film, relu -> affine -> film, relu -> affine -> y`, and film = network(feature).

use burn::tensor::{Device, Gradients, Tensor, TensorData, activation};
use saigen_models::activation::Activation;
use saigen_models::optimizer::{Optimizer, Rule};
use saigen_models::perceptron::{Perceptrons, Shape};
use saigen_models::stream::Stream;

/// Units of a hidden layer.
const WIDTH: usize = 32;
/// Hidden layers.
const LAYERS: usize = 2;
/// Units of the network that reads the feature, and numbers of a feature that is learnt.
const READER: usize = 32;

/// How a data set says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feature {
    /// It does not: one generator for all.
    None,
    /// By numbers that are given, so many of them.
    Given(usize),
    /// By the mean of a network over its points (Zaheer et al. 2017), learnt with all the rest.
    Learnt,
}

/// Data sets of equally many points.
pub(super) struct Sets {
    /// Causes, then effects, `[set, point]`.
    pub(super) x: Vec<f32>,
    pub(super) y: Vec<f32>,
    /// Given features, `[set, number]`.
    pub(super) features: Vec<f32>,
    /// How many sets there are.
    pub(super) count: usize,
    /// Points of each.
    pub(super) points: usize,
}

/// A network with its optimiser.
struct Part {
    networks: Perceptrons,
    optimizer: Optimizer,
}

impl Part {
    /// A network whose last layer's weights and biases are those of a usual start times `gain`.
    fn new(widths: &[usize], stream: &mut Stream, gain: f64, device: &Device) -> Self {
        let shape = Shape::new(widths, Activation::Relu);
        let networks = Perceptrons::new(shape.clone(), std::slice::from_mut(stream), device);
        let last = shape.layers().pop().map_or(0, |layer| layer.weight);
        let scales = (0..shape.parameters()).map(|at| if at < last { 1.0 } else { gain }).collect::<Vec<f64>>();
        let scales = Tensor::from_data(TensorData::new(scales, [1, shape.parameters()]), device);
        Self { networks: Perceptrons::with(shape, networks.parameters.val() * scales), optimizer: Optimizer::new(Rule::ADAM) }
    }

    fn tracked(&self) -> Perceptrons {
        Perceptrons::with(self.networks.shape().clone(), self.networks.parameters.val().autodiff().require_grad())
    }

    fn step(&mut self, tracked: &Perceptrons, gradients: &mut Gradients, rate: f64) {
        if let Some(gradient) = tracked.parameters.val().grad_remove(gradients) {
            let parameters = self.optimizer.step(self.networks.parameters.val(), gradient, &[rate]);
            self.networks = Perceptrons::with(self.networks.shape().clone(), parameters);
        }
    }
}

/// The networks of one pass, tracked or not.
struct Networks {
    /// From the inputs to the first hidden layer, from each to the next, and to the output.
    layers: Vec<Perceptrons>,
    /// From a feature to scales and shifts of all hidden units.
    film: Option<Perceptrons>,
    /// From a point to what is averaged.
    points: Option<Perceptrons>,
}

/// The generator in training.
pub(super) struct Generator {
    layers: Vec<Part>,
    film: Option<Part>,
    points: Option<Part>,
    device: Device,
}

impl Generator {
    pub(super) fn new(feature: Feature, stream: &mut Stream, device: &Device) -> Self {
        let widths: Vec<usize> = std::iter::once(2).chain([WIDTH; LAYERS]).chain([1]).collect();
        let layers = widths.windows(2).map(|pair| Part::new(pair, stream, 1.0, device)).collect();
        let size = match feature {
            Feature::None => None,
            Feature::Given(size) => Some(size),
            Feature::Learnt => Some(READER),
        };
        // Small at first: every data set begins with the same generator.
        let film = size.map(|size| Part::new(&[size, READER, 2 * LAYERS * WIDTH], stream, 0.1, device));
        let points = (feature == Feature::Learnt).then(|| Part::new(&[2, READER, READER], stream, 1.0, device));
        Self { layers, film, points, device: device.clone() }
    }

    /// What is generated for the points of each set from their x and one noise a point, `[set, point]`.
    pub(super) fn generate(&self, sets: &Sets, noise: &[f32]) -> Vec<f32> {
        let plain = |part: &Part| Perceptrons::with(part.networks.shape().clone(), part.networks.parameters.val());
        let networks = Networks {
            layers: self.layers.iter().map(plain).collect(),
            film: self.film.as_ref().map(plain),
            points: self.points.as_ref().map(plain),
        };
        networks.forward(sets, noise, &self.device).into_data().iter::<f32>().collect()
    }

    /// One step: `judge` gets what is generated and gives the gradient of the loss by it.
    pub(super) fn step(&mut self, sets: &Sets, noise: &[f32], rate: f64, judge: impl FnOnce(&[f32]) -> Vec<f32>) {
        let networks = Networks {
            layers: self.layers.iter().map(Part::tracked).collect(),
            film: self.film.as_ref().map(Part::tracked),
            points: self.points.as_ref().map(Part::tracked),
        };
        let generated = networks.forward(sets, noise, &self.device);
        let values: Vec<f32> = generated.clone().inner().into_data().iter::<f32>().collect();
        let count = values.len();
        let gradient = Tensor::<3>::from_data(TensorData::new(judge(&values), [1, count, 1]), &self.device);
        // Its gradient is the one that was given.
        let mut gradients = (generated * gradient.autodiff()).sum_dim(1).backward();
        let parts = self.layers.iter_mut().chain(&mut self.film).chain(&mut self.points);
        for (part, tracked) in parts.zip(networks.layers.iter().chain(&networks.film).chain(&networks.points)) {
            part.step(tracked, &mut gradients, rate);
        }
    }
}

impl Networks {
    /// `[1, set x point, 1]`
    fn forward(&self, sets: &Sets, noise: &[f32], device: &Device) -> Tensor<3> {
        let rows = sets.count * sets.points;
        let beside = |left: &[f32], right: &[f32]| {
            let values: Vec<f32> = left.iter().zip(right).flat_map(|(a, b)| [*a, *b]).collect();
            Tensor::<3>::from_data(TensorData::new(values, [1, rows, 2]), device)
        };
        let film = self.film.as_ref().map(|film| {
            let features = match &self.points {
                None => {
                    Tensor::from_data(TensorData::new(sets.features.clone(), [1, sets.count, sets.features.len() / sets.count]), device)
                }
                Some(points) => {
                    let values = points.forward(beside(&sets.x, &sets.y));
                    values.reshape([sets.count, sets.points, READER]).mean_dim(1).reshape([1, sets.count, READER])
                }
            };
            film.forward(features).reshape([sets.count, 2 * LAYERS, WIDTH])
        });
        let mut values = self.layers[0].forward(beside(&sets.x, noise));
        for (index, layer) in self.layers.iter().enumerate().skip(1) {
            if let Some(film) = &film {
                let part = |which: usize| film.clone().slice([0..sets.count, 2 * index - 2 + which..2 * index - 1 + which, 0..WIDTH]);
                let hidden = values.reshape([sets.count, sets.points, WIDTH]);
                values = (hidden * (part(0) + 1.0) + part(1)).reshape([1, rows, WIDTH]);
            }
            values = layer.forward(activation::relu(values));
        }
        values
    }
}

#[cfg(test)]
impl Generator {
    /// A generator with given parameters: `weights` says them by the part's name and their number.
    pub(super) fn given(feature: Feature, weights: impl Fn(&str, usize) -> Vec<f64>) -> Self {
        let mut generator = Self::new(feature, &mut Stream::new("test", "replaced", &[]), &Device::flex());
        let named = generator.layers.iter_mut().zip(["0", "1", "2"]);
        let named = named.chain(generator.film.iter_mut().map(|part| (part, "film")));
        for (part, name) in named.chain(generator.points.iter_mut().map(|part| (part, "points"))) {
            let shape = part.networks.shape().clone();
            let values = TensorData::new(weights(name, shape.parameters()), [1, shape.parameters()]);
            part.networks = Perceptrons::with(shape, Tensor::from_data(values, &generator.device));
        }
        generator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(features: usize) -> Sets {
        let mut stream = Stream::new("test", "generator", &[]);
        let mut numbers = |count: usize| stream.normals(count).into_iter().map(|value| value as f32).collect::<Vec<f32>>();
        Sets { x: numbers(30), y: numbers(30), features: numbers(3 * features), count: 3, points: 10 }
    }

    fn generator(feature: Feature) -> Generator {
        Generator::new(feature, &mut Stream::new("test", "start", &[]), &Device::flex())
    }

    #[test]
    fn a_set_has_what_it_would_have_alone() {
        for feature in [Feature::None, Feature::Given(4), Feature::Learnt] {
            let (generator, sets) = (generator(feature), sets(4));
            let noise: Vec<f32> = (0..30).map(|i| (i as f32 * 0.7).fract() - 0.5).collect();
            let all = generator.generate(&sets, &noise);
            let alone = Sets {
                x: sets.x[10..20].to_vec(),
                y: sets.y[10..20].to_vec(),
                features: sets.features[4..8].to_vec(),
                count: 1,
                points: 10,
            };
            let alone = generator.generate(&alone, &noise[10..20]);
            for (found, expected) in alone.iter().zip(&all[10..20]) {
                assert!((found - expected).abs() < 1e-5, "{feature:?}: {found} {expected}");
            }
        }
    }

    #[test]
    fn the_feature_changes_what_is_generated_and_steps_follow_the_gradient() {
        let noise = [0.1; 30];
        for feature in [Feature::None, Feature::Given(4), Feature::Learnt] {
            let (mut generator, mut sets) = (generator(feature), sets(4));
            let distance = |generated: &[f32], y: &[f32]| generated.iter().zip(y).map(|(g, y)| (g - y) * (g - y)).sum::<f32>();
            let target = sets.x.clone();
            let before = distance(&generator.generate(&sets, &noise), &target);
            for _ in 0..200 {
                generator.step(&sets, &noise, 0.01, |generated| generated.iter().zip(&target).map(|(g, y)| 2.0 * (g - y)).collect());
            }
            let after = distance(&generator.generate(&sets, &noise), &target);
            assert!(after < 0.05 * before, "{feature:?}: {before} {after}");
            let old = generator.generate(&sets, &noise);
            sets.features.iter_mut().for_each(|number| *number += 1.0);
            sets.y.iter_mut().for_each(|y| *y += 1.0);
            assert_eq!(generator.generate(&sets, &noise) == old, feature == Feature::None);
        }
    }
}
