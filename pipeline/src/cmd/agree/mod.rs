//! `saigen agree`: the results of two backends, held against each other cell by cell.
//!
//! It compares what is on disk and runs nothing: a question about the record must not begin half an
//! hour of work, and what is missing is one `saigen run` away, which keeps, resumes and explains.

mod picture;
mod study;

use super::record::{from_disk, nothing_yet};
use crate::Outcome;
use crate::apart::Worst;
use crate::cli::{AgreeArgs, Studies};
use crate::columns::{Room, Text, columns, width};
use crate::compose::Composed;
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use crate::say::{self, count};
use console::Style;
use saigen_engine::Backend;
use serde_json::json;
use study::{Agreement, Changed, Compared};

pub(super) fn agree(project: &Project, args: &AgreeArgs, json: bool) -> Outcome {
    let other = project.on(args.with.into());
    if project.backend == other.backend {
        let message = format!("backend '{}' is held against itself", project.backend.name());
        return Err(refuse(Exit::Usage, message, "name two of flex, ndarray and cuda with --backend and --with"));
    }
    let sides = sides(project, &other, args)?;
    let backends = [project.backend, other.backend];
    let mut found = Vec::new();
    for (declared, a, b) in &sides {
        found.push(study::compare(&declared.declaration, [a, b], backends)?);
    }
    // Beside the results that are not the record.
    let shelf = if other.is_record() { project.shelf() } else { other.shelf() };
    let figure = format!("figures/{shelf}/agreement.svg");
    project.write(&figure, picture::draw(project.tier, backends, &found)?.as_bytes())?;
    let exit = if found.iter().all(Agreement::holds) { Exit::Done } else { Exit::Differs };
    if json {
        let names = backends.map(Backend::name);
        say::document(&json!({
            "tier": project.tier.name(), "backends": names, "studies": found, "figure": figure, "exit": exit as u8,
        }))?;
    } else {
        found.iter().for_each(|study| print(study, backends));
        say::line(&figure);
        let outside: usize = found.iter().map(|study| study.outside().count()).sum();
        let verdicts: usize = found.iter().map(|study| study.changed.len()).sum();
        let of = format!("{} and {}, tier {}", backends[0].name(), backends[1].name(), project.tier);
        say::note(format!(
            "{of}: {} further apart than is tolerated, {} that differ",
            count(outside, "column"),
            count(verdicts, "verdict")
        ));
    }
    Ok(exit)
}

/// The studies that are asked for, as both backends have them; those that neither has were not asked
/// for by name, and are left out.
fn sides(project: &Project, other: &Project, args: &AgreeArgs) -> anyhow::Result<Vec<(Declared, Composed, Composed)>> {
    let mut names = Vec::new();
    for declared in project.declared(&args.studies)? {
        let id = declared.declaration.id;
        let there = |side: &Project| side.root.join(side.place(&id, "cells.csv")).is_file();
        match (there(project), there(other)) {
            (true, true) => names.push(id),
            (false, false) if args.studies.studies.is_empty() => say::note(format!("{id}: no results on either, not compared")),
            (one, _) => return Err(missing(if one { other } else { project }, &id)),
        }
    }
    if names.is_empty() {
        return Err(nothing_yet(project));
    }
    let both = Studies { studies: names };
    let pairs = from_disk(project, &both)?.into_iter().zip(from_disk(other, &both)?);
    Ok(pairs.map(|((declared, a), (_, b))| (declared, a, b)).collect())
}

/// What to say where one side was not run.
fn missing(project: &Project, study: &str) -> anyhow::Error {
    let (tier, backend) = (project.tier, project.backend.name());
    refuse(
        Exit::Due,
        format!("there are no results of '{study}' at tier {tier} on backend {backend}"),
        format!("`saigen run {study} --tier {tier} --backend {backend}` makes them, or name the studies to compare; `agree` runs nothing"),
    )
}

fn print(study: &Agreement, backends: [Backend; 2]) {
    let names = backends.map(Backend::name);
    say::line(format!("{}: {} on {} and on {}", study.study, count(study.cells, "cell"), names[0], names[1]));
    let head = [
        ("column", Room::Left),
        ("same bits", Room::Right),
        ("absolute", Room::Right),
        ("relative", Room::Right),
        ("ulp", Room::Right),
        ("tolerated", Room::Wrap(1)),
    ];
    let (same, differing): (Vec<&Compared>, Vec<&Compared>) = study.columns.iter().partition(|compared| compared.is_same());
    if !differing.is_empty() {
        say::line(columns(&head, &differing.iter().map(|compared| row(compared)).collect::<Vec<_>>(), width()));
    }
    for compared in &differing {
        let worst = compared.column.worst().unwrap_or_default();
        say::line(format!("worst of {}: {worst}", compared.name()));
    }
    let (host, device): (Vec<&Compared>, Vec<&Compared>) = same.into_iter().partition(|compared| compared.on_host);
    if !device.is_empty() {
        let named: Vec<_> = device.iter().map(|compared| compared.name()).collect();
        say::line(format!("the same bits in every cell: {}", named.join(", ")));
    }
    if !host.is_empty() {
        let cells = count(study.on_host, "cell");
        say::line(format!("the same bits, as no backend computes them: {} of {cells}", count(host.len(), "column")));
    }
    for Changed { claim, verdicts: [a, b] } in &study.changed {
        say::line(format!("{}/{claim}: the verdict is '{a}' on {}, and '{b}' on {}", study.study, names[0], names[1]));
    }
    let judged = study.claims - study.not_run;
    say::line(format!("{} at this tier, {} that differ\n", count(judged, "verdict"), study.changed.len()));
}

fn row(compared: &Compared) -> Vec<Vec<Text>> {
    let plain = |text: String| vec![(text, Style::new())];
    let column = &compared.column;
    let short = |value: f64| if value == 0.0 { "0".to_string() } else { format!("{value:.1e}") };
    let most = |worst: &Option<Worst>| plain(worst.as_ref().map_or(String::new(), |worst| short(worst.value)));
    let holds = match column.holds {
        true => (format!("{}: holds", column.tolerance), Style::new().green()),
        false => (format!("{}: does not hold, in {} of {}", column.tolerance, column.near, column.cells), Style::new().red()),
    };
    vec![
        plain(compared.name()),
        plain(format!("{} of {}", column.equal, column.cells)),
        most(&column.absolute),
        most(&column.relative),
        most(&column.ulps),
        vec![holds],
    ]
}
