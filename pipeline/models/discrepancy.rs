//! The squared maximum mean discrepancy between observed points (x, y) and generated ones (x, g), with
//! a sum of seven Gaussian kernels (Goudet et al. 2018 and their code), and its gradient by what is
//! generated. In f32, as networks compute; sums have one order on every machine.

use crate::lanes::run;
use pulp::{Simd, WithSimd};

/// The kernels are exp(-gamma d^2): these multiply squared distances.
#[cfg(test)]
const GAMMAS: [f64; 7] = [0.005, 0.05, 0.25, 0.5, 1.0, 5.0, 50.0];

/// Numbers that are summed side by side.
const LANES: usize = 8;
/// Numbers of a row that are looked at before the next: whole lanes, and few enough for the
/// first-level cache.
const BLOCK: usize = 256;
/// What fills a row up lies too far from everything to have a kernel that is not 0.
const FAR: f32 = 1e4;

/// Observed points, with what does not depend on what is generated.
#[derive(Clone, Debug)]
pub struct Observed {
    count: usize,
    /// Filled up to whole lanes.
    y: Vec<f32>,
    /// Squared distances on x, row by row; a row is filled up as y is.
    distances: Vec<f32>,
    /// The mean kernel over all pairs of observed points.
    among: f64,
}

impl Observed {
    /// Points of which x and y are standardised, as many of one as of the other.
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        let (count, width) = (x.len(), x.len().next_multiple_of(LANES));
        let filled = |values: &[f64]| -> Vec<f32> {
            values.iter().map(|value| *value as f32).chain(std::iter::repeat_n(FAR, width - count)).collect()
        };
        let (x, y) = (filled(x), filled(y));
        let distances: Vec<f32> = x[..count].iter().flat_map(|a| x.iter().map(move |b| (a - b) * (a - b))).collect();
        let among = run(Total { distances: &distances, from: &y[..count], to: &y, slopes: None }) / (count * count) as f64;
        Self { count, y, distances, among }
    }

    /// How many points there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The discrepancy from the same x with these y instead, and its gradient by them. It is biased: a
    /// point is compared with itself as well.
    ///
    /// # Panics
    /// If there are not as many as were observed.
    pub fn discrepancy(&self, generated: &[f32]) -> (f64, Vec<f32>) {
        assert_eq!(generated.len(), self.count, "as many points are generated as are observed");
        let mut filled = self.y.clone();
        filled[..self.count].copy_from_slice(generated);
        let [mut among, mut across] = [vec![0.0; self.count], vec![0.0; self.count]];
        let value = self.total(generated, &filled, &mut among) - 2.0 * self.total(generated, &self.y, &mut across);
        let pairs = (self.count * self.count) as f32;
        // A pair of generated points is met from both of its ends, and moves from both.
        let gradient = among.iter().zip(&across).map(|(among, across)| 2.0 * (among - across) / pairs).collect();
        (self.among + value / f64::from(pairs), gradient)
    }

    fn total(&self, from: &[f32], to: &[f32], slopes: &mut [f32]) -> f64 {
        run(Total { distances: &self.distances, from, to, slopes: Some(slopes) })
    }
}

/// The kernels between points with these y and others, summed over all pairs; and for each of the
/// first the sum's slope by its y, where wanted.
struct Total<'a> {
    distances: &'a [f32],
    from: &'a [f32],
    to: &'a [f32],
    slopes: Option<&'a mut [f32]>,
}

impl WithSimd for Total<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Self { distances, from, to, mut slopes } = self;
        let (mut total, mut kernel, mut pull) = (0.0, [0.0f32; BLOCK], [0.0f32; BLOCK]);
        for (i, (g, distances)) in from.iter().zip(distances.chunks_exact(to.len())).enumerate() {
            let (mut sums, mut pulls) = ([0.0f32; LANES], [0.0f32; LANES]);
            // A block at a time, through whole loops: that is what compilers make vectors of.
            for (distances, to) in distances.chunks(BLOCK).zip(to.chunks(BLOCK)) {
                let (kernel, pull) = (&mut kernel[..to.len()], &mut pull[..to.len()]);
                for (((kernel, pull), distance), y) in kernel.iter_mut().zip(&mut *pull).zip(distances).zip(to) {
                    let step = g - y;
                    let (value, slope) = kernels(distance + step * step);
                    (*kernel, *pull) = (value, slope * step);
                }
                add(&mut sums, kernel);
                add(&mut pulls, pull);
            }
            total += f64::from(sums.iter().sum::<f32>());
            if let Some(slopes) = &mut slopes {
                slopes[i] = 2.0 * pulls.iter().sum::<f32>();
            }
        }
        total
    }
}

/// Adds whole lanes of numbers, lane by lane.
#[inline(always)]
fn add(sums: &mut [f32; LANES], values: &[f32]) {
    for values in values.chunks_exact(LANES) {
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }
}

/// The sum of the kernels at a squared distance, and its slope by that.
#[inline(always)]
fn kernels(square: f32) -> (f32, f32) {
    // Two exponentials, and powers of them: a hundred-thousandth is lost where a power is the 200th.
    let (a, c) = (exp(-0.005 * square), exp(-5.0 * square));
    let fourth = |x: f32| {
        let square = x * x;
        square * square
    };
    let tenth = |x: f32| fourth(x) * fourth(x) * (x * x);
    let a10 = tenth(a);
    let b = fourth(a10) * a10;
    let (b2, b4) = (b * b, fourth(b));
    // Processors are slow at numbers below the least normal one: a tenth power ends just above it.
    let c10 = tenth(c.max(1.7e-4));
    (a + a10 + b + b2 + b4 + c + c10, -(0.005 * a + 0.05 * a10 + 0.25 * b + 0.5 * b2 + b4 + 5.0 * c + 50.0 * c10))
}

/// exp(x) for x <= 0 within a few units of the last place, and 0 below the least normal number; without
/// a branch or a call, so that it is done for several numbers at once.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // x = k ln 2 + r with a whole k, found by adding and taking off 1.5 * 2^23.
    const WHOLE: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.max(-87.0);
    let shifted = x * std::f32::consts::LOG2_E + WHOLE;
    let k = shifted - WHOLE;
    let r = x - k * LN_2_HIGH - k * LN_2_LOW;
    // Taylor's polynomial on [-ln 2 / 2, ln 2 / 2].
    let series = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    // The exponent k is added to the bits of the series, which lies between 0.7 and 1.5.
    let value = f32::from_bits(series.to_bits().wrapping_add(shifted.to_bits() << 23));
    if x > -87.0 { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn the_exponential_is_exact_to_a_few_units() {
        for at in 0..87_000 {
            let x = -at as f32 * 1e-3;
            let expected = f64::from(x).exp();
            assert!((f64::from(exp(x)) - expected).abs() <= 4e-7 * expected, "{x}");
        }
        assert_eq!((exp(0.0), exp(-1e9), exp(f32::NEG_INFINITY)), (1.0, 0.0, 0.0));
    }

    fn points() -> [Vec<f64>; 3] {
        let mut stream = Stream::new("test", "discrepancy", &[]);
        std::array::from_fn(|_| stream.normals(43))
    }

    /// The discrepancy as it is defined, in f64.
    fn defined(x: &[f64], y: &[f64], g: &[f64]) -> f64 {
        let points = |values: &[f64], sign: f64| x.iter().zip(values).map(move |(x, value)| (*x, *value, sign)).collect::<Vec<_>>();
        let all = [points(g, 1.0), points(y, -1.0)].concat();
        let kernel = |square: f64| GAMMAS.iter().map(|gamma| (-gamma * square).exp()).sum::<f64>();
        let pairs = all.iter().flat_map(|a| all.iter().map(move |b| (a, b)));
        pairs.map(|(a, b)| a.2 * b.2 * kernel((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2))).sum::<f64>() / (x.len() * x.len()) as f64
    }

    #[test]
    fn it_is_what_its_definition_says_and_so_is_its_gradient() {
        let [x, y, g] = points();
        let observed = Observed::new(&x, &y);
        let single: Vec<f32> = g.iter().map(|g| *g as f32).collect();
        let (found, gradient) = observed.discrepancy(&single);
        let expected = defined(&x, &y, &g);
        assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        for at in [0, 7, 42] {
            let moved =
                |step: f64| defined(&x, &y, &g.iter().enumerate().map(|(i, g)| g + if i == at { step } else { 0.0 }).collect::<Vec<_>>());
            let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((f64::from(gradient[at]) - expected).abs() < 1e-5, "{} {expected}", gradient[at]);
        }
    }

    #[test]
    fn the_same_points_have_no_discrepancy() {
        let [x, y, _] = points();
        let single: Vec<f32> = y.iter().map(|y| *y as f32).collect();
        let (found, gradient) = Observed::new(&x, &y).discrepancy(&single);
        assert!(found.abs() < 1e-6 && gradient.iter().all(|g| *g == 0.0), "{found}");
    }
}
