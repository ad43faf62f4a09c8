//! `saigen verify`: rebuild everything from `cells.csv` and compare every byte; compute every key
//! anew; hold the cells against what this machine's store holds of them; check who signed them.

use super::record::{LOCK, from_disk, moved_cells, nothing_yet, overview, shared_files};
use crate::Outcome;
use crate::cli::{Signer, Studies};
use crate::compose::Composed;
use crate::exit::Exit;
use crate::project::{Declared, Project};
use crate::say::{self, count};
use crate::signature::{self, Bound, ssh};
use saigen_artifacts::Digest;
use saigen_artifacts::store::Store;
use saigen_artifacts::verdict::Ledger;
use saigen_engine::plan::cell_name;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn verify(project: &Project, studies: &Studies, signer: Option<&Signer>, json: bool) -> Outcome {
    signer.map_or(Ok(()), Signer::is_there)?;
    let mut findings = examine(project, studies)?;
    if let Some(signer) = signer {
        check_signature(project, signer, &mut findings)?;
    }
    findings.tell(json)
}

/// What verification found.
#[derive(Default)]
pub(super) struct Findings {
    compared: usize,
    /// Files whose bytes are not what the cells give, with what is wrong.
    wrong: Vec<(String, String)>,
    /// Cells of the results that today's code and declaration would not make.
    outdated: usize,
    /// What a statement of these results says.
    pub(super) bound: Bound,
    /// Where it was asked: who signed them, or what is wrong with the named file.
    signed: Option<Result<String, (String, String)>>,
}

/// Rebuilds the results of some studies and compares them with what is on disk.
pub(super) fn examine(project: &Project, studies: &Studies) -> anyhow::Result<Findings> {
    let built = from_disk(project, studies)?;
    if built.is_empty() {
        return Err(nothing_yet(project));
    }
    hold(project, studies, &built)
}

/// Compares what some studies' cells give with what is on disk.
pub(super) fn hold(project: &Project, studies: &Studies, built: &[(Declared, Composed)]) -> anyhow::Result<Findings> {
    let mut findings = Findings::default();
    let store = sound_store(project, &mut findings)?;
    for (declared, composed) in built {
        compare_study(project, declared, composed, &mut findings)?;
        compare_cells(project, &declared.declaration.id, composed, store.as_ref(), &mut findings)?;
    }
    // The report is over all studies, so it can be compared only when all are looked at.
    if studies.studies.is_empty() {
        let overview = overview(project, built)?;
        for (path, expected) in shared_files(project, &overview)? {
            compare(project, &path, &expected, &mut findings)?;
        }
        findings.bound.files.insert(project.report(), Digest::of(&overview["report"]));
    }
    Ok(findings)
}

impl Findings {
    /// Says all of it.
    pub(super) fn tell(&self, json: bool) -> Outcome {
        if json {
            say::document(&self.document())?
        } else {
            self.print()
        }
        Ok(self.exit())
    }

    pub(super) fn exit(&self) -> Exit {
        let sound = self.wrong.is_empty() && !matches!(self.signed, Some(Err(_)));
        match (sound, self.outdated) {
            (false, _) => Exit::Integrity,
            (true, 0) => Exit::Done,
            (true, _) => Exit::Due,
        }
    }

    /// All files with what is wrong with them.
    fn wrong(&self) -> impl Iterator<Item = &(String, String)> {
        let unsigned = self.signed.iter().filter_map(|signed| signed.as_ref().err());
        self.wrong.iter().chain(unsigned)
    }

    pub(super) fn document(&self) -> Json {
        let wrong: Vec<_> = self.wrong().map(|(path, what)| json!({"path": path, "what": what})).collect();
        let roots: BTreeMap<_, _> = self.bound.roots.iter().map(|(study, (_, root))| (study, root)).collect();
        let signed = self.signed.as_ref().and_then(|signed| signed.as_ref().ok());
        json!({
            "compared": self.compared, "wrong": wrong, "outdated-cells": self.outdated, "roots": roots, "signed": signed,
            "exit": self.exit() as u8,
        })
    }

    pub(super) fn print(&self) {
        for (path, what) in self.wrong() {
            say::note(format!("error: '{path}' {what}"));
        }
        if !self.wrong.is_empty() {
            say::note("hint: restore the files from version control, or run `saigen run` to write them anew");
        }
        if let Some(Err(_)) = self.signed {
            say::note(
                "hint: get results, signature and signers again from where each is published; `saigen sign` signs these results anew",
            );
        }
        if self.exit() == Exit::Due {
            say::note(format!("{} not of today's code and declaration", count(self.outdated, "recorded cell")));
            say::note("hint: `saigen plan` says what changed, `saigen run` brings the record up to date");
        }
        let wrong: BTreeSet<_> = self.wrong.iter().map(|(path, _)| path).collect();
        say::line(format!("{} compared with what cells.csv gives, {} wrong", count(self.compared, "file"), wrong.len()));
        for (study, (cells, root)) in &self.bound.roots {
            say::line(format!("{study}: {}, Merkle root {root}", count(*cells, "cell")));
        }
        say::line(format!("digest over these studies, as the report says it: {}", self.bound.digest()));
        if let Some(Ok(words)) = &self.signed {
            say::line(words);
        }
    }
}

/// Holds the statement on disk against what it must say, and its signature against the allowed signers.
fn check_signature(project: &Project, signer: &Signer, findings: &mut Findings) -> anyhow::Result<()> {
    let expected = findings.bound.statement(project);
    let statement = signature::path(project);
    let file = format!("{statement}.sig");
    let wrong = match (project.read(&statement)?, project.read(&file)?) {
        (None, _) => (statement, "is missing".to_string()),
        (Some(found), _) if found != expected.as_bytes() => {
            let what = difference(&statement, &found, expected.as_bytes());
            (statement, what)
        }
        (_, None) => (file, "is missing".to_string()),
        _ => match ssh::check(signer, &project.root.join(&file), &expected)? {
            Ok(words) => {
                findings.signed = Some(Ok(words));
                return Ok(());
            }
            Err(what) => (file, what),
        },
    };
    findings.signed = Some(Err(wrong));
    Ok(())
}

/// The store of this machine, every byte of it hashed; none if it was altered, which is told.
fn sound_store(project: &Project, findings: &mut Findings) -> anyhow::Result<Option<Store>> {
    match Store::check(&project.store()) {
        Ok((store, _)) => Ok(Some(store)),
        Err(error) if error.is_integrity() => {
            findings.wrong.push((STORE.to_string(), format!("was altered: {error}")));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// What a reader sees for the store.
const STORE: &str = "artifacts/store";

/// Computes the key of every row anew, and compares its result with the store's.
fn compare_cells(project: &Project, study: &str, built: &Composed, store: Option<&Store>, findings: &mut Findings) -> anyhow::Result<()> {
    let path = project.place(study, "cells.csv");
    let stems = &built.lock.stems;
    let keys: BTreeMap<&str, _> = stems.iter().map(|(id, stem)| (id.as_str(), stem.keys())).collect();
    let (mut moved, mut other) = (Vec::new(), Vec::new());
    for cell in built.cells.iter()? {
        let name = || cell_name(study, &cell.experiment, &cell.axes, cell.seed);
        let stem = stems.get(&cell.experiment).filter(|stem| stem.study == study && stem.experiment == cell.experiment);
        if stem.is_none() || keys[cell.experiment.as_str()].key(&cell.axes, cell.seed) != cell.key {
            moved.push(name());
        }
        if store.and_then(|store| store.result(&cell.key)).is_some_and(|result| result != cell.record.digest()) {
            other.push(name());
        }
    }
    let mut tell = |names: &[String], what: &str| {
        if let Some(first) = names.first() {
            findings.wrong.push((path.clone(), format!("has {} {what}, first '{first}'", count(names.len(), "row"))));
        }
    };
    tell(&moved, "under a key that is not that of its place, its seed and its method");
    tell(&other, "with other values than this machine computed");
    Ok(())
}

fn compare_study(project: &Project, declared: &Declared, built: &Composed, findings: &mut Findings) -> anyhow::Result<()> {
    let study = &declared.declaration.id;
    for (file, expected) in &built.files {
        compare(project, &project.place(study, file), expected, findings)?;
    }
    // Where cells.csv itself was edited, the lock names the cells.
    if let Some(what) = moved_cells(project, study, built)? {
        findings.wrong.push((project.place(study, "cells.csv"), what));
    }
    let known: BTreeSet<String> = built.files.keys().map(|file| project.place(study, file)).collect();
    for stray in project.strays(study, |path| known.contains(path)) {
        findings.wrong.push((stray, "is not made from the cells".to_string()));
    }
    let (planned, made) = (project.plan(declared).cells, &built.lock.cells);
    let current = planned.iter().filter(|cell| made.contains_key(&cell.key)).count();
    findings.outdated += (planned.len() - current) + (made.len() - current);
    findings.bound.roots.insert(study.clone(), (made.len(), built.lock.root));
    findings.bound.files.insert(project.place(study, LOCK), Digest::of(&built.files[LOCK]));
    Ok(())
}

fn compare(project: &Project, path: &str, expected: &[u8], findings: &mut Findings) -> anyhow::Result<()> {
    findings.compared += 1;
    if !project.holds(path, expected)? {
        let what = project.read(path)?.map_or_else(|| "is missing".to_string(), |found| difference(path, &found, expected));
        findings.wrong.push((path.to_string(), what));
    }
    Ok(())
}

/// Where two files differ first; for verdicts, which.
fn difference(path: &str, found: &[u8], expected: &[u8]) -> String {
    let ledger = |bytes: &[u8]| serde_json::from_slice::<Ledger>(bytes).ok();
    if let (true, Some(found), Some(expected)) = (path.ends_with("claims.json"), ledger(found), ledger(expected)) {
        let mut pairs = found.claims.iter().zip(&expected.claims);
        if let Some((a, b)) = pairs.find(|(a, b)| a.id == b.id && a.verdict != b.verdict) {
            return format!("says '{}' of claim '{}', where the cells give '{}'", a.verdict, a.id, b.verdict);
        }
    }
    let line = found.split(|byte| *byte == b'\n').zip(expected.split(|byte| *byte == b'\n')).position(|(a, b)| a != b);
    line.map_or_else(
        || "has another length than the cells give".to_string(),
        |line| format!("differs from what the cells give, first in line {}", line + 1),
    )
}
