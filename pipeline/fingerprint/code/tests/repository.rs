//! The real code.

use crate::Code;
use std::collections::BTreeMap;
use std::path::Path;

const LIBRARIES: [(&str, &str); 3] =
    [("saigen_studies", "pipeline/studies"), ("saigen_models", "pipeline/models"), ("saigen_datasets", "datasets/src")];

fn code() -> Code {
    Code::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &LIBRARIES).unwrap()
}

fn parts(module: &str) -> BTreeMap<String, String> {
    code().fingerprint(&[module]).unwrap()
}

fn has(parts: &BTreeMap<String, String>, start: &str) -> bool {
    parts.keys().any(|name| name.starts_with(start))
}

/// For the eye: `cargo test --package saigen-fingerprint -- --nocapture reaches`.
#[test]
fn what_each_module_of_a_study_reaches() {
    let code = code();
    for module in code.modules().filter(|module| module.starts_with("saigen_studies::")) {
        let names = |parts: BTreeMap<String, String>| parts.into_keys().collect::<Vec<_>>().join("\n    ");
        println!("{module}\n    {}", code.fingerprint(&[module]).map_or_else(|refused| refused.to_string(), names));
    }
}

#[test]
fn formulas_reach_no_model() {
    assert_eq!(parts("saigen_studies::nonsmooth::exponents").into_keys().collect::<Vec<_>>(), ["pipeline/studies/nonsmooth/exponents.rs"]);
}

#[test]
fn an_estimator_reaches_what_it_shares_and_no_sibling() {
    let parts = parts("saigen_studies::nonsmooth::kernel");
    for name in ["data", "kernel", "linear", "outcome", "target"].map(|name| format!("pipeline/studies/nonsmooth/{name}.rs")) {
        assert!(parts.contains_key(&name), "{name}");
    }
    assert!(has(&parts, "nalgebra") && has(&parts, "pipeline/models/stream.rs") && has(&parts, "datasets/src/digest.rs"));
    for name in ["burn", "pulp", "pipeline/models/perceptron", "pipeline/studies/nonsmooth/series", "pipeline/studies/nonsmooth/mod"] {
        assert!(!has(&parts, name), "{name}");
    }
}

#[test]
fn the_network_reaches_its_kernels() {
    let parts = parts("saigen_studies::nonsmooth::network");
    for name in ["lanes", "optimizer", "perceptron/kernel", "perceptron/tiles", "training"].map(|name| format!("pipeline/models/{name}.rs"))
    {
        assert!(parts.contains_key(&name), "{name}");
    }
    assert!(has(&parts, "burn-flex") && has(&parts, "pulp") && !has(&parts, "nalgebra"));
    assert!(!has(&parts, "pipeline/models/derivative.rs") && !has(&parts, "pipeline/studies/nonsmooth/linear.rs"));
}

#[test]
fn elementary_functions_are_one_file_and_one_crate() {
    assert_eq!(parts("saigen_models::elementary").into_keys().collect::<Vec<_>>(), ["pipeline/models/elementary.rs", "pxfm"]);
}

/// Crates are known by the names that code calls them by.
#[test]
fn no_dependency_is_renamed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for manifest in ["Cargo.toml", "datasets/Cargo.toml", "pipeline/models/Cargo.toml", "pipeline/studies/Cargo.toml"] {
        let text = std::fs::read_to_string(root.join(manifest)).unwrap();
        assert!(!text.replace(' ', "").contains("package=\""), "'{manifest}' renames a dependency, which fingerprints would not see");
    }
}
