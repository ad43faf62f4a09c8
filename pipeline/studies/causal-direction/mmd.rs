//! The squared maximum mean discrepancy of CGNN (Goudet et al. 2018; the authors' code): between
//! observed (x, y) and generated (x, g) points, with a sum of seven Gaussian kernels, and its gradient
//! by what is generated.

/// The kernels are exp(-gamma d^2): these multiply squared distances.
#[cfg(test)]
const GAMMAS: [f64; 7] = [0.005, 0.05, 0.25, 0.5, 1.0, 5.0, 50.0];

/// Numbers that are worked on together.
const LANES: usize = 8;

/// Observed points with what does not depend on what is generated: in f32, as networks compute.
pub(super) struct Observed {
    y: Vec<f32>,
    count: usize,
    /// Squared distances on x, row by row; a row is filled up to whole lanes.
    distances: Vec<f32>,
    /// The part of the observed points alone: the mean kernel over all their pairs.
    alone: f64,
}

impl Observed {
    /// Points of which x and y are standardised.
    pub(super) fn new(x: &[f64], y: &[f64]) -> Self {
        let (count, width) = (x.len(), x.len().next_multiple_of(LANES));
        // What fills up lies too far from everything to have a kernel that is not 0.
        const FAR: f32 = 1e4;
        let filled = |values: &[f64]| values.iter().map(|value| *value as f32).chain(std::iter::repeat_n(FAR, width - count)).collect();
        let (x, y): (Vec<f32>, Vec<f32>) = (filled(x), filled(y));
        let distances = x[..count].iter().flat_map(|a| x.iter().map(move |b| (a - b) * (a - b))).collect();
        let mut observed = Self { y, count, distances, alone: 0.0 };
        observed.alone = (0..count).map(|i| f64::from(observed.row(i, observed.y[i], &observed.y).0)).sum::<f64>() / (count * count) as f64;
        observed
    }

    /// How many points there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The discrepancy from points with these y instead, and its gradient by them.
    pub(super) fn discrepancy(&self, generated: &[f32]) -> (f64, Vec<f32>) {
        let mut filled = self.y.clone();
        filled[..self.count].copy_from_slice(generated);
        let share = 1.0 / (self.count * self.count) as f32;
        let mut total = 0.0;
        let gradient = generated.iter().enumerate().map(|(i, g)| {
            let (among, slope_among) = self.row(i, *g, &filled);
            let (across, slope_across) = self.row(i, *g, &self.y);
            total += f64::from(among) - 2.0 * f64::from(across);
            // A pair of generated points is met from both of its ends, and moves from both.
            2.0 * share * (slope_among - slope_across)
        });
        let gradient = gradient.collect();
        (self.alone + total / (self.count * self.count) as f64, gradient)
    }

    /// The kernels between the point (x_i, g) and all points with these y, summed, and the sum's slope
    /// by g.
    fn row(&self, i: usize, g: f32, y: &[f32]) -> (f32, f32) {
        let distances = &self.distances[i * y.len()..][..y.len()];
        let (mut sums, mut slopes) = ([0.0f32; LANES], [0.0f32; LANES]);
        for (distances, y) in distances.chunks_exact(LANES).zip(y.chunks_exact(LANES)) {
            for lane in 0..LANES {
                let step = g - y[lane];
                let (kernel, slope) = kernels(distances[lane] + step * step);
                sums[lane] += kernel;
                slopes[lane] += slope * step;
            }
        }
        (sums.iter().sum(), 2.0 * slopes.iter().sum::<f32>())
    }
}

/// The sum of the kernels at a squared distance, and its slope by that.
#[inline(always)]
fn kernels(square: f32) -> (f32, f32) {
    // Three exponentials, and powers of them.
    let (a, b, c) = (exp(-0.005 * square), exp(-0.25 * square), exp(-5.0 * square));
    let tenth = |x: f32| {
        let square = x * x;
        let fourth = square * square;
        fourth * fourth * square
    };
    let (a10, b2, c10) = (tenth(a), b * b, tenth(c));
    let b4 = b2 * b2;
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
    use super::super::pairs::standardised;
    use super::*;
    use saigen_models::stream::Stream;

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
        let mut stream = Stream::new("test", "mmd", &[]);
        std::array::from_fn(|_| standardised(&stream.normals(43)))
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
            let moved = |step: f64| defined(&x, &y, &g.iter().enumerate().map(|(i, g)| g + if i == at { step } else { 0.0 }).collect::<Vec<_>>());
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
