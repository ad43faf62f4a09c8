//! Results and data as other programs read them: RO-Crate, Croissant, CODECHECK and the Citation File
//! Format. Everything here is a function of results, declarations and the catalog; no file holds a
//! clock, a random identifier, or what only this machine knows.

mod citation;
mod codecheck;
mod croissant;
mod paper;
mod ro_crate;

pub(crate) use citation::citation;
pub(crate) use codecheck::codecheck;
pub(crate) use croissant::croissant;
pub(crate) use ro_crate::ro_crate;

use crate::compose::Composed;
use crate::project::{Declared, Project};
use anyhow::Context as _;
use saigen_artifacts::verdict::{Ledger, Verdict};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Who answers for this suite, as its licence says.
const MAINTAINERS: &str = "The saigen maintainers";

/// This repository's licences, either of which one may choose: SPDX's name and theirs.
const LICENCES: [(&str, &str); 2] = [("MIT", "MIT License"), ("Apache-2.0", "Apache License 2.0")];

/// Files to be written, by their paths from the folder that is exported to.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A study that is exported, with its results.
pub(crate) struct Exported<'a> {
    pub(crate) project: &'a Project,
    pub(crate) declared: &'a Declared,
    pub(crate) composed: &'a Composed,
}

impl Exported<'_> {
    fn id(&self) -> &str {
        &self.declared.declaration.id
    }

    /// The results, each with what it is in a line, by their paths from the project's root.
    fn results(&self) -> BTreeMap<String, (&[u8], String)> {
        let files = self.composed.files.iter();
        files.map(|(file, bytes)| (self.project.place(self.id(), file), (bytes.as_slice(), self.describe(file)))).collect()
    }

    /// What a result file is.
    fn describe(&self, file: &str) -> String {
        let declaration = &self.declared.declaration;
        let stem = |folder: &str| Some(file.strip_prefix(folder)?.rsplit_once('.')?.0);
        if let Some(table) = stem("tables/").and_then(|id| declaration.tables.iter().find(|table| table.id == id)) {
            return format!("Table: {}", table.title);
        }
        if let Some(figure) = stem("figures/").and_then(|id| declaration.figures.iter().find(|figure| figure.id == id)) {
            return format!("Figure: {}", figure.title);
        }
        match file {
            "cells.csv" => "Every cell: experiment, place on the axes, seed, values and key".to_string(),
            "claims.json" => format!("Verdicts with their evidence: {}", tally(&self.composed.ledger)),
            "lock.json" => "The digests of all cells, files and code, under one Merkle root".to_string(),
            other => other.to_string(),
        }
    }

    /// The command that makes the results again.
    fn command(&self) -> String {
        format!("saigen run {} --force{}", self.id(), self.composed.options())
    }
}

/// "53 claims: 34 reproduced, 11 refuted, 8 inconclusive, 0 not-run".
fn tally(ledger: &Ledger) -> String {
    let counts: Vec<_> = Verdict::ALL.iter().map(|verdict| format!("{} {verdict}", ledger.count(*verdict))).collect();
    format!("{}: {}", crate::say::count(ledger.claims.len(), "claim"), counts.join(", "))
}

/// A JSON document with sorted keys.
fn document(value: &Json) -> anyhow::Result<Vec<u8>> {
    let text = serde_json::to_string_pretty(value).context("the document has a JSON form")?;
    Ok((text + "\n").into_bytes())
}

/// A text as YAML, which reads JSON's strings.
fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

/// The media type of a file, by the end of its name.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "csv" => "text/csv",
        "json" => "application/json",
        "md" => "text/markdown",
        "svg" => "image/svg+xml",
        "tex" => "application/x-tex",
        "toml" => "application/toml",
        _ => "text/plain",
    }
}
