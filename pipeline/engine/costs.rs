//! What cells cost, as this machine measured it. Costs order and announce work; no result sees them.

use crate::method::{Method, Parameter, Parameters};
use crate::plan::Work;
use saigen_artifacts::stem::{Point, Stem};
use std::collections::BTreeMap;

/// What the cells of each experiment took, beside what their method guessed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Costs(BTreeMap<String, Sums>);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    guessed: f64,
    seconds: f64,
}

impl Costs {
    /// Takes note of what a cell took, unless it is of parameters that its method takes no more.
    pub fn take(&mut self, method: &dyn Method, stem: &Stem, point: &Point, milliseconds: u64) {
        let parameters = stem.parameters.iter().chain(point).map(|(name, value)| (name.clone(), value.clone()));
        let parameters = Parameters(parameters.collect());
        let known = |(name, parameter): (&&str, &Parameter)| parameters.0.get(*name).is_some_and(|value| parameter.check(value).is_ok());
        if method.parameters().iter().all(known) {
            // Whole milliseconds were kept: what was cut off is half of one on average.
            self.add(&stem.experiment, method.cost(&parameters), (milliseconds as f64 + 0.5) / 1000.0);
        }
    }

    fn add(&mut self, experiment: &str, guessed: f64, seconds: f64) {
        let sums = self.0.entry(experiment.to_string()).or_default();
        sums.guessed += guessed;
        sums.seconds += seconds;
    }

    /// The seconds that some work takes one worker: its guess, by as much as the guesses of its
    /// experiment were wrong. Nothing where none of that was measured.
    pub fn expected(&self, work: &Work<'_>) -> Option<f64> {
        self.scaled(work.cells.first()?.experiment(), work.cost)
    }

    /// A guess of something of an experiment, by as much as its guesses were wrong. Nothing where none of
    /// it was measured.
    pub fn scaled(&self, experiment: &str, guessed: f64) -> Option<f64> {
        let Sums { guessed: all, seconds } = *self.0.get(experiment)?;
        (all > 0.0).then(|| guessed * seconds / all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_scaled_by_what_was_measured_of_the_same_experiment() {
        let mut costs = Costs::default();
        costs.add("kernel", 1.0, 3.0);
        costs.add("kernel", 3.0, 5.0);
        assert_eq!(costs.scaled("kernel", 0.5), Some(1.0));
        assert_eq!(costs.scaled("network", 1.0), None);
    }
}
