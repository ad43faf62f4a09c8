//! What the engine asks of a study: a name, its methods, and what each takes and gives.
//!
//! Studies implement these two traits and see nothing else of the engine.

use saigen_artifacts::{Kind, Record, Scalar};
use saigen_datasets::set::DataSet;
use saigen_datasets::sets::DataSets;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A study as registered: one folder, one declaration, its methods.
pub trait Study: Sync {
    /// The study's name, which is its folder's.
    fn id(&self) -> &'static str;

    /// Digests of what a method's results depend on besides declarations: the files of code that
    /// its module reaches, and the numeric crates behind them, by part.
    fn fingerprint(&self, method: &dyn Method) -> Fingerprint;

    /// Its methods.
    fn methods(&self) -> Vec<&dyn Method>;
}

/// Digests of code by part, so that an explanation can say which part changed.
pub type Fingerprint = BTreeMap<String, String>;

/// A way to get records: what an experiment names in its declaration.
pub trait Method: Sync {
    /// The name in a declaration.
    fn name(&self) -> &'static str;

    /// The module that holds its code: `module_path!()`. What that module refers to follows from it.
    fn module(&self) -> &'static str;

    /// The parameters it takes, each of them required: axes of a grid or fixed.
    fn parameters(&self) -> BTreeMap<&'static str, Parameter>;

    /// The outputs it gives.
    fn outputs(&self) -> BTreeMap<&'static str, Kind>;

    /// Where it computes; a method that never touches a device has one identity on all of them.
    fn placement(&self) -> Placement;

    /// A guess of what one cell costs, in any unit: dear batches start first.
    fn cost(&self, parameters: &Parameters) -> f64;

    /// What the cells of a batch differ in.
    fn together(&self) -> Together {
        Together::Seeds
    }

    /// Runs the cells of a batch and gives a record for each, in their order: for each of its seeds,
    /// or for each of its settings where the method asks for those [together](Self::together). A
    /// cell's record does not depend on the others.
    ///
    /// # Errors
    /// A message; the whole batch counts as failed.
    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String>;
}

/// What values a parameter may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parameter {
    /// A whole number in a range, ends included.
    Int(i64, i64),
    /// A finite number in a range, ends included.
    Float(f64, f64),
    /// One of some words.
    Choice(&'static [&'static str]),
}

impl Parameter {
    /// Whether a value is allowed, and what was expected where it is not.
    ///
    /// # Errors
    /// What was expected.
    pub fn check(self, value: &Scalar) -> Result<(), String> {
        let (fits, expected) = match (self, value) {
            (Self::Int(low, high), value) => {
                (matches!(value, Scalar::Int(value) if (low..=high).contains(value)), format!("a whole number from {low} to {high}"))
            }
            (Self::Float(low, high), value) => {
                let fits = value.number().is_some_and(|number| (low..=high).contains(&number));
                (fits, format!("a number from {low} to {high}"))
            }
            (Self::Choice(words), value) => {
                (matches!(value, Scalar::Text(text) if words.contains(&text.as_str())), format!("one of {}", words.join(", ")))
            }
        };
        if fits { Ok(()) } else { Err(expected) }
    }

    /// The kind of a column that holds it.
    pub fn kind(self) -> Kind {
        match self {
            Self::Int(..) => Kind::Int,
            Self::Float(..) => Kind::Float,
            Self::Choice(_) => Kind::Text,
        }
    }
}

/// Where a method computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// On the host in f64, whatever the backend: its cells are shared by all backends.
    Host,
    /// On the chosen backend, in f32.
    Device,
}

/// What cells that run together differ in: where most of their work is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// In their seeds only: networks of one shape train as one stack.
    Seeds,
    /// In their places on these axes only: what depends on neither is computed once.
    Axes(&'static [&'static str]),
}

/// A backend that burn models run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// burn-flex on the CPU: what the committed record holds.
    Flex,
    /// burn-ndarray on the CPU: a second implementation to agree with.
    Ndarray,
    /// burn-cuda on an NVIDIA GPU.
    Cuda,
}

impl Backend {
    /// Every backend.
    pub const ALL: [Self; 3] = [Self::Flex, Self::Ndarray, Self::Cuda];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            Self::Ndarray => "ndarray",
            Self::Cuda => "cuda",
        }
    }
}

/// The parameters of a cell: fixed ones and its place on the axes. They were checked against
/// [`Method::parameters`] when the declaration was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(pub BTreeMap<String, Scalar>);

impl Parameters {
    /// A whole number.
    ///
    /// # Panics
    /// If the method did not declare it as [`Parameter::Int`].
    pub fn int(&self, name: &str) -> usize {
        match self.0.get(name) {
            Some(Scalar::Int(value)) => usize::try_from(*value).unwrap_or(0),
            other => panic!("parameter '{name}' was not declared as a whole number: {other:?}"),
        }
    }

    /// A number.
    ///
    /// # Panics
    /// If the method did not declare it as [`Parameter::Float`].
    pub fn float(&self, name: &str) -> f64 {
        match self.0.get(name).and_then(Scalar::number) {
            Some(value) => value,
            None => panic!("parameter '{name}' was not declared as a number"),
        }
    }

    /// A word.
    ///
    /// # Panics
    /// If the method did not declare it as [`Parameter::Choice`].
    pub fn word(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Scalar::Text(word)) => word,
            other => panic!("parameter '{name}' was not declared as a choice: {other:?}"),
        }
    }
}

/// Cells that are run together: of one place and several seeds, or of one seed and several settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The study.
    pub study: String,
    /// The experiment.
    pub experiment: String,
    /// The method.
    pub method: String,
    /// The backend to compute on.
    pub backend: Backend,
    /// The parameters: of all cells, or of the first where there are `settings`.
    pub parameters: Parameters,
    /// The seeds, ascending; one where there are `settings`.
    pub seeds: Vec<u64>,
    /// The parameters of each cell, where the method has cells of several places together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Parameters>,
    /// The data sets that the experiment declares.
    #[serde(default, skip_serializing_if = "Data::is_empty")]
    pub data: Data,
}

impl Batch {
    /// How many cells there are.
    pub(crate) fn len(&self) -> usize {
        self.seeds.len() * self.settings.len().max(1)
    }

    /// A data set that the experiment declares. Its readers are in the room `datasets`; bytes come out
    /// of it only where they are those of the catalog.
    ///
    /// # Errors
    /// The experiment does not declare it.
    pub fn data_set(&self, name: &str) -> Result<&DataSet, String> {
        let found = self.data.sets.iter().find(|set| set.id() == name);
        found.ok_or_else(|| format!("experiment '{}' does not declare the data set '{name}': write it into `data`", self.experiment))
    }
}

/// The data sets of a batch: their names and digests on the way to a worker, which then has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Data {
    declared: BTreeMap<String, String>,
    #[serde(skip)]
    sets: Vec<DataSet>,
}

impl Data {
    /// Data sets by name, as planned: with their digests.
    pub(crate) fn declared(declared: BTreeMap<String, String>) -> Self {
        Self { declared, sets: Vec::new() }
    }

    /// Data sets at hand.
    pub fn of(sets: Vec<DataSet>) -> Self {
        Self { declared: sets.iter().map(|set| (set.id().to_string(), set.digest())).collect(), sets }
    }

    fn is_empty(&self) -> bool {
        self.declared.is_empty()
    }

    /// Takes the declared data sets from those of a checkout, which must be as they were planned with.
    pub(crate) fn take(&mut self, sets: &DataSets) -> Result<(), String> {
        for (name, digest) in &self.declared {
            let set = sets.open(name).map_err(|error| error.to_string())?;
            if set.digest() != *digest {
                return Err(format!("the catalog's entry '{name}' changed while it was run"));
            }
            self.sets.push(set);
        }
        Ok(())
    }
}
