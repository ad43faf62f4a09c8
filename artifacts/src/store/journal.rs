//! The journal: one JSON line an event, each carrying the digest of the line before it, so that
//! neither an edit nor a removed line goes unseen.

use crate::{ArtifactError, Digest, Result, canonical, provenance};
use serde_json::{Value as Json, json};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    previous: Digest,
}

impl Journal {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(path);
        let mut file = file.map_err(ArtifactError::io("open", path))?;
        let text = std::fs::read_to_string(path).map_err(ArtifactError::io("read", path))?;
        if !text.is_empty() && !text.ends_with('\n') {
            // A killed run tore the last line. It stays, as a line of its own.
            file.write_all(b"\n").map_err(ArtifactError::io("write", path))?;
        }
        let previous = Digest::of(text.lines().next_back().unwrap_or_default().as_bytes());
        Ok(Self { path: path.to_path_buf(), file, previous })
    }

    pub(super) fn append(&mut self, event: &str, details: Json) -> Result<()> {
        let line = canonical(&json!({
            "at": provenance::now(), "event": event, "details": details, "previous": self.previous,
        }));
        let written = self.file.write_all(format!("{line}\n").as_bytes());
        written.map_err(ArtifactError::io("write", &self.path))?;
        self.previous = Digest::of(line.as_bytes());
        Ok(())
    }
}

/// How many lines follow each from the one before.
pub(super) fn check(path: &Path) -> Result<usize> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(0) };
    let mut before = "";
    for (index, line) in text.lines().enumerate() {
        let expected = Digest::of(before.as_bytes());
        let parsed: Option<Json> = serde_json::from_str(line).ok();
        // A torn line is what a kill leaves; the line after it vouches for it.
        let found = parsed.as_ref().and_then(|json| json["previous"].as_str());
        if found.is_some_and(|found| found != expected.to_string()) {
            let message = format!("line {} does not follow from the line before it", index + 1);
            return Err(ArtifactError::Malformed { path: path.to_path_buf(), message });
        }
        before = line;
    }
    Ok(text.lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_goes_on_over_a_torn_line_and_breaks_at_an_edit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.ndjson");
        Journal::open(&path).unwrap().append("one", json!(1)).unwrap();
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"at\":1,\"ev").unwrap();
        let mut journal = Journal::open(&path).unwrap();
        journal.append("two", json!(2)).unwrap();
        journal.append("three", json!(3)).unwrap();
        assert_eq!(check(&path).unwrap(), 4);
        let text = std::fs::read_to_string(&path).unwrap().replace("\"details\":2", "\"details\":7");
        std::fs::write(&path, text).unwrap();
        assert!(check(&path).is_err());
    }
}
