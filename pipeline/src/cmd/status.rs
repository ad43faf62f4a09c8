//! `saigen status`: what is up to date.

use super::record::lock;
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
use saigen_artifacts::Digest;
use serde_json::json;

pub(super) fn status(project: &Project, studies: &Studies, json: bool) -> Outcome {
    let store = project.look()?;
    let (mut documents, mut due) = (Vec::new(), false);
    for declared in project.declared(studies)? {
        let plan = project.plan(&declared);
        let missing = plan.due(&store).len();
        let lock = lock(project, &plan.study)?;
        let mut differing = Vec::new();
        for (file, digest) in lock.iter().flat_map(|lock| &lock.files) {
            let path = project.place(&plan.study, file);
            if project.read(&path)?.map(|bytes| Digest::of(&bytes)) != Some(*digest) {
                differing.push(path);
            }
        }
        let keys =
            |lock: &saigen_artifacts::lock::Lock| plan.cells.iter().filter(|cell| !lock.cells.contains_key(&cell.key.to_string())).count();
        let outdated = lock.as_ref().map(keys);
        let total = plan.cells.len();
        due |= missing > 0 || !differing.is_empty() || outdated != Some(0);
        if json {
            documents.push(json!({"study": plan.study, "cells": total, "due": missing, "recorded": lock.is_some(), "outdated-in-results": outdated, "differing-files": differing}));
            continue;
        }
        say::line(format!(
            "{}: {} at tier {} on {}, {missing} due",
            plan.study,
            count(total, "cell"),
            project.tier,
            project.backend.name()
        ));
        match outdated {
            None => say::line("    no results written yet"),
            Some(0) => say::line("    the results on disk are of today's code and declaration"),
            Some(outdated) => {
                say::line(format!("    {} of the results on disk are of other code or another declaration", count(outdated, "cell")))
            }
        }
        differing.iter().for_each(|path| say::line(format!("    differs from its lock: {path}")));
    }
    if json {
        say::document(&documents)?;
    }
    Ok(if due { Exit::Due } else { Exit::Done })
}
