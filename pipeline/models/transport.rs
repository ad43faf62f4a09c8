//! Exact optimal transport between two equally large clouds of points: an assignment.
//!
//! Shortest augmenting paths after a reduction of columns and rows (Jonker and Volgenant, Computing
//! 38, 1987): prices of rows and columns never exceed a cost together, and equal it on every pair that
//! is assigned, which proves the assignment to be the cheapest.

use crate::mixture::{Point, distance};

/// The cheapest assignment of rows to columns: for each row its column. `costs` are row by row, a
/// square.
///
/// # Panics
/// If the costs are no square, or one is not finite.
pub fn assignment(costs: &[f64]) -> Vec<usize> {
    let count = costs.len().isqrt();
    assert!(count * count == costs.len() && costs.iter().all(|cost| cost.is_finite()), "costs must be a square of finite numbers");
    let mut search = Search::new(costs, count);
    for row in 0..count {
        if search.column_of[row].is_none() {
            search.augment(row);
        }
    }
    search.column_of.iter().map(|column| column.expect("every row was augmented")).collect()
}

/// The mean distance between two clouds of equally many points under their best matching: the
/// Wasserstein distance W1 of the two empirical measures.
///
/// # Panics
/// If the clouds are not equally large, or a coordinate is not finite.
pub fn wasserstein(a: &[Point], b: &[Point]) -> f64 {
    let (costs, matched) = matching(a, b);
    matched.iter().enumerate().map(|(row, column)| costs[row * b.len() + column]).sum::<f64>() / a.len() as f64
}

/// The distances of all pairs, row by row, and for each point of `a` its partner in `b`.
///
/// # Panics
/// As [`wasserstein`].
pub fn matching(a: &[Point], b: &[Point]) -> (Vec<f64>, Vec<usize>) {
    assert_eq!(a.len(), b.len(), "a matching is between equally many points");
    let costs: Vec<f64> = a.iter().flat_map(|from| b.iter().map(|to| distance(*from, *to))).collect();
    let matched = assignment(&costs);
    (costs, matched)
}

/// Prices and assignments so far.
struct Search<'a> {
    costs: &'a [f64],
    count: usize,
    /// The prices of columns; those of rows follow from them.
    prices: Vec<f64>,
    column_of: Vec<Option<usize>>,
    row_of: Vec<Option<usize>>,
}

impl<'a> Search<'a> {
    /// Each column's price is its least cost, and goes to the row that has it, where that is free.
    fn new(costs: &'a [f64], count: usize) -> Self {
        let (mut column_of, mut row_of) = (vec![None; count], vec![None; count]);
        let mut prices = vec![f64::INFINITY; count];
        let mut cheapest = vec![0; count];
        for row in 0..count {
            for column in 0..count {
                let cost = costs[row * count + column];
                if cost < prices[column] {
                    (prices[column], cheapest[column]) = (cost, row);
                }
            }
        }
        for (column, row) in cheapest.into_iter().enumerate() {
            if column_of[row].is_none() {
                (column_of[row], row_of[column]) = (Some(column), Some(row));
            }
        }
        Self { costs, count, prices, column_of, row_of }
    }

    /// Gives a free row a column along the shortest path that ends in a free one, by reduced costs.
    fn augment(&mut self, free: usize) {
        let count = self.count;
        let (mut distances, mut before) = (vec![f64::INFINITY; count], vec![free; count]);
        let mut open: Vec<usize> = (0..count).collect();
        let mut settled: Vec<usize> = Vec::new();
        let (mut row, mut reached) = (free, 0.0);
        let (end, length) = loop {
            // An assigned row's pair is tight, so that its price is that of its column.
            let costs = &self.costs[row * count..][..count];
            let own = self.column_of[row].map_or(0.0, |column| costs[column] - self.prices[column]);
            let mut nearest = (0, f64::INFINITY);
            for (at, &column) in open.iter().enumerate() {
                let length = reached + (costs[column] - self.prices[column] - own);
                if length < distances[column] {
                    (distances[column], before[column]) = (length, row);
                }
                if distances[column] < nearest.1 {
                    nearest = (at, distances[column]);
                }
            }
            let column = open.swap_remove(nearest.0);
            match self.row_of[column] {
                None => break (column, nearest.1),
                Some(next) => {
                    settled.push(column);
                    (row, reached) = (next, nearest.1);
                }
            }
        };
        for column in settled {
            self.prices[column] += distances[column] - length;
        }
        let mut column = end;
        loop {
            let row = before[column];
            self.row_of[column] = Some(row);
            let left = self.column_of[row].replace(column);
            match left {
                Some(left) if row != free => column = left,
                _ => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    fn points(purpose: &str, count: usize) -> Vec<Point> {
        let mut stream = Stream::new("test", purpose, &[]);
        (0..count).map(|_| [stream.normal(), stream.normal()]).collect()
    }

    /// The least sum over all orders of columns.
    fn by_trying(costs: &[f64], count: usize, row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == count {
            return 0.0;
        }
        let mut least = f64::INFINITY;
        for column in 0..count {
            if !taken[column] {
                taken[column] = true;
                least = least.min(costs[row * count + column] + by_trying(costs, count, row + 1, taken));
                taken[column] = false;
            }
        }
        least
    }

    fn total(costs: &[f64], count: usize) -> f64 {
        let columns = assignment(costs);
        let mut seen = columns.clone();
        seen.sort_unstable();
        assert_eq!(seen, (0..count).collect::<Vec<_>>(), "every column has one row");
        columns.iter().enumerate().map(|(row, column)| costs[row * count + column]).sum()
    }

    #[test]
    fn no_order_of_columns_is_cheaper() {
        for count in 1..=7 {
            for trial in 0..20 {
                let mut stream = Stream::new("test", "costs", &[("count", &count.to_string()), ("trial", &trial.to_string())]);
                // Half of the trials have few distinct costs, with many ties.
                let costs: Vec<f64> =
                    (0..count * count).map(|_| if trial % 2 == 0 { stream.uniform() } else { stream.below(3) as f64 }).collect();
                let least = by_trying(&costs, count, 0, &mut vec![false; count]);
                assert!((total(&costs, count) - least).abs() <= 1e-12, "{costs:?}");
            }
        }
    }

    #[test]
    fn on_a_line_the_best_matching_is_that_of_the_sorted() {
        let line = |purpose: &str| -> Vec<f64> { points(purpose, 150).iter().map(|point| point[0]).collect() };
        let (mut a, mut b) = (line("a"), line("b"));
        let on_line = |xs: &[f64]| -> Vec<Point> { xs.iter().map(|x| [*x, 0.5]).collect() };
        let found = wasserstein(&on_line(&a), &on_line(&b));
        a.sort_by(f64::total_cmp);
        b.sort_by(f64::total_cmp);
        let expected = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / a.len() as f64;
        assert!((found - expected).abs() <= 1e-12, "{found} {expected}");
    }

    #[test]
    fn a_shifted_cloud_is_as_far_as_its_shift_and_a_shuffled_one_is_near() {
        let a = points("cloud", 200);
        let order = Stream::new("test", "order", &[]).order(200);
        let shuffled: Vec<Point> = order.iter().map(|at| a[*at]).collect();
        assert_eq!(wasserstein(&a, &shuffled), 0.0);
        // No plan beats the shift: W1 is at least the distance of the means.
        let shifted: Vec<Point> = shuffled.iter().map(|[x, y]| [x + 3.0, y + 4.0]).collect();
        assert!((wasserstein(&a, &shifted) - 5.0).abs() <= 1e-12);
    }

    /// The proof of the cheapest: on a large problem no cycle of two or three rows gains by exchanging.
    #[test]
    fn no_exchange_of_columns_gains_on_large_clouds() {
        let (a, b) = (points("large a", 120), points("large b", 120));
        let (costs, matched) = matching(&a, &b);
        let cost = |row: usize, column: usize| costs[row * 120 + column];
        for i in 0..120 {
            for j in 0..i {
                let (at_i, at_j) = (matched[i], matched[j]);
                assert!(cost(i, at_i) + cost(j, at_j) <= cost(i, at_j) + cost(j, at_i) + 1e-12);
                for k in 0..j {
                    let at_k = matched[k];
                    let now = cost(i, at_i) + cost(j, at_j) + cost(k, at_k);
                    assert!(now <= cost(i, at_j) + cost(j, at_k) + cost(k, at_i) + 1e-12);
                    assert!(now <= cost(i, at_k) + cost(k, at_j) + cost(j, at_i) + 1e-12);
                }
            }
        }
    }
}
