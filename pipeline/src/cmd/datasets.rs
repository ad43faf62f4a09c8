//! `saigen datasets`: what data there are, getting them, and checking them.

use crate::Outcome;
use crate::absent::missing;
use crate::cli::Datasets;
use crate::columns::{Room, Text, columns, width};
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
use console::Style;
use saigen_datasets::catalog::Entry;
use saigen_datasets::error::way_to;
use saigen_datasets::set::DataSet;
use saigen_datasets::{fetch, sets::DataSets};
use serde_json::{Value as Json, json};

pub(super) fn datasets(project: &Project, what: &Datasets, json: bool) -> Outcome {
    let all = project.data_sets();
    match what {
        Datasets::List => list(&all, json),
        Datasets::Fetch { sets } => get(&all, sets, json),
        Datasets::Verify { sets } => verify(&all, sets, json),
    }
}

/// Data sets with their entries: the named ones, or all.
fn entries(all: &DataSets, names: &[String]) -> anyhow::Result<Vec<(Entry, DataSet)>> {
    let names = if names.is_empty() { all.ids()? } else { names.to_vec() };
    let open = |id: &String| {
        let entry = all.entry(id)?;
        let set = all.place(&entry);
        Ok((entry, set))
    };
    names.iter().map(open).collect()
}

fn list(all: &DataSets, json: bool) -> Outcome {
    let found = entries(all, &[])?;
    if json {
        let documents: Vec<Json> = found.iter().map(|(entry, set)| document(entry, set)).collect();
        say::document(&documents)?;
        return Ok(Exit::Done);
    }
    let head =
        [("data set", Room::Left), ("state", Room::Wrap(2)), ("files", Room::Right), ("what, from where, on which terms", Room::Wrap(5))];
    let row = |(entry, set): &(Entry, DataSet)| -> Vec<Vec<Text>> {
        let plain = |text: &str| (text.to_string(), Style::new());
        let dim = |text: String| (text, Style::new().dim());
        let state = match missing(set) {
            _ if entry.bundled => plain("bundled"),
            None => (format!("in '{}'", set.folder().display()), Style::new().green()),
            Some(what) => (format!("not here: {what}"), Style::new().yellow()),
        };
        let from = dim(format!("from {}", entry.source));
        let words = vec![plain(&entry.title), from, dim(format!("licence: {}", entry.licence)), dim(format!("cite: {}", entry.citation))];
        vec![vec![(entry.id.clone(), Style::new().bold())], vec![state], vec![plain(&set.files().len().to_string())], words]
    };
    let rows: Vec<_> = found.iter().map(row).collect();
    say::line(columns(&head, &rows, width()));
    if let Some((entry, _)) = found.iter().find(|(_, set)| missing(set).is_some()) {
        say::note(format!("hint: {}", way_to(&entry.id)));
    }
    Ok(Exit::Done)
}

fn document(entry: &Entry, set: &DataSet) -> Json {
    json!({
        "id": entry.id, "title": entry.title, "source": entry.source.to_string(), "url": entry.url, "licence": entry.licence,
        "citation": entry.citation, "bundled": entry.bundled, "digest": set.digest(), "folder": set.folder(), "files": set.files(),
        "missing": set.missing(),
    })
}

fn get(all: &DataSets, names: &[String], json: bool) -> Outcome {
    let mut documents = Vec::new();
    for (entry, set) in entries(all, names)? {
        let fetched = fetch::fetch(&entry, &set)?;
        if json {
            documents.push(json!({"id": entry.id, "fetched": fetched, "files": set.files().len(), "folder": set.folder()}));
        } else {
            let all = count(set.files().len(), "file");
            say::line(format!("{}: {fetched} fetched, {all} whole in '{}'", entry.id, set.folder().display()));
            say::note(format!("licence: {}\ncite: {}", entry.licence, entry.citation));
        }
    }
    if json {
        say::document(&documents)?;
    }
    Ok(Exit::Done)
}

fn verify(all: &DataSets, names: &[String], json: bool) -> Outcome {
    let (mut documents, mut exit) = (Vec::new(), Exit::Done);
    for (entry, set) in entries(all, names)? {
        let gone = missing(&set);
        // Asked for in general, a data set that nobody got is none to check.
        let asked = !names.is_empty() || set.missing().len() < set.files().len();
        let there = set.files().keys().filter(|file| !set.missing().contains(&file.as_str()));
        let wrong: Vec<String> = there.filter_map(|file| set.read(file).err()).map(|error| error.to_string()).collect();
        if !wrong.is_empty() {
            exit = Exit::Integrity;
        } else if gone.is_some() && asked && exit == Exit::Done {
            exit = Exit::Due;
        }
        if json {
            documents
                .push(json!({"id": entry.id, "digest": set.digest(), "wrong": wrong, "missing": set.missing(), "folder": set.folder()}));
            continue;
        }
        wrong.iter().for_each(|wrong| say::note(format!("error: {wrong}")));
        if !wrong.is_empty() {
            say::note(format!("hint: remove what is wrong and get it again: `saigen datasets fetch {}`", entry.id));
        }
        match gone {
            Some(what) => say::line(format!("{}: not here: {what}\nhint: {}", entry.id, way_to(&entry.id))),
            None if wrong.is_empty() => {
                say::line(format!("{}: {} whole, sha256 {}", entry.id, count(set.files().len(), "file"), set.digest()))
            }
            None => say::line(format!("{}: {} of {} wrong", entry.id, wrong.len(), count(set.files().len(), "file"))),
        }
    }
    if json {
        say::document(&documents)?;
    }
    Ok(exit)
}
