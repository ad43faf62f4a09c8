//! A narrow network together with observations of which it is a known minimum.
//!
//! Any network is a stationary point for observations that differ from its outputs by residuals
//! orthogonal to all columns of its Jacobian, and a strict minimum if they are small enough. So the
//! residuals are designed: none, random, or such that the block G of the unit to be copied is
//! positive, negative or indefinite. Gradients are then zero to rounding, without any training.

use super::blocks::{self, Blocks};
use super::data::{Sample, stream};
use super::network::{Network, Unit};
use super::spectrum::{Inertia, Spectrum};
use nalgebra::{DMatrix, DVector, Matrix3, Vector3};
use saigen_models::activation::Activation;
use saigen_models::stream::Stream;

/// Observations.
const ROWS: usize = 40;

/// The units of the layer that is embedded, and of the second hidden layer where there is one.
pub(super) const WIDTH: usize = 2;

/// The root mean square of the residuals, before they are made smaller until they leave a minimum.
const RESIDUAL: f64 = 0.3;

/// Networks that are drawn; the one whose parameters are told apart best is taken. With two hidden
/// layers most have directions in which second derivatives are too small for f64 to tell from 0.
const DRAWS: usize = 20;
const DRAWS_DEEP: usize = 300;

/// How residuals are designed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Design {
    /// There are none.
    Exact,
    /// Random ones.
    Free,
    /// G has only positive eigenvalues.
    Positive,
    /// G has only negative eigenvalues.
    Negative,
    /// G has one of each.
    Indefinite,
}

/// The designs by name.
pub(super) const DESIGNS: &[&str] = &["exact", "free", "positive", "negative", "indefinite"];

impl Design {
    /// The design of this name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "exact" => Self::Exact,
            "free" => Self::Free,
            "positive" => Self::Positive,
            "negative" => Self::Negative,
            _ => Self::Indefinite,
        }
    }

    /// What G is to be: its entries (1,1), (1,2), (2,2).
    fn target(self) -> Option<Vector3<f64>> {
        match self {
            Self::Exact | Self::Free => None,
            Self::Positive => Some(Vector3::new(1.0, 0.0, 1.0)),
            Self::Negative => Some(Vector3::new(-1.0, 0.0, -1.0)),
            Self::Indefinite => Some(Vector3::new(1.0, 0.0, -1.0)),
        }
    }
}

/// A narrow minimum.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) network: Network,
    pub(super) sample: Sample,
    /// Places for the middles of further units: between observations, none twice.
    pub(super) middles: Vec<f64>,
    /// Whether the next layer has a bias.
    pub(super) bias: bool,
}

impl Problem {
    /// The problem of a cell, on inputs of one dimension. `depth` counts layers as the paper does: 3
    /// is one hidden layer.
    ///
    /// # Errors
    /// A message where no such minimum is found.
    pub(super) fn new(kind: Activation, name: &str, outputs: usize, depth: usize, design: Design, seed: u64) -> Result<Self, String> {
        if kind == Activation::Relu && design.target().is_some() {
            return Err("the block G of a ReLU unit is 0: it cannot be designed".to_string());
        }
        // Silent units exist where the activation is 0 at 0; elsewhere a bias takes up what they give.
        let bias = depth > 3 || blocks::activation(kind, 0.0)[0] != 0.0;
        let axes = [("activation", name.to_string()), ("outputs", outputs.to_string()), ("depth", depth.to_string())];
        let draw = |attempt: usize| {
            let mut draws = stream("narrow", &[&axes[..], &[("seed", seed.to_string()), ("attempt", attempt.to_string())]].concat());
            let (x, mut gaps) = inputs(&mut draws);
            let network = teacher(kind, outputs, depth, bias, (&x, &mut gaps), &mut draws);
            let sample = Sample { y: vec![0.0; ROWS * outputs], x, inputs: 1 };
            let sample = Sample { y: network.outputs(&sample), ..sample };
            (Self { network, sample, middles: gaps, bias }, draws)
        };
        let condition = |attempt: usize| draw(attempt).0.condition().map(|condition| (condition, attempt));
        let mut ranked: Vec<(f64, usize)> = (0..if depth > 3 { DRAWS_DEEP } else { DRAWS }).filter_map(condition).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, attempt) in ranked {
            let (mut problem, mut draws) = draw(attempt);
            if problem.observe(design, &mut draws) {
                return Ok(problem);
            }
        }
        Err(format!("no {name} network of depth {depth} with {outputs} outputs has such a minimum, of all that were drawn"))
    }

    /// Where the parameters lie that may vary.
    pub(super) fn free(&self, network: &Network) -> Vec<usize> {
        network.free(self.bias)
    }

    /// The eigenvalues that are zero however small the residuals: a positive rescaling for each ReLU.
    fn rescalings(&self) -> i64 {
        let layers = if self.network.later.is_empty() { 1 } else { 2 };
        if self.network.activation == Activation::Relu { layers * WIDTH as i64 } else { 0 }
    }

    /// How well second derivatives tell the parameters apart: the least eigenvalue of J^T J that is not
    /// of a rescaling, as a share of the largest; none where a ReLU's sum is near its kink, or more
    /// eigenvalues are zero.
    fn condition(&self) -> Option<f64> {
        if self.network.activation == Activation::Relu && self.distance_of_kinks() <= 0.03 {
            return None;
        }
        let slopes = self.network.jacobian(&self.sample, &self.free(&self.network));
        let spectrum = Spectrum::of(&(slopes.transpose() * slopes));
        (spectrum.inertia().zero == self.rescalings()).then(|| self.least(&spectrum))
    }

    /// The least eigenvalue that is not of a rescaling, as a share of the largest.
    pub(super) fn least(&self, spectrum: &Spectrum) -> f64 {
        spectrum.values[self.rescalings() as usize] / spectrum.scale()
    }

    /// The least distance of a second hidden layer's sums from 0. The first layer's kinks lie halfway
    /// between observations.
    fn distance_of_kinks(&self) -> f64 {
        if self.network.later.is_empty() {
            return f64::INFINITY;
        }
        let first = Network { later: Vec::new(), rest: Vec::new(), ..self.network.clone() };
        first.outputs(&self.sample).iter().map(|sum| sum.abs()).fold(f64::INFINITY, f64::min)
    }

    pub(super) fn spectrum(&self) -> Spectrum {
        Spectrum::of(&self.network.hessian(&self.sample, &self.free(&self.network)))
    }

    /// The counts of the narrow minimum.
    fn is_minimum(&self) -> bool {
        let Inertia { negative, zero, .. } = self.spectrum().inertia();
        negative == 0 && zero == self.rescalings()
    }

    /// Puts residuals into the observations, as large as leaves a minimum.
    fn observe(&mut self, design: Design, draws: &mut Stream) -> bool {
        if design == Design::Exact {
            return true;
        }
        let basis = orthonormal(&self.network.jacobian(&self.sample, &self.free(&self.network)));
        let rows = self.sample.y.len();
        let residual = match design.target() {
            None => without(&basis, DVector::from_vec(draws.normals(rows))),
            Some(target) => match self.with_curvature(&basis, target) {
                Some(residual) => residual,
                None => return false,
            },
        };
        let scale = RESIDUAL * (rows as f64).sqrt() / residual.norm();
        let outputs = rows / ROWS;
        let exact = self.sample.y.clone();
        let smaller = (0..40).map(|halvings| scale * 0.5f64.powi(halvings));
        for scale in smaller {
            // The Jacobian has the rows of one output after those of the other.
            let of = |at: usize| residual[at % outputs * ROWS + at / outputs];
            self.sample.y = exact.iter().enumerate().map(|(at, f)| f - scale * of(at)).collect();
            if self.is_minimum() {
                return true;
            }
        }
        false
    }

    /// The least residuals, orthogonal to the basis, with which G is as wanted; of one output.
    fn with_curvature(&self, basis: &[DVector<f64>], target: Vector3<f64>) -> Option<DVector<f64>> {
        let unit = &self.network.units[WIDTH - 1];
        let row = |x: &f64| {
            let z = unit.incoming[0] * x + unit.incoming[1];
            unit.outgoing[0] * blocks::activation(self.network.activation, z)[2]
        };
        let weights: Vec<f64> = self.sample.x.iter().map(row).collect();
        let entry = |power: i32| {
            let values = self.sample.x.iter().zip(&weights).map(|(x, weight)| weight * x.powi(power));
            without(basis, DVector::from_iterator(ROWS, values))
        };
        let entries = [entry(2), entry(1), entry(0)];
        let gram = Matrix3::from_fn(|i, j| entries[i].dot(&entries[j]));
        let by = gram.lu().solve(&target)?;
        let residual = &entries[0] * by[0] + &entries[1] * by[1] + &entries[2] * by[2];
        let residual = without(basis, residual);
        residual.iter().all(|value| value.is_finite()).then_some(residual)
    }
}

/// Inputs on [-2, 2], nearly equidistant, and the middles of every other gap but the outer ones, in
/// random order.
fn inputs(draws: &mut Stream) -> (Vec<f64>, Vec<f64>) {
    let x: Vec<f64> = (0..ROWS).map(|at| -2.0 + 4.0 / ROWS as f64 * (at as f64 + 0.2 + 0.6 * draws.uniform())).collect();
    let gaps: Vec<f64> = (2..ROWS - 3).step_by(2).map(|at| (x[at] + x[at + 1]) / 2.0).collect();
    let gaps = draws.order(gaps.len()).iter().map(|at| gaps[*at]).collect();
    (x, gaps)
}

/// A random network whose two units bend on either side of the middle; it takes their middles away. Units
/// of a second hidden layer bend between two observations.
fn teacher(kind: Activation, outputs: usize, depth: usize, bias: bool, places: (&[f64], &mut Vec<f64>), draws: &mut Stream) -> Network {
    let (x, gaps) = places;
    let bends: Vec<f64> = (0..WIDTH).map(|_| ROWS / 5 + draws.below(3 * ROWS / 5)).map(|at| (x[at] + x[at + 1]) / 2.0).collect();
    let mut signed = |low: f64, high: f64| {
        let size = low + (high - low) * draws.uniform();
        if draws.uniform() < 0.5 { size } else { -size }
    };
    let next = if depth > 3 { WIDTH } else { outputs };
    // Steeper units are told apart better, where they bend little.
    let (steep, wide) = match (kind, depth) {
        (Activation::Sigmoid | Activation::Softplus, 3) | (Activation::Softplus, _) => (2.0, 1.0),
        (Activation::Sigmoid, _) => (2.0, 3.0),
        (Activation::Tanh, 4..) => (2.0, 2.0),
        _ => (1.0, 1.0),
    };
    let mut unit = |side: f64| {
        let at = gaps.iter().position(|gap| (0.3..1.3).contains(&(side * gap))).unwrap_or(0);
        let middle = gaps.remove(at);
        let slope = steep * signed(1.5, 3.0);
        Unit { incoming: vec![slope, -slope * middle], outgoing: (0..next).map(|_| wide * signed(0.7, 1.5)).collect() }
    };
    let units = vec![unit(-1.0), unit(1.0)];
    let bias = match (depth, bias) {
        (4.., _) => bends.iter().enumerate().map(|(k, x)| -sum(kind, &units, k, *x)).collect(),
        (_, true) => (0..next).map(|_| signed(0.2, 0.8)).collect(),
        (_, false) => vec![0.0; next],
    };
    let later: Vec<usize> = if depth > 3 { vec![outputs] } else { Vec::new() };
    let rest = later.iter().flat_map(|outputs| (0..(next + 1) * outputs).map(|_| signed(0.7, 1.5)).collect::<Vec<_>>()).collect();
    Network { activation: kind, units, bias, later, rest }
}

/// The sum that a unit of the next layer gets at x, without its bias.
fn sum(kind: Activation, units: &[Unit], next: usize, x: f64) -> f64 {
    let value = |unit: &Unit| unit.outgoing[next] * blocks::activation(kind, unit.incoming[0] * x + unit.incoming[1])[0];
    units.iter().map(value).sum()
}

/// An orthonormal basis of a matrix's columns (Gram and Schmidt, twice); dependent ones are dropped.
fn orthonormal(matrix: &DMatrix<f64>) -> Vec<DVector<f64>> {
    let mut basis: Vec<DVector<f64>> = Vec::new();
    for column in matrix.column_iter() {
        let left = without(&basis, column.into_owned());
        if left.norm() > 1e-9 * column.norm() {
            basis.push(&left / left.norm());
        }
    }
    basis
}

/// What is left of a vector without its parts along a basis.
fn without(basis: &[DVector<f64>], mut vector: DVector<f64>) -> DVector<f64> {
    for _ in 0..2 {
        for unit in basis {
            vector -= unit * unit.dot(&vector);
        }
    }
    vector
}

impl Problem {
    /// The blocks at the unit that is copied.
    pub(super) fn blocks(&self) -> Blocks {
        Blocks::of(&self.network, &self.sample)
    }

    /// The length of the residuals.
    pub(super) fn residual(&self) -> f64 {
        (2.0 * self.network.loss(&self.sample)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::{ACTIVATIONS, activation};
    use super::*;

    #[test]
    fn designed_points_are_minima_with_the_wanted_curvature() {
        for name in &ACTIVATIONS[..3] {
            for (design, inertia) in [
                (Design::Positive, Inertia { negative: 0, zero: 0, positive: 2 }),
                (Design::Negative, Inertia { negative: 2, zero: 0, positive: 0 }),
                (Design::Indefinite, Inertia { negative: 1, zero: 0, positive: 1 }),
            ] {
                let problem = Problem::new(activation(name), name, 1, 3, design, 0).unwrap();
                let gradient = problem.network.gradient(&problem.sample, &problem.free(&problem.network));
                assert!(gradient.norm() < 1e-12 * problem.residual(), "{name}: {}", gradient.norm());
                assert!(problem.is_minimum());
                assert_eq!(Spectrum::of(&problem.blocks().g).inertia(), inertia, "{name} {design:?}");
            }
        }
    }

    #[test]
    fn a_random_minimum_is_one_in_every_direction() {
        for name in ACTIVATIONS {
            for (outputs, depth) in [(1, 3), (2, 3), (1, 4), (2, 4)] {
                let problem = Problem::new(activation(name), name, outputs, depth, Design::Free, 3).unwrap();
                let (loss, row) = (problem.network.loss(&problem.sample), problem.network.parameters());
                let mut draws = stream("test directions", &[]);
                for _ in 0..50 {
                    let moved: Vec<f64> = row.iter().map(|at| at + 1e-4 * draws.normal()).collect();
                    let mut moved = problem.network.with(&moved);
                    if !problem.bias {
                        moved.bias.clone_from(&problem.network.bias);
                    }
                    assert!(moved.loss(&problem.sample) >= loss * (1.0 - 1e-12), "{name} {outputs} {depth}");
                }
            }
        }
    }
}
