//! Ton, Sejdinovic and Fukumizu: cause or effect from few samples by meta-learning, beside its rivals.
//! See README.md here for the paper, the design and what differs from it.

mod anm;
mod bivariate_fit;
mod cds;
mod cgnn;
mod collection;
mod embedding;
mod families;
mod feature_map;
mod forest;
mod gamma;
mod generator;
mod hsic;
mod igci;
mod learnt;
mod meta_cgnn;
mod metrics;
mod pairs;
mod rcc;
mod reci;
#[cfg(test)]
mod reference;
mod regression;
mod rival;

use crate::fingerprints;
use saigen_engine::{Fingerprint, Method, Study};

/// The study of this folder.
pub(crate) struct CausalDirection;

impl Study for CausalDirection {
    fn id(&self) -> &'static str {
        pairs::ID
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        fingerprints::of(method.module())
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![
            &anm::ANM,
            &igci::IGCI,
            &reci::RECI,
            &cds::CDS,
            &bivariate_fit::BIVARIATE_FIT,
            &rcc::RCC,
            &cgnn::Cgnn,
            &meta_cgnn::META_CGNN,
            &feature_map::FeatureMap,
        ]
    }
}
