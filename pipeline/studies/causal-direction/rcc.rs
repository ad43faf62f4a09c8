//! The randomized causation coefficient (Lopez-Paz et al. 2015): random features of kernel mean
//! embeddings of a pair's distributions, and a forest that has learnt from generated pairs which
//! column is the cause.

use super::forest::{Forest, Growth};
use super::learnt::Learnt;
use super::pairs::{ID, standardised};
use super::rival::Scorer;
use burn::tensor::Device;
use saigen_engine::{Parameter, Parameters, Placement};
use saigen_models::stream::Stream;

/// The method.
pub(super) const RCC: Learnt = Learnt {
    name: "rcc",
    module: module_path!(),
    parameters: &[
        ("features", Parameter::Int(1, 1000)),
        ("trees", Parameter::Int(1, 5000)),
        ("learnt-pairs", Parameter::Int(10, 100_000)),
        ("learnt-n", Parameter::Int(20, 10_000)),
    ],
    placement: Placement::Host,
    learn,
};

/// The fewest rows in a leaf.
const LEAF: usize = 20;

fn learn(p: &Parameters, seed: u64, _: &Device) -> Scorer<'static> {
    let seed = seed.to_string();
    let stream = |purpose: &str| Stream::new(ID, purpose, &[("seed", &seed)]);
    let embedding = Embedding::draw(p.int("features"), &mut stream("rcc features"));
    let mut pairs = stream("rcc pairs");
    let (mut rows, mut classes) = (Vec::new(), Vec::new());
    for _ in 0..p.int("learnt-pairs") {
        let (cause, effect) = mother(p.int("learnt-n"), &mut pairs);
        rows.extend(embedding.of(&cause, &effect));
        classes.extend([true, false]);
    }
    let forest = Forest::grow(&rows, &classes, Growth { trees: p.int("trees"), leaf: LEAF }, &mut stream("rcc forest"));
    Box::new(move |x, y| {
        let [given, exchanged] = embedding.of(&standardised(x), &standardised(y));
        forest.probability(&given) - forest.probability(&exchanged)
    })
}

/// Random features cos(w z + b) of the Gaussian kernels exp(-g |z - z'|^2), g = 0.1, 1 and 10.
struct Embedding {
    /// Two frequencies and a phase each.
    features: Vec<[f32; 3]>,
}

const WIDTHS: [f64; 3] = [0.1, 1.0, 10.0];

impl Embedding {
    fn draw(count: usize, stream: &mut Stream) -> Self {
        let feature = |at: usize| {
            let scale = (2.0 * WIDTHS[at % WIDTHS.len()]).sqrt();
            [scale * stream.normal(), scale * stream.normal(), std::f64::consts::TAU * stream.uniform()].map(|number| number as f32)
        };
        Self { features: (0..count).map(feature).collect() }
    }

    /// The mean features of x, of y and of both; and the same with x and y exchanged.
    fn of(&self, x: &[f64], y: &[f64]) -> [Vec<f64>; 2] {
        // In single precision: what is lost is far below what a sample's size leaves open.
        let single = |values: &[f64]| values.iter().map(|value| *value as f32).collect::<Vec<f32>>();
        let (x, y) = (single(x), single(y));
        let mean = |angle: &dyn Fn(&[f32; 3], usize) -> f32| -> Vec<f64> {
            let mean = |feature| (0..x.len()).map(|at| f64::from(angle(feature, at).cos())).sum::<f64>() / x.len() as f64;
            self.features.iter().map(mean).collect()
        };
        let of_x = mean(&|[w, _, b], at| w * x[at] + b);
        let of_y = mean(&|[w, _, b], at| w * y[at] + b);
        let of_both = mean(&|[w, v, b], at| w * x[at] + v * y[at] + b);
        let of_exchanged = mean(&|[w, v, b], at| w * y[at] + v * x[at] + b);
        [[&of_x[..], &of_y, &of_both].concat(), [&of_y[..], &of_x, &of_exchanged].concat()]
    }
}

/// The features of a pair as learning with a seed draws them.
#[cfg(test)]
pub(super) fn features(count: usize, seed: u64, x: &[f64], y: &[f64]) -> Vec<f64> {
    let [given, _] =
        Embedding::draw(count, &mut Stream::new(ID, "rcc features", &[("seed", &seed.to_string())])).of(&standardised(x), &standardised(y));
    given
}

/// A pair of the paper's mother distribution: a mixture of Gaussians, through a cubic spline, with
/// Gaussian noise; both standardised.
fn mother(n: usize, stream: &mut Stream) -> (Vec<f64>, Vec<f64>) {
    const COMPONENTS: usize = 3;
    const KNOTS: usize = 5;
    const SCALE: f64 = 2.0;
    let components: [(f64, f64, f64); COMPONENTS] =
        std::array::from_fn(|_| (stream.uniform(), SCALE * stream.normal(), SCALE * stream.normal().abs()));
    let weights: f64 = components.iter().map(|component| component.0).sum();
    let one = |stream: &mut Stream| {
        let mut left = weights * stream.uniform();
        let chosen = components.iter().find(|component| {
            left -= component.0;
            left < 0.0
        });
        let (_, mean, deviation) = chosen.unwrap_or(&components[COMPONENTS - 1]);
        mean + deviation * stream.normal()
    };
    let cause = standardised(&(0..n).map(|_| one(stream)).collect::<Vec<_>>());
    let ends = cause.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
    let heights: [f64; KNOTS] = std::array::from_fn(|_| stream.normal());
    let spline = Spline::through(&heights);
    let deviation = (SCALE * stream.uniform()).sqrt();
    let place = |x: f64| (x - ends.0) / (ends.1 - ends.0) * (KNOTS - 1) as f64;
    let effect: Vec<f64> = cause.iter().map(|x| spline.at(place(*x)) + deviation * stream.normal()).collect();
    (cause, standardised(&effect))
}

/// The natural cubic spline through heights at 0, 1, 2, …
struct Spline<'a> {
    heights: &'a [f64],
    /// Second derivatives at the knots.
    bends: Vec<f64>,
}

impl<'a> Spline<'a> {
    fn through(heights: &'a [f64]) -> Self {
        // b[i-1] + 4 b[i] + b[i+1] = 6 (h[i-1] - 2 h[i] + h[i+1]) inside, and no bend at the ends.
        let count = heights.len();
        let (mut upper, mut bends) = (vec![0.0; count], vec![0.0; count]);
        for i in 1..count - 1 {
            let pivot = 4.0 - upper[i - 1];
            upper[i] = 1.0 / pivot;
            bends[i] = (6.0 * (heights[i - 1] - 2.0 * heights[i] + heights[i + 1]) - bends[i - 1]) / pivot;
        }
        for i in (1..count - 1).rev() {
            bends[i] -= upper[i] * bends[i + 1];
        }
        Self { heights, bends }
    }

    fn at(&self, place: f64) -> f64 {
        let left = (place as usize).min(self.heights.len() - 2);
        let (t, right) = (place - left as f64, left + 1);
        let s = 1.0 - t;
        let bent = (s * s * s - s) * self.bends[left] + (t * t * t - t) * self.bends[right];
        s * self.heights[left] + t * self.heights[right] + bent / 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_artifacts::Scalar;
    use saigen_models::device::device;

    #[test]
    fn a_natural_spline_passes_its_knots_smoothly() {
        let heights = [0.0, 1.0, -2.0, 0.5, 0.25];
        let spline = Spline::through(&heights);
        for (at, height) in heights.iter().enumerate() {
            assert!((spline.at(at as f64) - height).abs() < 1e-12);
        }
        let bend = |at: f64| (spline.at(at - 1e-4) - 2.0 * spline.at(at) + spline.at(at + 1e-4)) * 1e8;
        for knot in [1.0, 2.0, 3.0] {
            assert!((bend(knot - 2e-4) - bend(knot + 2e-4)).abs() < 0.02, "the second derivative jumps at {knot}");
        }
        assert!(bend(2e-4).abs() < 0.02 && bend(4.0 - 2e-4).abs() < 0.02);
    }

    #[test]
    fn pairs_of_the_mother_distribution_are_told_apart_better_than_by_chance() {
        let ints = [("features", 30), ("trees", 60), ("learnt-pairs", 200), ("learnt-n", 150)];
        let p = Parameters(ints.map(|(name, value)| (name.to_string(), Scalar::Int(value))).into());
        let score = learn(&p, 1, &device("flex").unwrap());
        let mut stream = Stream::new("test", "rcc", &[]);
        let mut right = 0;
        for _ in 0..100 {
            let (cause, effect) = mother(150, &mut stream);
            let found = score(&cause, &effect);
            assert!((found + score(&effect, &cause)).abs() < 1e-12);
            right += usize::from(found > 0.0);
        }
        assert!(right >= 65, "{right} of 100");
    }
}
