//! Fingerprints the code that turns cells into tables, claims, figures and the report, so that a
//! change of it re-makes them, and nothing else does.

use saigen_fingerprint::folder_tokens;
use std::error::Error;
use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script its folder by the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    let here = std::env::var("CARGO_MANIFEST_DIR")?;
    let mut digests = Vec::new();
    for folder in ["../artifacts/src", "../figures/src", "src/compose"] {
        let folder = Path::new(&here).join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        digests.push(folder_tokens(&folder)?[..16].to_string());
    }
    println!("cargo::rustc-env=SAIGEN_COMPOSER={}", digests.join("-"));
    Ok(())
}
