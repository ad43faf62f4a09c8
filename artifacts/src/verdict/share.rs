//! The rule *share*: how many runs do something, by exact binomial tails.
//!
//! Sources: C. J. Clopper and E. S. Pearson, Biometrika 26, 1934 (the interval); Q. McNemar,
//! Psychometrika 12, 1947, with binomial tails in place of its chi-square (pairs of runs).

use super::bootstrap::{Inference, Region};
use super::claim::{Claimed, Share, Shares};
use super::contrast::{Contrast, Question, name, rows, same_seeds};
use crate::table::{Row, Table};

/// For each row one question, or one for each rival: numbers 0 and 1, or their differences.
pub(super) fn contrasts(rule: &Share, table: &Table) -> Result<Vec<Contrast>, String> {
    let own = rows(&rule.subject, table, &rule.experiment)?;
    let Claimed { low, high, gate } = rule.claimed();
    let region = Region::from((low, high));
    let mut contrasts = Vec::new();
    match &rule.shares {
        Shares::Within { .. } => {
            for (place, row) in &own {
                let sample = answers(row, &rule.subject.of)?;
                contrasts.push(Contrast {
                    label: name(place),
                    quantity: "share",
                    sample,
                    region,
                    gate,
                    printed: None,
                    question: Question::Share,
                });
            }
        }
        Shares::More { than, .. } => {
            for rival in than {
                let rivals = rows(&rule.subject, table, rival)?;
                for (place, row) in &own {
                    let other = rivals.get(place).ok_or_else(|| format!("'{rival}' has no row at {}", name(place)))?;
                    same_seeds(row, other)?;
                    let pairs = answers(row, &rule.subject.of)?.into_iter().zip(answers(other, &rule.subject.of)?);
                    let sample = pairs.map(|(own, other)| own - other).collect();
                    let at = name(place);
                    let label = if at.is_empty() { format!("vs {rival}") } else { format!("{at} vs {rival}") };
                    let quantity = "difference of shares";
                    contrasts.push(Contrast { label, quantity, sample, region, gate, printed: None, question: Question::Pairs });
                }
            }
        }
    }
    Ok(contrasts)
}

/// The runs of a row, each 1 or 0. A run that diverged did not do it.
fn answers(row: &Row, of: &str) -> Result<Vec<f64>, String> {
    let answer = |value: &f64| match *value {
        value if value.is_nan() => Ok(0.0),
        value if value == 0.0 || value == 1.0 => Ok(value),
        other => Err(format!("'{of}' is {other} in a run, and a share counts runs where it is 1 of those where it is 0 or 1")),
    };
    row.sample.of(of).iter().map(answer).collect()
}

/// Does the share of ones lie in the region?
pub(super) fn share(sample: &[f64], Region { low, high, .. }: Region) -> Inference {
    let (count, ones) = (sample.len(), sample.iter().filter(|value| **value == 1.0).count());
    // Every share is at least 0 and at most 1: no evidence is needed for that.
    let above = |end: f64| if end <= 0.0 { 0.0 } else { at_least(ones, count, end.min(1.0)) };
    let below = |end: f64| if end >= 1.0 { 0.0 } else { at_most(ones, count, end.max(0.0)) };
    let (not_below, not_above) =
        (if low <= 0.0 { 1.0 } else { at_most(ones, count, low) }, if high >= 1.0 { 1.0 } else { at_least(ones, count, high) });
    let chances = if low > 0.0 && high < 1.0 { 2.0 } else { 1.0 };
    Inference {
        estimate: ones as f64 / count as f64,
        interval: interval(ones, count),
        p_inside: above(low).max(below(high)),
        p_outside: f64::min(1.0, chances * not_below.min(not_above)),
    }
}

/// Are there more pairs for than against?
pub(super) fn pairs(sample: &[f64]) -> Inference {
    let (own, other) = differing(sample);
    let differ = own + other;
    Inference {
        estimate: (own as f64 - other as f64) / sample.len() as f64,
        interval: difference(interval(own, differ), differ, sample.len()),
        p_inside: at_least(own, differ, 0.5),
        p_outside: at_most(own, differ, 0.5),
    }
}

/// How many pairs are for and against.
pub(super) fn differing(sample: &[f64]) -> (usize, usize) {
    let count = |sign: f64| sample.iter().filter(|value| **value == sign).count();
    (count(1.0), count(-1.0))
}

/// The interval of a share of the pairs that differ, as one of the difference of two shares of all.
pub(super) fn difference((low, high): (f64, f64), differ: usize, all: usize) -> (f64, f64) {
    let scaled = |share: f64| (2.0 * share - 1.0) * differ as f64 / all as f64;
    (scaled(low), scaled(high))
}

/// P(X <= ones), X binomial.
fn at_most(ones: usize, count: usize, share: f64) -> f64 {
    (0..=ones).map(|k| probability(k, count, share)).sum::<f64>().min(1.0)
}

/// P(X >= ones), X binomial.
fn at_least(ones: usize, count: usize, share: f64) -> f64 {
    (ones..=count).map(|k| probability(k, count, share)).sum::<f64>().min(1.0)
}

/// P(X = k), X binomial: a product whose factors are taken in turns, so that it neither overflows nor vanishes
/// on the way.
pub(super) fn probability(k: usize, count: usize, share: f64) -> f64 {
    let (mut ones, mut zeros, mut product) = (k, count - k, 1.0);
    for choice in 0..k {
        product *= (count - choice) as f64 / (k - choice) as f64;
        while product > 1.0 && ones > 0 {
            (product, ones) = (product * share, ones - 1);
        }
        while product > 1.0 && zeros > 0 {
            (product, zeros) = (product * (1.0 - share), zeros - 1);
        }
    }
    for _ in 0..ones {
        product *= share;
    }
    for _ in 0..zeros {
        product *= 1.0 - share;
    }
    product
}

/// The 95 % interval of Clopper and Pearson, by halving.
fn interval(ones: usize, count: usize) -> (f64, f64) {
    const TAIL: f64 = 0.025;
    // The share at which a tail that grows, or falls, passes 2.5 %.
    let passing = |tail: &dyn Fn(f64) -> f64, grows: bool| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if (tail(middle) < TAIL) == grows {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    };
    let low = if ones == 0 { 0.0 } else { passing(&|share| at_least(ones, count, share), true) };
    let high = if ones == count { 1.0 } else { passing(&|share| at_most(ones, count, share), false) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
    }

    fn runs(ones: usize, count: usize) -> Vec<f64> {
        (0..count).map(|at| if at < ones { 1.0 } else { 0.0 }).collect()
    }

    #[test]
    fn intervals_are_those_of_the_beta_distribution() {
        // Of 0 in n the upper end is 1 - 0.025^(1/n).
        let (low, high) = interval(0, 20);
        assert_eq!(low, 0.0);
        close(high, 1.0 - 0.025f64.powf(0.05));
        let (low, high) = interval(20, 20);
        assert_eq!(high, 1.0);
        close(low, 0.025f64.powf(0.05));
        // Of 1 in 2 the tails are 1 - (1 - p)^2 and 1 - p^2.
        let (low, high) = interval(1, 2);
        close(low, 1.0 - 0.975f64.sqrt());
        close(high, 0.975f64.sqrt());
        // The printed values of tables: 10 of 20.
        let (low, high) = interval(10, 20);
        assert!((low - 0.271_957_85).abs() < 1e-7 && (high - 0.728_042_15).abs() < 1e-7, "{low} {high}");
    }

    #[test]
    fn tails_are_exact() {
        close(at_most(1, 9, 0.5), 10.0 / 512.0);
        close(at_least(8, 9, 0.5), 10.0 / 512.0);
        close(at_least(0, 5, 0.3), 1.0);
        close(at_most(2, 3, 0.25), 1.0 - 1.0 / 64.0);
        // Neither end of a long row vanishes.
        close(at_least(1000, 2000, 0.5), 0.5 + 0.5 * probability(1000, 2000, 0.5));
        assert!((probability(1000, 2000, 0.5) - 0.017_839).abs() < 1e-6);
    }

    #[test]
    fn a_share_is_in_a_region_or_is_not() {
        let at_least_half = Region::from((0.5, 1.0));
        let found = share(&runs(19, 20), at_least_half);
        close(found.p_inside, 21.0 / 1_048_576.0);
        assert!(found.p_outside > 0.99 && found.estimate == 0.95, "{found:?}");
        let found = share(&runs(1, 20), at_least_half);
        close(found.p_outside, 21.0 / 1_048_576.0);
        // All shares agree, none does not.
        let found = share(&runs(3, 20), Region::from((f64::NEG_INFINITY, f64::INFINITY)));
        assert_eq!((found.p_inside, found.p_outside), (0.0, 1.0));
    }

    #[test]
    fn pairs_that_agree_say_nothing() {
        // Eight pairs for, one against, eleven that agree: McNemar's exact two-sided p is 0.0390625.
        let sample: Vec<f64> = [vec![1.0; 8], vec![-1.0], vec![0.0; 11]].concat();
        let found = pairs(&sample);
        close(2.0 * found.p_inside, 0.039_062_5);
        close(found.estimate, 7.0 / 20.0);
        let (low, high) = interval(8, 9);
        assert_eq!(found.interval, ((2.0 * low - 1.0) * 0.45, (2.0 * high - 1.0) * 0.45));
        let none = pairs(&[0.0; 20]);
        assert_eq!((none.p_inside, none.p_outside, none.interval), (1.0, 1.0, (0.0, 0.0)));
    }
}
