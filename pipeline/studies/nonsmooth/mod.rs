//! Imaizumi and Fukumizu: deep ReLU networks against fixed-basis estimators on functions with a
//! jump. See README.md here for the paper, the design and what differs from it.

mod basis;
mod boundary;
mod data;
mod exponents;
mod kernel;
mod linear;
mod model;
mod multiwavelet;
mod network;
mod outcome;
mod pieces;
mod series;
mod spline;
mod target;
mod wavelet;

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
            &network::NETWORK,
            &network::NETWORK_BY_RULE,
            &kernel::KERNEL_RIDGE,
            &kernel::POLYNOMIAL_KERNEL,
            &series::TRIGONOMETRIC_SERIES,
            &series::COSINE_SERIES,
            &spline::TENSOR_SPLINE,
            &wavelet::ThresholdedWavelets,
            &boundary::BoundarySearch,
            &exponents::Exponents,
            &outcome::RegressionFunction,
        ]
    }
}
