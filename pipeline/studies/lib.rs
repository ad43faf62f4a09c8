//! The studies: one folder a paper, and this plain list of them.
//!
//! A study knows its paper, its methods and nothing of the pipeline's insides. Adding one is a new
//! folder and one line in [`studies`]; a test holds the folders against the list.

#[path = "causal-direction/mod.rs"]
mod causal_direction;
mod density;
mod fingerprints;
#[path = "gan-stability/mod.rs"]
mod gan_stability;
#[path = "gradient-layer/mod.rs"]
mod gradient_layer;
mod nonsmooth;
mod semiflat;

use saigen_engine::Study;

/// Every study, in the order of the report.
pub fn studies() -> Vec<&'static dyn Study> {
    vec![
        &nonsmooth::Nonsmooth,
        &density::DensityStudy,
        &semiflat::Semiflat,
        &gan_stability::GanStability,
        &gradient_layer::GradientLayer,
        &causal_direction::CausalDirection,
    ]
}
