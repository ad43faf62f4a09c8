//! The modules of some crates, and the files that hold them.

use crate::FingerprintError;
use crate::crates::hex;
use crate::facts::Facts;
use crate::tokens::{code, without_public_modules, written};
use proc_macro2::TokenStream;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A source file.
#[derive(Debug)]
pub(crate) struct File {
    /// From the workspace's root, with `/`.
    pub(crate) path: String,
    /// Its crate, by its place among them.
    pub(crate) library: usize,
    pub(crate) is_root: bool,
    /// The digest of its tokens.
    pub(crate) digest: String,
    /// Files that it takes in by `include_str!` and the like, and the digests of their bytes.
    pub(crate) included: BTreeMap<String, String>,
    /// Files of the modules that it declares.
    pub(crate) children: BTreeSet<usize>,
    /// What in it cannot be followed.
    pub(crate) obstacle: Option<String>,
}

/// A module, in a file of its own or in braces.
#[derive(Debug)]
pub(crate) struct Module {
    /// As in "crate::a::b", with the crate's name.
    pub(crate) path: String,
    pub(crate) parent: Option<usize>,
    pub(crate) file: usize,
    pub(crate) children: BTreeMap<String, usize>,
    /// What its source says; more than one where source is included, or a condition chooses.
    pub(crate) facts: Vec<Facts>,
}

/// All of them. Modules and files are known by their places in these lists.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    root: PathBuf,
    /// Each crate's name and its root module.
    pub(crate) libraries: Vec<(String, usize)>,
    pub(crate) modules: Vec<Module>,
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads crates, each its name in paths and the folder of its `lib.rs`.
    pub(crate) fn read(root: &Path, crates: &[(&str, &str)]) -> Result<Self, FingerprintError> {
        let mut tree = Self { root: root.to_path_buf(), ..Self::default() };
        for (name, folder) in crates {
            tree.libraries.push((name.to_string(), tree.modules.len()));
            tree.file(name.to_string(), None, inside(folder, "lib.rs"), folder)?;
        }
        Ok(tree)
    }

    /// A module in a file of its own; its children lie in `folder`.
    fn file(&mut self, path: String, parent: Option<usize>, file: String, folder: &str) -> Result<(), FingerprintError> {
        let text = String::from_utf8_lossy(&self.bytes(&file)?).into_owned();
        let (facts, mut digest) = self.parse(&file, &text)?;
        if parent.is_none() {
            // Paths lead through them; who only takes something else from the root depends on none.
            digest = hex(&Sha256::digest(written(without_public_modules(self.tokens(&file, &text)?))));
        }
        if facts.extern_crate {
            // The name would hold for every file of the crate, whatever the file says.
            return Err(unsupported(&file, "extern crate"));
        }
        let at = self.files.len();
        if let Some(parent) = parent {
            let holder = self.modules[parent].file;
            self.files[holder].children.insert(at);
        }
        self.files.push(File {
            path: file,
            library: self.libraries.len() - 1,
            is_root: parent.is_none(),
            digest,
            included: BTreeMap::new(),
            children: BTreeSet::new(),
            obstacle: None,
        });
        self.module(path, parent, at, facts, folder)
    }

    /// A module of a file, with its modules in braces and in files.
    fn module(&mut self, path: String, parent: Option<usize>, file: usize, facts: Facts, folder: &str) -> Result<(), FingerprintError> {
        let name = path.rsplit("::").next().unwrap_or_default().to_string();
        let known = parent.and_then(|parent| self.modules[parent].children.get(&name).copied());
        let at = known.unwrap_or(self.modules.len());
        if known.is_none() {
            self.modules.push(Module { path: path.clone(), parent, file, children: BTreeMap::new(), facts: Vec::new() });
            if let Some(parent) = parent {
                self.modules[parent].children.insert(name, at);
            }
        }
        self.say(at, file, facts, &self.files[file].path.clone(), folder)
    }

    /// Adds what a source text says to a module of a file; the text lies in `source`.
    fn say(&mut self, at: usize, file: usize, mut facts: Facts, source: &str, folder: &str) -> Result<(), FingerprintError> {
        let module = self.modules[at].path.clone();
        for (name, inner) in std::mem::take(&mut facts.inner) {
            self.module(format!("{module}::{name}"), Some(at), file, inner, &inside(folder, &name))?;
        }
        for (name, elsewhere) in std::mem::take(&mut facts.children) {
            let [beside, within] = [inside(folder, &format!("{name}.rs")), inside(folder, &format!("{name}/mod.rs"))];
            let found = if self.root.join(&within).is_file() && !self.root.join(&beside).is_file() { within } else { beside };
            // `#[path]` counts from the folder of the source, and what it names is as a `mod.rs` there.
            let elsewhere = elsewhere.map(|path| inside(folder_of(source), &path));
            let lower = elsewhere.as_deref().map_or_else(|| inside(folder, &name), |path| folder_of(path).to_string());
            let found = elsewhere.unwrap_or(found);
            match self.modules[at].children.get(&name).map(|known| self.modules[*known].file) {
                // Conditions choose one of two; paths would lead to the first only.
                Some(known) if known == file => {
                    facts.obstacle.get_or_insert(format!("a module '{name}' both in braces and in a file"));
                }
                Some(known) if self.files[known].path != found => {
                    facts.obstacle.get_or_insert(format!("a module '{name}' in two files"));
                }
                Some(_) => {}
                None => self.file(format!("{module}::{name}"), Some(at), found, &lower)?,
            }
        }
        for (name, is_code) in std::mem::take(&mut facts.includes) {
            let included = inside(folder_of(source), &name);
            let bytes = self.bytes(&included)?;
            if self.files[file].included.insert(included.clone(), hex(&Sha256::digest(&bytes))).is_none() && is_code {
                let (said, _) = self.parse(&included, &String::from_utf8_lossy(&bytes))?;
                self.say(at, file, said, &included, folder)?;
            }
        }
        if self.files[file].obstacle.is_none() {
            self.files[file].obstacle = facts.obstacle.take();
        }
        self.modules[at].facts.push(facts);
        Ok(())
    }

    fn bytes(&self, file: &str) -> Result<Vec<u8>, FingerprintError> {
        let path = self.root.join(file);
        std::fs::read(&path).map_err(|source| FingerprintError::Read { path, source })
    }

    fn tokens(&self, file: &str, text: &str) -> Result<TokenStream, FingerprintError> {
        code(text).map_err(|message| FingerprintError::Tokens { path: self.root.join(file), message })
    }

    fn parse(&self, file: &str, text: &str) -> Result<(Facts, String), FingerprintError> {
        let code = self.tokens(file, text)?;
        let digest = hex(&Sha256::digest(written(code.clone())));
        Ok((Facts::of(code), digest))
    }
}

/// The file is named from the workspace's root: a caller may keep the reason, on any machine.
pub(crate) fn unsupported(file: &str, what: &str) -> FingerprintError {
    FingerprintError::Unsupported { path: PathBuf::from(file), what: what.to_string() }
}

/// The folder of a file.
fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path from a folder, both from the workspace's root; `..` goes up.
fn inside(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}
