//! Progress: a bar on a terminal, a line for each finished batch elsewhere.

use crate::estimate::Estimate;
use crate::say::{self, count, duration};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use saigen_engine::costs::Costs;
use saigen_engine::executor::Event;
use saigen_engine::plan::Work;
use std::fmt::Write;
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Shows what the executor does.
pub(crate) struct Progress<'a> {
    bar: Option<ProgressBar>,
    costs: &'a Costs,
    estimate: Estimate,
    /// Milliseconds after its start at which the run is expected to end; 0 while that is unknown.
    end: Arc<AtomicU64>,
    total: usize,
    done: usize,
}

impl<'a> Progress<'a> {
    /// For some batches.
    pub(crate) fn new(work: &[Work<'_>], costs: &'a Costs, jobs: usize) -> Self {
        let end = Arc::new(AtomicU64::new(0));
        let total = work.iter().map(|work| work.cells.len()).sum();
        let bar = std::io::stderr().is_terminal().then(|| bar(total as u64, &end));
        let progress = Self { bar, costs, estimate: Estimate::new(work, costs, jobs), end, total, done: 0 };
        progress.announce();
        progress
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
                self.estimate.finish(self.costs.expected(work), work.cost, elapsed.as_secs_f64());
                self.announce();
                match &self.bar {
                    Some(bar) => bar.inc(work.cells.len() as u64),
                    None => {
                        say::note(format!("done {}/{}  {}  {}  ({})", self.done, self.total, work.name(), duration(*elapsed), why(work)))
                    }
                }
            }
            Event::Failed(work, cause) => {
                self.estimate.fail(self.costs.expected(work), work.cost);
                self.announce();
                let text = format!("failed  {}: {cause}", work.name());
                match &self.bar {
                    Some(bar) => bar.suspend(|| say::note(text)),
                    None => say::note(text),
                }
            }
        }
    }

    /// Tells the bar when the end is expected.
    fn announce(&self) {
        if let (Some(bar), Some(left)) = (&self.bar, self.estimate.left()) {
            let end = bar.elapsed() + Duration::try_from_secs_f64(left).unwrap_or_default();
            self.end.store(end.as_millis().max(1) as u64, Ordering::Relaxed);
        }
    }

    /// Ends the bar.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            let elapsed = duration(bar.elapsed());
            bar.finish_and_clear();
            say::note(format!("{} run in {elapsed}", count(self.done, "cell")));
        }
    }
}

/// A bar that counts cells, with their rate and the time that is left.
fn bar(cells: u64, end: &Arc<AtomicU64>) -> ProgressBar {
    let end = Arc::clone(end);
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        let seconds = state.elapsed().as_secs_f64();
        let _ = write!(out, "{:.1} cells/s", if seconds > 0.0 { state.pos() as f64 / seconds } else { 0.0 });
    };
    let left = move |state: &ProgressState, out: &mut dyn Write| {
        let _ = match end.load(Ordering::Relaxed) {
            0 => write!(out, "? left"),
            end => write!(out, "{} left", duration(Duration::from_millis(end).saturating_sub(state.elapsed()))),
        };
    };
    let style = ProgressStyle::with_template("{bar:16} {pos}/{len}  {rate}  {left}  {wide_msg}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("rate", rate).with_key("left", left);
    let bar = ProgressBar::with_draw_target(Some(cells), ProgressDrawTarget::stderr()).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}
