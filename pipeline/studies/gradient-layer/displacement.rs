//! Proposition 2: along an optimal map the distance to the data falls in proportion.
//!
//! Between clouds of equally many points an optimal map exists, a matching, though they have no
//! densities as the proposition asks. Both distances are found by exact assignment. A map that pairs
//! points at random is the control.

use super::data::{self, ID, noise, sample, squashed};
use saigen_artifacts::{Kind, Record, Value};
use saigen_datasets::data_digest;
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use saigen_models::mixture::Point;
use saigen_models::stream::Stream;
use saigen_models::transport::{matching, wasserstein};
use std::collections::BTreeMap;

/// The method.
pub(super) struct Displacement;

/// Sums over matched pairs are rounded by less than this.
const ROUNDING: f64 = 1e-12;

impl Method for Displacement {
    fn name(&self) -> &'static str {
        "displacement"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("target", Parameter::Choice(data::NAMES)),
            ("t", Parameter::Float(0.0, 1.0)),
            ("particles", Parameter::Int(1, 10_000)),
            ("map", Parameter::Choice(&["optimal", "random"])),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let numbers = ["w1", "w1-start", "ratio", "expected", "deviation", "rounding"];
        numbers.map(|name| (name, Kind::Float)).into_iter().chain([("data", Kind::Text)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, p: &Parameters) -> f64 {
        2e-9 * p.int("particles").pow(3) as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let (count, t) = (p.int("particles"), p.float("t"));
        let cell = |seed: &u64| {
            let stream = |purpose: &str| Stream::new(ID, purpose, &[("seed", &seed.to_string())]);
            let data = sample(p.word("target"), "sample", count, *seed);
            let start = squashed(&noise(&mut stream("displacement"), count));
            let partners = match p.word("map") {
                "optimal" => matching(&start, &data).1,
                _ => stream("pairs").order(count),
            };
            let moved = |(from, to): (&Point, usize)| [0, 1].map(|axis| from[axis] + t * (data[to][axis] - from[axis]));
            let moved: Vec<Point> = start.iter().zip(partners).map(moved).collect();
            let (w1, w1_start) = (wasserstein(&moved, &data), wasserstein(&start, &data));
            let numbers = [
                ("w1", w1),
                ("w1-start", w1_start),
                ("ratio", w1 / w1_start),
                ("expected", 1.0 - t),
                ("deviation", (w1 / w1_start - (1.0 - t)).abs()),
                ("rounding", ROUNDING),
            ];
            let digest = ("data", Value::Text(data_digest(&[("points", data.as_flattened())])));
            let values = numbers.map(|(name, value)| (name, Value::Float(value))).into_iter().chain([digest]);
            Record(values.map(|(name, value)| (name.to_string(), value)).collect())
        };
        Ok(batch.seeds.iter().map(cell).collect())
    }
}
