//! Contrasts: one number a seed whose mean answers a claim.

use super::bootstrap::Region;
use super::claim::{Claimed, Equivalence, Order, Slope, Subject};
use crate::Scalar;
use crate::statistic::{line, logarithms};
use crate::table::{Filter, Printed, Row, Table};
use std::collections::BTreeMap;

/// One question about `sample`: mostly, does its mean lie in `region`?
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contrast {
    /// What is compared with what, and where.
    pub(super) label: String,
    /// What the numbers are, for the reader of the evidence.
    pub(super) quantity: &'static str,
    /// One number a seed.
    pub(super) sample: Vec<f64>,
    /// The values that agree with the claim.
    pub(super) region: Region,
    /// How far from the region's finite end the mean must lie before it counts.
    pub(super) gate: f64,
    /// The printed number that it is compared with, and its decision.
    pub(super) printed: Option<Comparison>,
    /// What is asked of the sample.
    pub(super) question: Question,
}

/// What is asked of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Does its mean lie in the region? By resampling.
    Mean,
    /// Does the share of ones, the others being 0, lie in the region? By exact tails.
    Share,
    /// Are there more ones than minus ones? By exact tails.
    Pairs,
}

/// What a published number adds to a contrast.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Comparison {
    pub(super) printed: Printed,
    /// Where the printed order with the rival is clear: the logarithm, a seed, of the rival's error
    /// over the own, and the values at which the order is the other one.
    pub(super) flip: Option<(Vec<f64>, Region)>,
}

/// For each row and rival: ln(rival's error / own error), which is positive where the claim's
/// experiment is better.
pub(super) fn order(rule: &Order, table: &Table) -> Result<Vec<Contrast>, String> {
    let own = rows(&rule.subject, table, &rule.better)?;
    let Claimed { low, high, gate } = rule.claimed();
    let mut contrasts = Vec::new();
    for rival in &rule.than {
        let rivals = rows(&rule.subject, table, rival)?;
        for (place, row) in &own {
            let other = rivals.get(place).ok_or_else(|| format!("'{rival}' has no row at {}", name(place)))?;
            let sample = log_ratios(other, row, &rule.subject.of)?;
            let at = name(place);
            let label = if at.is_empty() { format!("vs {rival}") } else { format!("{at} vs {rival}") };
            contrasts.push(Contrast {
                label,
                quantity: "ln error ratio",
                sample,
                region: (low, high).into(),
                gate,
                printed: None,
                question: Question::Mean,
            });
        }
    }
    Ok(contrasts)
}

/// For each row: ln(other's error / own error), which is near 0 where the two are equivalent.
pub(super) fn equivalence(rule: &Equivalence, table: &Table) -> Result<Vec<Contrast>, String> {
    let others = rows(&rule.subject, table, &rule.to)?;
    let Claimed { low, high, gate } = rule.claimed();
    let contrast = |(place, row): (Place, &Row)| {
        let other = others.get(&place).ok_or_else(|| format!("'{}' has no row at {}", rule.to, name(&place)))?;
        let sample = log_ratios(other, row, &rule.subject.of)?;
        Ok(Contrast {
            label: name(&place),
            quantity: "ln error ratio",
            sample,
            region: (low, high).into(),
            gate,
            printed: None,
            question: Question::Mean,
        })
    };
    rows(&rule.subject, table, &rule.experiment)?.into_iter().map(contrast).collect()
}

/// For each setting of the other keys: the slope of ln error over the logarithm of `along`, seed by
/// seed, less the slope of the rival where one is named.
pub(super) fn slope(rule: &Slope, table: &Table) -> Result<Vec<Contrast>, String> {
    let own = slopes(rule, table, &rule.experiment)?;
    let rival = rule.minus.as_ref().map(|minus| slopes(rule, table, minus)).transpose()?;
    let mut contrasts = Vec::new();
    for (place, slopes) in own {
        let mut sample = slopes;
        if let Some(rival) = &rival {
            let other = rival.get(&place).filter(|other| other.len() == sample.len());
            let other = other.ok_or_else(|| format!("the two experiments differ in seeds at '{}'", name(&place)))?;
            sample = sample.iter().zip(other).map(|(a, b)| a - b).collect();
        }
        let quantity = if rival.is_some() { "difference of log-log slopes" } else { "log-log slope" };
        contrasts.push(Contrast {
            label: name(&place),
            quantity,
            sample,
            region: (rule.low, rule.high).into(),
            gate: 0.0,
            printed: None,
            question: Question::Mean,
        });
    }
    Ok(contrasts)
}

/// Where a row lies: its key columns and values, but for the experiment.
pub(super) type Place = Vec<(String, Scalar)>;

pub(super) fn name(place: &Place) -> String {
    place.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}

/// The rows of one experiment by their place.
pub(super) fn rows<'a>(subject: &Subject, table: &'a Table, experiment: &str) -> Result<BTreeMap<Place, &'a Row>, String> {
    let mut filter: Filter = subject.filter.clone();
    filter.insert("experiment".to_string(), Scalar::Text(experiment.to_string()));
    let mut found = BTreeMap::new();
    for row in table.select(&filter) {
        // Two cells of one seed in a row would count as two seeds.
        if let Some(pair) = row.sample.seeds().windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(format!("a row of '{experiment}' holds seed {} twice: its table's keys leave out an axis", pair[1]));
        }
        let free = table.spec.keys.iter().filter(|key| !filter.contains_key(*key));
        let place = free.filter_map(|key| table.key(row, key).map(|value| (key.clone(), value.clone()))).collect();
        found.insert(place, row);
    }
    if found.is_empty() {
        return Err(format!("no row of experiment '{experiment}' is left by the filter"));
    }
    Ok(found)
}

/// Pairs of cells are of one seed.
pub(super) fn same_seeds(a: &Row, b: &Row) -> Result<(), String> {
    let (a, b) = (a.sample.seeds(), b.sample.seeds());
    if a == b { Ok(()) } else { Err(format!("seeds differ: {a:?} and {b:?}")) }
}

/// ln(value of a / value of b), seed by seed.
pub(super) fn log_ratios(a: &Row, b: &Row, of: &str) -> Result<Vec<f64>, String> {
    same_seeds(a, b)?;
    let (a, b) = (logarithms(a.sample.of(of))?, logarithms(b.sample.of(of))?);
    Ok(a.into_iter().zip(b).map(|(a, b)| a - b).collect())
}

/// A table's rows along an axis: places on it, ascending, by the values of the other keys.
type Curves<'a> = BTreeMap<Place, Vec<(f64, &'a Row)>>;

/// The rows of one experiment along an axis.
pub(super) fn curves<'a>(subject: &Subject, table: &'a Table, experiment: &str, along: &str) -> Result<Curves<'a>, String> {
    let mut curves = Curves::new();
    for (place, row) in rows(subject, table, experiment)? {
        let at = place.iter().find(|(key, _)| *key == along).and_then(|(_, value)| value.number());
        let at = at.ok_or_else(|| format!("'{along}' is not a column of numbers"))?;
        let rest = place.into_iter().filter(|(key, _)| *key != along).collect();
        curves.entry(rest).or_default().push((at, row));
    }
    curves.values_mut().for_each(|curve| curve.sort_by(|a, b| a.0.total_cmp(&b.0)));
    Ok(curves)
}

/// The slopes of one experiment, one a seed, by place without `along`.
fn slopes(rule: &Slope, table: &Table, experiment: &str) -> Result<BTreeMap<Place, Vec<f64>>, String> {
    let fit = |(place, curve): (Place, Vec<(f64, &Row)>)| {
        let seeds = curve[0].1.sample.seeds();
        if curve.len() < 2 || curve.iter().any(|(_, row)| row.sample.seeds() != seeds) {
            return Err(format!("a slope needs two values of '{}' and the same seeds at each", rule.along));
        }
        let logs: Vec<(f64, Vec<f64>)> =
            curve.iter().map(|(x, row)| Ok((x.ln(), logarithms(row.sample.of(&rule.subject.of))?))).collect::<Result<_, String>>()?;
        let points = |seed: usize| logs.iter().map(|(x, ys)| (*x, ys[seed])).collect::<Vec<_>>();
        Ok((place, (0..seeds.len()).map(|seed| line(&points(seed)).0).collect()))
    };
    curves(&rule.subject, table, experiment, &rule.along)?.into_iter().map(fit).collect()
}
