//! The head: which journal is the store's, how far it is settled, and the chain up to there.
//!
//! Without it, lines removed at the journal's end would leave no trace. It is renamed into place
//! after the journal was flushed, so it never names what is not on the disk; with a new journal's
//! name in it, it is the one moment at which `gc` takes effect.

use super::files::{Access, publish};
use crate::{ArtifactError, Digest, Result, canonical};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The settled end of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Head {
    /// The journal's file name.
    pub(super) journal: String,
    /// Its length.
    pub(super) bytes: u64,
    /// Its number of lines.
    pub(super) lines: u64,
    /// The chain up to its last line.
    pub(super) chain: Digest,
}

const NAME: &str = "head.json";

impl Head {
    /// The head of a journal without a line.
    pub(super) fn of_nothing(journal: &str) -> Self {
        Self { journal: journal.to_string(), bytes: 0, lines: 0, chain: Digest::of(b"") }
    }

    /// The head of a store; `None` where there is none.
    pub(super) fn read(root: &Path) -> Result<Option<Self>> {
        let path = root.join(NAME);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ArtifactError::io("read", path)(error)),
        };
        let head: Self =
            serde_json::from_slice(&bytes).map_err(|error| ArtifactError::Malformed { path: path.clone(), message: error.to_string() })?;
        // The name is joined to the store's folder: it must not lead out of it.
        if !head.journal.starts_with("journal-") || head.journal.contains(['/', '\\']) {
            let message = format!("'{}' is not the name of a journal", head.journal);
            return Err(ArtifactError::Malformed { path, message });
        }
        Ok(Some(head))
    }

    /// Writes the head in place of the one before.
    pub(super) fn write(&self, root: &Path) -> Result<()> {
        publish(&root.join(NAME), canonical(self).as_bytes(), Access::Plain)
    }
}
