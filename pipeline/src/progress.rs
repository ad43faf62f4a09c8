//! Progress: a bar on a terminal, a line for each finished batch elsewhere.

use crate::say::{self, count, duration};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use saigen_engine::executor::Event;
use saigen_engine::plan::Work;
use std::io::IsTerminal as _;

/// Shows what the executor does.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    total: usize,
    done: usize,
}

impl Progress {
    /// For some batches.
    pub(crate) fn new(work: &[Work<'_>]) -> Self {
        let cost: f64 = work.iter().map(|work| work.cost).sum();
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(units(cost)), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {elapsed_precise}  {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, total: work.iter().map(|work| work.cells.len()).sum(), done: 0 }
    }

    /// Shows an event; `why` tells why a batch was due.
    pub(crate) fn show(&mut self, event: &Event<'_>, why: impl Fn(&Work<'_>) -> String) {
        match event {
            Event::Started(work) => {
                if let Some(bar) = &self.bar {
                    bar.set_message(work.name());
                }
            }
            Event::Finished(work, elapsed) => {
                self.done += work.cells.len();
                match &self.bar {
                    Some(bar) => bar.inc(units(work.cost)),
                    None => {
                        say::note(format!("done {}/{}  {}  {}  ({})", self.done, self.total, work.name(), duration(*elapsed), why(work)))
                    }
                }
            }
            Event::Failed(work, cause) => {
                let text = format!("failed  {}: {cause}", work.name());
                match &self.bar {
                    Some(bar) => bar.suspend(|| say::note(text)),
                    None => say::note(text),
                }
            }
        }
    }

    /// Ends the bar.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
            say::note(format!("{} run", count(self.done, "cell")));
        }
    }
}

/// Costs are guesses in seconds; the bar counts in thousandths.
fn units(cost: f64) -> u64 {
    (cost * 1000.0).max(1.0) as u64
}
