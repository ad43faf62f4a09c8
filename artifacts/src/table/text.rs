//! Tables as Markdown and LaTeX.

use super::{Shown, Table};

impl Table {
    /// The Markdown file, or nothing for a table that only a figure can show.
    pub fn to_markdown(&self) -> Option<String> {
        self.shown().map(|shown| format!("{}\n\n{}", self.spec.title, shown.to_markdown()))
    }

    /// The LaTeX file: a `tabular` by booktabs, to be `\input`.
    pub fn to_latex(&self) -> Option<String> {
        self.shown().map(|shown| {
            let note = "% Generated from cells.csv by `saigen run`; `saigen verify` checks it. Needs \\usepackage{booktabs}.\n";
            format!("{note}% {}\n{}", self.spec.title, shown.to_latex())
        })
    }
}

impl Shown {
    /// A Markdown table; columns of numbers to the right.
    pub fn to_markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<_> = (0..self.head.len()).map(|at| if at < self.keys { ":--" } else { "--:" }.to_string()).collect();
        let mut text = line(&self.head) + &line(&rule);
        for row in &self.rows {
            text += &line(row);
        }
        text
    }

    /// A LaTeX table.
    pub fn to_latex(&self) -> String {
        let line = |cells: &[String]| cells.iter().map(|cell| latex(cell)).collect::<Vec<_>>().join(" & ") + r" \\" + "\n";
        let columns: String = (0..self.head.len()).map(|at| if at < self.keys { 'l' } else { 'r' }).collect();
        let mut text = format!("\\begin{{tabular}}{{{columns}}}\n\\toprule\n{}\\midrule\n", line(&self.head));
        for row in &self.rows {
            text += &line(row);
        }
        text + "\\bottomrule\n\\end{tabular}\n"
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

    #[test]
    fn both_forms_escape_and_align() {
        let shown = Shown { head: vec!["n".into(), "risk_cv".into()], keys: 1, rows: vec![vec!["100".into(), "0.1 ± 0.2".into()]] };
        assert_eq!(shown.to_markdown(), "| n | risk_cv |\n| :-- | --: |\n| 100 | 0.1 ± 0.2 |\n");
        assert!(shown.to_latex().contains("n & risk\\_cv \\\\\n\\midrule\n100 & 0.1 $\\pm$ 0.2 \\\\\n\\bottomrule"));
    }
}
