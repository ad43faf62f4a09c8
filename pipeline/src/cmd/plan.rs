//! `saigen plan`: what a run would do, and why.

use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
use serde_json::json;

pub(super) fn plan(project: &Project, studies: &Studies, json: bool) -> Outcome {
    let store = project.look()?;
    let (mut documents, mut due_in_all, mut all) = (Vec::new(), 0, 0);
    for declared in project.declared(studies)? {
        let plan = project.plan(&declared);
        let due = plan.due(&store);
        (due_in_all, all) = (due_in_all + due.len(), all + plan.cells.len());
        if due.is_empty() {
            continue;
        }
        let history = project.history(&declared, &plan, &store)?;
        for work in plan.batches(declared.study, &due) {
            let why = history.reason(work.cells[0]);
            if json {
                documents.push(json!({"batch": work.name(), "cells": work.cells.len(), "keys": work.cells.iter().map(|cell| cell.key).collect::<Vec<_>>(), "reason": why}));
            } else {
                say::line(format!("run  {}  ({why})", work.name()));
            }
        }
    }
    if json {
        say::document(&json!({"due": due_in_all, "cells": all, "batches": documents}))?;
    } else {
        say::note(format!("{} of {} due", due_in_all, count(all, "cell")));
    }
    Ok(if due_in_all == 0 { Exit::Done } else { Exit::Due })
}
