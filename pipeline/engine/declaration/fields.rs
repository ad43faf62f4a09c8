//! Reading TOML tables field by field: every problem is kept with its line, and reading goes on.

use crate::problem::{Problem, suggestion};
use saigen_artifacts::Scalar;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where problems gather.
pub(super) struct Sink<'a> {
    text: &'a str,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, problems: RefCell::default() }
    }

    pub(super) fn add(&self, at: usize, field: &str, message: String, hint: Option<String>) {
        let line = self.text[..at.min(self.text.len())].matches('\n').count() + 1;
        self.problems.borrow_mut().push(Problem { line, field: field.to_string(), message, hint });
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems.dedup();
        problems
    }
}

/// A place in the file: where a checked value came from, for problems found later.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) field: String,
}

/// One table of the file.
pub(super) struct Fields<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    path: String,
    sink: &'a Sink<'a>,
    known: BTreeSet<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(table: &'a Spanned<DeTable<'a>>, sink: &'a Sink<'a>) -> Self {
        Self { table: table.get_ref(), span: table.span(), path: String::new(), sink, known: BTreeSet::new() }
    }

    /// The place of this table.
    pub(super) fn place(&self) -> Place {
        Place { at: self.span.start, field: self.path.clone() }
    }

    /// The place of a field of it, or its own where the field is not there.
    pub(super) fn place_of(&self, name: &str) -> Place {
        let at = self.table.get(name).map_or(self.span.start, |value| value.span().start);
        Place { at, field: self.inside(name) }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    pub(super) fn text(&mut self, name: &'static str) -> String {
        self.required(name, "a string", |value| value.as_str().map(str::to_string))
    }

    /// A text that says something.
    pub(super) fn words(&mut self, name: &'static str) -> String {
        let text = self.text(name);
        if self.has(name) && text.trim().is_empty() {
            self.problem_at(name, "the text is empty".to_string(), None);
        }
        text
    }

    pub(super) fn optional_text(&mut self, name: &'static str) -> Option<String> {
        self.optional(name, "a string", |value| value.as_str().map(str::to_string))
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.required(name, "a list of strings", |value| {
            value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_string)).collect()
        })
    }

    /// A list of strings; empty where it is not there.
    pub(super) fn optional_texts(&mut self, name: &'static str) -> Vec<String> {
        self.known.insert(name);
        if self.has(name) { self.texts(name) } else { Vec::new() }
    }

    pub(super) fn count(&mut self, name: &'static str) -> u64 {
        self.required(name, "a whole number of 1 or more", |value| match scalar(value)? {
            Scalar::Int(value) => u64::try_from(value).ok().filter(|count| *count > 0),
            _ => None,
        })
    }

    pub(super) fn optional_float(&mut self, name: &'static str) -> Option<f64> {
        self.optional(name, "a number", |value| scalar(value)?.number())
    }

    /// A list of numbers; empty where it is not there.
    pub(super) fn optional_floats(&mut self, name: &'static str) -> Vec<f64> {
        let list = |value: &DeValue<'_>| value.as_array()?.iter().map(|item| scalar(item.get_ref())?.number()).collect();
        self.optional(name, "a list of numbers", list).unwrap_or_default()
    }

    /// `true` or `false`, which stands for it where it is not there.
    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        self.optional(name, "true or false", |value| value.as_bool()).unwrap_or_default()
    }

    /// One of some words, as what it stands for; the default only ever stands in for a wrong word.
    pub(super) fn choice<T: Copy + Default>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> T {
        let word = self.text(name);
        match words.iter().find(|(known, _)| *known == word) {
            Some((_, value)) => *value,
            None => {
                if self.has(name) && !word.is_empty() {
                    let hint = suggestion(&word, words.iter().map(|(known, _)| *known).collect::<Vec<_>>());
                    self.problem_at(name, format!("'{word}' is not known"), Some(hint));
                }
                T::default()
            }
        }
    }

    /// A table of scalars under free names; nothing where it is not there.
    pub(super) fn scalars(&mut self, name: &'static str) -> Vec<(String, Scalar)> {
        let Some(fields) = self.optional_table(name) else { return Vec::new() };
        fields.all("a number or a string", scalar)
    }

    /// Every field of this table but one, under free names, each a list of scalars.
    pub(super) fn lists_except(&self, taken: &str) -> Vec<(String, Vec<Scalar>)> {
        let free = self.table.iter().filter(|(key, _)| key.get_ref() != taken);
        let mut lists = Vec::new();
        for (key, value) in free {
            let items = value.get_ref().as_array().and_then(|list| list.iter().map(|item| scalar(item.get_ref())).collect());
            match items {
                Some(items) => lists.push((key.get_ref().to_string(), items)),
                None => self.problem(
                    value.span().start,
                    &self.inside(key.get_ref()),
                    format!("expected a list of numbers or strings, found {}", kind(value.get_ref())),
                    None,
                ),
            }
        }
        lists
    }

    /// The sub-tables under free names.
    pub(super) fn named_tables(&mut self, name: &'static str) -> Vec<(String, Fields<'a>)> {
        let Some(outer) = self.optional_table(name) else { return Vec::new() };
        let mut tables = Vec::new();
        for (key, value) in outer.table.iter() {
            let path = outer.inside(key.get_ref());
            match value.get_ref() {
                DeValue::Table(table) => tables.push((key.get_ref().to_string(), outer.sub(table, value.span(), path))),
                other => outer.problem(value.span().start, &path, format!("expected a table, found {}", kind(other)), None),
            }
        }
        tables
    }

    pub(super) fn table(&mut self, name: &'static str) -> Option<Fields<'a>> {
        if !self.has(name) {
            self.known.insert(name);
            self.missing(name, "a table");
        }
        self.optional_table(name)
    }

    pub(super) fn optional_table(&mut self, name: &'static str) -> Option<Fields<'a>> {
        self.known.insert(name);
        let value = self.table.get(name)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.sub(table, value.span(), self.inside(name))),
            other => {
                self.problem_at(name, format!("expected a table, found {}", kind(other)), None);
                None
            }
        }
    }

    /// An array of tables; empty where it is not there.
    pub(super) fn tables(&mut self, name: &'static str) -> Vec<Fields<'a>> {
        self.known.insert(name);
        let Some(value) = self.table.get(name) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.problem_at(name, format!("expected tables written [[{name}]], found {}", kind(value.get_ref())), None);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (index, item) in list.iter().enumerate() {
            let id = item.get_ref().as_table().and_then(|table| table.get("id")).and_then(|id| id.get_ref().as_str());
            let path = format!("{}[{}]", self.inside(name), id.map_or(index.to_string(), |id| format!("'{id}'")));
            match item.get_ref() {
                DeValue::Table(table) => tables.push(self.sub(table, item.span(), path)),
                other => self.problem(item.span().start, &path, format!("expected a table, found {}", kind(other)), None),
            }
        }
        tables
    }

    /// Reports every field that nobody asked for.
    pub(super) fn finish(self) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !self.known.contains(name) {
                let hint = suggestion(name, self.known.iter().copied());
                self.problem(key.span().start, &self.inside(name), "unknown field".to_string(), Some(hint));
            }
        }
    }

    /// Reports a problem with one field.
    pub(super) fn problem_at(&self, name: &str, message: String, hint: Option<String>) {
        let Place { at, field } = self.place_of(name);
        self.problem(at, &field, message, hint);
    }

    /// Reports a problem with this table as a whole.
    pub(super) fn problem_here(&self, message: String, hint: Option<String>) {
        self.problem(self.span.start, &self.path, message, hint);
    }

    fn problem(&self, at: usize, field: &str, message: String, hint: Option<String>) {
        self.sink.add(at, field, message, hint);
    }

    fn missing(&self, name: &str, expected: &str) {
        self.problem(self.span.start, &self.path, format!("field '{name}' is missing: expected {expected}"), None);
    }

    fn required<T: Default>(&mut self, name: &'static str, expected: &str, read: impl Fn(&'a DeValue<'a>) -> Option<T>) -> T {
        if !self.has(name) {
            self.known.insert(name);
            self.missing(name, expected);
        }
        self.optional(name, expected, read).unwrap_or_default()
    }

    fn optional<T>(&mut self, name: &'static str, expected: &str, read: impl Fn(&'a DeValue<'a>) -> Option<T>) -> Option<T> {
        self.known.insert(name);
        let value = self.table.get(name)?.get_ref();
        let read = read(value);
        if read.is_none() {
            self.problem_at(name, format!("expected {expected}, found {}", kind(value)), None);
        }
        read
    }

    fn all<T>(self, expected: &str, read: impl Fn(&DeValue<'_>) -> Option<T>) -> Vec<(String, T)> {
        let mut found = Vec::new();
        for (key, value) in self.table.iter() {
            match read(value.get_ref()) {
                Some(value) => found.push((key.get_ref().to_string(), value)),
                None => {
                    let message = format!("expected {expected}, found {}", kind(value.get_ref()));
                    self.problem(value.span().start, &self.inside(key.get_ref()), message, None);
                }
            }
        }
        found
    }

    fn sub(&self, table: &'a DeTable<'a>, span: Range<usize>, path: String) -> Fields<'a> {
        Fields { table, span, path, sink: self.sink, known: BTreeSet::new() }
    }

    fn inside(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) }
    }
}

/// A number or a string as a scalar; a number that is not finite is none.
fn scalar(value: &DeValue<'_>) -> Option<Scalar> {
    match value {
        DeValue::String(text) => Some(Scalar::Text(text.to_string())),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(Scalar::Int),
        DeValue::Float(number) => number.as_str().parse().ok().filter(|value: &f64| value.is_finite()).map(Scalar::Float),
        _ => None,
    }
}

fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string '{text}'"),
        DeValue::Integer(number) => format!("the number '{}'", number.as_str()),
        DeValue::Float(number) => format!("the number '{}'", number.as_str()),
        DeValue::Boolean(value) => format!("'{value}'"),
        DeValue::Datetime(_) => "a date".to_string(),
        DeValue::Array(_) => "a list".to_string(),
        DeValue::Table(_) => "a table".to_string(),
    }
}
