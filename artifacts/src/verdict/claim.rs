//! Claims as declared: what was published, and the rule that judges it.

use crate::table::Filter;
use serde::Serialize;

/// One published statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// The claim's name.
    pub id: String,
    /// What is claimed, in our own words.
    pub statement: String,
    /// Where the paper says it.
    pub place: String,
    /// How we know that the paper says it: `read`, `derived` or `recalled`.
    pub source: String,
    /// Whether it can be judged at smoke tier; otherwise only at full tier.
    pub at_smoke: bool,
    /// The rule.
    pub rule: Rule,
}

/// The closed set of rules; their prose is in `artifacts/README.md`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Rule {
    /// One experiment's error is smaller than others'.
    Order(Order),
    /// An error falls at a rate.
    Slope(Slope),
    /// An error falls at every step.
    Fall(Fall),
    /// Two experiments' errors are no more than a margin apart.
    Equivalence(Equivalence),
    /// A published number comes out again.
    Value(Value),
    /// So many runs do something, or more than another arm's.
    Share(Share),
    /// An inequality holds on every row.
    Bound(Bound),
}

/// Rows of a table and the output that is judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Subject {
    /// The table.
    pub table: String,
    /// The output whose per-seed values are judged. Smaller is better.
    pub of: String,
    /// Which rows.
    pub filter: Filter,
}

/// See [`Rule::Order`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Order {
    /// What is judged.
    pub subject: Subject,
    /// The experiment that is claimed to be better, or not better.
    pub better: String,
    /// The experiments it is compared with, one by one.
    pub than: Vec<String>,
    /// Whether it is claimed to be better, or to have no advantage.
    pub expect: Expect,
    /// The relative difference that matters, as a ratio of geometric means minus 1.
    pub margin: f64,
}

/// What an order claim expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Expect {
    /// The error is smaller, by at least the margin.
    #[default]
    Better,
    /// The error is not smaller by more than the margin.
    NoBetter,
}

/// See [`Rule::Slope`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slope {
    /// What is judged.
    pub subject: Subject,
    /// The experiment whose slope is taken.
    pub experiment: String,
    /// With it, the slope of this experiment is subtracted, seed by seed.
    pub minus: Option<String>,
    /// The key column whose logarithm is the abscissa.
    pub along: String,
    /// The smallest value that agrees with the claim.
    pub low: f64,
    /// The largest value that agrees with the claim.
    pub high: f64,
}

/// See [`Rule::Fall`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fall {
    /// What is judged; of the column [`crate::table::PUBLISHED`] what the paper prints.
    pub subject: Subject,
    /// The experiment.
    pub experiment: String,
    /// The key column along which the error falls.
    pub along: String,
}

/// See [`Rule::Equivalence`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Equivalence {
    /// What is judged.
    pub subject: Subject,
    /// One experiment.
    pub experiment: String,
    /// The other.
    pub to: String,
    /// The relative difference that does not matter, as a ratio of geometric means minus 1.
    pub margin: f64,
}

/// See [`Rule::Value`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// The table, which has published numbers.
    pub table: String,
    /// The column that answers them.
    pub column: String,
    /// Which rows.
    pub filter: Filter,
    /// The experiment whose numbers are published.
    pub experiment: String,
    /// The difference that does not matter.
    pub tolerance: f64,
    /// How many seeds a published number is taken to rest on.
    pub replicates: f64,
    /// The experiment whose order with this one is the decision that may flip.
    pub rival: Option<String>,
}

/// See [`Rule::Share`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// What is judged: an output that is 1 where a run did it and 0 where it did not.
    pub subject: Subject,
    /// The experiment whose runs are counted.
    pub experiment: String,
    /// What is claimed of their share.
    pub shares: Shares,
}

/// What a share claim says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shares {
    /// It lies between two ends.
    Within {
        /// The smallest share that agrees.
        low: f64,
        /// The largest one.
        high: f64,
    },
    /// It is greater than others', seed by seed.
    More {
        /// The experiments it is compared with, one by one.
        than: Vec<String>,
        /// The difference of shares that matters.
        margin: f64,
    },
}

/// See [`Rule::Bound`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bound {
    /// The table.
    pub table: String,
    /// Which rows.
    pub filter: Filter,
    /// Only rows where this column is not 0.
    pub when: Option<String>,
    /// The column on the left.
    pub left: String,
    /// The inequality.
    pub relation: Relation,
    /// The column on the right.
    pub right: String,
}

/// An inequality.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Relation {
    /// Left is smaller.
    #[default]
    Less,
    /// Left is not greater.
    AtMost,
}

impl Relation {
    /// Whether the inequality holds.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
        }
    }
}

/// The values of an estimate that agree with a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claimed {
    /// The smallest one.
    pub low: f64,
    /// The largest one.
    pub high: f64,
    /// How far from the region's finite end an estimate must lie before it counts.
    pub gate: f64,
}

impl Order {
    /// The logarithms of error ratios that agree: positive ones are for the claim's experiment.
    pub fn claimed(&self) -> Claimed {
        let gate = (1.0 + self.margin).ln();
        match self.expect {
            Expect::Better => Claimed { low: 0.0, high: f64::INFINITY, gate },
            Expect::NoBetter => Claimed { low: f64::NEG_INFINITY, high: gate, gate: 0.0 },
        }
    }
}

impl Equivalence {
    /// The logarithms of error ratios that agree.
    pub fn claimed(&self) -> Claimed {
        let bound = (1.0 + self.margin).ln();
        Claimed { low: -bound, high: bound, gate: 0.0 }
    }
}

impl Share {
    /// The shares, or the differences of shares, that agree.
    pub fn claimed(&self) -> Claimed {
        match &self.shares {
            Shares::Within { low, high } => Claimed { low: *low, high: *high, gate: 0.0 },
            Shares::More { margin, .. } => Claimed { low: 0.0, high: f64::INFINITY, gate: *margin },
        }
    }
}

impl Rule {
    /// The values of each part's estimate that agree.
    pub fn claimed(&self) -> Claimed {
        match self {
            Self::Order(order) => order.claimed(),
            Self::Slope(slope) => Claimed { low: slope.low, high: slope.high, gate: 0.0 },
            Self::Equivalence(equivalence) => equivalence.claimed(),
            Self::Value(value) => Claimed { low: -value.tolerance, high: value.tolerance, gate: 0.0 },
            Self::Share(share) => share.claimed(),
            Self::Fall(_) | Self::Bound(_) => Claimed { low: 0.0, high: f64::INFINITY, gate: 0.0 },
        }
    }

    /// The table it reads.
    pub fn table(&self) -> &str {
        match self {
            Self::Order(Order { subject, .. })
            | Self::Slope(Slope { subject, .. })
            | Self::Fall(Fall { subject, .. })
            | Self::Equivalence(Equivalence { subject, .. }) => &subject.table,
            Self::Share(share) => &share.subject.table,
            Self::Value(value) => &value.table,
            Self::Bound(bound) => &bound.table,
        }
    }

    /// The experiments it reads; none where it reads all of the table's.
    pub fn experiments(&self) -> Option<Vec<&str>> {
        let (own, others): (&str, Vec<&str>) = match self {
            Self::Order(order) => (&order.better, order.than.iter().map(String::as_str).collect()),
            Self::Slope(slope) => (&slope.experiment, slope.minus.iter().map(String::as_str).collect()),
            Self::Fall(fall) => (&fall.experiment, Vec::new()),
            Self::Equivalence(equivalence) => (&equivalence.experiment, vec![&equivalence.to]),
            Self::Value(value) => (&value.experiment, value.rival.iter().map(String::as_str).collect()),
            Self::Share(Share { experiment, shares: Shares::More { than, .. }, .. }) => {
                (experiment, than.iter().map(String::as_str).collect())
            }
            Self::Share(share) => (&share.experiment, Vec::new()),
            Self::Bound(_) => return None,
        };
        Some([own].into_iter().chain(others).collect())
    }

    /// Which of the table's rows it reads.
    pub fn filter(&self) -> &Filter {
        match self {
            Self::Order(Order { subject, .. })
            | Self::Slope(Slope { subject, .. })
            | Self::Fall(Fall { subject, .. })
            | Self::Equivalence(Equivalence { subject, .. }) => &subject.filter,
            Self::Share(share) => &share.subject.filter,
            Self::Value(value) => &value.filter,
            Self::Bound(bound) => &bound.filter,
        }
    }

    /// The rule's name in a declaration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Order(_) => "order",
            Self::Slope(_) => "slope",
            Self::Fall(_) => "fall",
            Self::Equivalence(_) => "equivalence",
            Self::Value(_) => "value",
            Self::Share(_) => "share",
            Self::Bound(_) => "bound",
        }
    }
}
