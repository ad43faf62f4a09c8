//! Fingerprints, computed by the build script from the tokens of the sources.

use saigen_engine::Fingerprint;

/// A module with the parts of its code, or why they cannot be told.
type Module = (&'static str, Result<&'static [(&'static str, &'static str)], &'static str>);

/// What `build.rs` wrote: the parts of each module.
mod built {
    include!(concat!(env!("OUT_DIR"), "/fingerprints.rs"));
}

/// The fingerprint of a method whose code is in this module.
///
/// # Panics
/// The module is none of the studies', or refers to code that cannot be followed: no identity can be
/// given to what it computes.
pub(crate) fn of(module: &str) -> Fingerprint {
    match built::MODULES.iter().find(|(path, _)| *path == module) {
        Some((_, Ok(parts))) => parts.iter().map(|(part, digest)| ((*part).to_string(), (*digest).to_string())).collect(),
        Some((_, Err(reason))) => panic!("the code of '{module}' has no fingerprint: {reason}"),
        None => panic!("'{module}' is no module of a study: a method names its own with module_path!()"),
    }
}
