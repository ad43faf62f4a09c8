//! The rule *value*: does a published number come out again?

use super::bootstrap::Region;
use super::claim::{Subject, Value};
use super::contrast::{Comparison, Contrast, Question, log_ratios, name, rows};
use super::ledger::{Class, Verdict};
use crate::statistic::{Statistic, mean};
use crate::table::{PUBLISHED, PUBLISHED_ERROR, Printed, Row, Table};

/// For each row with a published number: our statistic less that number, as a mean over seeds.
pub(super) fn contrasts(rule: &Value, table: &Table) -> Result<Vec<Contrast>, String> {
    let column = table.spec.column(&rule.column).ok_or_else(|| format!("table '{}' has no column '{}'", rule.table, rule.column))?;
    let subject = Subject { table: rule.table.clone(), of: column.of.clone(), filter: rule.filter.clone() };
    let own = rows(&subject, table, &rule.experiment)?;
    let rivals = rule.rival.as_ref().map(|rival| rows(&subject, table, rival)).transpose()?;
    let mut contrasts = Vec::new();
    for (place, row) in own {
        let Some(printed) = printed(table, row) else { continue };
        let values = row.sample.of(&column.of);
        let shares: Vec<f64> = match column.statistic {
            Statistic::Mean => values.iter().map(|value| value - printed.value).collect(),
            Statistic::LogMean => {
                let mean = mean(values);
                // A seed that diverged is counted as one, and not as all.
                let share =
                    |value: &f64| if mean.is_nan() { value - printed.value } else { mean.ln() + (value - mean) / mean - printed.value };
                values.iter().map(share).collect()
            }
            other => {
                return Err(format!("column '{}' is a {other}: a published number is compared with a mean or a log-mean", rule.column));
            }
        };
        let flip = match rivals.as_ref().and_then(|rivals| rivals.get(&place)) {
            Some(rival) => flip(table, (row, printed), rival, &column.of)?,
            None => None,
        };
        let inflation = (1.0 + shares.len() as f64 / rule.replicates).sqrt();
        let at = name(&place);
        contrasts.push(Contrast {
            label: format!("{at}{}printed {}", if at.is_empty() { "" } else { ": " }, printed.value),
            quantity: "difference from the printed number",
            sample: shares,
            region: Region { low: -rule.tolerance, high: rule.tolerance, slack: printed.error, inflation },
            gate: 0.0,
            printed: Some(Comparison { printed, flip }),
            question: Question::Mean,
        });
    }
    if contrasts.is_empty() {
        return Err(format!("nothing is published for the rows of '{}'", rule.experiment));
    }
    Ok(contrasts)
}

pub(super) fn printed(table: &Table, row: &Row) -> Option<Printed> {
    let number = |column| table.value(row, column).filter(|value: &f64| !value.is_nan());
    Some(Printed { value: number(PUBLISHED)?, error: number(PUBLISHED_ERROR)? })
}

/// The question whether the order with a rival is another than the printed one, where that is clear.
fn flip(table: &Table, (row, own): (&Row, Printed), rival: &Row, of: &str) -> Result<Option<(Vec<f64>, Region)>, String> {
    let Some(other) = printed(table, rival) else { return Ok(None) };
    let Some(apart) = other.clear_of(&own) else { return Ok(None) };
    let region = if apart > 0.0 { (f64::NEG_INFINITY, 0.0) } else { (0.0, f64::INFINITY) };
    Ok(Some((log_ratios(rival, row, of)?, region.into())))
}

/// The class of a part, with the verdict that its own question got.
pub(super) fn class(comparison: &Comparison, estimate: f64, verdict: Verdict, flipped: bool) -> Class {
    match verdict {
        Verdict::Reproduced if estimate.abs() <= comparison.printed.error => Class::RoundsEqual,
        Verdict::Reproduced => Class::Within,
        Verdict::Refuted if flipped => Class::Flipped,
        Verdict::Refuted => Class::Drifted,
        Verdict::Inconclusive | Verdict::NotRun => Class::Consistent,
    }
}
