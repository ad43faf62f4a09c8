//! How long the rest of a run takes.

use saigen_engine::costs::Costs;
use saigen_engine::plan::Work;

/// What is left and what was done of a run, in seconds of one worker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Estimate {
    /// Batches of which something like them was measured before, in expected seconds.
    measured: Share,
    /// The others, in what their methods guess.
    guessed: Share,
    jobs: usize,
}

/// One kind of batches.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    left: f64,
    done: f64,
    /// What those that are done really took.
    took: f64,
}

impl Share {
    fn finish(&mut self, expected: f64, took: f64) {
        self.left = (self.left - expected).max(0.0);
        self.done += expected;
        self.took += took;
    }

    /// How many seconds an expected one is in this run, once a batch is done.
    fn rate(&self) -> Option<f64> {
        (self.done > 0.0).then(|| self.took / self.done)
    }
}

impl Estimate {
    pub(crate) fn new(work: &[Work<'_>], costs: &Costs, jobs: usize) -> Self {
        let mut estimate = Self { jobs: jobs.clamp(1, work.len().max(1)), ..Self::default() };
        for one in work {
            let (share, expected) = estimate.share(costs.expected(one), one.cost);
            share.left += expected;
        }
        estimate
    }

    fn share(&mut self, expected: Option<f64>, guess: f64) -> (&mut Share, f64) {
        match expected {
            Some(expected) => (&mut self.measured, expected),
            None => (&mut self.guessed, guess),
        }
    }

    /// A batch failed: it is not done, and not left either.
    pub(crate) fn fail(&mut self, expected: Option<f64>, guess: f64) {
        let (share, expected) = self.share(expected, guess);
        share.left = (share.left - expected).max(0.0);
    }

    /// A batch is done; `expected` as it was at the start.
    pub(crate) fn finish(&mut self, expected: Option<f64>, guess: f64, took: f64) {
        let (share, expected) = self.share(expected, guess);
        share.finish(expected, took);
    }

    /// The seconds until the end: measured costs at the rate of this run, guesses at the rate that
    /// they turned out to have. Nothing while there is only a guess to go by.
    pub(crate) fn left(&self) -> Option<f64> {
        let measured = self.measured.left * self.measured.rate().unwrap_or(1.0);
        let guessed = if self.guessed.left > 0.0 { self.guessed.left * self.guessed.rate()? } else { 0.0 };
        Some((measured + guessed) / self.jobs as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(measured: f64, guessed: f64, jobs: usize) -> Estimate {
        let share = |left| Share { left, ..Share::default() };
        Estimate { measured: share(measured), guessed: share(guessed), jobs }
    }

    #[test]
    fn what_was_measured_before_is_known_at_once() {
        assert_eq!(of(100.0, 0.0, 4).left(), Some(25.0));
        assert_eq!(of(0.0, 0.0, 4).left(), Some(0.0));
    }

    #[test]
    fn a_guess_says_nothing_before_a_batch_is_done() {
        let mut estimate = of(10.0, 10.0, 1);
        assert_eq!(estimate.left(), None);
        // Guessed at 2, it took 6: the guesses are short by three.
        estimate.finish(None, 2.0, 6.0);
        assert_eq!(estimate.left(), Some(10.0 + 24.0));
    }

    #[test]
    fn a_slower_machine_is_noticed() {
        let mut estimate = of(100.0, 0.0, 2);
        estimate.finish(Some(20.0), 0.0, 40.0);
        assert_eq!(estimate.left(), Some(80.0));
        estimate.finish(Some(80.0), 0.0, 160.0);
        assert_eq!(estimate.left(), Some(0.0));
    }
}
