//! Spectra of symmetric matrices, and how many eigenvalues are negative, zero and positive.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// An eigenvalue below this share of the largest one counts as zero: rounding leaves some 1e-15 of it.
const ZERO: f64 = 1e-12;

/// Eigenvalues, ascending, with their vectors as columns.
#[derive(Clone, Debug)]
pub(super) struct Spectrum {
    pub(super) values: Vec<f64>,
    pub(super) vectors: DMatrix<f64>,
}

/// How many eigenvalues are negative, zero and positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Inertia {
    pub(super) negative: i64,
    pub(super) zero: i64,
    pub(super) positive: i64,
}

impl Inertia {
    /// The counts of both.
    pub(super) fn plus(self, other: Self) -> Self {
        Self { negative: self.negative + other.negative, zero: self.zero + other.zero, positive: self.positive + other.positive }
    }

    /// What there is more here.
    pub(super) fn minus(self, other: Self) -> Self {
        Self { negative: self.negative - other.negative, zero: self.zero - other.zero, positive: self.positive - other.positive }
    }
}

impl Spectrum {
    /// The spectrum of a symmetric matrix.
    pub(super) fn of(matrix: &DMatrix<f64>) -> Self {
        // nalgebra's iteration can end in NaN where whole rows are zero: a shift by more than any
        // eigenvalue leaves none, and is taken off again. It costs an ulp of the largest eigenvalue.
        let size = matrix.nrows();
        let shift = 2.0 * matrix.norm() + f64::MIN_POSITIVE;
        let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(matrix + DMatrix::identity(size, size) * shift);
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by(|a, b| eigenvalues[*a].total_cmp(&eigenvalues[*b]));
        let columns: Vec<DVector<f64>> = order.iter().map(|at| eigenvectors.column(*at).into_owned()).collect();
        Self { values: order.iter().map(|at| eigenvalues[*at] - shift).collect(), vectors: DMatrix::from_columns(&columns) }
    }

    /// The largest eigenvalue by size.
    pub(super) fn scale(&self) -> f64 {
        self.values.iter().map(|value| value.abs()).fold(0.0, f64::max)
    }

    /// The counts, with what counts as zero measured by the largest eigenvalue.
    pub(super) fn inertia(&self) -> Inertia {
        self.inertia_within(ZERO * self.scale())
    }

    /// The counts, with what counts as zero given.
    pub(super) fn inertia_within(&self, zero: f64) -> Inertia {
        let count = |is: &dyn Fn(f64) -> bool| self.values.iter().filter(|value| is(**value)).count() as i64;
        Inertia {
            negative: count(&|value| value < -zero),
            zero: count(&|value| value.abs() <= zero),
            positive: count(&|value| value > zero),
        }
    }

    /// The least eigenvalue that does not count as zero, by size, over the largest that does: how far
    /// the two are apart. 1e99 where all are zero, or none is.
    pub(super) fn clearance(&self) -> f64 {
        let zero = ZERO * self.scale();
        let sizes = || self.values.iter().map(|value| value.abs());
        let largest = sizes().filter(|size| *size <= zero).fold(0.0, f64::max);
        let least = sizes().filter(|size| *size > zero).fold(f64::INFINITY, f64::min);
        if largest > 0.0 && least.is_finite() { least / largest } else { 1e99 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mostly_zero_matrix_has_a_spectrum() {
        let mut matrix = DMatrix::zeros(30, 30);
        (matrix[(3, 4)], matrix[(4, 3)], matrix[(7, 7)]) = (2.0, 2.0, 1e-6);
        let spectrum = Spectrum::of(&matrix);
        assert_eq!(spectrum.inertia(), Inertia { negative: 1, zero: 27, positive: 2 });
        assert!((spectrum.values[0] + 2.0).abs() < 1e-13 && (spectrum.values[29] - 2.0).abs() < 1e-13);
    }

    #[test]
    fn vectors_belong_to_their_values() {
        let matrix = DMatrix::from_fn(6, 6, |i, j| ((i + 1) * (j + 1)) as f64 / 7.0 - if i == j { 2.0 } else { 0.0 });
        let spectrum = Spectrum::of(&matrix);
        for (at, value) in spectrum.values.iter().enumerate() {
            let vector = spectrum.vectors.column(at);
            assert!((&matrix * vector - vector * *value).norm() < 1e-12);
        }
    }
}
