//! A study's result files on disk, read back and composed: what `claims`, `report`, `verify` and
//! the last part of `run` work on.

use crate::compose::{Afresh, Composed, Memo, Source, compose, report, splice};
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use saigen_artifacts::ArtifactError;
use saigen_artifacts::lock::Lock;
use std::path::Path;

/// The README's path from the root.
pub(super) const README: &str = "README.md";

/// Composes a study from its `cells.csv` on disk; `None` where it has none.
pub(super) fn from_disk(project: &Project, declared: &Declared) -> anyhow::Result<Option<Composed>> {
    let path = project.place(&declared.declaration.id, "cells.csv");
    let Some(bytes) = project.read(&path)? else { return Ok(None) };
    let source = Source::File { path: Path::new(&path), bytes: &bytes };
    compose(&declared.declaration, project.tier, project.backend, &source, &mut Afresh as &mut dyn Memo).map(Some)
}

/// The lock on disk.
pub(super) fn lock(project: &Project, study: &str) -> anyhow::Result<Option<Lock>> {
    let path = project.place(study, "lock.json");
    let Some(bytes) = project.read(&path)? else { return Ok(None) };
    let lock =
        serde_json::from_slice(&bytes).map_err(|error| ArtifactError::Malformed { path: path.into(), message: error.to_string() })?;
    Ok(Some(lock))
}

/// The report and, for the record, the README with its verdicts: path and bytes.
pub(super) fn shared_files(project: &Project, studies: &[(&Declared, &Composed)]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let pairs: Vec<_> = studies.iter().map(|(declared, composed)| (&declared.declaration, *composed)).collect();
    let mut files = vec![(project.report(), report(&pairs)?.into_bytes())];
    if project.is_record() {
        let ledgers: Vec<_> = studies.iter().map(|(_, composed)| &composed.ledger).collect();
        let readme = project.read(README)?.and_then(|bytes| String::from_utf8(bytes).ok());
        files.extend(readme.and_then(|text| splice(&text, &ledgers)).map(|text| (README.to_string(), text.into_bytes())));
    }
    Ok(files)
}

/// What to say where nothing was run yet.
pub(super) fn nothing_yet(project: &Project) -> anyhow::Error {
    let message = format!("there are no results at tier {} on backend {}", project.tier, project.backend.name());
    refuse(Exit::Due, message, format!("`saigen run --tier {} --backend {}` makes them", project.tier, project.backend.name()))
}
