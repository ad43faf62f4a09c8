//! `saigen status`: what is up to date.

use super::record::lock;
use crate::Outcome;
use crate::absent::{self, Absent, absent};
use crate::cli::Studies;
use crate::columns::{Room, Text, columns, width};
use crate::exit::Exit;
use crate::project::{Declared, Project};
use crate::say::{self, count};
use console::Style;
use saigen_artifacts::Digest;
use saigen_artifacts::store::Store;
use serde::Serialize;

pub(super) fn status(project: &Project, studies: &Studies, json: bool) -> Outcome {
    let store = project.look()?;
    let declared = project.declared(studies)?;
    let found = declared.iter().map(|one| Status::of(project, one, &store)).collect::<anyhow::Result<Vec<_>>>()?;
    if json {
        say::document(&found)?;
    } else {
        print(project, &found);
    }
    Ok(if found.iter().any(Status::is_due) { Exit::Due } else { Exit::Done })
}

/// How a study stands.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Status {
    study: String,
    cells: usize,
    due: usize,
    /// Whether there are results on disk.
    recorded: bool,
    /// Cells of today's plan that those results are not of.
    outdated_in_results: Option<usize>,
    /// Files that are not what their lock says.
    differing_files: Vec<String>,
    /// Data sets that due cells read and that are not here.
    absent_data: Absent,
}

impl Status {
    fn of(project: &Project, declared: &Declared, store: &Store) -> anyhow::Result<Self> {
        let plan = project.plan(declared);
        let lock = lock(project, &plan.study)?;
        let mut differing_files = Vec::new();
        for (file, digest) in lock.iter().flat_map(|lock| &lock.files) {
            let path = project.place(&plan.study, file);
            if project.read(&path)?.map(|bytes| Digest::of(&bytes)) != Some(*digest) {
                differing_files.push(path);
            }
        }
        let outdated_in_results = lock.as_ref().map(|lock| plan.cells.iter().filter(|cell| !lock.cells.contains_key(&cell.key)).count());
        let due = plan.due(store);
        Ok(Self {
            absent_data: absent(project, &due)?,
            due: due.len(),
            cells: plan.cells.len(),
            recorded: lock.is_some(),
            study: plan.study,
            outdated_in_results,
            differing_files,
        })
    }

    fn is_due(&self) -> bool {
        self.due > 0 || !self.differing_files.is_empty() || self.outdated_in_results != Some(0)
    }

    fn row(&self) -> Vec<Vec<Text>> {
        let colour = |wrong: bool| if wrong { Style::new().yellow() } else { Style::new() };
        let number = |number: usize| vec![(number.to_string(), colour(number > 0))];
        let outdated = self.outdated_in_results.map_or_else(|| vec![("no results".to_string(), colour(true))], number);
        let word = if self.is_due() { ("due", colour(true)) } else { ("up to date", Style::new().green()) };
        vec![
            vec![(self.study.clone(), Style::new().bold())],
            vec![(word.0.to_string(), word.1)],
            vec![(self.cells.to_string(), Style::new())],
            number(self.due),
            outdated,
            number(self.differing_files.len()),
        ]
    }
}

fn print(project: &Project, found: &[Status]) {
    let head = [
        ("study", Room::Wrap(1)),
        ("state", Room::Left),
        ("cells", Room::Right),
        ("due", Room::Right),
        ("outdated in results", Room::Right),
        ("files that differ", Room::Right),
    ];
    let rows: Vec<_> = found.iter().map(Status::row).collect();
    say::line(columns(&head, &rows, width()));
    found.iter().flat_map(|status| &status.differing_files).for_each(|path| say::line(format!("differs from its lock: {path}")));
    let (due, all) = (found.iter().map(|status| status.due).sum::<usize>(), found.iter().map(|status| status.cells).sum());
    say::line(format!("{due} of {} due at tier {} on {}", count(all, "cell"), project.tier, project.backend.name()));
    absent::tell(&found.iter().flat_map(|status| status.absent_data.clone()).collect());
    if found.iter().any(Status::is_due) {
        say::note("hint: `saigen plan` says what is due and why, `saigen run` does it");
    }
}
