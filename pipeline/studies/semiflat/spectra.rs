//! The eigenvalues at embedded minima one by one, for a figure.

use super::data::{ACTIVATIONS, activation, stream};
use super::embedding::{self, Embedding, embed};
use super::narrow::{self, Design, Problem};
use super::spectrum::Spectrum;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use std::collections::BTreeMap;

/// The method.
pub(super) struct Spectra;

/// The unit of the signed decades: what is below shows as nothing.
const UNIT: f64 = 1e-8;

impl Method for Spectra {
    fn name(&self) -> &'static str {
        "spectra"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("activation", Parameter::Choice(ACTIVATIONS)),
            ("outputs", Parameter::Int(1, 4)),
            ("depth", Parameter::Int(3, 4)),
            ("design", Parameter::Choice(narrow::DESIGNS)),
            ("embedding", Parameter::Choice(embedding::NAMES)),
            ("added", Parameter::Int(1, 12)),
            // The place of the eigenvalue, from the least.
            ("rank", Parameter::Int(1, 200)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("eigenvalue", Kind::Float), ("decades", Kind::Float)].into()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, _: &Parameters) -> f64 {
        0.001
    }

    fn together(&self) -> Together {
        Together::Axes(&["rank"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (name, word) = (p.word("activation"), p.word("embedding"));
        let design = Design::named(p.word("design"));
        let problem = Problem::new(activation(name), name, p.int("outputs"), p.int("depth"), design, seed)?;
        let mut draws =
            stream("spectrum", &[("activation", name.to_string()), ("embedding", word.to_string()), ("seed", seed.to_string())]);
        let network = embed(&problem.network, Embedding::named(word), p.int("added"), &problem.middles, &mut draws).network;
        let values = Spectrum::of(&network.hessian(&problem.sample, &problem.free(&network))).values;
        let cell = |setting: &Parameters| {
            let rank = setting.int("rank");
            let value = *values.get(rank - 1).ok_or_else(|| format!("there is no eigenvalue {rank} of {}", values.len()))?;
            let decades = value.signum() * (1.0 + value.abs() / UNIT).log10();
            Ok(Record([("eigenvalue", value), ("decades", decades)].map(|(name, value)| (name.to_string(), Value::Float(value))).into()))
        };
        batch.settings.iter().map(cell).collect()
    }
}
