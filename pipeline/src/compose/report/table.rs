//! The tables of a study. Each carries, once, what the panel needs to say where any of its numbers
//! comes from: the values in full and the rows' keys and seeds.

use super::Entry;
use super::html::{self, LONG, command, count, data, escape};
use saigen_artifacts::table::{self, Content, Filter, Shown, Table};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// All tables of a study.
pub(super) fn tables(study: &Entry<'_>) -> anyhow::Result<String> {
    let built = study.composed.tables(study.declaration)?;
    let declared = study.declaration.tables.iter().filter_map(|spec| built.get(&spec.id));
    Ok(declared.map(|table| one(study, table)).collect())
}

fn one(study: &Entry<'_>, table: &Table) -> String {
    let (id, spec) = (study.id(), &table.spec);
    let title = escape(&spec.title);
    let Some(shown) = table.shown() else {
        let (of, why) = match spec.content {
            Content::Series { .. } => ("number", "shown by a figure only"),
            Content::Statistics(_) => ("row", "too many for a page"),
        };
        return format!(
            "<p class=\"series\" id=\"{id}/tables/{}\">{title}: {} in <code>tables/{0}.csv</code>, {why}. One is made again by {}</p>\n",
            spec.id,
            count(table.rows.len(), of),
            remake(study, table, "ROW")
        );
    };
    let open = if shown.rows.len() <= LONG { " open" } else { "" };
    format!(
        "<details id=\"{id}/tables/{}\"{open}><summary>{title} <span class=\"soft\">({})</span></summary>\n{}{}</details>\n",
        spec.id,
        count(shown.rows.len(), "row"),
        grid(study, table, &shown),
        data("numbers", &numbers(study, table))
    )
}

/// The command that makes a number again, with what is to be put in: a row as the reader sees it has
/// a number, or in a wide table the keys of several.
fn remake(study: &Entry<'_>, table: &Table, row: &str) -> String {
    let columns = table.spec.value_columns();
    let column = wide(table).map_or(if columns.len() == 1 { columns[0] } else { "COLUMN" }, |(_, value)| value);
    command(&format!("saigen trace '{}/{}:{row}:{column}' --remake{}", study.id(), table.spec.id, study.options()))
}

/// Of a wide table: the key column whose values stand beside each other, and the column shown.
fn wide(table: &Table) -> Option<(&str, &str)> {
    let layout = &table.spec.layout;
    layout.across.as_deref().zip(layout.value.as_deref())
}

/// A table as a reader sees it. A long one numbers its rows as `saigen trace` does; in a wide one
/// each number knows its row.
fn grid(study: &Entry<'_>, of: &Table, shown: &Shown) -> String {
    let wide = wide(of);
    let (keys, values) = shown.head.split_at(shown.keys);
    let mut head = if wide.is_some() { String::new() } else { "<th scope=\"col\" class=\"number\">row</th>".to_string() };
    head += &keys.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name))).collect::<String>();
    let across = wide.map(|(across, _)| of.distinct(across, &Filter::new())).unwrap_or_default();
    for (at, name) in values.iter().enumerate() {
        // Claims and commands speak of an experiment by its id.
        let id = across.get(at).map(ToString::to_string).filter(|id| id != name).map(|id| format!("<small>{}</small>", escape(&id)));
        head += &format!("<th scope=\"col\" class=\"number\">{}{}</th>", escape(name), id.unwrap_or_default());
    }
    let row = |(at, entries): (usize, &Vec<_>)| {
        let number = if wide.is_some() { String::new() } else { format!("<th scope=\"row\">{}", at + 1) };
        let place = |(at, entry): (usize, &table::Entry)| {
            let text = escape(&entry.to_string());
            match (at < shown.keys, wide, &entry.source) {
                (true, Some(_), _) => format!("<th scope=\"row\">{text}"),
                (true, None, _) => format!("<td class=\"key\">{text}"),
                (false, Some(_), Some(source)) => format!("<td data-row=\"{}\">{text}", source.row + 1),
                (false, ..) => format!("<td>{text}"),
            }
        };
        format!("<tr>{number}{}\n", entries.iter().enumerate().map(place).collect::<String>())
    };
    let rows: Vec<String> = shown.rows.iter().enumerate().map(row).collect();
    let keys: Vec<_> = of.spec.key_columns().into_iter().map(|name| format!("{name}=…")).collect();
    let again = remake(study, of, &if wide.is_some() { keys.join(",") } else { "ROW".to_string() });
    let caption = format!("In full: <code>tables/{}.csv</code>. A number is made again by {again}", of.spec.id);
    html::table(if wide.is_some() { "numbers wide" } else { "numbers" }, &caption, &head, &rows)
}

/// What the script needs to know of a table. Keys and seeds repeat from row to row, so each stands
/// once, and rows name it by its place.
fn numbers(study: &Entry<'_>, table: &Table) -> Json {
    let spec = &table.spec;
    let keys = spec.key_columns().into_iter().enumerate().map(|(at, name)| {
        let (levels, rows) = places(table.rows.iter().map(|row| row.key[at].to_string()));
        json!({"name": name, "levels": levels, "rows": rows})
    });
    let columns = spec.value_columns().into_iter().enumerate().map(|(at, name)| {
        let how = spec.origin(at);
        // JSON has no word for what is not a number; null says that there is none.
        json!({"name": name, "how": how, "values": table.rows.iter().map(|row| row.values[at]).collect::<Vec<f64>>()})
    });
    let (seeds, rows) = places(table.rows.iter().map(|row| (row.sample.seeds().len(), ranges(row.sample.seeds()))));
    let (value, error) = wide(table).map_or((None, None), |(_, value)| (Some(value), spec.layout.error.as_deref()));
    json!({
        "study": study.id(), "table": spec.id, "keys": keys.collect::<Vec<_>>(), "columns": columns.collect::<Vec<_>>(),
        "cells": {"levels": seeds, "rows": if seeds.len() > 1 { rows } else { Vec::new() }},
        "experiments": spec.experiments, "value": value, "error": error,
    })
}

/// The distinct values in the order in which they come, and the place of each among them.
fn places<T: Ord + Clone>(values: impl Iterator<Item = T>) -> (Vec<T>, Vec<usize>) {
    let (mut known, mut levels, mut places) = (BTreeMap::new(), Vec::new(), Vec::new());
    for value in values {
        let place = *known.entry(value.clone()).or_insert_with(|| {
            levels.push(value);
            levels.len() - 1
        });
        places.push(place);
    }
    (levels, places)
}

/// Ascending numbers, those that follow each other as a range: `0–4, 7`.
fn ranges(seeds: &[u64]) -> String {
    let runs = seeds.chunk_by(|a, b| a + 1 == *b);
    let text = |run: &[u64]| match run {
        [first, .., last] => format!("{first}–{last}"),
        other => other.iter().map(ToString::to_string).collect(),
    };
    runs.map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_stands_once() {
        assert_eq!(places(["b", "a", "b"].into_iter()), (vec!["b", "a"], vec![0, 1, 0]));
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0–2, 5, 7–8");
        assert_eq!(ranges(&[]), "");
    }
}
