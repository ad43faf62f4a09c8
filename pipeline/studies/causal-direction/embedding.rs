//! A data set's feature by its conditional mean embedding (Song et al. 2009): the expectations of
//! cos(w Y) and sin(w Y) given X, at some places of X, by kernel ridge regression.

use nalgebra::{Cholesky, DMatrix};

/// Frequencies w.
const FREQUENCIES: [f64; 3] = [0.5, 1.0, 2.0];
/// Places of the standardised X.
const PLACES: [f64; 7] = [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5];
/// The kernel exp(-(x - x')^2 / (2 l^2)) has this length l.
const LENGTH: f64 = 0.5;
/// The ridge, as a share of the number of points.
const RIDGE: f64 = 0.01;
/// Points through which the kernel acts, from -3 to 3: half a length apart.
const THROUGH: usize = 25;

/// How many numbers a feature has.
pub(super) const SIZE: usize = 2 * FREQUENCIES.len() * PLACES.len();

/// The feature of standardised x and y: for each place the expectations by frequency.
pub(super) fn feature(x: &[f64], y: &[f64]) -> Vec<f64> {
    let kernel = |a: f64, b: f64| (-(a - b) * (a - b) / (2.0 * LENGTH * LENGTH)).exp();
    let through: Vec<f64> = (0..THROUGH).map(|at| 6.0 * at as f64 / (THROUGH - 1) as f64 - 3.0).collect();
    let at_points = DMatrix::from_fn(THROUGH, x.len(), |i, j| kernel(through[i], x[j]));
    let waves = DMatrix::from_fn(x.len(), 2 * FREQUENCIES.len(), |i, j| {
        let angle = FREQUENCIES[j / 2] * y[i];
        if j % 2 == 0 { angle.cos() } else { angle.sin() }
    });
    // (K_ux K_xu + n r K_uu) a = K_ux waves, and a small ridge, since K_uu is nearly singular.
    let ridge = RIDGE * x.len() as f64;
    let among = DMatrix::from_fn(THROUGH, THROUGH, |i, j| ridge * (kernel(through[i], through[j]) + if i == j { 1e-6 } else { 0.0 }));
    let system = &at_points * at_points.transpose() + among;
    let Some(root) = Cholesky::new(system) else { return vec![0.0; SIZE] };
    let weights = root.solve(&(at_points * waves));
    let at_places = DMatrix::from_fn(THROUGH, PLACES.len(), |i, j| kernel(through[i], PLACES[j]));
    (weights.transpose() * at_places).as_slice().to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::pairs::standardised;
    use super::*;
    use saigen_models::stream::Stream;

    #[test]
    fn it_is_kernel_ridge_regression_with_the_whole_kernel_matrix() {
        let mut stream = Stream::new("test", "embedding", &[]);
        let x = standardised(&stream.normals(80));
        let y = standardised(&x.iter().map(|x| x * x + 0.3 * stream.normal()).collect::<Vec<_>>());
        let found = feature(&x, &y);
        assert_eq!(found.len(), SIZE);
        let kernel = |a: f64, b: f64| (-2.0 * (a - b) * (a - b)).exp();
        let matrix = DMatrix::from_fn(80, 80, |i, j| kernel(x[i], x[j]) + if i == j { 0.8 } else { 0.0 });
        let inverse = Cholesky::new(matrix).unwrap().inverse();
        for (at, place) in PLACES.iter().enumerate() {
            for (j, w) in FREQUENCIES.iter().enumerate() {
                let near = DMatrix::from_fn(1, 80, |_, i| kernel(*place, x[i]));
                let expected = (near * &inverse * DMatrix::from_fn(80, 1, |i, _| (w * y[i]).sin()))[(0, 0)];
                let found = found[at * 2 * FREQUENCIES.len() + 2 * j + 1];
                assert!((found - expected).abs() < 2e-3, "{place} {w}: {found} {expected}");
            }
        }
    }

    #[test]
    fn a_function_without_noise_is_read_off() {
        let x = standardised(&(0..400).map(f64::from).collect::<Vec<_>>());
        let found = feature(&x, &x);
        for (at, place) in PLACES.iter().enumerate() {
            let (cosine, sine) = (found[at * 6 + 2], found[at * 6 + 3]);
            assert!((cosine - place.cos()).abs() < 0.05 && (sine - place.sin()).abs() < 0.05, "{place}: {cosine} {sine}");
        }
    }
}
