//! `saigen report`: the report from the results on disk.

use super::record::{from_disk, nothing_yet, shared_files};
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say;
use serde_json::json;

pub(super) fn report(project: &Project, json: bool) -> Outcome {
    let declared = project.declared(&Studies::default())?;
    let mut composed = Vec::new();
    for declared in &declared {
        composed.extend(from_disk(project, declared)?.map(|composed| (declared, composed)));
    }
    if composed.is_empty() {
        return Err(nothing_yet(project));
    }
    let pairs: Vec<_> = composed.iter().map(|(declared, composed)| (*declared, composed)).collect();
    let mut written = Vec::new();
    for (path, bytes) in shared_files(project, &pairs)? {
        project.write(&path, &bytes)?;
        written.push(path);
    }
    if json {
        say::document(&json!({ "written": written }))?;
    } else {
        written.iter().for_each(say::line);
    }
    Ok(Exit::Done)
}
