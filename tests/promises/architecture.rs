//! The rooms and the one-way street between them.

use saigen_tests::repository;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Which of our crates each crate may depend on, tests and build scripts aside.
const EDGES: [(&str, &[&str]); 8] = [
    ("pipeline/fingerprint", &[]),
    ("datasets", &[]),
    ("artifacts", &[]),
    ("figures", &["artifacts"]),
    ("pipeline/engine", &["artifacts", "datasets"]),
    ("pipeline/models", &[]),
    ("pipeline/studies", &["artifacts", "datasets", "engine", "models"]),
    ("pipeline", &["artifacts", "datasets", "engine", "figures", "models", "studies"]),
];

#[test]
fn code_depends_one_way_only() {
    for (crate_folder, allowed) in EDGES {
        let manifest = fs::read_to_string(repository().join(crate_folder).join("Cargo.toml")).unwrap();
        let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        let section = section.split("\n[").next().unwrap_or_default();
        let found: BTreeSet<&str> = section.lines().filter_map(|line| line.strip_prefix("saigen-")?.split('.').next()).collect();
        assert_eq!(found, allowed.iter().copied().collect(), "{crate_folder}");
    }
}

#[test]
fn the_engine_knows_no_data_frame_no_tensor_and_no_plot() {
    let manifest = fs::read_to_string(repository().join("pipeline/engine/Cargo.toml")).unwrap();
    for package in ["polars", "burn", "plotters"] {
        assert!(!manifest.contains(package), "{package}");
    }
}

/// What is asynchronous, and what speaks to a network, is in a program of its own.
#[test]
fn only_the_courier_knows_a_network() {
    let manifest = |folder: &str| fs::read_to_string(repository().join(folder).join("Cargo.toml")).unwrap();
    let knows = |folder: &str| {
        ["object_store", "reqwest", "tokio", "rustls"].iter().any(|package| manifest(folder).contains(&format!("\n{package} =")))
    };
    assert!(knows("pipeline/courier"));
    assert!(EDGES.iter().all(|(folder, _)| !knows(folder)) && !knows("."));
}

#[test]
fn the_top_holds_the_rooms_and_support_files_only() {
    let support = [
        ".ci",
        ".git",
        ".github",
        ".gitignore",
        "CITATION.cff",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "clippy.toml",
        "rustfmt.toml",
        "target",
    ];
    let rooms = ["Cargo.toml", "pipeline", "datasets", "artifacts", "figures", "tests", "justfile", "README.md"];
    for entry in fs::read_dir(repository()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(support.contains(&name.as_str()) || rooms.contains(&name.as_str()), "'{name}' is neither a room nor a support file");
    }
    for room in rooms {
        assert!(repository().join(room).exists(), "'{room}' is missing");
    }
}

#[test]
fn every_room_has_a_readme_and_no_file_is_long() {
    for room in ["artifacts", "datasets", "figures", "pipeline", "pipeline/studies", "tests"] {
        assert!(repository().join(room).join("README.md").is_file(), "{room}");
    }
    let mut long = Vec::new();
    for room in ["artifacts", "datasets", "figures", "pipeline", "tests"] {
        measure(&repository().join(room), &mut long);
    }
    assert!(long.is_empty(), "over 600 lines: {long:?}");
}

fn measure(folder: &Path, long: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            measure(&path, long);
        } else if path.extension().is_some_and(|extension| extension == "rs") && fs::read_to_string(&path).unwrap().lines().count() > 600 {
            long.push(path.display().to_string());
        }
    }
}

#[test]
fn unsafe_code_is_in_one_file() {
    let mut found = Vec::new();
    for room in ["artifacts", "datasets", "figures", "pipeline", "tests/harness"] {
        search(&repository().join(room), &mut found);
    }
    assert_eq!(found, [repository().join("pipeline/models/elementary.rs")]);
}

fn search(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && fs::read_to_string(&path).unwrap().contains("unsafe(") {
            found.push(path);
        }
    }
}
