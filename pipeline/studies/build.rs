//! Writes the fingerprints of all studies: tokens of each study's folder, of what they share, and
//! the locked versions of the numeric crates.

use saigen_fingerprint::{FingerprintError, folder_tokens, numeric_crates};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script its folders by the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    let here = std::env::var("CARGO_MANIFEST_DIR")?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("fingerprints.rs"), fingerprints(Path::new(&here))?)?;
    Ok(())
}

fn fingerprints(here: &Path) -> Result<String, FingerprintError> {
    let shared = [("models", here.join("../models")), ("datasets", here.join("../../datasets/src"))];
    let lock = here.join("../../Cargo.lock");
    let mut text = String::from("pub(super) const SHARED: &[(&str, &str)] = &[\n");
    for (part, folder) in &shared {
        println!("cargo::rerun-if-changed={}", folder.display());
        let _ = writeln!(text, "    ({part:?}, {:?}),", folder_tokens(folder)?);
    }
    println!("cargo::rerun-if-changed={}", lock.display());
    let _ = writeln!(text, "    (\"crates\", {:?}),\n];", numeric_crates(&lock)?);
    println!("cargo::rerun-if-changed={}", here.display());
    text.push_str("pub(super) const STUDIES: &[(&str, &str)] = &[\n");
    for study in folders(here)? {
        let _ = writeln!(text, "    ({study:?}, {:?}),", folder_tokens(&here.join(&study))?);
    }
    text.push_str("];\n");
    Ok(text)
}

/// The names of the folders that hold a declaration, sorted.
fn folders(here: &Path) -> Result<Vec<String>, FingerprintError> {
    let entries = std::fs::read_dir(here).map_err(|source| FingerprintError::Read { path: here.to_path_buf(), source })?;
    let paths = entries.flatten().map(|entry| entry.path()).filter(|path| path.join("study.toml").is_file());
    let mut names: Vec<String> = paths.filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}
