//! The embeddings (section 3): a wider network with the same function.
//!
//! (I) unit replication: copies of a unit share its outgoing weights. (II) inactive units: added
//! units that are silent, or constant where the activation is never 0, with any outgoing weights.
//! (III) inactive propagation: added units that nobody hears, with any incoming weights.

use super::network::{Network, Unit};
use saigen_models::activation::Activation;
use saigen_models::stream::Stream;

/// The embeddings by name.
pub(super) const NAMES: &[&str] =
    &["replication", "replication-outside", "replication-generic", "inactive-units", "inactive-propagation", "inactive-both"];

/// A way to embed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Embedding {
    /// (I) with outgoing weights in positive shares of the original's.
    Replication,
    /// (I) with one negative share.
    ReplicationOutside,
    /// (I) with outgoing weights that only add up to the original's.
    ReplicationGeneric,
    /// (II) with outgoing weights drawn at random.
    InactiveUnits,
    /// (III) with incoming weights drawn at random: steep, each with a middle of its own.
    InactivePropagation,
    /// (II) and (III) at once: all weights of the added units are 0, but for a silent ReLU's bias.
    InactiveBoth,
}

/// How far below 0 a silent ReLU unit is: more than |x| and any move of ours reach.
const DEAD: f64 = -1.0;

/// The slope of the incoming weights of (III): steep enough that the units are told apart by second
/// derivatives in f64.
const STEEP: f64 = 8.0;

impl Embedding {
    /// The embedding of this name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "replication" => Self::Replication,
            "replication-outside" => Self::ReplicationOutside,
            "replication-generic" => Self::ReplicationGeneric,
            "inactive-units" => Self::InactiveUnits,
            "inactive-propagation" => Self::InactivePropagation,
            _ => Self::InactiveBoth,
        }
    }

    /// Whether it copies a unit.
    pub(super) fn replicates(self) -> bool {
        matches!(self, Self::Replication | Self::ReplicationOutside | Self::ReplicationGeneric)
    }
}

/// A network wider by `added` units, and what the copies of the last narrow unit have of its outgoing
/// weights (1 where nothing is copied).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Embedded {
    pub(super) network: Network,
    /// Shares of the copied unit, its own first.
    pub(super) shares: Vec<f64>,
}

/// Embeds a network. `middles` are places for the middles of added units, more than enough.
pub(super) fn embed(narrow: &Network, kind: Embedding, added: usize, middles: &[f64], stream: &mut Stream) -> Embedded {
    let mut network = narrow.clone();
    let last = narrow.units[narrow.units.len() - 1].clone();
    let (inputs, outputs) = (last.incoming.len(), last.outgoing.len());
    if kind.replicates() {
        let shares = shares(kind, added, stream);
        let at = network.units.len() - 1;
        network.units.truncate(at);
        // Off the original's direction, adding up to nothing.
        let size = if kind == Embedding::ReplicationGeneric { 0.5 } else { 0.0 };
        let mut off: Vec<Vec<f64>> = vec![vec![0.0; outputs]];
        for _ in 0..added {
            let part: Vec<f64> = stream.normals(outputs).iter().map(|part| size * part).collect();
            off[0].iter_mut().zip(&part).for_each(|(own, part)| *own -= part);
            off.push(part);
        }
        for (share, off) in shares.iter().zip(off) {
            let outgoing = last.outgoing.iter().zip(off).map(|(v, off)| share * v + off).collect();
            network.units.push(Unit { incoming: last.incoming.clone(), outgoing });
        }
        return Embedded { network, shares };
    }
    for middle in middles.iter().take(added) {
        let mut incoming = vec![0.0; inputs];
        let mut outgoing = vec![0.0; outputs];
        if narrow.activation == Activation::Relu {
            incoming[inputs - 1] = DEAD;
        }
        match kind {
            Embedding::InactiveUnits => {
                outgoing = stream.normals(outputs);
                let constant = at_zero(narrow.activation);
                network.bias.iter_mut().zip(&outgoing).for_each(|(bias, v)| *bias -= constant * v);
            }
            Embedding::InactivePropagation => {
                let slope = if stream.uniform() < 0.5 { STEEP } else { -STEEP };
                incoming[0] = slope;
                incoming[inputs - 1] = -slope * middle;
            }
            _ => {}
        }
        network.units.push(Unit { incoming, outgoing });
    }
    Embedded { network, shares: vec![1.0] }
}

/// The shares of a copied unit, adding up to 1.
fn shares(kind: Embedding, added: usize, stream: &mut Stream) -> Vec<f64> {
    let positive = if kind == Embedding::ReplicationOutside { added } else { added + 1 };
    let drawn: Vec<f64> = (0..positive).map(|_| 0.5 + stream.uniform()).collect();
    let (sum, whole) = (drawn.iter().sum::<f64>(), if positive == added { 1.5 } else { 1.0 });
    let mut shares: Vec<f64> = drawn.iter().map(|share| whole * share / sum).collect();
    if positive == added {
        shares.push(-0.5);
    }
    shares
}

/// The activation at 0, which an inactive unit gives where it cannot be silent.
pub(super) fn at_zero(activation: Activation) -> f64 {
    match activation {
        Activation::Sigmoid => 0.5,
        Activation::Softplus => std::f64::consts::LN_2,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::{ACTIVATIONS, activation, stream};
    use super::super::narrow::{Design, Problem};
    use super::*;

    #[test]
    fn embeddings_leave_the_function_as_it_is() {
        for name in ACTIVATIONS {
            for (outputs, depth) in [(1, 3), (2, 3), (1, 4), (2, 4)] {
                let problem = Problem::new(activation(name), name, outputs, depth, Design::Free, 1).unwrap();
                let before = problem.network.outputs(&problem.sample);
                for kind in NAMES {
                    let embedded = embed(&problem.network, Embedding::named(kind), 3, &problem.middles, &mut stream("test", &[]));
                    assert_eq!(embedded.network.units.len(), problem.network.units.len() + 3);
                    let after = embedded.network.outputs(&problem.sample);
                    let worst = before.iter().zip(&after).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                    assert!(worst < 1e-13, "{name} {kind}: {worst}");
                }
            }
        }
    }

    #[test]
    fn shares_add_up_to_the_whole() {
        for (kind, negative) in [(Embedding::Replication, 0), (Embedding::ReplicationOutside, 1)] {
            let shares = shares(kind, 5, &mut stream("test", &[]));
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-15 && shares.len() == 6);
            assert_eq!(shares.iter().filter(|share| **share < 0.0).count(), negative);
        }
    }
}
