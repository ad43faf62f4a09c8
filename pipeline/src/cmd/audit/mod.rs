//! `saigen audit`: what a reviewer asks of a record. A random sample of its cells, computed again and
//! compared bit by bit; with `--claims`, its verdicts anew, from seeds that nobody has used.

mod cells;
mod claims;

use super::record::{from_disk, nothing_yet};
use crate::Outcome;
use crate::audit::Replayable;
use crate::cli::{AuditArgs, Studies};
use crate::compose::{Composed, digest};
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use saigen_artifacts::store::Store;
use saigen_artifacts::{ArtifactError, Digest};
use saigen_engine::costs::Costs;
use saigen_engine::plan::Plan;
use std::collections::BTreeMap;
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

/// The studies that are audited, as they are recorded: those of the earlier audit, where there is one.
fn recorded<D: Replayable>(project: &Project, args: &AuditArgs, earlier: Option<&D>) -> anyhow::Result<Vec<(Declared, Composed)>> {
    let studies =
        earlier.map_or_else(|| args.studies.clone(), |document| Studies { studies: document.record().0.keys().cloned().collect() });
    let built = from_disk(project, &studies)?;
    if built.is_empty() { Err(nothing_yet(project)) } else { Ok(built) }
}

/// The Merkle root of each study, and the digest over them.
fn roots(built: &[(Declared, Composed)]) -> (BTreeMap<String, Digest>, Digest) {
    let roots: BTreeMap<String, Digest> =
        built.iter().map(|(declared, composed)| (declared.declaration.id.clone(), composed.lock.root)).collect();
    let record = digest(roots.iter().map(|(study, root)| (study.as_str(), *root)));
    (roots, record)
}

/// Refuses an earlier audit of another record; `instead` is what to do then.
fn check_same<D: Replayable>(earlier: &D, (roots, now): (&BTreeMap<String, Digest>, &Digest), instead: &str) -> anyhow::Result<()> {
    let (studies, then) = earlier.record();
    if studies == roots {
        return Ok(());
    }
    let message = format!("the audit is of another record: {} then, {} now", then.short(), now.short());
    Err(refuse(Exit::Integrity, message, format!("check out the record that it names, or {instead}")))
}

/// What cells cost on this machine, as far as its store knows.
fn costs(project: &Project, store: Option<&Store>, declared: &Declared, plan: &Plan) -> anyhow::Result<Costs> {
    store.map_or_else(|| Ok(Costs::default()), |store| Ok(project.history(declared, plan, store)?.costs))
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
