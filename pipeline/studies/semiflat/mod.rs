//! Fukumizu, Yamaguchi, Mototake and Tanaka: what becomes of a minimum when a network is embedded in a
//! wider one, and whether flatness protects it. See README.md here for the paper, the design and what
//! differs from it.

mod blocks;
mod data;
mod embedding;
mod interpolant;
mod landscape;
mod minimum;
mod moves;
mod narrow;
mod network;
mod pac_bayes;
mod perturbation;
mod spectra;
mod spectrum;
mod surface;
mod trained;
mod widening;

use crate::fingerprints;
use saigen_engine::{Fingerprint, Method, Study};

/// The study of this folder.
pub(crate) struct Semiflat;

impl Study for Semiflat {
    fn id(&self) -> &'static str {
        data::ID
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        fingerprints::of(method.module())
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![
            &landscape::Landscape,
            &spectra::Spectra,
            &surface::Surface,
            &perturbation::Perturbation,
            &pac_bayes::PacBayes,
            &trained::Trained,
        ]
    }
}
