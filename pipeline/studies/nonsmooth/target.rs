//! The regression functions on the unit square and cube.

use saigen_engine::Parameters;

/// A function to be estimated, as many copies of it side by side along x1 as asked for: its edge
/// grows with them, and so do the pieces of a partition whose edges are smooth graphs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Target {
    form: Form,
    copies: usize,
}

/// What one copy looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// Two smooth pieces that meet in a jump along the line x2 = -0.6 x1 + 0.75. As written the lower
    /// one has Hölder smoothness 1.5; its kink lies above the line, so that both are analytic in fact.
    TwoPiece,
    /// A control without a jump: analytic, and neither periodic nor a polynomial.
    Smooth,
    /// 1 above the line of `TwoPiece`, 0 below.
    HalfPlane,
    /// 1 within 0.3 of the middle, else 0.
    Disc,
    /// 1 above a truncated Weierstrass function of this Hölder smoothness, else 0.
    Graph(f64),
    /// In three dimensions: 1 above a slanted plane, 0 below.
    HalfSpace,
}

/// The names in a declaration, those of functions on the plane first.
pub(super) const ALL: &[&str] = &["two-piece", "smooth", "half-plane", "disc", "graph-1", "graph-1.5", "graph-2", "half-space"];

/// All but the half-space.
pub(super) const PLANAR: &[&str] = ALL.split_at(ALL.len() - 1).0;

impl Target {
    /// The target of a cell; its parameters were checked against [`ALL`].
    pub(super) fn of(parameters: &Parameters) -> Self {
        let form = match parameters.word("target") {
            "two-piece" => Form::TwoPiece,
            "half-plane" => Form::HalfPlane,
            "disc" => Form::Disc,
            "graph-1" => Form::Graph(1.0),
            "graph-1.5" => Form::Graph(1.5),
            "graph-2" => Form::Graph(2.0),
            "half-space" => Form::HalfSpace,
            _ => Form::Smooth,
        };
        Self { form, copies: parameters.int("copies") }
    }

    /// The number of coordinates, D.
    pub(super) fn dimension(self) -> usize {
        if self.form == Form::HalfSpace { 3 } else { 2 }
    }

    /// The Hölder smoothness of the boundary and of the pieces, alpha and beta in the theory.
    pub(super) fn smoothness(self) -> (f64, f64) {
        match self.form {
            Form::TwoPiece => (f64::INFINITY, 1.5),
            Form::Graph(alpha) => (alpha, f64::INFINITY),
            Form::Smooth | Form::HalfPlane | Form::Disc | Form::HalfSpace => (f64::INFINITY, f64::INFINITY),
        }
    }

    /// The value at a point.
    pub(super) fn at(self, x: &[f64]) -> f64 {
        let (x1, x2) = ((x[0] * self.copies as f64).fract(), x[1]);
        match self.form {
            Form::TwoPiece if x2 >= -0.6 * x1 + 0.75 => 0.2 + x1 * x1 + 0.1 * x2,
            Form::TwoPiece => 0.7 + 0.01 * (4.0 * x1 + 10.0 * x2 - 9.0).abs().powf(1.5),
            Form::Smooth => 0.2 + x1 * x1 + 0.1 * x2 + 0.2 * (2.0 * x1 + 3.0 * x2).sin(),
            Form::HalfPlane => indicator(x2 >= -0.6 * x1 + 0.75),
            Form::Disc => indicator((x1 - 0.5).powi(2) + (x2 - 0.5).powi(2) <= 0.09),
            Form::Graph(alpha) => indicator(x2 >= 0.5 + 0.25 * weierstrass(alpha, x1)),
            Form::HalfSpace => indicator(x[2] >= 0.8 - 0.4 * x1 - 0.2 * x2),
        }
    }
}

fn indicator(within: bool) -> f64 {
    f64::from(u8::from(within))
}

/// The Weierstrass function, sum of 2^(-k alpha) cos(2 pi 2^k x), scaled to have 1 at 0 (for whole
/// alpha its smoothness is that but for a logarithm). It is cut after waves of length 1/128: at 6,400 points no estimator sees finer ones.
fn weierstrass(alpha: f64, x: f64) -> f64 {
    let terms = (0..8).map(|k| (-alpha * f64::from(k)).exp2());
    let waves = terms.clone().zip(0..).map(|(weight, k)| weight * (std::f64::consts::TAU * f64::from(1 << k) * x).cos());
    waves.sum::<f64>() / terms.sum::<f64>()
}

#[cfg(test)]
pub(super) mod tests {
    use super::{ALL, Target, weierstrass};
    use saigen_artifacts::Scalar;
    use saigen_engine::Parameters;

    /// A target by its name, once.
    pub(in super::super) fn named(name: &str) -> Target {
        let pairs = [("target", Scalar::Text(name.to_string())), ("copies", Scalar::Int(1))];
        Target::of(&Parameters(pairs.map(|(name, value)| (name.to_string(), value)).into()))
    }

    #[test]
    fn the_jump_runs_from_minus_0_44_to_0_45() {
        let jump = |x1: f64| {
            let x2 = -0.6 * x1 + 0.75;
            named("two-piece").at(&[x1, x2 + 1e-9]) - named("two-piece").at(&[x1, x2 - 1e-9])
        };
        assert!((jump(0.0) + 0.44).abs() < 0.01, "{}", jump(0.0));
        assert!((jump(1.0 - 1e-9) - 0.45).abs() < 0.01, "{}", jump(1.0));
    }

    #[test]
    fn every_name_is_another_function() {
        let points: Vec<[f64; 3]> =
            (0..1000).map(|i| [f64::from(i % 10) / 10.0, f64::from(i / 10 % 10) / 10.0, f64::from(i / 100) / 10.0]).collect();
        let values: Vec<Vec<f64>> = ALL.iter().map(|name| points.iter().map(|x| named(name).at(x)).collect()).collect();
        for (i, one) in values.iter().enumerate() {
            assert!(values[..i].iter().all(|other| one != other), "{}", ALL[i]);
        }
    }

    #[test]
    fn copies_repeat_the_function_along_x1() {
        let thrice = Target { copies: 3, ..named("disc") };
        for i in 0..30 {
            let x1 = (f64::from(i) + 0.5) / 30.0;
            assert_eq!(thrice.at(&[x1 / 3.0, 0.4]), named("disc").at(&[x1, 0.4]));
            assert_eq!(thrice.at(&[(x1 + 2.0) / 3.0, 0.4]), named("disc").at(&[x1, 0.4]));
        }
    }

    /// The second differences of a function of smoothness alpha up to 2 go down by 2^alpha as their
    /// step is halved, here but for what the sum's first waves, which are smoother, take from it.
    #[test]
    fn second_differences_shrink_as_the_smoothness_says() {
        for (alpha, low, high) in [(1.0, 1.8, 2.0), (1.5, 2.4, 2.83), (2.0, 3.0, 4.0)] {
            let h = |x: f64| weierstrass(alpha, x);
            let largest = |t: f64| {
                let differences = (0..1000).map(|i| f64::from(i) / 1000.0).map(|x| (h(x + t) - 2.0 * h(x) + h(x - t)).abs());
                differences.fold(0.0, f64::max)
            };
            let ratio = largest(1.0 / 16.0) / largest(1.0 / 32.0);
            assert!((low..high).contains(&ratio), "alpha {alpha}: {ratio}");
        }
    }
}
