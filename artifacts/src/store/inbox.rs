//! The inbox: results that other processes deliver, on this machine or on others, until the one writer
//! of the journal takes them in.
//!
//! A file a batch: a line for each of its cells, then one with the digest of all lines before it. It
//! appears whole or not at all, under the name of its batch, and needs no lock. What is in it is
//! believed as far as a worker is: its bytes are what was computed, which the digest shows, and what
//! they may be is for the reader to check.

use super::files::{self, is_temporary};
use super::root;
use crate::provenance::Provenance;
use crate::{ArtifactError, Digest, Result, canonical};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The inbox's folder, and that of what was refused.
pub(super) const INBOX: &str = "inbox";
const REFUSED: &str = "refused";

/// A cell with its record, as it is delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Delivered {
    /// Its key.
    pub key: Digest,
    /// The bytes of its record, which are text.
    pub record: String,
    /// Where and when it was made.
    pub provenance: Provenance,
}

/// The last line: of how many cells which batch is, and the digest of the lines before.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Seal {
    batch: Digest,
    cells: usize,
    sha256: Digest,
}

/// The folder that batches are delivered to, in the store below `folder`.
pub fn inbox(folder: &Path) -> PathBuf {
    root(folder).join(INBOX)
}

/// The file of a batch.
pub fn file(folder: &Path, batch: &Digest) -> PathBuf {
    inbox(folder).join(format!("{batch}.ndjson"))
}

/// Delivers a batch: written under a name that no other process has, flushed, then renamed.
///
/// # Errors
/// The store has a newer format, or the file system refuses.
pub fn deliver(folder: &Path, batch: &Digest, cells: &[Delivered]) -> Result<()> {
    super::refuse_newer(folder)?;
    files::create_folder(&inbox(folder))?;
    let path = file(folder, batch);
    let (mut file, part) = files::part(&path).map_err(ArtifactError::io("create a file beside", &path))?;
    file.write_all(text(batch, cells).as_bytes()).map_err(ArtifactError::io("write", &part))?;
    file.sync_all().map_err(ArtifactError::io("flush", &part))?;
    fs::rename(&part, &path).map_err(ArtifactError::io("rename into place", &path))
}

/// The text of a batch's file, here or in a store that is shared.
pub fn text(batch: &Digest, cells: &[Delivered]) -> String {
    let lines: String = cells.iter().map(|cell| canonical(cell) + "\n").collect();
    let seal = Seal { batch: *batch, cells: cells.len(), sha256: Digest::of(lines.as_bytes()) };
    lines + &canonical(&seal) + "\n"
}

/// The files that wait to be taken in, sorted.
pub fn waiting(folder: &Path) -> Vec<PathBuf> {
    files::files(&inbox(folder)).into_iter().filter(|path| !is_temporary(path)).collect()
}

/// Files that nobody needs: those that were refused, and what a killed process left half-written.
pub(super) fn litter(root: &Path) -> Vec<PathBuf> {
    let half = files::files(&root.join(INBOX)).into_iter().filter(|path| is_temporary(path));
    half.chain(files::files(&root.join(REFUSED))).collect()
}

/// Reads what was delivered: the batch that the file is named for, and its cells.
///
/// # Errors
/// What is wrong with it, to follow its name.
pub fn read(path: &Path) -> Result<(Digest, Vec<Delivered>), String> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let batch = name.strip_suffix(".ndjson").and_then(|name| name.parse::<Digest>().ok());
    let batch = batch.ok_or("is not named for a batch, as '….ndjson' with its 64 digits")?;
    let text = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    Ok((batch, parse(&batch, &text)?))
}

/// The cells of a batch, off the text that its file must have.
///
/// # Errors
/// What is wrong with it, to follow its name.
pub fn parse(batch: &Digest, text: &str) -> Result<Vec<Delivered>, String> {
    let cut = || "ends before its last line".to_string();
    let (lines, last) = text.strip_suffix('\n').ok_or_else(cut)?.rsplit_once('\n').ok_or_else(cut)?;
    let lines = &text[..=lines.len()];
    let seal: Seal = serde_json::from_str(last).map_err(|_| cut())?;
    if seal.batch != *batch {
        return Err(format!("holds another batch, '{}'", seal.batch.short()));
    }
    let found = Digest::of(lines.as_bytes());
    if found != seal.sha256 {
        return Err(format!("was altered: expected sha256 {}, found {found}", seal.sha256));
    }
    let cells = lines
        .lines()
        .enumerate()
        .map(|(at, line)| serde_json::from_str(line).map_err(|error| format!("has no cell in line {}: {error}", at + 1)));
    let cells = cells.collect::<Result<Vec<Delivered>, String>>()?;
    match cells.len() == seal.cells {
        true => Ok(cells),
        false => Err(format!("has {} cells, where its last line says {}", cells.len(), seal.cells)),
    }
}

/// The folder of files that were refused.
pub fn refused(folder: &Path) -> PathBuf {
    root(folder).join(REFUSED)
}

/// Moves a file aside, out of the inbox.
///
/// # Errors
/// The file system refuses.
pub fn refuse(folder: &Path, path: &Path) -> Result<()> {
    let aside = refused(folder);
    files::create_folder(&aside)?;
    fs::rename(path, aside.join(path.file_name().unwrap_or_default())).map_err(ArtifactError::io("move aside", path))
}

/// Removes a file that was taken in.
///
/// # Errors
/// The file system refuses.
pub fn remove(path: &Path) -> Result<()> {
    files::remove(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Machine;
    use std::time::Duration;

    fn cells() -> Vec<Delivered> {
        let stamp = Machine::look().stamp(Duration::ZERO);
        let cell = |n: u8| Delivered { key: Digest::of(&[n]), record: format!("record {n}"), provenance: stamp.clone() };
        [1, 2].map(cell).into()
    }

    #[test]
    fn what_is_delivered_is_read_and_two_may_deliver_it() {
        let folder = tempfile::tempdir().unwrap();
        let batch = Digest::of(b"batch");
        // As one that was killed leaves it.
        files::create_folder(&inbox(folder.path())).unwrap();
        drop(files::part(&file(folder.path(), &batch)).unwrap());
        for _ in 0..2 {
            deliver(folder.path(), &batch, &cells()).unwrap();
            assert_eq!(waiting(folder.path()), [file(folder.path(), &batch)]);
        }
        assert_eq!(read(&file(folder.path(), &batch)), Ok((batch, cells())));
        // Another machine may be writing: opening the store takes nothing from under it.
        super::super::Store::open(folder.path(), super::super::Trust::Stat).unwrap().close().unwrap();
        assert_eq!(litter(&root(folder.path())).len(), 1);
        refuse(folder.path(), &file(folder.path(), &batch)).unwrap();
        assert_eq!((waiting(folder.path()).len(), litter(&root(folder.path())).len()), (0, 2));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let batch = Digest::of(b"batch");
        let path = file(folder.path(), &batch);
        deliver(folder.path(), &batch, &cells()).unwrap();
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            for bytes in [&bytes[..], &whole[..at]] {
                fs::write(&path, bytes).unwrap();
                assert!(read(&path).is_err(), "byte {at}");
            }
        }
        let other = file(folder.path(), &Digest::of(b"other"));
        fs::write(&other, whole).unwrap();
        assert!(read(&other).unwrap_err().starts_with("holds another batch"));
    }
}
