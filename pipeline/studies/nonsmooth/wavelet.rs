//! Thresholded wavelets: least squares on piecewise linear multiwavelets with a penalty on the sum
//! of the wavelets' absolute coefficients, which sets most of them to 0.
//!
//! With an orthogonal design this is soft thresholding. It is not linear in Y, so that the lower
//! bounds of the theory say nothing of it. As for the networks, a fifth of the sample is held out and
//! chooses how much is penalised.

use super::data::{Sample, grid, risk, truth};
use super::multiwavelet::{SCALING, WAVELETS, scaling, wavelets};
use super::outcome;
use super::target::{self, Target};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The method.
pub(super) struct ThresholdedWavelets;

/// Penalties to choose from: fractions of the least one that leaves no wavelet, each a part of the
/// one before.
const PENALTIES: i32 = 14;
const PART: f64 = 0.65;

/// Passes over all coefficients, at most, for each penalty; it stops where no coefficient moves by
/// more than this.
const PASSES: usize = 50;
const STILL: f64 = 1e-4;

impl Method for ThresholdedWavelets {
    fn name(&self) -> &'static str {
        "thresholded-wavelets"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        outcome::parameters(target::PLANAR).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        outcome::outputs().into_iter().chain([("kept-cv", Kind::Int), ("kept-oracle", Kind::Int)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        3e-5 * parameters.int("n") as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let target = Target::of(p);
        let points = Points::new(&grid(p.int("grid"), 2), levels(p.int("n")));
        let truth = truth(target, p.int("grid"));
        Ok(batch.seeds.iter().map(|seed| cell(&Sample::draw(p, *seed), &points, &truth)).collect())
    }
}

/// Levels of wavelets: the quarters on which the finest are affine hold four observations or more.
fn levels(n: usize) -> u32 {
    (n / 4).ilog(4).max(1)
}

/// How well a fit does.
struct Fit {
    score: f64,
    risk: f64,
    kept: i64,
    surface: Vec<f64>,
}

fn cell(sample: &Sample, on_grid: &Points, truth: &[f64]) -> Record {
    let (n, fitted) = (sample.y.len(), sample.fitted());
    let rows: Vec<Vec<f64>> = (0..n).map(|i| sample.x.iter().map(|x| x[i]).collect()).collect();
    let levels = on_grid.levels.len() as u32;
    let (inside, outside) = (Points::new(&rows[..fitted], levels), Points::new(&rows[fitted..], levels));
    let mut lasso = Lasso::new(&inside, &sample.y[..fitted]);
    let largest = lasso.largest_penalty();
    let fits: Vec<Fit> = (1..=PENALTIES)
        .map(|step| {
            lasso.fit(largest * PART.powi(step));
            let surface = on_grid.values(&lasso.coefficients);
            let score = risk(&outside.values(&lasso.coefficients), &sample.y[fitted..]);
            Fit { score, risk: risk(&surface, truth), kept: lasso.coefficients.kept(), surface }
        })
        .collect();
    let (cv, oracle) = outcome::chosen(&fits, |fit| fit.score, |fit| fit.risk);
    let mut record = outcome::record(sample.digest(), cv.risk, oracle.risk, &cv.surface, 2);
    record.0.extend([("kept-cv", cv.kept), ("kept-oracle", oracle.kept)].map(|(name, kept)| (name.to_string(), Value::Int(kept))));
    record
}

/// The functions at some points.
struct Points {
    scaling: Vec<[f64; SCALING]>,
    levels: Vec<Level>,
}

/// The wavelets of one level at some points, square by square.
struct Level {
    /// The points of each square, and the wavelets of the square at each.
    squares: Vec<Vec<(usize, [f64; WAVELETS])>>,
}

/// A coefficient for each function.
struct Coefficients {
    scaling: [f64; SCALING],
    levels: Vec<Vec<[f64; WAVELETS]>>,
}

impl Points {
    fn new(points: &[Vec<f64>], levels: u32) -> Self {
        let level = |level: u32| {
            let mut squares = vec![Vec::new(); 4usize.pow(level)];
            for (at, x) in points.iter().enumerate() {
                let (square, values) = wavelets(level, [x[0], x[1]]);
                squares[square].push((at, values));
            }
            Level { squares }
        };
        Self { scaling: points.iter().map(|x| scaling([x[0], x[1]])).collect(), levels: (0..levels).map(level).collect() }
    }

    /// What the coefficients give at each point.
    fn values(&self, coefficients: &Coefficients) -> Vec<f64> {
        let mut values: Vec<f64> = self.scaling.iter().map(|functions| dot(functions, &coefficients.scaling)).collect();
        for (level, of_level) in self.levels.iter().zip(&coefficients.levels) {
            for (square, of_square) in level.squares.iter().zip(of_level).filter(|(_, of_square)| of_square.iter().any(|c| *c != 0.0)) {
                for (at, functions) in square {
                    values[*at] += dot(functions, of_square);
                }
            }
        }
        values
    }
}

impl Coefficients {
    /// How many wavelets are not left out.
    fn kept(&self) -> i64 {
        self.levels.iter().flatten().flatten().filter(|coefficient| **coefficient != 0.0).count() as i64
    }
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Coordinate descent on |y - fit|^2 / (2 n) + penalty x |wavelets' coefficients|_1.
struct Lasso<'a> {
    points: &'a Points,
    coefficients: Coefficients,
    rest: Vec<f64>,
}

impl<'a> Lasso<'a> {
    /// Before any wavelet: the best combination of the other functions.
    fn new(points: &'a Points, y: &[f64]) -> Self {
        let levels = points.levels.iter().map(|level| vec![[0.0; WAVELETS]; level.squares.len()]).collect();
        let mut lasso = Self { points, coefficients: Coefficients { scaling: [0.0; SCALING], levels }, rest: y.to_vec() };
        lasso.fit(f64::INFINITY);
        lasso
    }

    /// The least penalty at which no wavelet enters.
    fn largest_penalty(&self) -> f64 {
        let mut largest = 0.0;
        for square in self.points.levels.iter().flat_map(|level| &level.squares) {
            for function in 0..WAVELETS {
                let moment: f64 = square.iter().map(|(at, values)| values[function] * self.rest[*at]).sum();
                largest = f64::max(largest, moment.abs() / self.rest.len() as f64);
            }
        }
        largest
    }

    /// Descends from where it is.
    fn fit(&mut self, penalty: f64) {
        for _ in 0..PASSES {
            if self.pass(penalty) < STILL {
                return;
            }
        }
    }

    /// One pass over all coefficients. Gives the largest move.
    fn pass(&mut self, penalty: f64) -> f64 {
        let (n, mut largest) = (self.rest.len() as f64, 0.0);
        for (function, coefficient) in self.coefficients.scaling.iter_mut().enumerate() {
            let column = || self.points.scaling.iter().map(|values| values[function]);
            let (moment, square) = column().zip(&self.rest).fold((0.0, 0.0), |(m, s), (value, rest)| (m + value * rest, s + value * value));
            let step = moment / square;
            *coefficient += step;
            self.rest.iter_mut().zip(column()).for_each(|(rest, value)| *rest -= step * value);
            largest = f64::max(largest, step.abs());
        }
        if penalty.is_infinite() {
            return largest;
        }
        for (level, of_level) in self.points.levels.iter().zip(&mut self.coefficients.levels) {
            for (square, of_square) in level.squares.iter().zip(of_level) {
                for (function, coefficient) in of_square.iter_mut().enumerate() {
                    let sums = |(m, s): (f64, f64), (at, values): &(usize, [f64; WAVELETS])| {
                        (m + values[function] * self.rest[*at], s + values[function] * values[function])
                    };
                    let (moment, length) = square.iter().fold((0.0, 0.0), sums);
                    if length == 0.0 {
                        continue;
                    }
                    let (moment, length) = (moment / n, length / n);
                    let free = moment + length * *coefficient;
                    let new = free.signum() * (free.abs() - penalty).max(0.0) / length;
                    let step = new - *coefficient;
                    if step != 0.0 {
                        *coefficient = new;
                        square.iter().for_each(|(at, values)| self.rest[*at] -= step * values[function]);
                        largest = f64::max(largest, step.abs());
                    }
                }
            }
        }
        largest
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::Design;
    use super::super::target::tests::named;
    use super::*;

    fn points(design: &Design, levels: u32) -> Points {
        let rows: Vec<Vec<f64>> = (0..design.x[0].len()).map(|i| design.x.iter().map(|x| x[i]).collect()).collect();
        Points::new(&rows, levels)
    }

    /// At the least of a penalised sum of squares each wavelet's moment with the residuals is the
    /// penalty where its coefficient is not 0, and below it where it is.
    #[test]
    fn the_conditions_of_a_least_hold() {
        let design = Design::draw(200, 2, 5);
        let y = design.observe(named("disc"), 0.3);
        let points = points(&design, 2);
        let mut lasso = Lasso::new(&points, &y);
        let penalty = 0.3 * lasso.largest_penalty();
        for _ in 0..200 {
            lasso.fit(penalty);
        }
        let fit = points.values(&lasso.coefficients);
        let rest: Vec<f64> = y.iter().zip(&fit).map(|(y, fit)| y - fit).collect();
        let mut active = 0;
        for (level, of_level) in points.levels.iter().zip(&lasso.coefficients.levels) {
            for (square, of_square) in level.squares.iter().zip(of_level) {
                for (function, coefficient) in of_square.iter().enumerate() {
                    let moment = square.iter().map(|(at, values)| values[function] * rest[*at]).sum::<f64>() / 200.0;
                    if *coefficient == 0.0 {
                        assert!(moment.abs() <= penalty * 1.01, "{moment} above {penalty}");
                    } else {
                        assert!((moment - penalty * coefficient.signum()).abs() < 0.01 * penalty, "{moment}, penalty {penalty}");
                        active += 1;
                    }
                }
            }
        }
        assert!(active > 3 && lasso.coefficients.kept() == active, "{active}");
    }

    #[test]
    fn an_affine_function_needs_no_wavelet() {
        let design = Design::draw(100, 2, 1);
        let y: Vec<f64> = design.x[0].iter().zip(&design.x[1]).map(|(a, b)| 1.0 + 2.0 * a - b + 0.5 * a * b).collect();
        let points = points(&design, 2);
        let lasso = Lasso::new(&points, &y);
        assert!(lasso.rest.iter().all(|rest| rest.abs() < 0.05), "{:?}", lasso.rest);
    }
}
