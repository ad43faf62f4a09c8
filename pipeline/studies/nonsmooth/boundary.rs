//! Least squares over functions of the theory's class, as a search: the best boundary x2 = h(x1) and
//! the best smooth pieces on its two sides, without a network and its training.
//!
//! The boundary is a line on each of K equal slabs of x1, level or slanted, the pieces are
//! polynomials (JMLR 2022, section 3, with one boundary). Given the pieces, the best line of a slab is
//! found exactly for each slope, by running through the slab's points; given the boundary, the pieces
//! are least squares. The two steps alternate. A fifth of the sample is held out and chooses K, the
//! lines and the polynomials' degree.

use super::data::{Sample, grid, risk, truth};
use super::outcome;
use super::pieces::{Pieces, monomials};
use super::target::{self, Target};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement};
use std::collections::BTreeMap;

/// The method.
pub(super) struct BoundarySearch;

/// Degrees of the pieces to choose from.
const DEGREES: std::ops::RangeInclusive<usize> = 0..=2;

/// Slabs are halved while the halves hold this many fitted points on average.
const LEAST_IN_SLAB: usize = 16;

/// Slopes that are tried at first; the best one is refined by halving the distance between them.
const STEEPEST: f64 = 3.0;
const SLOPES: usize = 13;
const REFINEMENTS: i32 = 4;

/// Lines to start from: heights in the middle and slopes.
const HEIGHTS: [f64; 5] = [0.2, 0.35, 0.5, 0.65, 0.8];
const TILTS: [f64; 5] = [-1.0, -0.5, 0.0, 0.5, 1.0];
/// The best of them that are followed.
const FOLLOWED: usize = 2;

/// Alternations from a start, and from the fit with half as many slabs.
const FROM_START: usize = 5;
const FROM_COARSER: usize = 2;

/// A line over a slab: x2 = height + slope (x1 - middle).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    height: f64,
    slope: f64,
}

/// Lines on equal slabs, and pieces.
#[derive(Clone, Debug)]
struct Fit {
    lines: Vec<Line>,
    pieces: Pieces,
}

/// Points, and their monomials up to a degree.
struct Points {
    x: Vec<[f64; 2]>,
    monomials: Vec<Vec<f64>>,
}

/// What is fitted.
struct Observed<'a> {
    points: Points,
    y: &'a [f64],
}

impl Method for BoundarySearch {
    fn name(&self) -> &'static str {
        "boundary-search"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        outcome::parameters(target::PLANAR).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let numbers = ["slabs-cv", "slabs-oracle", "degree-cv", "degree-oracle"].map(|name| (name, Kind::Int));
        outcome::outputs().into_iter().chain(numbers).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, parameters: &Parameters) -> f64 {
        1e-4 * parameters.int("n") as f64
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let p = &batch.parameters;
        let truth = truth(Target::of(p), p.int("grid"));
        let points: Vec<[f64; 2]> = grid(p.int("grid"), 2).iter().map(|x| [x[0], x[1]]).collect();
        let on_grid: Vec<Points> = DEGREES.map(|degree| Points::new(points.clone(), degree)).collect();
        Ok(batch.seeds.iter().map(|seed| cell(&Sample::draw(p, *seed), &on_grid, &truth)).collect())
    }
}

/// A candidate, and how well it does.
struct Candidate {
    score: f64,
    risk: f64,
    slabs: i64,
    degree: i64,
    surface: Vec<f64>,
}

/// `on_grid` holds the grid's points by degree.
fn cell(sample: &Sample, on_grid: &[Points], truth: &[f64]) -> Record {
    let (n, fitted) = (sample.y.len(), sample.fitted());
    let x: Vec<[f64; 2]> = (0..n).map(|i| [sample.x[0][i], sample.x[1][i]]).collect();
    let mut candidates = Vec::new();
    for (degree, on_grid) in DEGREES.zip(on_grid) {
        let observed = Observed { points: Points::new(x[..fitted].to_vec(), degree), y: &sample.y[..fitted] };
        let held_out = Points::new(x[fitted..].to_vec(), degree);
        for slanted in [false, true] {
            for fit in observed.chain(slanted) {
                let surface = fit.values(on_grid);
                let (score, risk) = (risk(&fit.values(&held_out), &sample.y[fitted..]), risk(&surface, truth));
                candidates.push(Candidate { score, risk, slabs: fit.lines.len() as i64, degree: degree as i64, surface });
            }
        }
    }
    let (cv, oracle) = outcome::chosen(&candidates, |candidate| candidate.score, |candidate| candidate.risk);
    let mut record = outcome::record(sample.digest(), cv.risk, oracle.risk, &cv.surface, 2);
    let numbers = [("slabs-cv", cv.slabs), ("slabs-oracle", oracle.slabs), ("degree-cv", cv.degree), ("degree-oracle", oracle.degree)];
    record.0.extend(numbers.map(|(name, number)| (name.to_string(), Value::Int(number))));
    record
}

/// The slab of a value of x1 among some.
fn slab(x1: f64, slabs: usize) -> usize {
    ((x1 * slabs as f64) as usize).min(slabs - 1)
}

/// The middle of a slab.
fn middle(slab: usize, slabs: usize) -> f64 {
    (slab as f64 + 0.5) / slabs as f64
}

/// Whether a point lies on or above the line of its slab.
fn is_above(lines: &[Line], x: [f64; 2]) -> bool {
    let at = slab(x[0], lines.len());
    let Line { height, slope } = lines[at];
    x[1] - slope * (x[0] - middle(at, lines.len())) >= height
}

impl Fit {
    fn values(&self, points: &Points) -> Vec<f64> {
        let value = |(x, monomials): (&[f64; 2], &Vec<f64>)| self.pieces.at(monomials)[usize::from(is_above(&self.lines, *x))];
        points.x.iter().zip(&points.monomials).map(value).collect()
    }

    /// The same boundary on twice as many slabs.
    fn halved(&self) -> Self {
        let slabs = self.lines.len();
        let line = |at: usize| {
            let Line { height, slope } = self.lines[at / 2];
            Line { height: height + slope * (middle(at, 2 * slabs) - middle(at / 2, slabs)), slope }
        };
        Self { lines: (0..2 * slabs).map(line).collect(), pieces: self.pieces.clone() }
    }
}

impl Points {
    fn new(x: Vec<[f64; 2]>, degree: usize) -> Self {
        Self { monomials: x.iter().map(|x| monomials(degree, *x)).collect(), x }
    }
}

impl Observed<'_> {
    /// The fits on 1, 2, 4, … slabs, each from the one before.
    fn chain(&self, slanted: bool) -> Vec<Fit> {
        let mut fits = vec![self.on_one_slab(slanted)];
        while let Some(last) = fits.last().filter(|last| self.y.len() / (2 * last.lines.len()) >= LEAST_IN_SLAB) {
            let next = self.alternate(last.halved(), slanted, FROM_COARSER);
            fits.push(next);
        }
        fits
    }

    fn on_one_slab(&self, slanted: bool) -> Fit {
        let tilts = if slanted { &TILTS[..] } else { &[0.0] };
        let lines = HEIGHTS.iter().flat_map(|height| tilts.iter().map(|slope| Line { height: *height, slope: *slope }));
        let mut starts: Vec<(f64, Fit)> = lines.map(|line| self.with_lines(vec![line])).map(|fit| (self.squares(&fit), fit)).collect();
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let ends = starts.into_iter().take(FOLLOWED).map(|(_, fit)| self.alternate(fit, slanted, FROM_START));
        let ends = ends.map(|fit| (self.squares(&fit), fit));
        ends.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, fit)| fit).expect("there are starts to follow")
    }

    /// The best pieces for a boundary.
    fn with_lines(&self, lines: Vec<Line>) -> Fit {
        let above: Vec<bool> = self.points.x.iter().map(|x| is_above(&lines, *x)).collect();
        Fit { pieces: Pieces::fit(&self.points.monomials, self.y, &above), lines }
    }

    /// The sum of squared residuals.
    fn squares(&self, fit: &Fit) -> f64 {
        self.y.iter().zip(fit.values(&self.points)).map(|(y, value)| (y - value).powi(2)).sum()
    }

    /// Boundary and pieces in turn, until neither changes or so many times.
    fn alternate(&self, mut fit: Fit, slanted: bool, times: usize) -> Fit {
        for _ in 0..times {
            let lines = self.best_lines(&fit, slanted);
            if lines == fit.lines {
                break;
            }
            fit = self.with_lines(lines);
        }
        fit
    }

    /// The best line of each slab for the pieces of a fit. A slab without points keeps its line.
    fn best_lines(&self, fit: &Fit, slanted: bool) -> Vec<Line> {
        let slabs = fit.lines.len();
        let mut members = vec![Vec::new(); slabs];
        for (([x1, x2], monomials), y) in self.points.x.iter().zip(&self.points.monomials).zip(self.y) {
            let [below, above] = fit.pieces.at(monomials);
            let at = slab(*x1, slabs);
            members[at].push(Member { x1: x1 - middle(at, slabs), x2: *x2, gain: (y - above).powi(2) - (y - below).powi(2) });
        }
        fit.lines.iter().zip(members).map(|(line, members)| if members.is_empty() { *line } else { best_line(&members, slanted) }).collect()
    }
}

/// A point of a slab, x1 from its middle.
#[derive(Clone, Copy, Debug)]
struct Member {
    x1: f64,
    x2: f64,
    /// What it adds to the squares to lie above the line, instead of below.
    gain: f64,
}

/// The line with the least sum of gains above it.
fn best_line(members: &[Member], slanted: bool) -> Line {
    if !slanted {
        return best_height(members, 0.0).1;
    }
    let step = 2.0 * STEEPEST / (SLOPES - 1) as f64;
    let better = |best: (f64, Line), next: (f64, Line)| if next.0 < best.0 { next } else { best };
    let first = (0..SLOPES).map(|i| best_height(members, -STEEPEST + step * i as f64)).reduce(better);
    let refined = (1..=REFINEMENTS).fold(first, |best, halvings| {
        let near = step * 0.5f64.powi(halvings);
        best.map(|best| [-near, near].iter().map(|by| best_height(members, best.1.slope + by)).fold(best, better))
    });
    refined.map_or(Line { height: 0.5, slope: 0.0 }, |(_, line)| line)
}

/// The best height for a slope, exactly: halfway between two neighbours, or beyond all points.
fn best_height(members: &[Member], slope: f64) -> (f64, Line) {
    let sorted = sorted(members, slope);
    let position = |at: usize| number((sorted[at] >> 64) as u64);
    let beyond = 2.0 + STEEPEST;
    // From the top: everything is below, then one point after the other is above.
    let mut best = (0.0, beyond);
    let mut sum = 0.0;
    for (at, key) in sorted.iter().enumerate().rev() {
        sum += number(*key as u64);
        if sum < best.0 {
            let height = if at == 0 { -beyond } else { (position(at - 1) + position(at)) / 2.0 };
            best = (sum, height);
        }
    }
    (best.0, Line { height: best.1, slope })
}

/// Each member's position, x2 - slope x1, and its gain, as one whole number in the order of positions and
/// then of gains. These sorts are most of a search: members are put into bins by position first, of which
/// each has about one.
fn sorted(members: &[Member], slope: f64) -> Vec<u128> {
    let position = |member: &Member| member.x2 - slope * member.x1;
    let (low, high) = members.iter().map(position).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    let width = (high - low) / members.len() as f64;
    // Of a greater position it is no smaller, whatever is rounded; without any width, all share the first.
    let bin = |member: &Member| (((position(member) - low) / width) as usize).min(members.len() - 1);
    let mut ends = vec![0; members.len()];
    members.iter().for_each(|member| ends[bin(member)] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let mut sorted = vec![0; members.len()];
    let mut starts = ends.clone();
    for member in members {
        let start = &mut starts[bin(member)];
        *start -= 1;
        sorted[*start] = u128::from(ascending(position(member))) << 64 | u128::from(ascending(member.gain));
    }
    for (start, end) in starts.into_iter().zip(ends) {
        sorted[start..end].sort_unstable();
    }
    sorted
}

/// A number's bits as a whole number in the order of `f64::total_cmp`.
fn ascending(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The number of such bits.
fn number(ascending: u64) -> f64 {
    f64::from_bits(if ascending >> 63 == 1 { ascending & !(1 << 63) } else { !ascending })
}

#[cfg(test)]
mod tests {
    use super::super::data::Design;
    use super::super::target::tests::named;
    use super::*;

    /// A target's points up to a degree, and what is observed there.
    fn sample(name: &str, n: usize, sigma: f64, degree: usize) -> (Points, Vec<f64>) {
        let design = Design::draw(n, 2, 4);
        let y = design.observe(named(name), sigma);
        (Points::new((0..n).map(|i| [design.x[0][i], design.x[1][i]]).collect(), degree), y)
    }

    #[test]
    fn the_best_height_is_the_best_of_all() {
        let draws = Design::draw(40, 2, 9);
        let members: Vec<Member> =
            (0..40).map(|i| Member { x1: draws.x[0][i] - 0.5, x2: draws.x[1][i], gain: (37 * i % 11) as f64 - 5.0 }).collect();
        for slope in [-1.0, 0.0, 0.7] {
            let sum = |height: f64| members.iter().filter(|m| m.x2 - slope * m.x1 >= height).map(|m| m.gain).sum::<f64>();
            let (found, line) = best_height(&members, slope);
            assert_eq!(found, sum(line.height));
            let least = (-300..300).map(|i| sum(f64::from(i) / 100.0)).fold(f64::INFINITY, f64::min);
            assert!(found <= least, "{found} {least}");
        }
    }

    #[test]
    fn members_are_sorted_wherever_they_lie() {
        let draws = Design::draw(500, 2, 11);
        let spread = |i: usize| draws.x[1][i];
        let places: [&dyn Fn(usize) -> f64; 4] = [&spread, &|i| spread(i).powi(40), &|i| (i % 3) as f64, &|_| -0.25];
        for (place, slope) in places.iter().flat_map(|place| [-3.0, 0.0, 0.7].map(|slope| (place, slope))) {
            let gain = |i: usize| (37 * i % 11) as f64 - 5.0;
            let members: Vec<Member> = (0..500).map(|i| Member { x1: draws.x[0][i] - 0.5, x2: place(i), gain: gain(i) }).collect();
            let mut expected: Vec<(f64, f64)> = members.iter().map(|m| (m.x2 - slope * m.x1, m.gain)).collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let found: Vec<(f64, f64)> =
                sorted(&members, slope).iter().map(|key| (number((key >> 64) as u64), number(*key as u64))).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn whole_numbers_keep_the_order_of_numbers_and_give_them_back() {
        let mut numbers = [3.5, -0.0, 0.0, -2.0, 1e-310, f64::INFINITY, -1e300, 3.25];
        numbers.sort_unstable_by(f64::total_cmp);
        assert!(numbers.windows(2).all(|pair| ascending(pair[0]) < ascending(pair[1])));
        assert!(numbers.iter().all(|found| number(ascending(*found)).to_bits() == found.to_bits()));
    }

    #[test]
    fn a_straight_edge_without_noise_is_found() {
        let (points, y) = sample("half-plane", 500, 0.0, 0);
        let fit = Observed { points, y: &y }.on_one_slab(true);
        let line = fit.lines[0];
        assert!((line.slope + 0.6).abs() < 0.05 && (line.height - 0.45).abs() < 0.02, "{line:?}");
        let [below, above] = fit.pieces.at(&[1.0]);
        assert!(below.abs() < 1e-4 && (above - 1.0).abs() < 1e-4, "{below} {above}");
    }

    #[test]
    fn more_slabs_never_fit_the_fitted_points_worse() {
        let (points, y) = sample("graph-1", 400, 0.3, 1);
        let observed = Observed { points, y: &y };
        for slanted in [false, true] {
            let squares: Vec<f64> = observed.chain(slanted).iter().map(|fit| observed.squares(fit)).collect();
            assert_eq!(squares.len(), 5);
            assert!(squares.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-6)), "{squares:?}");
        }
    }
}
