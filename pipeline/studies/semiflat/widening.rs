//! The wider networks of figure 2 and after: inactive units, in the readings that the paper leaves
//! open.

use super::data::stream;
use super::network::{Network, Unit};
use saigen_models::activation::Activation;

/// The readings by name.
pub(super) const READINGS: &[&str] = &["zero", "like", "unheard"];

/// The weights of added units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    /// Inactive units with outgoing weights 0.
    Zero,
    /// Inactive units with outgoing weights as large as the narrow network's.
    Like,
    /// Inactive propagation: incoming weights as large as the narrow network's, outgoing ones 0.
    Unheard,
}

impl Reading {
    /// The reading of this name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "zero" => Self::Zero,
            "like" => Self::Like,
            _ => Self::Unheard,
        }
    }
}

/// The perturbation of a network (section 5): a hundredth of its parameters' length, in each.
pub(super) fn perturbation(narrow: &Network) -> f64 {
    0.01 * narrow.parameters().iter().map(|value| value * value).sum::<f64>().sqrt()
}

/// A network of `width` units with the same function. The units of a wider one begin with those of a
/// narrower one. Silent ReLU units are so far from their kink that no perturbation reaches it.
pub(super) fn widen(narrow: &Network, width: usize, reading: Reading, purpose: &str, seed: u64) -> Network {
    let mut network = narrow.clone();
    let (inputs, outputs) = (narrow.units[0].incoming.len(), narrow.bias.len());
    let outgoing_size = root_mean_square(narrow.units.iter().flat_map(|unit| &unit.outgoing));
    let incoming_size = root_mean_square(narrow.units.iter().flat_map(|unit| &unit.incoming));
    let dead = -f64::max(20.0 * perturbation(narrow), 1.0);
    let mut draws = stream("added units", &[("purpose", purpose.to_string()), ("seed", seed.to_string())]);
    for _ in narrow.units.len()..width {
        let drawn: Vec<f64> = draws.normals(inputs + outputs);
        let mut unit = Unit { incoming: vec![0.0; inputs], outgoing: vec![0.0; outputs] };
        if reading == Reading::Unheard {
            unit.incoming = drawn[..inputs].iter().map(|value| incoming_size * value).collect();
        } else if narrow.activation == Activation::Relu {
            unit.incoming[inputs - 1] = dead;
        }
        if reading == Reading::Like {
            unit.outgoing = drawn[inputs..].iter().map(|value| outgoing_size * value).collect();
        }
        network.units.push(unit);
    }
    network
}

fn root_mean_square<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    let values: Vec<f64> = values.copied().collect();
    (values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_networks_have_the_same_function_and_begin_alike() {
        for activation in [Activation::Relu, Activation::Tanh] {
            let units =
                vec![Unit { incoming: vec![1.5, 0.2], outgoing: vec![1.0] }, Unit { incoming: vec![-1.0, 0.4], outgoing: vec![-2.0] }];
            let narrow = Network { activation, units, bias: vec![0.0], later: Vec::new(), rest: Vec::new() };
            let sample = super::super::data::Sample { x: vec![-1.0, 0.1, 1.7], y: vec![0.0; 3], inputs: 1 };
            for reading in [Reading::Zero, Reading::Like, Reading::Unheard] {
                let wide = widen(&narrow, 7, reading, "test", 1);
                assert_eq!(wide.units[..4], widen(&narrow, 4, reading, "test", 1).units[..]);
                for (a, b) in wide.outputs(&sample).iter().zip(narrow.outputs(&sample)) {
                    assert!((a - b).abs() < 1e-15);
                }
            }
        }
    }
}
