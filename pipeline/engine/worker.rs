//! Worker processes: the same program, long-lived, one a job, speaking one JSON line a batch.
//!
//! A crash or an out-of-memory kill costs one batch, and results cannot depend on the coordinator.

use crate::method::{Batch, Study};
use crate::plan::Work;
use crate::stopwatch::Stopwatch;
use saigen_artifacts::{DIVERGED, Record};
use saigen_datasets::sets::DataSets;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What the coordinator asks for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) batch: Batch,
    pub(crate) outputs: Vec<String>,
}

/// What a worker answers: one outcome for each seed, or why there is none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Response {
    Cells(Vec<CellOutcome>),
    Failed(String),
}

/// What became of one cell.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CellOutcome {
    Record(Record),
    Failed(String),
}

/// How long answers are held back while requests wait: cheap ones travel together.
const HELD: Duration = Duration::from_millis(50);

/// Answers requests, one a line, until there are no more. Data sets come from `sets`.
///
/// # Errors
/// The pipe breaks.
pub fn serve(studies: &[&dyn Study], sets: &DataSets, lines: &Receiver<String>, output: impl Write) -> io::Result<()> {
    let mut output = BufWriter::new(output);
    let mut held = Stopwatch::start();
    loop {
        let waiting = lines.try_recv();
        if waiting.is_err() || held.elapsed() > HELD {
            output.flush()?;
            held = Stopwatch::start();
        }
        let Ok(line) = waiting.or_else(|_| lines.recv()) else { return Ok(()) };
        let response = match serde_json::from_str::<Request>(&line) {
            Ok(request) => answer(studies, sets, request),
            Err(error) => Response::Failed(format!("the request cannot be read: {error}")),
        };
        serde_json::to_writer(&mut output, &response)?;
        output.write_all(b"\n")?;
    }
}

/// Runs a batch in this process. Gives the record of each of its cells, in their order, and how long each
/// of them took, all being equal.
///
/// # Errors
/// Why a cell has none, by the cells' names.
pub fn run(studies: &[&dyn Study], sets: &DataSets, work: &Work<'_>) -> Result<(Vec<Record>, Duration), BTreeMap<String, String>> {
    let start = Stopwatch::start();
    let answer = answer(studies, sets, Request { batch: work.batch(), outputs: work.outputs() });
    let share = start.elapsed() / work.cells.len() as u32;
    let names = work.cells.iter().map(|cell| cell.name());
    let outcomes = match answer {
        Response::Failed(cause) => return Err(names.map(|name| (name, cause.clone())).collect()),
        Response::Cells(outcomes) => outcomes,
    };
    let (mut records, mut failed) = (Vec::new(), BTreeMap::new());
    for (name, outcome) in names.zip(outcomes) {
        match outcome {
            CellOutcome::Record(record) => records.push(record),
            CellOutcome::Failed(cause) => drop(failed.insert(name, cause)),
        }
    }
    if failed.is_empty() { Ok((records, share)) } else { Err(failed) }
}

fn answer(studies: &[&dyn Study], sets: &DataSets, Request { mut batch, outputs }: Request) -> Response {
    let Some(study) = studies.iter().find(|study| study.id() == batch.study) else {
        return Response::Failed(format!("there is no study '{}'", batch.study));
    };
    let Some(method) = study.methods().into_iter().find(|method| method.name() == batch.method) else {
        return Response::Failed(format!("study '{}' has no method '{}'", batch.study, batch.method));
    };
    if let Err(message) = batch.data.take(sets) {
        return Response::Failed(message);
    }
    let run = catch_unwind(AssertUnwindSafe(|| method.run(&batch)));
    let records = match run {
        Ok(Ok(records)) if records.len() == batch.len() => records,
        Ok(Ok(records)) => return Response::Failed(format!("{} records came for {} cells", records.len(), batch.len())),
        Ok(Err(message)) => return Response::Failed(message),
        Err(panic) => return Response::Failed(format!("it panicked: {}", panic_message(panic.as_ref()))),
    };
    let kinds = method.outputs().into_iter().map(|(name, kind)| (name.to_string(), kind)).collect();
    let outcome = |(at, mut record): (usize, Record)| {
        let seed = batch.seeds.get(at).unwrap_or(&batch.seeds[0]);
        // Checked whole, so that a number that is not finite is seen even where it is not kept.
        match record.check(&batch.experiment, &format!("with seed {seed}"), &kinds) {
            Err(error) => CellOutcome::Failed(error.to_string()),
            Ok(()) => {
                record.0.retain(|name, _| outputs.contains(name) || name == DIVERGED);
                CellOutcome::Record(record)
            }
        }
    };
    Response::Cells(records.into_iter().enumerate().map(outcome).collect())
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_string())
}

/// A worker process as the coordinator sees it.
pub(crate) struct Worker {
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    pub(crate) fn start(command: &[String]) -> io::Result<Self> {
        let child = Command::new(&command[0]).args(&command[1..]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| io::Error::new(error.kind(), format!("'{}': {error}", command.join(" "))))?;
        let missing = || io::Error::other("a worker has no pipe");
        let (input, output) = (child.stdin.take().ok_or_else(missing)?, child.stdout.take().ok_or_else(missing)?);
        Ok(Self { child: Arc::new(Mutex::new(child)), input, output: BufReader::new(output) })
    }

    /// What ends the worker from another thread.
    pub(crate) fn handle(&self) -> Arc<Mutex<Child>> {
        Arc::clone(&self.child)
    }

    /// Sends batches, which a worker takes in at once, whatever it is busy with. Whether it lives is
    /// seen by its answers.
    pub(crate) fn send(&mut self, requests: impl Iterator<Item = Request>) {
        let mut lines = Vec::new();
        for request in requests {
            // A request holds strings, finite numbers and maps with string keys.
            serde_json::to_writer(&mut lines, &request).expect("a request has a JSON form");
            lines.push(b'\n');
        }
        let _ = self.input.write_all(&lines);
    }

    /// Waits for the answer to the first batch that has none yet.
    pub(crate) fn receive(&mut self) -> Result<Response, String> {
        let mut answer = String::new();
        match self.output.read_line(&mut answer) {
            Ok(length) if length > 0 => {
                serde_json::from_str(&answer).map_err(|error| format!("the worker's answer cannot be read: {error}"))
            }
            _ => Err(format!("the worker died: {}", self.obituary())),
        }
    }

    /// Lets the worker end, which it does when nothing more can come.
    pub(crate) fn end(self) {
        let Self { child, input, .. } = self;
        drop(input);
        let _ = child.lock().unwrap_or_else(PoisonError::into_inner).wait();
    }

    fn obituary(&self) -> String {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
    }
}

/// Ends a worker process.
pub(crate) fn kill(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // It may have ended by itself, which is as good.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::method::{Backend, Data, Fingerprint, Method, Parameter, Parameters, Placement};
    use saigen_artifacts::{Kind, Value};
    use std::path::Path;

    /// A study whose only method gives, by seed: a number, no number, infinity in a series, a
    /// divergence, one value too few, a panic.
    struct Odd;

    impl Study for Odd {
        fn id(&self) -> &'static str {
            "odd"
        }

        fn fingerprint(&self, _: &dyn Method) -> Fingerprint {
            Fingerprint::new()
        }

        fn methods(&self) -> Vec<&dyn Method> {
            vec![self]
        }
    }

    impl Method for Odd {
        fn name(&self) -> &'static str {
            "odd"
        }

        fn module(&self) -> &'static str {
            module_path!()
        }

        fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
            BTreeMap::new()
        }

        fn outputs(&self) -> BTreeMap<&'static str, Kind> {
            [("risk", Kind::Float), ("fit", Kind::Series)].into()
        }

        fn placement(&self) -> Placement {
            Placement::Host
        }

        fn cost(&self, _: &Parameters) -> f64 {
            1.0
        }

        fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
            let record = |risk: f64, fit: &[f64]| {
                let values = [("risk", Value::Float(risk)), ("fit", Value::Series(fit.to_vec()))];
                Record(values.map(|(name, value)| (name.to_string(), value)).into())
            };
            let of = |seed: &u64| match seed {
                0 => record(1.0, &[2.0]),
                1 => record(f64::NAN, &[2.0]),
                2 => record(1.0, &[2.0, f64::INFINITY]),
                3 => Record::diverged("the loss left the finite numbers at step 7"),
                4 => Record([("risk".to_string(), Value::Float(1.0))].into()),
                seed => panic!("seed {seed} is odd"),
            };
            Ok(batch.seeds.iter().map(of).collect())
        }
    }

    fn batch(seeds: &[u64]) -> Batch {
        Batch {
            study: "odd".to_string(),
            experiment: "odd".to_string(),
            method: "odd".to_string(),
            backend: Backend::Flex,
            parameters: Parameters::default(),
            seeds: seeds.to_vec(),
            settings: Vec::new(),
            data: Data::default(),
        }
    }

    fn ask(seeds: &[u64]) -> Response {
        let request = Request { batch: batch(seeds), outputs: vec!["risk".to_string()] };
        answer(&[&Odd], &DataSets::new(Path::new("nowhere"), None), request)
    }

    #[test]
    fn a_worker_has_the_declared_data_sets_as_they_were_planned() {
        let sets = DataSets::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets"), None);
        let take = |name: &str, digest: &str| {
            let mut batch = batch(&[0]);
            batch.data = Data::declared([(name.to_string(), digest.to_string())].into());
            batch.data.take(&sets).map(|()| batch)
        };
        let batch = take("toy", &sets.open("toy").unwrap().digest()).unwrap();
        assert!(batch.data_set("toy").unwrap().read("pairmeta.txt").is_ok());
        let undeclared = "experiment 'odd' does not declare the data set 'other': write it into `data`";
        assert_eq!(batch.data_set("other").unwrap_err(), undeclared);
        assert_eq!(take("toy", "0").unwrap_err(), "the catalog's entry 'toy' changed while it was run");
        assert_eq!(take("other", "0").unwrap_err(), "the catalog has no data set 'other'");
    }

    #[test]
    fn a_number_that_is_not_finite_fails_its_own_cell_and_a_divergence_is_a_result() {
        let Response::Cells(cells) = ask(&[0, 1, 2, 3, 4]) else { panic!("the batch failed") };
        let text = |cell: &CellOutcome| match cell {
            CellOutcome::Record(record) => saigen_artifacts::canonical(record),
            CellOutcome::Failed(cause) => cause.clone(),
        };
        let texts: Vec<String> = cells.iter().map(text).collect();
        assert_eq!(texts[0], "{\"risk\":{\"float\":1}}");
        assert!(texts[1].contains("cell with seed 1 gave 'NaN', which is not finite"), "{}", texts[1]);
        assert!(texts[2].contains("cell with seed 2 gave a series with a number that is not finite"), "{}", texts[2]);
        assert_eq!(texts[3], "{\"diverged\":{\"text\":\"the loss left the finite numbers at step 7\"}}");
        assert!(texts[4].contains("cell with seed 4 gave nothing"), "{}", texts[4]);
    }

    #[test]
    fn a_panic_fails_its_batch() {
        let Response::Failed(cause) = ask(&[0, 9]) else { panic!("the batch did not fail") };
        assert_eq!(cause, "it panicked: seed 9 is odd");
    }
}
