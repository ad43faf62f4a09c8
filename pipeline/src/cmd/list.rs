//! `saigen list`: what there is.

use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
use saigen_engine::declaration::Tier;
use saigen_engine::plan::Plan;
use serde_json::json;

pub(super) fn list(project: &Project, json: bool) -> Outcome {
    let mut documents = Vec::new();
    for declared in project.declared(&Studies::default())? {
        let declaration = &declared.declaration;
        let cells = |tier| Plan::new(declaration, declared.study, tier, project.backend).cells.len();
        if json {
            let ids = |ids: Vec<&String>| json!(ids);
            documents.push(json!({
                "study": declaration.id, "title": declaration.title, "paper": declaration.paper.title,
                "cells": {"smoke": cells(Tier::Smoke), "full": cells(Tier::Full)},
                "experiments": ids(declaration.experiments.iter().map(|experiment| &experiment.id).collect()),
                "tables": ids(declaration.tables.iter().map(|table| &table.id).collect()),
                "figures": ids(declaration.figures.iter().map(|figure| &figure.id).collect()),
                "claims": ids(declaration.claims.iter().map(|claim| &claim.id).collect()),
            }));
            continue;
        }
        say::line(format!("{}  {}", declaration.id, declaration.title));
        say::line(format!("    {} ({})", declaration.paper.title, declaration.paper.venue));
        for experiment in &declaration.experiments {
            say::line(format!("    experiment  {:<20} {}", experiment.id, experiment.label));
        }
        let parts = [(declaration.tables.len(), "table"), (declaration.figures.len(), "figure"), (declaration.claims.len(), "claim")];
        let parts = parts.map(|(number, noun)| count(number, noun)).join(", ");
        say::line(format!("    {parts}; {} at smoke tier, {} at full tier", count(cells(Tier::Smoke), "cell"), cells(Tier::Full)));
    }
    if json {
        say::document(&documents)?;
    }
    Ok(Exit::Done)
}
