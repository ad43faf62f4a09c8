//! `saigen explain`: what a step depends on, and why it is due.

use crate::Outcome;
use crate::cli::Studies;
use crate::exit::{Exit, refuse};
use crate::project::Project;
use crate::say;
use saigen_artifacts::store::Store;
use saigen_engine::explain::reason;
use serde_json::json;

pub(super) fn explain(project: &Project, step: &str, json: bool) -> Outcome {
    let store = Store::look(&project.store())?;
    for declared in project.declared(&Studies::default())? {
        let plan = project.plan(&declared);
        let exact = plan.cells.iter().find(|cell| cell.name == step);
        let Some(cell) =
            exact.or_else(|| plan.cells.iter().find(|cell| cell.name.starts_with(step) || cell.key.to_string().starts_with(step)))
        else {
            continue;
        };
        let manifest = store.get(&cell.key);
        let why = manifest.is_none().then(|| reason(cell, &store.last_plan(&plan.study), &store));
        if json {
            say::document(&json!({"step": cell.name, "key": cell.key, "preimage": cell.preimage, "due": why, "result": manifest}))?;
        } else {
            say::line(format!("{}\nkey {}", cell.name, cell.key));
            say::line(serde_json::to_string_pretty(&cell.preimage)?);
            match (&why, &manifest) {
                (Some(why), _) => say::line(format!("due: {why}")),
                (None, Some(manifest)) => {
                    let made = &manifest.provenance;
                    say::line(format!(
                        "up to date: made by {} on {} ({}) in {} ms",
                        made.program, made.processor, made.system, made.milliseconds
                    ));
                    manifest.outputs.iter().for_each(|(name, digest)| say::line(format!("output {name}: sha256 {digest}")));
                }
                (None, None) => {}
            }
        }
        return Ok(if why.is_some() { Exit::Due } else { Exit::Done });
    }
    Err(refuse(
        Exit::Usage,
        format!("no cell at tier {} is named '{step}'", project.tier),
        "`saigen plan` names those that are due; --tier chooses the tier",
    ))
}
