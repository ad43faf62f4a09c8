//! The executor: batches over worker processes, results into the store.
//!
//! One thread a job feeds one worker; the calling thread alone writes. A failed batch does not undo
//! others; an interrupt ends the workers and keeps what is stored.

use crate::plan::Work;
use crate::stopwatch::Stopwatch;
use crate::worker::{CellOutcome, Request, Response, Worker, kill};
use saigen_artifacts::ArtifactError;
use saigen_artifacts::provenance::Machine;
use saigen_artifacts::store::Store;
use std::collections::{BTreeMap, VecDeque};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often finished cells are flushed to the disk.
const SETTLE: Duration = Duration::from_millis(500);

/// Batches are taken together until their guessed costs, in seconds, reach this, and at most so many.
const CHEAP: f64 = 0.02;
const TOGETHER: usize = 64;

/// Results that wait to be stored, at most: workers that are faster than the disk wait, too.
const WAITING: usize = 1024;

/// How batches are run.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many workers.
    pub jobs: usize,
    /// Whether to go on after a failure.
    pub keep_going: bool,
    /// The command line of a worker.
    pub worker: Vec<String>,
}

/// What happened, as it happens.
#[derive(Debug)]
pub enum Event<'a> {
    /// A worker has taken the batch.
    Started(&'a Work<'a>),
    /// All of its cells are stored.
    Finished(&'a Work<'a>, Duration),
    /// Some of its cells failed, with the first cause.
    Failed(&'a Work<'a>, String),
}

/// How it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Cells stored.
    pub stored: usize,
    /// Cells that failed, by name, with the cause.
    pub failed: BTreeMap<String, String>,
    /// Whether an interrupt ended it.
    pub interrupted: bool,
}

enum Message {
    Started(usize),
    Ended(usize, Duration, Result<Response, String>),
}

/// The state that the worker threads share.
struct Shared<'a> {
    queue: Mutex<VecDeque<usize>>,
    children: Mutex<Vec<Arc<Mutex<Child>>>>,
    stop: AtomicBool,
    work: &'a [Work<'a>],
    jobs: usize,
    command: &'a [String],
}

/// Runs the batches in their order.
///
/// # Errors
/// The store refuses; the workers are ended first.
pub fn execute(
    work: &[Work<'_>],
    options: &Options,
    store: &mut Store,
    interrupt: &AtomicBool,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome, ArtifactError> {
    let shared = Shared {
        queue: Mutex::new((0..work.len()).collect()),
        children: Mutex::default(),
        stop: AtomicBool::new(false),
        work,
        jobs: options.jobs.clamp(1, work.len().max(1)),
        command: &options.worker,
    };
    let machine = Machine::look();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        for _ in 0..shared.jobs {
            let (sender, shared) = (sender.clone(), &shared);
            scope.spawn(move || feed(shared, &sender));
        }
        drop(sender);
        let mut outcome = Outcome::default();
        let mut settled = Stopwatch::start();
        loop {
            // What a loss of power may cost is bounded; a kill costs nothing that was written.
            if settled.elapsed() > SETTLE {
                store.settle().inspect_err(|_| shared.end())?;
                settled = Stopwatch::start();
            }
            if interrupt.load(Ordering::SeqCst) {
                outcome.interrupted = true;
                shared.end();
                return Ok(outcome);
            }
            match receiver.recv_timeout(Duration::from_millis(50)) {
                Ok(Message::Started(index)) => on_event(Event::Started(&work[index])),
                Ok(Message::Ended(index, elapsed, result)) => {
                    // An interrupt kills the workers too: what they leave undone did not fail.
                    if interrupt.load(Ordering::SeqCst) {
                        continue;
                    }
                    let kept = keep(&work[index], elapsed, result, store, &machine, &mut outcome);
                    match kept {
                        Ok(None) => on_event(Event::Finished(&work[index], elapsed)),
                        Ok(Some(cause)) => {
                            on_event(Event::Failed(&work[index], cause));
                            if !options.keep_going {
                                shared.stop.store(true, Ordering::SeqCst);
                            }
                        }
                        Err(error) => {
                            shared.end();
                            return Err(error);
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(outcome),
            }
        }
    })
}

/// One thread: takes batches until there are none, through one worker after the other.
fn feed(shared: &Shared<'_>, sender: &SyncSender<Message>) {
    let mut worker: Option<Worker> = None;
    // The receiver lives until all senders are gone, or the run is over.
    let tell = |message| {
        let _ = sender.send(message);
    };
    while let Some(mut taken) = shared.next() {
        while let Some(first) = taken.first().copied().filter(|_| !shared.stopped()) {
            let mut ready = match worker.take().map_or_else(|| shared.start(), Ok) {
                Ok(ready) => ready,
                Err(error) => {
                    tell(Message::Ended(first, Duration::ZERO, Err(format!("a worker cannot be started: {error}"))));
                    taken.remove(0);
                    continue;
                }
            };
            ready.send(taken.iter().map(|index| Request { batch: shared.work[*index].batch(), outputs: shared.work[*index].outputs() }));
            let mut answered = 0;
            let lives = taken.iter().all(|index| {
                tell(Message::Started(*index));
                let watch = Stopwatch::start();
                let answer = ready.receive();
                let lives = answer.is_ok();
                tell(Message::Ended(*index, watch.elapsed(), answer));
                answered += 1;
                lives
            });
            // A death costs the batch that was in hand; those behind it go to the next worker.
            taken.drain(..answered);
            if lives {
                worker = Some(ready);
            }
        }
    }
    if let Some(worker) = worker {
        worker.end();
    }
}

impl Shared<'_> {
    /// The next batch; where it is cheap, some that follow it too, so that a thousand small batches
    /// do not cost a thousand turns.
    fn next(&self) -> Option<Vec<usize>> {
        if self.stopped() {
            return None;
        }
        let mut queue = lock(&self.queue);
        let mut taken = vec![queue.pop_front()?];
        let mut cost = self.work[taken[0]].cost;
        // A fair share of what is left, so that no job waits for another at the end.
        let most = (queue.len() / (2 * self.jobs)).min(TOGETHER);
        while taken.len() <= most && cost < CHEAP {
            let Some(index) = queue.pop_front() else { break };
            cost += self.work[index].cost;
            taken.push(index);
        }
        Some(taken)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn start(&self) -> std::io::Result<Worker> {
        let worker = Worker::start(self.command)?;
        let mut children = lock(&self.children);
        children.push(worker.handle());
        drop(children);
        // `end` may have run in between.
        if self.stopped() {
            self.end();
        }
        Ok(worker)
    }

    /// Takes no more batches and ends all workers.
    fn end(&self) {
        self.stop.store(true, Ordering::SeqCst);
        for child in lock(&self.children).iter() {
            kill(child);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stores what came of a batch. Gives the first cause where a cell failed.
fn keep(
    work: &Work<'_>,
    elapsed: Duration,
    result: Result<Response, String>,
    store: &mut Store,
    machine: &Machine,
    outcome: &mut Outcome,
) -> Result<Option<String>, ArtifactError> {
    let cells = match result {
        Ok(Response::Cells(cells)) => cells,
        Ok(Response::Failed(cause)) | Err(cause) => work.cells.iter().map(|_| CellOutcome::Failed(cause.clone())).collect(),
    };
    let share = elapsed / work.cells.len().max(1) as u32;
    let mut first = None;
    for (step, cell) in work.cells.iter().zip(cells) {
        match cell {
            CellOutcome::Record(record) => {
                let origin = &step.origin;
                let record = saigen_artifacts::canonical(&record);
                store.put_cell((&origin.digest, &origin.stem), step.point(), step.seed, step.key, record, machine.stamp(share))?;
                outcome.stored += 1;
            }
            CellOutcome::Failed(cause) => {
                store.fail(step.key, step.name(), cause.clone())?;
                outcome.failed.insert(step.name(), cause.clone());
                first.get_or_insert(cause);
            }
        }
    }
    Ok(first)
}
