//! Data sets of figure 2 and networks of five hidden units that interpolate them, to a sum of squared
//! errors below 1e-29.
//!
//! For tanh by Levenberg and Marquardt from random starts, the shortest end of which is taken. For ReLU no descent gets there, and exact
//! interpolants are rare: which observations each unit is active on leaves a linear system of ten
//! equations for slopes and offsets, so all patterns are gone through, and data sets drawn until one
//! has a solution.

use super::data::{Sample, activation, stream};
use super::minimum::{descend, squares};
use super::network::{Network, Unit};
use nalgebra::{DMatrix, DVector};
use saigen_models::activation::Activation;
use std::iter::once;

/// Observations (section 5).
pub(super) const ROWS: usize = 10;

/// The width H0 with which training reaches zero error (section 5).
pub(super) const WIDTH: usize = 5;

/// The squared error that counts as interpolation (section 5).
pub(super) const ZERO: f64 = 1e-29;

/// Inputs are uniform on [-REACH, REACH]: not in the paper.
pub(super) const REACH: f64 = 2.0;

/// The noise of the answers (section 5).
const NOISE: f64 = 0.1;

/// Longer parameters are on their way to infinity.
const LONGEST: f64 = 50.0;

/// Starts that are followed together, and for how many steps.
const STARTS: usize = 24;
const STEPS: usize = 400;

/// A data set, and a network that goes through it.
#[derive(Clone, Debug)]
pub(super) struct Interpolant {
    pub(super) network: Network,
    pub(super) sample: Sample,
    /// Data sets that were drawn, this one included.
    pub(super) drawn: usize,
}

/// The teacher, one unit of the same activation (section 5); its weights are not in the paper.
pub(super) fn teacher(kind: Activation, x: f64) -> f64 {
    if kind == Activation::Tanh { x.tanh() } else { x.max(0.0) }
}

impl Interpolant {
    /// The first of a seed's data sets that has one.
    ///
    /// # Errors
    /// A message where none is found.
    pub(super) fn new(name: &str, seed: u64) -> Result<Self, String> {
        let kind = activation(name);
        let most = 2000;
        for attempt in 0..most {
            let sample = draw(name, kind, seed, attempt);
            let network = if kind == Activation::Relu { by_patterns(&sample) } else { by_descent(name, &sample, seed, attempt) };
            if let Some(network) = network {
                return Ok(Self { network, sample, drawn: attempt + 1 });
            }
        }
        Err(format!("none of {most} data sets of seed {seed} has a {name} interpolant of {WIDTH} units"))
    }

    /// The sum of squared errors.
    pub(super) fn squares(&self) -> f64 {
        2.0 * self.network.loss(&self.sample)
    }
}

/// A data set, its inputs ascending.
fn draw(name: &str, kind: Activation, seed: u64, attempt: usize) -> Sample {
    let axes = [("activation", name.to_string()), ("seed", seed.to_string()), ("attempt", attempt.to_string())];
    let mut draws = stream("observations", &axes);
    let mut x: Vec<f64> = (0..ROWS).map(|_| REACH * (2.0 * draws.uniform() - 1.0)).collect();
    x.sort_by(f64::total_cmp);
    let y = x.iter().map(|x| teacher(kind, *x) + NOISE * draws.normal()).collect();
    Sample { x, y, inputs: 1 }
}

fn length(row: &[f64]) -> f64 {
    squares(row).sqrt()
}

/// The shortest of some, if it is short enough.
fn shortest<T>(found: impl Iterator<Item = (f64, T)>) -> Option<T> {
    found.filter(|(length, _)| *length <= LONGEST).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, found)| found)
}

/// A network without the output's bias.
fn network(kind: Activation, units: Vec<Unit>) -> Network {
    Network { activation: kind, units, bias: vec![0.0], later: Vec::new(), rest: Vec::new() }
}

fn by_descent(name: &str, sample: &Sample, seed: u64, attempt: usize) -> Option<Network> {
    let kind = activation(name);
    let start = |start: usize| {
        let axes = [("activation", name.to_string()), ("seed", seed.to_string())];
        let axes = [&axes[..], &[("attempt", attempt.to_string()), ("start", start.to_string())]].concat();
        let mut draws = stream("start", &axes);
        let mut unit = || Unit { incoming: vec![2.0 * draws.normal(), 2.0 * draws.normal()], outgoing: vec![draws.normal()] };
        network(kind, (0..WIDTH).map(|_| unit()).collect())
    };
    let starts: Vec<Network> = (0..STARTS).map(start).collect();
    let (shape, free) = (starts[0].shape(), starts[0].free(false));
    let fits = descend(&shape, starts.iter().map(Network::parameters).collect(), sample, &free, 0.5 * ZERO, STEPS);
    let found = fits.into_iter().filter(|fit| fit.squares < ZERO).map(|fit| (length(&fit.row), fit.row));
    shortest(found).map(|row| starts[0].with(&row))
}

/// A set of observations on which a unit is active, of observations in ascending order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Active {
    All,
    /// All from this one on.
    From(usize),
    /// All before this one.
    Before(usize),
}

impl Active {
    fn contains(self, at: usize) -> bool {
        match self {
            Self::All => true,
            Self::From(first) => at >= first,
            Self::Before(end) => at < end,
        }
    }

    /// Where the unit's kink lies: before this observation.
    fn kink(self) -> Option<usize> {
        match self {
            Self::All => None,
            Self::From(at) | Self::Before(at) => Some(at),
        }
    }
}

/// Every set on which a unit can be active, but the empty one.
fn sets(rows: usize) -> Vec<Active> {
    once(Active::All).chain((1..rows).map(Active::From)).chain((1..rows).map(Active::Before)).collect()
}

/// The shortest of all ReLU interpolants of five units, each in the scale in which its weights in and
/// out are nearly of one size.
fn by_patterns(sample: &Sample) -> Option<Network> {
    let found = patterns(ROWS, WIDTH).into_iter().filter(|pattern| is_possible(pattern)).filter_map(|pattern| solve(&pattern, sample));
    shortest(found.map(|network| (length(&network.parameters()), network)))
}

/// All choices of so many sets.
fn patterns(rows: usize, units: usize) -> Vec<Vec<Active>> {
    let sets = sets(rows);
    let mut patterns: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..units {
        let longer = |pattern: Vec<usize>| {
            let next = pattern.last().map_or(0, |last| last + 1);
            (next..sets.len()).map(move |at| pattern.iter().copied().chain(once(at)).collect()).collect::<Vec<Vec<usize>>>()
        };
        patterns = patterns.into_iter().flat_map(longer).collect();
    }
    patterns.into_iter().map(|pattern| pattern.iter().map(|at| sets[*at]).collect()).collect()
}

/// Whether no three observations lie between neighbouring kinks: the network is a line there, and with
/// noise no line goes through three.
fn is_possible(pattern: &[Active]) -> bool {
    let mut kinks: Vec<usize> = pattern.iter().filter_map(|set| set.kink()).chain([0, ROWS]).collect();
    kinks.sort_unstable();
    kinks.windows(2).all(|pair| pair[1] - pair[0] <= 2)
}

/// The network with these activities that goes through the observations, if it has them.
fn solve(pattern: &[Active], sample: &Sample) -> Option<Network> {
    let (x, count) = (&sample.x, sample.len());
    let entry = |row: usize, column: usize| match (pattern[column / 2].contains(row), column % 2) {
        (false, _) => 0.0,
        (true, 0) => x[row],
        (true, _) => -1.0,
    };
    let factors = DMatrix::from_fn(count, 2 * pattern.len(), entry).lu();
    let mut lines = factors.solve(&DVector::from_column_slice(&sample.y))?;
    let mut best: Option<(f64, Network)> = None;
    // Solving leaves some 1e-28 of squared errors; solving for what is left, less.
    for _ in 0..4 {
        let units: Option<Vec<Unit>> = pattern.iter().enumerate().map(|(j, set)| unit(*set, lines[2 * j], lines[2 * j + 1], x)).collect();
        let network = network(Activation::Relu, units?);
        let errors: Vec<f64> = network.outputs(sample).iter().zip(&sample.y).map(|(f, y)| y - f).collect();
        let left = squares(&errors);
        if best.as_ref().is_none_or(|(least, _)| left < *least) {
            best = Some((left, network));
        }
        lines += factors.solve(&DVector::from_vec(errors))?;
    }
    best.filter(|(left, _)| *left < ZERO).map(|(_, network)| network)
}

/// The unit that is p x - q where it is active, if its kink q / p lies where the activity says.
fn unit(set: Active, p: f64, q: f64, x: &[f64]) -> Option<Unit> {
    let kink = q / p;
    let right = match set {
        Active::From(at) => (x[at - 1] < kink && kink < x[at]).then_some(true),
        Active::Before(at) => (x[at - 1] < kink && kink < x[at]).then_some(false),
        Active::All => (kink < x[0] || kink > x[x.len() - 1]).then_some(kink < x[0]),
    }?;
    // A power of two, so that the product of the weights is p exactly.
    let size = p.abs().sqrt().log2().round().exp2();
    let incoming = if right { size } else { -size };
    let outgoing = p / incoming;
    Some(Unit { incoming: vec![incoming, -q / outgoing], outgoing: vec![outgoing] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolants_interpolate() {
        for name in ["relu", "tanh"] {
            let found = Interpolant::new(name, 0).unwrap();
            assert!(found.squares() < ZERO, "{name}: {}", found.squares());
            assert_eq!(found.network.units.len(), WIDTH);
        }
    }

    /// What is left out because no line goes through three observations has no solution: every pattern
    /// on a data set that has some.
    #[test]
    fn no_interpolant_is_left_out() {
        let found = Interpolant::new("relu", 0).unwrap();
        let all = patterns(ROWS, WIDTH);
        // 19 sets, 5 of them.
        assert_eq!(all.len(), 11_628);
        let solved: Vec<&Vec<Active>> = all.iter().filter(|pattern| solve(pattern, &found.sample).is_some()).collect();
        assert!(!solved.is_empty() && solved.iter().all(|pattern| is_possible(pattern)));
    }

    #[test]
    fn a_unit_is_its_line_where_it_is_active() {
        let x = [-1.0, 0.0, 1.0];
        let found = unit(Active::Before(2), 3.0, 1.5, &x).unwrap();
        let value = |x: f64| found.outgoing[0] * (found.incoming[0] * x + found.incoming[1]).max(0.0);
        assert!((value(0.0) + 1.5).abs() < 1e-15 && value(1.0) == 0.0);
        assert!(unit(Active::Before(1), 3.0, 1.5, &x).is_none());
    }
}
