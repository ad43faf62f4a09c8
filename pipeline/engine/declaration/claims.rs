//! Claims: `[[claim]]`.

use super::experiments::Experiment;
use super::fields::{Fields, Sink};
use super::tables::{check_known, check_rows, filterable, named, read_filter, sampled};
use super::{Tier, check_ids};
use crate::problem::suggestion;
use saigen_artifacts::statistic::Statistic;
use saigen_artifacts::table::{Filter, PUBLISHED, Spec};
use saigen_artifacts::verdict::claim::{Bound, Equivalence, Expect, Fall, Order, Relation, Slope, Subject, Value};
use saigen_artifacts::verdict::{Claim, Rule};

pub(super) fn read(root: &mut Fields<'_>, sink: &Sink<'_>, tables: &[Spec], experiments: &[Experiment]) -> Vec<Claim> {
    let (mut claims, mut ids) = (Vec::new(), Vec::new());
    for mut fields in root.tables("claim") {
        let place = fields.place_of("id");
        let (id, statement, at) = (fields.text("id"), fields.words("statement"), fields.words("place"));
        let source = fields.choice("source", &[("read", "read"), ("derived", "derived"), ("recalled", "recalled")]);
        let at_smoke = fields.choice("tier", &[("smoke", true), ("full", false)]);
        let rule = fields.table("rule").and_then(|rule| read_rule(rule, tables, experiments));
        fields.finish();
        ids.push((id.clone(), place));
        claims.extend(rule.map(|rule| Claim { id, statement, place: at, source: source.to_string(), at_smoke, rule }));
    }
    check_ids(sink, ids.iter().map(|(id, place)| (id.as_str(), place.clone())));
    claims
}

#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Unknown,
    Order,
    Slope,
    Fall,
    Equivalence,
    Value,
    Bound,
}

fn read_rule(mut fields: Fields<'_>, tables: &[Spec], experiments: &[Experiment]) -> Option<Rule> {
    let kinds = [
        ("order", Kind::Order),
        ("slope", Kind::Slope),
        ("fall", Kind::Fall),
        ("equivalence", Kind::Equivalence),
        ("value", Kind::Value),
        ("bound", Kind::Bound),
    ];
    let kind = fields.choice("kind", &kinds);
    let table = named(&mut fields, tables)?;
    let filter = read_filter(&mut fields, &filterable(table));
    check_rows(&fields, "where", &filter, table, experiments, Tier::Full);
    let rule = match kind {
        Kind::Unknown => return None,
        Kind::Order => {
            let subject = read_subject(&mut fields, table, filter, false);
            let better = fields.text("better");
            let than = fields.texts("than");
            for name in than.iter().chain([&better]) {
                check_member(&fields, if *name == better { "better" } else { "than" }, name, table);
            }
            let expect = fields.choice("expect", &[("better", Expect::Better), ("no-better", Expect::NoBetter)]);
            let margin = at_least(&mut fields, "margin", 0.0, "an order claim needs a margin of 0 or more", "0.05 means 5 percent");
            Rule::Order(Order { subject, better, than, expect, margin })
        }
        Kind::Slope => {
            let subject = read_subject(&mut fields, table, filter, false);
            let (experiment, along) = (fields.text("experiment"), fields.text("along"));
            let minus = fields.optional_text("minus");
            check_member(&fields, "experiment", &experiment, table);
            minus.iter().for_each(|minus| check_member(&fields, "minus", minus, table));
            check_known(&fields, "along", &along, &table.key_columns());
            let (low, high) = (fields.optional_float("low"), fields.optional_float("high"));
            if low.is_none() && high.is_none() {
                fields.problem_at("low", "a slope claim needs `low`, `high` or both".to_string(), None);
            } else if low > high && high.is_some() {
                fields.problem_at("low", "no slope is above `low` and below `high`".to_string(), None);
            }
            let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
            Rule::Slope(Slope { subject, experiment, minus, along, low, high })
        }
        Kind::Fall => {
            let subject = read_subject(&mut fields, table, filter, true);
            let (experiment, along) = (fields.text("experiment"), fields.text("along"));
            check_member(&fields, "experiment", &experiment, table);
            check_known(&fields, "along", &along, &table.key_columns());
            Rule::Fall(Fall { subject, experiment, along })
        }
        Kind::Equivalence => {
            let subject = read_subject(&mut fields, table, filter, false);
            let (experiment, to) = (fields.text("experiment"), fields.text("to"));
            check_member(&fields, "experiment", &experiment, table);
            check_member(&fields, "to", &to, table);
            let message = "an equivalence claim needs a margin above 0";
            let margin = at_least(&mut fields, "margin", f64::MIN_POSITIVE, message, "0.05 means 5 percent");
            Rule::Equivalence(Equivalence { subject, experiment, to, margin })
        }
        Kind::Value => {
            let (experiment, column, rival) = (fields.text("experiment"), fields.text("column"), fields.optional_text("rival"));
            check_member(&fields, "experiment", &experiment, table);
            rival.iter().for_each(|rival| check_member(&fields, "rival", rival, table));
            check_known(&fields, "column", &column, &table.value_columns());
            let statistic = table.column(&column).map(|column| column.statistic);
            if table.published.is_none() {
                let hint = "give the table `published = \"published.csv\"`".to_string();
                fields.problem_at("table", format!("table '{}' has no published numbers", table.id), Some(hint));
            } else if !column.is_empty() && !matches!(statistic, Some(Statistic::Mean | Statistic::LogMean)) {
                let message = format!("a published number is compared with a mean or a log-mean, and '{column}' is none");
                fields.problem_at("column", message, None);
            }
            let message = "a value claim needs a tolerance above 0";
            let tolerance = at_least(&mut fields, "tolerance", f64::MIN_POSITIVE, message, "it is in the units of the published number");
            let widest = table.published.iter().flat_map(|published| &published.rows).map(|(_, printed)| printed.error).fold(0.0, f64::max);
            if tolerance > 0.0 && tolerance <= widest {
                let message = format!("nothing is within {tolerance} for certain where a printed number may be {widest} off");
                fields.problem_at("tolerance", message, Some("give a tolerance above the greatest `error`".to_string()));
            }
            let message = "a value claim needs `replicates`, of 1 or more";
            let replicates = at_least(&mut fields, "replicates", 1.0, message, "where the paper is silent, 1 assumes least");
            Rule::Value(Value { table: table.id.clone(), column, filter, experiment, tolerance, replicates, rival })
        }
        Kind::Bound => {
            let (left, right, when) = (fields.text("left"), fields.text("right"), fields.optional_text("when"));
            let values = table.value_columns();
            check_known(&fields, "left", &left, &values);
            check_known(&fields, "right", &right, &values);
            when.iter().for_each(|when| check_known(&fields, "when", when, &values));
            let relation = fields.choice("relation", &[("<", Relation::Less), ("<=", Relation::AtMost)]);
            Rule::Bound(Bound { table: table.id.clone(), filter, when, left, relation, right })
        }
    };
    fields.finish();
    Some(rule)
}

/// A number that must be there and be large enough.
fn at_least(fields: &mut Fields<'_>, name: &'static str, least: f64, message: &str, hint: &str) -> f64 {
    let number = fields.optional_float(name);
    if !number.is_some_and(|number| number >= least) {
        fields.problem_at(name, message.to_string(), Some(hint.to_string()));
    }
    number.unwrap_or_default()
}

fn read_subject(fields: &mut Fields<'_>, table: &Spec, filter: Filter, published: bool) -> Subject {
    let of = fields.text("of");
    let mut known = sampled(table);
    if published && table.published.is_some() {
        known.insert(PUBLISHED);
    }
    if !known.contains(of.as_str()) && !of.is_empty() {
        let hint = suggestion(&of, known.iter().copied());
        fields.problem_at("of", format!("no column of table '{}' takes the output '{of}'", table.id), Some(hint));
    }
    Subject { table: table.id.clone(), of, filter }
}

fn check_member(fields: &Fields<'_>, field: &str, name: &str, table: &Spec) {
    if !table.experiments.iter().any(|known| known == name) && !name.is_empty() {
        let hint = suggestion(name, table.experiments.iter().map(String::as_str));
        fields.problem_at(field, format!("table '{}' has no experiment '{name}'", table.id), Some(hint));
    }
}
