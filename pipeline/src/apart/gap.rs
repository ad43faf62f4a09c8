//! How far apart two values are.

use saigen_artifacts::Value;
use saigen_engine::declaration::Tolerance;

/// The distance of two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Apart {
    /// In the unit of the column.
    pub(super) absolute: f64,
    /// As a share of the greater of both; 0 where both are 0.
    pub(super) relative: f64,
    /// How many numbers of 64 bits one is after the other; none for whole numbers.
    pub(super) ulps: Option<u64>,
}

impl Apart {
    fn of(a: f64, b: f64) -> Self {
        let (absolute, greater) = ((a - b).abs(), a.abs().max(b.abs()));
        Self { absolute, relative: if greater > 0.0 { absolute / greater } else { 0.0 }, ulps: Some(place(a).abs_diff(place(b))) }
    }
}

/// The place of a number among all, in their order; both zeros have one.
fn place(number: f64) -> i64 {
    let bits = number.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

/// What two values of one column come to.
pub(super) enum Gap<'a> {
    /// Numbers in pairs: one, or those of a series.
    Numbers(Vec<(f64, f64)>, bool),
    /// Words.
    Words(&'a str, &'a str),
    /// Values of two kinds, or series of two lengths.
    Unlike,
}

impl<'a> Gap<'a> {
    pub(super) fn of(a: &'a Value, b: &'a Value) -> Self {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => Self::Numbers(vec![(*a as f64, *b as f64)], true),
            (Value::Float(a), Value::Float(b)) => Self::Numbers(vec![(*a, *b)], false),
            (Value::Series(a), Value::Series(b)) if a.len() == b.len() => {
                Self::Numbers(a.iter().copied().zip(b.iter().copied()).collect(), false)
            }
            (Value::Text(a), Value::Text(b)) => Self::Words(a, b),
            _ => Self::Unlike,
        }
    }

    /// Whether all bits are the same.
    pub(super) fn is_none(&self) -> bool {
        self.is_near(&Tolerance::BITS)
    }

    /// Whether the values are as near as is tolerated.
    pub(super) fn is_near(&self, tolerance: &Tolerance) -> bool {
        match self {
            Self::Numbers(pairs, _) => pairs.iter().all(|(a, b)| tolerance.takes(*a, *b)),
            Self::Words(a, b) => a == b,
            Self::Unlike => false,
        }
    }

    /// The distance of each two numbers.
    pub(super) fn apart(&self) -> impl Iterator<Item = ((f64, f64), Apart)> {
        let (pairs, whole) = match self {
            Self::Numbers(pairs, whole) => (pairs.as_slice(), *whole),
            Self::Words(..) | Self::Unlike => (&[][..], false),
        };
        pairs.iter().map(move |(a, b)| {
            let apart = Apart::of(*a, *b);
            ((*a, *b), if whole { Apart { ulps: None, ..apart } } else { apart })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_counted_across_zero_and_between_signs() {
        let next = f64::from_bits(1.0f64.to_bits() + 1);
        assert_eq!(Apart::of(1.0, next), Apart { absolute: f64::EPSILON, relative: f64::EPSILON / next, ulps: Some(1) });
        assert_eq!(Apart::of(0.0, -0.0), Apart { absolute: 0.0, relative: 0.0, ulps: Some(0) });
        assert_eq!(Apart::of(5e-324, -5e-324).ulps, Some(2));
        assert_eq!(Apart::of(-2.0, 2.0).relative, 2.0);
        assert_eq!(place(f64::MAX).abs_diff(place(f64::MIN)), 2 * f64::MAX.to_bits());
    }

    #[test]
    fn series_are_near_where_all_their_numbers_are_and_lengths_must_agree() {
        let series = |numbers: &[f64]| Value::Series(numbers.to_vec());
        let tolerance = Tolerance { absolute: 0.1, ..Tolerance::BITS };
        let (a, b, c) = (series(&[1.0, 2.0]), series(&[1.05, 2.0]), series(&[1.05, 2.2]));
        assert!(Gap::of(&a, &a).is_none() && !Gap::of(&a, &b).is_none());
        assert!(Gap::of(&a, &b).is_near(&tolerance) && !Gap::of(&a, &c).is_near(&tolerance));
        assert!(!Gap::of(&a, &series(&[1.0])).is_near(&tolerance));
        // A sign of zero is a bit.
        assert!(!Gap::of(&Value::Float(0.0), &Value::Float(-0.0)).is_none());
        assert_eq!(
            Gap::of(&Value::Int(3), &Value::Int(5)).apart().next().map(|(_, apart)| (apart.absolute, apart.ulps)),
            Some((2.0, None))
        );
    }
}
