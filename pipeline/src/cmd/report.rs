//! `saigen report`: the report from the results on disk.

use super::record::{from_disk, nothing_yet, overview, shared_files};
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say;
use serde_json::json;

pub(super) fn report(project: &Project, json: bool) -> Outcome {
    let studies = from_disk(project, &Studies::default())?;
    if studies.is_empty() {
        return Err(nothing_yet(project));
    }
    let files = shared_files(project, &overview(project, &studies)?)?;
    for (path, bytes) in &files {
        project.write(path, bytes)?;
    }
    let written: Vec<_> = files.iter().map(|(path, _)| path).collect();
    if json {
        say::document(&json!({ "written": written }))?;
    } else {
        written.iter().for_each(say::line);
    }
    Ok(Exit::Done)
}
