//! The digest of the data that a cell really used.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The SHA-256, in hexadecimal, of named columns of numbers: names, lengths and the little-endian
/// bytes of every number, in the given order. Two experiments used the same data exactly where
/// their cells carry the same digest.
pub fn data_digest(columns: &[(&str, &[f64])]) -> String {
    let mut hasher = Sha256::new();
    for (name, values) in columns {
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update((values.len() as u64).to_le_bytes());
        for value in *values {
            hasher.update(value.to_le_bytes());
        }
    }
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::data_digest;

    #[test]
    fn names_order_and_every_bit_count() {
        let plain = data_digest(&[("x", &[1.0, 2.0]), ("y", &[3.0])]);
        assert_eq!(plain.len(), 64);
        let others = [
            data_digest(&[("y", &[3.0]), ("x", &[1.0, 2.0])]),
            data_digest(&[("x", &[1.0, 2.0, 3.0]), ("y", &[])]),
            data_digest(&[("x", &[1.0, f64::from_bits(2f64.to_bits() + 1)]), ("y", &[3.0])]),
        ];
        assert!(others.iter().all(|other| *other != plain));
    }
}
