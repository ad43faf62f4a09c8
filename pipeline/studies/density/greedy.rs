//! The partition of M-SDE: equation (4) minimised by swapping two intervals of different classes
//! while that lowers it (section 6.1).
//!
//! Everything is counted in whole numbers, which f64 holds exactly: a sum does not depend on the
//! order of the swaps before it, and the search ends.

use super::partition::Partition;

/// The folds of the criterion; the paper does not say how many.
pub(super) const FOLDS: usize = 4;

/// Intervals a class, z in the paper.
pub(super) const SHARE: usize = 3;

/// A number for each fold.
type Lanes = [f64; FOLDS];

/// A fold's points times this, less the other folds' points on a cell: what their histograms differ
/// by on one product of intervals, in units of the other folds' points on a cell.
const SCALE: f64 = (SHARE * SHARE * (FOLDS - 1)) as f64;

/// A partition with what the criterion (4) says of it, but for a factor.
pub(super) struct Found {
    pub(super) partition: Partition,
    pub(super) criterion: f64,
}

/// Swaps from a partition whose classes are the runs of [`SHARE`] in `order`. `points` holds the
/// points of each fold on each product of intervals; folds are of equal size.
pub(super) fn search(points: &[Lanes], order: &[usize]) -> Found {
    let mut search = Search::new(points, order);
    let intervals = search.intervals;
    let pairs = || (0..intervals).flat_map(|a| (a + 1..intervals).map(move |b| (a, b)));
    // A whole round without a swap ends it.
    let (mut since, round) = (0, intervals * (intervals - 1) / 2);
    for (a, b) in std::iter::repeat_with(pairs).flatten() {
        if since == round {
            break;
        }
        since = if search.swap(a, b) { 0 } else { since + 1 };
    }
    let criterion = search.costs.iter().sum();
    Found { partition: Partition { class: search.place.iter().map(|(class, _)| *class).collect(), classes: search.classes }, criterion }
}

struct Search {
    intervals: usize,
    classes: usize,
    /// The points of each fold, times [`SCALE`], on each product of intervals.
    fold: Vec<Lanes>,
    /// The points of all other folds.
    rest: Vec<Lanes>,
    /// The intervals of each class, and where each interval stands in it.
    members: Vec<[usize; SHARE]>,
    place: Vec<(usize, usize)>,
    /// Sums of `rest` over an interval times a class, and over a class times an interval.
    rows: Vec<Lanes>,
    columns: Vec<Lanes>,
    /// Sums of `rest` over each cell, and what each cell adds to the criterion.
    totals: Vec<Lanes>,
    costs: Vec<f64>,
}

impl Search {
    fn new(points: &[Lanes], order: &[usize]) -> Self {
        let intervals = order.len();
        let classes = intervals / SHARE;
        let all = |lanes: &Lanes| lanes.iter().sum::<f64>();
        let members: Vec<[usize; SHARE]> = order.chunks_exact(SHARE).map(|run| std::array::from_fn(|at| run[at])).collect();
        let mut search = Self {
            intervals,
            classes,
            fold: points.iter().map(|lanes| lanes.map(|count| SCALE * count)).collect(),
            rest: points.iter().map(|lanes| lanes.map(|count| all(lanes) - count)).collect(),
            members,
            place: vec![(0, 0); intervals],
            rows: vec![[0.0; FOLDS]; intervals * classes],
            columns: vec![[0.0; FOLDS]; intervals * classes],
            totals: vec![[0.0; FOLDS]; classes * classes],
            costs: vec![0.0; classes * classes],
        };
        (0..classes).for_each(|class| search.settle(class));
        (0..classes).for_each(|class| search.account(class));
        search
    }

    /// Recomputes what depends on a class' members.
    fn settle(&mut self, class: usize) {
        let members = self.members[class];
        members.iter().enumerate().for_each(|(at, member)| self.place[*member] = (class, at));
        for interval in 0..self.intervals {
            let row = members.map(|member| self.rest[interval * self.intervals + member]);
            let column = members.map(|member| self.rest[member * self.intervals + interval]);
            self.rows[interval * self.classes + class] = sum(row);
            self.columns[interval * self.classes + class] = sum(column);
        }
    }

    /// Recomputes totals and costs of the cells of a class.
    fn account(&mut self, class: usize) {
        for other in 0..self.classes {
            for (a, b) in [(class, other), (other, class)] {
                let total = sum(self.members[a].map(|member| self.rows[member * self.classes + b]));
                self.totals[a * self.classes + b] = total;
                self.costs[a * self.classes + b] = self.cost(&self.members[a], &self.members[b], &total);
            }
        }
    }

    /// What a cell adds to the criterion, if `total` is the sum of the other folds' points on it.
    fn cost(&self, a: &[usize; SHARE], b: &[usize; SHARE], total: &Lanes) -> f64 {
        let mut sums = [0.0; FOLDS];
        for row in a {
            for column in b {
                let fold = &self.fold[row * self.intervals + column];
                for lane in 0..FOLDS {
                    sums[lane] += (fold[lane] - total[lane]).abs();
                }
            }
        }
        sums.iter().sum()
    }

    /// Swaps two intervals if their classes differ and the criterion falls; whether it did.
    fn swap(&mut self, a: usize, b: usize) -> bool {
        let ((c, in_c), (d, in_d)) = (self.place[a], self.place[b]);
        if c == d {
            return false;
        }
        let classes = self.classes;
        let (mut first, mut second) = (self.members[c], self.members[d]);
        (first[in_c], second[in_d]) = (b, a);
        let mut change = 0.0;
        for e in (0..classes).filter(|e| *e != c && *e != d) {
            let others = &self.members[e];
            let along = less(&self.rows[b * classes + e], &self.rows[a * classes + e]);
            let down = less(&self.columns[b * classes + e], &self.columns[a * classes + e]);
            change += self.cost(&first, others, &plus(&self.totals[c * classes + e], &along)) - self.costs[c * classes + e];
            change += self.cost(&second, others, &less(&self.totals[d * classes + e], &along)) - self.costs[d * classes + e];
            change += self.cost(others, &first, &plus(&self.totals[e * classes + c], &down)) - self.costs[e * classes + c];
            change += self.cost(others, &second, &less(&self.totals[e * classes + d], &down)) - self.costs[e * classes + d];
        }
        for (own, (x, y)) in
            [((c, c), (&first, &first)), ((c, d), (&first, &second)), ((d, c), (&second, &first)), ((d, d), (&second, &second))]
        {
            let total = sum(x.map(|row| sum(y.map(|column| self.rest[row * self.intervals + column]))));
            change += self.cost(x, y, &total) - self.costs[own.0 * classes + own.1];
        }
        if change >= 0.0 {
            return false;
        }
        (self.members[c], self.members[d]) = (first, second);
        self.settle(c);
        self.settle(d);
        self.account(c);
        self.account(d);
        true
    }
}

fn sum(parts: [Lanes; SHARE]) -> Lanes {
    parts.iter().fold([0.0; FOLDS], |sum, part| plus(&sum, part))
}

fn plus(a: &Lanes, b: &Lanes) -> Lanes {
    std::array::from_fn(|lane| a[lane] + b[lane])
}

fn less(a: &Lanes, b: &Lanes) -> Lanes {
    std::array::from_fn(|lane| a[lane] - b[lane])
}
