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

impl Study for Nonsmooth {
    fn id(&self) -> &'static str {
        data::ID
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        fingerprints::of(method.module())
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![
            &network::Network,
            &kernel::KERNEL_RIDGE,
            &series::TRIGONOMETRIC_SERIES,
            &spline::TENSOR_SPLINE,
            &exponents::Exponents,
            &outcome::RegressionFunction,
        ]
    }
}
