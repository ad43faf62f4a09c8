//! Building blocks that two or more studies share: named random streams, elementary functions,
//! devices, and stacked networks with their losses, discrepancies, optimisers, training and derivatives.
//!
//! Nothing here knows a study, a declaration or a file. Results depend on arguments only: every
//! random number is drawn on the host from a named stream and uploaded, no backend is ever seeded.

pub mod activation;
pub mod data;
pub mod derivative;
pub mod device;
pub mod discrepancy;
pub mod elementary;
mod lanes;
pub mod loss;
pub mod optimizer;
pub mod perceptron;
pub mod stream;
pub mod training;

/// A part of the reference values; tests/reference/reference.py says where they come from.
#[cfg(test)]
fn reference(part: &str) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../tests/reference/reference.json")).unwrap();
    all[part].clone()
}
