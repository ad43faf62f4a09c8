//! Samples of the regression model Y = f(X) + xi, and the grid on which risks are taken.

use super::target::Target;
use saigen_datasets::data_digest;
use saigen_engine::Parameters;
use saigen_models::stream::Stream;

/// The study's name: its folder's, and the first part of the name of every stream.
pub(super) const ID: &str = "nonsmooth";

/// A sample: X uniform on [0,1]^2, xi normal with standard deviation sigma (JMLR 2022, section 2).
pub(super) struct Sample {
    pub(super) x1: Vec<f64>,
    pub(super) x2: Vec<f64>,
    pub(super) y: Vec<f64>,
}

impl Sample {
    /// The sample of a cell. Inputs and standardised noise depend on n and the seed only: all
    /// experiments, both targets and both noise levels see the same ones.
    pub(super) fn draw(parameters: &Parameters, seed: u64) -> Self {
        let n = parameters.int("n");
        let (size, seed) = (n.to_string(), seed.to_string());
        let stream = |purpose| Stream::new(ID, purpose, &[("n", &size), ("seed", &seed)]);
        let (mut inputs, mut noise) = (stream("inputs"), stream("noise"));
        let target = Target::named(parameters.word("target"));
        let sigma = parameters.float("sigma");
        let x1: Vec<f64> = (0..n).map(|_| inputs.uniform()).collect();
        let x2: Vec<f64> = (0..n).map(|_| inputs.uniform()).collect();
        let y = x1.iter().zip(&x2).map(|(x1, x2)| target.at(*x1, *x2) + sigma * noise.normal()).collect();
        Self { x1, x2, y }
    }

    /// The digest of this very sample.
    pub(super) fn digest(&self) -> String {
        data_digest(&[("x1", &self.x1), ("x2", &self.x2), ("y", &self.y)])
    }
}

/// The midpoints of `side` equal cells of [0,1]; with themselves, the grid of the risk.
pub(super) fn midpoints(side: usize) -> Vec<f64> {
    (0..side).map(|i| (i as f64 + 0.5) / side as f64).collect()
}

/// The target on the grid, row by row: x1 is constant within a row.
pub(super) fn truth(target: Target, side: usize) -> Vec<f64> {
    let points = midpoints(side);
    points.iter().flat_map(|x1| points.iter().map(move |x2| target.at(*x1, *x2))).collect()
}

/// The integrated squared error by the midpoint rule.
pub(super) fn risk(fit: &[f64], truth: &[f64]) -> f64 {
    let squares: f64 = fit.iter().zip(truth).map(|(fit, truth)| (fit - truth) * (fit - truth)).sum();
    squares / truth.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_artifacts::Scalar;

    fn parameters(target: &str, sigma: f64) -> Parameters {
        let pairs = [("target", Scalar::Text(target.to_string())), ("sigma", Scalar::Float(sigma)), ("n", Scalar::Int(50))];
        Parameters(pairs.map(|(name, value)| (name.to_string(), value)).into())
    }

    #[test]
    fn samples_share_inputs_and_noise_and_differ_by_seed() {
        let quiet = Sample::draw(&parameters("two-piece", 0.0), 3);
        let loud = Sample::draw(&parameters("two-piece", 0.5), 3);
        assert_eq!(quiet.x1, loud.x1);
        let control = Sample::draw(&parameters("smooth", 0.5), 3);
        for i in 0..50 {
            let (a, b) = (Target::TwoPiece.at(loud.x1[i], loud.x2[i]), Target::Smooth.at(control.x1[i], control.x2[i]));
            assert!(((loud.y[i] - a) - (control.y[i] - b)).abs() < 1e-12);
        }
        assert_ne!(loud.digest(), Sample::draw(&parameters("two-piece", 0.5), 4).digest());
    }

    #[test]
    fn the_risk_of_the_truth_is_zero_and_of_a_shift_its_square() {
        let truth = truth(Target::Smooth, 10);
        assert_eq!(risk(&truth, &truth), 0.0);
        assert!((risk(&truth.iter().map(|t| t + 0.5).collect::<Vec<_>>(), &truth) - 0.25).abs() < 1e-12);
    }
}
