//! From claims and tables to verdicts.

use super::bootstrap::{Draws, Inference, Region, infer};
use super::claim::{Bound, Claim, Rule};
use super::contrast::{self, Contrast, Question as Asked};
use super::holm::holm;
use super::ledger::{Class, Judged, Ledger, Part, Verdict};
use super::{ALPHA, FEWEST_SEEDS, MOST_QUESTIONS};
use super::{fall, share, value};
use crate::table::{PUBLISHED, Table};
use std::collections::BTreeMap;

/// Judges the claims of a study together.
///
/// `stream` gives the resampling indices for a question, named by claim and label, so that a
/// verdict changes with nothing but its own cells. At a tier other than full, a claim that is not
/// marked for it is `not-run`.
///
/// # Errors
/// A message naming the claim whose table cannot answer it.
pub fn judge(
    study: &str,
    tier: &str,
    claims: &[Claim],
    tables: &BTreeMap<String, Table>,
    stream: &dyn Fn(&str) -> Box<dyn Draws>,
) -> Result<Ledger, String> {
    let mut judged = Vec::new();
    let mut questions: Vec<Question> = Vec::new();
    for claim in claims {
        let ready = tier == "full" || claim.at_smoke;
        let table = tables.get(claim.rule.table()).filter(|_| ready);
        let (parts, contrasts) = table.map_or_else(|| Ok(Default::default()), |table| ask(claim, table))?;
        for contrast in contrasts {
            let mut draws = stream(&format!("{}/{}", claim.id, contrast.label));
            let answerable = contrast.sample.len() >= FEWEST_SEEDS && diverged(&contrast) == 0;
            let inference = answerable.then(|| match contrast.question {
                Asked::Mean => infer(&contrast.sample, contrast.region, draws.as_mut()),
                Asked::Share => share::share(&contrast.sample, contrast.region),
                Asked::Pairs => share::pairs(&contrast.sample),
            });
            let flip = contrast.printed.as_ref().and_then(|comparison| comparison.flip.as_ref());
            let flip = flip.filter(|(sample, _)| answerable && sample.iter().all(|value| !value.is_nan()));
            let flip = flip.map(|(sample, region)| infer(sample, *region, draws.as_mut()));
            questions.push(Question { claim: judged.len(), contrast, inference, flip });
        }
        judged.push(unjudged(claim, parts));
    }
    // Both directions are asked of every question, hence twice the smaller p-value.
    let two_sided = |inference: &Inference| (2.0 * inference.p_inside.min(inference.p_outside)).min(1.0);
    let asked: Vec<f64> = questions.iter().flat_map(|question| question.inference.iter().chain(&question.flip)).map(two_sided).collect();
    if asked.len() > MOST_QUESTIONS {
        return Err(format!(
            "the claims ask {} questions, and {MOST_QUESTIONS} are the most that resampling can answer together",
            asked.len()
        ));
    }
    let mut corrected = holm(&asked).into_iter();
    for Question { claim, contrast, inference, flip } in questions {
        let mut with_p = |inference: Option<Inference>| inference.map(|inference| (inference, corrected.next().unwrap_or(1.0)));
        let (answered, flip) = (with_p(inference), with_p(flip));
        let flipped = flip.is_some_and(|(flip, p)| p <= ALPHA && flip.p_inside < flip.p_outside);
        judged[claim].parts.push(answer(&contrast, answered, flipped));
    }
    for claim in &mut judged {
        (claim.verdict, claim.why) = conclude(&claim.parts);
    }
    Ok(Ledger { study: study.to_string(), tier: tier.to_string(), alpha: ALPHA, claims: judged })
}

/// What a claim asks of a table: parts that have their answer, and questions about seeds.
///
/// # Errors
/// A message naming the claim, where the table cannot answer it.
pub(super) fn ask(claim: &Claim, table: &Table) -> Result<(Vec<Part>, Vec<Contrast>), String> {
    let asked = match &claim.rule {
        Rule::Fall(rule) if rule.subject.of == PUBLISHED => fall::published(rule, table).map(|parts| (parts, Vec::new())),
        Rule::Bound(rule) => bound(rule, table).map(|part| (vec![part], Vec::new())),
        Rule::Order(rule) => contrast::order(rule, table).map(unanswered),
        Rule::Slope(rule) => contrast::slope(rule, table).map(unanswered),
        Rule::Fall(rule) => fall::measured(rule, table).map(unanswered),
        Rule::Equivalence(rule) => contrast::equivalence(rule, table).map(unanswered),
        Rule::Value(rule) => value::contrasts(rule, table).map(unanswered),
        Rule::Share(rule) => share::contrasts(rule, table).map(unanswered),
    };
    asked.map_err(|message| format!("claim '{}': {message}", claim.id))
}

fn unanswered(contrasts: Vec<Contrast>) -> (Vec<Part>, Vec<Contrast>) {
    (Vec::new(), contrasts)
}

/// A claim before anything is said of it.
pub(super) fn unjudged(claim: &Claim, parts: Vec<Part>) -> Judged {
    Judged {
        id: claim.id.clone(),
        statement: claim.statement.clone(),
        place: claim.place.clone(),
        source: claim.source.clone(),
        rule: claim.rule.name().to_string(),
        table: claim.rule.table().to_string(),
        verdict: Verdict::NotRun,
        why: String::new(),
        parts,
    }
}

/// One question to the cells, and with a published number whether its decision is another.
struct Question {
    /// The claim's place in the ledger.
    claim: usize,
    contrast: Contrast,
    inference: Option<Inference>,
    flip: Option<Inference>,
}

/// How many seeds have no number, because a training diverged.
pub(super) fn diverged(contrast: &Contrast) -> usize {
    contrast.sample.iter().filter(|value| value.is_nan()).count()
}

/// A question that has no answer, because seeds are few or trainings diverged.
pub(super) fn undecided(contrast: &Contrast) -> Part {
    let (count, diverged) = (contrast.sample.len(), diverged(contrast));
    Part {
        label: contrast.label.clone(),
        quantity: contrast.quantity.to_string(),
        estimate: (diverged == 0).then(|| crate::statistic::mean(&contrast.sample)),
        interval: None,
        claimed: region(contrast),
        p: None,
        count,
        verdict: Verdict::Inconclusive,
        // What is left of a sample when its divergences are left out is no sample of the method.
        why: match diverged {
            0 => format!("{count} seeds are fewer than {FEWEST_SEEDS}"),
            _ => format!("training diverged with {diverged} of {count} seeds"),
        },
        class: None,
    }
}

/// The verdict on one question.
fn answer(contrast: &Contrast, answered: Option<(Inference, f64)>, flipped: bool) -> Part {
    let mut part = undecided(contrast);
    let Some((inference, p)) = answered else { return part };
    let low = contrast.region.low;
    let inside = inference.p_inside < inference.p_outside;
    // The gate keeps a difference that is certain but too small to matter from deciding.
    let beyond = inference.estimate >= low + contrast.gate || inference.estimate <= low - contrast.gate;
    let matters = contrast.gate == 0.0 || beyond;
    (part.verdict, part.why) = match (p <= ALPHA, inside, matters) {
        (true, true, true) => (Verdict::Reproduced, "lies where the claim says".to_string()),
        (true, false, true) => (Verdict::Refuted, "lies elsewhere".to_string()),
        (true, _, false) => (Verdict::Inconclusive, "the difference is smaller than the margin that matters".to_string()),
        (false, ..) => (Verdict::Inconclusive, "the seeds do not decide".to_string()),
    };
    part.class = contrast.printed.as_ref().map(|comparison| value::class(comparison, inference.estimate, part.verdict, flipped));
    part.interval = Some(inference.interval);
    part.p = Some(p);
    part
}

fn region(contrast: &Contrast) -> String {
    let Region { low, high, slack, .. } = contrast.region;
    match (low.is_finite(), high.is_finite()) {
        (true, true) if slack > 0.0 => format!("in [{low:.3}, {high:.3}], printed within {slack}"),
        (true, true) => format!("in [{low:.3}, {high:.3}]"),
        (true, false) if contrast.gate > 0.0 => format!("above {low:.3}, by {:.3} or more", contrast.gate),
        (true, false) => format!("above {low:.3}"),
        _ => format!("at most {high:.3}"),
    }
}

/// An inequality on every row: one row that breaks it refutes it.
fn bound(rule: &Bound, table: &Table) -> Result<Part, String> {
    let value = |row, name: &str| table.value(row, name).ok_or_else(|| format!("table '{}' has no column '{name}'", rule.table));
    let (mut count, mut slack, mut worst, mut broken, mut diverged) = (0, f64::INFINITY, String::new(), 0, 0);
    for row in table.select(&rule.filter) {
        if row.diverged > 0 {
            diverged += 1;
            continue;
        }
        if let Some(when) = &rule.when
            && value(row, when)? == 0.0
        {
            continue;
        }
        let (left, right) = (value(row, &rule.left)?, value(row, &rule.right)?);
        count += 1;
        broken += usize::from(!rule.relation.holds(left, right));
        if right - left < slack {
            slack = right - left;
            let keys = table.spec.key_columns().into_iter().zip(&row.key);
            worst = keys.map(|(name, key)| format!("{name}={key}")).collect::<Vec<_>>().join(", ");
        }
    }
    if count + diverged == 0 {
        return Err("no row is left to judge".to_string());
    }
    let (verdict, why) = match (broken, diverged) {
        (0, 0) => (Verdict::Reproduced, format!("holds on all {count} rows")),
        (0, _) => (Verdict::Inconclusive, format!("training diverged on {diverged} of {} rows", count + diverged)),
        _ => (Verdict::Refuted, format!("broken on {broken} of {count} rows")),
    };
    let relation = match rule.relation {
        super::claim::Relation::Less => "<",
        super::claim::Relation::AtMost => "<=",
    };
    Ok(Part {
        label: format!("{} {relation} {}, tightest at {worst}", rule.left, rule.right),
        quantity: "smallest slack".to_string(),
        estimate: (count > 0).then_some(slack),
        interval: None,
        claimed: format!("{} on every row", if relation == "<" { "above 0" } else { "0 or more" }),
        p: None,
        count,
        verdict,
        why,
        class: None,
    })
}

/// A claim holds if all of its parts hold, and falls with any that is refuted.
pub(super) fn conclude(parts: &[Part]) -> (Verdict, String) {
    let count = |verdict| parts.iter().filter(|part| part.verdict == verdict).count();
    let (held, fell) = (count(Verdict::Reproduced), count(Verdict::Refuted));
    let in_class = |class| parts.iter().filter(|part| part.class == Some(class)).count();
    let classes: Vec<_> = Class::ALL.into_iter().map(|class| (in_class(class), class)).filter(|(count, _)| *count > 0).collect();
    let classes = classes.iter().map(|(count, class)| format!("{count} {class}")).collect::<Vec<_>>().join(", ");
    let classes = if classes.is_empty() { classes } else { format!(": {classes}") };
    let tally = format!("of {} parts {held} reproduced, {fell} refuted, {} undecided{classes}", parts.len(), parts.len() - held - fell);
    match parts {
        [] => (Verdict::NotRun, "its tier was not run".to_string()),
        [one] => (one.verdict, one.why.clone()),
        _ if held == parts.len() => (Verdict::Reproduced, format!("all {held} parts reproduced{classes}")),
        _ if fell > 0 => (Verdict::Refuted, tally),
        _ => (Verdict::Inconclusive, tally),
    }
}
