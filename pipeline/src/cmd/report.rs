//! `saigen report`: tables, verdicts, figures and the report anew from the results' cells.
//!
//! A change of a figure's look or of a claim's words needs no cell to run again, and no store.

use super::record::{from_disk, moved_cells, nothing_yet, overview, shared_files};
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::{Exit, refuse};
use crate::project::Project;
use crate::say;
use serde_json::json;

pub(super) fn report(project: &Project, json: bool) -> Outcome {
    let studies = from_disk(project, &Studies::default())?;
    if studies.is_empty() {
        return Err(nothing_yet(project));
    }
    let mut files = Vec::new();
    for (declared, composed) in &studies {
        let study = &declared.declaration.id;
        // What is written names these cells as computed: cells that somebody edited may not be.
        if let Some(moved) = moved_cells(project, study, composed)? {
            let message = format!("'{}' {moved}", project.place(study, "cells.csv"));
            return Err(refuse(Exit::Integrity, message, "restore it from version control, or run `saigen run` to write it anew"));
        }
        files.extend(composed.files.iter().map(|(file, bytes)| (project.place(study, file), bytes.clone())));
    }
    files.extend(shared_files(project, &overview(project, &studies)?)?);
    let mut written = Vec::new();
    for (path, bytes) in files {
        if project.write(&path, &bytes)? {
            written.push(path);
        }
    }
    if json {
        say::document(&json!({ "written": written }))?;
    } else if written.is_empty() {
        say::line("every file is as the cells give it");
    } else {
        written.iter().for_each(say::line);
    }
    Ok(Exit::Done)
}
