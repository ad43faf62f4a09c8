//! `saigen datasets`: what data there are, getting them, and checking them.

use crate::Outcome;
use crate::absent::missing;
use crate::cli::Datasets;
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
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
    for (entry, set) in &found {
        let state = match missing(set) {
            _ if entry.bundled => "part of the repository".to_string(),
            None => format!("in '{}'", set.folder().display()),
            Some(what) => format!("not here: {what}"),
        };
        say::line(format!("{}  {}", entry.id, entry.title));
        say::line(format!("    {}, {state}", count(set.files().len(), "file")));
        say::line(format!("    from     {}\n    licence  {}\n    cite     {}", entry.source, entry.licence, entry.citation));
    }
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
            Some(what) => {
                say::line(format!("{}: not here: {what}", entry.id));
                if asked {
                    say::note(format!("hint: {}", way_to(&entry.id)));
                }
            }
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
