//! `saigen verify`: rebuild everything from `cells.csv` and compare every byte.

use super::record::{from_disk, lock, nothing_yet, shared_files};
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::{Declared, Project};
use crate::say::{self, count};
use saigen_artifacts::verdict::Ledger;
use serde_json::json;
use std::collections::BTreeSet;

/// What verification found.
#[derive(Default)]
struct Findings {
    compared: usize,
    /// Files whose bytes are not what the cells give, with what is wrong.
    wrong: Vec<(String, String)>,
    /// Cells of the results that today's code and declaration would not make.
    outdated: usize,
}

pub(super) fn verify(project: &Project, studies: &Studies, json: bool) -> Outcome {
    let declared = project.declared(studies)?;
    let (mut findings, mut composed) = (Findings::default(), Vec::new());
    for declared in &declared {
        let Some(built) = from_disk(project, declared)? else { continue };
        compare_study(project, declared, &built, &mut findings)?;
        composed.push((declared, built));
    }
    if composed.is_empty() {
        return Err(nothing_yet(project));
    }
    // The report is over all studies, so it can be compared only when all are looked at.
    if studies.studies.is_empty() {
        let pairs: Vec<_> = composed.iter().map(|(declared, built)| (*declared, built)).collect();
        for (path, expected) in shared_files(project, &pairs)? {
            compare(project, &path, &expected, &mut findings)?;
        }
    }
    let exit = match (findings.wrong.is_empty(), findings.outdated) {
        (false, _) => Exit::Integrity,
        (true, 0) => Exit::Done,
        (true, _) => Exit::Due,
    };
    if json {
        let wrong: Vec<_> = findings.wrong.iter().map(|(path, what)| json!({"path": path, "what": what})).collect();
        let roots: Vec<_> =
            composed.iter().map(|(declared, built)| json!({"study": declared.declaration.id, "root": built.lock.root})).collect();
        say::document(
            &json!({"compared": findings.compared, "wrong": wrong, "outdated-cells": findings.outdated, "roots": roots, "exit": exit as u8}),
        )?;
        return Ok(exit);
    }
    for (path, what) in &findings.wrong {
        say::note(format!("error: '{path}' {what}"));
    }
    match exit {
        Exit::Integrity => say::note("hint: restore the files from version control, or run `saigen run` to write them anew"),
        Exit::Due => {
            say::note(format!("{} not of today's code and declaration", count(findings.outdated, "recorded cell")));
            say::note("hint: `saigen plan` says what changed, `saigen run` brings the record up to date");
        }
        _ => {}
    }
    let equal = findings.compared - findings.wrong.len().min(findings.compared);
    say::line(format!("{equal} of {} are what cells.csv gives, to the byte", count(findings.compared, "file")));
    for (declared, built) in &composed {
        say::line(format!("{}: {}, Merkle root {}", declared.declaration.id, count(built.lock.cells.len(), "cell"), built.lock.root));
    }
    Ok(exit)
}

fn compare_study(project: &Project, declared: &Declared, built: &crate::compose::Composed, findings: &mut Findings) -> anyhow::Result<()> {
    let study = &declared.declaration.id;
    let recorded = lock(project, study)?;
    for (file, expected) in &built.files {
        compare(project, &project.place(study, file), expected, findings)?;
    }
    // Where cells.csv itself was edited, the lock names the cells.
    if let Some(recorded) = &recorded {
        let changed = built.lock.cells.iter().filter(|(key, digest)| recorded.cells.get(*key) != Some(digest)).count();
        let gone = recorded.cells.keys().filter(|key| !built.lock.cells.contains_key(*key)).count();
        if changed + gone > 0 {
            let what = format!("does not hold what lock.json says: {} changed or added, {gone} gone", count(changed, "cell"));
            findings.wrong.push((project.place(study, "cells.csv"), what));
        }
    }
    let known: BTreeSet<String> = built.files.keys().map(|file| project.place(study, file)).collect();
    for stray in project.strays(study, |path| known.contains(path)) {
        findings.wrong.push((stray, "is not made from the cells".to_string()));
    }
    let planned: BTreeSet<String> = project.plan(declared).cells.iter().map(|cell| cell.key.to_string()).collect();
    let made: BTreeSet<String> = built.lock.cells.keys().cloned().collect();
    findings.outdated += planned.symmetric_difference(&made).count();
    Ok(())
}

fn compare(project: &Project, path: &str, expected: &[u8], findings: &mut Findings) -> anyhow::Result<()> {
    findings.compared += 1;
    match project.read(path)? {
        None => findings.wrong.push((path.to_string(), "is missing".to_string())),
        Some(found) if found != expected => findings.wrong.push((path.to_string(), difference(path, &found, expected))),
        Some(_) => {}
    }
    Ok(())
}

/// Where two files differ first; for verdicts, which.
fn difference(path: &str, found: &[u8], expected: &[u8]) -> String {
    let ledger = |bytes: &[u8]| serde_json::from_slice::<Ledger>(bytes).ok();
    if let (true, Some(found), Some(expected)) = (path.ends_with("claims.json"), ledger(found), ledger(expected)) {
        let pairs = found.claims.iter().zip(&expected.claims);
        if let Some((a, b)) = pairs.into_iter().find(|(a, b)| a.id != b.id || a.verdict != b.verdict) {
            return format!("says '{}' of claim '{}', where the cells give '{}'", a.verdict, a.id, b.verdict);
        }
    }
    let line = found.split(|byte| *byte == b'\n').zip(expected.split(|byte| *byte == b'\n')).position(|(a, b)| a != b);
    line.map_or_else(
        || "has another length than the cells give".to_string(),
        |line| format!("differs from what the cells give, first in line {}", line + 1),
    )
}
