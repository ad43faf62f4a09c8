//! Imaizumi, Maehara and Yoshida: histograms on Szemerédi partitions against kernels, equal cells
//! and Fourier series on densities without smoothness. See README.md here for the paper, the design
//! and what differs from it.

mod data;
mod densities;
mod estimator;
mod greedy;
mod histogram;
mod kernel;
mod lepski;
mod m_sde;
mod partition;
mod portrait;
mod quadrature;
mod series;
mod signs;
mod v_sde;

use crate::fingerprints;
use saigen_engine::{Fingerprint, Method, Study};

/// The study of this folder.
pub(crate) struct DensityStudy;

impl Study for DensityStudy {
    fn id(&self) -> &'static str {
        data::ID
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        fingerprints::of(method.module())
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![
            &kernel::GAUSSIAN,
            &kernel::SQUARE,
            &histogram::HISTOGRAM,
            &series::SERIES,
            &m_sde::M_SDE,
            &v_sde::V_SDE,
            &lepski::Lepski,
            &signs::Signs,
            &portrait::Portrait,
        ]
    }
}
