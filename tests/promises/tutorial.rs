//! A new study as the page of the studies tells it, by a new user who does what it says. Not part of
//! `just test`, because it builds the program twice; `just tutorial` runs it, and so does CI.

use saigen_tests::repository;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The folder that the page makes.
const STUDY: &str = "pipeline/studies/james-stein";

/// What stands between two fences of the page: a command, or a file.
enum Block {
    Commands(String),
    File(String, String),
}

fn blocks(page: &str) -> Vec<Block> {
    let page = page.split("\n## A first study, from nothing\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let (mut blocks, mut name) = (Vec::new(), None);
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(file) = line.strip_prefix("<!-- file: ") {
            name = Some(file.trim_end_matches(" -->").to_string());
        } else if line.starts_with("```") {
            let text: String = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            blocks.push(name.take().map_or_else(|| Block::Commands(text.clone()), |name| Block::File(name, text.clone())));
        }
    }
    blocks
}

/// Copies what git knows, and what it would take in.
fn clone(to: &Path) {
    let listed =
        Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(repository()).output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    for file in listed.split_terminator('\0').filter(|file| repository().join(file).is_file()) {
        let target = to.join(file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(repository().join(file), target).unwrap();
    }
}

/// Runs commands as they stand on the page; gives standard output.
fn shell(folder: &Path, commands: &str) -> String {
    let mut run = Command::new("bash");
    run.args(["-euo", "pipefail", "-c", commands]).current_dir(folder).env_remove("CARGO_TARGET_DIR").env_remove("SAIGEN_BLESS");
    let output = run.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{commands}{out}{err}");
    out.into_owned()
}

#[test]
#[ignore = "builds the program twice, and needs just"]
fn a_first_study_as_the_page_tells_it() {
    let target = repository().join("target");
    let folder = tempfile::tempdir_in(&target).unwrap();
    clone(folder.path());
    // The dependencies are built already. A copy of them, because Cargo takes one checkout's crates for
    // another's where both build in one folder.
    shell(folder.path(), &format!("mkdir target && cp -a '{}' target/release", target.join("release").display()));
    let page = fs::read_to_string(folder.path().join("pipeline/studies/README.md")).unwrap();
    let mut said = String::new();
    for block in blocks(&page) {
        match block {
            Block::Commands(commands) => said = shell(folder.path(), &commands),
            Block::File(name, text) => fs::write(folder.path().join(STUDY).join(name), text).unwrap(),
        }
    }
    assert!(said.contains("james-stein, 2 claims: 2 reproduced, 0 refuted, 0 inconclusive, 0 not-run"), "{said}");
    assert!(folder.path().join("figures/record/james-stein/risk.svg").is_file());
    // Beside it a study as it is made: both keep the contracts, and their code is formatted.
    shell(folder.path(), "just new-study scaffolded && cargo fmt --check");
    let contracts = "cargo test --release --workspace --test promises -- studies:: --test-threads 2";
    assert!(shell(folder.path(), contracts).contains("0 failed"));
    for (id, hint) in [("Stein", "is no id"), ("-x", "is no id"), ("james-stein", "is there already")] {
        let refused = Command::new("just").args(["new-study", id]).current_dir(folder.path()).output().unwrap();
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains(hint), "{id}");
    }
}
