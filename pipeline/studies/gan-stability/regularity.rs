//! The exact constants of the MMD critic under the Gaussian kernel exp(-|x - y|^2 / 2 s^2).

/// alpha, beta1 and beta2 at a scale.
pub(super) fn exact(scale: f64) -> [f64; 3] {
    let square = scale * scale;
    [2.0 * f64::exp(-0.5) / scale, (1.0 + 2.0 * f64::exp(-1.5)) / square, 1.0 / square]
}
