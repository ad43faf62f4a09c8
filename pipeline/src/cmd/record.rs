//! A study's result files on disk, read back and composed: what `claims`, `report`, `verify` and
//! the last part of `run` work on.

use crate::cli::Studies;
use crate::compose::{Afresh, Composed, Entry, Outputs, compose, report, splice, verdicts};
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use crate::say::count;
use saigen_artifacts::ArtifactError;
use saigen_artifacts::cells::Cells;
use saigen_artifacts::lock::Lock;
use saigen_artifacts::verdict::Ledger;
use serde::de::DeserializeOwned;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

/// The lock's name in a study's results, of which it is the one file that its own Merkle root does not
/// hold.
pub(super) const LOCK: &str = "lock.json";

/// The README's path from the root.
const README: &str = "README.md";

/// The named studies, or all, composed from their `cells.csv` on disk; those without one are left
/// out.
pub(super) fn from_disk(project: &Project, studies: &Studies) -> anyhow::Result<Vec<(Declared, Composed)>> {
    let declared = project.declared(studies)?;
    // Each is on its own: a core each, as far as they go. The last needs no thread, and a study alone none
    // at all, whose memory would not be used again.
    let composed: Vec<anyhow::Result<Option<Composed>>> = thread::scope(|scope| {
        let Some((last, others)) = declared.split_last() else { return Vec::new() };
        let started: Vec<_> = others.iter().map(|one| scope.spawn(move || one_from_disk(project, one))).collect();
        let last = one_from_disk(project, last);
        let joined = started.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.chain([last]).collect()
    });
    let mut found = Vec::new();
    for (declared, composed) in declared.into_iter().zip(composed) {
        found.extend(composed?.map(|composed| (declared, composed)));
    }
    Ok(found)
}

fn one_from_disk(project: &Project, declared: &Declared) -> anyhow::Result<Option<Composed>> {
    let path = project.place(&declared.declaration.id, "cells.csv");
    let Some(bytes) = project.read(&path)? else { return Ok(None) };
    let cells = Cells::from_csv(declared.declaration.schema(), Path::new(&path), &bytes)?;
    // Composing takes the most memory of all, and these bytes are made anew there.
    drop(bytes);
    // Without a lock, which is found missing, the cells are taken for today's.
    let stems = lock(project, &declared.declaration.id)?.map_or_else(|| project.plan(declared).stems(), |lock| lock.stems);
    compose(&declared.declaration, (project.tier, project.backend), cells, stems, &mut Afresh).map(Some)
}

/// The lock on disk.
pub(super) fn lock(project: &Project, study: &str) -> anyhow::Result<Option<Lock>> {
    json(project, &project.place(study, LOCK))
}

/// The ledger on disk.
pub(super) fn ledger(project: &Project, study: &str) -> anyhow::Result<Option<Ledger>> {
    json(project, &project.place(study, "claims.json"))
}

/// How the cells that a study was just composed of differ from those of the lock on disk, which names
/// them as they were computed.
pub(super) fn moved_cells(project: &Project, study: &str, composed: &Composed) -> anyhow::Result<Option<String>> {
    let (path, made) = (project.place(study, LOCK), &composed.lock);
    // Mostly it is the same to the byte, and need not be understood.
    if project.holds(&path, &composed.files[LOCK])? {
        return Ok(None);
    }
    let Some(recorded) = json::<Lock>(project, &path)? else { return Ok(None) };
    let changed = made.cells.iter().filter(|(key, digest)| recorded.cells.get(*key) != Some(digest)).count();
    let gone = recorded.cells.keys().filter(|key| !made.cells.contains_key(*key)).count();
    let what = format!("does not hold what lock.json says: {} changed or added, {gone} gone", count(changed, "cell"));
    Ok((changed + gone > 0).then_some(what))
}

fn json<T: DeserializeOwned>(project: &Project, path: &str) -> anyhow::Result<Option<T>> {
    let Some(bytes) = project.read(path)? else { return Ok(None) };
    let malformed = |error: serde_json::Error| ArtifactError::Malformed { path: path.into(), message: error.to_string() };
    Ok(Some(serde_json::from_slice(&bytes).map_err(malformed)?))
}

/// The bytes of a study's own README, which the report quotes.
pub(super) fn study_readme(project: &Project, study: &str) -> anyhow::Result<Option<Vec<u8>>> {
    project.read(&format!("pipeline/studies/{study}/README.md"))
}

/// What is over all studies: the report, and the table of verdicts for the README.
pub(super) fn overview(project: &Project, studies: &[(Declared, Composed)]) -> anyhow::Result<Outputs> {
    let mut entries = Vec::new();
    for (declared, composed) in studies {
        let readme = study_readme(project, &declared.declaration.id)?.unwrap_or_default();
        let readme = String::from_utf8_lossy(&readme).into_owned();
        entries.push(Entry { declaration: &declared.declaration, composed, readme });
    }
    let files = [("report", report(&entries)?), ("verdicts", verdicts(&entries))];
    Ok(files.map(|(name, text)| (name.to_string(), text.into_bytes())).into())
}

/// Where an overview goes, with its bytes: the report and, for the record, the README with its
/// verdicts.
pub(super) fn shared_files(project: &Project, overview: &Outputs) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut files = vec![(project.report(), overview["report"].clone())];
    if project.is_record() {
        let readme = project.read(README)?.unwrap_or_default();
        let spliced = splice(&String::from_utf8_lossy(&readme), &String::from_utf8_lossy(&overview["verdicts"]));
        files.extend(spliced.map(|text| (README.to_string(), text.into_bytes())));
    }
    Ok(files)
}

/// What to say where nothing was run yet.
pub(super) fn nothing_yet(project: &Project) -> anyhow::Error {
    let message = format!("there are no results at tier {} on backend {}", project.tier, project.backend.name());
    refuse(Exit::Due, message, format!("`saigen run --tier {} --backend {}` makes them", project.tier, project.backend.name()))
}
