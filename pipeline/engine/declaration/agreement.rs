//! How far apart two backends may be: `[agreement]`.
//!
//! It says what to think of results, not what they are, so it is part of no key.

use super::experiments::Experiment;
use super::fields::Fields;
use crate::method::Placement;
use crate::problem::suggestion;
use saigen_artifacts::Kind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// By how much a column may differ between two backends. Two numbers are near if they differ by at
/// most `absolute`, or by at most `relative` of the greater of them; a series is if all its numbers
/// are; anything else if it is the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tolerance {
    /// In the unit of the column.
    pub absolute: f64,
    /// A share of the greater of both.
    pub relative: f64,
    /// The share of the cells that must be near.
    pub share: f64,
}

impl Tolerance {
    /// All bits of all cells are the same: what holds where nothing is declared.
    pub const BITS: Self = Self { absolute: 0.0, relative: 0.0, share: 1.0 };

    /// Whether two numbers are near.
    pub fn takes(&self, a: f64, b: f64) -> bool {
        let bounds = [self.absolute, self.relative * a.abs().max(b.abs())];
        a.to_bits() == b.to_bits() || bounds.iter().any(|bound| *bound > 0.0 && (a - b).abs() <= *bound)
    }

    /// Whether so many of some cells are enough.
    pub fn holds(&self, near: usize, cells: usize) -> bool {
        near as f64 >= self.share * cells as f64
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [("absolute", self.absolute), ("relative", self.relative)];
        let bounds: Vec<String> = named.iter().filter(|(_, bound)| *bound > 0.0).map(|(name, bound)| format!("{name} {bound:?}")).collect();
        f.write_str(&if bounds.is_empty() { "bits".to_string() } else { bounds.join(" or ") })?;
        if self.share < 1.0 { write!(f, " in {:?} of cells", self.share) } else { Ok(()) }
    }
}

/// Fewer cells than this would say nothing of a column.
const LEAST_SHARE: f64 = 0.5;

/// What a column is: its kind, and whether a method that computes on a backend gives it.
type Known<'a> = BTreeMap<&'a str, (Kind, bool)>;

pub(super) fn read(root: &mut Fields<'_>, experiments: &[Experiment]) -> BTreeMap<String, Tolerance> {
    let mut known = Known::new();
    for experiment in experiments {
        for (name, kind) in &experiment.outputs {
            known.entry(name).or_insert((*kind, false)).1 |= experiment.placement == Placement::Device;
        }
    }
    root.named_tables("agreement").into_iter().map(|(name, fields)| (name.clone(), column(&name, fields, &known))).collect()
}

fn column(name: &str, mut fields: Fields<'_>, known: &Known<'_>) -> Tolerance {
    let bounds = ["absolute", "relative"];
    match known.get(name) {
        None => {
            let hint = suggestion(name, known.keys().copied().collect::<BTreeSet<_>>());
            fields.problem_here(format!("no experiment keeps an output '{name}'"), Some(hint));
        }
        Some((_, false)) => {
            let message = format!("every method that gives '{name}' computes on the host, with the same bits on every backend");
            fields.problem_here(message, Some("leave it out".to_string()));
        }
        Some((Kind::Text, true)) if bounds.iter().any(|bound| fields.has(bound)) => {
            let hint = "`share` can say in how many of the cells it is".to_string();
            fields.problem_here(format!("'{name}' holds text, which is the same or is not"), Some(hint));
        }
        Some(_) if !bounds.iter().chain(&["share"]).any(|field| fields.has(field)) => {
            let hint = "give `absolute`, `relative` or `share`, or leave it out: then all bits must be the same".to_string();
            fields.problem_here("nothing is tolerated here".to_string(), Some(hint));
        }
        Some(_) => {}
    }
    let absolute = bound(&mut fields, "absolute", |bound| bound > 0.0, "a number above 0, in the unit of the column");
    // Any two numbers of one sign differ by less than the greater of them.
    let relative = bound(&mut fields, "relative", |bound| bound > 0.0 && bound < 1.0, "a number above 0 and below 1: 0.05 means 5 percent");
    let share = bound(&mut fields, "share", |share| (LEAST_SHARE..=1.0).contains(&share), "a share of the cells, from 0.5 to 1");
    fields.finish();
    Tolerance { absolute: absolute.unwrap_or_default(), relative: relative.unwrap_or_default(), share: share.unwrap_or(1.0) }
}

/// A number that must be right where it is there.
fn bound(fields: &mut Fields<'_>, name: &'static str, right: impl Fn(f64) -> bool, expected: &str) -> Option<f64> {
    let found = fields.optional_float(name)?;
    if !right(found) {
        fields.problem_at(name, format!("expected {expected}, found '{found}'"), None);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_near_by_either_bound_and_without_one_by_its_bits() {
        let tolerance = Tolerance { absolute: 0.01, relative: 0.1, share: 0.9 };
        assert!(tolerance.takes(0.001, -0.008) && tolerance.takes(100.0, 90.5) && !tolerance.takes(100.0, 89.5));
        assert!(Tolerance::BITS.takes(0.1, 0.1) && !Tolerance::BITS.takes(0.0, -0.0) && !Tolerance::BITS.takes(0.3, 0.1 + 0.2));
        assert!(tolerance.holds(9, 10) && !tolerance.holds(8, 10) && Tolerance::BITS.holds(0, 0));
        assert_eq!(tolerance.to_string(), "absolute 0.01 or relative 0.1 in 0.9 of cells");
        assert_eq!(Tolerance { share: 0.9, ..Tolerance::BITS }.to_string(), "bits in 0.9 of cells");
    }
}
