//! Claims: `[[claim]]`.

use super::experiments::Experiment;
use super::fields::{Fields, Sink};
use super::tables::{check_known, check_rows, filterable, named, read_filter, sampled};
use super::{Tier, check_ids};
use crate::problem::suggestion;
use saigen_artifacts::table::Spec;
use saigen_artifacts::verdict::claim::{Bound, Expect, Order, Relation, Slope, Subject};
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
    Bound,
}

fn read_rule(mut fields: Fields<'_>, tables: &[Spec], experiments: &[Experiment]) -> Option<Rule> {
    let kind = fields.choice("kind", &[("order", Kind::Order), ("slope", Kind::Slope), ("bound", Kind::Bound)]);
    let table = named(&mut fields, tables)?;
    let filter = read_filter(&mut fields, &filterable(table));
    check_rows(&fields, &filter, table, experiments, Tier::Full);
    let rule = match kind {
        Kind::Unknown => return None,
        Kind::Order => {
            let subject = read_subject(&mut fields, table, filter);
            let better = fields.text("better");
            let than = fields.texts("than");
            for name in than.iter().chain([&better]) {
                check_member(&fields, if *name == better { "better" } else { "than" }, name, table);
            }
            let expect = fields.choice("expect", &[("better", Expect::Better), ("no-better", Expect::NoBetter)]);
            let margin = fields.optional_float("margin");
            if !margin.is_some_and(|margin| margin >= 0.0) {
                fields.problem_at(
                    "margin",
                    "an order claim needs a margin of 0 or more".to_string(),
                    Some("0.05 means 5 percent".to_string()),
                );
            }
            Rule::Order(Order { subject, better, than, expect, margin: margin.unwrap_or_default() })
        }
        Kind::Slope => {
            let subject = read_subject(&mut fields, table, filter);
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

fn read_subject(fields: &mut Fields<'_>, table: &Spec, filter: saigen_artifacts::table::Filter) -> Subject {
    let of = fields.text("of");
    let known = sampled(table);
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
