//! Fresh data, to stand behind samples in figures.

use super::data::{self, sample};
use super::outcome::series;
use saigen_artifacts::{Kind, Record};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The method. Data do not depend on k, which stands among its parameters because it tells rows of
/// the tables apart.
pub(super) struct Truth;

impl Method for Truth {
    fn name(&self) -> &'static str {
        "truth"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let shown = ("shown", Parameter::Int(1, 100_000));
        [("target", Parameter::Choice(data::NAMES)), ("k", Parameter::Int(0, 0)), shown].into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("samples", Kind::Series)].into()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, _: &Parameters) -> f64 {
        1e-3
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let cell = |seed: &u64| {
            let samples = sample(p.word("target"), "shown", p.int("shown"), *seed);
            Record([("samples".to_string(), series(&samples))].into())
        };
        Ok(batch.seeds.iter().map(cell).collect())
    }
}
