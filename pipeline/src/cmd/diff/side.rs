//! A record as it is read for a comparison.

use crate::exit::{Exit, refuse};
use saigen_artifacts::ArtifactError;
use saigen_artifacts::Kind;
use saigen_artifacts::cells::{Cell, Cells, Schema};
use saigen_artifacts::lock::Lock;
use saigen_artifacts::verdict::Ledger;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One study's record.
pub(super) struct Side {
    pub(super) lock: Lock,
    pub(super) ledger: Ledger,
    pub(super) cells: Vec<Cell>,
}

/// The studies of a record: of the folder itself, of those in it, or of the record of a checkout.
pub(super) fn sides(folder: &Path) -> anyhow::Result<BTreeMap<String, Side>> {
    let hint = "name a checkout, a folder with studies' results as its artifacts/record, or one with a 'lock.json'; \
                `git worktree add FOLDER REVISION` gives an older checkout";
    if !folder.is_dir() {
        return Err(refuse(Exit::Usage, format!("'{}' is not a folder", folder.display()), hint));
    }
    let record = folder.join("artifacts/record");
    let outer = if record.is_dir() { record } else { folder.to_path_buf() };
    let mut folders = vec![outer.clone()];
    let inner = std::fs::read_dir(&outer).map_err(ArtifactError::io("read", &outer))?;
    folders.extend(inner.flatten().map(|entry| entry.path()));
    let mut sides = BTreeMap::new();
    for folder in folders.iter().filter(|folder| folder.join("lock.json").is_file()) {
        let lock: Lock = json(&folder.join("lock.json"))?;
        let cells = cells(&folder.join("cells.csv"), &lock)?;
        sides.insert(lock.study.clone(), Side { ledger: json(&folder.join("claims.json"))?, lock, cells });
    }
    if sides.is_empty() {
        return Err(refuse(Exit::Usage, format!("'{}' holds no record", folder.display()), hint));
    }
    Ok(sides)
}

/// The cells, by what the record itself says of them: its lock names the outputs, and the head of the
/// file the axes, whose values are compared as they are written.
fn cells(path: &Path, lock: &Lock) -> anyhow::Result<Vec<Cell>> {
    let bytes = std::fs::read(path).map_err(ArtifactError::io("read", path))?;
    let head = String::from_utf8_lossy(bytes.split(|byte| *byte == b'\n').next().unwrap_or_default()).into_owned();
    let axes = head.split(',').skip(1).take_while(|name| *name != "seed").map(|name| (name.to_string(), Kind::Text));
    let outputs = lock.stems.values().flat_map(|stem| stem.outputs.clone());
    let schema = Schema { axes: axes.collect(), outputs: outputs.collect() };
    Ok(Cells::from_csv(schema, path, &bytes)?.iter()?.collect())
}

fn json<T: DeserializeOwned>(path: &PathBuf) -> anyhow::Result<T> {
    let bytes = std::fs::read(path).map_err(ArtifactError::io("read", path))?;
    let malformed = |error: serde_json::Error| ArtifactError::Malformed { path: path.clone(), message: error.to_string() };
    Ok(serde_json::from_slice(&bytes).map_err(malformed)?)
}
