//! The journal: one JSON line an event, each with the chain up to it, so that neither an edit nor a
//! removed, moved or added line goes unseen.
//!
//! A line is `{"chain":"…","event":{…}}`; its chain is the digest of the chain before and of all
//! that follows `"chain":"…",`. A line whose event was edited is therefore told from its neighbours.

use super::event::Event;
use super::head::Head;
use super::rows::{Entry, Rows};
use crate::stem::Keys;
use crate::{ArtifactError, Digest, Result};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// `{"chain":"`, 64 digits, `",`.
const PREFIX: usize = 10 + 64 + 2;

/// A journal that is open for appending. The caller holds the store's lock.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    head: Head,
}

impl Journal {
    /// Opens the journal at the end that was verified; what follows it, a kill or a full disk tore.
    pub(super) fn open(path: &Path, head: Head) -> Result<Self> {
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path);
        let file = file.map_err(ArtifactError::io("open", path))?;
        if file.metadata().map_err(ArtifactError::io("read", path))?.len() > head.bytes {
            file.set_len(head.bytes).map_err(ArtifactError::io("shorten", path))?;
        }
        Ok(Self { path: path.to_path_buf(), file, head })
    }

    /// Appends an event in one write. Gives the place of its line.
    pub(super) fn append(&mut self, event: &Event) -> Result<(u64, u32)> {
        let (line, chain) = line(event, &self.head.chain);
        let offset = self.head.bytes;
        self.file.write_all_at(line.as_bytes(), offset).map_err(ArtifactError::io("write", &self.path))?;
        self.head.bytes += line.len() as u64;
        self.head.lines += 1;
        self.head.chain = chain;
        Ok((offset, line.len() as u32))
    }

    /// Flushes to the disk what was appended. Gives the end of it.
    pub(super) fn flush(&mut self) -> Result<Head> {
        self.file.sync_data().map_err(ArtifactError::io("flush", &self.path))?;
        Ok(self.head.clone())
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }
}

/// The text of the line that follows `before`, and the chain up to it.
fn line(event: &Event, before: &Digest) -> (String, Digest) {
    // Events hold strings, numbers that are finite and maps with string keys: they have a JSON form.
    let event = serde_json::to_string(event).expect("an event has a JSON form");
    let rest = format!("\"event\":{event}}}");
    let chain = Digest::of_parts(&[before.bytes(), rest.as_bytes()]);
    (format!("{{\"chain\":\"{chain}\",{rest}\n"), chain)
}

/// Writes a journal anew with these events. Gives its end.
pub(super) fn write(path: &Path, name: &str, events: impl Iterator<Item = Result<Event>>) -> Result<Head> {
    let mut head = Head::of_nothing(name);
    let file = File::create(path).map_err(ArtifactError::io("create", path))?;
    let mut writer = std::io::BufWriter::new(file);
    for event in events {
        let (line, chain) = line(&event?, &head.chain);
        writer.write_all(line.as_bytes()).map_err(ArtifactError::io("write", path))?;
        head = Head { bytes: head.bytes + line.len() as u64, lines: head.lines + 1, chain, ..head };
    }
    let file = writer.into_inner().map_err(|error| ArtifactError::io("write", path)(error.into_error()))?;
    file.sync_all().map_err(ArtifactError::io("flush", path))?;
    Ok(head)
}

/// One line that is not what was written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// The line, from 1.
    pub(super) line: u64,
    pub(super) what: String,
}

/// What reading a whole journal, every byte hashed, gives.
#[derive(Debug)]
pub(super) struct Scan {
    /// Where the lines that can be trusted end, and the chain up to there.
    pub(super) end: Head,
    /// The steps by key; a later line stands for an earlier one of the same key.
    pub(super) rows: Rows,
    /// Lines that were altered, removed or moved. A torn end is none.
    pub(super) damage: Vec<Damage>,
    /// Bytes behind the end: torn by a kill, never acknowledged.
    pub(super) torn: u64,
}

/// Reads and verifies a journal up to its end. `head` says what was settled there: lines up to it
/// must be whole; what is broken behind it was being written when its run was killed.
///
/// `visit` sees every event that is as it was written, with its place.
pub(super) fn scan(path: &Path, head: &Head, mut visit: impl FnMut(&Event, (u64, u32)) -> Result<()>) -> Result<Scan> {
    let mut scan = Scan { end: Head::of_nothing(&head.journal), rows: Rows::default(), damage: Vec::new(), torn: 0 };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && head.bytes == 0 => return Ok(scan),
        Err(error) => return Err(ArtifactError::io("read", path)(error)),
    };
    let length = file.metadata().map_err(ArtifactError::io("read", path))?.len();
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut stems: BTreeMap<Digest, Keys> = BTreeMap::new();
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let count = reader.read_until(b'\n', &mut bytes).map_err(ArtifactError::io("read", path))? as u64;
        if count == 0 {
            break;
        }
        let settled = scan.end.bytes < head.bytes;
        let (offset, line) = (scan.end.bytes, scan.end.lines + 1);
        let read = parse(&bytes, &scan.end.chain);
        if !settled && !matches!(read, Read::Whole(..)) {
            break;
        }
        let (chain, event, what) = match read {
            Read::Whole(chain, event) => (chain, Some(event), None),
            Read::Edited(chain, what) => (chain, None, Some(what)),
        };
        let place = (offset, bytes.len() as u32);
        let what = match (what, event) {
            (None, Some(event)) => match entry(&event, place, &mut stems) {
                Ok(found) => {
                    found.iter().for_each(|(key, entry)| scan.rows.push(key, entry));
                    visit(&event, place)?;
                    None
                }
                Err(what) => Some(what),
            },
            (what, _) => what,
        };
        scan.damage.extend(what.map(|what| Damage { line, what }));
        scan.end = Head { bytes: offset + count, lines: line, chain, ..scan.end };
    }
    if scan.end.bytes < head.bytes || (scan.end.bytes == head.bytes && scan.end.chain != head.chain && scan.damage.is_empty()) {
        let what = format!("the journal ends here, and {} lines with chain {} were written", head.lines, head.chain.short());
        scan.damage.push(Damage { line: scan.end.lines + 1, what });
    }
    scan.rows.sort();
    scan.torn = length.saturating_sub(scan.end.bytes);
    Ok(scan)
}

enum Read {
    Whole(Digest, Event),
    Edited(Digest, String),
}

/// One line against the chain before it.
fn parse(bytes: &[u8], before: &Digest) -> Read {
    let edited = |chain, what: &str| Read::Edited(chain, what.to_string());
    let unknown = Digest::of(bytes);
    let Some(bytes) = bytes.strip_suffix(b"\n") else { return edited(unknown, "the line has no end") };
    let prefix = bytes.get(..PREFIX).and_then(|prefix| std::str::from_utf8(prefix).ok());
    let written = prefix.and_then(|prefix| prefix.strip_prefix("{\"chain\":\"")?.strip_suffix("\",")?.parse::<Digest>().ok());
    let Some(written) = written else { return edited(unknown, "the line is no journal line") };
    let rest = &bytes[PREFIX..];
    if Digest::of_parts(&[before.bytes(), rest]) != written {
        // The next line is held against what this one says, so that it is not blamed too.
        return edited(written, "does not follow from the line before it");
    }
    let event = rest.strip_prefix(b"\"event\":").and_then(|rest| rest.strip_suffix(b"}"));
    match event.and_then(|event| serde_json::from_slice(event).ok()) {
        Some(event) => Read::Whole(written, event),
        None => edited(written, "holds no event that this version knows"),
    }
}

/// What an event adds to the index; a key that is not its preimage's is damage.
fn entry(event: &Event, place: (u64, u32), stems: &mut BTreeMap<Digest, Keys>) -> Result<Option<(Digest, Entry)>, String> {
    let wrong = |key: &Digest| Err(format!("step {} is stored under a key that is not its own", key.short()));
    Ok(match event {
        Event::Stem(stem) => {
            let digest = stem.digest();
            stems.insert(digest, stem.keys());
            Some((digest, Entry { place, result: digest }))
        }
        Event::Cell(cell) => match stems.get(&cell.stem) {
            Some(keys) if keys.key(&cell.point, cell.seed) == cell.key => {
                Some((cell.key, Entry { place, result: Digest::of(cell.record.as_bytes()) }))
            }
            _ => return wrong(&cell.key),
        },
        Event::Step(step) if crate::digest_of(&step.preimage) == step.key => {
            Some((step.key, Entry { place, result: crate::digest_of(&step.outputs) }))
        }
        Event::Step(step) => return wrong(&step.key),
        Event::Failed(_) | Event::Collected(_) => None,
    })
}

/// The event at a place, read alone: `None` where the bytes are no event.
pub(super) fn event_at(file: &File, (offset, length): (u64, u32)) -> Option<Event> {
    let mut bytes = vec![0; length as usize];
    file.read_exact_at(&mut bytes, offset).ok()?;
    let event = bytes.get(PREFIX..)?.strip_prefix(b"\"event\":")?.strip_suffix(b"}\n")?;
    serde_json::from_slice(event).ok()
}
