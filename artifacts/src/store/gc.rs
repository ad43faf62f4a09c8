//! What of a store nobody needs any more, and its removal.
//!
//! The journal is written anew with the steps that are kept, under another name; renaming the head
//! that names it is the moment at which the collection takes effect. Killed before it, nothing has
//! happened; killed behind it, what is left to remove is removed by the next one.

use super::event::{Collection, Event};
use super::head::Head;
use super::journal::{self, Scan};
use super::rows::Rows;
use super::{FORMAT, Store, Trust, files, format_of, inbox, lock, read_head, refuse_newer, root};
use crate::provenance;
use crate::{ArtifactError, Digest, Result};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What to keep.
#[derive(Debug, Default)]
pub struct Keep {
    /// Cells that are never dropped: those of the record.
    pub always: BTreeSet<Digest>,
    /// Cells that are kept while there is room.
    pub cells: BTreeSet<Digest>,
    /// Whether the newest of each step after the cells is kept while there is room.
    pub steps: bool,
    /// How many bytes the store may have; the oldest steps go first.
    pub limit: Option<u64>,
}

/// What a collection drops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waste {
    /// Steps that are dropped.
    pub steps: usize,
    /// Steps that stay.
    pub kept: usize,
    /// Lines of the journal that were altered, and are dropped too.
    pub damaged: usize,
    /// Objects that no kept step names, or whose bytes were altered.
    pub objects: usize,
    /// Files that were delivered and refused, or that a killed process left half-written.
    pub refused: usize,
    /// Folders of older formats.
    pub older: Vec<PathBuf>,
    /// Bytes before.
    pub before: u64,
    /// Bytes after.
    pub after: u64,
}

/// The name of the n-th journal.
pub(super) fn journal_name(number: u64) -> String {
    format!("journal-{number}.ndjson")
}

/// The name of the journal with the highest number, if any has a line.
pub(super) fn newest_journal(root: &Path) -> Option<String> {
    let entries = std::fs::read_dir(root).ok()?;
    let written = entries.flatten().filter(|entry| entry.metadata().is_ok_and(|journal| journal.len() > 0));
    let names = written.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| Some((number(&name)?, name))).max().map(|(_, name)| name)
}

fn number(journal: &str) -> Option<u64> {
    journal.strip_prefix("journal-")?.strip_suffix(".ndjson")?.parse().ok()
}

fn is_journal(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).and_then(number).is_some()
}

/// One stored step as a collection sees it.
struct Line {
    key: Digest,
    place: (u64, u32),
    ended: u64,
    /// Of a cell, its stem.
    stem: Option<Digest>,
    /// Of another step: its objects, and the name that a newer one of its kind shares.
    objects: Vec<Digest>,
    name: String,
}

/// Finds what is not to be kept and, if asked to, removes it.
///
/// # Errors
/// Another run holds the store, it has a newer format, or the file system refuses.
pub fn collect(folder: &Path, keep: &Keep, remove: bool) -> Result<Waste> {
    refuse_newer(folder)?;
    let root = root(folder);
    let mut waste = Waste { older: older(folder), before: size_of(&files::files(folder)), ..Waste::default() };
    if root.is_dir() {
        // Looking needs no lock: what a run adds meanwhile is not seen.
        let held = if remove { Some(lock(&root)?) } else { None };
        let survey = Survey::new(&root)?;
        let kept = survey.choose(keep, &mut waste);
        let litter = inbox::litter(&root);
        waste.refused = litter.len();
        waste.after += size_of(&inbox::waiting(folder));
        if remove {
            survey.rewrite(&kept, &waste)?;
            survey.sweep(&kept)?;
            litter.iter().try_for_each(|path| files::remove(path))?;
            drop(held);
            // A store that is opened and closed has its index again.
            Store::open(folder, Trust::Nothing)?.close()?;
        }
    }
    for folder in waste.older.iter().filter(|_| remove) {
        std::fs::remove_dir_all(folder).map_err(ArtifactError::io("remove", folder))?;
    }
    Ok(waste)
}

/// All that is in a store, as far as it can be trusted.
struct Survey {
    root: PathBuf,
    head: Head,
    /// Whether the head could not be read.
    lost: bool,
    scan: Scan,
    lines: Vec<Line>,
    /// Places of stems, with their digests, and of earlier collections.
    others: Vec<((u64, u32), Option<Digest>)>,
    objects: Vec<PathBuf>,
    /// Objects whose bytes were altered.
    damaged: BTreeSet<Digest>,
}

impl Survey {
    fn new(root: &Path) -> Result<Self> {
        // A journal that lost its head is read as far as its lines follow from each other.
        let head = match read_head(root) {
            Ok(head) => head,
            Err(error) if error.is_integrity() => None,
            Err(error) => return Err(error),
        };
        let lost = head.is_none();
        let head = head.unwrap_or_else(|| Head::of_nothing(&newest_journal(root).unwrap_or_else(|| journal_name(1))));
        let (mut lines, mut others) = (Vec::new(), Vec::new());
        let scan = journal::scan(&root.join(&head.journal), &head, |event, place| {
            match event {
                Event::Cell(cell) => lines.push(Line {
                    key: cell.key,
                    place,
                    ended: cell.provenance.ended,
                    stem: Some(cell.stem),
                    objects: Vec::new(),
                    name: String::new(),
                }),
                Event::Step(step) => lines.push(Line {
                    key: step.key,
                    place,
                    ended: step.provenance.ended,
                    stem: None,
                    objects: step.outputs.values().copied().collect(),
                    name: kind(&step.preimage),
                }),
                Event::Stem(stem) => others.push((place, Some(stem.digest()))),
                Event::Collected(_) => others.push((place, None)),
                Event::Failed(_) => {}
            }
            Ok(())
        })?;
        let objects = files::files(&files::objects(root));
        let altered = |path: &PathBuf, digest: &Digest| Digest::of_file(path).ok() != Some(*digest);
        let damaged = objects.iter().filter_map(|path| files::object_digest(path).filter(|digest| altered(path, digest))).collect();
        Ok(Self { root: root.to_path_buf(), head, lost, scan, lines, others, objects, damaged })
    }

    /// The steps that stay; tells of the rest.
    fn choose(&self, keep: &Keep, waste: &mut Waste) -> Vec<&Line> {
        let kept = choose(&self.lines, keep, &self.scan.rows, &self.damaged, &|digest| size(&files::object(&self.root, digest)));
        (waste.kept, waste.steps) = (kept.len(), self.lines.len() - kept.len());
        waste.damaged = self.scan.damage.len();
        let (named, unnamed) = self.objects_by(&kept);
        waste.objects = unnamed.len();
        waste.after = self.places(&kept).values().map(|length| u64::from(*length)).sum::<u64>() + size_of(&named);
        kept
    }

    /// The objects that some steps name, and the others.
    fn objects_by(&self, kept: &[&Line]) -> (Vec<&PathBuf>, Vec<&PathBuf>) {
        let named: BTreeSet<&Digest> = kept.iter().flat_map(|line| &line.objects).collect();
        self.objects.iter().partition(|path| files::object_digest(path).is_some_and(|digest| named.contains(&digest)))
    }

    /// The places of the lines that are written again: some steps', and those that they need.
    fn places(&self, kept: &[&Line]) -> BTreeMap<u64, u32> {
        let stems: BTreeSet<Digest> = kept.iter().filter_map(|line| line.stem).collect();
        let needed = self.others.iter().filter(|(_, stem)| stem.is_none_or(|stem| stems.contains(&stem)));
        kept.iter().map(|line| line.place).chain(needed.map(|(place, _)| *place)).collect()
    }

    /// Writes the journal anew with these steps, if it holds anything else.
    fn rewrite(&self, kept: &[&Line], waste: &Waste) -> Result<()> {
        if waste.steps + waste.damaged == 0 && self.scan.torn == 0 && !self.lost {
            return Ok(());
        }
        let name = journal_name(number(&self.head.journal).unwrap_or_default() + 1);
        let path = self.root.join(&self.head.journal);
        let file = File::open(&path).map_err(ArtifactError::io("read", &path))?;
        let dropped = (waste.steps + waste.damaged) as u64;
        let first = Event::Collected(Collection { chain: self.scan.end.chain, dropped, at: provenance::now() });
        let rest = self.places(kept).into_iter().map(|place| {
            let lost = || ArtifactError::Malformed { path: path.clone(), message: "a line changed while it was read".to_string() };
            journal::event_at(&file, place).ok_or_else(lost)
        });
        journal::write(&self.root.join(&name), &name, std::iter::once(Ok(first)).chain(rest))?.write(&self.root)
    }

    /// Removes the objects that these steps do not name, and journals that the head does not: the one
    /// that was just replaced, and what a collection left that was killed.
    fn sweep(&self, kept: &[&Line]) -> Result<()> {
        let current = Head::read(&self.root)?.map(|head| self.root.join(head.journal));
        let all = files::files(&self.root);
        let old = all.iter().filter(|path| is_journal(path) && Some(*path) != current.as_ref());
        old.chain(self.objects_by(kept).1).try_for_each(|path| files::remove(path))
    }
}

/// Which steps stay, oldest first.
fn choose<'a>(lines: &'a [Line], keep: &Keep, rows: &Rows, damaged: &BTreeSet<Digest>, size: &dyn Fn(&Digest) -> u64) -> Vec<&'a Line> {
    let newest: BTreeMap<&str, (u64, u32)> =
        lines.iter().filter(|line| line.stem.is_none()).map(|line| (line.name.as_str(), line.place)).collect();
    let wanted = |line: &&Line| {
        // Only the line that the index names counts: an earlier one of the same key was replaced.
        let current = rows.get(&line.key).is_some_and(|entry| entry.place == line.place);
        let whole = line.objects.iter().all(|object| !damaged.contains(object));
        let asked = match line.stem {
            Some(_) => keep.always.contains(&line.key) || keep.cells.contains(&line.key),
            None => keep.steps && newest.get(line.name.as_str()) == Some(&line.place),
        };
        current && whole && asked
    };
    let mut kept: Vec<&Line> = lines.iter().filter(wanted).collect();
    let Some(limit) = keep.limit else { return kept };
    let mut uses: BTreeMap<Digest, usize> = BTreeMap::new();
    for object in kept.iter().flat_map(|line| &line.objects) {
        *uses.entry(*object).or_default() += 1;
    }
    let mut total: u64 = kept.iter().map(|line| u64::from(line.place.1)).sum::<u64>() + uses.keys().map(size).sum::<u64>();
    kept.sort_by_key(|line| (line.ended, line.place));
    kept.retain(|line| {
        if total <= limit || keep.always.contains(&line.key) {
            return true;
        }
        total -= u64::from(line.place.1);
        for object in &line.objects {
            let left = uses.entry(*object).or_default();
            *left -= 1;
            if *left == 0 {
                total -= size(object);
            }
        }
        false
    });
    kept
}

/// What newer runs of the same step share.
fn kind(preimage: &Json) -> String {
    let field = |name: &str| preimage[name].as_str().unwrap_or_default().to_string();
    ["step", "name", "tier", "backend"].map(field).join(" ")
}

fn size_of<P: AsRef<Path>>(paths: &[P]) -> u64 {
    paths.iter().map(|path| size(path.as_ref())).sum()
}

fn size(path: &Path) -> u64 {
    std::fs::symlink_metadata(path).map_or(0, |metadata| metadata.len())
}

/// The folders of formats that came before ours.
fn older(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let old = |path: &PathBuf| path.file_name().and_then(|name| format_of(name.to_str()?)).is_some_and(|format| format < FORMAT);
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(old).collect();
    found.sort();
    found
}
