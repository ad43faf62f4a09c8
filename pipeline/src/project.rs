//! Where things lie in a checkout, and what it declares.

use crate::cli::{Global, Studies};
use crate::exit::{Exit, refuse};
use saigen_artifacts::ArtifactError;
use saigen_artifacts::store::{Store, Trust};
use saigen_datasets::sets::DataSets;
use saigen_engine::declaration::{Declaration, Tier};
use saigen_engine::explain::History;
use saigen_engine::plan::Plan;
use saigen_engine::{Backend, Study};
use saigen_studies::studies;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

/// A checkout, and what of it a command is about.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) tier: Tier,
    pub(crate) backend: Backend,
    /// How much of the store is taken on trust.
    pub(crate) trust: Trust,
    /// The folder that holds the data sets, where one is named.
    pub(crate) data: Option<PathBuf>,
}

/// A registered study with its declaration.
pub(crate) struct Declared {
    pub(crate) study: &'static dyn Study,
    pub(crate) declaration: Declaration,
}

impl Project {
    /// The checkout that the command line names, or the nearest above the current folder.
    pub(crate) fn find(global: &Global) -> anyhow::Result<Self> {
        let is_root = |folder: &Path| folder.join("pipeline/studies").is_dir();
        let root = match &global.root {
            Some(root) if is_root(root) => root.clone(),
            Some(root) => {
                return Err(refuse(
                    Exit::Usage,
                    format!("'{}' is not a checkout of saigen", root.display()),
                    "name the folder that holds 'pipeline/studies'",
                ));
            }
            None => {
                let here = std::env::current_dir()?;
                let found = here.ancestors().find(|folder| is_root(folder)).map(Path::to_path_buf);
                found.ok_or_else(|| {
                    refuse(Exit::Usage, "there is no checkout of saigen here or above", "go to one, or name it with --root")
                })?
            }
        };
        let trust = if global.rehash { Trust::Nothing } else { Trust::Stat };
        Ok(Self { root, tier: global.tier(), backend: global.backend(), trust, data: global.data_dir.clone() })
    }

    /// The same checkout, on another backend.
    pub(crate) fn on(&self, backend: Backend) -> Self {
        Self { root: self.root.clone(), tier: self.tier, backend, trust: self.trust, data: self.data.clone() }
    }

    /// The declarations of the named studies, or of all that have a folder in this checkout; every
    /// problem of every file at once.
    pub(crate) fn declared(&self, wanted: &Studies) -> anyhow::Result<Vec<Declared>> {
        let all = studies();
        for name in &wanted.studies {
            if !all.iter().any(|study| study.id() == name) {
                let known: Vec<_> = all.iter().map(|study| study.id()).collect();
                return Err(refuse(Exit::Usage, format!("there is no study '{name}'"), format!("known: {}", known.join(", "))));
            }
        }
        let folder = |study: &dyn Study| self.root.join("pipeline/studies").join(study.id());
        // A sparse checkout holds some studies; one without any is none.
        let sparse = all.iter().any(|study| folder(*study).is_dir());
        let chosen = all.into_iter().filter(|study| match wanted.studies.is_empty() {
            true => !sparse || folder(*study).is_dir(),
            false => wanted.studies.iter().any(|name| name == study.id()),
        });
        let (mut declared, mut problems) = (Vec::new(), Vec::new());
        for study in chosen {
            let file = folder(study).join("study.toml");
            match Declaration::load(&file, study) {
                Ok(declaration) => declared.push(Declared { study, declaration }),
                Err(problem) => problems.push(problem),
            }
        }
        match problems.len() {
            0 => Ok(declared),
            1 => Err(problems.remove(0).into()),
            _ => {
                let texts: Vec<_> = problems.iter().map(ToString::to_string).collect();
                Err(refuse(Exit::Usage, texts.join("\n"), "each line above names its file"))
            }
        }
    }

    /// The plan of a study.
    pub(crate) fn plan(&self, declared: &Declared) -> Plan {
        Plan::new(&declared.declaration, declared.study, self.tier, self.backend)
    }

    /// The store's folder.
    pub(crate) fn store(&self) -> PathBuf {
        self.root.join("artifacts/store")
    }

    /// The store, to look into.
    ///
    /// # Errors
    /// It was altered, or a newer version wrote it.
    pub(crate) fn look(&self) -> anyhow::Result<Store> {
        Ok(Store::look(&self.store(), self.trust)?)
    }

    /// The data sets of this checkout.
    pub(crate) fn data_sets(&self) -> DataSets {
        DataSets::new(&self.root.join("datasets"), self.data.as_deref())
    }

    /// What due cells of a plan replace.
    pub(crate) fn history(&self, declared: &Declared, plan: &Plan, store: &Store) -> anyhow::Result<History> {
        let other = Tier::ALL.into_iter().filter(|tier| *tier != plan.tier);
        let other: Vec<Plan> = other.map(|tier| Plan::new(&declared.declaration, declared.study, tier, plan.backend)).collect();
        Ok(History::new(plan, declared.study, &other, store)?)
    }

    /// Whether this tier and backend make the committed record.
    pub(crate) fn is_record(&self) -> bool {
        self.tier == Tier::Full && self.backend == Backend::Flex
    }

    /// The folder, below `artifacts` and `figures`, that results of this tier and backend go to.
    pub(crate) fn shelf(&self) -> String {
        if self.is_record() { "record".to_string() } else { format!("out/{}-{}", self.tier, self.backend.name()) }
    }

    /// The path from the root of a study's result file; `figures/…` goes to the figures' room.
    pub(crate) fn place(&self, study: &str, file: &str) -> String {
        match file.strip_prefix("figures/") {
            Some(figure) => format!("figures/{}/{study}/{figure}", self.shelf()),
            None => format!("artifacts/{}/{study}/{file}", self.shelf()),
        }
    }

    /// The path of the report from the root.
    pub(crate) fn report(&self) -> String {
        format!("artifacts/{}/report.html", self.shelf())
    }

    /// The bytes of a result file, if it is there.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub(crate) fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let path = self.root.join(path);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ArtifactError::Io { action: "read", path, source }.into()),
        }
    }

    /// Whether a result file is there and is just these bytes. It is read in parts: some are large.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub(crate) fn holds(&self, path: &str, mut expected: &[u8]) -> anyhow::Result<bool> {
        let path = self.root.join(path);
        let mut file = match File::open(&path) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(source) => return Err(ArtifactError::Io { action: "read", path, source }.into()),
        };
        loop {
            let bytes = file.fill_buf().map_err(ArtifactError::io("read", &path))?;
            if bytes.is_empty() {
                return Ok(expected.is_empty());
            }
            let Some(rest) = expected.strip_prefix(bytes) else { return Ok(false) };
            let count = bytes.len();
            expected = rest;
            file.consume(count);
        }
    }

    /// The names of the files in a folder, sorted.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn files_in(&self, folder: &str) -> anyhow::Result<Vec<String>> {
        let path = self.root.join(folder);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&path).map_err(ArtifactError::io("read", &path))? {
            let entry = entry.map_err(ArtifactError::io("read", &path))?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Writes a result file under a temporary name and renames it; says whether it differed.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> anyhow::Result<bool> {
        if self.holds(path, bytes)? {
            return Ok(false);
        }
        let target = self.root.join(path);
        let folder = target.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder).map_err(ArtifactError::io("create", folder))?;
        let part = target.with_extension("part");
        std::fs::write(&part, bytes).map_err(ArtifactError::io("write", &part))?;
        std::fs::rename(&part, &target).map_err(ArtifactError::io("rename into place", &target))?;
        Ok(true)
    }

    /// The files of a study's result folders that `known` does not name, as paths from the root.
    pub(crate) fn strays(&self, study: &str, known: impl Fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for folder in [self.place(study, ""), self.place(study, "figures/")] {
            collect(&self.root, folder.trim_end_matches('/'), &mut found);
        }
        found.retain(|path| !known(path));
        found.sort();
        found
    }
}

fn collect(root: &Path, folder: &str, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return };
    for entry in entries.flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() { collect(root, &path, found) } else { found.push(path) }
    }
}
