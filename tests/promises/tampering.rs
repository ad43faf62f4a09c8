//! Every way in which a result could be altered behind the program's back, and what finds it; and
//! what looks like one and is none. The table in tests/README.md is made of these runs.

use crate::datasets::{FILES, catalog};
use crate::{CELLS, NONSMOOTH, SMOKE, checkout, smoked};
use saigen_artifacts::Digest;
use saigen_artifacts::provenance::Machine;
use saigen_artifacts::store::{Past, Store, Trust};
use saigen_tests::{Checkout, README, filed};
use std::fs::{self, File};

/// One alteration, and who finds it.
struct Case {
    what: &'static str,
    alter: fn(&Checkout),
    by: &'static [&'static str],
    says: &'static str,
}

const VERIFY: &[&str] = &["verify", "--tier", "smoke"];
const RUN: &[&str] = &["run", "--tier", "smoke"];
const STATUS: &[&str] = &["status", "--tier", "smoke"];

const CASES: [Case; 22] = [
    Case {
        what: "a number in `cells.csv`",
        alter: |checkout| edit_cell(checkout, "0.0", "0.9"),
        by: VERIFY,
        says: "does not hold what lock.json says: 1 cell changed or added",
    },
    Case {
        what: "a number in `cells.csv`, with lock, tables and all made to match",
        alter: forge,
        by: VERIFY,
        says: "with other values than this machine computed",
    },
    Case {
        what: "the digest of a cell's data",
        alter: |checkout| {
            let text = checkout.text(&of("cells.csv"));
            let line = first_kernel(&text);
            let digest = line.split(',').find(|field| field.len() == 64).unwrap();
            checkout.edit(&of("cells.csv"), digest, &digest.chars().rev().collect::<String>());
        },
        by: VERIFY,
        says: "does not hold what lock.json says: 1 cell changed or added",
    },
    Case {
        what: "a row moved to another place on the axes",
        alter: |checkout| {
            let text = checkout.text(&of("cells.csv"));
            let line = first_kernel(&text);
            checkout.edit(&of("cells.csv"), line, &line.replacen(",60,", ",61,", 1));
        },
        by: VERIFY,
        says: "1 row under a key that is not that of its place",
    },
    Case {
        what: "the values of two rows exchanged",
        alter: |checkout| {
            let text = checkout.text(&of("cells.csv"));
            let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("kernel,")).take(2).collect();
            let key = |row: &str| row.rsplit_once(',').unwrap().1.to_string();
            let (a, b) = (rows[0].replace(&key(rows[0]), &key(rows[1])), rows[1].replace(&key(rows[1]), &key(rows[0])));
            checkout.edit(&of("cells.csv"), &format!("{}\n{}", rows[0], rows[1]), &format!("{a}\n{b}"));
        },
        by: VERIFY,
        says: "2 rows under a key that is not that of its place",
    },
    Case {
        what: "a row put elsewhere in the file",
        alter: |checkout| {
            let text = checkout.text(&of("cells.csv"));
            let line = first_kernel(&text);
            checkout.write(&of("cells.csv"), format!("{}{line}\n", text.replacen(&format!("{line}\n"), "", 1)).as_bytes());
        },
        by: VERIFY,
        says: "cells.csv' differs from what the cells give, first in line 34",
    },
    Case {
        what: "a table",
        alter: |checkout| checkout.edit(&of("tables/phase.csv"), "2,", "3,"),
        by: VERIFY,
        says: "phase.csv' differs from what the cells give",
    },
    Case {
        what: "a table, with the lock made to match",
        alter: |checkout| relock(checkout, "tables/risk.tex", "toprule", "hline"),
        by: VERIFY,
        says: "risk.tex' differs from what the cells give",
    },
    Case {
        what: "a verdict",
        alter: |checkout| checkout.edit(&of("claims.json"), "\"verdict\": \"reproduced\"", "\"verdict\": \"refuted\""),
        by: VERIFY,
        says: "says 'refuted' of claim 'phase-printed', where the cells give 'reproduced'",
    },
    Case {
        what: "a figure",
        alter: |checkout| checkout.edit(&format!("{}/nonsmooth/risk.svg", SMOKE[1]), "</svg>", " </svg>"),
        by: VERIFY,
        says: "risk.svg' differs from what the cells give",
    },
    Case {
        what: "the lock's Merkle root",
        alter: |checkout| {
            let lock = checkout.text(&of("lock.json"));
            let at = lock.find("\"root\": \"").unwrap() + 9;
            let root = lock[at..at + 64].to_string();
            checkout.edit(&of("lock.json"), &root, &root.chars().rev().collect::<String>());
        },
        by: VERIFY,
        says: "lock.json' differs from what the cells give",
    },
    Case {
        what: "the code that the lock says a cell was made by",
        alter: |checkout| checkout.edit(&of("lock.json"), "\"method\": \"kernel-ridge\"", "\"method\": \"tensor-spline\""),
        by: VERIFY,
        says: "under a key that is not that of its place, its seed and its method",
    },
    Case {
        what: "the report",
        alter: |checkout| checkout.edit(&format!("{}/report.html", SMOKE[0]), "3 reproduced", "9 reproduced"),
        by: VERIFY,
        says: "report.html' differs from what the cells give",
    },
    Case {
        what: "a table added by hand",
        alter: |checkout| checkout.write(&of("tables/invented.csv"), b"n\n1\n"),
        by: VERIFY,
        says: "invented.csv' is not made from the cells",
    },
    Case { what: "a result in the store's journal", alter: |checkout| in_journal(checkout, false), by: RUN, says: "was altered: line" },
    Case {
        what: "a result in the journal, of the same length, with the file's times restored",
        alter: |checkout| in_journal(checkout, true),
        by: STATUS,
        says: "was altered: line",
    },
    Case {
        what: "a line of the journal removed",
        alter: |checkout| lines(checkout, |lines| drop(lines.remove(5))),
        by: RUN,
        says: "was altered: line 6",
    },
    Case {
        what: "the journal's last line removed",
        alter: |checkout| lines(checkout, |lines| drop(lines.pop())),
        by: RUN,
        says: "the journal ends here",
    },
    Case {
        what: "two lines of the journal exchanged",
        alter: |checkout| lines(checkout, |lines| lines.swap(5, 6)),
        by: RUN,
        says: "was altered: line 6",
    },
    Case {
        what: "an object of the store, of the same length",
        alter: |checkout| {
            let (path, mut bytes) = checkout.files(&["artifacts/store/v2/objects"]).remove(0);
            bytes[0] ^= 1;
            fs::remove_file(checkout.path(&path)).unwrap();
            checkout.write(&path, &bytes);
        },
        by: VERIFY,
        says: "does not hold what was recorded",
    },
    Case {
        what: "two files of a data set exchanged",
        alter: exchange_data,
        by: &["datasets", "verify"],
        says: "is not the file that the catalog declares for data set 'near'",
    },
    Case {
        what: "the same, before cells are run that read them",
        alter: |checkout| {
            exchange_data(checkout);
            checkout.edit(NONSMOOTH, "[[experiment]]\nid = \"kernel\"\n", "[[experiment]]\nid = \"kernel\"\ndata = [\"near\"]\n");
        },
        by: RUN,
        says: "is not the file that the catalog declares for data set 'near'",
    },
];

#[test]
fn every_alteration_is_found() {
    let mut table = String::from("| altered | found by | which says |\n| :-- | :-- | :-- |\n");
    for Case { what, alter, by, says } in CASES {
        let checkout = smoked();
        // Once more, so that the index is trusted.
        checkout.run(RUN).exits(0);
        alter(&checkout);
        let run = checkout.run(by);
        assert_eq!(run.exit, Some(6), "{what}: {}{}", run.out, run.err);
        assert!(run.err.contains(says), "{what}: '{says}' was not said\n{}", run.err);
        table += &format!("| {what} | `saigen {}` | … {says} … |\n", by.join(" ").replace(" --tier smoke", ""));
    }
    filed(README, "tampering", &table);
}

/// What is not an alteration: nothing is due, nothing is wrong.
#[test]
fn what_changes_no_byte_is_not_reported() {
    let checkout = smoked();
    let same: [(&str, &dyn Fn()); 4] = [
        ("every file touched", &|| {
            for (path, _) in checkout.files(&["artifacts", "figures", "pipeline"]) {
                // Objects are read-only: their times can be set all the same.
                File::open(checkout.path(&path)).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
            }
        }),
        ("comments in the declaration", &|| checkout.edit(NONSMOOTH, "[study]", "# a comment\n\n[study]")),
        ("the store copied and put back", &|| {
            for (path, bytes) in checkout.files(&["artifacts/store/v2"]) {
                fs::remove_file(checkout.path(&path)).unwrap();
                checkout.write(&path, &bytes);
            }
        }),
        ("the index removed", &|| fs::remove_file(checkout.path("artifacts/store/v2/index")).unwrap()),
    ];
    let mut table = String::from("| done | reported |\n| :-- | :-- |\n");
    let quiet = |what: &str, arguments: &[&str]| {
        checkout.run(&["status", "--tier", "smoke"]).exits(0);
        checkout.run(VERIFY).exits(0);
        let run = checkout.run(arguments).exits(0);
        assert!(
            run.err.contains(&format!("nothing to do: {CELLS} cells up to date")) || run.err.contains("0 cells run"),
            "{what}: {}",
            run.err
        );
    };
    for (what, alter) in same {
        alter();
        quiet(what, RUN);
        table += &format!("| {what} | nothing |\n");
    }
    quiet("another number of jobs", &["run", "--tier", "smoke", "--jobs", "3"]);
    // The whole checkout elsewhere: other folder, other inodes.
    let other = checkout_of(&checkout.files(&["artifacts", "figures", "pipeline"]));
    other.run(RUN).exits(0).says(&format!("nothing to do: {CELLS} cells up to date"));
    table += "| another number of jobs | nothing |\n| the checkout copied to another folder | nothing |\n";
    filed(README, "innocence", &table);
}

fn checkout_of(files: &[(String, Vec<u8>)]) -> Checkout {
    let other = checkout();
    files.iter().for_each(|(path, bytes)| other.write(path, bytes));
    other
}

/// Puts a data set of two files where data sets lie, each under the other's name.
fn exchange_data(checkout: &Checkout) {
    catalog(checkout);
    let [(a, _), (b, _)] = FILES;
    for (name, from) in [(a, b), (b, a)] {
        checkout.write(&format!("datasets/cache/near/{name}"), &checkout.read(&format!("from/{from}")));
    }
}

fn of(file: &str) -> String {
    format!("{}/nonsmooth/{file}", SMOKE[0])
}

fn first_kernel(text: &str) -> &str {
    text.lines().find(|line| line.starts_with("kernel,")).unwrap()
}

/// Replaces a text in the first row of the kernel that holds it, from the right.
fn edit_cell(checkout: &Checkout, from: &str, to: &str) {
    let text = checkout.text(&of("cells.csv"));
    let line = first_kernel(&text);
    let at = line.rfind(from).unwrap();
    checkout.edit(&of("cells.csv"), line, &format!("{}{to}{}", &line[..at], &line[at + from.len()..]));
}

/// A record of a wrong number that agrees with itself: made by the program itself, from a store that
/// was lied to. Only the honest store, or computing the cell again, can tell.
fn forge(checkout: &Checkout) {
    let other = smoked();
    let mut found = None;
    let mut store = Store::open(&other.path("artifacts/store"), Trust::Stat).unwrap();
    store
        .visit(&mut |past| match past {
            Past::Cell(cell) if cell.stem.1.experiment == "kernel" => {
                found = Some((*cell.key, *cell.stem.0, cell.stem.1.clone(), cell.point.clone(), cell.seed));
            }
            _ => {}
        })
        .unwrap();
    let (key, digest, stem, point, seed) = found.unwrap();
    let record = String::from_utf8(store.record(&key).unwrap()).unwrap();
    let forged = record.replacen("\"float\":0.0", "\"float\":0.9", 1);
    assert_ne!(record, forged);
    let stamp = Machine::look().stamp(std::time::Duration::ZERO);
    store.put_cell((&digest, &stem), point, seed, key, forged, stamp).unwrap();
    store.close().unwrap();
    other.run(RUN).exits(0);
    other.run(VERIFY).exits(0);
    other.files(&SMOKE).iter().for_each(|(path, bytes)| checkout.write(path, bytes));
}

/// Edits a file of the record and the lock's digest of it.
fn relock(checkout: &Checkout, file: &str, from: &str, to: &str) {
    let digest = |checkout: &Checkout| Digest::of(&checkout.read(&of(file))).to_string();
    let before = digest(checkout);
    checkout.edit(&of(file), from, to);
    checkout.edit(&of("lock.json"), &before, &digest(checkout));
}

const JOURNAL: &str = "artifacts/store/v2/journal-1.ndjson";

/// Changes a digit of a record in place; may put the times back, as `touch -r` does.
fn in_journal(checkout: &Checkout, restore: bool) {
    let path = checkout.path(JOURNAL);
    let before = fs::metadata(&path).unwrap();
    let text = checkout.text(JOURNAL);
    let at = text.find("{\\\"float\\\":0.0").unwrap() + 13;
    let digit = if &text[at..=at] == "9" { "8" } else { "9" };
    fs::write(&path, format!("{}{digit}{}", &text[..at], &text[at + 1..])).unwrap();
    if restore {
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(before.modified().unwrap()).unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!((before.len(), before.modified().unwrap()), (after.len(), after.modified().unwrap()));
    }
}

fn lines(checkout: &Checkout, alter: impl Fn(&mut Vec<String>)) {
    let mut lines: Vec<String> = checkout.text(JOURNAL).split_inclusive('\n').map(str::to_string).collect();
    alter(&mut lines);
    checkout.write(JOURNAL, lines.concat().as_bytes());
}
