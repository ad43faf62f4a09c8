//! Steps after the cells, remembered by what they read.

use saigen_artifacts::digest_of;
use saigen_artifacts::provenance::Machine;
use saigen_artifacts::store::Store;
use saigen_engine::stopwatch::Stopwatch;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

/// The outputs of a step, by name.
pub(crate) type Outputs = BTreeMap<String, Vec<u8>>;

/// Makes a step's outputs, or remembers them.
pub(crate) trait Memo {
    /// The outputs of the step with this preimage.
    fn step(&mut self, preimage: Json, make: &mut dyn FnMut() -> anyhow::Result<Outputs>) -> anyhow::Result<Outputs>;
}

/// Makes everything.
pub(crate) struct Afresh;

impl Memo for Afresh {
    fn step(&mut self, _: Json, make: &mut dyn FnMut() -> anyhow::Result<Outputs>) -> anyhow::Result<Outputs> {
        make()
    }
}

/// Remembers in a store.
pub(crate) struct Stored<'a> {
    store: &'a mut Store,
    machine: Machine,
    /// How many steps were made, not remembered.
    pub(crate) made: usize,
}

impl<'a> Stored<'a> {
    /// Over a store that is open for work.
    pub(crate) fn new(store: &'a mut Store) -> Self {
        Self { store, machine: Machine::look(), made: 0 }
    }

    /// Keeps the outputs of a step that was just made, in so much time.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn keep(&mut self, preimage: Json, outputs: &Outputs, took: Duration) -> anyhow::Result<()> {
        let named: Vec<(&str, &[u8])> = outputs.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        self.store.put_step(preimage, &named, self.machine.stamp(took))?;
        self.made += 1;
        Ok(())
    }
}

impl Memo for Stored<'_> {
    fn step(&mut self, preimage: Json, make: &mut dyn FnMut() -> anyhow::Result<Outputs>) -> anyhow::Result<Outputs> {
        if let Some(step) = self.store.step(&digest_of(&preimage)) {
            let read = step.outputs.iter().map(|(name, digest)| Ok((name.clone(), self.store.object(digest)?)));
            // A damaged object of a cheap step is made again; cells are not cheap and say so.
            if let Ok(outputs) = read.collect::<saigen_artifacts::Result<Outputs>>() {
                return Ok(outputs);
            }
        }
        let watch = Stopwatch::start();
        let outputs = make()?;
        self.keep(preimage, &outputs, watch.elapsed())?;
        Ok(outputs)
    }
}
