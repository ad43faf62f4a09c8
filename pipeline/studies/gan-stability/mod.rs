//! Chu, Minami and Fukumizu: when a GAN's generator settles under gradient descent. Constants of
//! critics, the theorem on the smoothness of J, descent, and adversarial training. See README.md here
//! for the paper, the design and what differs from it.

mod ascent;
mod constants;
mod counterexample;
mod descent;
mod dirac;
mod game;
mod gan;
mod generator;
mod measurement;
mod moreau;
mod objective;
mod probes;
mod regularity;
mod series;
mod smooth;
mod theorem;
mod threshold;
mod vector;

use crate::fingerprints;
use saigen_engine::{Fingerprint, Method, Study};

/// The study of this folder.
pub(crate) struct GanStability;

impl Study for GanStability {
    fn id(&self) -> &'static str {
        measurement::ID
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        fingerprints::of(method.module())
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![
            &constants::CONSTANTS,
            &probes::PROBES,
            &smooth::SMOOTH,
            &theorem::THEOREM,
            &counterexample::COUNTEREXAMPLE,
            &descent::DESCENT,
            &threshold::THRESHOLD,
            &dirac::DIRAC,
            &moreau::MOREAU,
            &series::SERIES,
            &gan::Gan,
        ]
    }
}
