//! The study, in a line. See README.md here for the paper, the design and what differs from it.

mod data;
mod mean;

use crate::fingerprints;
use saigen_engine::{Fingerprint, Method, Study};

/// The study of this folder.
pub(crate) struct Paper;

impl Study for Paper {
    fn id(&self) -> &'static str {
        data::ID
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        fingerprints::of(method.module())
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![&mean::Mean]
    }
}
