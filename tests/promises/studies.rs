//! Contracts that every registered study keeps, without a line of test of its own.

use crate::{SMOKE, whole, whole_smoked};
use saigen_tests::repository;
use std::collections::BTreeSet;

#[test]
fn folders_and_the_list_agree() {
    let folders: BTreeSet<String> = std::fs::read_dir(repository().join("pipeline/studies"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let listed: BTreeSet<String> = saigen_studies::studies().iter().map(|study| study.id().to_string()).collect();
    assert_eq!(folders, listed);
}

#[test]
fn every_readme_has_its_sections() {
    for study in saigen_studies::studies() {
        let path = repository().join("pipeline/studies").join(study.id()).join("README.md");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for section in ["## The paper", "## What is run", "## Findings", "## Deviations", "## Limits"] {
            assert!(text.contains(section), "{} has no section '{section}'", path.display());
        }
    }
}

#[test]
fn every_study_declares_something_to_judge_and_to_show() {
    let listed = whole().run(&["list", "--json"]).exits(0).json();
    for study in listed.as_array().unwrap() {
        for part in ["experiments", "tables", "figures", "claims"] {
            assert!(!study[part].as_array().unwrap().is_empty(), "{} has no {part}", study["study"]);
        }
        assert!(study["cells"]["smoke"].as_u64() < study["cells"]["full"].as_u64());
    }
}

#[test]
fn every_method_has_a_fingerprint_of_its_own_code() {
    for study in saigen_studies::studies() {
        for method in study.methods() {
            // A folder's name may have hyphens, where its module's has underscores.
            let module = method.module().replacen(&study.id().replace('-', "_"), study.id(), 1);
            let file = format!("pipeline/{}", module.replacen("saigen_", "", 1).replace("::", "/"));
            let parts: Vec<String> = study.fingerprint(method).into_keys().collect();
            assert!(parts.contains(&format!("{file}.rs")) || parts.contains(&format!("{file}/mod.rs")), "{}: {parts:?}", method.name());
            // What is linked over the C library reaches every method.
            assert!(parts.contains(&"pipeline/models/elementary.rs".to_string()) && parts.contains(&"pxfm".to_string()), "{parts:?}");
        }
    }
}

#[test]
fn methods_give_what_they_declare_for_other_seeds_other_bits() {
    let checkout = whole_smoked();
    let mut lines = 0;
    for study in saigen_studies::studies() {
        let text = checkout.text(&format!("{}/{}/cells.csv", SMOKE[0], study.id()));
        let mut rows: Vec<Vec<String>> = text.lines().map(|line| line.split(',').map(str::to_string).collect()).collect();
        let head = rows.remove(0);
        let at = |name: &str| head.iter().position(|column| column == name);
        let (key, seed) = (at("key").unwrap(), at("seed").unwrap());
        // Cells that differ in nothing but their seed differ in their results, where there is
        // more than one seed.
        for pair in rows.windows(2) {
            let place = |row: &[String]| row[..seed].to_vec();
            if place(&pair[0]) == place(&pair[1]) {
                lines += 1;
                assert_ne!(pair[0][seed + 1..key], pair[1][seed + 1..key], "{:?}", &pair[0][..=seed]);
            }
        }
    }
    assert!(lines > 0, "no study has two seeds at smoke tier");
}

#[test]
fn one_job_gives_the_bytes_of_two_and_then_nothing_is_due() {
    let (one, two) = (whole(), whole_smoked());
    one.run(&["run", "--tier", "smoke", "--jobs", "1"]).exits(0);
    assert_eq!(one.files(&SMOKE), two.files(&SMOKE));
    one.run(&["plan", "--tier", "smoke"]).exits(0).says("0 of");
}

#[test]
fn a_sparse_checkout_runs_what_it_holds_and_names_what_it_lacks() {
    let checkout = crate::checkout();
    let listed = checkout.run(&["list", "--json"]).exits(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    checkout.run(&["plan", "density"]).exits(2).says("density/study.toml:1: cannot be read");
}
