//! Targets: how people name what a study shows, `STUDY/TABLE:ROW:COLUMN`. `trace` and `check-text`
//! understand the same names.

use crate::compose::Composed;
use crate::exit::{Exit, refuse};
use crate::project::Declared;
use saigen_artifacts::Scalar;
use saigen_artifacts::table::{Row, Table};

/// A target, cut into its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    pub(crate) study: &'a str,
    /// A table, a figure or a claim.
    pub(crate) id: &'a str,
    /// Of a number: its row, and behind a colon its column.
    pub(crate) place: Option<&'a str>,
}

impl<'a> Target<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let (path, place) = text.split_once(':').map_or((text, None), |(path, place)| (path, Some(place)));
        let (study, id) = path.split_once('/').unwrap_or((path, ""));
        Self { study, id, place }
    }
}

/// A table of a study.
pub(crate) fn table<'a>(declared: &Declared, composed: &'a Composed, id: &str) -> anyhow::Result<&'a Table> {
    let id = id.strip_prefix("tables/").unwrap_or(id);
    let tables = composed.tables(&declared.declaration)?;
    tables.get(id).ok_or_else(|| {
        let known: Vec<_> = tables.keys().map(String::as_str).collect();
        let message = format!("study '{}' has no table '{id}'", declared.declaration.id);
        refuse(Exit::Usage, message, format!("its tables: {}", known.join(", ")))
    })
}

/// A number of a table: its row, and its column's place among those that are no keys.
pub(crate) fn number<'a>(table: &'a Table, place: &str) -> anyhow::Result<(&'a Row, usize)> {
    let columns = table.spec.value_columns();
    let (row, column) = place.rsplit_once(':').unwrap_or((place, columns.first().copied().unwrap_or_default()));
    let at = columns.iter().position(|known| *known == column).ok_or_else(|| {
        let message = format!("table '{}' has no column '{column}'", table.spec.id);
        refuse(Exit::Usage, message, format!("its columns: {}", columns.join(", ")))
    })?;
    Ok((find_row(table, row)?, at))
}

/// The row of a number, or of keys that only one row has.
fn find_row<'a>(table: &'a Table, row: &str) -> anyhow::Result<&'a Row> {
    let wrong = |message: String, hint: &str| Err(refuse(Exit::Usage, message, hint));
    if let Ok(number) = row.parse::<usize>() {
        return match number.checked_sub(1).and_then(|at| table.rows.get(at)) {
            Some(row) => Ok(row),
            None => wrong(format!("there is no row {number}"), &format!("rows are numbered from 1 to {}", table.rows.len())),
        };
    }
    let keys = table.spec.key_columns();
    let mut wanted = Vec::new();
    for pair in row.split(',').map(str::trim) {
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| keys.contains(name)) else {
            return wrong(format!("'{pair}' names no row"), &format!("write the row's number, or NAME=VALUE of {}", keys.join(", ")));
        };
        wanted.push((name, value));
    }
    let is = |found: Option<&Scalar>, value: &str| {
        found.is_some_and(|found| found.to_string() == value || (found.number().is_some() && found.number() == value.parse().ok()))
    };
    let fits = |candidate: &&Row| wanted.iter().all(|(name, value)| is(table.key(candidate, name), value));
    let found: Vec<&Row> = table.rows.iter().filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => wrong(format!("no row has {row}"), &format!("the rows are those of tables/{}.csv", table.spec.id)),
        many => {
            let distinct: Vec<&str> =
                keys.into_iter().filter(|name| many.iter().any(|row| table.key(row, name) != table.key(many[0], name))).collect();
            wrong(format!("{} rows have {row}", many.len()), &format!("tell them apart by {}", distinct.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_cut_at_its_first_slash_and_colon() {
        let whole = Target { study: "s", id: "tables/t", place: Some("a=1,b=x/y:mean") };
        assert_eq!(Target::new("s/tables/t:a=1,b=x/y:mean"), whole);
        assert_eq!(Target::new("s/claim"), Target { study: "s", id: "claim", place: None });
        assert_eq!(Target::new("s"), Target { study: "s", id: "", place: None });
    }
}
