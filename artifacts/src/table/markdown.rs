//! Tables as Markdown.

use super::{Shown, Table};

impl Table {
    /// The Markdown file, or nothing for a table that only a figure can show.
    pub fn to_markdown(&self) -> Option<String> {
        self.shown().map(|shown| format!("{}\n\n{}", self.spec.title, shown.to_markdown()))
    }
}

impl Shown {
    /// A Markdown table; columns of numbers to the right.
    pub fn to_markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<_> = (0..self.head.len()).map(|at| if at < self.keys { ":--" } else { "--:" }.to_string()).collect();
        let mut text = line(&self.head) + &line(&rule);
        for row in &self.rows {
            text += &line(&row.iter().map(ToString::to_string).collect::<Vec<_>>());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rounded;
    use super::super::layout::{Entry, Reading, Shown};

    #[test]
    fn numbers_stand_to_the_right_with_their_uncertainty() {
        let number = Entry { reading: Reading::Number(Rounded::with_error(0.1, 0.2)), source: None };
        let shown = Shown { head: vec!["n".into(), "risk_cv".into()], keys: 1, rows: vec![vec!["100".to_string().into(), number]] };
        assert_eq!(shown.to_markdown(), "| n | risk_cv |\n| :-- | --: |\n| 100 | 0.10 ± 0.20 |\n");
    }
}
