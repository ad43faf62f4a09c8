//! `saigen sign`: a statement of the results that verify, and its signature by a key of yours.

use super::verify::examine;
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say;
use crate::signature::{path, ssh};
use serde_json::json;
use std::path::Path;

pub(super) fn sign(project: &Project, key: &Path, json: bool) -> Outcome {
    ssh::is_there(key)?;
    let findings = examine(project, &Studies::default())?;
    if findings.exit() != Exit::Done {
        return findings.tell(json);
    }
    let (statement, path) = (findings.bound.statement(project), path(project));
    let signature = ssh::sign(key, &statement)?;
    let written = [(path.clone(), statement.as_bytes()), (format!("{path}.sig"), signature.as_slice())];
    written.iter().try_for_each(|(path, bytes)| project.write(path, bytes).map(drop))?;
    let written = written.map(|(path, _)| path);
    if json {
        say::document(&json!({ "written": written, "statement": statement }))?;
    } else {
        written.iter().for_each(say::line);
    }
    Ok(Exit::Done)
}
