//! Published numbers: the file that `published` names, beside `study.toml`.

use super::Tier;
use super::experiments::Experiment;
use super::fields::Fields;
use crate::problem::suggestion;
use saigen_artifacts::table::{Content, PUBLISHED, PUBLISHED_ERROR, Printed, Published, Spec};
use saigen_artifacts::{Digest, Kind, Scalar};
use std::collections::BTreeMap;
use std::path::Path;

/// The columns of the number and its error; all others are keys.
const NUMBERS: [&str; 2] = ["value", "error"];

/// Reads the file that a table names, if it names one. Every problem is reported at the field, with
/// the file's own line in its message.
pub(super) fn read(fields: &mut Fields<'_>, folder: &Path, spec: &Spec, members: &[&Experiment]) -> Option<Published> {
    let file = fields.optional_text("published")?;
    let problem = |message: String, hint: Option<&str>| {
        fields.problem_at("published", message, hint.map(str::to_string));
        None
    };
    if !file.ends_with(".csv") || file.contains(['/', '\\']) {
        return problem(format!("'{file}' is not a CSV file beside study.toml"), Some("write the name alone: 'published.csv'"));
    }
    if let Content::Series { .. } = spec.content {
        return problem("a table that spreads a series has no published numbers".to_string(), None);
    }
    if let Some(taken) = spec.value_columns().into_iter().find(|name| [PUBLISHED, PUBLISHED_ERROR].contains(name)) {
        return problem(format!("the column '{taken}' is named like one of published numbers"), Some("rename the column"));
    }
    let text = match std::fs::read_to_string(folder.join(&file)) {
        Ok(text) => text,
        Err(error) => return problem(format!("'{file}' cannot be read: {error}"), Some("it lies beside study.toml")),
    };
    match parse(&text, spec, members) {
        Ok((keys, rows)) => Some(Published { file, digest: Digest::of(text.as_bytes()), keys, rows }),
        Err(problems) => {
            for Wrong { line, message, hint } in problems {
                fields.problem_at("published", format!("{file}:{line}: {message}"), hint);
            }
            None
        }
    }
}

/// What is wrong in a line of the file.
struct Wrong {
    line: usize,
    message: String,
    hint: Option<String>,
}

type Rows = Vec<(Vec<Scalar>, Printed)>;

fn parse(text: &str, spec: &Spec, members: &[&Experiment]) -> Result<(Vec<String>, Rows), Vec<Wrong>> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.split(',').collect::<Vec<_>>()));
    let (_, head) = lines.next().unwrap_or_default();
    check_head(&head, spec)?;
    let keys: Vec<String> = head.iter().filter(|name| !NUMBERS.contains(name)).map(|name| (*name).to_string()).collect();
    let (mut problems, mut rows, mut seen) = (Vec::new(), Rows::new(), BTreeMap::new());
    for (line, fields) in lines {
        let row = read_row(&head, &fields, spec, members);
        let row = row.and_then(|(key, printed)| match seen.insert(key.clone(), line) {
            Some(first) => Err((format!("the row of line {first} stands here again"), None)),
            None => Ok((key, printed)),
        });
        match row {
            Ok(row) => rows.push(row),
            Err((message, hint)) => problems.push(Wrong { line, message, hint }),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(Wrong { line: 1, message: "no row follows the head".to_string(), hint: None });
    }
    if problems.is_empty() { Ok((keys, rows)) } else { Err(problems) }
}

fn check_head(head: &[&str], spec: &Spec) -> Result<(), Vec<Wrong>> {
    let known = || spec.keys.iter().map(String::as_str).chain(NUMBERS);
    let mut problems = Vec::new();
    let mut wrong = |message: String, hint: Option<String>| problems.push(Wrong { line: 1, message, hint });
    for (at, name) in head.iter().enumerate() {
        if !known().any(|other| other == *name) {
            let hint = suggestion(name, known().collect::<Vec<_>>());
            wrong(format!("'{name}' is no key column of table '{}', nor 'value' or 'error'", spec.id), Some(hint));
        } else if head[..at].contains(name) {
            wrong(format!("the column '{name}' stands twice"), None);
        }
    }
    for name in NUMBERS.iter().filter(|name| !head.contains(name)) {
        wrong(format!("the column '{name}' is missing"), Some("the head names key columns, value and error".to_string()));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A row's values of its keys and its number; or what is wrong, and a hint.
fn read_row(
    head: &[&str],
    fields: &[&str],
    spec: &Spec,
    members: &[&Experiment],
) -> Result<(Vec<Scalar>, Printed), (String, Option<String>)> {
    if fields.len() != head.len() {
        let hint = "separate by commas, without quotes".to_string();
        return Err((format!("{} fields, where the head has {}", fields.len(), head.len()), Some(hint)));
    }
    let number = |name: &str, text: &str| -> Result<f64, (String, Option<String>)> {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| (format!("'{name}' expects a finite number, found '{text}'"), None))
    };
    let (mut key, mut printed) = (Vec::new(), Printed { value: 0.0, error: 0.0 });
    for (name, text) in head.iter().zip(fields) {
        match *name {
            "value" => printed.value = number(name, text)?,
            "error" => printed.error = number(name, text)?,
            _ => key.push(scalar(name, text, members).ok_or_else(|| (format!("'{name}' cannot be '{text}'"), None))?),
        }
    }
    if printed.error < 0.0 {
        let hint = "it is how far off the value may be: half a unit of its last decimal, or what reading it leaves open";
        return Err((format!("an error of '{}' is less than nothing", printed.error), Some(hint.to_string())));
    }
    let keys: Vec<(&str, &Scalar)> = head.iter().filter(|name| !NUMBERS.contains(name)).copied().zip(&key).collect();
    if !members.iter().any(|member| has(member, &keys, spec)) {
        let place = keys.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",");
        let hint = format!("its rows are those of the grids of its experiments, by {}", spec.keys.join(", "));
        return Err((format!("table '{}' has no row {place} at tier full", spec.id), Some(hint)));
    }
    Ok((key, printed))
}

/// A key as the axis has it.
fn scalar(name: &str, text: &str, members: &[&Experiment]) -> Option<Scalar> {
    match members.iter().find_map(|member| member.axes.get(name)) {
        Some(Kind::Int) => text.parse().ok().map(Scalar::Int),
        Some(Kind::Float) => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Scalar::Float),
        _ => Some(Scalar::Text(text.to_string())),
    }
}

/// Whether an experiment has a point with these keys that the table's filter keeps.
fn has(member: &Experiment, keys: &[(&str, &Scalar)], spec: &Spec) -> bool {
    let Some(points) = member.tiers.get(&Tier::Full) else { return false };
    let on_axis = |name: &str, value: &Scalar| points.axes.get(name).is_some_and(|values| values.contains(value));
    keys.iter().all(|(name, value)| match *name {
        "experiment" => **value == Scalar::Text(member.id.clone()),
        name => on_axis(name, value) && spec.filter.get(name).is_none_or(|kept| kept == *value),
    })
}
