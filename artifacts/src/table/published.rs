//! Numbers that a paper prints, beside the rows of a table that answer them.

use crate::{Digest, Scalar};
use serde::Serialize;

/// A file of published numbers, as read and checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Published {
    /// The file's name.
    pub file: String,
    /// The digest of its bytes: in a preimage it stands for the numbers.
    pub digest: Digest,
    /// The key columns of the table that its rows name.
    pub keys: Vec<String>,
    /// Its rows: values of those keys, and the number.
    #[serde(skip)]
    pub rows: Vec<(Vec<Scalar>, Printed)>,
}

/// A printed number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Printed {
    /// The number.
    pub value: f64,
    /// How far off it may be: half a unit of its last decimal, or what reading it off a figure leaves
    /// open.
    pub error: f64,
}

impl Printed {
    /// How far this number is above another, where that exceeds both errors together. A difference
    /// of decimals is a few rounding errors off, which must not decide.
    pub fn clear_of(&self, other: &Self) -> Option<f64> {
        let (apart, errors) = (self.value - other.value, self.error + other.error);
        let rounding = 4.0 * f64::EPSILON * self.value.abs().max(other.value.abs());
        (apart.abs() > errors + rounding).then_some(apart)
    }
}

impl Published {
    /// What is printed for the row of a table with these keys and values.
    pub fn of<'a>(&self, key: impl Fn(&str) -> Option<&'a Scalar>) -> Option<Printed> {
        let matches = |values: &[Scalar]| self.keys.iter().zip(values).all(|(name, value)| key(name) == Some(value));
        self.rows.iter().find(|(values, _)| matches(values)).map(|(_, printed)| *printed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_for_every_row_that_has_its_keys() {
        let (n, other) = (Scalar::Int(100), Scalar::Int(200));
        let printed = Printed { value: 0.25, error: 0.005 };
        let rows = vec![(vec![n.clone()], printed)];
        let published = Published { file: "published.csv".to_string(), digest: Digest::of(b""), keys: vec!["n".to_string()], rows };
        assert_eq!(published.of(|name| (name == "n").then_some(&n)), Some(printed));
        assert_eq!(published.of(|name| (name == "n").then_some(&other)), None);
        assert_eq!(published.of(|_| None), None);
    }

    #[test]
    fn a_step_as_large_as_the_errors_decides_nothing() {
        let printed = |value| Printed { value, error: 0.005 };
        // In binary, the difference is a little more than 0.01.
        assert_eq!(printed(-1.758).clear_of(&printed(-1.768)), None);
        assert!(printed(-1.757).clear_of(&printed(-1.768)).is_some_and(|apart| apart > 0.0));
        assert!(printed(-1.768).clear_of(&printed(-1.757)).is_some_and(|apart| apart < 0.0));
    }
}
