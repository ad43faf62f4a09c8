//! Numbers as people type them in a manuscript.
//!
//! `[-]DIGITS[.DIGITS]`, then an uncertainty, `(4)` in units of the last digit or `\pm 0.0004`, then
//! an exponent, `e-9` or `\times 10^{-9}`, then `\%`; all of it, or number and uncertainty, may stand
//! in brackets, and the whole in `$…$` or `\num{…}`. Between digits `{,}`, `\,`, `~` and blanks mean
//! nothing.

/// A number as typed: whole units of its last digit, so that rounding is a comparison of digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    value: Digits,
    negative: bool,
    error: Option<(Digits, Notation)>,
    exponent: i32,
    percent: bool,
}

/// Digits without their decimal marker, and how many stand behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Digits {
    units: String,
    decimals: i32,
}

/// How an uncertainty is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Brackets,
    PlusMinus,
}

impl Typed {
    /// Reads a number; nothing if it is none that is understood.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let plain = plain(text);
        let (rest, percent) = plain.strip_suffix('%').map_or((plain.as_str(), false), |rest| (rest, true));
        let (rest, exponent) = match rest.split_once('e') {
            Some((rest, exponent)) => (rest, exponent.parse().ok().filter(|exponent: &i32| exponent.abs() < 400)?),
            None => (rest, 0),
        };
        let rest = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(rest);
        let (unsigned, negative) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
        let (value, error) = if let Some((value, error)) = unsigned.split_once('±') {
            (Digits::read(value)?, Some((Digits::read(error)?, Notation::PlusMinus)))
        } else if let Some((value, error)) = unsigned.strip_suffix(')').and_then(|inner| inner.split_once('(')) {
            let value = Digits::read(value)?;
            let error = Digits::read(error)?;
            // Without a marker of its own it counts units of the number's last digit.
            let decimals = if error.decimals == 0 { value.decimals } else { error.decimals };
            (value, Some((Digits { decimals, ..error }, Notation::Brackets)))
        } else {
            (Digits::read(unsigned)?, None)
        };
        Some(Self { value, negative, error, exponent, percent })
    }

    /// What should have been typed, in the same form, where the record's value or uncertainty,
    /// rounded as this one is, is another; nothing where they agree.
    pub(crate) fn correction(&self, value: f64, error: Option<f64>) -> Option<String> {
        let sign = (self.negative && self.value.units != "0") == (value < 0.0) || self.value.units == "0";
        let right = sign && self.agrees(&self.value, value);
        let error_is_right = match (&self.error, error) {
            (Some((typed, _)), Some(error)) => self.agrees(typed, error),
            (typed, _) => typed.is_none(),
        };
        (!right || !error_is_right).then(|| self.form(value, error))
    }

    /// The power of ten that one unit of some digits is worth.
    fn place(&self, digits: &Digits) -> i32 {
        self.exponent - digits.decimals - if self.percent { 2 } else { 0 }
    }

    /// Whether these digits are a value rounded to them; of a tie both neighbours are.
    fn agrees(&self, digits: &Digits, value: f64) -> bool {
        let place = self.place(digits);
        [value.abs().next_down().max(0.0), value.abs().next_up()].iter().any(|near| units(*near, place) == digits.units)
    }

    /// A value and its uncertainty in the form of this number.
    fn form(&self, value: f64, error: Option<f64>) -> String {
        let rounded = |digits: &Digits, value: f64| Digits { units: units(value.abs(), self.place(digits)), decimals: digits.decimals };
        let number = rounded(&self.value, value);
        let mut text = if value < 0.0 && number.units != "0" { "-".to_string() } else { String::new() };
        text += &number.marked();
        match (&self.error, error) {
            (Some((typed, Notation::Brackets)), Some(error)) => {
                let error = rounded(typed, error);
                let inside = if typed.decimals == self.value.decimals { error.units } else { error.marked() };
                text += &format!("({inside})");
            }
            (Some((typed, Notation::PlusMinus)), Some(error)) => text += &format!(" ± {}", rounded(typed, error).marked()),
            (Some(_), None) => text += ", without an uncertainty",
            (None, _) => {}
        }
        if self.exponent != 0 {
            text += &format!("e{}", self.exponent);
        }
        if self.percent {
            text += " %";
        }
        text
    }
}

impl Digits {
    fn read(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals}");
        if digits.is_empty() || digits.len() > 40 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self { units: without_zeros(&digits), decimals: decimals.len() as i32 })
    }

    /// With the decimal marker.
    fn marked(&self) -> String {
        let decimals = self.decimals as usize;
        let padded = format!("{:0>width$}", self.units, width = decimals + 1);
        let (whole, decimals) = padded.split_at(padded.len() - decimals);
        if decimals.is_empty() { whole.to_string() } else { format!("{whole}.{decimals}") }
    }
}

fn without_zeros(digits: &str) -> String {
    let rest = digits.trim_start_matches('0');
    if rest.is_empty() { "0".to_string() } else { rest.to_string() }
}

/// A value that is not negative, rounded to whole units of `10^place`.
fn units(value: f64, place: i32) -> String {
    let exponent_of = |text: &str| text.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or_default();
    let first = exponent_of(&format!("{value:e}"));
    match usize::try_from(first - place) {
        Ok(decimals) if value > 0.0 => {
            // The formatting of floats rounds their exact decimal expansion.
            let text = format!("{value:.decimals$e}");
            let mantissa = text.split('e').next().unwrap_or_default().replace('.', "");
            // One more where it was rounded up to the next power of ten.
            let behind = (exponent_of(&text) - first) as usize;
            without_zeros(&(mantissa + &"0".repeat(behind)))
        }
        // Less than a unit: its half decides, which a scale by a power of ten could miss.
        _ if value > 0.0 && first == place - 1 && format!("{value:e}").as_bytes()[0] >= b'5' => "1".to_string(),
        _ => "0".to_string(),
    }
}

/// The text without what means nothing, and with one sign for each thing.
fn plain(text: &str) -> String {
    let text = text.trim().trim_matches('$').trim();
    let text = text.strip_prefix("\\num{").and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
    let mut text = text.to_string();
    for nothing in ["\\,", "\\;", "\\!", "\\ ", "{,}", "~", "$", " ", "\n", "\t"] {
        text = text.replace(nothing, "");
    }
    for (from, to) in [("\\percent", "%"), ("\\%", "%"), ("\\pm", "±"), ("+-", "±"), ("−", "-"), ("\\cdot10^", "e"), ("\\times10^", "e")]
    {
        text = text.replace(from, to);
    }
    text.replace(['{', '}'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(typed: &str, value: f64, error: Option<f64>) -> Option<String> {
        Typed::read(typed).unwrap().correction(value, error)
    }

    #[test]
    fn a_number_is_compared_at_its_own_decimals() {
        for typed in [
            "0.0123",
            "0.012",
            "0.01235",
            "1.23e-2",
            "1.2 \\times 10^{-2}",
            "\\num{1.23e-2}",
            "$0.0123$",
            "1.2\\,\\%",
            "12.3\\cdot 10^{-3}",
        ] {
            assert_eq!(correction(typed, 0.012_345_6, None), None, "{typed}");
        }
        assert_eq!(correction("0.0124", 0.012_345_6, None).as_deref(), Some("0.0123"));
        assert_eq!(correction("1.24e-2", 0.012_345_6, None).as_deref(), Some("1.23e-2"));
        assert_eq!(correction("1.3\\%", 0.012_345_6, None).as_deref(), Some("1.2 %"));
        assert_eq!(correction("0.0", 0.012_345_6, None), None);
        assert_eq!(correction("-0.5", 0.5, None).as_deref(), Some("0.5"));
        assert_eq!(correction("$-0.5$", -0.5, None), None);
        assert_eq!(correction("−0.5", -0.5, None), None);
        assert_eq!(correction("-0.0", 0.01, None), None);
    }

    #[test]
    fn large_numbers_and_thousands() {
        for typed in ["12345", "12{,}345", "12\\,345", "1.2e4", "1e4", "12.3e3"] {
            assert_eq!(correction(typed, 12_345.0, None), None, "{typed}");
        }
        assert_eq!(correction("12000", 12_345.0, None).as_deref(), Some("12345"));
        assert_eq!(correction("10e3", 9_999.0, None), None, "a carry");
        assert_eq!(correction("1.0", 0.9999, None), None, "a carry");
        assert_eq!(correction("1e5", 60_000.0, None), None, "half a unit and more");
        assert_eq!(correction("1e5", 40_000.0, None).as_deref(), Some("0e5"));
    }

    #[test]
    fn of_a_tie_both_neighbours_are_right() {
        for typed in ["0.12", "0.13"] {
            assert_eq!(correction(typed, 0.125, None), None, "{typed}");
        }
        assert_eq!(correction("0.14", 0.125, None).as_deref(), Some("0.12"));
    }

    #[test]
    fn an_uncertainty_is_compared_too() {
        let (value, error) = (0.012_345_6, Some(0.000_412));
        for typed in
            ["0.0123(4)", "0.0123 \\pm 0.0004", "$(1.23 \\pm 0.04) \\times 10^{-2}$", "1.23(4)e-2", "0.01235(41)", "(1.23±0.04)\\%"]
        {
            assert_eq!(correction(typed, value, error), None, "{typed}");
        }
        assert_eq!(correction("0.0123(5)", value, error).as_deref(), Some("0.0123(4)"));
        assert_eq!(correction("0.0124 \\pm 0.0004", value, error).as_deref(), Some("0.0123 ± 0.0004"));
        assert_eq!(correction("0.0123(4)", value, None).as_deref(), Some("0.0123, without an uncertainty"));
        assert_eq!(correction("123(17)", 123.4, Some(17.2)), None);
        assert_eq!(correction("123.4(1.7)", 123.4, Some(1.72)), None);
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for typed in ["", "about 3", "1,5", "1.2.3", "0.1(", "1e", "1e999", "\\num{}", "--1", "1±", "0x10", "1e4e4"] {
            assert_eq!(Typed::read(typed), None, "{typed}");
        }
    }
}
