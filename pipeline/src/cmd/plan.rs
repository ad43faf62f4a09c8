//! `saigen plan`: what a run would do, and why.

use crate::Outcome;
use crate::absent::{self, Absent, absent, lacks};
use crate::cli::Studies;
use crate::estimate::Estimate;
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count, duration};
use serde_json::json;
use std::time::Duration;

pub(super) fn plan(project: &Project, studies: &Studies, json: bool) -> Outcome {
    let store = project.look()?;
    let (mut documents, mut due_in_all, mut all) = (Vec::new(), 0, 0);
    let (mut all_absent, mut can_run) = (Absent::new(), 0);
    let (jobs, mut seconds) = (std::thread::available_parallelism().map_or(1, usize::from), Some(0.0));
    for declared in project.declared(studies)? {
        let plan = project.plan(&declared);
        let due = plan.due(&store);
        (due_in_all, all) = (due_in_all + due.len(), all + plan.cells.len());
        if due.is_empty() {
            continue;
        }
        let history = project.history(&declared, &plan, &store)?;
        let absent = absent(project, &due)?;
        let batches = plan.batches(declared.study, &due);
        let (waiting, ready): (Vec<_>, Vec<_>) = batches.into_iter().partition(|work| lacks(work.cells[0], &absent));
        let expected = Estimate::new(&ready, &history.costs, jobs).left();
        seconds = seconds.zip(expected).map(|(all, these)| all + these);
        for (verb, work) in ready.iter().map(|work| ("run ", work)).chain(waiting.iter().map(|work| ("wait", work))) {
            let why = history.reason(work.cells[0]);
            if json {
                let keys: Vec<_> = work.cells.iter().map(|cell| cell.key).collect();
                let waits = verb == "wait";
                documents
                    .push(json!({"batch": work.name(), "cells": work.cells.len(), "keys": keys, "reason": why, "waits-for-data": waits}));
            } else {
                say::line(format!("{verb} {}  ({why})", work.name()));
            }
        }
        can_run += ready.len();
        all_absent.extend(absent);
    }
    if json {
        say::document(
            &json!({"due": due_in_all, "cells": all, "batches": documents, "expected-seconds": seconds, "absent-data": all_absent}),
        )?;
    } else {
        say::note(format!("{} of {} due", due_in_all, count(all, "cell")));
        absent::tell(&all_absent);
        // Only where all of it was measured here before.
        if let Some(seconds) = seconds.filter(|_| can_run > 0) {
            say::note(format!("about {} with {}", duration(Duration::from_secs_f64(seconds)), count(jobs, "job")));
        }
    }
    Ok(if due_in_all == 0 { Exit::Done } else { Exit::Due })
}
