//! The population of recorded cells in strata, and a sample of it that nobody could foresee.

use super::chance::{Share, allocate};
use saigen_artifacts::Digest;
use saigen_models::stream::Stream;
use std::collections::BTreeMap;

/// Where strata end, in seconds that a cell costs as its method states it, and what people call them.
const ENDS: [f64; 4] = [0.01, 0.1, 1.0, 10.0];
const COSTS: [&str; 5] = ["up to 10 ms", "10 to 100 ms", "0.1 to 1 s", "1 to 10 s", "10 s and more"];

/// A stratum: cells of a study that cost about the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) study: String,
    /// Which of the costs.
    class: usize,
}

impl Key {
    pub(crate) fn new(study: &str, seconds: f64) -> Self {
        Self { study: study.to_string(), class: ENDS.iter().filter(|end| seconds >= **end).count() }
    }

    /// What a cell of the stratum costs.
    pub(crate) fn costs(&self) -> &'static str {
        COSTS[self.class]
    }
}

/// All cells, by stratum, in the order of the record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Population<T>(BTreeMap<Key, Vec<T>>);

/// A random order of each stratum, of which the first ones are looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample<T> {
    /// The drawn cells of each stratum, in the order of drawing, and how many it has.
    pub(crate) strata: BTreeMap<Key, (usize, Vec<T>)>,
}

impl<T: Clone> Population<T> {
    /// One without cells.
    pub(crate) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(crate) fn add(&mut self, key: Key, cell: T) {
        self.0.entry(key).or_default().push(cell);
    }

    /// How many cells each stratum has.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.0.values().map(Vec::len).collect()
    }

    /// The cells of each stratum.
    pub(crate) fn strata(&self) -> impl Iterator<Item = &[T]> {
        self.0.values().map(Vec::as_slice)
    }

    /// Draws `count` cells, without replacement. The stream is keyed by the SHA-256 of the record's
    /// digest and the nonce, and each stratum has its own.
    pub(crate) fn draw(&self, record: &Digest, nonce: &str, count: usize) -> Sample<T> {
        let counts = allocate(&self.sizes(), count);
        let strata = self.0.iter().zip(counts).map(|((key, cells), count)| {
            let axes = [("nonce", nonce), ("study", key.study.as_str()), ("costs", key.costs())];
            let order = Stream::new(&record.to_string(), "audit", &axes).order(cells.len());
            (key.clone(), (cells.len(), order.into_iter().take(count).map(|at| cells[at].clone()).collect()))
        });
        Sample { strata: strata.collect() }
    }
}

impl<T> Sample<T> {
    /// The drawn cells, stratum by stratum, in the order of drawing.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = &T> {
        self.strata.values().flat_map(|(_, drawn)| drawn)
    }

    /// How many cells were drawn.
    pub(crate) fn count(&self) -> usize {
        self.drawn().count()
    }

    /// What was looked at of each stratum: its first cells in the order of drawing, up to one that
    /// was not looked at. What came after that one was not left to chance, but to time.
    pub(crate) fn shares(&self, looked_at: impl Fn(&T) -> bool) -> Vec<Share> {
        let share =
            |(cells, drawn): &(usize, Vec<T>)| Share { cells: *cells, drawn: drawn.iter().take_while(|cell| looked_at(cell)).count() };
        self.strata.values().map(share).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn population() -> Population<usize> {
        let mut population = Population::new();
        (0..100).for_each(|cell| population.add(Key::new(if cell % 4 == 0 { "a" } else { "b" }, 0.02), cell));
        population
    }

    #[test]
    fn the_sample_follows_from_record_and_nonce_alone() {
        let (record, other) = (Digest::of(b"record"), Digest::of(b"another"));
        let draw = |record, nonce| population().draw(record, nonce, 20);
        assert_eq!(draw(&record, "nonce"), draw(&record, "nonce"));
        assert_ne!(draw(&record, "nonce"), draw(&record, "another"));
        assert_ne!(draw(&record, "nonce"), draw(&other, "nonce"));
        // A larger sample goes on from the smaller one.
        let (small, large) = (draw(&record, "nonce"), population().draw(&record, "nonce", 40));
        for ((_, small), (_, large)) in small.strata.values().zip(large.strata.values()) {
            assert!(large.starts_with(small));
        }
    }

    #[test]
    fn every_cell_is_drawn_as_often_as_any_other() {
        let record = Digest::of(b"record");
        let mut times = [0u32; 100];
        for nonce in 0..2000 {
            let sample = population().draw(&record, &nonce.to_string(), 20);
            assert_eq!(sample.count(), 20);
            sample.drawn().for_each(|cell| times[*cell] += 1);
        }
        // 400 of 2,000 expected, standard deviation 18.
        assert!(times.iter().all(|times| (310..=490).contains(times)), "{times:?}");
    }

    #[test]
    fn what_comes_after_a_gap_does_not_count() {
        let sample = Sample { strata: BTreeMap::from([(Key::new("a", 1.0), (9, vec![5, 3, 8, 1]))]) };
        assert_eq!(sample.shares(|cell| *cell != 8), [Share { cells: 9, drawn: 2 }]);
        assert_eq!(sample.shares(|_| true), [Share { cells: 9, drawn: 4 }]);
    }

    #[test]
    fn costs_are_told_apart_by_factors_of_ten() {
        let classes = [0.0, 0.004, 0.02, 0.5, 3.0, 800.0].map(|seconds| Key::new("a", seconds).class);
        assert_eq!(classes, [0, 0, 1, 2, 3, 4]);
    }
}
