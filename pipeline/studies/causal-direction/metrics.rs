//! How good scores of pairs are, with weights.
//!
//! A score is positive where the method says what is true, negative where it says the opposite, and
//! its size is how sure the method is. Areas count each pair in both orders of its columns, (score,
//! true) and (-score, false), so that the order in which a file has them cannot matter.

use saigen_artifacts::{Kind, Value};

/// The names of [`Metrics::values`].
pub(super) const NAMES: [&str; 7] = ["accuracy", "accuracy-low", "accuracy-high", "error", "auroc", "auprc", "audrc"];

/// Points of a decision-rate curve.
const RATES: usize = 50;

/// The outputs of every method that scores pairs.
pub(super) fn outputs() -> impl Iterator<Item = (&'static str, Kind)> {
    let series = [("scores", Kind::Series), ("decisions", Kind::Series)];
    NAMES.into_iter().map(|name| (name, Kind::Float)).chain(series)
}

/// Scores of pairs and the pairs' weights.
pub(super) struct Metrics<'a> {
    scores: &'a [f64],
    weights: &'a [f64],
    /// The order of the pairs from the surest decision to the least sure; of equals the first.
    order: Vec<usize>,
}

impl<'a> Metrics<'a> {
    pub(super) fn new(scores: &'a [f64], weights: &'a [f64]) -> Self {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].abs().total_cmp(&scores[*a].abs()));
        Self { scores, weights, order }
    }

    /// All of them by name, as a record holds them.
    pub(super) fn values(&self) -> Vec<(String, Value)> {
        let (low, high) = self.interval();
        let numbers = [self.accuracy(), low, high, self.error(), self.auroc(), self.auprc(), self.audrc()];
        let series = [("scores", self.signed_ranks()), ("decisions", self.decisions())];
        let named = NAMES.into_iter().zip(numbers).map(|(name, value)| (name.to_string(), Value::Float(value)));
        named.chain(series.map(|(name, values)| (name.to_string(), Value::Series(values)))).collect()
    }

    fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// How right the decision on a pair is: a score of 0 decides nothing, and a coin is thrown, which
    /// counts as half right, as it does in the areas.
    fn rightness(&self, at: usize) -> f64 {
        match self.scores[at] {
            0.0 => 0.5,
            score if score > 0.0 => 1.0,
            _ => 0.0,
        }
    }

    fn right(&self) -> f64 {
        self.weights.iter().enumerate().map(|(at, weight)| weight * self.rightness(at)).sum()
    }

    /// The weighted share of right decisions when all pairs are decided (Mooij et al. 2016, section
    /// 4), expected where coins are thrown.
    fn accuracy(&self) -> f64 {
        self.right() / self.total()
    }

    /// Wilson's 95 % interval of the accuracy. Pairs of one source count as one observation, which
    /// is what their weights add up to.
    fn interval(&self) -> (f64, f64) {
        const Z: f64 = 1.959_963_984_540_054;
        let (n, p) = (self.total(), self.accuracy());
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }

    /// The share of wrong decisions with half a right and half a wrong one added, so that it has a
    /// logarithm.
    fn error(&self) -> f64 {
        (self.total() - self.right() + 0.5) / (self.total() + 1.0)
    }

    /// Pairs in both orders: score, weight where true, weight where false; the surest "yes" first.
    /// Equal scores are one entry.
    fn entries(&self) -> Vec<(f64, f64, f64)> {
        let both = self.scores.iter().zip(self.weights).flat_map(|(score, weight)| [(*score, *weight, 0.0), (-score, 0.0, *weight)]);
        let mut entries: Vec<(f64, f64, f64)> = both.collect();
        entries.sort_by(|a, b| b.0.total_cmp(&a.0));
        // 0.0 and -0.0 are one score, though they sort apart.
        entries
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| same.iter().fold((same[0].0, 0.0, 0.0), |sum, e| (e.0, sum.1 + e.1, sum.2 + e.2)))
            .collect()
    }

    /// The area under the receiver operating characteristic: how probable a true order scores higher
    /// than a false one.
    fn auroc(&self) -> f64 {
        let (mut hits, mut area) = (0.0, 0.0);
        for (_, yes, no) in self.entries() {
            area += no * (hits + 0.5 * yes);
            hits += yes;
        }
        area / (self.total() * self.total())
    }

    /// The area under precision over recall, as average precision.
    fn auprc(&self) -> f64 {
        let (mut hits, mut called, mut area) = (0.0, 0.0, 0.0);
        for (_, yes, no) in self.entries() {
            hits += yes;
            called += yes + no;
            area += yes * hits / called;
        }
        area / self.total()
    }

    /// The weighted accuracy of the surest pairs: of the surest one, of the surest two, and so on.
    fn retained(&self) -> Vec<f64> {
        let (mut right, mut all) = (0.0, 0.0);
        let next = |at: &usize| {
            right += self.weights[*at] * self.rightness(*at);
            all += self.weights[*at];
            right / all
        };
        self.order.iter().map(next).collect()
    }

    /// The area under the decision-rate curve: the mean of those accuracies.
    fn audrc(&self) -> f64 {
        let retained = self.retained();
        retained.iter().sum::<f64>() / retained.len() as f64
    }

    /// The decision-rate curve at 50 rates, 2 % to 100 % of the pairs.
    fn decisions(&self) -> Vec<f64> {
        let retained = self.retained();
        let decided = |rate: usize| ((rate * retained.len()).div_ceil(RATES)).max(1) - 1;
        (1..=RATES).map(|rate| (retained[decided(rate)] * 1e4).round() / 1e4).collect()
    }

    /// How sure each decision is among all, in (0, 1], with the sign of the score: scores of
    /// different methods have no common scale. 0 where nothing is decided.
    fn signed_ranks(&self) -> Vec<f64> {
        let mut ranks = vec![0.0; self.scores.len()];
        for (place, at) in self.order.iter().enumerate() {
            let rank = (self.scores.len() - place) as f64 / self.scores.len() as f64;
            ranks[*at] = (2.0 * self.rightness(*at) - 1.0) * rank;
        }
        ranks.iter().map(|rank| (rank * 1e4).round() / 1e4).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
    }

    #[test]
    fn known_answers() {
        // Surest first: right (weight 1), wrong (weight 2), right (weight 1).
        let (scores, weights) = ([0.2, 3.0, -1.0], [1.0, 1.0, 2.0]);
        let metrics = Metrics::new(&scores, &weights);
        near(metrics.accuracy(), 0.5);
        near(metrics.error(), 0.5);
        near(metrics.audrc(), (1.0 + 1.0 / 3.0 + 0.5) / 3.0);
        // True orders score 0.2, 3, -1 (weights 1, 1, 2), false ones -0.2, -3, 1.
        near(metrics.auroc(), (1.0 * 2.0 + 1.0 * 4.0 + 2.0) / 16.0);
        // From the top: yes 1, no 2, yes 1, no 1, yes 2, no 1.
        near(metrics.auprc(), (1.0 + 2.0 / 4.0 + 2.0 * 4.0 / 7.0) / 4.0);
        assert_eq!(metrics.signed_ranks(), [0.3333, 1.0, -0.6667]);
        assert_eq!(metrics.decisions().len(), RATES);
        near(metrics.decisions()[RATES - 1], 0.5);
    }

    #[test]
    fn no_decision_is_a_coin() {
        let metrics = Metrics::new(&[0.0, -0.0], &[1.0, 1.0]);
        assert_eq!((metrics.accuracy(), metrics.auroc(), metrics.auprc(), metrics.audrc()), (0.5, 0.5, 0.5, 0.5));
        let metrics = Metrics::new(&[0.0, 2.0, -1.0], &[2.0, 1.0, 1.0]);
        assert_eq!((metrics.accuracy(), metrics.signed_ranks()), (0.5, vec![0.0, 1.0, -0.6667]));
    }

    #[test]
    fn areas_are_what_comparing_all_pairs_gives() {
        let scores: Vec<f64> = (0..40).map(|i| f64::from((i * 17 % 23) - 9)).collect();
        let weights: Vec<f64> = (0..40).map(|i| 0.2 + f64::from(i * 7 % 5)).collect();
        let (mut area, mut all) = (0.0, 0.0);
        for (i, yes) in scores.iter().enumerate() {
            for (j, no) in scores.iter().map(|score| -score).enumerate() {
                let weight = weights[i] * weights[j];
                area += weight
                    * if *yes > no {
                        1.0
                    } else if *yes == no {
                        0.5
                    } else {
                        0.0
                    };
                all += weight;
            }
        }
        near(Metrics::new(&scores, &weights).auroc(), area / all);
    }

    #[test]
    fn the_interval_is_wilsons() {
        // 8 of 10, R: prop.test(8, 10, correct = FALSE).
        let scores = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0];
        let (low, high) = Metrics::new(&scores, &[1.0; 10]).interval();
        assert!((low - 0.490_162_5).abs() < 1e-6 && (high - 0.943_317_8).abs() < 1e-6, "{low} {high}");
        // Ten pairs of one source are one observation.
        let (wide, _) = Metrics::new(&scores, &[0.1; 10]).interval();
        assert!(wide < 0.2);
    }
}
