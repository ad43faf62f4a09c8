//! Levenberg and Marquardt's least squares for networks with more parameters than observations, all
//! starts as one stack, down to what f64 can hold.

use super::data::{Sample, numbers};
use super::network::stack;
use nalgebra::{DMatrix, DVector};
use saigen_models::derivative::jacobian;
use saigen_models::perceptron::Shape;

/// An end of the search.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    pub(super) row: Vec<f64>,
    /// The sum of squared errors.
    pub(super) squares: f64,
}

/// A start on its way.
struct Walker {
    fit: Fit,
    errors: Vec<f64>,
    damping: f64,
}

/// Dampings at first, and the least; as shares of the mean diagonal.
const FIRST: f64 = 1e-2;
const LEAST: f64 = 1e-18;

/// Follows starts until their squared errors are below `target`, or for so many steps. Parameters
/// that are not at `free` stay.
pub(super) fn descend(shape: &Shape, starts: Vec<Vec<f64>>, sample: &Sample, free: &[usize], target: f64, steps: usize) -> Vec<Fit> {
    let all = errors(shape, &starts, sample);
    let walker = |(row, errors): (Vec<f64>, Vec<f64>)| Walker { fit: Fit { row, squares: squares(&errors) }, errors, damping: FIRST };
    let mut walkers: Vec<Walker> = starts.into_iter().zip(all).map(walker).collect();
    for _ in 0..steps {
        let on_the_way: Vec<usize> = (0..walkers.len()).filter(|at| walkers[*at].fit.squares > target).collect();
        if on_the_way.is_empty() {
            break;
        }
        let rows: Vec<Vec<f64>> = on_the_way.iter().map(|at| walkers[*at].fit.row.clone()).collect();
        let slopes = jacobian(&stack(shape, &rows), sample.inputs());
        let ([_, count, size], slopes) = (slopes.dims(), numbers(slopes));
        let trial = |(index, at): (usize, &usize)| {
            let slopes = &slopes[index * count * size..];
            walkers[*at].step(&DMatrix::from_fn(count, free.len(), |i, j| slopes[i * size + free[j]]), free)
        };
        let trials: Vec<Vec<f64>> = on_the_way.iter().enumerate().map(trial).collect();
        for ((at, row), errors) in on_the_way.iter().zip(&trials).zip(errors(shape, &trials, sample)) {
            walkers[*at].take(row, errors);
        }
    }
    walkers.into_iter().map(|walker| walker.fit).collect()
}

impl Walker {
    /// Where a step leads: to -J^T (J J^T + damping)^-1 errors, the smaller of the two systems.
    fn step(&self, slopes: &DMatrix<f64>, free: &[usize]) -> Vec<f64> {
        let mut gram = slopes * slopes.transpose();
        let count = gram.nrows();
        let damping = self.damping * gram.trace() / count as f64;
        (0..count).for_each(|at| gram[(at, at)] += damping);
        let mut row = self.fit.row.clone();
        // Where rounding leaves no positive matrix the step is none, and the damping grows.
        if let Some(factor) = gram.cholesky() {
            let by = slopes.transpose() * factor.solve(&DVector::from_column_slice(&self.errors));
            free.iter().zip(by.iter()).for_each(|(at, by)| row[*at] -= by);
        }
        row
    }

    /// Takes a step that leads down. A sum that is not a number leads nowhere.
    fn take(&mut self, row: &[f64], errors: Vec<f64>) {
        let squares = squares(&errors);
        if squares < self.fit.squares {
            self.fit = Fit { row: row.to_vec(), squares };
            self.errors = errors;
            self.damping = (self.damping * 0.2).max(LEAST);
        } else {
            self.damping *= 4.0;
        }
    }
}

/// Outputs less answers of each network; one output.
fn errors(shape: &Shape, rows: &[Vec<f64>], sample: &Sample) -> Vec<Vec<f64>> {
    let outputs = numbers(stack(shape, rows).forward(sample.inputs()));
    outputs.chunks(sample.y.len()).map(|outputs| outputs.iter().zip(&sample.y).map(|(f, y)| f - y).collect()).collect()
}

/// The sum of squares.
pub(super) fn squares(errors: &[f64]) -> f64 {
    errors.iter().map(|error| error * error).sum()
}
