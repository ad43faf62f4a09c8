//! The loss around an embedded minimum in a plane: the added unit's weights, in and out.

use super::data::{ACTIVATIONS, activation, stream};
use super::embedding::{self, Embedding, embed};
use super::moves::displacement;
use super::narrow::{self, Design, Problem};
use super::network::{Unit, losses};
use super::spectrum::Spectrum;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The method.
pub(super) struct Surface;

/// Points a side.
const SIDE: usize = 41;

/// The unit of the signed decades, as a share of the loss at the minimum.
const UNIT: f64 = 1e-6;

impl Method for Surface {
    fn name(&self) -> &'static str {
        "surface"
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
            // How far the plane reaches to each side.
            ("reach", Parameter::Float(0.0, 10.0)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("surface", Kind::Series)].into()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, _: &Parameters) -> f64 {
        0.02
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        batch.seeds.iter().map(|seed| cell(&batch.parameters, *seed)).collect()
    }
}

fn cell(p: &Parameters, seed: u64) -> Result<Record, String> {
    let (name, word, reach) = (p.word("activation"), p.word("embedding"), p.float("reach"));
    let design = Design::named(p.word("design"));
    let problem = Problem::new(activation(name), name, p.int("outputs"), p.int("depth"), design, seed)?;
    let kind = Embedding::named(word);
    let axes = [("activation", name.to_string()), ("embedding", word.to_string()), ("seed", seed.to_string())];
    let mut draws = stream("surface", &axes);
    let embedded = embed(&problem.network, kind, 1, &problem.middles, &mut draws);
    // Of copies, the incoming weights part along the direction in which G is least.
    let part: Vec<f64> = Spectrum::of(&problem.blocks().g).vectors.column(0).iter().copied().collect();
    let (still, outgoing) = (vec![0.0; part.len()], draws.normals(problem.network.bias.len()));
    let along_incoming = displacement(&embedded, kind, &[Unit { incoming: part, outgoing: vec![0.0; outgoing.len()] }]);
    let along_outgoing = displacement(&embedded, kind, &[Unit { incoming: still, outgoing }]);
    let start = embedded.network.parameters();
    let at = |i: usize| reach * (2.0 * i as f64 / (SIDE - 1) as f64 - 1.0);
    let point = |i: usize, j: usize| -> Vec<f64> {
        start.iter().zip(along_incoming.iter().zip(&along_outgoing)).map(|(value, (a, b))| value + at(i) * a + at(j) * b).collect()
    };
    let rows: Vec<Vec<f64>> = (0..SIDE).flat_map(|i| (0..SIDE).map(move |j| (i, j))).map(|(i, j)| point(i, j)).collect();
    let least = problem.network.loss(&problem.sample);
    let decades = |loss: &f64| {
        let change = (loss - least) / least;
        // Three decimals: colours cannot show more.
        (change.signum() * (1.0 + change.abs() / UNIT).log10() * 1e3).round() / 1e3 + 0.0
    };
    let surface = losses(&embedded.network.shape(), &rows, &problem.sample).iter().map(decades).collect();
    Ok(Record([("surface".to_string(), Value::Series(surface))].into()))
}
