//! Writes the fingerprints of all modules of the studies: the files of code that each reaches, and
//! the locked versions of the numeric crates behind them.

use saigen_fingerprint::Code;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// The crates whose code makes results, with the folders of their roots.
const CRATES: [(&str, &str); 3] =
    [("saigen_studies", "pipeline/studies"), ("saigen_models", "pipeline/models"), ("saigen_datasets", "datasets/src")];

/// Linked over the C library's functions for the whole program, so that every method depends on it.
const LINKED: &str = "saigen_models::elementary";

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script its folders by the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    let here = std::env::var("CARGO_MANIFEST_DIR")?;
    let out = std::env::var("OUT_DIR")?;
    let root = Path::new(&here).join("../..");
    for folder in CRATES.iter().map(|(_, folder)| *folder).chain(["Cargo.lock"]) {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
    }
    std::fs::write(Path::new(&out).join("fingerprints.rs"), fingerprints(&Code::read(&root, &CRATES)?))?;
    Ok(())
}

/// A table of modules with their parts; a module that cannot be followed, as the list of studies,
/// has the reason instead, for whoever asks for it.
fn fingerprints(code: &Code) -> String {
    let mut text = String::from("pub(super) const MODULES: &[super::Module] = &[\n");
    for module in code.modules().filter(|module| module.starts_with("saigen_studies::")) {
        let parts = code.fingerprint(&[module, LINKED]).map(|parts| parts.into_iter().collect::<Vec<_>>());
        // Writing to a string cannot fail.
        let _ = match parts {
            Ok(parts) => writeln!(text, "    ({module:?}, Ok(&{parts:?})),"),
            Err(error) => writeln!(text, "    ({module:?}, Err({:?})),", error.to_string()),
        };
    }
    text + "];\n"
}
