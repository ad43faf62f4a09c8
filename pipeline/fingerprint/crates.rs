//! The crates whose code does the arithmetic.

use std::fmt::Write as _;

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
    use super::is_numeric;

    #[test]
    fn only_numeric_crates_count() {
        assert_eq!(["burn", "burn-flex", "burnish", "serde", "num-traits"].map(is_numeric), [true, true, false, false, true]);
    }
}
