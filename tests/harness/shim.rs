//! A library that makes the system fail a program; see shim.c.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// The library, compiled once a test program.
///
/// # Panics
/// If the C compiler, which every linker's package has, cannot compile it.
pub fn shim() -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/harness/shim.c");
        let library = folder.path().join("shim.so");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).args([source, "-ldl"]).status();
        assert!(compiled.unwrap().success());
        folder
    });
    folder.path().join("shim.so")
}
