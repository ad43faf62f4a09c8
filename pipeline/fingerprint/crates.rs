//! The locked versions of the crates whose code does the arithmetic.

use crate::FingerprintError;
use crate::packages::{Package, Packages};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// Crates that compute reported numbers, by name or by the start of it. A bump of any of them
/// re-runs every cell that uses it; a bump of anything else (parsers, bars, plotting) re-runs none.
const NUMERIC: &[&str] = &[
    "burn",
    "chacha20",
    "cubecl",
    "cubek",
    "gemm",
    "libm",
    "macerator",
    "matrixmultiply",
    "nalgebra",
    "ndarray",
    "num-traits",
    "pulp",
    "pxfm",
    "simba",
];

/// The digest, in hexadecimal, of name, version and checksum of each numeric crate in a
/// `Cargo.lock`.
///
/// # Errors
/// A lock file that cannot be read.
pub fn numeric_crates(lock: &Path) -> Result<String, FingerprintError> {
    let mut hasher = Sha256::new();
    for package in numeric_packages(&Packages::read(lock)?) {
        hasher.update(package.as_bytes());
        hasher.update([0]);
    }
    Ok(hex(&hasher.finalize()))
}

/// Every numeric package of a lock file as "name version checksum", in the file's own order
/// (Cargo sorts it).
fn numeric_packages(packages: &Packages) -> Vec<String> {
    let text = |package: &Package| format!("{} {} {}", package.name, package.version, package.checksum);
    packages.iter().filter(|package| is_numeric(&package.name)).map(text).collect()
}

/// Whether a crate computes reported numbers.
pub(crate) fn is_numeric(name: &str) -> bool {
    NUMERIC.iter().any(|numeric| name == *numeric || name.strip_prefix(numeric).is_some_and(|rest| rest.starts_with('-')))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::numeric_packages;
    use crate::packages::Packages;

    #[test]
    fn only_numeric_crates_count() {
        let lock = "version = 4\n\n[[package]]\nname = \"burn-flex\"\nversion = \"0.22.1\"\nchecksum = \"ab\"\n\n\
                    [[package]]\nname = \"burnish\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n";
        assert_eq!(numeric_packages(&Packages::parse(lock)), ["burn-flex 0.22.1 ab"]);
    }
}
