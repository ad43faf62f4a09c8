//! Theorems on embeddings as measurements: a narrow minimum, its wider network, the gradient and the
//! whole spectrum there, and the loss at finite distances where second order does not decide.

use super::data::{ACTIVATIONS, activation, stream};
use super::embedding::{self, Embedded, Embedding, embed};
use super::moves::{RADIUS, Which, changes, random};
use super::narrow::{self, Design, Problem};
use super::spectrum::{Inertia, Spectrum};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use saigen_models::activation::Activation;
use saigen_models::stream::Stream;
use std::collections::BTreeMap;

/// The method.
pub(super) struct Landscape;

/// A gradient below this share of the residuals' length is zero; or below what outputs that are wrong
/// by this share of the largest leave of it, which is more the larger the Jacobian.
const STATIONARY: f64 = 1e-10;
const ROUNDING: f64 = 1e-14;

/// A change of the loss below this share of the residuals' length is rounding, and below this where
/// there are none.
const FLAT: f64 = 1e-13;

/// Added eigenvalues are counted where the narrow minimum's own, but for rescalings, are no less than
/// this share of their largest: nine digits of f64 are then left for what added units bring.
const CONDITION: f64 = 1e-7;

/// Random moves of a kind.
const MOVES: usize = 16;

impl Method for Landscape {
    fn name(&self) -> &'static str {
        "landscape"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("activation", Parameter::Choice(ACTIVATIONS)),
            ("outputs", Parameter::Int(1, 4)),
            // Layers, inputs and outputs among them, as the paper counts.
            ("depth", Parameter::Int(3, 4)),
            ("design", Parameter::Choice(narrow::DESIGNS)),
            ("embedding", Parameter::Choice(embedding::NAMES)),
            ("added", Parameter::Int(1, 12)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let floats = ["gradient", "loss-change", "clearance", "least-eigenvalue", "lowest", "descent", "change", "order"];
        let counts = ["extra-negative", "extra-zero", "extra-positive", "one-by-one"];
        let flags = ["all", "kept", "stationary", "moving", "minimum", "saddle", "coupled", "decided", "agreeing"];
        let flags = flags.into_iter().chain(["flat", "flat-incoming", "flat-outgoing"]);
        let floats = floats.map(|name| (name, Kind::Float));
        floats.into_iter().chain(counts.into_iter().chain(flags).map(|name| (name, Kind::Int))).chain([("data", Kind::Text)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        0.002 + 0.0005 * parameters.int("added") as f64
    }

    fn together(&self) -> Together {
        Together::Axes(&["embedding", "added"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (name, outputs, depth) = (p.word("activation"), p.int("outputs"), p.int("depth"));
        let design = Design::named(p.word("design"));
        let problem = Problem::new(activation(name), name, outputs, depth, design, seed)?;
        let before = problem.spectrum();
        let (is_told, before) = (problem.least(&before) >= CONDITION, before.inertia());
        let cell = |setting: &Parameters| {
            let (word, added) = (setting.word("embedding"), setting.int("added"));
            let axes =
                [("activation", name), ("design", p.word("design")), ("embedding", word)].map(|(key, value)| (key, value.to_string()));
            let numbers = [("outputs", outputs), ("depth", depth), ("added", added)].map(|(key, value)| (key, value.to_string()));
            let mut draws = stream("embedding", &[&axes[..], &numbers[..], &[("seed", seed.to_string())]].concat());
            let kind = Embedding::named(word);
            let embedded = embed(&problem.network, kind, added, &problem.middles, &mut draws);
            record(&Case { problem: &problem, design, kind, embedded, before, is_told }, &mut draws)
        };
        Ok(batch.settings.iter().map(cell).collect())
    }
}

/// An embedded minimum.
struct Case<'a> {
    problem: &'a Problem,
    design: Design,
    kind: Embedding,
    embedded: Embedded,
    /// The counts of the narrow minimum.
    before: Inertia,
    /// Whether it is conditioned well enough to count what is added.
    is_told: bool,
}

impl Case<'_> {
    /// Whether theory says that the embedded point is stationary (T1, T4, T5).
    fn is_expected_stationary(&self) -> bool {
        let network = &self.problem.network;
        self.design == Design::Exact
            || match self.kind {
                Embedding::Replication | Embedding::ReplicationOutside | Embedding::InactiveBoth => true,
                Embedding::ReplicationGeneric => network.bias.len() == 1,
                Embedding::InactiveUnits => network.activation == Activation::Relu,
                Embedding::InactivePropagation => false,
            }
    }

    /// The counts that theory says are added, where it does.
    fn predicted(&self) -> Option<Inertia> {
        let (problem, residual) = (self.problem, self.problem.residual());
        let counts = || problem.blocks().predicted(&problem.network, &self.embedded, self.kind, residual, problem.bias);
        (self.is_told && self.is_expected_stationary()).then(counts).flatten()
    }
}

fn record(case: &Case<'_>, draws: &mut Stream) -> Record {
    let Case { problem, embedded, .. } = case;
    let network = &embedded.network;
    let free = problem.free(network);
    let residual = problem.residual();
    let unit = if residual > 0.0 { residual } else { 1.0 };
    let gradient = network.gradient(&problem.sample, &free).norm();
    let flat = FLAT * unit;
    let spectrum = Spectrum::of(&network.hessian(&problem.sample, &free));
    let extra = spectrum.inertia().minus(case.before);
    let moved = |which: Which, draws: &mut Stream| {
        let moves: Vec<Vec<f64>> = (0..MOVES).map(|_| random(embedded, case.kind, which, draws)).collect();
        [RADIUS, RADIUS / 2.0].map(|length| changes(problem, embedded, &moves, length))
    };
    let [both, nearer] = moved(Which::Both, draws);
    let ([incoming, _], [outgoing, _]) = (moved(Which::Incoming, draws), moved(Which::Outgoing, draws));
    let largest = |changes: &[f64]| changes.iter().map(|change| change.abs()).fold(0.0, f64::max);
    let is_flat = |changes: &[f64]| largest(changes) <= flat;
    // The power of the distance with which the loss changes.
    let order = if is_flat(&both) || is_flat(&nearer) { 0.0 } else { (largest(&both) / largest(&nearer)).log2() };
    let anywhere: Vec<Vec<f64>> = (0..MOVES).map(|_| whole(case, &draws.normals(free.len()), &free)).collect();
    let around = changes(problem, embedded, &anywhere, RADIUS / 10.0);
    let lowest = [&both, &nearer, &incoming, &outgoing, &around].into_iter().flatten().copied().fold(0.0, f64::min);
    let steepest: Vec<f64> = spectrum.vectors.column(0).iter().copied().collect();
    let steepest = whole(case, &steepest, &free);
    // Shorter and shorter steps both ways: what curves down may soon curve up again.
    let scaled = |by: f64| steepest.iter().map(|value| by * value).collect::<Vec<f64>>();
    let steps: Vec<Vec<f64>> = (0..24).map(|halvings| 0.5f64.powi(halvings)).flat_map(|by| [scaled(by), scaled(-by)]).collect();
    let descent = changes(problem, embedded, &steps, RADIUS).into_iter().fold(f64::INFINITY, f64::min);
    let output = problem.sample.y.iter().map(|y| y.abs()).fold(0.0, f64::max);
    let stationary = gradient <= STATIONARY * residual + ROUNDING * output * spectrum.scale().sqrt();
    let loss_change = (network.loss(&problem.sample) - problem.network.loss(&problem.sample)).abs();
    let predicted = case.predicted();
    let floats = [
        ("gradient", gradient / unit),
        ("loss-change", loss_change),
        ("clearance", spectrum.clearance()),
        ("least-eigenvalue", spectrum.values[0]),
        ("lowest", lowest),
        ("descent", descent),
        ("change", largest(&both)),
        ("order", order),
    ];
    let flags = [
        ("all", true),
        ("kept", loss_change <= FLAT),
        ("stationary", stationary),
        ("moving", !stationary),
        ("minimum", stationary && extra.negative == 0 && lowest >= -flat),
        ("saddle", stationary && extra.negative > 0 && descent < -flat),
        ("coupled", residual > 0.0 && problem.blocks().is_coupled(residual)),
        ("decided", predicted.is_some()),
        ("agreeing", predicted == Some(extra)),
        ("flat", is_flat(&both)),
        ("flat-incoming", is_flat(&incoming)),
        ("flat-outgoing", is_flat(&outgoing)),
    ];
    // What one silent smooth unit brings in positive eigenvalues, D, times their number.
    let one_by_one = (network.units[0].incoming.len() * (network.units.len() - problem.network.units.len())) as i64;
    let counts =
        [("extra-negative", extra.negative), ("extra-zero", extra.zero), ("extra-positive", extra.positive), ("one-by-one", one_by_one)];
    let floats = floats.map(|(name, value)| (name.to_string(), Value::Float(value)));
    let flags = flags.map(|(name, value)| (name.to_string(), Value::Int(i64::from(value))));
    let counts = counts.map(|(name, value)| (name.to_string(), Value::Int(value)));
    let data = [("data".to_string(), Value::Text(problem.sample.digest()))];
    Record(floats.into_iter().chain(flags).chain(counts).chain(data).collect())
}

/// A direction of the free parameters as one of length 1 of all.
fn whole(case: &Case<'_>, direction: &[f64], free: &[usize]) -> Vec<f64> {
    let length = direction.iter().map(|value| value * value).sum::<f64>().sqrt();
    let mut row = vec![0.0; case.embedded.network.parameters().len()];
    free.iter().zip(direction).for_each(|(at, value)| row[*at] = value / length);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_artifacts::Scalar;

    fn cell(activation: &str, outputs: i64, design: &str, embedding: &str, added: i64) -> Record {
        let words =
            [("activation", activation), ("design", design), ("embedding", embedding)].map(|(k, v)| (k, Scalar::Text(v.to_string())));
        let numbers = [("outputs", outputs), ("depth", 3), ("added", added)].map(|(k, v)| (k, Scalar::Int(v)));
        let parameters = Parameters(words.into_iter().chain(numbers).map(|(k, v)| (k.to_string(), v)).collect());
        let batch = Batch {
            study: "semiflat".to_string(),
            experiment: "test".to_string(),
            method: "landscape".to_string(),
            backend: saigen_engine::Backend::Flex,
            parameters: parameters.clone(),
            seeds: vec![1],
            settings: vec![parameters],
            data: saigen_engine::Data::default(),
        };
        Landscape.run(&batch).unwrap().remove(0)
    }

    fn counts(record: &Record) -> [i64; 3] {
        ["extra-negative", "extra-zero", "extra-positive"].map(|name| match record.0.get(name) {
            Some(Value::Int(count)) => *count,
            other => panic!("{name}: {other:?}"),
        })
    }

    /// The eigenvalues that one added unit brings where nothing is left of the residuals, D = 2: the
    /// counts that were derived by hand.
    #[test]
    fn one_unit_brings_the_eigenvalues_of_the_derived_table() {
        for outputs in [1, 2] {
            let m = outputs;
            for (activation, embedding, expected) in [
                ("tanh", "inactive-units", [0, m, 2]),
                ("tanh", "inactive-propagation", [0, 2, m]),
                ("tanh", "inactive-both", [0, 2 + m, 0]),
                ("tanh", "replication", [0, 2 + m, 0]),
                ("relu", "inactive-units", [0, 2 + m, 0]),
            ] {
                assert_eq!(counts(&cell(activation, outputs, "exact", embedding, 1)), expected, "{activation} {embedding} {outputs}");
            }
        }
    }

    #[test]
    fn a_copied_relu_is_flat_with_one_output_and_a_saddle_with_two() {
        assert_eq!(counts(&cell("relu", 1, "free", "replication", 1)), [0, 3, 0]);
        assert!(counts(&cell("relu", 2, "free", "replication", 1))[0] > 0);
    }
}
