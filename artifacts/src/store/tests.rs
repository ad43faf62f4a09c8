//! The store from inside: what a run leaves, and what happens to it.

use super::*;
use crate::provenance::Machine;
use crate::stem::SCHEMA;
use crate::{Kind, Scalar};
use serde_json::json;
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

fn stamp() -> Provenance {
    Machine::look().stamp(Duration::ZERO)
}

fn stem() -> Stem {
    Stem {
        schema: SCHEMA,
        study: "study".to_string(),
        experiment: "experiment".to_string(),
        method: "method".to_string(),
        fingerprint: BTreeMap::new(),
        parameters: BTreeMap::new(),
        data: Default::default(),
        outputs: [("risk".to_string(), Kind::Float)].into(),
        backend: "host".to_string(),
        float: "f64".to_string(),
    }
}

fn point(n: i64) -> Point {
    [("n".to_string(), Scalar::Int(n))].into()
}

fn key(n: i64) -> Digest {
    stem().keys().key(&point(n), 0)
}

fn put(store: &mut Store, n: i64) {
    let stem = stem();
    store.put_cell((&stem.digest(), &stem), point(n), 0, key(n), format!("record {n}"), stamp()).unwrap();
}

/// A store of five cells and a step, closed.
fn filled() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path(), Trust::Stat).unwrap();
    (0..5).for_each(|n| put(&mut store, n));
    store.put_step(step(), &[("csv", b"bytes")], stamp()).unwrap();
    store.close().unwrap();
    folder
}

fn step() -> Json {
    json!({"step": "table", "name": "study/tables/risk"})
}

fn journal(folder: &TempDir) -> PathBuf {
    folder.path().join("v2/journal-1.ndjson")
}

fn lines(folder: &TempDir) -> Vec<String> {
    fs::read_to_string(journal(folder)).unwrap().split_inclusive('\n').map(str::to_string).collect()
}

/// What a look at every byte says of a journal with these lines.
#[track_caller]
fn damage(folder: &TempDir, lines: &[String]) -> String {
    fs::write(journal(folder), lines.concat()).unwrap();
    // Whatever is trusted, another file is not the one that the index knows.
    for trust in [Trust::Stat, Trust::Nothing] {
        let error = Store::look(folder.path(), trust).unwrap_err();
        assert!(error.is_integrity(), "{error}");
    }
    Store::open(folder.path(), Trust::Stat).unwrap_err().to_string()
}

#[test]
fn what_was_put_is_got_and_the_store_is_held_alone() {
    let folder = filled();
    let mut store = Store::open(folder.path(), Trust::Stat).unwrap();
    assert_eq!(store.result(&key(3)), Some(Digest::of(b"record 3")));
    assert_eq!(store.record(&key(3)).unwrap(), b"record 3");
    let step = store.step(&digest_of(&step())).unwrap();
    assert_eq!(store.object(&step.outputs["csv"]).unwrap(), b"bytes");
    assert_eq!(store.result(&key(7)), None);
    put(&mut store, 7);
    assert_eq!(store.record(&key(7)).unwrap(), b"record 7");
    assert!(matches!(Store::open(folder.path(), Trust::Stat), Err(ArtifactError::Locked { .. })));
    store.close().unwrap();
    for trust in [Trust::Stat, Trust::Nothing] {
        assert_eq!(Store::look(folder.path(), trust).unwrap().record(&key(7)).unwrap(), b"record 7");
    }
}

#[test]
fn a_run_that_never_closed_loses_nothing_it_wrote() {
    let folder = filled();
    let mut store = Store::open(folder.path(), Trust::Stat).unwrap();
    put(&mut store, 8);
    // As a kill does: neither settled nor closed, and in the middle of the next line.
    drop(store);
    let torn = lines(&folder).concat() + "{\"chain\":\"00";
    fs::write(journal(&folder), torn).unwrap();
    let mut store = Store::open(folder.path(), Trust::Stat).unwrap();
    assert!(store.result(&key(8)).is_some());
    put(&mut store, 9);
    store.close().unwrap();
    assert_eq!(Store::check(folder.path()).unwrap().1, Health { lines: 9, objects: 1 });
}

#[test]
fn an_edited_line_is_named_and_its_neighbours_are_not() {
    let folder = filled();
    let mut all = lines(&folder);
    all[3] = all[3].replace("record 2", "record 7");
    assert!(damage(&folder, &all).contains("line 4 does not follow from the line before it (1 wrong in all)"));
}

#[test]
fn removed_reordered_repeated_and_cut_lines_are_found() {
    let folder = filled();
    let all = lines(&folder);
    let without = |at: usize| all.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, line)| line.clone()).collect::<Vec<_>>();
    damage(&folder, &without(0));
    assert!(damage(&folder, &without(2)).contains("line 3 does not follow"));
    assert!(damage(&folder, &without(6)).contains("line 7 the journal ends here, and 7 lines"));
    let mut swapped = all.clone();
    swapped.swap(2, 3);
    damage(&folder, &swapped);
    let mut repeated = all.clone();
    repeated.insert(3, all[3].clone());
    damage(&folder, &repeated);
    damage(&folder, &[all.concat()[..900].to_string()]);
    damage(&folder, &[]);
}

#[test]
fn every_flipped_bit_of_the_journal_is_found() {
    let folder = filled();
    let whole = fs::read(journal(&folder)).unwrap();
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(journal(&folder), &bytes).unwrap();
        assert!(Store::look(folder.path(), Trust::Nothing).is_err(), "byte {at}");
    }
}

#[test]
fn an_edit_with_restored_times_is_found_by_a_trusting_look() {
    let folder = filled();
    let path = journal(&folder);
    assert!(Store::look(folder.path(), Trust::Stat).is_ok());
    let before = fs::metadata(&path).unwrap();
    let edited = fs::read_to_string(&path).unwrap().replace("record 2", "record 7");
    fs::write(&path, edited).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(before.modified().unwrap()).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.len(), after.modified().unwrap()), (before.len(), before.modified().unwrap()));
    assert!(matches!(Store::look(folder.path(), Trust::Stat), Err(ArtifactError::Damaged { line: 4, .. })));
}

#[test]
fn an_index_of_another_journal_or_of_other_bytes_is_not_trusted() {
    let (folder, other) = (filled(), tempfile::tempdir().unwrap());
    let mut store = Store::open(other.path(), Trust::Stat).unwrap();
    put(&mut store, 1);
    store.close().unwrap();
    let index = folder.path().join("v2/index");
    let whole = fs::read(&index).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() - 1] ^= 1;
    for bytes in [&fs::read(other.path().join("v2/index")).unwrap()[..], &flipped, &whole[..whole.len() / 2], b""] {
        fs::write(&index, bytes).unwrap();
        assert_eq!(Store::look(folder.path(), Trust::Stat).unwrap().record(&key(4)).unwrap(), b"record 4");
    }
}

#[test]
fn a_journal_without_its_head_is_not_believed() {
    let folder = filled();
    fs::remove_file(folder.path().join("v2/head.json")).unwrap();
    assert!(
        Store::open(folder.path(), Trust::Stat).unwrap_err().to_string().contains("'head.json', which says how long it is, is missing")
    );
    fs::write(folder.path().join("v2/head.json"), "{\"journal\":\"../../x\",\"bytes\":0,\"lines\":0,\"chain\":\"").unwrap();
    assert!(Store::open(folder.path(), Trust::Stat).unwrap_err().is_integrity());
    gc::collect(folder.path(), &everything(), true).unwrap();
    assert_eq!(Store::look(folder.path(), Trust::Stat).unwrap().record(&key(4)).unwrap(), b"record 4");
}

#[test]
fn an_altered_object_is_named_and_a_removed_one_is_no_hit() {
    let folder = filled();
    let store = Store::look(folder.path(), Trust::Stat).unwrap();
    let digest = store.step(&digest_of(&step())).unwrap().outputs["csv"];
    let path = store.object_path(&digest);
    fs::remove_file(&path).unwrap();
    assert_eq!(store.step(&digest_of(&step())), None);
    fs::write(&path, b"wrong").unwrap();
    assert!(matches!(store.object(&digest), Err(ArtifactError::Tampered { .. })));
    assert!(matches!(Store::check(folder.path()), Err(ArtifactError::Tampered { .. })));
    let mut store = Store::open(folder.path(), Trust::Stat).unwrap();
    store.put_step(step(), &[("csv", b"bytes")], stamp()).unwrap();
    assert_eq!(store.object(&digest).unwrap(), b"bytes");
}

#[test]
fn newer_formats_are_refused_and_older_ones_never_read() {
    let folder = filled();
    fs::create_dir_all(folder.path().join("v1/objects")).unwrap();
    fs::write(folder.path().join("v1/objects/x"), "old").unwrap();
    assert!(Store::open(folder.path(), Trust::Stat).is_ok());
    assert_eq!(gc::collect(folder.path(), &everything(), false).unwrap().older, [folder.path().join("v1")]);
    gc::collect(folder.path(), &everything(), true).unwrap();
    assert!(!folder.path().join("v1").exists());
    fs::create_dir(folder.path().join("v3")).unwrap();
    assert!(matches!(Store::open(folder.path(), Trust::Stat), Err(ArtifactError::Format { .. })));
    assert!(matches!(gc::collect(folder.path(), &everything(), false), Err(ArtifactError::Format { .. })));
}

fn everything() -> gc::Keep {
    gc::Keep { cells: (0..10).map(key).collect(), steps: true, ..gc::Keep::default() }
}

#[test]
fn a_collection_keeps_what_is_asked_for_and_a_dry_one_changes_nothing() {
    let folder = filled();
    let before = lines(&folder);
    let keep = gc::Keep { always: [key(1)].into(), cells: [key(2)].into(), steps: false, limit: None };
    let dry = gc::collect(folder.path(), &keep, false).unwrap();
    assert_eq!((dry.kept, dry.steps, dry.objects), (2, 4, 1));
    assert_eq!(lines(&folder), before);
    assert_eq!(gc::collect(folder.path(), &keep, true).unwrap(), dry);
    let store = Store::look(folder.path(), Trust::Stat).unwrap();
    assert_eq!([0, 1, 2, 3].map(|n| store.result(&key(n)).is_some()), [false, true, true, false]);
    assert_eq!(Store::check(folder.path()).unwrap().1, Health { lines: 4, objects: 0 });
    // With no room at all, what must stay stays.
    let tight = gc::Keep { always: [key(1)].into(), cells: [key(2)].into(), steps: true, limit: Some(0) };
    gc::collect(folder.path(), &tight, true).unwrap();
    let store = Store::look(folder.path(), Trust::Nothing).unwrap();
    assert_eq!([1, 2].map(|n| store.result(&key(n)).is_some()), [true, false]);
}

#[test]
fn a_collection_drops_damaged_lines_and_only_these() {
    let folder = filled();
    let mut all = lines(&folder);
    all[3] = all[3].replace("record 2", "record 7");
    damage(&folder, &all);
    let waste = gc::collect(folder.path(), &everything(), true).unwrap();
    assert_eq!((waste.damaged, waste.kept), (1, 5));
    let store = Store::look(folder.path(), Trust::Nothing).unwrap();
    assert_eq!([1, 2, 3].map(|n| store.result(&key(n)).is_some()), [true, false, true]);
}

/// Killed between any two of its steps, a collection has happened or it has not.
#[test]
fn a_collection_that_left_its_old_journal_behind_is_whole() {
    let folder = filled();
    let old = fs::read(journal(&folder)).unwrap();
    gc::collect(folder.path(), &gc::Keep { cells: [key(2)].into(), ..gc::Keep::default() }, true).unwrap();
    fs::write(journal(&folder), old).unwrap();
    assert!(Store::open(folder.path(), Trust::Stat).unwrap().result(&key(1)).is_none());
    gc::collect(folder.path(), &everything(), true).unwrap();
    assert!(!journal(&folder).exists());
}
