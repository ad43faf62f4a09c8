//! The catalog: for each data set a file `ID.toml`, which says what it is, where it comes from and
//! under which terms, and beside it `ID.sha256`, which lists its files as `sha256sum` does.

use crate::error::{DataError, Result};
use crate::set::DataSet;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// An entry of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name: the file's.
    pub id: String,
    /// What readers call it.
    pub title: String,
    /// Where it comes from.
    pub source: Source,
    /// Where its files are had, with `{file}` for a file's name; none for a bundled data set.
    pub url: Option<String>,
    /// The folder of its files, below the one that holds the data sets.
    pub folder: String,
    /// What is known of its terms, in words.
    pub licence: String,
    /// What those who use it cite.
    pub citation: String,
    /// Whether it is part of the repository.
    pub bundled: bool,
    /// Its files, each with its SHA-256 in hexadecimal.
    pub files: BTreeMap<String, String>,
}

/// A lasting place of publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A repository at one revision.
    Repository {
        /// Its address.
        address: String,
        /// The revision.
        revision: String,
    },
    /// A digital object identifier.
    Doi(String),
    /// The repository that this program lies in.
    Here,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Repository { address, revision } => write!(f, "{address} at {revision}"),
            Self::Doi(doi) => write!(f, "doi:{doi}"),
            Self::Here => f.write_str("this repository"),
        }
    }
}

impl Entry {
    /// Reads an entry of the catalog in `folder`.
    ///
    /// # Errors
    /// There is none of this name, or everything that is wrong with it.
    pub fn load(folder: &Path, id: &str) -> Result<Self> {
        let known = ids(folder)?;
        if !known.iter().any(|other| other == id) {
            return Err(DataError::Unknown { id: id.to_string(), known });
        }
        let text = |extension: &str| {
            let path = folder.join(format!("{id}.{extension}"));
            let text = std::fs::read_to_string(&path).map_err(DataError::io("read", &path))?;
            Ok::<_, DataError>((path, text))
        };
        let (path, words) = text("toml")?;
        let mut entry = read(id, &words).map_err(|problems| DataError::Catalog { path, problems })?;
        let (path, list) = text("sha256")?;
        entry.files = files(&list).map_err(|problem| DataError::Catalog { path, problems: vec![problem] })?;
        Ok(entry)
    }

    /// The data set in a folder that holds data sets.
    pub fn within(&self, data: &Path) -> DataSet {
        DataSet::new(&self.id, data.join(&self.folder), self.files.clone())
    }

    /// The address of a file; none for a bundled data set.
    pub fn address(&self, file: &str) -> Option<String> {
        Some(self.url.as_ref()?.replace("{file}", file))
    }
}

/// The names of all entries in a folder, sorted; none where the folder does not exist.
///
/// # Errors
/// The folder cannot be read.
pub fn ids(folder: &Path) -> Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(DataError::io("read", folder))?,
    };
    let mut ids = BTreeSet::new();
    for entry in entries {
        let path: PathBuf = entry.map_err(DataError::io("read", folder))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            ids.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    Ok(ids.into_iter().collect())
}

const FIELDS: [&str; 9] = ["title", "repository", "revision", "doi", "url", "folder", "licence", "citation", "bundled"];

/// Reads the words of an entry; its files are listed elsewhere.
fn read(id: &str, text: &str) -> Result<Entry, Vec<String>> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = line_of(text, error.span().map_or(0, |span| span.start));
        vec![format!("line {line}: not TOML: {}", error.message())]
    })?;
    let mut fields = Fields { text, table: table.get_ref(), problems: Vec::new() };
    fields.check_names();
    let bundled = fields.flag("bundled");
    let entry = Entry {
        id: id.to_string(),
        title: fields.required("title"),
        source: fields.source(bundled),
        url: fields.url(bundled),
        folder: fields.folder(id),
        licence: fields.required("licence"),
        citation: fields.required("citation"),
        bundled,
        files: BTreeMap::new(),
    };
    if fields.problems.is_empty() { Ok(entry) } else { Err(fields.problems) }
}

/// The fields of an entry, and what is wrong with them.
struct Fields<'a> {
    text: &'a str,
    table: &'a DeTable<'a>,
    problems: Vec<String>,
}

impl Fields<'_> {
    fn check_names(&mut self) {
        for key in self.table.keys() {
            if !FIELDS.contains(&key.get_ref().as_ref()) {
                let line = line_of(self.text, key.span().start);
                self.problems.push(format!("line {line}: unknown field '{}', known: {}", key.get_ref(), FIELDS.join(", ")));
            }
        }
    }

    fn wrong(&mut self, name: &str, message: &str) {
        let line = self.table.get(name).map_or(1, |value| line_of(self.text, value.span().start));
        self.problems.push(format!("line {line}: field '{name}' {message}"));
    }

    /// A text that says something; none where the field is not there.
    fn optional(&mut self, name: &str) -> Option<String> {
        let value: &Spanned<DeValue<'_>> = self.table.get(name)?;
        match value.get_ref().as_str().map(str::trim) {
            Some(text) if !text.is_empty() => return Some(text.to_string()),
            Some(_) => self.wrong(name, "is empty"),
            None => self.wrong(name, "is no string"),
        }
        None
    }

    fn required(&mut self, name: &str) -> String {
        if !self.table.contains_key(name) {
            self.wrong(name, "is missing: expected a string");
        }
        self.optional(name).unwrap_or_default()
    }

    fn flag(&mut self, name: &str) -> bool {
        let value = self.table.get(name).map(|value| value.get_ref().as_bool());
        if value == Some(None) {
            self.wrong(name, "is neither true nor false");
        }
        value.flatten().unwrap_or_default()
    }

    fn source(&mut self, bundled: bool) -> Source {
        let [repository, revision, doi] = ["repository", "revision", "doi"].map(|name| self.optional(name));
        match (repository, revision, doi) {
            (Some(address), Some(revision), None) => Source::Repository { address, revision },
            (None, None, Some(doi)) => Source::Doi(doi),
            (None, None, None) if bundled => Source::Here,
            _ => {
                self.wrong("repository", "and 'revision', or 'doi' instead of both, must say where the data come from");
                Source::Here
            }
        }
    }

    fn url(&mut self, bundled: bool) -> Option<String> {
        let url = self.optional("url");
        match (&url, bundled) {
            (Some(_), true) => self.wrong("url", "is of no use: a bundled data set is never fetched"),
            (None, false) if !self.table.contains_key("url") => self.wrong("url", "is missing: expected an address with {file} in it"),
            (Some(text), false) if !text.contains("://") || !text.contains("{file}") || text.contains(['"', '\\', ' ']) => {
                self.wrong("url", &format!("is '{text}', expected an address with {{file}} in it, as 'https://example.org/{{file}}'"));
            }
            _ => {}
        }
        url
    }

    fn folder(&mut self, id: &str) -> String {
        let folder = self.optional("folder").unwrap_or_else(|| id.to_string());
        if !is_inside(&folder) {
            self.wrong("folder", &format!("is '{folder}', expected a path that goes down from the folder of the data sets"));
        }
        folder
    }
}

/// The list of files: `sha256  name` a line, in the order of the names, so that the digest of the
/// list is the digest of the data set.
fn files(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let wrong = |message: String| format!("line {}: {message}", at + 1);
        let (digest, file) = line.split_once("  ").ok_or_else(|| wrong(format!("expected 'SHA256  FILE', found '{line}'")))?;
        if digest.len() != 64 || !digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(wrong(format!("'{digest}' is no sha256 in small hexadecimal digits")));
        }
        if !is_inside(file) {
            return Err(wrong(format!("'{file}' is no name of a file: expected letters, digits and '._-', with '/' between folders")));
        }
        if files.last_key_value().is_some_and(|(last, _)| last.as_str() >= file) {
            return Err(wrong(format!("'{file}' stands twice or out of order: sort the lines by name, byte by byte")));
        }
        files.insert(file.to_string(), digest.to_string());
    }
    if files.is_empty() { Err("line 1: the list is empty".to_string()) } else { Ok(files) }
}

/// Whether a path goes down only, in plain letters, so that it is one on every system and in an
/// address.
fn is_inside(path: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    path.split('/').all(plain)
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "title = \"Toy\"\nrepository = \"https://example.org/toy\"\nrevision = \"abc\"\n\
        url = \"https://example.org/{file}\"\nlicence = \"none found\"\ncitation = \"A. Author 2016\"\n";

    #[test]
    fn an_entry_reads_as_written() {
        let entry = read("toy", ENTRY).unwrap();
        assert_eq!((entry.folder.as_str(), entry.source.to_string().as_str()), ("toy", "https://example.org/toy at abc"));
        assert_eq!(entry.address("a/b.txt").unwrap(), "https://example.org/a/b.txt");
        let bundled = read("toy", "title = \"Toy\"\nlicence = \"own\"\ncitation = \"none\"\nbundled = true\n").unwrap();
        assert_eq!((bundled.source.to_string().as_str(), bundled.address("a.txt")), ("this repository", None));
    }

    #[test]
    fn everything_wrong_is_named_at_once_with_line_field_and_value() {
        let cases: [(&str, &str, &[&str]); 9] = [
            ("title", "titel", &["line 1: unknown field 'titel', known: title,", "field 'title' is missing"]),
            ("\"Toy\"", "\" \"", &["line 1: field 'title' is empty"]),
            ("\"Toy\"", "3", &["line 1: field 'title' is no string"]),
            ("revision", "doi", &["line 2: field 'repository' and 'revision', or 'doi' instead of both"]),
            ("{file}", "file", &["line 4: field 'url' is 'https://example.org/file', expected an address with {file} in it"]),
            ("licence =", "folder = \"../x\"\nlicence =", &["line 5: field 'folder' is '../x', expected a path that goes down"]),
            ("title", "bundled = 1\ntitle", &["line 1: field 'bundled' is neither true nor false"]),
            ("title", "bundled = true\ntitle", &["line 5: field 'url' is of no use"]),
            ("title =", "title", &["line 1: not TOML: "]),
        ];
        for (from, to, expected) in cases {
            let problems = read("toy", &ENTRY.replacen(from, to, 1)).unwrap_err().join("; ");
            expected.iter().for_each(|message| assert!(problems.contains(message), "{problems}"));
        }
        let problems = read("toy", "licence = \"\"\n").unwrap_err();
        assert_eq!(problems.len(), 5, "{problems:?}");
    }

    #[test]
    fn a_list_is_in_order_and_names_plain_files() {
        let (a, b) = ("0".repeat(64), "f".repeat(64));
        let list = files(&format!("{a}  SIM/a.txt\n{b}  SIM/b.txt\n")).unwrap();
        assert_eq!(list["SIM/b.txt"], b);
        let cases = [
            (format!("{a} a.txt\n"), "line 1: expected 'SHA256  FILE', found"),
            (format!("{a}  a.txt\n{}  b.txt\n", "F".repeat(64)), "line 2: 'FFFF"),
            (format!("{a}  b.txt\n{b}  a.txt\n"), "line 2: 'a.txt' stands twice or out of order"),
            (format!("{a}  a.txt\n{b}  a.txt\n"), "line 2: 'a.txt' stands twice or out of order"),
            (format!("{a}  ../a.txt\n"), "line 1: '../a.txt' is no name of a file"),
            (format!("{a}  /etc/a\n"), "line 1: '/etc/a' is no name of a file"),
            (String::new(), "line 1: the list is empty"),
        ];
        for (text, message) in cases {
            let problem = files(&text).unwrap_err();
            assert!(problem.starts_with(message), "{problem}");
        }
    }
}
