//! The plan of a study: every cell by name and identity, and the identities of what follows.
//!
//! data -> cells -> tables -> {claims, figures} -> report. A cell's key is the digest of what it
//! depends on; the key of everything after it holds the digests of the *bytes* it reads, so the
//! same bytes stop the wave.

use crate::declaration::{Declaration, Tier};
use crate::method::{Backend, Batch, Method, Parameters, Placement, Study};
use saigen_artifacts::store::Store;
use saigen_artifacts::{Digest, Scalar, digest_of};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The version of the preimages' form.
const SCHEMA: u32 = 1;

/// One cell to be run or found.
#[derive(Clone, Debug, PartialEq)]
pub struct CellStep {
    /// Study, experiment, place and seed, for people.
    pub name: String,
    /// The experiment.
    pub experiment: String,
    /// Its place on the axes.
    pub point: BTreeMap<String, Scalar>,
    /// All parameters of the method.
    pub parameters: Parameters,
    /// The seed.
    pub seed: u64,
    /// What the cell depends on.
    pub preimage: Json,
    /// The digest of the preimage.
    pub key: Digest,
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
    /// The cells, in declared order of experiments, then by place and seed.
    pub cells: Vec<CellStep>,
}

impl Plan {
    /// Plans a study.
    pub fn new(declaration: &Declaration, study: &dyn Study, tier: Tier, backend: Backend) -> Self {
        let fingerprint = study.fingerprint();
        let mut cells = Vec::new();
        for experiment in &declaration.experiments {
            let Some(points) = experiment.tiers.get(&tier) else { continue };
            let (place, float) = match experiment.placement {
                Placement::Host => ("host", "f64"),
                Placement::Device => (backend.name(), "f32"),
            };
            for point in points.all() {
                let parameters = points.parameters(&point);
                for seed in 0..points.seeds {
                    let preimage = json!({
                        "schema": SCHEMA, "step": "cell", "study": declaration.id, "experiment": experiment.id,
                        "method": experiment.method, "fingerprint": fingerprint, "parameters": parameters,
                        "outputs": experiment.outputs, "seed": seed, "backend": place, "float": float,
                    });
                    let place: Vec<_> = point.iter().map(|(name, value)| format!("{name}={value}")).collect();
                    cells.push(CellStep {
                        name: format!("{}/{}/{}/{seed}", declaration.id, experiment.id, place.join(",")),
                        experiment: experiment.id.clone(),
                        point: point.clone(),
                        parameters: parameters.clone(),
                        seed,
                        key: digest_of(&preimage),
                        preimage,
                    });
                }
            }
        }
        Self { study: declaration.id.clone(), tier, backend, cells }
    }

    /// Names and keys of all cells.
    pub fn names(&self) -> BTreeMap<String, Digest> {
        self.cells.iter().map(|cell| (cell.name.clone(), cell.key)).collect()
    }

    /// The cells that a store has no result of.
    pub fn due(&self, store: &Store) -> Vec<&CellStep> {
        self.cells.iter().filter(|cell| store.get(&cell.key).is_none()).collect()
    }

    /// Some of the cells as batches, dearest first.
    pub fn batches<'a>(&'a self, declaration: &Declaration, study: &dyn Study, due: &[&'a CellStep]) -> Vec<Work<'a>> {
        let methods: BTreeMap<&str, &dyn Method> = study.methods().into_iter().map(|method| (method.name(), method)).collect();
        let mut work: Vec<Work<'a>> = Vec::new();
        for cells in due.chunk_by(|a, b| a.experiment == b.experiment && a.parameters == b.parameters) {
            let Some(experiment) = declaration.experiment(&cells[0].experiment) else { continue };
            let cost = methods.get(experiment.method.as_str()).map_or(0.0, |method| method.cost(&cells[0].parameters));
            work.push(Work {
                batch: Batch {
                    study: self.study.clone(),
                    experiment: experiment.id.clone(),
                    method: experiment.method.clone(),
                    backend: self.backend,
                    parameters: cells[0].parameters.clone(),
                    seeds: cells.iter().map(|cell| cell.seed).collect(),
                },
                outputs: experiment.outputs.keys().cloned().collect(),
                cost: cost * cells.len() as f64,
                cells: cells.to_vec(),
            });
        }
        work.sort_by(|a, b| b.cost.total_cmp(&a.cost));
        work
    }
}

/// A batch with the cells it is for.
#[derive(Clone, Debug)]
pub struct Work<'a> {
    /// What the worker gets.
    pub batch: Batch,
    /// The outputs to keep.
    pub outputs: Vec<String>,
    /// A guess of its cost.
    pub cost: f64,
    /// The cells, in the order of the batch's seeds.
    pub cells: Vec<&'a CellStep>,
}

impl Work<'_> {
    /// What people see: experiment, place and seeds.
    pub fn name(&self) -> String {
        let cell = self.cells[0];
        let stem = cell.name.rsplit_once('/').map_or(cell.name.as_str(), |(stem, _)| stem);
        match self.batch.seeds.as_slice() {
            [one] => format!("{stem}/{one}"),
            seeds => format!("{stem} x{}", seeds.len()),
        }
    }
}

/// The preimage of a step after the cells: a table, the claims, a figure, the report. `inputs`
/// holds the digests of the bytes it reads, `code` the fingerprint of what makes it.
pub fn derived(step: &str, name: &str, spec: &impl Serialize, inputs: &BTreeMap<String, Digest>, code: &str) -> Json {
    json!({"schema": SCHEMA, "step": step, "name": name, "spec": spec, "inputs": inputs, "code": code})
}
