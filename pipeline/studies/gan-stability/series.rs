//! The squared norm of the Gaussian kernel's space as a series of gradient penalties.
//!
//! For K(x, y) = exp(-pi |x - y|^2): |f|_H^2 = sum over k of (4 pi)^(-k) / k! times the integral of
//! |grad^k f|^2, that is |f|^2 + |grad f|^2 / 4 pi + …: the second term is a gradient penalty. Here in
//! one dimension, for f = sum of c_i K(x_i, .), by quadrature: with normalised Hermite functions h_k
//! the k-th term is 2^(-k) times the integral of (sum of c_i h_k(sqrt(pi) (x - x_i)) K(x_i, x))^2.

use super::measurement::{Cell, Measurement};
use saigen_engine::Parameter;

/// The method.
pub(super) const SERIES: Measurement = Measurement {
    name: "penalty-series",
    module: module_path!(),
    parameters: &[("centres", Parameter::Int(1, 100)), ("order", Parameter::Int(2, 200))],
    // As shares of the squared norm; `lead` is the gradient term over all higher ones together, `off` the
    // distance from what is expected of a single centre, 0 for others.
    outputs: &["partial", "remainder", "gradient-term", "lead", "one", "off", "allowed"],
    seconds: 0.01,
    measure,
};

/// What remains of the norm after all terms may be this share of it, by rounding.
const ALLOWED: f64 = 1e-8;

fn measure(cell: &Cell<'_>) -> Vec<f64> {
    let mut stream = cell.stream("series", &["centres"]);
    let count = cell.int("centres");
    let (centres, weights) = (stream.normals(count), stream.normals(count));
    let order = cell.int("order");
    let bell = |x: f64| (-std::f64::consts::PI * x * x).exp();
    let pairs = centres.iter().zip(&weights);
    let norm: f64 = pairs.clone().map(|(x, a)| pairs.clone().map(|(y, b)| a * b * bell(x - y)).sum::<f64>()).sum();
    let terms: Vec<f64> = terms(&centres, &weights, order).iter().map(|term| term / norm).collect();
    let partial: f64 = terms.iter().sum();
    // The k-th term of one centre is (2k choose k) / (8^k sqrt 2).
    let expected: f64 = (0..=order)
        .scan(0.5f64.sqrt(), |term, k| {
            let now = *term;
            *term *= (2 * k + 1) as f64 / (4 * (k + 1)) as f64;
            Some(now)
        })
        .sum();
    let off = if count == 1 { (partial - expected).abs() } else { 0.0 };
    let higher: f64 = terms[2..].iter().sum();
    vec![partial, (1.0 - partial).abs(), terms[1], terms[1] / higher, 1.0, off, ALLOWED]
}

/// The terms 0 to `order` of the squared norm: the trapezoidal rule, which is exact to rounding for
/// what falls off so smoothly, reaching ten beyond the outermost centres.
fn terms(centres: &[f64], weights: &[f64], order: usize) -> Vec<f64> {
    const STEP: f64 = 0.01;
    let reach = 10.0 + centres.iter().fold(0.0f64, |reach, x| reach.max(x.abs()));
    let steps = (reach / STEP).ceil() as i64;
    let mut terms = vec![0.0; order + 1];
    for x in (-steps..=steps).map(|step| step as f64 * STEP) {
        let mut sums = vec![0.0; order + 1];
        for (centre, weight) in centres.iter().zip(weights) {
            let at = std::f64::consts::PI.sqrt() * (x - centre);
            let (mut before, mut now) = (0.0, weight * (-at * at).exp());
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += now;
                let next = (2.0 / (k + 1) as f64).sqrt() * at * now - (k as f64 / (k + 1) as f64).sqrt() * before;
                (before, now) = (now, next);
            }
        }
        let mut halves = STEP;
        for (term, sum) in terms.iter_mut().zip(sums) {
            *term += halves * sum * sum;
            halves *= 0.5;
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_of_one_centre_are_known() {
        let found = terms(&[0.3], &[1.0], 3);
        for (found, expected) in
            found.iter().zip([0.5f64.sqrt(), 2.0 / 8.0 * 0.5f64.sqrt(), 6.0 / 64.0 * 0.5f64.sqrt(), 20.0 / 512.0 * 0.5f64.sqrt()])
        {
            assert!((found - expected).abs() < 1e-13, "{found} {expected}");
        }
    }

    #[test]
    fn the_second_term_is_a_gradient_penalty() {
        // By central differences of f, against 1 / 4 pi times the integral of f'^2.
        let (centres, weights) = ([0.0, 0.8, -0.5], [1.0, -0.7, 0.2]);
        let f = |x: f64| {
            centres.iter().zip(&weights).map(|(c, w): (&f64, &f64)| w * (-std::f64::consts::PI * (x - c).powi(2)).exp()).sum::<f64>()
        };
        let slope = |x: f64| (f(x + 1e-4) - f(x - 1e-4)) / 2e-4;
        let integral: f64 = (-800..=800).map(|step| slope(f64::from(step) * 0.01).powi(2) * 0.01).sum();
        let found = terms(&centres, &weights, 1)[1];
        assert!((found - integral / (4.0 * std::f64::consts::PI)).abs() < 1e-6, "{found}");
    }
}
