//! What all methods share: the study's name, and the data.

use saigen_models::stream::Stream;

/// The study, as its folder and its streams are called.
pub(super) const ID: &str = "@ID@";

/// So many standard normal numbers. Arms of one seed get the same ones.
pub(super) fn sample(count: usize, seed: u64) -> Vec<f64> {
    Stream::new(ID, "sample", &[("seed", &seed.to_string())]).normals(count)
}
