//! Product partitions: equal intervals of [0,1], put into classes, the same ones on both axes.
//!
//! Classes need not be contiguous. A cell of the partition is the product of two classes, and the
//! histogram on it is count / (n area), equation (2).

/// Equal intervals in classes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Partition {
    /// The class of each interval.
    pub(super) class: Vec<usize>,
    /// How many classes there are.
    pub(super) classes: usize,
}

impl Partition {
    pub(super) fn intervals(&self) -> usize {
        self.class.len()
    }

    /// How many intervals each class has.
    fn widths(&self) -> Vec<f64> {
        let mut widths = vec![0.0; self.classes];
        self.class.iter().for_each(|class| widths[*class] += 1.0);
        widths
    }

    /// The sums of counts on the intervals' products over each cell.
    fn totals(&self, counts: &[f64]) -> Vec<f64> {
        let mut totals = vec![0.0; self.classes * self.classes];
        for (row, class) in counts.chunks_exact(self.intervals()).zip(&self.class) {
            for (count, other) in row.iter().zip(&self.class) {
                totals[class * self.classes + other] += count;
            }
        }
        totals
    }

    /// The areas of the cells.
    fn areas(&self) -> Vec<f64> {
        let widths = self.widths();
        let whole = (self.intervals() * self.intervals()) as f64;
        widths.iter().flat_map(|a| widths.iter().map(move |b| a * b / whole)).collect()
    }

    /// The histogram of counts on the cells.
    fn cell_heights(&self, counts: &[f64]) -> Vec<f64> {
        let n: f64 = counts.iter().sum();
        self.totals(counts).iter().zip(self.areas()).map(|(total, area)| total / (n * area)).collect()
    }

    /// The histogram on the intervals' products, row by row.
    pub(super) fn heights(&self, counts: &[f64]) -> Vec<f64> {
        let cells = &self.cell_heights(counts);
        self.class.iter().flat_map(|a| self.class.iter().map(move |b| cells[a * self.classes + b])).collect()
    }

    /// What the histogram of `training` costs on `test`: integral of f^2 - 2 mean of f.
    pub(super) fn criterion(&self, training: &[f64], test: &[f64]) -> f64 {
        let heights = self.cell_heights(training);
        let squares: f64 = heights.iter().zip(self.areas()).map(|(height, area)| height * height * area).sum();
        let at_points: f64 = heights.iter().zip(self.totals(test)).map(|(height, count)| height * count).sum();
        squares - 2.0 * at_points / test.iter().sum::<f64>()
    }
}

/// The integral of |a - b| over the square, for step functions on different numbers of intervals.
pub(super) fn step_distance(a: &[f64], b: &[f64]) -> f64 {
    let sides = (a.len().isqrt(), b.len().isqrt());
    // The pieces on which both are constant: their places in a and b, and their lengths in units of
    // 1 / (sides.0 sides.1).
    let (mut pieces, mut at) = (Vec::new(), 0);
    while at < sides.0 * sides.1 {
        let place = (at / sides.1, at / sides.0);
        let end = usize::min((place.0 + 1) * sides.1, (place.1 + 1) * sides.0);
        pieces.push((place, (end - at) as f64));
        at = end;
    }
    let mut sum = 0.0;
    for ((row_a, row_b), height) in &pieces {
        let (a, b) = (&a[row_a * sides.0..], &b[row_b * sides.1..]);
        sum += height * pieces.iter().map(|((in_a, in_b), width)| width * (a[*in_a] - b[*in_b]).abs()).sum::<f64>();
    }
    sum / ((sides.0 * sides.1) as f64).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_step_functions() {
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        near(step_distance(&[1.0], &[0.0, 2.0, 2.0, 0.0]), 1.0);
        // By rows: 0 up to 1/2 then 2, against 0 up to 1/3, then 1.
        let (halves, thirds) = ([0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        near(step_distance(&halves, &thirds), 1.0 / 6.0 + 0.5);
        near(step_distance(&thirds, &halves), 1.0 / 6.0 + 0.5);
    }

    #[test]
    fn classes_that_are_not_contiguous() {
        let partition = Partition { class: vec![0, 1, 0], classes: 2 };
        let counts: Vec<f64> = (1..=9).map(f64::from).collect();
        // 1 + 3 + 7 + 9 points on 4/9, 2 + 8 on 2/9, 4 + 6 on 2/9, 5 on 1/9 of the square.
        let heights = partition.heights(&counts);
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        near(heights[0], 20.0 / 45.0 * 9.0 / 4.0);
        near(heights[1], 10.0 / 45.0 * 9.0 / 2.0);
        near(heights[4], 5.0 / 45.0 * 9.0);
        assert_eq!(heights[0], heights[8]);
        near(heights.iter().sum::<f64>() / 9.0, 1.0);
        // All heights are 1 here, so that the criterion is 1 - 2.
        near(partition.criterion(&counts, &counts), -1.0);
    }
}
