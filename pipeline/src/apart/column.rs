//! How far apart two sets of cells are in each column.

use super::gap::Gap;
use saigen_artifacts::cells::Cell;
use saigen_artifacts::statistic::quantile;
use saigen_artifacts::{DIVERGED, Value};
use saigen_engine::declaration::Tolerance;
use serde::Serialize;
use std::collections::BTreeSet;

/// Two cells of one place and seed.
pub(crate) struct Pair<'a> {
    /// Its name.
    pub(crate) name: String,
    /// The cell on each side.
    pub(crate) cells: [&'a Cell; 2],
}

/// The greatest of some distances, and where it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Worst {
    pub(crate) value: f64,
    pub(crate) cell: String,
    /// In a series, the place of the number, from 0.
    pub(crate) place: Option<usize>,
    /// The numbers on both sides.
    pub(crate) sides: [f64; 2],
}

/// What one column of two sets of cells comes to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The cells that have a value on both sides.
    pub(crate) cells: usize,
    /// Those with the same bits.
    pub(crate) equal: usize,
    /// Those that are as near as is tolerated.
    pub(crate) near: usize,
    pub(crate) tolerance: Tolerance,
    /// Whether enough are.
    pub(crate) holds: bool,
    /// The greatest distances of numbers; none where there are no numbers.
    pub(crate) absolute: Option<Worst>,
    pub(crate) relative: Option<Worst>,
    /// In units of the last of 64 bits; none for whole numbers.
    pub(crate) ulps: Option<Worst>,
    /// The median over cells of their greatest relative distance.
    pub(crate) median: Option<f64>,
    /// The first cell whose values differ and are no numbers, with both.
    pub(crate) unlike: Option<(String, [String; 2])>,
}

impl Column {
    /// Where it is worst, in words: by the relative difference, and by the others where that is elsewhere;
    /// nothing where all bits are the same.
    pub(crate) fn worst(&self) -> Option<String> {
        if let Some((cell, [a, b])) = &self.unlike {
            return Some(format!("'{a}' and '{b}' in {cell}"));
        }
        let mut told: Vec<(&Worst, Vec<&str>)> = Vec::new();
        for (worst, by) in [(&self.relative, "relative"), (&self.absolute, "absolute"), (&self.ulps, "ulp")] {
            let Some(worst) = worst.as_ref().filter(|_| self.equal < self.cells) else { continue };
            match told.iter_mut().find(|(other, _)| (&other.cell, other.place) == (&worst.cell, worst.place)) {
                Some((_, named)) => named.push(by),
                None => told.push((worst, vec![by])),
            }
        }
        let text = |(worst, by): &(&Worst, Vec<&str>)| {
            let place = worst.place.map_or(String::new(), |place| format!(", place {place}"));
            let by = if told.len() > 1 { format!(" ({})", by.join(", ")) } else { String::new() };
            format!("{:?} and {:?} in {}{place}{by}", worst.sides[0], worst.sides[1], worst.cell)
        };
        (!told.is_empty()).then(|| told.iter().map(text).collect::<Vec<_>>().join("; "))
    }
}

/// Every column that cells of both sides have, with the tolerance that is asked for it. Where only one
/// of two cells diverged, there is nothing to compare but that, in the column `diverged`.
pub(crate) fn columns(pairs: &[Pair<'_>], tolerance: impl Fn(&str) -> Tolerance) -> Vec<Column> {
    let names: BTreeSet<&String> = pairs.iter().flat_map(|pair| pair.cells).flat_map(|cell| cell.record.0.keys()).collect();
    names.into_iter().map(|name| column(name, pairs, tolerance(name))).filter(|column| column.cells > 0).collect()
}

fn column(name: &str, pairs: &[Pair<'_>], tolerance: Tolerance) -> Column {
    let did_not = Value::Text(String::new());
    let mut column = Column {
        name: name.to_string(),
        cells: 0,
        equal: 0,
        near: 0,
        tolerance,
        holds: true,
        absolute: None,
        relative: None,
        ulps: None,
        median: None,
        unlike: None,
    };
    let mut relatives = Vec::new();
    for pair in pairs {
        let value = |side: usize| pair.cells[side].record.0.get(name).or(if name == DIVERGED { Some(&did_not) } else { None });
        let (Some(a), Some(b)) = (value(0), value(1)) else { continue };
        let gap = Gap::of(a, b);
        column.cells += 1;
        column.near += usize::from(gap.is_near(&tolerance));
        if gap.is_none() {
            column.equal += 1;
        }
        let mut most: Option<f64> = None;
        for (place, (sides, apart)) in gap.apart().enumerate() {
            let worst = |value: f64| Worst {
                value,
                cell: pair.name.clone(),
                place: matches!(a, Value::Series(_)).then_some(place),
                sides: [sides.0, sides.1],
            };
            let keep = |kept: &mut Option<Worst>, value: f64| {
                if kept.as_ref().is_none_or(|kept| value > kept.value) {
                    *kept = Some(worst(value));
                }
            };
            keep(&mut column.absolute, apart.absolute);
            keep(&mut column.relative, apart.relative);
            apart.ulps.into_iter().for_each(|ulps| keep(&mut column.ulps, ulps as f64));
            most = Some(most.map_or(apart.relative, |most| most.max(apart.relative)));
        }
        relatives.extend(most);
        if most.is_none() && !gap.is_none() && column.unlike.is_none() {
            column.unlike = Some((pair.name.clone(), [a.field(), b.field()]));
        }
    }
    column.median = (!relatives.is_empty()).then(|| quantile(&relatives, 0.5));
    column.holds = tolerance.holds(column.near, column.cells);
    column
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_artifacts::{Digest, Record};
    use std::collections::BTreeMap;

    fn cell(record: Record) -> Cell {
        Cell { key: Digest::of(b""), experiment: "e".to_string(), axes: BTreeMap::new(), seed: 0, record }
    }

    fn risk(value: f64) -> Cell {
        cell(Record([("risk".to_string(), Value::Float(value))].into()))
    }

    fn compared(pairs: &[(Cell, Cell)], tolerance: Tolerance) -> Vec<Column> {
        let pairs: Vec<_> = pairs.iter().enumerate().map(|(at, (a, b))| Pair { name: at.to_string(), cells: [a, b] }).collect();
        columns(&pairs, |_| tolerance)
    }

    #[test]
    fn the_worst_cell_is_named_and_the_share_decides() {
        let pairs = [(risk(1.0), risk(1.0)), (risk(1.0), risk(2.0)), (risk(0.01), risk(0.04))];
        let found = &compared(&pairs, Tolerance { relative: 0.5, share: 0.6, ..Tolerance::BITS })[0];
        assert_eq!((found.cells, found.equal, found.near, found.holds), (3, 1, 2, true));
        let worst = |worst: &Option<Worst>| worst.as_ref().map(|worst| (worst.value, worst.cell.clone()));
        assert_eq!(worst(&found.absolute), Some((1.0, "1".to_string())));
        assert_eq!(worst(&found.relative), Some((0.75, "2".to_string())));
        assert_eq!(found.median, Some(0.5));
        assert_eq!(found.worst().as_deref(), Some("0.01 and 0.04 in 2 (relative, ulp); 1.0 and 2.0 in 1 (absolute)"));
        assert!(!compared(&pairs, Tolerance { relative: 0.5, ..Tolerance::BITS })[0].holds);
    }

    #[test]
    fn a_cell_that_diverged_on_one_side_is_told_once() {
        let found = compared(&[(risk(1.0), cell(Record::diverged("far"))), (risk(1.0), risk(1.0))], Tolerance::BITS);
        let told: Vec<_> = found.iter().map(|column| (column.name.as_str(), column.cells, column.holds, column.worst())).collect();
        assert_eq!(told, [("diverged", 2, false, Some("'' and 'far' in 0".to_string())), ("risk", 1, true, None)]);
    }
}
