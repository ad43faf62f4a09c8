//! `saigen audit`: what a reviewer asks of a record. A random sample of its cells, computed again and
//! compared bit by bit; with `--claims`, its verdicts anew, from seeds that nobody has used.

mod cells;
mod claims;

use crate::Outcome;
use crate::audit::Replayable;
use crate::cli::AuditArgs;
use crate::exit::{Exit, refuse};
use crate::project::Project;
use saigen_artifacts::ArtifactError;
use std::path::Path;

pub(super) fn audit(project: &Project, args: &AuditArgs, json: bool) -> Outcome {
    if args.claims { claims::audit(project, args, json) } else { cells::audit(project, args, json) }
}

/// Reads the document of an earlier audit.
fn read_earlier<D: Replayable>(project: &Project, path: &Path) -> anyhow::Result<D> {
    let bytes = std::fs::read(path).map_err(ArtifactError::io("read", path))?;
    let wrong = |what: String| refuse(Exit::Usage, format!("'{}' {what}", path.display()), D::HINT);
    let document: D = serde_json::from_slice(&bytes).map_err(|error| wrong(format!("is no such audit: {error}")))?;
    let (schema, tier, backend) = document.of();
    if schema != D::SCHEMA {
        return Err(wrong(format!("has format {schema}, expected {}", D::SCHEMA)));
    }
    if (tier, backend) != (project.tier.name(), project.backend.name()) {
        let options = format!("--tier {tier} --backend {backend}");
        return Err(refuse(Exit::Usage, format!("'{}' is of {options}", path.display()), format!("replay it with {options}")));
    }
    Ok(document)
}

/// Writes a document whole or not at all.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(ArtifactError::io("create", folder))?;
    }
    let part = path.with_extension("part");
    std::fs::write(&part, text).map_err(ArtifactError::io("write", &part))?;
    Ok(std::fs::rename(&part, path).map_err(ArtifactError::io("rename into place", path))?)
}
