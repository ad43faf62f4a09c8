//! Logarithmic axes: ranges and ticks.

/// A logarithmic axis from `low` to `high`, in powers of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogAxis {
    low: f64,
    high: f64,
}

impl LogAxis {
    /// The axis that holds all values, with a little room at both ends. `None` where a value is
    /// not positive or there is none.
    pub(crate) fn around(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut range = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            if !(value > 0.0 && value.is_finite()) {
                return None;
            }
            range = (range.0.min(value.log10()), range.1.max(value.log10()));
        }
        let room = 0.05 * (range.1 - range.0).max(0.2);
        range.0.is_finite().then_some(Self { low: range.0 - room, high: range.1 + room })
    }

    /// Where a value lies: 0 at the low end, 1 at the high end.
    pub(crate) fn place(&self, value: f64) -> f64 {
        (value.log10() - self.low) / (self.high - self.low)
    }

    /// The ticks with a label: decades, with 2 and 5 between them where the axis is short.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let multiples: &[f64] = if self.high - self.low < 1.0 {
            &[1.0, 2.0, 3.0, 5.0, 7.0]
        } else if self.high - self.low < 2.5 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let decades = self.low.floor() as i32..=self.high.ceil() as i32;
        let all = decades.flat_map(|decade| multiples.iter().map(move |multiple| multiple * 10f64.powi(decade)));
        all.filter(|tick| (0.0..=1.0).contains(&self.place(*tick))).collect()
    }
}

/// The labels of an axis' ticks: plain numbers where all of them are short, powers of ten otherwise.
pub(crate) fn labels(ticks: &[f64]) -> Vec<String> {
    let plain = ticks.iter().all(|tick| (1e-3..1e5).contains(tick));
    ticks.iter().map(|tick| if plain { decimal(*tick) } else { power(*tick) }).collect()
}

fn decimal(value: f64) -> String {
    let decimals = (-value.log10().floor()).max(0.0) as usize;
    format!("{value:.decimals$}")
}

fn power(value: f64) -> String {
    let exponent = value.log10().floor() as i32;
    let multiple = (value / 10f64.powi(exponent)).round();
    let power = format!("10{}", superscript(exponent));
    if multiple == 1.0 { power } else { format!("{multiple}×{power}") }
}

fn superscript(number: i32) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        other => char::from_u32(0x2070 + other as u32 - '0' as u32).unwrap_or(other),
    };
    number.to_string().chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = LogAxis::around([100.0, 1600.0].into_iter()).unwrap();
        assert_eq!(axis.ticks(), [100.0, 200.0, 500.0, 1000.0]);
        assert!(LogAxis::around([1.0, 0.0].into_iter()).is_none());
        assert!((axis.place(400.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn one_style_for_all_labels_of_an_axis() {
        assert_eq!(labels(&[0.001, 0.05, 2.0, 1000.0]), ["0.001", "0.05", "2", "1000"]);
        assert_eq!(labels(&[1e-5, 0.1, 2e6]), ["10⁻⁵", "10⁻¹", "2×10⁶"]);
    }
}
