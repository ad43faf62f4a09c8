//! The cells of one number or figure, computed again from nothing and compared bit by bit.

use super::anew::{Anew, anew, batches};
use super::trace::Traced;
use crate::absent::absent;
use crate::compose::{Composed, draw};
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use crate::say::{self, count};
use anyhow::Context as _;
use saigen_artifacts::cells::{Cell, Cells};
use saigen_artifacts::table::Table;
use saigen_datasets::error::way_to;
use saigen_engine::plan::{CellStep, Plan};
use std::collections::BTreeMap;

/// What came of making it again.
pub(super) struct Remade {
    /// How many cells were computed.
    pub(super) cells: usize,
    /// What differs.
    pub(super) wrong: Vec<String>,
    /// What else there is to say.
    pub(super) note: Option<String>,
}

impl Remade {
    pub(super) fn print(&self) {
        self.wrong.iter().for_each(|wrong| say::line(format!("differs: {wrong}")));
        self.note.iter().for_each(say::note);
        let verdict = if self.wrong.is_empty() { "the same bits" } else { "not the same" };
        say::line(format!("made again from nothing, {}: {verdict}", count(self.cells, "cell")));
    }
}

/// Computes the cells of a trace in a store of their own, and what was made of them.
pub(super) fn remake(project: &Project, declared: &Declared, composed: &Composed, traced: &Traced<'_>) -> anyhow::Result<Remade> {
    let plan = project.plan(declared);
    let steps = planned(&plan, &traced.cells)?;
    if let Some((name, what)) = absent(project, &steps)?.first_key_value() {
        return Err(refuse(Exit::Failed, format!("data set '{name}' is not here: {what}"), way_to(name)));
    }
    let changed = steps.iter().zip(&traced.cells).filter(|(step, cell)| step.key != cell.key).count();
    let note = (changed > 0).then(|| format!("{} of other code or another declaration than today's", count(changed, "recorded cell")));
    let cells = compute(project, declared, &plan, &steps)?;
    let mut wrong = Vec::new();
    for (new, old) in cells.iter().zip(&traced.cells) {
        for (name, value) in &old.record.0 {
            let found = new.record.0.get(name);
            if found != Some(value) {
                let found = found.map_or("nothing".to_string(), |found| found.field());
                wrong.push(format!("{}: {name} is {} on record, and {found} now", plan_name(&plan, new), value.field()));
            }
        }
    }
    wrong.extend(outcome(declared, composed, traced, &cells)?);
    Ok(Remade { cells: cells.len(), wrong, note })
}

fn plan_name(plan: &Plan, cell: &Cell) -> String {
    saigen_engine::plan::cell_name(&plan.study, &cell.experiment, &cell.axes, cell.seed)
}

/// Today's steps for recorded cells, in their order.
fn planned<'a>(plan: &'a Plan, cells: &[Cell]) -> anyhow::Result<Vec<&'a CellStep>> {
    let by_place: BTreeMap<_, _> = plan.cells.iter().map(|step| ((step.experiment(), step.point(), step.seed), step)).collect();
    let find = |cell: &Cell| {
        by_place.get(&(cell.experiment.as_str(), cell.axes.clone(), cell.seed)).copied().ok_or_else(|| {
            refuse(Exit::Due, format!("today's declaration has no cell '{}'", plan_name(plan, cell)), "run the study, and trace again")
        })
    };
    cells.iter().map(find).collect()
}

/// Runs some steps, whatever is stored, and gives their cells in the same order.
fn compute(project: &Project, declared: &Declared, plan: &Plan, steps: &[&CellStep]) -> anyhow::Result<Vec<Cell>> {
    let Anew { mut cells, failed } = anew(project, &batches(declared, plan, steps.to_vec()), None)?;
    if let Some((name, cause)) = failed.first_key_value() {
        return Err(refuse(Exit::Failed, format!("'{name}' failed: {cause}"), "what it was on record cannot be checked here"));
    }
    steps.iter().map(|step| cells.remove(&step.key).context("every cell that did not fail was computed")).collect()
}

/// What is made of the cells, where it differs from what is on record.
fn outcome(declared: &Declared, composed: &Composed, traced: &Traced<'_>, cells: &[Cell]) -> anyhow::Result<Option<String>> {
    let table = Table::build(&traced.table.spec, &Cells::new(declared.declaration.schema(), cells)?)?;
    if let Some((row, at)) = traced.number {
        let new = table.rows.iter().find(|new| new.key == row.key).context("the row was made again")?;
        let (found, expected) = (new.values[at], row.values[at]);
        return Ok((found.to_bits() != expected.to_bits()).then(|| format!("the number is {expected:?} on record, and {found:?} now")));
    }
    let Some((figure, svg)) = composed.figures(&declared.declaration).find(|(figure, _)| Some(figure.id.as_str()) == traced.figure) else {
        return Ok(None);
    };
    let same = draw(&declared.declaration.id, figure, &table)?.into_bytes() == svg;
    Ok((!same).then(|| "the figure's bytes".to_string()))
}
