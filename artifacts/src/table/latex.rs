//! Tables as LaTeX, set by booktabs and siunitx: numbers stand under each other by their decimal
//! markers, uncertainties in units of the last digit.

use super::layout::{Entry, Reading, Shown};
use super::{Rounded, Table};

impl Table {
    /// The LaTeX file, or nothing for a table that only a figure can show: a `tabular` to be
    /// `\input`.
    pub fn to_latex(&self) -> Option<String> {
        self.shown().map(|shown| {
            let note = "% Generated from cells.csv by `saigen run`; `saigen verify` checks it. Needs \\usepackage{booktabs,siunitx}.\n";
            format!("{note}% {}\n{}", self.spec.title, shown.to_latex())
        })
    }
}

impl Shown {
    /// A LaTeX table.
    pub fn to_latex(&self) -> String {
        let formats: Vec<_> = (0..self.head.len()).map(|at| Format::of(self.rows.iter().map(|row| &row[at]))).collect();
        let columns: String = formats.iter().map(|format| format.as_ref().map_or_else(|| "l".to_string(), Format::column)).collect();
        let in_braces = |at: usize, text: String| if formats[at].is_some() { format!("{{{text}}}") } else { text };
        let line = |entries: Vec<String>| entries.join(" & ") + " \\\\\n";
        let head = self.head.iter().enumerate().map(|(at, head)| in_braces(at, latex(head))).collect();
        let mut text = format!("\\begin{{tabular}}{{{columns}}}\n\\toprule\n{}\\midrule\n", line(head));
        for row in &self.rows {
            let entry = |(at, entry): (usize, &Entry)| match &entry.reading {
                Reading::Text(text) => in_braces(at, latex(text)),
                Reading::Number(number) => number.compact(),
            };
            text += &line(row.iter().enumerate().map(entry).collect());
        }
        text + "\\bottomrule\n\\end{tabular}\n"
    }
}

/// What a column of numbers needs room for, in characters.
#[derive(Default)]
struct Format {
    signed: bool,
    whole: usize,
    decimals: usize,
    uncertainty: usize,
    exponent: Option<Exponent>,
}

#[derive(Clone, Copy, Default)]
struct Exponent {
    signed: bool,
    digits: usize,
}

impl Format {
    /// That of a column; none where it holds no number.
    fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Option<Self> {
        let mut format = None;
        for entry in entries {
            if let Reading::Number(number) = &entry.reading {
                format.get_or_insert_with(Self::default).take(number);
            }
        }
        format
    }

    /// Makes room for one more number.
    fn take(&mut self, number: &Rounded) {
        let (mantissa, exponent) = number.value.split_once('e').map_or((number.value.as_str(), None), |(a, b)| (a, Some(b)));
        let digits = mantissa.trim_start_matches('-');
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        self.signed |= mantissa.starts_with('-');
        self.whole = self.whole.max(whole.len());
        self.decimals = self.decimals.max(decimals.len());
        // Between its brackets.
        self.uncertainty = self.uncertainty.max(number.compact().len().saturating_sub(number.value.len() + 2));
        if let Some(exponent) = exponent {
            let room = self.exponent.get_or_insert_default();
            room.signed |= exponent.starts_with('-');
            room.digits = room.digits.max(exponent.trim_start_matches('-').len());
        }
    }

    /// The column, as `S[table-format = -1.4(2)e-2]`.
    fn column(&self) -> String {
        let sign = |signed: bool| if signed { "-" } else { "" };
        let mut format = format!("{}{}.{}", sign(self.signed), self.whole, self.decimals);
        if self.uncertainty > 0 {
            format += &format!("({})", self.uncertainty);
        }
        if let Some(exponent) = self.exponent {
            format += &format!("e{}{}", sign(exponent.signed), exponent.digits);
        }
        format!("S[table-format={format}]")
    }
}

/// Text that LaTeX prints as it is.
fn latex(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '±' => out.push_str(r"$\pm$"),
            '\\' => out.push_str(r"\textbackslash{}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '^' => out.push_str(r"\^{}"),
            '~' => out.push_str(r"\~{}"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(rounded: Rounded) -> Entry {
        Entry { reading: Reading::Number(rounded), source: None }
    }

    fn shown(rows: Vec<Vec<Entry>>) -> Shown {
        Shown { head: vec!["target".into(), "n".into(), "risk_cv".into()], keys: 2, rows }
    }

    #[test]
    fn numbers_are_aligned_and_words_stand_in_braces() {
        let word = |text: &str| Entry::from(text.to_string());
        let rows = vec![
            vec![word("smooth"), number(Rounded::new(60.0, 4)), number(Rounded::with_error(0.001_2, 0.000_31))],
            vec![word("50 % & more"), number(Rounded::new(1600.0, 4)), number(Rounded::with_error(-123.4, 17.0))],
            vec![word("smooth"), number(Rounded::new(100.0, 4)), word("2 of 20 diverged")],
        ];
        let expected = "\\begin{tabular}{lS[table-format=4.0]S[table-format=-3.5(2)]}\n\\toprule\n\
             target & {n} & {risk\\_cv} \\\\\n\\midrule\n\
             smooth & 60 & 0.00120(31) \\\\\n\
             50 \\% \\& more & 1600 & -123(17) \\\\\n\
             smooth & 100 & {2 of 20 diverged} \\\\\n\
             \\bottomrule\n\\end{tabular}\n";
        assert_eq!(shown(rows).to_latex(), expected);
    }

    #[test]
    fn exponents_get_room() {
        let column = |values: &[f64]| {
            let entries: Vec<_> = values.iter().map(|value| number(Rounded::new(*value, 3))).collect();
            Format::of(entries.iter()).map(|format| format.column())
        };
        assert_eq!(column(&[0.125, 1.5e-9]).as_deref(), Some("S[table-format=1.3e-1]"));
        assert_eq!(column(&[-2e12, 3.5e8]).as_deref(), Some("S[table-format=-1.2e2]"));
        assert_eq!(column(&[]), None);
    }
}
