//! The regression functions on the unit square.

/// A function to be estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Two smooth pieces that meet in a jump along the line x2 = -0.6 x1 + 0.75: Hölder smoothness
    /// 1.5 inside the pieces, a boundary of any smoothness.
    TwoPiece,
    /// A control without a jump: analytic, and neither periodic nor a polynomial.
    Smooth,
}

/// The names in a declaration.
pub(super) const NAMES: &[&str] = &["two-piece", "smooth"];

impl Target {
    /// The target of a declared name; the declaration was checked against [`NAMES`].
    pub(super) fn named(name: &str) -> Self {
        if name == "smooth" { Self::Smooth } else { Self::TwoPiece }
    }

    /// The value at a point.
    pub(super) fn at(self, x1: f64, x2: f64) -> f64 {
        match self {
            Self::TwoPiece if x2 >= -0.6 * x1 + 0.75 => 0.2 + x1 * x1 + 0.1 * x2,
            Self::TwoPiece => 0.7 + 0.01 * (4.0 * x1 + 10.0 * x2 - 9.0).abs().powf(1.5),
            Self::Smooth => 0.2 + x1 * x1 + 0.1 * x2 + 0.2 * (2.0 * x1 + 3.0 * x2).sin(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn the_jump_runs_from_minus_0_44_to_0_45() {
        let jump = |x1: f64| {
            let x2 = -0.6 * x1 + 0.75;
            Target::TwoPiece.at(x1, x2 + 1e-9) - Target::TwoPiece.at(x1, x2 - 1e-9)
        };
        assert!((jump(0.0) + 0.44).abs() < 0.01, "{}", jump(0.0));
        assert!((jump(1.0) - 0.45).abs() < 0.01, "{}", jump(1.0));
    }
}
