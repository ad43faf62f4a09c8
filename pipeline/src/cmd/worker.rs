//! `saigen worker`: runs batches from standard input.

use crate::Outcome;
use crate::exit::Exit;
use crate::project::Project;
use saigen_studies::studies;
use std::io::{BufRead as _, stdin, stdout};
use std::sync::mpsc;

pub(super) fn worker(project: &Project) -> Outcome {
    // Ctrl-C reaches the whole process group; the coordinator decides what becomes of a worker.
    ctrlc::set_handler(|| {})?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
        // The coordinator is done, or was killed: what is being computed has no reader.
        std::process::exit(0);
    });
    saigen_engine::serve(&studies(), &project.data_sets(), &receiver, stdout().lock())?;
    Ok(Exit::Done)
}
