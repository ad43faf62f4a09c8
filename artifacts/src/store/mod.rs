//! The store: what this machine has computed, by key.
//!
//! `v2/journal-N.ndjson` tells what happened, one chained line an event, and holds the records of
//! cells; `v2/objects/sha256/ab/…` the bytes of files by digest, read-only; `v2/head.json` how far
//! the journal is settled; `v2/index` where each step's line is; `v2/lock` is a kernel lock that
//! dies with its process; `v2/inbox` is where others deliver results to ([`inbox`]). A result is one
//! line, written at once: it is whole or it is not there. A run killed at any point loses at most the
//! cells that it had not reported, and the next run needs no flag.

mod event;
mod files;
pub mod gc;
mod head;
pub mod inbox;
mod index;
mod journal;
mod rows;

pub use event::Failure;
pub use files::part;

use crate::provenance::{self, Provenance};
use crate::stem::{Point, Stem};
use crate::{ArtifactError, Digest, Result, digest_of};
use event::{CellEvent, Event, StepEvent};
use files::{Access, create_folder, publish};
use head::Head;
use index::Index;
use journal::{Journal, Scan};
use rows::Entry;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The number of the format; the folder's name is `v` and this number. Another format lives in
/// another folder and is never read.
pub const FORMAT: u32 = 2;

/// How much of what is stored is taken on trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A journal that is the very file its index was made from, changed time included, is not read.
    Stat,
    /// Every byte is hashed again.
    Nothing,
}

/// What is known of a step other than a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it depended on.
    pub preimage: Json,
    /// The digests of its outputs, by name.
    pub outputs: BTreeMap<String, Digest>,
    /// Where and when.
    pub provenance: Provenance,
}

/// Something stored, as a visitor of the whole journal sees it.
#[derive(Clone, Copy, Debug)]
pub enum Past<'a> {
    /// A cell.
    Cell(PastCell<'a>),
    /// Another step: its key and preimage.
    Step(&'a Digest, &'a Json),
    /// A step that failed.
    Failed(&'a Failure),
}

/// See [`Past::Cell`].
#[derive(Clone, Copy, Debug)]
pub struct PastCell<'a> {
    /// Its key.
    pub key: &'a Digest,
    /// What its experiment's cells share, and the digest of that.
    pub stem: (&'a Digest, &'a Stem),
    /// Its place.
    pub point: &'a Point,
    /// Its seed.
    pub seed: u64,
    /// Where and when it was made, and how long that took.
    pub made: &'a Provenance,
}

/// What a check of every byte found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Lines of the journal.
    pub lines: u64,
    /// Objects whose bytes are what their names say.
    pub objects: usize,
}

/// A store on this machine.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    index: Index,
    head: Head,
    /// For reading what is there; none in a store that is empty.
    file: Option<File>,
    /// For appending; none in a store that is only looked at.
    journal: Option<Journal>,
    /// Whether the index on disk is older than what is known here.
    stale: bool,
    /// Whether every byte of the journal was hashed.
    read: bool,
    // Held for its lock: the kernel releases it when the process ends, however it ends.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store below `folder` for work, alone.
    ///
    /// # Errors
    /// Another run holds it, it has a newer format, what is stored was altered, or the file system
    /// refuses.
    pub fn open(folder: &Path, trust: Trust) -> Result<Self> {
        refuse_newer(folder)?;
        let root = root(folder);
        create_folder(&root)?;
        let lock = lock(&root)?;
        files::clear_temporary(&root, &inbox::inbox(folder))?;
        let head = match read_head(&root)? {
            Some(head) => head,
            None => {
                // Before the first line: a journal without a head has lost it.
                let head = Head::of_nothing(&gc::journal_name(1));
                head.write(&root)?;
                head
            }
        };
        let path = root.join(&head.journal);
        let (index, end, read) = read_index(&root, &head, trust)?;
        let journal = Journal::open(&path, end.clone())?;
        let file = Some(File::open(&path).map_err(ArtifactError::io("open", &path))?);
        Ok(Self { root, index, head: end, file, journal: Some(journal), stale: read, read, _lock: Some(lock) })
    }

    /// Looks into the store below `folder` without writing; a store that does not exist is empty.
    ///
    /// # Errors
    /// It has a newer format, or what is stored was altered.
    pub fn look(folder: &Path, trust: Trust) -> Result<Self> {
        refuse_newer(folder)?;
        let root = root(folder);
        let head = read_head(&root)?.unwrap_or_else(|| Head::of_nothing(&gc::journal_name(1)));
        let (index, end, read) = read_index(&root, &head, trust)?;
        let file = File::open(root.join(&head.journal)).ok();
        Ok(Self { root, index, head: end, file, journal: None, stale: false, read, _lock: None })
    }

    /// The digest of what a step gave, if it is done: of a cell the digest of its record.
    pub fn result(&self, key: &Digest) -> Option<Digest> {
        self.index.get(key).map(|entry| entry.result)
    }

    /// The bytes of a cell's record, checked against their digest.
    ///
    /// # Errors
    /// There is no such cell, or its record was altered.
    pub fn record(&self, key: &Digest) -> Result<Vec<u8>> {
        let entry = self.index.get(key);
        let bytes = match entry.and_then(|entry| self.event(entry)) {
            Some(Event::Cell(cell)) => cell.record.into_bytes(),
            _ => Vec::new(),
        };
        let (found, expected) = (Digest::of(&bytes), entry.map_or(*key, |entry| entry.result));
        if found == expected { Ok(bytes) } else { Err(ArtifactError::Tampered { path: self.journal_path(), expected, found }) }
    }

    /// Where and when a cell was made, if it was.
    pub fn made(&self, key: &Digest) -> Option<Provenance> {
        match self.event(self.index.get(key)?)? {
            Event::Cell(cell) => Some(cell.provenance),
            _ => None,
        }
    }

    /// A step other than a cell, if it is done and all of its outputs are there.
    pub fn step(&self, key: &Digest) -> Option<Step> {
        let Event::Step(StepEvent { preimage, outputs, provenance, .. }) = self.event(self.index.get(key)?)? else { return None };
        let whole = digest_of(&preimage) == *key && outputs.values().all(|digest| self.object_path(digest).is_file());
        whole.then_some(Step { preimage, outputs, provenance })
    }

    /// The bytes of an object, checked against its digest.
    ///
    /// # Errors
    /// The object is missing, or its bytes were altered.
    pub fn object(&self, digest: &Digest) -> Result<Vec<u8>> {
        let path = self.object_path(digest);
        let bytes = std::fs::read(&path).map_err(ArtifactError::io("read", &path))?;
        let found = Digest::of(&bytes);
        if found == *digest { Ok(bytes) } else { Err(ArtifactError::Tampered { path, expected: *digest, found }) }
    }

    /// Keeps the record of a cell.
    ///
    /// # Errors
    /// The file system refuses; nothing half-written is visible.
    pub fn put_cell(
        &mut self,
        stem: (&Digest, &Stem),
        point: Point,
        seed: u64,
        key: Digest,
        record: String,
        made: Provenance,
    ) -> Result<()> {
        if self.index.get(stem.0).is_none() {
            self.append(*stem.0, *stem.0, &Event::Stem(stem.1.clone()))?;
        }
        let result = Digest::of(record.as_bytes());
        self.append(key, result, &Event::Cell(CellEvent { key, stem: *stem.0, point, seed, record, provenance: made }))
    }

    /// Keeps the outputs of another step: objects first, then its line.
    ///
    /// # Errors
    /// The file system refuses; nothing half-written is visible.
    pub fn put_step(&mut self, preimage: Json, outputs: &[(&str, &[u8])], made: Provenance) -> Result<()> {
        let key = digest_of(&preimage);
        let mut digests = BTreeMap::new();
        for (name, bytes) in outputs {
            let digest = Digest::of(bytes);
            let path = self.object_path(&digest);
            // An object of this name but other bytes was altered by hand: it is replaced.
            if Digest::of_file(&path).ok() != Some(digest) {
                publish(&path, bytes, Access::ReadOnly)?;
            }
            digests.insert((*name).to_string(), digest);
        }
        let result = digest_of(&digests);
        self.append(key, result, &Event::Step(StepEvent { key, preimage, outputs: digests, provenance: made }))
    }

    /// Tells the journal of a failure.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn fail(&mut self, key: Digest, name: String, cause: String) -> Result<()> {
        let event = Event::Failed(Failure { key, name, cause, at: provenance::now() });
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(&event).map(|_| ()))
    }

    fn append(&mut self, key: Digest, result: Digest, event: &Event) -> Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let place = journal.append(event)?;
        self.index.insert(key, Entry { place, result });
        self.stale = true;
        Ok(())
    }

    /// Flushes what was kept to the disk, and settles the journal there.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn settle(&mut self) -> Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        if *journal.head() != self.head {
            self.head = journal.flush()?;
            self.head.write(&self.root)?;
            self.stale = true;
        }
        Ok(())
    }

    /// Settles the journal and writes the index, so that the next look need not read the journal.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn close(mut self) -> Result<()> {
        self.settle()?;
        if self.stale {
            self.index.write(&self.root, &self.head)?;
        }
        Ok(())
    }

    /// Shows every step that is stored, in the order of the journal.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn visit(&self, see: &mut dyn FnMut(Past<'_>)) -> Result<()> {
        let mut stems: BTreeMap<Digest, Stem> = BTreeMap::new();
        let visit = |event: &Event, _| {
            match event {
                Event::Stem(stem) => drop(stems.insert(stem.digest(), stem.clone())),
                Event::Cell(cell) => {
                    if let Some(stem) = stems.get(&cell.stem) {
                        let CellEvent { key, point, seed, provenance: made, .. } = cell;
                        see(Past::Cell(PastCell { key, stem: (&cell.stem, stem), point, seed: *seed, made }));
                    }
                }
                Event::Step(step) => see(Past::Step(&step.key, &step.preimage)),
                Event::Failed(failure) => see(Past::Failed(failure)),
                Event::Collected(_) => {}
            }
            Ok(())
        };
        journal::scan(&self.journal_path(), &self.head, visit).map(drop)
    }

    /// Hashes every byte of the journal and of all objects. Gives the store, to look into.
    ///
    /// # Errors
    /// Something was altered.
    pub fn check(folder: &Path) -> Result<(Self, Health)> {
        let store = Self::look(folder, Trust::Nothing)?;
        let mut objects = 0;
        for path in files::files(&files::objects(&store.root)) {
            match files::object_digest(&path) {
                Some(expected) => {
                    let found = Digest::of_file(&path).map_err(ArtifactError::io("read", &path))?;
                    if found != expected {
                        return Err(ArtifactError::Tampered { path, expected, found });
                    }
                }
                None => return Err(ArtifactError::Malformed { path, message: "it is no object: its name is no digest".to_string() }),
            }
            objects += 1;
        }
        let health = Health { lines: store.head.lines, objects };
        Ok((store, health))
    }

    /// Whether every byte of the journal was read and hashed, and not trusted by its file's times.
    pub fn was_read(&self) -> bool {
        self.read
    }

    fn event(&self, entry: Entry) -> Option<Event> {
        journal::event_at(self.file.as_ref()?, entry.place)
    }

    fn journal_path(&self) -> PathBuf {
        self.root.join(&self.head.journal)
    }

    fn object_path(&self, digest: &Digest) -> PathBuf {
        files::object(&self.root, digest)
    }
}

fn root(folder: &Path) -> PathBuf {
    folder.join(format!("v{FORMAT}"))
}

fn lock(root: &Path) -> Result<File> {
    let path = root.join("lock");
    let lock = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(ArtifactError::io("open", &path))?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => ArtifactError::Locked { path: path.clone() },
        TryLockError::Error(source) => ArtifactError::Io { action: "lock", path: path.clone(), source },
    })?;
    Ok(lock)
}

/// The head, which a store with a journal must have.
fn read_head(root: &Path) -> Result<Option<Head>> {
    if let Some(head) = Head::read(root)? {
        return Ok(Some(head));
    }
    gc::newest_journal(root).map_or(Ok(None), |journal| {
        let message = "there is a journal, and 'head.json', which says how long it is, is missing".to_string();
        Err(ArtifactError::Malformed { path: root.join(journal), message })
    })
}

/// The index, the end of the journal, and whether the journal was read for it.
fn read_index(root: &Path, head: &Head, trust: Trust) -> Result<(Index, Head, bool)> {
    let trusted = if trust == Trust::Stat { Index::trusted(root, head) } else { None };
    if let Some(index) = trusted {
        return Ok((index, head.clone(), false));
    }
    let path = root.join(&head.journal);
    let Scan { rows, end, damage, .. } = journal::scan(&path, head, |_, _| Ok(()))?;
    match damage.first() {
        Some(first) => Err(ArtifactError::Damaged { path, line: first.line, what: first.what.clone(), count: damage.len() }),
        None => Ok((Index::new(rows), end, true)),
    }
}

/// The number of a format, of a folder named for one.
fn format_of(name: &str) -> Option<u32> {
    name.strip_prefix('v')?.parse().ok()
}

/// A folder `v3` beside ours was written by a program that knows more than this one.
fn refuse_newer(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let found = entry.file_name().to_string_lossy().into_owned();
        if format_of(&found).is_some_and(|version| version > FORMAT) {
            return Err(ArtifactError::Format { path: folder.to_path_buf(), found, expected: FORMAT });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
