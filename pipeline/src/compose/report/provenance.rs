//! Where the numbers of a study come from: code, data, cells.

use super::Entry;
use super::html::{command, count, escape, table};
use saigen_artifacts::{Digest, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What an experiment's cells are made of.
#[derive(Default)]
struct Cells {
    number: usize,
    seeds: BTreeSet<u64>,
    diverged: usize,
    /// The digests of the data that they used.
    data: BTreeSet<String>,
}

/// The last part of a study's section.
pub(super) fn provenance(study: &Entry<'_>) -> anyhow::Result<String> {
    let (id, lock) = (study.id(), &study.composed.lock);
    let mut cells = BTreeMap::<String, Cells>::new();
    for cell in study.composed.cells.iter()? {
        let of = cells.entry(cell.experiment).or_default();
        of.number += 1;
        of.seeds.insert(cell.seed);
        of.diverged += usize::from(cell.record.0.contains_key(saigen_artifacts::DIVERGED));
        if let Some(Value::Text(digest)) = cell.record.0.get("data") {
            of.data.insert(digest.clone());
        }
    }
    Ok(format!(
        "<h3>Provenance</h3>\n<p>{} at tier {} on backend {}, Merkle root <code>{}</code> over cells and files (<code>lock.json</code>). \
         Computed again by {}</p>\n{}{}",
        count(lock.cells.len(), "cell"),
        lock.tier,
        lock.backend,
        lock.root,
        command(&format!("saigen run {id} --force{}", study.options())),
        experiments(study, &cells),
        code(study)
    ))
}

fn experiments(study: &Entry<'_>, cells: &BTreeMap<String, Cells>) -> String {
    let mut rows = Vec::new();
    for (id, stem) in &study.composed.lock.stems {
        let label = study.declaration.experiment(id).map_or(id.as_str(), |experiment| &experiment.label);
        let none = Cells::default();
        let of = cells.get(id).unwrap_or(&none);
        let fixed: Vec<_> = stem.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let read =
            stem.data.iter().map(|(name, digest)| format!("{} <code>{}</code>", escape(name), escape(&digest[..digest.len().min(12)])));
        let mut data: Vec<String> = read.collect();
        if !of.data.is_empty() {
            let all: Vec<&str> = of.data.iter().map(String::as_str).collect();
            data.push(format!("{}, <code>{}</code>", count(all.len(), "set"), Digest::of(all.join("\n").as_bytes()).short()));
        }
        let data = if data.is_empty() { "–".to_string() } else { data.join(", ") };
        rows.push(format!(
            "<tr id=\"{study}/experiments/{id}\"><th scope=\"row\">{}<small>{id}</small><td>{}<small>{}</small><td class=\"number\">{}<td class=\"number\">{}<td class=\"number\">{}<td>{data}<td><code>{}</code>\n",
            escape(label),
            escape(&stem.method),
            escape(&fixed.join(", ")),
            of.number,
            of.seeds.len(),
            of.diverged,
            stem.digest().short(),
            study = study.id(),
        ));
    }
    let name = |(name, number)| format!("<th scope=\"col\"{}>{name}</th>", if number { " class=\"number\"" } else { "" });
    let head = [
        ("experiment", false),
        ("method, with what is fixed", false),
        ("cells", true),
        ("seeds", true),
        ("diverged", true),
        ("data used", false),
        ("code and parameters", false),
    ];
    let caption = "Experiments. Data: how many sets their cells used, and one digest over the digests of all; where it is the same, so are the data. \
                   Code and parameters: the start of the digest of all that an experiment's cells share.";
    table("experiments", caption, &head.map(name).concat(), &rows)
}

/// Files of code and outside crates, with what depends on each.
fn code(study: &Entry<'_>) -> String {
    let stems = &study.composed.lock.stems;
    let mut parts = BTreeMap::<(bool, &str, &str), Vec<&str>>::new();
    for (id, stem) in stems {
        for (part, digest) in &stem.fingerprint {
            parts.entry((!part.contains('/'), part, digest)).or_default().push(id);
        }
    }
    let row = |((is_crate, part, digest), users): (&(bool, &str, &str), &Vec<&str>)| {
        let users = if users.len() == stems.len() { "all".to_string() } else { users.join(", ") };
        let short: String = if *is_crate { digest.to_string() } else { digest.chars().take(12).collect() };
        format!("<tr><th scope=\"row\"><code>{}</code><td><code>{}</code><td>{}\n", escape(part), escape(&short), escape(&users))
    };
    let rows: Vec<String> = parts.iter().map(row).collect();
    let head = ["file or crate", "digest of its tokens, or version and checksum", "experiments"]
        .map(|name| format!("<th scope=\"col\">{name}</th>"));
    format!(
        "<details><summary>Code: {} files and crates that the cells depend on</summary>\n{}</details>\n",
        rows.len(),
        table("code", "A change of one of these re-runs the experiments beside it, and no other.", &head.concat(), &rows)
    )
}
