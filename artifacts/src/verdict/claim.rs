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
pub struct Region {
    /// The smallest one.
    pub low: f64,
    /// The largest one.
    pub high: f64,
    /// How far from the region's finite end an estimate must lie before it counts.
    pub gate: f64,
}

impl Order {
    /// The logarithms of error ratios that agree: positive ones are for the claim's experiment.
    pub fn region(&self) -> Region {
        let gate = (1.0 + self.margin).ln();
        match self.expect {
            Expect::Better => Region { low: 0.0, high: f64::INFINITY, gate },
            Expect::NoBetter => Region { low: f64::NEG_INFINITY, high: gate, gate: 0.0 },
        }
    }
}

impl Rule {
    /// The values of each part's estimate that agree.
    pub fn region(&self) -> Region {
        match self {
            Self::Order(order) => order.region(),
            Self::Slope(slope) => Region { low: slope.low, high: slope.high, gate: 0.0 },
            Self::Bound(_) => Region { low: 0.0, high: f64::INFINITY, gate: 0.0 },
        }
    }

    /// The table it reads.
    pub fn table(&self) -> &str {
        match self {
            Self::Order(Order { subject, .. }) | Self::Slope(Slope { subject, .. }) => &subject.table,
            Self::Bound(bound) => &bound.table,
        }
    }

    /// Which of the table's rows it reads.
    pub fn filter(&self) -> &Filter {
        match self {
            Self::Order(Order { subject, .. }) | Self::Slope(Slope { subject, .. }) => &subject.filter,
            Self::Bound(bound) => &bound.filter,
        }
    }

    /// The rule's name in a declaration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Order(_) => "order",
            Self::Slope(_) => "slope",
            Self::Bound(_) => "bound",
        }
    }
}
