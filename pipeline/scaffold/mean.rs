//! The mean of a sample, as an estimate of 0.

use super::data::sample;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The method.
pub(super) struct Mean;

impl Method for Mean {
    fn name(&self) -> &'static str {
        "mean"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [("n", Parameter::Int(1, 1_000_000))].into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("error", Kind::Float)].into()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        1e-8 * parameters.int("n") as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let n = batch.parameters.int("n");
        let cell = |seed: &u64| {
            let mean = sample(n, *seed).iter().sum::<f64>() / n as f64;
            Record([("error".to_string(), Value::Float(mean * mean))].into())
        };
        Ok(batch.seeds.iter().map(cell).collect())
    }
}
