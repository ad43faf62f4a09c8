//! Imaizumi and Fukumizu: deep ReLU networks against fixed-basis estimators on functions with a
//! jump. See README.md here for the paper, the design and what differs from it.

mod data;
mod exponents;
mod kernel;
mod linear;
mod model;
mod network;
mod outcome;
mod series;
mod spline;
mod target;

use crate::fingerprints;
use saigen_engine::{Fingerprint, Method, Study};

/// The study of this folder.
pub(crate) struct Nonsmooth;

/// The study's name: its folder's, and the first part of the name of every stream.
const ID: &str = "nonsmooth";

impl Study for Nonsmooth {
    fn id(&self) -> &'static str {
        ID
    }

    fn fingerprint(&self) -> Fingerprint {
        fingerprints::of(ID)
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![
            &network::Network,
            &linear::FixedBasis { name: "kernel-ridge", candidates: kernel::candidates },
            &linear::FixedBasis { name: "trigonometric-series", candidates: series::candidates },
            &linear::FixedBasis { name: "tensor-spline", candidates: spline::candidates },
            &exponents::Exponents,
            &outcome::RegressionFunction,
        ]
    }
}
