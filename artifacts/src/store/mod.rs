//! The content-addressed store: what this machine has computed, by key.
//!
//! `v1/objects/sha256/ab/…` holds bytes by digest, `v1/manifests/ab/….json` one manifest a key,
//! `v1/journal.ndjson` everything that happened, `v1/lock` a kernel lock that dies with its
//! process. A manifest is written after its objects and appears by a rename, so a run killed at
//! any point leaves results that are whole or absent, and the next run needs no flag.

mod files;
mod journal;

use crate::provenance::Provenance;
use crate::{ArtifactError, Digest, Result, digest_of};
use files::{create_folder, publish};
use journal::Journal;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The folder's name is the format's version: another format lives in another folder.
const FORMAT: &str = "v1";

/// Everything known of one step: what it depended on and what came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The digest of the preimage.
    pub key: Digest,
    /// What the step depended on, whole, so that an explanation is a difference and not a guess.
    pub preimage: Json,
    /// The digests of the outputs, by name.
    pub outputs: BTreeMap<String, Digest>,
    /// Where and when.
    pub provenance: Provenance,
}

/// A store on this machine.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    journal: Option<Journal>,
    // Held for its lock: the kernel releases it when the process ends, however it ends.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store below `folder` for work, alone.
    ///
    /// # Errors
    /// Another run holds it, it has a newer format, or the file system refuses.
    pub fn open(folder: &Path) -> Result<Self> {
        let root = folder.join(FORMAT);
        refuse_newer(folder)?;
        create_folder(&root)?;
        let path = root.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(ArtifactError::io("open", &path))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => ArtifactError::Locked { path: path.clone() },
            TryLockError::Error(source) => ArtifactError::Io { action: "lock", path: path.clone(), source },
        })?;
        files::clear_temporary(&root)?;
        let journal = Some(Journal::open(&root.join("journal.ndjson"))?);
        Ok(Self { root, journal, _lock: Some(lock) })
    }

    /// Looks into the store below `folder` without writing; a store that does not exist is empty.
    ///
    /// # Errors
    /// It has a newer format.
    pub fn look(folder: &Path) -> Result<Self> {
        refuse_newer(folder)?;
        Ok(Self { root: folder.join(FORMAT), journal: None, _lock: None })
    }

    /// The manifest of a key, if the step is done: the manifest is whole, its preimage gives the
    /// key, and every output is there.
    pub fn get(&self, key: &Digest) -> Option<Manifest> {
        let bytes = std::fs::read(self.manifest_path(key)).ok()?;
        let manifest: Manifest = serde_json::from_slice(&bytes).ok()?;
        let whole = manifest.key == *key
            && digest_of(&manifest.preimage) == *key
            && manifest.outputs.values().all(|digest| self.object_path(digest).is_file());
        whole.then_some(manifest)
    }

    /// The bytes of an object, checked against its digest.
    ///
    /// # Errors
    /// The object is missing, or its bytes were altered.
    pub fn object(&self, digest: &Digest) -> Result<Vec<u8>> {
        let path = self.object_path(digest);
        let bytes = std::fs::read(&path).map_err(ArtifactError::io("read", &path))?;
        let found = Digest::of(&bytes);
        if found != *digest {
            return Err(ArtifactError::Tampered { path, expected: *digest, found });
        }
        Ok(bytes)
    }

    /// Keeps the outputs of a step: objects first, then the manifest.
    ///
    /// # Errors
    /// The file system refuses; nothing half-written is visible.
    pub fn put(&mut self, preimage: Json, outputs: &[(&str, &[u8])], provenance: Provenance) -> Result<Manifest> {
        let key = digest_of(&preimage);
        let mut digests = BTreeMap::new();
        for (name, bytes) in outputs {
            let digest = Digest::of(bytes);
            let path = self.object_path(&digest);
            // An object of this name but other bytes was altered by hand: it is replaced.
            if std::fs::read(&path).ok().is_none_or(|there| Digest::of(&there) != digest) {
                publish(&path, bytes, files::Access::ReadOnly)?;
            }
            digests.insert((*name).to_string(), digest);
        }
        let manifest = Manifest { key, preimage, outputs: digests, provenance };
        let text = crate::canonical(&manifest);
        publish(&self.manifest_path(&key), text.as_bytes(), files::Access::Plain)?;
        self.log("stored", json!({"key": key, "outputs": manifest.outputs}))?;
        Ok(manifest)
    }

    /// Appends an event to the journal: a failure, the start or the end of a run.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn log(&mut self, event: &str, details: Json) -> Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(event, details))
    }

    /// The keys of the steps that the last run of a study planned, by name: what an explanation
    /// compares today's plan with.
    pub fn last_plan(&self, study: &str) -> BTreeMap<String, Digest> {
        let bytes = std::fs::read(self.plan_path(study)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Remembers a plan for [`Store::last_plan`]; names from earlier plans stay.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remember_plan(&self, study: &str, plan: BTreeMap<String, Digest>) -> Result<()> {
        let mut known = self.last_plan(study);
        let before = known.clone();
        known.extend(plan);
        if known == before {
            return Ok(());
        }
        publish(&self.plan_path(study), crate::canonical(&known).as_bytes(), files::Access::Plain)
    }

    /// Checks the journal's chain.
    ///
    /// # Errors
    /// The first line that does not follow from the one before.
    pub fn check_journal(&self) -> Result<usize> {
        journal::check(&self.root.join("journal.ndjson"))
    }

    /// Where this store lies.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    fn object_path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join("objects/sha256").join(&name[..2]).join(&name[2..])
    }

    fn manifest_path(&self, key: &Digest) -> PathBuf {
        let name = key.to_string();
        self.root.join("manifests").join(&name[..2]).join(format!("{}.json", &name[2..]))
    }

    fn plan_path(&self, study: &str) -> PathBuf {
        self.root.join("plans").join(format!("{study}.json"))
    }
}

/// A folder `v2` beside ours was written by a program that knows more than this one.
fn refuse_newer(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let found = entry.file_name().to_string_lossy().into_owned();
        let version = found.strip_prefix('v').and_then(|digits| digits.parse::<u32>().ok());
        if version.is_some_and(|version| version > 1) {
            return Err(ArtifactError::Format { path: folder.to_path_buf(), found, expected: FORMAT });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Machine;
    use std::time::Duration;

    fn stamp() -> Provenance {
        Machine::look().stamp(Duration::ZERO)
    }

    #[test]
    fn what_was_put_is_got_and_the_store_is_held_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let preimage = json!({"n": 100, "sigma": 0.1});
        let manifest = store.put(preimage.clone(), &[("record", b"bytes")], stamp()).unwrap();
        assert_eq!(manifest.key, digest_of(&preimage));
        assert_eq!(store.get(&manifest.key), Some(manifest.clone()));
        assert_eq!(store.object(&manifest.outputs["record"]).unwrap(), b"bytes");
        assert!(matches!(Store::open(folder.path()), Err(ArtifactError::Locked { .. })));
        drop(store);
        assert!(Store::open(folder.path()).unwrap().get(&manifest.key).is_some());
    }

    #[test]
    fn an_altered_object_is_named_and_a_removed_one_is_no_hit() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let manifest = store.put(json!({"a": 1}), &[("record", b"right")], stamp()).unwrap();
        let path = store.object_path(&manifest.outputs["record"]);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(store.get(&manifest.key), None);
        std::fs::write(&path, b"wrong").unwrap();
        assert!(matches!(store.object(&manifest.outputs["record"]), Err(ArtifactError::Tampered { .. })));
        store.put(json!({"a": 1}), &[("record", b"right")], stamp()).unwrap();
        assert_eq!(store.object(&manifest.outputs["record"]).unwrap(), b"right");
    }

    #[test]
    fn a_torn_or_forged_manifest_is_no_hit() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let manifest = store.put(json!({"a": 1}), &[("record", b"x")], stamp()).unwrap();
        let path = store.manifest_path(&manifest.key);
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, whole.replace("{\"a\":1}", "{\"a\":2}")).unwrap();
        assert_eq!(store.get(&manifest.key), None);
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert_eq!(store.get(&manifest.key), None);
    }

    #[test]
    fn a_newer_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("v2")).unwrap();
        assert!(matches!(Store::open(folder.path()), Err(ArtifactError::Format { .. })));
    }
}
