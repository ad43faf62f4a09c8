//! The index: where in the journal each step's line stands. It can be made from the journal at any
//! time, and saves reading it.
//!
//! It is trusted while the journal is the very file that it was made from: the same device, inode,
//! size and times, *changed* time included, which no program can set; and only if it was made a
//! tick of the file system's clock after the journal's last change, since a change within the same
//! tick would not show. A clock that jumps back makes it untrusted, never wrong.

use super::files::{Access, publish};
use super::head::Head;
use super::rows::{Entry, ROW, Rows};
use crate::{ArtifactError, Digest, Result};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

/// The steps of a journal by key.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Rows,
    /// What came since.
    added: BTreeMap<Digest, Entry>,
}

/// Longer than the tick of any file system's clock in use.
const TICK: Duration = Duration::from_millis(20);

/// Steps that are kept in a map, at least, before they become rows.
const MANY: usize = 50_000;

const NAME: &str = "index";
const MAGIC: &[u8; 8] = b"saigen2\n";
/// Magic, the journal's identity (six numbers), the chain, the digest of the rows.
const HEADER: usize = 8 + 6 * 8 + 32 + 32;

impl Index {
    /// The index that a scan gave.
    pub(super) fn new(rows: Rows) -> Self {
        Self { rows, added: BTreeMap::new() }
    }

    /// The index on disk, if it can be trusted.
    pub(super) fn trusted(root: &Path, head: &Head) -> Option<Self> {
        let journal = std::fs::metadata(root.join(&head.journal)).ok()?;
        let made = std::fs::metadata(root.join(NAME)).ok()?;
        let bytes = std::fs::read(root.join(NAME)).ok()?;
        let settled =
            nanoseconds(made.mtime(), made.mtime_nsec()) >= nanoseconds(journal.ctime(), journal.ctime_nsec()) + TICK.as_nanos() as i128;
        let fits = journal.len() == head.bytes && bytes.len() >= HEADER && (bytes.len() - HEADER).is_multiple_of(ROW);
        if !settled
            || !fits
            || bytes[..HEADER - 32] != header(&journal, head)
            || bytes[HEADER - 32..HEADER] != *Digest::of(&bytes[HEADER..]).bytes()
        {
            return None;
        }
        Some(Self::new(Rows::from_bytes(&bytes[HEADER..])))
    }

    /// Writes the index beside its journal, a tick after the journal's last change.
    pub(super) fn write(&mut self, root: &Path, head: &Head) -> Result<()> {
        let path = root.join(&head.journal);
        let journal = std::fs::metadata(&path).map_err(ArtifactError::io("read", &path))?;
        std::thread::sleep(TICK);
        if !self.added.is_empty() {
            self.fold();
        }
        let mut bytes = header(&journal, head);
        bytes.extend(Digest::of(self.rows.bytes()).bytes());
        bytes.extend(self.rows.bytes());
        publish(&root.join(NAME), &bytes, Access::Plain)
    }

    pub(super) fn get(&self, key: &Digest) -> Option<Entry> {
        self.added.get(key).copied().or_else(|| self.rows.get(key))
    }

    pub(super) fn insert(&mut self, key: Digest, entry: Entry) {
        self.added.insert(key, entry);
        // A row takes less than a place in a map, and sorting rows anew is cheap while that is rare.
        if self.added.len() > MANY + self.rows.len() / 4 {
            self.fold();
        }
    }

    /// Puts what came since among the rows.
    fn fold(&mut self) {
        std::mem::take(&mut self.added).iter().for_each(|(key, entry)| self.rows.push(key, entry));
        self.rows.sort();
    }
}

fn header(journal: &Metadata, head: &Head) -> Vec<u8> {
    let times = [(journal.mtime(), journal.mtime_nsec()), (journal.ctime(), journal.ctime_nsec())];
    let times = times.map(|(seconds, rest)| nanoseconds(seconds, rest) as u64);
    let mut bytes = MAGIC.to_vec();
    for number in [journal.dev(), journal.ino(), journal.len(), times[0], times[1], head.lines] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(head.chain.bytes());
    bytes
}

fn nanoseconds(seconds: i64, rest: i64) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(rest)
}
