//! `saigen trace`: from a number or a figure back to its cells, their code and data; or forward from
//! a file to what depends on it.

use super::explain::say_follows;
use super::record::{from_disk, nothing_yet};
use super::remake::{Remade, remake};
use crate::Outcome;
use crate::cli::{Studies, TraceArgs};
use crate::compose::Composed;
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use crate::say::{self, count};
use crate::target::{self, Target};
use saigen_artifacts::Value;
use saigen_artifacts::cells::Cell;
use saigen_artifacts::table::{Row, Table};
use saigen_engine::lineage::follows;
use saigen_engine::plan::cell_name;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub(super) fn trace(project: &Project, args: &TraceArgs, json: bool) -> Outcome {
    if let Some(from) = &args.from {
        return forward(project, from, json);
    }
    let target = args.target.as_deref().unwrap_or_default();
    let Target { study, id, place } = Target::new(target);
    let built = from_disk(project, &Studies { studies: vec![study.to_string()] })?;
    let Some((declared, composed)) = built.first() else { return Err(nothing_yet(project)) };
    let traced = match place {
        Some(place) => Traced::number(declared, composed, id, place)?,
        None => Traced::figure(declared, composed, id)?,
    };
    let remade = if args.remake { Some(remake(project, declared, composed, &traced)?) } else { None };
    if json {
        say::document(&traced.document(target, remade.as_ref()))?;
    } else {
        traced.print(target, remade.as_ref());
    }
    Ok(if remade.is_none_or(|remade| remade.wrong.is_empty()) { Exit::Done } else { Exit::Integrity })
}

/// What was traced back, and to what.
pub(super) struct Traced<'a> {
    declared: &'a Declared,
    composed: &'a Composed,
    /// The table that the number stands in, or that the figure draws.
    pub(super) table: &'a Table,
    /// The row and the column's place among the columns that are no keys.
    pub(super) number: Option<(&'a Row, usize)>,
    /// The figure.
    pub(super) figure: Option<&'a str>,
    /// The cells that it was made of.
    pub(super) cells: Vec<Cell>,
}

impl<'a> Traced<'a> {
    /// A number of a table.
    fn number(declared: &'a Declared, composed: &'a Composed, id: &str, place: &str) -> anyhow::Result<Self> {
        let table = target::table(declared, composed, id)?;
        let (row, at) = target::number(table, place)?;
        let cells = composed.cells.iter()?.filter(|cell| table.spec.takes(cell, &row.key)).collect();
        Ok(Self { declared, composed, table, number: Some((row, at)), figure: None, cells })
    }

    /// A figure, with all that its table shows.
    fn figure(declared: &'a Declared, composed: &'a Composed, id: &str) -> anyhow::Result<Self> {
        let id = id.strip_prefix("figures/").unwrap_or(id);
        let figures: Vec<_> = composed.figures(&declared.declaration).map(|(figure, _)| figure).collect();
        let figure = figures.iter().find(|figure| figure.id == id).ok_or_else(|| {
            let known: Vec<_> = figures.iter().map(|figure| figure.id.as_str()).collect();
            let hint = format!("its figures: {}; a number is written {}/TABLE:ROW:COLUMN", known.join(", "), declared.declaration.id);
            refuse(Exit::Usage, format!("study '{}' has no figure '{id}'", declared.declaration.id), hint)
        })?;
        let table = target::table(declared, composed, &figure.table)?;
        let cells = composed.cells.iter()?.filter(|cell| table.spec.takes(cell, &[])).collect();
        Ok(Self { declared, composed, table, number: None, figure: Some(&figure.id), cells })
    }

    fn study(&self) -> &str {
        &self.declared.declaration.id
    }

    fn name(&self, cell: &Cell) -> String {
        cell_name(self.study(), &cell.experiment, &cell.axes, cell.seed)
    }

    /// What a cell contributes: the output that the column takes, and the data it was computed on.
    fn shares(&self, cell: &Cell) -> Vec<(String, String)> {
        let of = self.number.and_then(|(_, at)| self.table.spec.output(at)).unwrap_or_default();
        let shown = |(name, value): (&String, &Value)| (name.clone(), value.field());
        cell.record.0.iter().filter(|(name, _)| *name == of || *name == "data" || *name == "diverged").map(shown).collect()
    }

    fn experiments(&self) -> BTreeSet<&str> {
        self.cells.iter().map(|cell| cell.experiment.as_str()).collect()
    }

    /// The one command that makes it again.
    fn command(&self, target: &str) -> String {
        format!("saigen trace '{target}' --remake{}", self.composed.options())
    }

    fn document(&self, target: &str, remade: Option<&Remade>) -> Json {
        let stems = &self.composed.lock.stems;
        let cells: Vec<_> = self
            .cells
            .iter()
            .map(|cell| {
                let preimage = stems.get(&cell.experiment).map(|stem| stem.preimage(&cell.axes, cell.seed));
                json!({"name": self.name(cell), "key": cell.key, "record": cell.record, "preimage": preimage})
            })
            .collect();
        let value = self.number.map(|(row, at)| row.values[at]);
        json!({
            "target": target, "table": self.table.spec.id, "value": value, "cells": cells, "command": self.command(target),
            "remade": remade.map(|remade| json!({"cells": remade.cells, "wrong": remade.wrong, "note": remade.note})),
        })
    }

    fn print(&self, target: &str, remade: Option<&Remade>) {
        let spec = &self.table.spec;
        if let Some((row, at)) = self.number {
            let how = spec.origin(at);
            let value = if row.values[at].is_nan() {
                row.without_number().unwrap_or("nothing is published".to_string())
            } else {
                format!("{:?}", row.values[at])
            };
            let cells = count(self.cells.len(), "cell");
            say::line(format!("{}/{} at {}: {} = {value}", self.study(), spec.id, self.table.row_name(row), spec.value_columns()[at]));
            say::line(format!("{how} over {cells}:"));
            for cell in &self.cells {
                let shares: Vec<_> = self.shares(cell).into_iter().map(|(name, value)| format!("{name} {value}")).collect();
                say::line(format!("    {}  key {}  {}", self.name(cell), cell.key.short(), shares.join("  ")));
            }
        } else if let Some(figure) = self.figure {
            say::line(format!("{}/figures/{figure}: drawn of table '{}', {}", self.study(), spec.id, count(self.cells.len(), "cell")));
        }
        for experiment in self.experiments() {
            let Some(stem) = self.composed.lock.stems.get(experiment) else { continue };
            let number = self.cells.iter().filter(|cell| cell.experiment == experiment).count();
            say::line(format!("{experiment}, {}: method {} on {} in {}", count(number, "cell"), stem.method, stem.backend, stem.float));
            let fixed: Vec<_> = stem.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
            if !fixed.is_empty() {
                say::line(format!("    with {}", fixed.join(", ")));
            }
            for (name, digest) in &stem.data {
                say::line(format!("    data  {name}  {digest}"));
            }
            for (part, digest) in &stem.fingerprint {
                say::line(format!(
                    "    {} {part}  {}",
                    if part.contains('/') { "code " } else { "crate" },
                    &digest[..digest.len().min(40)]
                ));
            }
        }
        match remade {
            Some(remade) => remade.print(),
            None => say::line(format!("made again by: {}", self.command(target))),
        }
    }
}

/// What depends on a file, a crate, or data.
fn forward(project: &Project, from: &str, json: bool) -> Outcome {
    let from = from.strip_prefix("./").unwrap_or(from);
    let (mut documents, mut found) = (Vec::new(), false);
    for declared in project.declared(&Studies::default())? {
        let study = &declared.declaration.id;
        let plan = project.plan(&declared);
        let file = format!("pipeline/studies/{study}/study.toml");
        // A digest is looked for in what the results on disk say of their data.
        let is_digest = from.len() >= 8 && from.bytes().all(|byte| byte.is_ascii_hexdigit());
        let used = if is_digest { data_users(project, study, from)? } else { BTreeSet::new() };
        let takes = |id: &str| {
            let stem = plan.origins.iter().find(|origin| origin.stem.experiment == id).map(|origin| &origin.stem);
            let reads = |(name, digest): (&String, &String)| name == from || (is_digest && digest.starts_with(from));
            from == file || used.contains(id) || stem.is_some_and(|stem| stem.fingerprint.contains_key(from) || stem.data.iter().any(reads))
        };
        let experiments: Vec<&str> = plan.origins.iter().map(|origin| origin.stem.experiment.as_str()).filter(|id| takes(id)).collect();
        if experiments.is_empty() {
            continue;
        }
        found = true;
        let cells = plan.cells.iter().filter(|cell| experiments.contains(&cell.experiment())).count();
        let after = follows(&declared.declaration, takes);
        if json {
            documents.push(json!({"study": study, "experiments": experiments, "cells": cells, "follows": after}));
        } else {
            say::line(format!("{study}: {} of {}", count(cells, "cell"), experiments.join(", ")));
            say_follows(study, &after);
        }
    }
    if json {
        say::document(&documents)?;
    } else if !found {
        say::line(format!("no cell depends on '{from}'"));
    }
    Ok(Exit::Done)
}

/// The experiments with a cell that used data whose digest starts so.
fn data_users(project: &Project, study: &str, digest: &str) -> anyhow::Result<BTreeSet<String>> {
    let built = from_disk(project, &Studies { studies: vec![study.to_string()] })?;
    let mut users = BTreeSet::new();
    for (_, composed) in &built {
        for cell in composed.cells.iter()? {
            if cell.record.0.values().any(|value| matches!(value, Value::Text(text) if text.starts_with(digest))) {
                users.insert(cell.experiment);
            }
        }
    }
    Ok(users)
}
