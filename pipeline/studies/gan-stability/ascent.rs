//! A search for a supremum: climbing from a random start, without derivatives.

use saigen_models::stream::Stream;

/// Climbs from a start: each round tries a step along every coordinate and along as many random
/// directions, forwards and backwards, and keeps what is higher. A round that gains less than a
/// hundredth of a percent halves the step. Gives the place and its height.
///
/// A supremum that is found is one from below: what is found above a bound refutes the bound.
pub(super) fn climb(
    mut height: impl FnMut(&[f64]) -> f64,
    start: Vec<f64>,
    step: f64,
    rounds: usize,
    stream: &mut Stream,
) -> (Vec<f64>, f64) {
    let (mut place, mut step) = (start, step);
    let mut best = height(&place);
    let count = place.len();
    for _ in 0..rounds {
        let before = best;
        for direction in 0..2 * count {
            let along: Vec<f64> = if direction < count {
                (0..count).map(|at| if at == direction { 1.0 } else { 0.0 }).collect()
            } else {
                let normals = stream.normals(count);
                let length = normals.iter().map(|value| value * value).sum::<f64>().sqrt();
                normals.iter().map(|value| value / length).collect()
            };
            for sign in [1.0, -1.0] {
                let moved: Vec<f64> = place.iter().zip(&along).map(|(value, along)| value + sign * step * along).collect();
                let found = height(&moved);
                if found > best {
                    (place, best) = (moved, found);
                    break;
                }
            }
        }
        if best <= before + 1e-4 * before.abs() {
            step *= 0.5;
        }
    }
    (place, best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crooked_hill_is_climbed() {
        // Rosenbrock's valley upside down: its top is at (1, 1).
        let hill = |x: &[f64]| -(1.0 - x[0]).powi(2) - 10.0 * (x[1] - x[0] * x[0]).powi(2);
        let (place, height) = climb(hill, vec![-1.0, 1.0], 0.5, 400, &mut Stream::new("test", "climb", &[]));
        assert!(height > -1e-3 && (place[0] - 1.0).abs() < 0.05, "{place:?} {height}");
    }
}
