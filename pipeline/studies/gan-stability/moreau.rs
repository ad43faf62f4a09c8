//! D3 by inf-convolution: J (+) MMD^2 / 2 lambda has beta2 = 1 / (lambda s^2), whatever the convex J.
//!
//! On a grid of the line three losses nu -> J(nu) against data mu0: `equality` (0 at mu0 and infinite
//! elsewhere), `wasserstein` (W1, as a norm of signed measures of total mass 0) and
//! `total-variation`. With nu = mu0 + D u the loss is a cost of u, and the inf-convolution at mu
//! minimises cost |u|_1 + |mu - mu0 - D u|_H^2 / 2 lambda, by coordinate descent. Its critic is
//! Phi = (embedding of mu - nu) / lambda. The duality gap bounds its error: the dual is strongly
//! concave, |Phi - Phi*|_H^2 <= 2 gap / lambda, and |grad g| <= |g|_H / s.

use super::measurement::{Cell, Measurement, ROUNDING};
use saigen_engine::Parameter;
use saigen_models::kernel::{Gaussian, Measure};

/// The method.
pub(super) const MOREAU: Measurement = Measurement {
    name: "inf-convolution",
    module: module_path!(),
    parameters: &[
        ("loss", Parameter::Choice(&["equality", "wasserstein", "total-variation"])),
        ("lambda", Parameter::Float(0.01, 100.0)),
        ("scale", Parameter::Float(0.05, 10.0)),
        // Pairs of models that are looked at.
        ("pairs", Parameter::Int(1, 1000)),
        // The most sweeps of coordinate descent.
        ("sweeps", Parameter::Int(1, 1_000_000)),
    ],
    // The share of beta2 that is certain, after the solver's error; and that error, as a share.
    outputs: &["of-beta2", "error", "limit"],
    seconds: 0.3,
    measure,
};

/// Grid points on [-2, 2].
const POINTS: usize = 41;

/// Atoms of each measure; a second model has each of them on the same point or on a neighbour.
const ATOMS: usize = 4;

/// A duality gap below this is small enough.
const GAP: f64 = 1e-11;

fn position(at: usize) -> f64 {
    4.0 * at as f64 / (POINTS - 1) as f64 - 2.0
}

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let (lambda, kernel) = (cell.float("lambda"), Gaussian { scale: cell.float("scale") });
    let mut stream = cell.stream("inf-convolution", &[]);
    let mut tightest = (f64::NEG_INFINITY, 0.0);
    for _ in 0..cell.int("pairs") {
        let mut atoms = |low: usize, high: usize| -> Vec<usize> { (0..ATOMS).map(|_| low + stream.below(high - low)).collect() };
        let (data, model) = (atoms(0, POINTS), atoms(1, POINTS - 1));
        let mut moved = model.clone();
        while wasserstein(&model, &moved) == 0.0 {
            moved = model.iter().map(|at| at + stream.below(3) - 1).collect();
        }
        let critic = |model: &[usize]| Critic::solve(cell.word("loss"), lambda, kernel, &data, model, cell.int("sweeps"));
        let (first, second) = (critic(&model), critic(&moved));
        let transport = wasserstein(&model, &moved);
        let difference = first.phi.less(&second.phi);
        let steepest = (0..POINTS).map(|at| kernel.gradient(&difference, &[position(at)])[0].abs()).fold(0.0, f64::max);
        let bound = 1.0 / (lambda * kernel.scale * kernel.scale);
        let off = |critic: &Critic| (2.0 * critic.gap / lambda).sqrt() / kernel.scale;
        let error = (off(&first) + off(&second)) / transport / bound;
        let share = steepest / transport / bound - error;
        if share > tightest.0 {
            tightest = (share, error);
        }
    }
    vec![tightest.0, tightest.1, 1.0 + ROUNDING]
}

/// W1 of two measures of equal weights on the line: sorted atoms go to sorted atoms.
fn wasserstein(a: &[usize], b: &[usize]) -> f64 {
    let sorted = |atoms: &[usize]| {
        let mut atoms = atoms.to_vec();
        atoms.sort_unstable();
        atoms
    };
    let far: f64 = sorted(a).iter().zip(sorted(b)).map(|(a, b)| (position(*a) - position(b)).abs()).sum();
    far / a.len() as f64
}

/// The regularised critic, as a measure whose embedding it is, and how nearly it is the optimal one.
struct Critic {
    phi: Measure,
    gap: f64,
}

impl Critic {
    fn solve(loss: &str, lambda: f64, kernel: Gaussian, data: &[usize], model: &[usize], sweeps: usize) -> Self {
        // What is left to explain, mu - mu0 - D u, as weights on the grid.
        let mut rest = vec![0.0; POINTS];
        model.iter().for_each(|at| rest[*at] += 1.0 / ATOMS as f64);
        data.iter().for_each(|at| rest[*at] -= 1.0 / ATOMS as f64);
        let target = rest.clone();
        // The columns of D and their costs: dipoles for W1, single points for total variation.
        let spacing = position(1) - position(0);
        let columns: Vec<(Vec<(usize, f64)>, f64)> = match loss {
            "wasserstein" => (1..POINTS).map(|at| (vec![(at, 1.0), (at - 1, -1.0)], spacing)).collect(),
            "total-variation" => (0..POINTS).map(|at| (vec![(at, 1.0)], 1.0)).collect(),
            _ => Vec::new(),
        };
        let gram: Vec<f64> = (0..POINTS * POINTS).map(|at| kernel.of(&[position(at / POINTS)], &[position(at % POINTS)])).collect();
        let along = |column: &[(usize, f64)], embedding: &[f64]| column.iter().map(|(at, weight)| weight * embedding[*at]).sum::<f64>();
        let embed = |weights: &[f64]| -> Vec<f64> {
            gram.chunks_exact(POINTS).map(|row| row.iter().zip(weights).map(|(k, w)| k * w).sum()).collect()
        };
        let squares: Vec<f64> = columns
            .iter()
            .map(|(column, _)| {
                let mut weights = vec![0.0; POINTS];
                column.iter().for_each(|(at, weight)| weights[*at] = *weight);
                along(column, &embed(&weights))
            })
            .collect();
        let mut amounts = vec![0.0f64; columns.len()];
        let mut embedding = embed(&rest);
        let mut gap = if columns.is_empty() { 0.0 } else { f64::INFINITY };
        for sweep in 0..sweeps {
            if sweep % 50 == 0 && !columns.is_empty() {
                // Afresh, so that rounding does not add up.
                embedding = embed(&rest);
                gap = duality_gap(lambda, &columns, &amounts, &rest, &embedding, &target, along);
            }
            if gap <= GAP {
                break;
            }
            for (at, (column, cost)) in columns.iter().enumerate() {
                let wanted = amounts[at] + along(column, &embedding) / squares[at];
                let threshold = lambda * cost / squares[at];
                let next = wanted.signum() * (wanted.abs() - threshold).max(0.0);
                let change = next - amounts[at];
                if change != 0.0 {
                    amounts[at] = next;
                    for (place, weight) in column {
                        rest[*place] -= change * weight;
                        let row = &gram[place * POINTS..][..POINTS];
                        embedding.iter_mut().zip(row).for_each(|(value, k)| *value -= change * weight * k);
                    }
                }
            }
        }
        let points = (0..POINTS).map(position).collect();
        Self { phi: Measure::new(points, rest.iter().map(|weight| weight / lambda).collect(), 1), gap: gap.max(0.0) }
    }
}

/// The primal value less that of the critic, made feasible by a factor.
fn duality_gap(
    lambda: f64,
    columns: &[(Vec<(usize, f64)>, f64)],
    amounts: &[f64],
    rest: &[f64],
    embedding: &[f64],
    target: &[f64],
    along: impl Fn(&[(usize, f64)], &[f64]) -> f64,
) -> f64 {
    let pairing = |weights: &[f64]| weights.iter().zip(embedding).map(|(weight, value)| weight * value).sum::<f64>();
    let square = pairing(rest) / lambda;
    let cost: f64 = columns.iter().zip(amounts).map(|((_, cost), amount)| cost * amount.abs()).sum();
    let steepest = columns.iter().map(|(column, cost)| along(column, embedding).abs() / (lambda * cost)).fold(0.0, f64::max);
    let factor = 1.0 / f64::max(1.0, steepest);
    let dual = factor * pairing(target) / lambda - 0.5 * factor * factor * square;
    cost + 0.5 * square - dual
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_regulariser_leaves_w1_and_a_strong_one_the_discrepancy() {
        let kernel = Gaussian { scale: 0.5 };
        let value = |lambda: f64| {
            let critic = Critic::solve("wasserstein", lambda, kernel, &[10; 4], &[30; 4], 20_000);
            (critic.phi, critic.gap)
        };
        // Far apart under a small lambda the critic would be steeper than 1: the constraint acts.
        let steepest = |phi: &Measure| {
            let value = |at: usize| kernel.embedding(phi, &[position(at)]);
            (1..POINTS).map(|at| (value(at) - value(at - 1)) / (position(1) - position(0))).fold(0.0, f64::max)
        };
        let (phi, gap) = value(0.2);
        let steepest = steepest(&phi);
        assert!(gap < 1e-4 && (steepest - 1.0).abs() < 1e-3, "{steepest} {gap}");
        // With a large one nothing is moved: Phi is the MMD critic over lambda.
        let (phi, _) = value(4.0);
        let free = Measure::new(vec![position(30), position(10)], vec![0.25, -0.25], 1);
        for at in 0..POINTS {
            let x = [position(at)];
            assert!((kernel.embedding(&phi, &x) - kernel.embedding(&free, &x)).abs() < 1e-12);
        }
    }
}
