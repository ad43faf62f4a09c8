//! A method that measures numbers on the host in f64, one cell after the other: most of this study.

use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use saigen_models::stream::Stream;
use std::collections::BTreeMap;

/// The study's name: its folder's, and the first part of the name of every stream.
pub(super) const ID: &str = "gan-stability";

/// The relative rounding that an exact bound leaves open: 10^6 units in the last place, far more than
/// the few hundred sums and quotients of a measurement lose and far less than any bound is missed by.
pub(super) const ROUNDING: f64 = 1e-9;

/// A method and what it measures.
pub(super) struct Measurement {
    /// The name in a declaration.
    pub(super) name: &'static str,
    /// The module of its code.
    pub(super) module: &'static str,
    /// What it takes.
    pub(super) parameters: &'static [(&'static str, Parameter)],
    /// The names of what it gives, all of them numbers.
    pub(super) outputs: &'static [&'static str],
    /// Seconds that a cell takes, roughly.
    pub(super) seconds: f64,
    /// Measures one cell: as many numbers as there are outputs.
    pub(super) measure: fn(&Cell<'_>) -> Vec<f64>,
}

/// A cell: parameters and a seed.
pub(super) struct Cell<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) seed: u64,
}

impl Cell<'_> {
    pub(super) fn float(&self, name: &str) -> f64 {
        self.parameters.float(name)
    }

    pub(super) fn int(&self, name: &str) -> usize {
        self.parameters.int(name)
    }

    pub(super) fn word(&self, name: &str) -> &str {
        self.parameters.word(name)
    }

    /// The stream of the seed for a purpose, told apart by the values of some parameters.
    pub(super) fn stream(&self, purpose: &str, axes: &[&str]) -> Stream {
        let seed = self.seed.to_string();
        let values: Vec<String> =
            axes.iter().map(|name| self.parameters.0.get(*name).map_or_else(String::new, ToString::to_string)).collect();
        let named = axes.iter().copied().zip(values.iter().map(String::as_str));
        Stream::new(ID, purpose, &named.chain([("seed", seed.as_str())]).collect::<Vec<_>>())
    }
}

impl Method for Measurement {
    fn name(&self) -> &'static str {
        self.name
    }

    fn module(&self) -> &'static str {
        self.module
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        self.parameters.iter().copied().collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        self.outputs.iter().map(|name| (*name, Kind::Float)).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, _: &Parameters) -> f64 {
        self.seconds
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let cell = |seed: &u64| {
            let numbers = (self.measure)(&Cell { parameters: &batch.parameters, seed: *seed });
            Record(self.outputs.iter().zip(numbers).map(|(name, number)| (name.to_string(), Value::Float(number))).collect())
        };
        Ok(batch.seeds.iter().map(cell).collect())
    }
}
