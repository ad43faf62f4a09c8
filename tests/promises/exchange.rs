//! Results and data as other programs read them: the same bytes on every export, none of an altered
//! record, and files that those programs take. The last is not part of `just test`, because it needs
//! packages of Python; `just exchange` runs it, and so does CI.

use crate::whole;
use saigen_tests::{Checkout, Run, repository};
use std::process::Command;

const STUDY: &str = "causal-direction";
const DECLARATION: &str = "pipeline/studies/causal-direction/study.toml";
const NEAR: &str = "datasets/catalog/near";

/// A checkout whose one study has results, of a method that names two data sets: one that lies in the
/// repository, and one that lies elsewhere.
fn recorded() -> Checkout {
    let checkout = whole();
    checkout.edit(DECLARATION, "smoke-data = []", "smoke-data = [\"near\", \"toy\"]");
    checkout.write("datasets/cache/near/a.txt", b"1 2\n");
    let entry = "title = \"A small file\"\nrepository = \"https://example.org/near\"\nrevision = \"1\"\n\
        url = \"https://example.org/near/raw/{file}\"\nlicence = \"none found\"\ncitation = \"nobody\"\n";
    checkout.write(&format!("{NEAR}.toml"), entry.as_bytes());
    let sum = checkout.run_other("sha256sum", &["datasets/cache/near/a.txt"], None).exits(0);
    checkout.write(&format!("{NEAR}.sha256"), sum.out.replace("datasets/cache/near/", "").as_bytes());
    checkout.run(&["run", STUDY, "--tier", "smoke"]).exits(0);
    checkout
}

/// Writes all kinds below a folder of the checkout.
fn export(checkout: &Checkout, to: &str) {
    ro_crate(checkout, to).exits(0);
    checkout.run(&["export", "codecheck", STUDY, "--tier", "smoke", "--to", &format!("{to}/codecheck")]).exits(0);
    checkout.run(&["export", "croissant", "--to", &format!("{to}/croissant")]).exits(0);
    checkout.run(&["export", "citation", "--to", &format!("{to}/citation")]).exits(0);
}

fn ro_crate(checkout: &Checkout, to: &str) -> Run {
    let to = format!("{to}/ro-crate");
    checkout.run(&["export", "ro-crate", STUDY, "--tier", "smoke", "--date-published", "2026-12-31", "--to", &to])
}

#[test]
fn every_export_writes_the_same_bytes() {
    let (here, there) = (recorded(), recorded());
    export(&here, "out");
    let first = here.files(&["out"]);
    assert!(first.len() > 80, "{}", first.len());
    export(&here, "out");
    assert!(first == here.files(&["out"]));
    // Elsewhere, by another run, and where a data set that the catalog names was not fetched.
    std::fs::remove_dir_all(there.path("datasets/cache")).unwrap();
    export(&there, "out");
    for ((path, bytes), (other, others)) in first.iter().zip(there.files(&["out"])) {
        assert!((path, bytes) == (&other, &others), "{path} {other}");
    }
}

#[test]
fn nothing_altered_is_exported() {
    let checkout = recorded();
    let claims = "artifacts/out/smoke-flex/causal-direction/claims.json";
    let before = checkout.read(claims);
    checkout.edit(claims, "\"not-run\"", "\"reproduced\"");
    ro_crate(&checkout, "out").exits(6).says("claims.json' says 'reproduced' of claim");
    checkout.run(&["export", "codecheck", STUDY, "--tier", "smoke"]).exits(6).says("where the cells give 'not-run'");
    checkout.write(claims, &before);
    // Results of another declaration than the one that would go with them.
    checkout.edit(DECLARATION, "smoke-parameters = { pairs = 2 }", "smoke-parameters = { pairs = 3 }");
    ro_crate(&checkout, "out").exits(3).says("not of today's code and declaration");
    assert!(!checkout.path("out").exists());
    checkout.edit("datasets/fixtures/toy/cepc_targets.csv", "1.0", "-1.0");
    checkout.run(&["export", "croissant", "toy", "--to", "out"]).exits(6).says("cepc_targets.csv' is not the file");
    assert!(!checkout.path("out").exists());
}

#[test]
fn what_cannot_be_exported_is_told() {
    let checkout = whole();
    checkout.run(&["export", "ro-crate"]).exits(2).says("--date-published <YYYY-MM-DD>");
    for date in ["31.12.2026", "2026-02-29", "2026-13-01", "2026-1-1", "+026-01-01", "today"] {
        checkout.run(&["export", "ro-crate", "--date-published", date]).exits(2).says("expected a day such as 2026-12-31");
    }
    checkout.run(&["export", "ro-crate", "--date-published", "2028-02-29"]).exits(3).says("there are no results at tier full");
    checkout.run(&["export", "codecheck", "nothing"]).exits(2).says("there is no study 'nothing'");
    checkout.run(&["export", "croissant", "nothing"]).exits(2).says("nothing");
    checkout.write("file", b"");
    checkout.run(&["export", "citation", "--to", "file"]).exits(1).says("Not a directory");
}

#[test]
fn the_citation_file_says_what_the_declarations_say() {
    let checkout = whole();
    checkout.run(&["export", "citation", "--to", "."]).exits(0);
    let committed = std::fs::read_to_string(repository().join("CITATION.cff")).unwrap();
    assert!(checkout.text("CITATION.cff") == committed, "`saigen export citation --to .` writes it anew");
    let papers = committed.matches("  - type: generic\n").count();
    assert_eq!(papers, std::fs::read_dir(repository().join("pipeline/studies")).unwrap().filter(is_study).count());
}

fn is_study(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    entry.as_ref().is_ok_and(|entry| entry.path().join("study.toml").is_file())
}

/// The folder of these tests' Python packages, as `just exchange` makes it.
const PYTHON: &str = "target/exchange/bin/python";

#[test]
#[ignore = "needs the packages of tests/exchange"]
fn other_programs_take_what_is_exported() {
    let checkout = recorded();
    export(&checkout, "out");
    let root = repository();
    let mut tests = Command::new(root.join(PYTHON));
    tests.current_dir(root.join("tests/exchange")).args(["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]);
    // In one word: pytest looks for its own options beside the first path that it is given.
    tests.arg(format!("--exports={}", checkout.path("out").display()));
    let status = tests.status().unwrap_or_else(|error| panic!("{PYTHON}: {error}; `just exchange` makes it"));
    assert!(status.success());
}
