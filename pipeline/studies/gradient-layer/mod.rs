//! Nitanda and Suzuki: gradient layers on top of a generator, against WGAN-GP at equal work, and what
//! the theory of functional gradient descent promises where the critic is optimal. See README.md here
//! for the paper, the design and what differs from it.

mod critic;
mod data;
mod displacement;
mod functional;
mod injectivity;
mod layers;
mod outcome;
#[cfg(test)]
mod tests;
mod truth;
mod wgan_gp;

use crate::fingerprints;
use saigen_engine::{Fingerprint, Method, Study};

/// The study of this folder.
pub(crate) struct GradientLayer;

impl Study for GradientLayer {
    fn id(&self) -> &'static str {
        data::ID
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        fingerprints::of(method.module())
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![
            &layers::GradientLayers,
            &wgan_gp::WganGp,
            &truth::Truth,
            &functional::FunctionalDescent,
            &displacement::Displacement,
            &injectivity::Injectivity,
        ]
    }
}
