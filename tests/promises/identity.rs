//! What a change of code re-runs: exactly the experiments whose methods can see it. Tried on a copy
//! of the sources, fingerprinted as the build does.

use saigen_engine::declaration::{Declaration, Tier};
use saigen_engine::plan::Plan;
use saigen_engine::{Backend, Fingerprint, Method, Study};
use saigen_fingerprint::Code;
use saigen_tests::repository;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const CRATES: [(&str, &str); 3] =
    [("saigen_studies", "pipeline/studies"), ("saigen_models", "pipeline/models"), ("saigen_datasets", "datasets/src")];

/// A copy of the sources that make results.
struct Sources(TempDir);

impl Sources {
    fn new() -> Self {
        let sources = Self(tempfile::tempdir().unwrap());
        for (_, folder) in CRATES {
            copy(&repository().join(folder), &sources.0.path().join(folder));
        }
        fs::copy(repository().join("Cargo.lock"), sources.0.path().join("Cargo.lock")).unwrap();
        sources
    }

    #[track_caller]
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.0.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "'{from}' is not in {file}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// The plan of the smoke tier of `nonsmooth`, as a program built of these sources would make it.
    fn plan(&self) -> Plan {
        let code = Code::read(self.0.path(), &CRATES).unwrap();
        let study = saigen_studies::studies().into_iter().find(|study| study.id() == "nonsmooth").unwrap();
        let file = repository().join(crate::NONSMOOTH);
        let rebuilt = Rebuilt { study, code };
        Plan::new(&Declaration::load(&file, &rebuilt).unwrap(), &rebuilt, Tier::Smoke, Backend::Flex)
    }

    /// The experiments that would run again after an edit: all of their cells, or none.
    fn due(&self, before: &Plan) -> BTreeSet<String> {
        let after = self.plan();
        let changed: Vec<_> = before.cells.iter().zip(&after.cells).filter(|(a, b)| a.key != b.key).collect();
        let experiments: BTreeSet<String> = changed.iter().map(|(a, _)| a.experiment().to_string()).collect();
        let all = before.cells.iter().filter(|cell| experiments.contains(cell.experiment())).count();
        assert_eq!(changed.len(), all, "some cells of an experiment changed, and others did not");
        experiments
    }
}

/// A study whose fingerprints are of other sources.
struct Rebuilt {
    study: &'static dyn Study,
    code: Code,
}

impl Study for Rebuilt {
    fn id(&self) -> &'static str {
        self.study.id()
    }

    fn fingerprint(&self, method: &dyn Method) -> Fingerprint {
        self.code.fingerprint(&[method.module(), "saigen_models::elementary"]).unwrap()
    }

    fn methods(&self) -> Vec<&dyn Method> {
        self.study.methods()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { assert!(fs::copy(&path, &target).is_ok()) }
    }
}

/// The experiments of some arms: their ids begin with the arm's.
fn of(arms: &[&str], plan: &Plan) -> BTreeSet<String> {
    let ids = plan.origins.iter().map(|origin| origin.stem.experiment.clone());
    ids.filter(|id| arms.iter().any(|arm| id == arm || id.starts_with(&format!("{arm}-")))).collect()
}

const KERNEL: &str = "pipeline/studies/nonsmooth/kernel.rs";
const NETWORKS: &[&str] = &["network"];
const LINEAR: [&str; 5] = ["kernel", "polynomial", "spline", "cosine", "series"];

#[test]
fn the_plan_of_the_copy_is_the_programs_own() {
    let study = saigen_studies::studies().into_iter().find(|study| study.id() == "nonsmooth").unwrap();
    let declaration = Declaration::load(&repository().join(crate::NONSMOOTH), study).unwrap();
    assert_eq!(Sources::new().plan(), Plan::new(&declaration, study, Tier::Smoke, Backend::Flex));
}

#[test]
fn comments_layout_tests_and_another_study_re_run_nothing() {
    let sources = Sources::new();
    let before = sources.plan();
    sources.edit(KERNEL, "/// Bandwidths h to choose from.", "/// Other words, with 0.123 in them.\n// And more.");
    sources.edit(
        KERNEL,
        "const BANDWIDTHS: [f64; 7] = [0.05, 0.07, 0.1, 0.14, 0.2, 0.4, 0.8];",
        "const BANDWIDTHS: [f64;7] = [\n0.05,0.07,0.1,\n    0.14, 0.2, 0.4, 0.8,\n];",
    );
    sources.edit(
        "pipeline/studies/nonsmooth/exponents.rs",
        "near(network(2.0, 2.0, 2.0), 2.0 / 3.0);",
        "near(network(2.0, 2.0, 2.0), 4.0 / 6.0);",
    );
    sources.edit("pipeline/models/perceptron/tests.rs", "use ", "use std::fmt as _;\nuse ");
    sources.edit("pipeline/studies/lib.rs", "mod nonsmooth;", "mod other;\nmod nonsmooth;");
    fs::create_dir(sources.0.path().join("pipeline/studies/other")).unwrap();
    fs::write(sources.0.path().join("pipeline/studies/other/mod.rs"), "pub(crate) const ALPHA: f64 = 0.7;\n").unwrap();
    assert_eq!(sources.due(&before), BTreeSet::new());
}

#[test]
fn a_constant_an_operator_and_a_shared_file_re_run_exactly_what_sees_them() {
    let cases: [(&str, &str, &str, &[&str]); 6] = [
        (KERNEL, "const NODES: usize = 64;", "const NODES: usize = 65;", &["kernel", "polynomial"]),
        (KERNEL, "-distance * distance", "-distance + distance", &["kernel", "polynomial"]),
        ("pipeline/studies/nonsmooth/exponents.rs", "a / (a + d - 1.0)", "a / (a - d - 1.0)", &["phase"]),
        ("pipeline/studies/nonsmooth/linear.rs", "*freedom < 1e-9", "*freedom < 1e-8", &LINEAR),
        ("pipeline/models/loss.rs", "fn ", "fn other() {}\nfn ", NETWORKS),
        ("pipeline/models/perceptron/tiles.rs", "fn ", "fn other() {}\nfn ", NETWORKS),
    ];
    for (file, from, to, expected) in cases {
        let sources = Sources::new();
        let before = sources.plan();
        sources.edit(file, from, to);
        assert_eq!(sources.due(&before), of(expected, &before), "{file}: {from}");
    }
    // What all methods depend on.
    let sources = Sources::new();
    let before = sources.plan();
    sources.edit("pipeline/models/elementary.rs", "fn ", "fn other() {}\nfn ");
    assert_eq!(sources.due(&before).len(), before.origins.len());
}

#[test]
fn a_bumped_crate_re_runs_what_computes_with_it() {
    let before = Sources::new().plan();
    let bumped = |package: &str| {
        let sources = Sources::new();
        let lock = fs::read_to_string(repository().join("Cargo.lock")).unwrap();
        let block = lock.split("[[package]]").find(|block| block.contains(&format!("name = \"{package}\"\n"))).unwrap().to_string();
        let version = block.lines().find(|line| line.starts_with("version")).unwrap();
        sources.edit("Cargo.lock", &block, &block.replacen(version, "version = \"99.0.0\"", 1));
        sources.due(&before)
    };
    assert_eq!(bumped("burn-flex"), of(NETWORKS, &before));
    let eigenvalues: Vec<&str> = LINEAR.into_iter().chain(["search"]).collect();
    assert_eq!(bumped("nalgebra"), of(&eigenvalues, &before));
    assert_eq!(bumped("pxfm").len(), before.origins.len());
    for other in ["serde_json", "clap", "plotters", "polars-core", "toml"] {
        assert_eq!(bumped(other), BTreeSet::new(), "{other}");
    }
}
