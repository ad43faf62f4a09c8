//! The reader of the journal: no edit of what was settled goes unseen, and no bytes whatever make it
//! panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saigen_artifacts::provenance::Machine;
use saigen_artifacts::stem::{SCHEMA, Stem};
use saigen_artifacts::store::{Store, Trust};
use saigen_artifacts::{Digest, Scalar};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

/// A store with a few cells: its folder, and its journal as it was written.
static STORE: LazyLock<(PathBuf, Vec<u8>)> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("saigen-fuzz-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let stem = Stem {
        schema: SCHEMA,
        study: "study".to_string(),
        experiment: "experiment".to_string(),
        method: "method".to_string(),
        fingerprint: Default::default(),
        parameters: Default::default(),
        data: Default::default(),
        outputs: Default::default(),
        backend: "host".to_string(),
        float: "f64".to_string(),
    };
    let (digest, stamp) = (stem.digest(), Machine::look().stamp(Duration::ZERO));
    let mut store = Store::open(&folder, Trust::Stat).unwrap();
    for n in 0..4 {
        let point = [("n".to_string(), Scalar::Int(n))].into();
        let key = stem.keys().key(&point, 0);
        store.put_cell((&digest, &stem), point, 0, key, format!("{{\"risk\":{{\"float\":0.{n}}}}}"), stamp.clone()).unwrap();
    }
    store.fail(Digest::of(b"failed"), "a step".to_string(), "a cause".to_string()).unwrap();
    store.close().unwrap();
    let journal = fs::read(folder.join("v2/journal-1.ndjson")).unwrap();
    (folder, journal)
});

/// Edits a journal as the bytes say: flips, removals, repetitions, cuts.
fn edited(journal: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut bytes = journal.to_vec();
    for edit in edits.chunks_exact(5) {
        if bytes.is_empty() {
            break;
        }
        let at = u16::from_le_bytes([edit[1], edit[2]]) as usize % bytes.len();
        let end = (at + u16::from_le_bytes([edit[3], edit[4]]) as usize % 700).min(bytes.len());
        match edit[0] % 5 {
            0 => bytes[at] ^= edit[3] | 1,
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, edit[3]),
            _ => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

fuzz_target!(|bytes: &[u8]| {
    let (folder, journal) = &*STORE;
    let (path, head) = (folder.join("v2/journal-1.ndjson"), folder.join("v2/head.json"));
    let settled = fs::read(&head).unwrap();
    let altered = edited(journal, bytes);
    fs::write(&path, &altered).unwrap();
    let seen = Store::look(folder, Trust::Nothing).is_err();
    assert_eq!(seen, !altered.starts_with(journal), "{}", String::from_utf8_lossy(&altered));
    // With nothing settled, anything may stand there: it is torn.
    fs::write(&head, format!("{{\"journal\":\"journal-1.ndjson\",\"bytes\":0,\"lines\":0,\"chain\":\"{}\"}}", Digest::of(b""))).unwrap();
    fs::write(&path, bytes).unwrap();
    assert!(Store::look(folder, Trust::Nothing).is_ok());
    fs::write(&head, bytes).unwrap();
    let _ = Store::look(folder, Trust::Nothing);
    fs::write(&head, settled).unwrap();
});
