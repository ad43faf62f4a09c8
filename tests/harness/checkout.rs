//! A temporary checkout: the declarations and the README, and what a test runs in it.

use crate::Run;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The repository that is tested.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The folder of the studies.
const STUDIES: &str = "pipeline/studies";

/// A checkout of a test's own.
pub struct Checkout {
    folder: TempDir,
    program: PathBuf,
}

impl Checkout {
    /// A new one with the study `nonsmooth`, as it is in the repository, for this program: enough for
    /// what is promised of the pipeline.
    pub fn new(program: &str) -> Self {
        let checkout = Self { folder: tempfile::tempdir().unwrap(), program: PathBuf::from(program) };
        checkout.take("nonsmooth");
        checkout.write("README.md", &fs::read(repository().join("README.md")).unwrap());
        checkout
    }

    /// A new one with every study, and the data that the repository holds.
    pub fn whole(program: &str) -> Self {
        let checkout = Self::new(program);
        checkout.take_data();
        for entry in fs::read_dir(repository().join(STUDIES)).unwrap() {
            checkout.take(&entry.unwrap().file_name().to_string_lossy());
        }
        checkout
    }

    /// Copies a study but its code: the declaration, and what it reads.
    fn take(&self, study: &str) {
        let folder = format!("{STUDIES}/{study}");
        for entry in fs::read_dir(repository().join(&folder)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_file() && !name.ends_with(".rs") {
                self.write(&format!("{folder}/{name}"), &fs::read(&path).unwrap());
            }
        }
    }

    /// Copies the catalog, and the data sets that are part of the repository.
    fn take_data(&self) {
        let mut paths = Vec::new();
        ["datasets/catalog", "datasets/fixtures"].iter().for_each(|folder| collect(&repository().join(folder), &mut paths));
        for path in paths {
            self.write(&path.strip_prefix(repository()).unwrap().to_string_lossy(), &fs::read(&path).unwrap());
        }
    }

    /// A new one whose only study has a grid of `axes` trivial cells: alpha x beta x dimension.
    pub fn synthetic(program: &str, axes: [usize; 3]) -> Self {
        let checkout = Self { folder: tempfile::tempdir().unwrap(), program: PathBuf::from(program) };
        let list = |count: usize, value: &dyn Fn(usize) -> String| format!("[{}]", (0..count).map(value).collect::<Vec<_>>().join(", "));
        let smooth = |at: usize| format!("{:.2}", 0.5 + 0.05 * at as f64);
        let text = include_str!("synthetic.toml")
            .replace("ALPHAS", &list(axes[0], &smooth))
            .replace("BETAS", &list(axes[1], &smooth))
            .replace("DIMENSIONS", &list(axes[2], &|at| (at + 2).to_string()));
        checkout.write("pipeline/studies/nonsmooth/study.toml", text.as_bytes());
        checkout.write("README.md", b"");
        checkout
    }

    /// The path of a file in it.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// A file's bytes.
    pub fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// A file's text.
    pub fn text(&self, file: &str) -> String {
        String::from_utf8(self.read(file)).unwrap()
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, file: &str, bytes: &[u8]) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Replaces a text in a file; it must be there.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.text(file);
        assert!(text.contains(from), "'{from}' is not in {file}");
        self.write(file, text.replacen(from, to, 1).as_bytes());
    }

    /// Every file below some folders, by path, sorted.
    pub fn files(&self, folders: &[&str]) -> Vec<(String, Vec<u8>)> {
        let mut paths = Vec::new();
        folders.iter().for_each(|folder| collect(&self.path(folder), &mut paths));
        paths.sort();
        let named = |path: &PathBuf| path.strip_prefix(self.folder.path()).unwrap().to_string_lossy().into_owned();
        paths.iter().map(|path| (named(path), fs::read(path).unwrap())).collect()
    }

    /// Runs the program to its end with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    /// Runs it with these variables in its environment.
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
        let output = self.command(arguments).envs(environment.iter().copied()).output().unwrap();
        Run::of(&output)
    }

    /// Runs another program to its end, with a file of the checkout as its input.
    pub fn run_other(&self, program: &str, arguments: &[&str], input: Option<&str>) -> Run {
        let input = input.map_or_else(Stdio::null, |file| fs::File::open(self.path(file)).unwrap().into());
        let output = Command::new(program).args(arguments).current_dir(self.folder.path()).stdin(input).output();
        Run::of(&output.unwrap_or_else(|error| panic!("{program}: {error}")))
    }

    /// Starts it without waiting for its end.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.start_with(arguments, &[])
    }

    /// Starts it with these variables in its environment.
    pub fn start_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Child {
        self.command(arguments).envs(environment.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Starts it with what it says in a file.
    pub fn start_logged(&self, arguments: &[&str], log: &Path) -> Child {
        let log = fs::File::create(log).unwrap();
        self.command(arguments).stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, paths) } else { paths.push(path) }
    }
}
