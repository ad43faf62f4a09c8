//! The ledger: every claim of a study with its verdict and evidence, as `claims.json` holds it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What the rule says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The cells say what the claim says.
    Reproduced,
    /// The cells say otherwise.
    Refuted,
    /// The cells do not decide.
    Inconclusive,
    /// The tier or the data to judge it were not there.
    NotRun,
}

impl Verdict {
    /// Every verdict, in the order of a ledger.
    pub const ALL: [Self; 4] = [Self::Reproduced, Self::Refuted, Self::Inconclusive, Self::NotRun];
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Reproduced => "reproduced",
            Self::Refuted => "refuted",
            Self::Inconclusive => "inconclusive",
            Self::NotRun => "not-run",
        })
    }
}

/// How a part of a *value* claim compares with the printed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The same, as far as the printed number goes.
    RoundsEqual,
    /// Within the tolerance.
    Within,
    /// Neither within the tolerance nor beyond it for certain.
    Consistent,
    /// Beyond the tolerance.
    Drifted,
    /// Beyond the tolerance, and a decision with it.
    Flipped,
}

impl Class {
    /// Every class, from agreement to its opposite.
    pub const ALL: [Self; 5] = [Self::RoundsEqual, Self::Within, Self::Consistent, Self::Drifted, Self::Flipped];
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::RoundsEqual => "rounds-equal",
            Self::Within => "within",
            Self::Consistent => "consistent",
            Self::Drifted => "drifted",
            Self::Flipped => "flipped",
        })
    }
}

/// One question of a claim, answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// What is compared with what, and where.
    pub label: String,
    /// What the estimate is.
    pub quantity: String,
    /// The mean over seeds; for a bound, the smallest slack. None where a training diverged.
    pub estimate: Option<f64>,
    /// The 95 % interval over seeds; an end that is infinite is written `null`.
    #[serde(with = "ends")]
    pub interval: Option<(f64, f64)>,
    /// Which values agree with the claim.
    pub claimed: String,
    /// The p-value after Holm's correction over the study.
    pub p: Option<f64>,
    /// How many seeds or rows it rests on.
    pub count: usize,
    /// What it says.
    pub verdict: Verdict,
    /// Why, in a few words.
    pub why: String,
    /// How it compares with a printed number, where it was judged by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// One claim, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Judged {
    /// The claim's name.
    pub id: String,
    /// What is claimed.
    pub statement: String,
    /// Where the paper says it.
    pub place: String,
    /// How we know: `read`, `derived` or `recalled`.
    pub source: String,
    /// The rule that judged it.
    pub rule: String,
    /// The table it reads.
    pub table: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub why: String,
    /// The questions it was split into, with their answers.
    pub parts: Vec<Part>,
}

/// The claims of one study, judged together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ledger {
    /// The study.
    pub study: String,
    /// The tier of the cells.
    pub tier: String,
    /// The error rate of the whole ledger.
    pub alpha: f64,
    /// The claims, in declared order.
    pub claims: Vec<Judged>,
}

impl Ledger {
    /// The text of `claims.json`.
    pub fn to_text(&self) -> String {
        // A ledger holds strings, finite numbers and open ends, which JSON can always express.
        serde_json::to_string_pretty(self).expect("a ledger has a JSON form") + "\n"
    }

    /// How many claims have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.claims.iter().filter(|claim| claim.verdict == verdict).count()
    }
}

/// JSON has no word for infinity: an interval's open end is `null`, and its place says which way it is open.
mod ends {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(interval: &Option<(f64, f64)>, serializer: S) -> Result<S::Ok, S::Error> {
        let finite = |end: f64| end.is_finite().then_some(end);
        interval.map(|(low, high)| (finite(low), finite(high))).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<(f64, f64)>, D::Error> {
        let ends = Option::<(Option<f64>, Option<f64>)>::deserialize(deserializer)?;
        Ok(ends.map(|(low, high)| (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_ends_are_read_as_they_were_written() {
        for interval in [None, Some((-1.5, 2.0)), Some((f64::NEG_INFINITY, 2.0)), Some((0.5, f64::INFINITY))] {
            let text = String::new;
            let part = Part {
                label: text(),
                quantity: text(),
                estimate: Some(0.7),
                interval,
                claimed: text(),
                p: None,
                count: 20,
                verdict: Verdict::Reproduced,
                why: text(),
                class: None,
            };
            let written = serde_json::to_string(&part).unwrap();
            assert_eq!(serde_json::from_str::<Part>(&written).unwrap(), part, "{written}");
        }
    }
}
