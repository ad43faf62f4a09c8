//! Samples of the regression model Y = f(X) + xi, and the grid on which risks are taken.

use super::target::Target;
use saigen_datasets::data_digest;
use saigen_engine::Parameters;
use saigen_models::stream::Stream;

/// The study's name: its folder's, and the first part of the name of every stream.
pub(super) const ID: &str = "nonsmooth";

/// Where the observations lie, and their noise before it is scaled.
pub(super) struct Design {
    /// By coordinate, uniform on [0,1].
    pub(super) x: Vec<Vec<f64>>,
    noise: Vec<f64>,
}

/// A sample: X uniform on [0,1]^D, xi normal with standard deviation sigma (JMLR 2022, section 2).
pub(super) struct Sample {
    /// Inputs by coordinate.
    pub(super) x: Vec<Vec<f64>>,
    pub(super) y: Vec<f64>,
}

impl Design {
    /// The design of n points in a dimension. It depends on nothing else: all
    /// experiments, targets and noise levels see the same one.
    pub(super) fn draw(n: usize, dimension: usize, seed: u64) -> Self {
        let (size, seed) = (n.to_string(), seed.to_string());
        let stream = |purpose| Stream::new(ID, purpose, &[("n", &size), ("seed", &seed)]);
        let (mut inputs, mut noise) = (stream("inputs"), stream("noise"));
        let x = (0..dimension).map(|_| (0..n).map(|_| inputs.uniform()).collect()).collect();
        Self { x, noise: noise.normals(n) }
    }

    /// The observations of a target at these points with this noise.
    pub(super) fn observe(&self, target: Target, sigma: f64) -> Vec<f64> {
        let value = |(i, noise): (usize, &f64)| target.at(&self.x.iter().map(|x| x[i]).collect::<Vec<_>>()) + sigma * noise;
        self.noise.iter().enumerate().map(value).collect()
    }
}

impl Sample {
    /// The sample of a cell.
    pub(super) fn draw(parameters: &Parameters, seed: u64) -> Self {
        let target = Target::of(parameters);
        let design = Design::draw(parameters.int("n"), target.dimension(), seed);
        let y = design.observe(target, parameters.float("sigma"));
        Self { x: design.x, y }
    }

    /// How many of the first observations are fitted by what is chosen by the rest: a fifth is held out.
    pub(super) fn fitted(&self) -> usize {
        self.y.len() - self.y.len() / 5
    }

    /// The digest of this very sample.
    pub(super) fn digest(&self) -> String {
        digest(&self.x, &self.y)
    }
}

/// The digest of a sample.
pub(super) fn digest(x: &[Vec<f64>], y: &[f64]) -> String {
    let inputs = ["x1", "x2", "x3"].into_iter().zip(x).map(|(name, x)| (name, x.as_slice()));
    data_digest(&inputs.chain([("y", y)]).collect::<Vec<_>>())
}

/// The midpoints of `side` equal cells of [0,1]; with themselves, the grid of the risk.
pub(super) fn midpoints(side: usize) -> Vec<f64> {
    (0..side).map(|i| (i as f64 + 0.5) / side as f64).collect()
}

/// The points of the grid, the last coordinate running fastest.
pub(super) fn grid(side: usize, dimension: usize) -> Vec<Vec<f64>> {
    let values = midpoints(side);
    let longer = |points: Vec<Vec<f64>>, _| {
        let with = |point: &Vec<f64>| values.iter().map(|x| point.iter().copied().chain([*x]).collect()).collect::<Vec<_>>();
        points.iter().flat_map(with).collect()
    };
    (0..dimension).fold(vec![Vec::new()], longer)
}

/// The target on the grid.
pub(super) fn truth(target: Target, side: usize) -> Vec<f64> {
    grid(side, target.dimension()).iter().map(|x| target.at(x)).collect()
}

/// The integrated squared error by the midpoint rule.
pub(super) fn risk(fit: &[f64], truth: &[f64]) -> f64 {
    let squares: f64 = fit.iter().zip(truth).map(|(fit, truth)| (fit - truth) * (fit - truth)).sum();
    squares / truth.len() as f64
}

#[cfg(test)]
mod tests {
    use super::super::target::tests::named;
    use super::*;
    use saigen_artifacts::Scalar;

    fn parameters(target: &str, sigma: f64) -> Parameters {
        let pairs = [
            ("target", Scalar::Text(target.to_string())),
            ("sigma", Scalar::Float(sigma)),
            ("n", Scalar::Int(50)),
            ("copies", Scalar::Int(1)),
        ];
        Parameters(pairs.map(|(name, value)| (name.to_string(), value)).into())
    }

    #[test]
    fn samples_share_inputs_and_noise_and_differ_by_seed() {
        let quiet = Sample::draw(&parameters("two-piece", 0.0), 3);
        let loud = Sample::draw(&parameters("two-piece", 0.5), 3);
        assert_eq!(quiet.x, loud.x);
        let control = Sample::draw(&parameters("smooth", 0.5), 3);
        for i in 0..50 {
            let x = [loud.x[0][i], loud.x[1][i]];
            let noise = (loud.y[i] - named("two-piece").at(&x), control.y[i] - named("smooth").at(&x));
            assert!((noise.0 - noise.1).abs() < 1e-12);
        }
        assert_ne!(loud.digest(), Sample::draw(&parameters("two-piece", 0.5), 4).digest());
    }

    #[test]
    fn the_risk_of_the_truth_is_zero_and_of_a_shift_its_square() {
        let truth = truth(named("smooth"), 10);
        assert_eq!(risk(&truth, &truth), 0.0);
        assert!((risk(&truth.iter().map(|t| t + 0.5).collect::<Vec<_>>(), &truth) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn the_last_coordinate_of_the_grid_runs_fastest() {
        assert_eq!(grid(2, 3)[1], [0.25, 0.25, 0.75]);
        assert_eq!(grid(2, 3).len(), 8);
    }
}
