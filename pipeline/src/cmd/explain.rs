//! `saigen explain`: what a step depends on, why it is due, and what follows from it.

use super::run::stored_cells;
use crate::Outcome;
use crate::cli::Studies;
use crate::compose::{Memo, Outputs, compose};
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use crate::say::{self, count};
use saigen_artifacts::provenance::Provenance;
use saigen_artifacts::store::{Past, Store};
use saigen_artifacts::{Digest, digest_of};
use saigen_engine::explain::{Change, Reason, changes};
use saigen_engine::lineage::{Follows, follows};
use saigen_engine::plan::{CellStep, Plan};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub(super) fn explain(project: &Project, step: &str, json: bool) -> Outcome {
    let store = project.look()?;
    let declared = project.declared(&Studies::default())?;
    for one in &declared {
        let plan = project.plan(one);
        if let Some(name) = later_step(one, step) {
            return later(project, one, &plan, &store, &name, json);
        }
        if let Some(cell) = find(&plan, step) {
            return explain_cell(project, one, &plan, cell, &store, json);
        }
    }
    Err(refuse(
        Exit::Usage,
        format!("no step at tier {} is named '{step}'", project.tier),
        "cells are named as `saigen plan` does, later steps STUDY/tables/ID, STUDY/figures/ID and STUDY/claims; --tier chooses the tier",
    ))
}

/// The cell of this name; else the first whose name or key starts so.
fn find<'a>(plan: &'a Plan, step: &str) -> Option<&'a CellStep> {
    let exact = plan.cells.iter().find(|cell| cell.name() == step);
    exact.or_else(|| plan.cells.iter().find(|cell| cell.name().starts_with(step) || cell.key.to_string().starts_with(step)))
}

/// The name of a step after the cells, if it is one of this study.
fn later_step(declared: &Declared, step: &str) -> Option<String> {
    let declaration = &declared.declaration;
    let inside = step.strip_prefix(declaration.id.as_str())?.strip_prefix('/')?;
    let known = match inside.split_once('/') {
        Some(("tables", id)) => declaration.tables.iter().any(|table| table.id == id),
        Some(("figures", id)) => declaration.figures.iter().any(|figure| figure.id == id),
        _ => inside == "claims",
    };
    known.then(|| step.to_string())
}

fn explain_cell(project: &Project, declared: &Declared, plan: &Plan, cell: &CellStep, store: &Store, json: bool) -> Outcome {
    let result = store.result(&cell.key);
    let why = match result {
        None => Some(project.history(declared, plan, store)?.reason(cell)),
        Some(_) => None,
    };
    let (made, after) = (store.made(&cell.key), follows(&declared.declaration, |id| id == cell.experiment()));
    if json {
        say::document(&json!({
            "step": cell.name(), "key": cell.key, "preimage": cell.preimage(), "due": why, "cause": why.as_ref().map(cause),
            "follows": after, "record": result, "made": made,
        }))?;
    } else {
        say::line(format!("{}\nkey {}", cell.name(), cell.key));
        say::line(serde_json::to_string_pretty(&cell.preimage())?);
        if let Some(why) = &why {
            tell(&cause(why), changed(why));
        }
        if let (Some(made), Some(result)) = (&made, result) {
            say::line(origin(made));
            say::line(format!("record: sha256 {result}"));
        }
        say_follows(&declared.declaration.id, &after);
    }
    Ok(if why.is_some() { Exit::Due } else { Exit::Done })
}

fn changed(reason: &Reason) -> &[Change] {
    match reason {
        Reason::Changed(changes) => changes,
        Reason::New | Reason::Failed(_) => &[],
    }
}

fn tell(cause: &str, changes: &[Change]) {
    say::line(format!("due: {cause}"));
    changes.iter().for_each(|change| say::line(format!("    {change}")));
}

/// The root cause of a step's being due, in a sentence.
fn cause(reason: &Reason) -> String {
    match reason {
        Reason::New => "it has no result yet, and replaces none".to_string(),
        Reason::Failed(cause) => format!("it failed before: {cause}"),
        Reason::Changed(changes) => causes(changes),
    }
}

/// What was done to the project that shows in these fields.
pub(in crate::cmd) fn causes(changes: &[Change]) -> String {
    let one = |change: &Change| {
        let field = change.field.as_str();
        let verb = match (&change.before, &change.after) {
            (None, _) => "was added",
            (_, None) => "was removed",
            _ => "changed",
        };
        match field.strip_prefix("fingerprint.") {
            Some(part) if part.contains('/') => format!("the code of '{part}' {verb}"),
            Some(part) => format!("the locked crate '{part}' {verb}"),
            None if field == "code" => "the code that makes tables, claims and figures changed".to_string(),
            None if field.starts_with("inputs.") => format!("the bytes of '{}' {verb}", &field[7..]),
            None if field.starts_with("data.") => format!("the data set '{}' {verb}", &field[5..]),
            None if field == "data" => format!("what data sets it reads {verb}"),
            None if field == "schema" => "the form of preimages changed".to_string(),
            None if matches!(field, "backend" | "float") => format!("the {field} changed"),
            None => format!("the declaration's '{field}' {verb}"),
        }
    };
    changes.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn origin(made: &Provenance) -> String {
    format!("up to date: made by {} on {} ({}) in {} ms", made.program, made.processor, made.system, made.milliseconds)
}

pub(super) fn say_follows(study: &str, after: &Follows) {
    let list = |kind: &str, ids: &[String]| {
        if !ids.is_empty() {
            say::line(format!("{kind} {}", ids.join(", ")));
        }
    };
    say::line(format!("what follows in {study}, and then its lock and the report:"));
    list("    tables ", &after.tables);
    list("    claims ", &after.claims);
    list("    figures", &after.figures);
}

/// Explains a table, the claims or a figure.
fn later(project: &Project, declared: &Declared, plan: &Plan, store: &Store, name: &str, json: bool) -> Outcome {
    let due = plan.due(store);
    if let Some(first) = due.first() {
        let why = project.history(declared, plan, store)?.reason(first);
        let waits = format!("it waits for {} of {}", due.len(), count(plan.cells.len(), "cell"));
        if json {
            say::document(&json!({"step": name, "due": waits, "first": first.name(), "cause": cause(&why)}))?;
        } else {
            say::line(format!("{name}\ndue: {waits}, first '{}': {}", first.name(), cause(&why)));
        }
        return Ok(Exit::Due);
    }
    let cells = stored_cells(declared, plan, store, &BTreeMap::new())?;
    let mut witness = Witness { store, name, seen: None };
    compose(&declared.declaration, (plan.tier, plan.backend), cells, plan.stems(), &mut witness)?;
    let Some(today) = witness.seen else {
        return Err(refuse(Exit::Internal, format!("'{name}' was not made"), "this is a mistake of ours"));
    };
    let before = last_made(store, &today)?;
    let step = store.step(&digest_of(&today));
    let why = match (&step, &before) {
        (Some(_), _) => None,
        (None, Some(before)) => Some(Reason::Changed(changes(before, &today))),
        (None, None) => Some(Reason::New),
    };
    if json {
        say::document(&json!({
            "step": name, "key": digest_of(&today), "preimage": today, "due": why, "cause": why.as_ref().map(cause),
            "outputs": step.as_ref().map(|step| &step.outputs), "made": step.as_ref().map(|step| &step.provenance),
        }))?;
    } else {
        say::line(format!("{name}\nkey {}", digest_of(&today)));
        say::line(serde_json::to_string_pretty(&today)?);
        if let Some(why) = &why {
            tell(&cause(why), changed(why));
        }
        if let Some(step) = &step {
            say::line(origin(&step.provenance));
            step.outputs.iter().for_each(|(name, digest)| say::line(format!("output {name}: sha256 {digest}")));
        }
    }
    Ok(if why.is_some() { Exit::Due } else { Exit::Done })
}

/// Watches for the preimage of one step while a study is composed, and keeps nothing.
struct Witness<'a> {
    store: &'a Store,
    name: &'a str,
    seen: Option<Json>,
}

impl Memo for Witness<'_> {
    fn step(&mut self, preimage: Json, make: &mut dyn FnMut() -> anyhow::Result<Outputs>) -> anyhow::Result<Outputs> {
        if preimage["name"] == self.name {
            self.seen = Some(preimage.clone());
        }
        let stored = self.store.step(&digest_of(&preimage));
        let read = |(name, digest): (&String, &Digest)| Some((name.clone(), self.store.object(digest).ok()?));
        stored.and_then(|step| step.outputs.iter().map(read).collect()).map_or_else(make, Ok)
    }
}

/// The preimage of the step that was last made under this one's name.
fn last_made(store: &Store, today: &Json) -> anyhow::Result<Option<Json>> {
    let mut last = None;
    let same = |other: &Json| ["step", "name", "tier", "backend"].iter().all(|field| other[field] == today[field]);
    store.visit(&mut |past| {
        if let Past::Step(_, preimage) = past
            && same(preimage)
        {
            last = Some(preimage.clone());
        }
    })?;
    Ok(last)
}
