//! Made-up crates in a folder of their own; the real ones are in `repository`.

mod blocks;
mod macros;
mod packages;
mod paths;
mod repository;

use crate::{Code, FingerprintError};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

const LIBRARIES: [(&str, &str); 2] = [("studies", "studies"), ("models", "parts/models")];

/// Files by their paths, on top of crates that are empty.
type Files<'a> = &'a [(&'a str, &'a str)];

fn write(files: Files<'_>) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in [("Cargo.lock", ""), ("studies/lib.rs", ""), ("parts/models/lib.rs", "")].iter().chain(files) {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

fn read(files: Files<'_>) -> Result<Code, FingerprintError> {
    Code::read(write(files).path(), &LIBRARIES)
}

fn fingerprint(files: Files<'_>, module: &str) -> BTreeMap<String, String> {
    read(files).unwrap().fingerprint(&[module]).unwrap()
}

/// The names of what a module depends on, in one line.
fn reached(files: Files<'_>, module: &str) -> String {
    fingerprint(files, module).into_keys().collect::<Vec<_>>().join(" ")
}

/// The modules whose fingerprint changes when one file does.
fn touched(files: Files<'_>, path: &str, text: &str) -> String {
    let after: Vec<_> = files.iter().map(|(name, old)| (*name, if *name == path { text } else { *old })).collect();
    let (before, after) = (read(files).unwrap(), read(&after).unwrap());
    let differs = |module: &&str| before.fingerprint(&[module]).unwrap() != after.fingerprint(&[module]).unwrap();
    before.modules().filter(differs).collect::<Vec<_>>().join(" ")
}

/// Two methods, of which one uses a file that both could.
const STUDY: Files<'static> = &[
    ("studies/lib.rs", "mod one;\npub fn all() -> u8 { one::fit::run() }"),
    ("studies/one/mod.rs", "mod data;\nmod fit;\nmod other;\nconst ALL: u8 = 1;"),
    ("studies/one/data.rs", "pub(super) fn draw(x: f64) -> f64 { let y = x; y * 2.0 }\npub(super) const NAME: &str = \"a\";"),
    ("studies/one/fit.rs", "use super::data::draw;\npub(crate) fn run() -> u8 { draw(1.0) as u8 }"),
    ("studies/one/other.rs", "pub(crate) fn run() -> u8 { 3 }"),
];

#[test]
fn what_means_nothing_changes_nothing() {
    for text in [
        "// why\npub(super) fn draw(x: f64) -> f64 { let y = x; y * 2.0 }\npub(super) const NAME: &str = \"a\";",
        "//! Data.\n/// A draw.\npub(super) fn draw(x: f64,) -> f64 {\n  let y = x;\n  y*2.0\n}\npub(super) const NAME: &str =\n  \"a\";",
        "pub(super) fn draw(x: f64) -> f64 { let y = x; y * 2.0 }\npub(super) const NAME: &str = \"a\";\n\
         #[cfg(test)]\nmod tests { use super::super::other; use crate::nowhere::at_all; mod missing; }",
    ] {
        assert_eq!(touched(STUDY, "studies/one/data.rs", text), "");
    }
}

#[test]
fn what_means_something_changes_exactly_what_can_see_it() {
    let both = "pub(super) fn draw(x: f64) -> f64 { let y = x; y * 2.0 }\npub(super) const NAME: &str = \"a\";";
    for (old, new) in [("2.0", "2.5"), ("y *", "y +"), ("let y = x; y", "let z = x; z"), ("\"a\"", "\"b\"")] {
        let changed = both.replace(old, new);
        assert_eq!(touched(STUDY, "studies/one/data.rs", &changed), "studies studies::one studies::one::data studies::one::fit");
    }
    // A method of its own, and the list of them all.
    assert_eq!(touched(STUDY, "studies/one/other.rs", "pub(crate) fn run() -> u8 { 4 }"), "studies::one studies::one::other");
    assert_eq!(touched(STUDY, "studies/one/mod.rs", "mod data;\nmod fit;\nmod other;\nconst ALL: u8 = 2;"), "studies::one");
}

#[test]
fn a_public_module_more_touches_nobody_who_takes_something_else_from_the_root() {
    let files = [
        ("studies/lib.rs", "mod a;"),
        ("studies/a.rs", "use models::one;"),
        ("parts/models/lib.rs", "mod own;\npub use own::one;"),
        ("parts/models/own.rs", "pub fn one() {}"),
        ("parts/models/more.rs", "pub fn two() {}"),
    ];
    let root = |text: &str| touched(&files, "parts/models/lib.rs", text);
    assert_eq!(root("pub mod more;\nmod own;\npub use own::one;"), "");
    assert_eq!(root("mod more;\nmod own;\npub use own::one;"), "studies::a models");
    assert_eq!(root("#[cfg(unix)]\npub mod more;\nmod own;\npub use own::one;"), "studies::a models");
    assert_eq!(root("pub mod own;\npub use own::one;"), "studies::a models");
}

#[test]
fn what_is_included_counts_by_its_bytes() {
    let files = [
        ("studies/lib.rs", "mod a;\nmod b;"),
        ("studies/a.rs", "const T: &str = include_str!(\"../tables/t.txt\");\nconst C: u8 = include!(\"c.in\");"),
        ("studies/b.rs", ""),
        ("tables/t.txt", "1 2"),
        ("studies/c.in", "crate::b::two()"),
    ];
    assert_eq!(reached(&files, "studies::a"), "studies/a.rs studies/b.rs studies/c.in tables/t.txt");
    assert_eq!(touched(&files, "tables/t.txt", "1  2"), "studies::a");
}

#[test]
fn what_cannot_be_followed_is_refused_where_it_is_reached() {
    for (text, what) in [
        ("include!(concat!(env!(\"OUT_DIR\"), \"/a.rs\"));", "include! of something else"),
        ("const A: &str = env!(\"A\");", "env!"),
        ("#[path = \"elsewhere.rs\"] mod x { }", "#[path"),
        ("mod x { #[path = \"b.rs\"] mod y; }", "#[path"),
        ("#[path = concat!(\"b\", \".rs\")] mod x { }", "#[path"),
        ("#[cfg_attr(unix, path = \"elsewhere.rs\")] mod x { }", "#[path"),
        ("#[cfg(unix)]\n#[path = \"b.rs\"]\nmod z;\n#[cfg(not(unix))]\n#[path = \"c.rs\"]\nmod z;", "a module 'z' in two files"),
        ("macro_rules! m { () => { mod x { } } }", "a module that a macro declares"),
        ("#[cfg(unix)]\nmod y { }\n#[cfg(not(unix))]\nmod y;", "a module 'y' both"),
        ("macro_rules! m { () => { include_str!(\"a\") } }", "include_str! in a macro"),
    ] {
        let code = read(&[
            ("studies/lib.rs", "mod a;\nmod b;\nmod c;"),
            ("studies/a.rs", &text),
            ("studies/b.rs", "use super::a;"),
            ("studies/c.rs", ""),
        ])
        .unwrap();
        let refused = code.fingerprint(&["studies::b"]).unwrap_err().to_string();
        assert!(refused.contains(what) && refused.contains("a.rs"), "{refused}");
        assert_eq!(code.fingerprint(&["studies::c"]).unwrap().len(), 1);
    }
    let refused = read(&[("studies/lib.rs", "extern crate alloc as other;")]).unwrap_err().to_string();
    assert!(refused.contains("extern crate") && refused.contains("lib.rs"), "{refused}");
}

#[test]
fn a_module_that_does_not_exist_is_named() {
    let refused = read(STUDY).unwrap().fingerprint(&["studies::one::fit", "studies::two"]).unwrap_err().to_string();
    assert!(refused.starts_with("no module 'studies::two'"), "{refused}");
}

#[test]
fn a_file_that_is_declared_and_missing_is_named() {
    let refused = read(&[("studies/lib.rs", "mod gone;")]).unwrap_err();
    assert!(matches!(&refused, FingerprintError::Read { path, .. } if path.ends_with(Path::new("studies/gone.rs"))), "{refused}");
}
