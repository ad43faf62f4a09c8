//! The rule *fall*: an error gets smaller from each place on an axis to the next.

use super::claim::Fall;
use super::contrast::{Contrast, Place, Question, curves, log_ratios, name};
use super::ledger::{Part, Verdict};
use super::value::printed;
use crate::table::{Row, Table};

/// For each step: ln(error before / error after), seed by seed.
pub(super) fn measured(rule: &Fall, table: &Table) -> Result<Vec<Contrast>, String> {
    let contrast = |(label, before, after): (String, &Row, &Row)| {
        let sample = log_ratios(before, after, &rule.subject.of)?;
        Ok(Contrast {
            label,
            quantity: "ln error ratio",
            sample,
            region: (0.0, f64::INFINITY).into(),
            gate: 0.0,
            printed: None,
            question: Question::Mean,
        })
    };
    steps(rule, table)?.into_iter().map(contrast).collect()
}

/// The same of what the paper prints: a step counts where it exceeds both errors together.
pub(super) fn published(rule: &Fall, table: &Table) -> Result<Vec<Part>, String> {
    let part = |(label, before, after): (String, &Row, &Row)| {
        let (before, after) =
            printed(table, before).zip(printed(table, after)).ok_or_else(|| format!("nothing is published for both ends of {label}"))?;
        let (fall, error) = (before.value - after.value, before.error + after.error);
        let (verdict, why) = match before.clear_of(&after) {
            Some(fall) if fall > 0.0 => (Verdict::Reproduced, "the printed numbers fall"),
            Some(_) => (Verdict::Refuted, "the printed numbers rise"),
            None => (Verdict::Inconclusive, "the step is no greater than the errors of reading"),
        };
        Ok(Part {
            label,
            quantity: "fall of the printed number".to_string(),
            estimate: Some(fall),
            interval: Some((fall - error, fall + error)),
            claimed: "above 0".to_string(),
            p: None,
            count: 2,
            verdict,
            why: why.to_string(),
            class: None,
        })
    };
    steps(rule, table)?.into_iter().map(part).collect()
}

/// The steps along the axis: a label, and the rows before and after.
fn steps<'a>(rule: &Fall, table: &'a Table) -> Result<Vec<(String, &'a Row, &'a Row)>, String> {
    let mut steps = Vec::new();
    for (place, curve) in curves(&rule.subject, table, &rule.experiment, &rule.along)? {
        if curve.len() < 2 {
            return Err(format!("a step needs two values of '{}' at '{}'", rule.along, name(&place)));
        }
        for pair in curve.windows(2) {
            let step = vec![(rule.along.clone(), crate::Scalar::Text(format!("{} to {}", pair[0].0, pair[1].0)))];
            let label: Place = place.iter().cloned().chain(step).collect();
            steps.push((name(&label), pair[0].1, pair[1].1));
        }
    }
    Ok(steps)
}
