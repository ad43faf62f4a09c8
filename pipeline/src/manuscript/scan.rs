//! Finds saigen's macros in a LaTeX source.
//!
//! A source is read as TeX's own rules have it, as far as that goes without running TeX: comments
//! and verbatim text are skipped, and nothing behind `\end{document}` is read.

/// What a source holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    /// The macros, in order.
    pub(crate) uses: Vec<Use>,
    /// The files that it reads in, with the line.
    pub(crate) inputs: Vec<(usize, String)>,
    /// The lines with a macro that lacks an argument, and the macro.
    pub(crate) broken: Vec<(usize, &'static str)>,
}

/// One macro with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// The line, from 1.
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    pub(crate) target: String,
}

/// Which macro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `\saigenvalue{TARGET}`
    Value,
    /// `\saigenvalue*{TARGET}`, with its uncertainty
    ValueWithError,
    /// `\saigentyped{TARGET}{NUMBER}`
    Typed(String),
    /// `\saigenverdict{TARGET}`
    Verdict,
    /// `\saigentypedverdict{TARGET}{WORD}`
    TypedVerdict(String),
    /// `\saigentable{TARGET}`
    Table,
}

const NAMES: [&str; 5] = ["\\saigenvalue", "\\saigentyped", "\\saigenverdict", "\\saigentypedverdict", "\\saigentable"];

/// Environments whose text is printed as it is, or not at all.
const VERBATIM: [&str; 4] = ["verbatim", "verbatim*", "lstlisting", "comment"];

/// Reads a source.
pub(crate) fn scan(text: &str) -> Scan {
    let mut reader = Reader { rest: text, line: 1 };
    let mut scan = Scan::default();
    while let Some(next) = reader.rest.chars().next() {
        match next {
            '%' => reader.skip_comment(),
            '\\' => {
                let line = reader.line;
                match reader.command() {
                    "\\begin" => {
                        let name = reader.argument().unwrap_or_default();
                        if VERBATIM.contains(&name.as_str()) {
                            reader.skip_past(&format!("\\end{{{name}}}"));
                        }
                    }
                    "\\end" if reader.rest.trim_start().starts_with("{document}") => break,
                    "\\verb" => {
                        let starred = reader.rest.strip_prefix('*').unwrap_or(reader.rest);
                        reader.rest = starred;
                        if let Some(delimiter) = reader.take() {
                            reader.skip_past(&delimiter.to_string());
                        }
                    }
                    // Their definitions hold no use of them.
                    "\\input" | "\\include" => scan.inputs.extend(reader.argument().map(|file| (line, file))),
                    command => {
                        if let Some(name) = NAMES.into_iter().find(|name| *name == command) {
                            match reader.arguments(name) {
                                Some((kind, target)) => scan.uses.push(Use { line, kind, target }),
                                None => scan.broken.push((line, name)),
                            }
                        }
                    }
                }
            }
            _ => drop(reader.take()),
        }
    }
    scan
}

/// What is left of a source, and the line it begins in.
struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.advance(next.len_utf8());
        Some(next)
    }

    fn advance(&mut self, bytes: usize) {
        let (past, rest) = self.rest.split_at(bytes);
        self.line += past.matches('\n').count();
        self.rest = rest;
    }

    fn skip_comment(&mut self) {
        self.advance(self.rest.find('\n').map_or(self.rest.len(), |end| end + 1));
    }

    fn skip_past(&mut self, end: &str) {
        self.advance(self.rest.find(end).map_or(self.rest.len(), |at| at + end.len()));
    }

    /// A command from its backslash on: letters, or one character that is none, as in `\%`.
    fn command(&mut self) -> &'a str {
        let rest = self.rest;
        let letters = rest[1..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len() - 1);
        let one = rest[1..].chars().next().map_or(0, char::len_utf8);
        let end = 1 + if letters == 0 { one } else { letters };
        self.advance(end);
        &rest[..end]
    }

    fn skip_blanks(&mut self) {
        while let Some(next) = self.rest.chars().next() {
            match next {
                '%' => self.skip_comment(),
                _ if next.is_whitespace() => drop(self.take()),
                _ => return,
            }
        }
    }

    /// What stands in braces next, comments left out; nothing where there are none.
    fn argument(&mut self) -> Option<String> {
        self.skip_blanks();
        if !self.rest.starts_with('{') {
            return None;
        }
        self.take();
        let (mut inside, mut depth) = (String::new(), 1);
        while let Some(next) = self.rest.chars().next() {
            match next {
                '%' => {
                    self.skip_comment();
                    // TeX skips the blanks that a line begins with.
                    self.skip_blanks();
                    continue;
                }
                '\\' => {
                    inside += self.command();
                    continue;
                }
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            self.take();
            if depth == 0 {
                return Some(inside.trim().to_string());
            }
            inside.push(next);
        }
        None
    }

    /// The arguments of one of our macros.
    fn arguments(&mut self, name: &str) -> Option<(Kind, String)> {
        let starred = name == "\\saigenvalue" && self.rest.starts_with('*');
        if starred {
            self.take();
        }
        let target = self.argument()?;
        let kind = match name {
            "\\saigenvalue" if starred => Kind::ValueWithError,
            "\\saigenvalue" => Kind::Value,
            "\\saigentyped" => Kind::Typed(self.argument()?),
            "\\saigenverdict" => Kind::Verdict,
            "\\saigentypedverdict" => Kind::TypedVerdict(self.argument()?),
            _ => Kind::Table,
        };
        Some((kind, target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> Vec<(usize, Kind, String)> {
        scan(text).uses.into_iter().map(|one| (one.line, one.kind, one.target)).collect()
    }

    #[test]
    fn every_macro_is_found_with_its_line() {
        let text = "a \\saigenvalue{s/t:1:c} b\n\\saigenvalue*{s/t:2:c}\\saigenverdict{s/c}\n\n\\saigentable {s/t}\n\
            \\saigentyped{s/t:1:c}{\\num{1.2e-3}} \\saigentypedverdict{s/c}\n  {refuted}";
        let expected = [
            (1, Kind::Value, "s/t:1:c"),
            (2, Kind::ValueWithError, "s/t:2:c"),
            (2, Kind::Verdict, "s/c"),
            (4, Kind::Table, "s/t"),
            (5, Kind::Typed("\\num{1.2e-3}".to_string()), "s/t:1:c"),
            (5, Kind::TypedVerdict("refuted".to_string()), "s/c"),
        ];
        assert_eq!(uses(text), expected.map(|(line, kind, target)| (line, kind, target.to_string())));
    }

    #[test]
    fn comments_and_verbatim_text_are_skipped() {
        let text = "% \\saigenvalue{a}\n50\\% \\saigenvalue{b}\\\\% \\saigenvalue{c}\n\\verb|\\saigenvalue{d}|\\verb*+\\saigenvalue{e}+\n\
            \\begin{verbatim}\n\\saigenvalue{f}\n\\end{verbatim}\n\\saigenvalue{%\n  g}\\saigenvalues{h}\n\\end{document}\n\\saigenvalue{i}";
        assert_eq!(uses(text), [(2, Kind::Value, "b".to_string()), (7, Kind::Value, "g".to_string())]);
    }

    #[test]
    fn a_macro_without_its_arguments_is_told() {
        let scan = scan("\\saigentyped{s/t:1:c} 0.5\n\\saigenvalue x\n\\saigenvalue{open");
        assert_eq!(scan.broken, [(1, "\\saigentyped"), (2, "\\saigenvalue"), (3, "\\saigenvalue")]);
        assert!(scan.uses.is_empty());
    }

    #[test]
    fn files_that_are_read_in_are_named() {
        let scan = scan("\\input{a}\n% \\input{b}\n\\include{parts/c}\\input d");
        assert_eq!(scan.inputs, [(1, "a".to_string()), (3, "parts/c".to_string())]);
    }
}
