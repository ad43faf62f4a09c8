//! Piecewise linear multiwavelets on [0,1]^2: orthonormal, without trouble at the border, each
//! function within one dyadic square (Alpert, SIAM Journal on Mathematical Analysis 24, 1993).

/// Functions of one coordinate on [0,1]: the affine ones, and two that are affine on each half and
/// orthogonal to those.
const ALONG: usize = 4;

/// The affine functions of a coordinate among them come first.
const AFFINE: usize = 2;

/// Functions of the coarsest square that are no wavelets.
pub(super) const SCALING: usize = AFFINE * AFFINE;

/// Wavelets of each square.
pub(super) const WAVELETS: usize = ALONG * ALONG - SCALING;

/// The functions of one coordinate at a point of [0,1).
fn along(x: f64) -> [f64; ALONG] {
    let root3 = 3f64.sqrt();
    let t = 2.0 * x - 1.0;
    [1.0, root3 * t, root3 * (2.0 * t.abs() - 1.0), t.signum() * (3.0 * t.abs() - 2.0)]
}

/// The number of a point's square among the 4^level of a level, and the point within it.
fn square(level: u32, x: [f64; 2]) -> (usize, [f64; 2]) {
    let side = 1usize << level;
    let [a, b] = x.map(|x| ((x * side as f64) as usize).min(side - 1));
    (a * side + b, [x[0] * side as f64 - a as f64, x[1] * side as f64 - b as f64])
}

/// The functions of the unit square that are no wavelets, at a point.
pub(super) fn scaling(x: [f64; 2]) -> [f64; SCALING] {
    let [first, second] = x.map(along);
    std::array::from_fn(|i| first[i / AFFINE] * second[i % AFFINE])
}

/// The number of a point's square on a level, and the wavelets of that square at the point.
pub(super) fn wavelets(level: u32, x: [f64; 2]) -> (usize, [f64; WAVELETS]) {
    let (number, within) = square(level, x);
    let [first, second] = within.map(along);
    let scale = f64::from(1u32 << level);
    let mut products =
        (0..ALONG * ALONG).filter(|i| i / ALONG >= AFFINE || i % ALONG >= AFFINE).map(|i| first[i / ALONG] * second[i % ALONG]);
    (number, std::array::from_fn(|_| scale * products.next().unwrap_or(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All functions up to a level at the points of a grid on which their products are integrated
    /// exactly: Gauss's two points on each of 16 intervals a side.
    fn values(levels: u32) -> Vec<Vec<f64>> {
        let nodes: Vec<f64> =
            (0..16).flat_map(|i| [-1.0, 1.0].map(|sign| (f64::from(i) + 0.5 + sign * 0.5 / 3f64.sqrt()) / 16.0)).collect();
        let at = |x: [f64; 2]| {
            let mut all = scaling(x).to_vec();
            for level in 0..levels {
                let (number, of_square) = wavelets(level, x);
                let mut level = vec![0.0; 4usize.pow(level) * WAVELETS];
                level[number * WAVELETS..][..WAVELETS].copy_from_slice(&of_square);
                all.extend(level);
            }
            all
        };
        nodes.iter().flat_map(|a| nodes.iter().map(|b| at([*a, *b])).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn they_are_orthonormal() {
        let values = values(3);
        for i in 0..values[0].len() {
            for j in 0..=i {
                let product = values.iter().map(|value| value[i] * value[j]).sum::<f64>() / values.len() as f64;
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12, "{i} {j}: {product}");
            }
        }
    }

    #[test]
    fn the_border_belongs_to_the_last_square() {
        assert_eq!(wavelets(2, [1.0, 1.0]).0, 15);
        assert_eq!(wavelets(2, [0.0, 0.25]).0, 1);
    }
}
