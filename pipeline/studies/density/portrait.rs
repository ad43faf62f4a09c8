//! One sample's M-SDE fit as surfaces, for figures 1 to 3: the density, the fit, its partition.

use super::data::Sample;
use super::densities::{self, Density};
use super::estimator::MULTIPLE;
use super::m_sde;
use super::quadrature::midpoints;
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The points a side of a surface.
const SIDE: usize = 60;

/// The method.
pub(super) struct Portrait;

impl Method for Portrait {
    fn name(&self) -> &'static str {
        "portrait"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("density", Parameter::Choice(densities::NAMES)),
            ("n", Parameter::Int(MULTIPLE as i64, 1_000_000)),
            ("starts", Parameter::Int(1, 100)),
            ("show", Parameter::Choice(&["density", "fit", "partition"])),
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
        0.1
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let (name, show) = (p.word("density"), p.word("show"));
        let density = Density::named(name);
        let cell = |seed: &u64| {
            let sample = Sample::draw(density, name, p.int("n"), *seed);
            let classes = m_sde::published_classes(density);
            let (partition, heights) = m_sde::fit(&sample, classes, *seed, p.int("starts"));
            let interval = |x: f64| (x * partition.intervals() as f64) as usize;
            let ranks = ranks(&partition.class);
            surface(|x1, x2| match show {
                "density" => density.at(x1, x2),
                "fit" => heights[interval(x1) * partition.intervals() + interval(x2)],
                // Cells numbered by their classes, in the order in which the axes meet them.
                _ => (ranks[interval(x1)] * classes + ranks[interval(x2)]) as f64,
            })
        };
        Ok(batch.seeds.iter().map(cell).collect())
    }
}

/// The classes, numbered by where they first appear.
fn ranks(class: &[usize]) -> Vec<usize> {
    let mut seen: Vec<usize> = Vec::new();
    let mut rank = |class: &usize| {
        seen.iter().position(|known| known == class).unwrap_or_else(|| {
            seen.push(*class);
            seen.len() - 1
        })
    };
    class.iter().map(&mut rank).collect()
}

/// A surface at four decimals: colours cannot show more.
fn surface(value: impl Fn(f64, f64) -> f64) -> Record {
    let points = midpoints(SIDE);
    let rounded = |x1: f64, x2: f64| (value(x1, x2) * 1e4).round() / 1e4;
    let values = points.iter().flat_map(|x1| points.iter().map(|x2| rounded(*x1, *x2)).collect::<Vec<_>>()).collect();
    Record([("surface".to_string(), Value::Series(values))].into())
}
