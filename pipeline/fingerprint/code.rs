//! The code of some crates, and what each part of it depends on.

use crate::FingerprintError;
use crate::crates::is_numeric;
use crate::edges::{Edges, closure, edges};
use crate::packages::Packages;
use crate::tree::{Tree, unsupported};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The code of some crates of ours: which file refers to which.
///
/// What a module depends on is found file by file, from the names in the code. A file refers to
///
/// - the file of the module in which a path or a `use` ends. Modules that are only walked through
///   are no part: `super::data::Sample` is `data.rs`, not the `mod.rs` that declares it. `super::ID`
///   is the `mod.rs`, and so is all of it that a `use super::*` brings in;
/// - the files of the modules that it declares, unless it is the root of a crate, which declares all:
///   its lines `pub mod x;` are no part of it either, for paths only lead through them;
/// - the files of macros that it calls or passes on, and what their rules name as seen from the file;
/// - the bytes of what it includes;
/// - crates from outside, where a path begins with a name on which its crate depends.
///
/// A method call does not name the file in which the method stands, so that blocks are found from
/// their types: the file that defines a type refers to every file with an `impl` for it, or for a
/// type made of it. Whoever has a value of the type got it by way of a file that names it. That
/// covers traits as well: to run through a trait's method, somebody has to name the type that
/// implements it. Not so where the type is not ours, as in `impl Real for f32`, or is defined in
/// another file than the block: then the trait's file refers to the block's, as do those of all
/// types that are the trait's arguments (`impl From<Ours> for f64`). Were that done for every block,
/// each implementor of a trait would depend on all others. Bounds do not count: `impl<T: Real> Run
/// for Pass<T>` is found from `Pass`.
///
/// What cannot be followed is an error once it is reached: `#[path]` in braces or under a condition,
/// `env!`, `include!` of anything but a plain string, a module declared by a macro. Not seen at all are
/// dependencies renamed in a `Cargo.toml`, values that one file leaves in a global variable for another,
/// symbols that the linker finds (a caller names the module that exports them), and an `impl` of an
/// outside trait for an outside type that is found by inference alone.
#[derive(Debug)]
pub struct Code {
    tree: Tree,
    edges: Vec<Edges>,
    packages: Packages,
}

impl Code {
    /// Reads crates of a workspace, each its name in paths and, from `root`, the folder of its
    /// `lib.rs`; and the `Cargo.lock` at `root`.
    ///
    /// # Errors
    /// A file that cannot be read or is not Rust, or an `extern crate`.
    pub fn read(root: &Path, crates: &[(&str, &str)]) -> Result<Self, FingerprintError> {
        let tree = Tree::read(root, crates)?;
        let edges = edges(&tree);
        Ok(Self { tree, edges, packages: Packages::read(&root.join("Cargo.lock"))? })
    }

    /// Every module by its path, such as "`saigen_studies::nonsmooth::kernel`".
    pub fn modules(&self) -> impl Iterator<Item = &str> {
        self.tree.modules.iter().map(|module| module.path.as_str())
    }

    /// All that the code of these modules depends on, by name: each file of our crates, by its path
    /// from the root, with the digest of its tokens; each outside crate that computes, with its
    /// version and the start of its checksum.
    ///
    /// # Errors
    /// A module that does not exist, or a file among those reached that cannot be followed.
    pub fn fingerprint(&self, modules: &[&str]) -> Result<BTreeMap<String, String>, FingerprintError> {
        let from: Vec<usize> = modules.iter().map(|module| self.file_of(module)).collect::<Result<_, _>>()?;
        let (mut parts, mut packages) = (BTreeMap::new(), BTreeSet::new());
        for at in closure(&self.edges, from) {
            let file = &self.tree.files[at];
            if let Some(obstacle) = &file.obstacle {
                return Err(unsupported(&file.path, obstacle));
            }
            parts.insert(file.path.clone(), file.digest.clone());
            parts.extend(file.included.clone());
            let library = &self.tree.libraries[file.library].0;
            packages.extend(self.edges[at].outside.iter().flat_map(|name| self.packages.named(library, name)));
        }
        let mut numeric = BTreeMap::<String, Vec<String>>::new();
        for package in self.packages.closure(packages).into_iter().filter(|package| is_numeric(&package.name)) {
            let start: String = package.checksum.chars().take(16).collect();
            numeric.entry(package.name.clone()).or_default().push(format!("{} {start}", package.version));
        }
        parts.extend(numeric.into_iter().map(|(name, versions)| (name, versions.join(", "))));
        Ok(parts)
    }

    fn file_of(&self, path: &str) -> Result<usize, FingerprintError> {
        let found = self.tree.modules.iter().find(|module| module.path == path);
        let example = || self.modules().last().unwrap_or_default().to_string();
        found.map(|module| module.file).ok_or_else(|| FingerprintError::UnknownModule { module: path.to_string(), example: example() })
    }
}

#[cfg(test)]
mod tests;
