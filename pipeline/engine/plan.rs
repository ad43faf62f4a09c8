//! The plan of a study: every cell by identity, and the identities of what follows.
//!
//! data -> cells -> tables -> {claims, figures} -> report. A cell's key is the digest of what it
//! depends on; the key of everything after it holds the digests of the *bytes* it reads, so the
//! same bytes stop the wave.

use crate::declaration::{Declaration, Experiment, Points, Tier};
use crate::method::{Backend, Batch, Data, Method, Parameters, Placement, Study, Together};
use saigen_artifacts::Digest;
use saigen_artifacts::stem::{Point, SCHEMA, Stem};
use saigen_artifacts::store::Store;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An experiment as planned: what its cells share.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// What they share of their preimages.
    pub stem: Stem,
    /// The digest of it.
    pub digest: Digest,
    /// Where they lie.
    pub points: Points,
}

/// One cell to be run or found.
#[derive(Clone, Debug, PartialEq)]
pub struct CellStep {
    /// Its experiment.
    pub origin: Arc<Origin>,
    /// The number of its point.
    pub number: usize,
    /// The seed.
    pub seed: u64,
    /// The digest of what it depends on.
    pub key: Digest,
}

impl CellStep {
    /// The experiment.
    pub fn experiment(&self) -> &str {
        &self.origin.stem.experiment
    }

    /// Its place on the axes.
    pub fn point(&self) -> Point {
        self.origin.points.point(self.number)
    }

    /// All parameters of the method: the fixed ones and its place.
    pub fn parameters(&self) -> Parameters {
        let fixed = self.origin.stem.parameters.iter().map(|(name, value)| (name.clone(), value.clone()));
        Parameters(fixed.chain(self.point()).collect())
    }

    /// What the cell depends on.
    pub fn preimage(&self) -> Json {
        self.origin.stem.preimage(&self.point(), self.seed)
    }

    /// Study, experiment, place and seed, for people.
    pub fn name(&self) -> String {
        cell_name(&self.origin.stem.study, self.experiment(), &self.point(), self.seed)
    }

    /// What all cells that run together with it have in common, among those of its experiment.
    fn batch(&self, together: Together) -> (usize, Option<u64>) {
        match together {
            Together::Seeds => (self.number, None),
            Together::Axes(axes) => (self.origin.points.without(self.number, axes), Some(self.seed)),
        }
    }
}

/// The name of a cell.
pub fn cell_name(study: &str, experiment: &str, point: &Point, seed: u64) -> String {
    format!("{}/{seed}", place_name(study, experiment, point))
}

/// The name that all seeds of a cell share.
pub fn place_name(study: &str, experiment: &str, point: &Point) -> String {
    let place: Vec<_> = point.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{study}/{experiment}/{}", place.join(","))
}

/// All cells of a study at one tier on one backend.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The study.
    pub study: String,
    /// The tier.
    pub tier: Tier,
    /// The backend.
    pub backend: Backend,
    /// The experiments of this tier, in declared order.
    pub origins: Vec<Arc<Origin>>,
    /// The cells, in declared order of experiments, then by place and seed.
    pub cells: Vec<CellStep>,
}

impl Plan {
    /// Plans a study.
    pub fn new(declaration: &Declaration, study: &dyn Study, tier: Tier, backend: Backend) -> Self {
        let methods = methods(study);
        let (mut origins, mut cells) = (Vec::new(), Vec::new());
        for experiment in &declaration.experiments {
            let Some(points) = experiment.tiers.get(&tier) else { continue };
            // A declaration that was read names known methods only.
            let fingerprint = methods.get(experiment.method.as_str()).map(|method| study.fingerprint(*method)).unwrap_or_default();
            let stem = stem(&declaration.id, experiment, points, fingerprint, backend);
            let origin = Arc::new(Origin { digest: stem.digest(), stem, points: points.clone() });
            let keys = origin.stem.keys();
            for number in 0..points.count() {
                let seeds = keys.at(&points.point(number));
                cells.extend((0..points.seeds).map(|seed| CellStep { origin: Arc::clone(&origin), number, seed, key: seeds.key(seed) }));
            }
            origins.push(origin);
        }
        Self { study: declaration.id.clone(), tier, backend, origins, cells }
    }

    /// What the cells of each experiment share.
    pub fn stems(&self) -> BTreeMap<String, Stem> {
        self.origins.iter().map(|origin| (origin.stem.experiment.clone(), origin.stem.clone())).collect()
    }

    /// The cells that a store has no result of.
    pub fn due(&self, store: &Store) -> Vec<&CellStep> {
        self.cells.iter().filter(|cell| store.result(&cell.key).is_none()).collect()
    }

    /// The seconds on one core that each cell takes, as its method guesses.
    pub fn guesses(&self, study: &dyn Study) -> Vec<f64> {
        let methods = methods(study);
        let guess = |cell: &CellStep| methods.get(cell.origin.stem.method.as_str()).map_or(0.0, |method| method.cost(&cell.parameters()));
        self.cells.iter().map(guess).collect()
    }

    /// All cells as batches, dearest first: what other processes are asked for, by [`Work::key`].
    pub fn all_batches(&self, study: &dyn Study) -> Vec<Work<'_>> {
        self.batches(study, &self.cells.iter().collect::<Vec<_>>())
    }

    /// Some of the cells as batches, dearest first.
    pub fn batches<'a>(&'a self, study: &dyn Study, due: &[&'a CellStep]) -> Vec<Work<'a>> {
        let methods = methods(study);
        let mut work: Vec<Work<'a>> = Vec::new();
        for cells in due.chunk_by(|a, b| Arc::ptr_eq(&a.origin, &b.origin)) {
            let method = methods.get(cells[0].origin.stem.method.as_str());
            let together = method.map_or(Together::Seeds, |method| method.together());
            let mut batches: BTreeMap<_, Vec<&CellStep>> = BTreeMap::new();
            for cell in cells {
                batches.entry(cell.batch(together)).or_default().push(cell);
            }
            work.extend(batches.into_values().map(|cells| Work {
                together,
                backend: self.backend,
                cost: method.map_or(0.0, |method| method.cost(&cells[0].parameters())) * cells.len() as f64,
                cells,
            }));
        }
        work.sort_by(|a, b| b.cost.total_cmp(&a.cost));
        work
    }
}

fn methods(study: &dyn Study) -> BTreeMap<&str, &dyn Method> {
    study.methods().into_iter().map(|method| (method.name(), method)).collect()
}

fn stem(study: &str, experiment: &Experiment, points: &Points, fingerprint: BTreeMap<String, String>, backend: Backend) -> Stem {
    let (backend, float) = match experiment.placement {
        Placement::Host => ("host", "f64"),
        Placement::Device => (backend.name(), "f32"),
    };
    Stem {
        schema: SCHEMA,
        study: study.to_string(),
        experiment: experiment.id.clone(),
        method: experiment.method.clone(),
        fingerprint,
        parameters: points.fixed.clone(),
        data: points.data.clone(),
        outputs: experiment.outputs.clone(),
        backend: backend.to_string(),
        float: float.to_string(),
    }
}

/// Cells that run together.
#[derive(Clone, Debug)]
pub struct Work<'a> {
    /// The cells, in the order of their places and seeds; never empty.
    pub cells: Vec<&'a CellStep>,
    /// A guess of their cost.
    pub cost: f64,
    together: Together,
    backend: Backend,
}

impl Work<'_> {
    fn stem(&self) -> &Stem {
        &self.cells[0].origin.stem
    }

    /// The batch's identity: the digest of its cells' keys.
    pub fn key(&self) -> Digest {
        let keys: Vec<&[u8]> = self.cells.iter().map(|cell| &cell.key.bytes()[..]).collect();
        Digest::of_parts(&keys)
    }

    /// The study.
    pub fn study(&self) -> &str {
        &self.stem().study
    }

    /// Whether it computes on the backend, and not on the host whatever the backend.
    pub fn is_on(&self, backend: Backend) -> bool {
        self.stem().backend == backend.name()
    }

    /// What a worker gets.
    pub fn batch(&self) -> Batch {
        let stem = self.stem();
        let (seeds, settings) = match self.together {
            Together::Seeds => (self.cells.iter().map(|cell| cell.seed).collect(), Vec::new()),
            Together::Axes(_) => (vec![self.cells[0].seed], self.cells.iter().map(|cell| cell.parameters()).collect()),
        };
        Batch {
            study: stem.study.clone(),
            experiment: stem.experiment.clone(),
            method: stem.method.clone(),
            backend: self.backend,
            parameters: self.cells[0].parameters(),
            seeds,
            settings,
            data: Data::declared(stem.data.clone()),
        }
    }

    /// The outputs to keep.
    pub fn outputs(&self) -> Vec<String> {
        self.stem().outputs.keys().cloned().collect()
    }

    /// What people see: experiment, what the cells share of their places and seeds, how many they are.
    pub fn name(&self) -> String {
        let (first, together) = (self.cells[0], self.together);
        let mut point = first.point();
        if let (Together::Axes(axes), [_, _, ..]) = (together, self.cells.as_slice()) {
            point.retain(|name, _| !axes.contains(&name.as_str()));
        }
        let place = place_name(&self.stem().study, &self.stem().experiment, &point);
        match (self.cells.len(), together) {
            (1, _) => format!("{place}/{}", first.seed),
            (count, Together::Seeds) => format!("{place} x{count}"),
            (count, Together::Axes(_)) => format!("{place}/{} x{count}", first.seed),
        }
    }
}

/// The preimage of a step after the cells: a table, the claims, a figure, the report. `inputs`
/// holds the digests of the bytes it reads, `code` the fingerprint of what makes it.
pub fn derived(
    step: &str,
    name: &str,
    (tier, backend): (Tier, Backend),
    spec: &impl Serialize,
    inputs: &BTreeMap<String, Digest>,
    code: &str,
) -> Json {
    json!({
        "schema": SCHEMA, "step": step, "name": name, "tier": tier.name(), "backend": backend.name(),
        "spec": spec, "inputs": inputs, "code": code,
    })
}
