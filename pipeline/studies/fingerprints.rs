//! Fingerprints, computed by the build script from the tokens of the sources.

use saigen_engine::Fingerprint;

/// What `build.rs` wrote: the shared parts, and a part for each study.
mod built {
    include!(concat!(env!("OUT_DIR"), "/fingerprints.rs"));
}

/// The fingerprint of the study in this folder.
pub(crate) fn of(study: &str) -> Fingerprint {
    let own = built::STUDIES.iter().filter(|(folder, _)| *folder == study).map(|(_, digest)| ("study", *digest));
    built::SHARED.iter().copied().chain(own).map(|(part, digest)| (part.to_string(), digest.to_string())).collect()
}
