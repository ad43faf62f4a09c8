//! Contour lines of a surface on a grid: marching squares, pieces joined end to end.

use std::collections::BTreeMap;

/// Numbers on a grid; missing ones are not a number.
pub(crate) struct Grid<'a> {
    /// The places of the columns.
    pub(crate) xs: &'a [f64],
    /// The places of the rows.
    pub(crate) ys: &'a [f64],
    /// The number of each column and row: `values[column * ys.len() + row]`.
    pub(crate) values: &'a [f64],
}

/// An edge of the grid: from a node to the right, or upwards.
type Edge = (usize, usize, bool);

impl Grid<'_> {
    fn value(&self, column: usize, row: usize) -> f64 {
        self.values[column * self.ys.len() + row]
    }

    /// The lines on which the surface has this height. A line ends at the border, at a missing number,
    /// or where it began.
    pub(crate) fn contours(&self, height: f64) -> Vec<Vec<(f64, f64)>> {
        let mut next: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
        for column in 1..self.xs.len() {
            for row in 1..self.ys.len() {
                for (a, b) in self.pieces(column - 1, row - 1, height) {
                    next.entry(a).or_default().push(b);
                    next.entry(b).or_default().push(a);
                }
            }
        }
        let mut lines = Vec::new();
        // Open lines first, from their ends; then what is left is closed.
        for open in [true, false] {
            while let Some(start) = next.iter().find(|(_, others)| !open || others.len() == 1).map(|(edge, _)| *edge) {
                let mut line = vec![self.crossing(start, height)];
                let mut at = start;
                while let Some(to) = step(&mut next, at) {
                    line.push(self.crossing(to, height));
                    at = to;
                }
                lines.push(line);
            }
        }
        lines
    }

    /// The pieces of the line in the square above and right of a node: from edge to edge.
    fn pieces(&self, column: usize, row: usize, height: f64) -> Vec<(Edge, Edge)> {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(right, up)| self.value(column + right, row + up));
        if corners.iter().any(|value| value.is_nan()) {
            return Vec::new();
        }
        let (bottom, right, top, left) = ((column, row, true), (column + 1, row, false), (column, row + 1, true), (column, row, false));
        let above = corners.map(|value| value >= height);
        let crossed: Vec<Edge> = [(0, 1, bottom), (1, 2, right), (2, 3, top), (3, 0, left)]
            .into_iter()
            .filter(|(from, to, _)| above[*from] != above[*to])
            .map(|(_, _, edge)| edge)
            .collect();
        match crossed.as_slice() {
            [a, b] => vec![(*a, *b)],
            // A saddle: the middle decides which corners belong together.
            [_, _, _, _] if (corners.iter().sum::<f64>() / 4.0 >= height) == above[0] => vec![(bottom, right), (top, left)],
            [_, _, _, _] => vec![(left, bottom), (right, top)],
            _ => Vec::new(),
        }
    }

    /// Where an edge has the height.
    fn crossing(&self, (column, row, rightwards): Edge, height: f64) -> (f64, f64) {
        let (right, up) = if rightwards { (column + 1, row) } else { (column, row + 1) };
        let (from, to) = (self.value(column, row), self.value(right, up));
        let share = (height - from) / (to - from);
        let between = |from: f64, to: f64| from + share * (to - from);
        (between(self.xs[column], self.xs[right]), between(self.ys[row], self.ys[up]))
    }
}

/// Takes the piece from an edge to its neighbour out of the map; `None` at a line's end.
fn step(next: &mut BTreeMap<Edge, Vec<Edge>>, at: Edge) -> Option<Edge> {
    let to = next.get_mut(&at)?.pop()?;
    let back = next.entry(to).or_default();
    if let Some(place) = back.iter().position(|edge| *edge == at) {
        back.remove(place);
    }
    for edge in [at, to] {
        if next.get(&edge).is_some_and(Vec::is_empty) {
            next.remove(&edge);
        }
    }
    Some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(side: usize) -> Vec<f64> {
        (0..side).map(|at| at as f64 / (side - 1) as f64 * 2.0 - 1.0).collect()
    }

    #[test]
    fn a_circle_is_one_closed_line_on_which_the_function_has_its_height() {
        let xs = grid(41);
        let values: Vec<f64> = xs.iter().flat_map(|x| xs.iter().map(move |y| x * x + y * y)).collect();
        let lines = Grid { xs: &xs, ys: &xs, values: &values }.contours(0.49);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!(line.first(), line.last());
        assert!(line.iter().all(|(x, y)| (x.hypot(*y) - 0.7).abs() < 2e-3));
        let length: f64 = line.windows(2).map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1)).sum();
        assert!((length - std::f64::consts::TAU * 0.7).abs() < 0.01, "{length}");
    }

    #[test]
    fn a_slope_is_one_line_across_and_a_hole_cuts_it() {
        let (xs, ys) = (grid(5), grid(9));
        let mut values: Vec<f64> = xs.iter().flat_map(|x| ys.iter().map(move |_| *x)).collect();
        let lines = Grid { xs: &xs, ys: &ys, values: &values }.contours(0.25);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].len(), 9);
        assert!(lines[0].iter().all(|(x, _)| (x - 0.25).abs() < 1e-12));
        values[2 * 9 + 4] = f64::NAN;
        assert_eq!(Grid { xs: &xs, ys: &ys, values: &values }.contours(0.25).len(), 2);
    }

    #[test]
    fn the_middle_decides_a_saddle() {
        let sides = [0.0, 1.0];
        for (corner, joined) in [(0.9, 2), (2.0, 2)] {
            let values = [corner, 0.0, 0.0, corner];
            assert_eq!(Grid { xs: &sides, ys: &sides, values: &values }.contours(0.5).len(), joined);
        }
    }
}
