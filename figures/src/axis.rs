//! Axes: where a number lies, and which numbers are named.

use saigen_artifacts::figure::Scale;

/// An axis from `low` to `high`, on a logarithmic one in powers of ten.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
    /// The numbers with a label.
    pub(crate) ticks: Vec<Tick>,
    /// Numbers with a short tick and no label.
    pub(crate) minor: Vec<f64>,
}

/// A number with a label.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) value: f64,
    pub(crate) label: String,
}

/// More ticks than this at the values of a grid are a clutter.
const MOST_VALUES: usize = 6;

impl Axis {
    /// The axis that holds all numbers, with a little room at both ends. `None` where there is none,
    /// or one that has no place on the scale.
    pub(crate) fn around(scale: Scale, values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let (low, high) = extent(scale, values)?;
        let room = match scale {
            Scale::Log => 0.05 * (high - low).max(0.2),
            Scale::Linear if high > low => 0.05 * (high - low),
            Scale::Linear => 0.5 * low.abs().max(1.0),
        };
        Some(Self::between(scale, low - room, high + room))
    }

    /// The linear axis that begins at 0, for lengths. `None` where a number is not finite.
    pub(crate) fn from_zero(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let (low, high) = extent(Scale::Linear, values.into_iter().chain([0.0]))?;
        let room = 0.06 * if high > low { high - low } else { 1.0 };
        Some(Self::between(
            Scale::Linear,
            if low < 0.0 { low - room } else { 0.0 },
            if high > 0.0 || low == 0.0 { high + room } else { 0.0 },
        ))
    }

    /// A linear axis between two numbers, or a logarithmic one between two exponents.
    pub(crate) fn between(scale: Scale, low: f64, high: f64) -> Self {
        let mut axis = Self { scale, low, high, ticks: Vec::new(), minor: Vec::new() };
        let values = match scale {
            Scale::Linear => axis.round(),
            Scale::Log => axis.decades(),
        };
        axis.name(&values);
        axis
    }

    /// The axis of places one below the other, the first at the top: the place numbered `i` lies from
    /// `i` to `i + 1`.
    pub(crate) fn of_places(labels: impl Iterator<Item = String>) -> Self {
        let ticks: Vec<Tick> = labels.enumerate().map(|(at, label)| Tick { value: at as f64 + 0.5, label }).collect();
        Self { scale: Scale::Linear, low: ticks.len() as f64, high: 0.0, ticks, minor: Vec::new() }
    }

    /// The same axis with its ticks at the values of a grid, where they are few.
    pub(crate) fn at_values(mut self, mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        values.dedup();
        if values.len() <= MOST_VALUES {
            self.minor.clear();
            self.name(&values);
        }
        self
    }

    /// Where a number lies: 0 at the low end, 1 at the high end.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let value = if self.scale == Scale::Log { value.log10() } else { value };
        (value - self.low) / (self.high - self.low)
    }

    /// The labels alone.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &str> {
        self.ticks.iter().map(|tick| tick.label.as_str())
    }

    fn name(&mut self, values: &[f64]) {
        let labels = if self.scale == Scale::Log { logarithmic(values) } else { linear(values) };
        self.ticks = values.iter().zip(labels).map(|(value, label)| Tick { value: *value, label }).collect();
    }

    /// Multiples of 1, 2 or 5 times a power of ten: about five.
    fn round(&self) -> Vec<f64> {
        let length = self.high - self.low;
        let power = 10f64.powi((length / 5.0).log10().floor() as i32);
        let steps = [1.0, 2.0, 5.0, 10.0].map(|multiple| multiple * power);
        let off = |step: &f64| (length / step - 5.0).abs();
        let step = steps.into_iter().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(length);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        // A product of a whole number and a power of ten, written as a quotient where that is exact.
        let value = |at: i64| if step < 1.0 { at as f64 / (1.0 / step).round() } else { at as f64 * step };
        (first..=last).map(value).collect()
    }

    /// Powers of ten, with 2 and 5 between them where there are fewer than three; the other multiples
    /// are minor.
    fn decades(&mut self) -> Vec<f64> {
        let decades = self.low.floor() as i32..=self.high.ceil() as i32;
        let inside = |multiples: &[u8], axis: &Self| -> Vec<f64> {
            let all = decades.clone().flat_map(|decade| multiples.iter().map(move |multiple| multiple_of(*multiple, decade)));
            all.filter(|value| (-1e-9..=1.0 + 1e-9).contains(&axis.place(*value))).collect()
        };
        let whole = inside(&[1], self);
        // Labels at every decade of a long axis would touch.
        let every = whole.len().div_ceil(7).max(1);
        let named = match whole.len() {
            0 | 1 if self.high - self.low < 1.0 => inside(&[1, 2, 3, 5, 7], self),
            0..3 => inside(&[1, 2, 5], self),
            _ => whole.iter().copied().filter(|value| (value.log10().round() as i32).rem_euclid(every as i32) == 0).collect(),
        };
        if named.len() < 2 {
            // Between two multiples of a power of ten, an axis is nearly linear.
            let (low, high) = (10f64.powf(self.low), 10f64.powf(self.high));
            return Self { scale: Scale::Linear, low, high, ticks: Vec::new(), minor: Vec::new() }.round();
        }
        self.minor = if whole.len() > 7 { whole } else { inside(&[2, 3, 4, 5, 6, 7, 8, 9], self) };
        self.minor.retain(|value| !named.contains(value));
        named
    }
}

/// The least and the greatest number, or exponent.
fn extent(scale: Scale, values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let mut range = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values {
        let value = if scale == Scale::Log { value.log10() } else { value };
        if !value.is_finite() {
            return None;
        }
        range = (range.0.min(value), range.1.max(value));
    }
    range.0.is_finite().then_some(range)
}

fn multiple_of(multiple: u8, decade: i32) -> f64 {
    if decade < 0 { f64::from(multiple) / 10f64.powi(-decade) } else { f64::from(multiple) * 10f64.powi(decade) }
}

/// Labels of a linear axis: as many decimals as its ticks need.
fn linear(values: &[f64]) -> Vec<String> {
    let large = values.iter().fold(0.0, |large: f64, value| large.max(value.abs()));
    if large >= 1e6 || (large > 0.0 && large < 1e-4) {
        return values.iter().map(|value| if *value == 0.0 { "0".to_string() } else { power(*value) }).collect();
    }
    let exact = |decimals: usize| values.iter().all(|value| (value - rounded(*value, decimals)).abs() <= 1e-9 * large);
    let decimals = (0..9).find(|decimals| exact(*decimals)).unwrap_or(9);
    values.iter().map(|value| grouped(*value, decimals, long(values))).collect()
}

/// Whether an axis has a number of five digits, which wants commas; then all have them.
fn long(values: &[f64]) -> bool {
    values.iter().any(|value| value.abs() >= 1e4)
}

fn rounded(value: f64, decimals: usize) -> f64 {
    let power = 10f64.powi(decimals as i32);
    (value * power).round() / power
}

/// Labels of a logarithmic axis: plain numbers where all are short, powers of ten otherwise.
fn logarithmic(values: &[f64]) -> Vec<String> {
    let short = values.iter().all(|value| (1e-3..1e5).contains(value));
    let decimals = |value: f64| (0..6).find(|decimals| (value - rounded(value, *decimals)).abs() <= 1e-9 * value).unwrap_or(6);
    let decimal = |value: f64| grouped(value, decimals(value), long(values));
    values.iter().map(|value| if short { decimal(*value) } else { power(*value) }).collect()
}

/// A number with a true minus.
pub(crate) fn plain(value: f64, decimals: usize) -> String {
    grouped(value, decimals, false)
}

/// A number with a true minus, its thousands told apart by commas where asked for.
fn grouped(value: f64, decimals: usize, commas: bool) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut digits = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if commas && at > 0 && (whole.len() - at).is_multiple_of(3) {
            digits.push(',');
        }
        digits.push(digit);
    }
    let zero = text.chars().all(|c| matches!(c, '0' | '.'));
    format!("{}{digits}{rest}", if value < 0.0 && !zero { "−" } else { "" })
}

fn power(value: f64) -> String {
    let exponent = value.abs().log10().floor() as i32;
    let multiple = rounded(value.abs() / 10f64.powi(exponent), 2);
    let sign = if value < 0.0 { "−" } else { "" };
    let power = format!("10{}", superscript(exponent));
    if multiple == 1.0 { format!("{sign}{power}") } else { format!("{sign}{multiple}×{power}") }
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

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.labels().collect()
    }

    #[test]
    fn logarithmic_ticks_are_round_and_inside() {
        let axis = Axis::around(Scale::Log, [100.0, 1600.0]).unwrap();
        assert_eq!(labels(&axis), ["100", "200", "500", "1000"]);
        assert!(axis.minor.contains(&300.0) && !axis.minor.contains(&200.0));
        assert!((axis.place(400.0) - 0.5).abs() < 1e-12);
        assert_eq!(Axis::around(Scale::Log, [1.0, 0.0]), None);
        assert_eq!(Axis::around(Scale::Log, []), None);
    }

    #[test]
    fn one_style_for_all_labels_of_an_axis() {
        assert_eq!(labels(&Axis::around(Scale::Log, [2e-4, 3e2]).unwrap()), ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"]);
        assert_eq!(labels(&Axis::around(Scale::Log, [0.002, 0.03]).unwrap()), ["0.002", "0.005", "0.01", "0.02"]);
        assert_eq!(labels(&Axis::around(Scale::Log, [2e-5, 3e-4]).unwrap()), ["2×10⁻⁵", "5×10⁻⁵", "10⁻⁴", "2×10⁻⁴"]);
        assert!(labels(&Axis::around(Scale::Log, [1e-30, 1.0]).unwrap()).len() <= 8);
        assert!(labels(&Axis::around(Scale::Log, [0.042, 0.043]).unwrap()).len() > 2);
    }

    #[test]
    fn linear_ticks_need_no_more_decimals_than_they_show() {
        assert_eq!(labels(&Axis::around(Scale::Linear, [-0.42, 0.55]).unwrap()), ["−0.4", "−0.2", "0.0", "0.2", "0.4"]);
        assert_eq!(labels(&Axis::from_zero([9000.0, 21000.0]).unwrap()), ["0", "5,000", "10,000", "15,000", "20,000"]);
        assert_eq!(labels(&Axis::around(Scale::Linear, [3.0, 3.0]).unwrap()).len(), 7);
        assert_eq!(Axis::around(Scale::Linear, [f64::NAN]), None);
        assert!(Axis::from_zero([0.0, 0.0]).unwrap().place(0.0).is_finite());
    }

    #[test]
    fn few_values_of_a_grid_are_named_themselves() {
        let axis = Axis::around(Scale::Log, [100.0, 1600.0]).unwrap().at_values(vec![400.0, 100.0, 1600.0, 100.0]);
        assert_eq!(labels(&axis), ["100", "400", "1600"]);
        assert!(axis.minor.is_empty());
    }
}
