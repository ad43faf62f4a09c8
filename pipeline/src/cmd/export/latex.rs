//! `saigen export latex`: numbers, verdicts and tables as macros of one file.

use super::{folder, tell};
use crate::Outcome;
use crate::cli::Studies;
use crate::cmd::record::{from_disk, nothing_yet};
use crate::manuscript::{FILE, macros};
use crate::project::Project;
use std::path::Path;

pub(super) fn latex(project: &Project, studies: &Studies, to: Option<&Path>, json: bool) -> Outcome {
    let built = from_disk(project, studies)?;
    if built.is_empty() {
        return Err(nothing_yet(project));
    }
    let path = format!("{}/{FILE}", folder(project, to, "latex")?);
    project.write(&path, macros(&built)?.as_bytes())?;
    tell(&[path], json)
}
