//! `saigen check-text`: what a manuscript types of the results, held against the record.

use super::record::{from_disk, nothing_yet};
use crate::Outcome;
use crate::cli::Studies;
use crate::compose::Composed;
use crate::exit::{Exit, Refusal, refuse};
use crate::manuscript::{FILE, Kind, Scan, Typed, Use, scan};
use crate::project::{Declared, Project};
use crate::say::{self, count};
use crate::target::{self, Target};
use saigen_artifacts::ArtifactError;
use saigen_artifacts::table::Content;
use saigen_artifacts::verdict::Verdict;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(super) fn check_text(project: &Project, files: &[PathBuf], json: bool) -> Outcome {
    let mut sources = Vec::new();
    let mut seen = BTreeSet::new();
    for file in files {
        let base = file.parent().unwrap_or(Path::new(""));
        read(file, base, &mut seen, &mut sources)?;
    }
    let built = from_disk(project, &Studies::default())?;
    if built.is_empty() {
        return Err(nothing_yet(project));
    }
    let mut report = Report::default();
    for Source { file, base, scan } in &sources {
        report.take(&file.display().to_string(), base, scan, &built)?;
    }
    if json {
        say::document(&json!({
            "files": sources.len(), "checked": report.checked, "without-macros": report.bare, "not-read": report.not_read,
            "findings": report.findings, "exit": report.exit() as u8,
        }))?;
    } else {
        report.print(sources.len());
    }
    Ok(report.exit())
}

/// A source, and the folder that TeX finds its inputs from: the first source's.
struct Source {
    file: PathBuf,
    base: PathBuf,
    scan: Scan,
}

/// Reads a source and those that it names, each once. TeX finds them from the first one's folder.
fn read(file: &Path, base: &Path, seen: &mut BTreeSet<PathBuf>, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    if !seen.insert(file.to_path_buf()) {
        return Ok(());
    }
    let unreadable = |message: String| refuse(Exit::Usage, message, "name a LaTeX source in UTF-8");
    let bytes =
        std::fs::read(file).map_err(|source| unreadable(ArtifactError::Io { action: "read", path: file.into(), source }.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(format!("'{}' is not UTF-8", file.display())))?;
    let scan = scan(&text);
    let inner: Vec<_> = scan.inputs.iter().filter_map(|(_, name)| source(base, name)).collect();
    sources.push(Source { file: file.to_path_buf(), base: base.to_path_buf(), scan });
    inner.iter().try_for_each(|path| read(path, base, seen, sources))
}

/// The file of an `\input`, if it lies beside the manuscript; not the one that `export` wrote.
fn source(base: &Path, name: &str) -> Option<PathBuf> {
    let path = base.join(name);
    let with_extension = PathBuf::from(format!("{}.tex", path.display()));
    let found = [with_extension, path].into_iter().find(|path| path.is_file())?;
    (found.file_name()? != FILE).then_some(found)
}

/// What was found in all sources.
#[derive(Default)]
struct Report {
    checked: usize,
    /// Files without a macro.
    bare: Vec<String>,
    /// Files named by `\input` that were not found, with their places.
    not_read: Vec<String>,
    findings: Vec<Finding>,
}

/// One thing that is wrong in a manuscript.
#[derive(Debug, Serialize)]
struct Finding {
    file: String,
    line: usize,
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    typed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    message: String,
}

/// What is wrong with one use: a message and, where something was typed, what the record says.
struct Wrong {
    message: String,
    typed: Option<String>,
    record: Option<String>,
}

impl Report {
    fn exit(&self) -> Exit {
        if self.findings.is_empty() { Exit::Done } else { Exit::Differs }
    }

    fn take(&mut self, file: &str, base: &Path, scan: &Scan, built: &[(Declared, Composed)]) -> anyhow::Result<()> {
        if scan.uses.is_empty() && scan.broken.is_empty() {
            self.bare.push(file.to_string());
        }
        for (line, name) in &scan.inputs {
            if source(base, name).is_none() && Path::new(name).file_stem() != Path::new(FILE).file_stem() {
                self.not_read.push(format!("{file}:{line}: {name}"));
            }
        }
        self.checked += scan.uses.len() + scan.broken.len();
        let mut found = Vec::new();
        for (line, name) in &scan.broken {
            let wrong = Wrong { message: format!("{name} lacks an argument"), typed: None, record: None };
            found.push((*line, String::new(), wrong));
        }
        for one in &scan.uses {
            found.extend(examine(one, built)?.map(|wrong| (one.line, one.target.clone(), wrong)));
        }
        found.sort_by_key(|(line, ..)| *line);
        self.findings.extend(found.into_iter().map(|(line, target, Wrong { message, typed, record })| Finding {
            file: file.to_string(),
            line,
            target,
            typed,
            record,
            message,
        }));
        Ok(())
    }

    fn print(&self, files: usize) {
        for place in &self.not_read {
            say::note(format!("{place} is not beside the manuscript, and was not read"));
        }
        for file in &self.bare {
            say::note(format!("'{file}' holds no macro of saigen: nothing of it was checked"));
        }
        for Finding { file, line, message, .. } in &self.findings {
            say::line(format!("{file}:{line}: {message}"));
        }
        let (macros, files) = (count(self.checked, "macro"), count(files, "file"));
        say::line(format!("{macros} in {files} checked, {} wrong", self.findings.len()));
    }
}

/// What is wrong with one use, if anything is.
fn examine(one: &Use, built: &[(Declared, Composed)]) -> anyhow::Result<Option<Wrong>> {
    let looked = match &one.kind {
        Kind::Value => number(&one.target, built, |_, _, _| None),
        Kind::ValueWithError => number(&one.target, built, |target, _, error| {
            let message = format!("'{target}' has no uncertainty on record");
            error.is_none().then_some(Wrong { message, typed: None, record: None })
        }),
        Kind::Typed(typed) => number(&one.target, built, |target, value, error| compare(typed, target, value, error)),
        Kind::Verdict => verdict(&one.target, built, None),
        Kind::TypedVerdict(typed) => verdict(&one.target, built, Some(typed)),
        Kind::Table => table(&one.target, built),
    };
    // That a target is not there is a finding; anything else ends the program.
    match looked {
        Ok(wrong) => Ok(wrong),
        Err(error) => match error.downcast::<Refusal>() {
            Ok(Refusal { message, hint, .. }) => {
                let message = format!("no '{}' on record: {message} ({hint})", one.target);
                Ok(Some(Wrong { message, typed: None, record: None }))
            }
            Err(error) => Err(error),
        },
    }
}

fn study<'a>(built: &'a [(Declared, Composed)], id: &str) -> anyhow::Result<&'a (Declared, Composed)> {
    built.iter().find(|(declared, _)| declared.declaration.id == id).ok_or_else(|| {
        let known: Vec<_> = built.iter().map(|(declared, _)| declared.declaration.id.as_str()).collect();
        refuse(Exit::Usage, format!("there are no results of a study '{id}'"), format!("known: {}", known.join(", ")))
    })
}

/// LaTeX looks a target up by its one spelling, where `trace` understands more.
fn spelling(target: &str, canonical: &str) -> Option<Wrong> {
    let message = || format!("'{target}' is written '{canonical}' in LaTeX");
    (target != canonical).then(|| Wrong { message: message(), typed: None, record: None })
}

/// Examines a number, with its value and its uncertainty.
fn number(
    target: &str,
    built: &[(Declared, Composed)],
    examine: impl FnOnce(&str, f64, Option<f64>) -> Option<Wrong>,
) -> anyhow::Result<Option<Wrong>> {
    let parts = Target::new(target);
    let (declared, composed) = study(built, parts.study)?;
    let table = target::table(declared, composed, parts.id)?;
    let Some(place) = parts.place else {
        let message = "a number needs its row and its column".to_string();
        return Err(refuse(Exit::Usage, message, "write STUDY/TABLE:ROW:COLUMN"));
    };
    if matches!(table.spec.content, Content::Series { .. }) {
        return Err(refuse(Exit::Usage, "a series is drawn, and its numbers are no macros", "quote a statistic of it"));
    }
    let (row, at) = target::number(table, place)?;
    if let Some(what) = row.without_number() {
        return Ok(Some(Wrong { message: format!("'{target}' has no number on record: {what}"), typed: None, record: None }));
    }
    if row.values[at].is_nan() {
        return Ok(Some(Wrong { message: format!("nothing is published for '{target}'"), typed: None, record: None }));
    }
    let column = table.spec.value_columns()[at];
    let canonical = format!("{}/{}", parts.study, table.target(row, column));
    Ok(examine(&canonical, row.values[at], table.error(row, column)).or_else(|| spelling(target, &canonical)))
}

fn compare(typed: &str, target: &str, value: f64, error: Option<f64>) -> Option<Wrong> {
    let Some(number) = Typed::read(typed) else {
        let message = format!("typed '{typed}' is no number, the record gives {value} ({target})");
        return Some(Wrong { message, typed: Some(typed.to_string()), record: Some(value.to_string()) });
    };
    number.correction(value, error).map(|record| {
        let message = format!("typed '{typed}', the record gives {record} ({target})");
        Wrong { message, typed: Some(typed.to_string()), record: Some(record) }
    })
}

fn verdict(target: &str, built: &[(Declared, Composed)], typed: Option<&str>) -> anyhow::Result<Option<Wrong>> {
    let parts = Target::new(target);
    let (_, composed) = study(built, parts.study)?;
    let claims = &composed.ledger.claims;
    let claim = claims.iter().find(|claim| claim.id == parts.id).ok_or_else(|| {
        let known: Vec<_> = claims.iter().map(|claim| claim.id.as_str()).collect();
        refuse(Exit::Usage, format!("study '{}' has no claim '{}'", parts.study, parts.id), format!("its claims: {}", known.join(", ")))
    })?;
    let wrong = typed.filter(|typed| *typed != claim.verdict.to_string()).map(|typed| {
        let known = if Verdict::ALL.iter().any(|word| word.to_string() == typed) { "" } else { ", which is no verdict" };
        let message = format!("typed '{typed}'{known}, the record says {} ({target})", claim.verdict);
        Wrong { message, typed: Some(typed.to_string()), record: Some(claim.verdict.to_string()) }
    });
    Ok(wrong.or_else(|| spelling(target, &format!("{}/{}", parts.study, claim.id))))
}

fn table(target: &str, built: &[(Declared, Composed)]) -> anyhow::Result<Option<Wrong>> {
    let parts = Target::new(target);
    let (declared, composed) = study(built, parts.study)?;
    let table = target::table(declared, composed, parts.id)?;
    if table.shown().is_none() {
        return Err(refuse(Exit::Usage, "a series is no table that is read", "export its figure"));
    }
    Ok(spelling(target, &format!("{}/{}", parts.study, table.spec.id)))
}
