//! Numbers rounded for reading.

use std::fmt;

/// A number as a reader sees it, with its uncertainty where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rounded {
    /// The digits of the number.
    pub value: String,
    /// The digits of its uncertainty, to the same decimals.
    pub error: Option<String>,
}

impl Rounded {
    /// A number at some significant digits.
    pub fn new(value: f64, digits: usize) -> Self {
        Self { value: significant(value, digits), error: None }
    }

    /// A number with its uncertainty, which at two significant digits decides the decimals. One
    /// that is 0 decides nothing.
    pub fn with_error(value: f64, error: f64) -> Self {
        if error > 0.0 {
            let decimals = (1 - error.log10().floor() as i32).max(0) as usize;
            Self { value: format!("{value:.decimals$}"), error: Some(format!("{error:.decimals$}")) }
        } else {
            Self::new(value, 3)
        }
    }

    /// The number with its uncertainty in units of its last digit, `0.0123(4)`, as siunitx reads it.
    pub fn compact(&self) -> String {
        let units = |error: &String| format!("({})", error.replace('.', "").trim_start_matches('0'));
        format!("{}{}", self.value, self.error.as_ref().map_or_else(String::new, units))
    }
}

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            Some(error) => write!(f, "{} ± {error}", self.value),
            None => f.write_str(&self.value),
        }
    }
}

/// A number at some significant digits, nothing for none, without an exponent where it stays short.
fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return String::new();
    }
    if value == 0.0 {
        return "0".to_string();
    }
    let exponent = value.abs().log10().floor() as i32;
    if value.fract() == 0.0 && value.abs() < 1e6 {
        format!("{value}")
    } else if (-5..6).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.0$e}", digits - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_uncertainty() {
        let both = |value, error| (Rounded::with_error(value, error).to_string(), Rounded::with_error(value, error).compact());
        assert_eq!(both(0.012_345, 0.000_61), ("0.01235 ± 0.00061".to_string(), "0.01235(61)".to_string()));
        assert_eq!(both(123.456, 17.0), ("123 ± 17".to_string(), "123(17)".to_string()));
        assert_eq!(both(123.456, 1.7), ("123.5 ± 1.7".to_string(), "123.5(17)".to_string()));
        assert_eq!(both(-0.5, 0.02), ("-0.500 ± 0.020".to_string(), "-0.500(20)".to_string()));
        assert_eq!(both(0.25, 0.0), ("0.250".to_string(), "0.250".to_string()));
    }

    #[test]
    fn significant_digits() {
        assert_eq!(significant(0.001_234_5, 3), "0.00123");
        assert_eq!(significant(1600.0, 3), "1600");
        assert_eq!(significant(1.5e-9, 3), "1.50e-9");
        assert_eq!(significant(-0.333_33, 2), "-0.33");
    }
}
