//! Two smooth pieces: a polynomial above a boundary and one below, by least squares.

use nalgebra::{DMatrix, DVector};

/// Two polynomials of one total degree, in 2x - 1.
#[derive(Clone, Debug)]
pub(super) struct Pieces {
    /// Below the boundary, above it.
    coefficients: [Vec<f64>; 2],
}

/// What keeps a piece with few points from growing where it has none: a ridge on the mean of squares.
const RIDGE: f64 = 1e-6;

/// The monomials up to a total degree at a point.
pub(super) fn monomials(degree: usize, x: [f64; 2]) -> Vec<f64> {
    let [a, b] = x.map(|x| 2.0 * x - 1.0);
    (0..=degree).flat_map(|first| (0..=degree - first).map(move |second| a.powi(first as i32) * b.powi(second as i32))).collect()
}

impl Pieces {
    /// The best pieces for points on either side, given by their monomials.
    pub(super) fn fit(monomials: &[Vec<f64>], y: &[f64], above: &[bool]) -> Self {
        let side = |side: bool| {
            let count = monomials[0].len();
            let (mut gram, mut moments) = (DMatrix::zeros(count, count), DVector::zeros(count));
            for ((row, y), _) in monomials.iter().zip(y).zip(above).filter(|(_, above)| **above == side) {
                for (j, b) in row.iter().enumerate() {
                    moments[j] += y * b;
                    for (i, a) in row.iter().enumerate().take(j + 1) {
                        gram[(i, j)] += a * b;
                    }
                }
            }
            gram.fill_lower_triangle_with_upper_triangle();
            for i in 0..count {
                gram[(i, i)] += RIDGE * y.len() as f64;
            }
            // A ridge makes every such matrix positive definite.
            gram.cholesky().map_or_else(|| vec![0.0; count], |factor| factor.solve(&moments).as_slice().to_vec())
        };
        Self { coefficients: [side(false), side(true)] }
    }

    /// The pieces below and above, at a point given by its monomials.
    pub(super) fn at(&self, monomials: &[f64]) -> [f64; 2] {
        [0, 1].map(|side| self.coefficients[side].iter().zip(monomials).map(|(c, m)| c * m).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_polynomials_are_found_again() {
        let points: Vec<[f64; 2]> = (0..400).map(|i| [f64::from(i % 20) / 20.0, f64::from(i / 20) / 20.0]).collect();
        let above: Vec<bool> = points.iter().map(|x| x[1] > 0.5).collect();
        let value = |x: &[f64; 2], above: &bool| if *above { 1.0 + x[0] * x[1] } else { x[0] - 2.0 * x[1] * x[1] };
        let y: Vec<f64> = points.iter().zip(&above).map(|(x, above)| value(x, above)).collect();
        let rows: Vec<Vec<f64>> = points.iter().map(|x| monomials(2, *x)).collect();
        assert_eq!(rows[0].len(), 6);
        let pieces = Pieces::fit(&rows, &y, &above);
        for ((x, above), row) in points.iter().zip(&above).zip(&rows) {
            let found = pieces.at(row)[usize::from(*above)];
            assert!((found - value(x, above)).abs() < 1e-3, "{x:?}: {found}");
        }
    }
}
