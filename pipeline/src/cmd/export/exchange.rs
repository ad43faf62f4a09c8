//! `saigen export ro-crate`, `codecheck`, `croissant` and `citation`: results and data as other programs
//! read them. Results are verified first: no altered file leaves with a good name.

use super::{folder, tell};
use crate::Outcome;
use crate::cli::Studies;
use crate::cmd::record::{from_disk, nothing_yet};
use crate::cmd::verify::hold;
use crate::exchange::{self, Exported, Files};
use crate::exit::Exit;
use crate::project::Project;
use std::path::Path;

/// Writes a folder for each study, by what makes its files.
fn each_study(
    project: &Project,
    studies: &Studies,
    (kind, to): (&str, Option<&Path>),
    json: bool,
    make: impl Fn(&Exported<'_>) -> anyhow::Result<Files>,
) -> Outcome {
    let built = from_disk(project, studies)?;
    if built.is_empty() {
        return Err(nothing_yet(project));
    }
    let findings = hold(project, studies, &built)?;
    if findings.exit() != Exit::Done {
        return findings.tell(json);
    }
    let folder = folder(project, to, kind)?;
    let mut written = Vec::new();
    for (declared, composed) in &built {
        let files = make(&Exported { project, declared, composed })?;
        written.extend(write(project, &format!("{folder}/{}", declared.declaration.id), files)?);
    }
    tell(&written, json)
}

pub(super) fn ro_crate(project: &Project, studies: &Studies, date: &str, to: Option<&Path>, json: bool) -> Outcome {
    each_study(project, studies, ("ro-crate", to), json, |study| exchange::ro_crate(study, date))
}

pub(super) fn codecheck(project: &Project, studies: &Studies, to: Option<&Path>, json: bool) -> Outcome {
    each_study(project, studies, ("codecheck", to), json, |study| Ok(exchange::codecheck(study)))
}

pub(super) fn croissant(project: &Project, sets: &[String], to: Option<&Path>, json: bool) -> Outcome {
    let catalog = project.data_sets();
    let all = if sets.is_empty() { catalog.ids()? } else { sets.to_vec() };
    let folder = folder(project, to, "croissant")?;
    let mut written = Vec::new();
    for id in all {
        let files = exchange::croissant(&catalog.entry(&id)?, &catalog.open(&id)?)?;
        written.extend(write(project, &format!("{folder}/{id}"), files)?);
    }
    tell(&written, json)
}

pub(super) fn citation(project: &Project, to: Option<&Path>, json: bool) -> Outcome {
    let declared = project.declared(&Studies::default())?;
    let text = exchange::citation(declared.iter().map(|study| &study.declaration));
    let path = format!("{}/CITATION.cff", folder(project, to, "citation")?);
    project.write(&path, text.as_bytes())?;
    tell(&[path], json)
}

/// Writes files below a folder, and gives the paths they have there.
fn write(project: &Project, folder: &str, files: Files) -> anyhow::Result<Vec<String>> {
    let placed = files.into_iter().map(|(file, bytes)| {
        let path = format!("{folder}/{file}");
        project.write(&path, &bytes)?;
        Ok(path)
    });
    placed.collect()
}
