//! Building blocks that two or more studies share: named random streams, elementary functions,
//! devices, stacked networks with their losses, optimisers, training, derivatives and penalties, and
//! the planar mixtures, the optimal transport and the discrepancy that generative models are tested
//! or trained with.
//!
//! Nothing here knows a study, a declaration or a file. Results depend on arguments only: every
//! random number is drawn on the host from a named stream and uploaded, no backend is ever seeded.

pub mod activation;
pub mod data;
pub mod derivative;
pub mod device;
pub mod discrepancy;
pub mod elementary;
pub mod kernel;
mod lanes;
pub mod loss;
pub mod mixture;
pub mod optimizer;
pub mod penalty;
pub mod perceptron;
pub mod singular;
pub mod spectral;
pub mod stream;
pub mod training;
pub mod transport;

/// A part of the reference values; tests/reference/reference.py says where they come from.
#[cfg(test)]
fn reference(part: &str) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../tests/reference/reference.json")).unwrap();
    all[part].clone()
}
