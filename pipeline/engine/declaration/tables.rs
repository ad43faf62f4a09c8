//! Tables: `[[table]]`.

use super::experiments::Experiment;
use super::fields::{Fields, Sink};
use super::{Tier, check_ids, published};
use crate::problem::suggestion;
use saigen_artifacts::Scalar;
use saigen_artifacts::statistic::Statistic;
use saigen_artifacts::table::{Column, Content, Filter, Layout, Spec};
use std::collections::BTreeSet;
use std::path::Path;

pub(super) fn read(root: &mut Fields<'_>, sink: &Sink<'_>, folder: &Path, experiments: &[Experiment]) -> Vec<Spec> {
    let (mut specs, mut ids) = (Vec::new(), Vec::new());
    for fields in root.tables("table") {
        let place = fields.place_of("id");
        let spec = read_table(fields, folder, experiments);
        ids.push((spec.id.clone(), place));
        specs.push(spec);
    }
    check_ids(sink, ids.iter().map(|(id, place)| (id.as_str(), place.clone())));
    specs
}

fn read_table(mut fields: Fields<'_>, folder: &Path, experiments: &[Experiment]) -> Spec {
    let (id, title) = (fields.text("id"), fields.text("title"));
    let names = fields.texts("experiments");
    let mut members = Vec::new();
    for name in &names {
        match experiments.iter().find(|experiment| experiment.id == *name) {
            Some(experiment) => members.push(experiment),
            None => {
                let hint = suggestion(name, experiments.iter().map(|experiment| experiment.id.as_str()).collect::<Vec<_>>());
                fields.problem_at("experiments", format!("there is no experiment '{name}'"), Some(hint));
            }
        }
    }
    if names.is_empty() && fields.has("experiments") {
        fields.problem_at("experiments", "a table needs at least one experiment".to_string(), None);
    }
    let axes = common(members.iter().map(|member| member.axes.keys().map(String::as_str).collect()));
    let keys = fields.texts("keys");
    for key in keys.iter().filter(|key| *key != "experiment" && !axes.contains(key.as_str())) {
        let hint = suggestion(key, axes.iter().copied().chain(["experiment"]));
        fields.problem_at("keys", format!("'{key}' is not an axis of all its experiments"), Some(hint));
    }
    let filter = read_filter(&mut fields, &axes);
    check_filter(&fields, &filter, &members);
    let series = fields.optional_text("series");
    let content = match series {
        Some(of) => {
            check_output(&fields, "series", &of, &members, false);
            Content::Series { of }
        }
        None => Content::Statistics(read_columns(&mut fields, &members)),
    };
    let labels = members.iter().map(|member| (member.id.clone(), member.label.clone())).collect();
    let mut spec =
        Spec { id, title, experiments: names, keys, filter, content, published: None, layout: Layout { labels, ..Layout::default() } };
    spec.published = published::read(&mut fields, folder, &spec, &members);
    if let Some(mut inner) = fields.optional_table("layout") {
        let (across, value, error) = (inner.text("across"), inner.text("value"), inner.optional_text("error"));
        check_known(&inner, "across", &across, &spec.key_columns());
        check_known(&inner, "value", &value, &spec.value_columns());
        if let Some(error) = &error {
            check_known(&inner, "error", error, &spec.value_columns());
        }
        inner.finish();
        (spec.layout.across, spec.layout.value, spec.layout.error) = (Some(across), Some(value), error);
    }
    fields.finish();
    spec
}

fn read_columns(fields: &mut Fields<'_>, members: &[&Experiment]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let statistics: Vec<_> = Statistic::ALL.iter().map(|(name, _)| *name).collect();
    for mut inner in fields.tables("column") {
        let (name, of, word) = (inner.text("name"), inner.text("of"), inner.text("statistic"));
        check_output(&inner, "of", &of, members, true);
        let statistic = Statistic::named(&word);
        if statistic.is_none() && !word.is_empty() {
            inner.problem_at("statistic", format!("'{word}' is not a statistic"), Some(suggestion(&word, statistics.iter().copied())));
        }
        if columns.iter().any(|column| column.name == name) {
            inner.problem_at("name", format!("the column '{name}' stands twice"), None);
        }
        inner.finish();
        columns.push(Column { name, of, statistic: statistic.unwrap_or(Statistic::Mean) });
    }
    if columns.is_empty() {
        let hint = "write [[table.column]] with name, of and statistic, or `series = OUTPUT`".to_string();
        let place = fields.place();
        fields.problem_at("column", format!("the table at '{}' has no column", place.field), Some(hint));
    }
    columns
}

/// Reads `where`, whose names must be among the known ones.
pub(super) fn read_filter(fields: &mut Fields<'_>, known: &BTreeSet<&str>) -> Filter {
    let filter: Filter = fields.scalars("where").into_iter().collect();
    for name in filter.keys().filter(|name| !known.contains(name.as_str())) {
        fields.problem_at("where", format!("'{name}' cannot be filtered by here"), Some(suggestion(name, known.iter().copied())));
    }
    filter
}

/// A filter must leave cells at every tier, or a run ends in an empty table.
fn check_filter(fields: &Fields<'_>, filter: &Filter, members: &[&Experiment]) {
    for (name, value) in filter {
        for tier in Tier::ALL {
            let on_axis = |member: &&Experiment| {
                member.tiers.get(&tier).and_then(|points| points.axes.get(name)).is_some_and(|values| values.contains(value))
            };
            if members.iter().any(|member| member.axes.contains_key(name)) && !members.iter().any(on_axis) {
                let hint = "use a value of the axis, or add this one to the grid".to_string();
                fields.problem_at("where", format!("no experiment has {name} = '{value}' at tier {tier}"), Some(hint));
            }
        }
    }
}

fn check_output(fields: &Fields<'_>, field: &str, output: &str, members: &[&Experiment], number: bool) {
    if output.is_empty() {
        return;
    }
    let kept = common(members.iter().map(|member| {
        let fits = |kind: &saigen_artifacts::Kind| if number { kind.is_number() } else { *kind == saigen_artifacts::Kind::Series };
        member.outputs.iter().filter(|(_, kind)| fits(kind)).map(|(name, _)| name.as_str()).collect()
    }));
    if !kept.contains(output) {
        let kind = if number { "a number" } else { "a series" };
        let message = format!("'{output}' is not {kind} that all its experiments keep");
        fields.problem_at(field, message, Some(suggestion(output, kept.iter().copied())));
    }
}

/// Reports a name that is not among the known ones.
pub(super) fn check_known(fields: &Fields<'_>, field: &str, name: &str, known: &[&str]) {
    if !known.contains(&name) && !name.is_empty() {
        fields.problem_at(field, format!("the table has no column '{name}' for this"), Some(suggestion(name, known.iter().copied())));
    }
}

/// The table of this name, or a problem.
pub(super) fn named<'a>(fields: &mut Fields<'_>, tables: &'a [Spec]) -> Option<&'a Spec> {
    let name = fields.text("table");
    let found = tables.iter().find(|table| table.id == name);
    if found.is_none() && !name.is_empty() {
        let hint = suggestion(&name, tables.iter().map(|table| table.id.as_str()).collect::<Vec<_>>());
        fields.problem_at("table", format!("there is no table '{name}'"), Some(hint));
    }
    found
}

/// Checks the values of a filter over a table's key columns against the axes of its experiments at a
/// tier.
pub(super) fn check_rows(fields: &Fields<'_>, field: &str, filter: &Filter, table: &Spec, experiments: &[Experiment], tier: Tier) {
    let members: Vec<&Experiment> = experiments.iter().filter(|experiment| table.experiments.contains(&experiment.id)).collect();
    for (name, value) in filter.iter().filter(|(name, _)| *name != "experiment") {
        let has = |member: &&Experiment| {
            let axis = member.tiers.get(&tier).and_then(|points| points.axes.get(name));
            axis.is_some_and(|values: &Vec<Scalar>| values.contains(value))
        };
        if !members.iter().any(has) {
            fields.problem_at(field, format!("no row has {name} = '{value}' at tier {tier}"), None);
        }
    }
}

fn common<'a>(sets: impl Iterator<Item = BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    sets.reduce(|a, b| a.intersection(&b).copied().collect()).unwrap_or_default()
}

/// Names that a filter over a built table may use.
pub(super) fn filterable(table: &Spec) -> BTreeSet<&str> {
    table.keys.iter().map(String::as_str).collect()
}

/// The outputs that a table's columns take, whose single values claims may judge.
pub(super) fn sampled(table: &Spec) -> BTreeSet<&str> {
    match &table.content {
        Content::Statistics(columns) => columns.iter().map(|column| column.of.as_str()).collect(),
        Content::Series { .. } => BTreeSet::new(),
    }
}
