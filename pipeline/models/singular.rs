//! The largest singular value of one matrix, in f64: its columns are rotated in pairs until they are
//! orthogonal (Hestenes, Journal of SIAM 6, 1958), which needs nothing but arithmetic and square
//! roots, and does not mind zeros.

/// The largest singular value of `matrix [rows, columns]`, flat, row by row.
///
/// # Panics
/// If the numbers are not `rows` times `columns`.
pub fn norm(matrix: &[f64], rows: usize, columns: usize) -> f64 {
    assert_eq!(matrix.len(), rows * columns, "a matrix of {rows} by {columns} is asked for its norm");
    // Vectors to be made orthogonal: the fewer and longer ones.
    let mut vectors: Vec<Vec<f64>> = if columns <= rows {
        (0..columns).map(|column| (0..rows).map(|row| matrix[row * columns + column]).collect()).collect()
    } else {
        matrix.chunks_exact(columns).map(<[f64]>::to_vec).collect()
    };
    // A sweep squares what is left of the angles; a dozen suffice by far.
    for _ in 0..60 {
        if !sweep(&mut vectors) {
            break;
        }
    }
    vectors.iter().map(|vector| dot(vector, vector)).fold(0.0, f64::max).sqrt()
}

/// Rotates each pair of vectors so that they are orthogonal; whether any was not yet.
fn sweep(vectors: &mut [Vec<f64>]) -> bool {
    let mut rotated = false;
    for second in 1..vectors.len() {
        let (before, from_second) = vectors.split_at_mut(second);
        for first in before {
            let second = &mut from_second[0];
            let (a, b, c) = (dot(first, first), dot(second, second), dot(first, second));
            if c.abs() <= 1e-15 * (a * b).sqrt() || c == 0.0 {
                continue;
            }
            rotated = true;
            let zeta = (b - a) / (2.0 * c);
            let tangent = if zeta < 0.0 { -1.0 } else { 1.0 } / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
            let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
            for (x, y) in first.iter_mut().zip(second.iter_mut()) {
                (*x, *y) = (cosine * (*x - tangent * *y), cosine * (tangent * *x + *y));
            }
        }
    }
    rotated
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn norms_of_matrices_with_known_ones() {
        assert_eq!(norm(&[3.0, 0.0, 0.0, -5.0], 2, 2), 5.0);
        assert_eq!(norm(&[0.0; 6], 2, 3), 0.0);
        assert!((norm(&[3.0, 4.0], 1, 2) - 5.0).abs() < 1e-15);
        // The golden ratio.
        assert!((norm(&[1.0, 1.0, 1.0, 0.0], 2, 2) - (1.0 + f64::sqrt(5.0)) / 2.0).abs() < 1e-15);
        // Mostly zeros, as a Hessian has them.
        let mut sparse = vec![0.0; 64];
        (sparse[3], sparse[24]) = (2.0, 2.0);
        assert_eq!(norm(&sparse, 8, 8), 2.0);
    }

    #[test]
    fn the_norm_is_what_power_iteration_finds() {
        for (rows, columns) in [(7, 4), (4, 7), (9, 9)] {
            let matrix = Stream::new("test", "matrix", &[]).normals(rows * columns);
            let mut v = vec![1.0; columns];
            let mut length = 0.0;
            for _ in 0..20_000 {
                let u: Vec<f64> = matrix.chunks_exact(columns).map(|row| dot(row, &v)).collect();
                let w: Vec<f64> = (0..columns).map(|column| (0..rows).map(|row| matrix[row * columns + column] * u[row]).sum()).collect();
                length = dot(&w, &w).sqrt();
                v = w.into_iter().map(|value| value / length).collect();
            }
            let found = norm(&matrix, rows, columns);
            assert!((found - length.sqrt()).abs() < 1e-12 * found, "{rows} x {columns}: {found}");
        }
    }
}
