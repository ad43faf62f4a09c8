//! The index: where in the journal each step's line stands. It can be made from the journal at any
//! time, and saves reading it.
//!
//! It is trusted while the journal is the very file that it was made from: the same device, inode,
//! size and times, *changed* time included, which no program can set; and only if it was made a
//! tick of the file system's clock after the journal's last change, since a change within the same
//! tick would not show. A clock that jumps back makes it untrusted, never wrong.

use super::files::{Access, publish};
use super::head::Head;
use crate::{ArtifactError, Digest, Result};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

/// Where a step's line is, and the digest of what came out: of a cell its record's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) place: (u64, u32),
    pub(super) result: Digest,
}

/// The steps of a journal by key.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Sorted rows of [`ROW`] bytes, as they are in the file: nothing is parsed before it is asked for.
    rows: Vec<u8>,
    /// What came since.
    added: BTreeMap<Digest, Entry>,
}

/// Longer than the tick of any file system's clock in use.
const TICK: Duration = Duration::from_millis(20);

const NAME: &str = "index";
const MAGIC: &[u8; 8] = b"saigen2\n";
/// Magic, the journal's identity (six numbers), the chain, the digest of the rows.
const HEADER: usize = 8 + 6 * 8 + 32 + 32;
/// Key, result, offset, length.
const ROW: usize = 32 + 32 + 8 + 4;

impl Index {
    /// The index that a scan gave.
    pub(super) fn new(entries: BTreeMap<Digest, Entry>) -> Self {
        Self { rows: rows(entries.iter().map(|(key, entry)| (*key, *entry))), added: BTreeMap::new() }
    }

    /// The index on disk, if it can be trusted.
    pub(super) fn trusted(root: &Path, head: &Head) -> Option<Self> {
        let journal = std::fs::metadata(root.join(&head.journal)).ok()?;
        let made = std::fs::metadata(root.join(NAME)).ok()?;
        let mut bytes = std::fs::read(root.join(NAME)).ok()?;
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
        bytes.drain(..HEADER);
        Some(Self { rows: bytes, added: BTreeMap::new() })
    }

    /// Writes the index beside its journal, a tick after the journal's last change.
    pub(super) fn write(&mut self, root: &Path, head: &Head) -> Result<()> {
        let path = root.join(&head.journal);
        let journal = std::fs::metadata(&path).map_err(ArtifactError::io("read", &path))?;
        std::thread::sleep(TICK);
        if !self.added.is_empty() {
            let mut all: BTreeMap<Digest, Entry> = self.iter().collect();
            all.append(&mut self.added);
            self.rows = rows(all.into_iter());
        }
        let mut bytes = header(&journal, head);
        bytes.extend(Digest::of(&self.rows).bytes());
        bytes.extend(&self.rows);
        publish(&root.join(NAME), &bytes, Access::Plain)
    }

    pub(super) fn get(&self, key: &Digest) -> Option<Entry> {
        self.added.get(key).copied().or_else(|| self.find(key))
    }

    pub(super) fn insert(&mut self, key: Digest, entry: Entry) {
        self.added.insert(key, entry);
    }

    /// The steps in the order of their keys; what came since is not among them.
    fn iter(&self) -> impl Iterator<Item = (Digest, Entry)> {
        self.rows.chunks_exact(ROW).map(|row| (digest(&row[..32]), entry(row)))
    }

    fn find(&self, key: &Digest) -> Option<Entry> {
        let row = |at: usize| &self.rows[at * ROW..(at + 1) * ROW];
        let (mut low, mut high) = (0, self.rows.len() / ROW);
        while low < high {
            let middle = usize::midpoint(low, high);
            match row(middle)[..32].cmp(key.bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(entry(row(middle))),
            }
        }
        None
    }
}

fn rows(entries: impl ExactSizeIterator<Item = (Digest, Entry)>) -> Vec<u8> {
    let mut rows = Vec::with_capacity(entries.len() * ROW);
    for (key, Entry { place: (offset, length), result }) in entries {
        rows.extend(key.bytes());
        rows.extend(result.bytes());
        rows.extend(offset.to_le_bytes());
        rows.extend(length.to_le_bytes());
    }
    rows
}

fn entry(row: &[u8]) -> Entry {
    // A row has [`ROW`] bytes: the ranges are there.
    let number = |range: std::ops::Range<usize>| row[range].iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    Entry { place: (number(64..72), number(72..76) as u32), result: digest(&row[32..64]) }
}

fn digest(bytes: &[u8]) -> Digest {
    let mut whole = [0; 32];
    whole.copy_from_slice(bytes);
    Digest::from(whole)
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
