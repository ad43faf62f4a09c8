//! Additive noise models (Hoyer et al. 2009; Mooij et al. 2016, section 2.3): y = f(x) + noise holds
//! with noise independent of x where x is the cause, and hardly ever backwards.

use super::hsic::{Dependence, dependence};
use super::pairs::standardised;
use super::regression::residuals;
use super::rival::Rival;
use saigen_engine::{Parameter, Parameters};

/// The method.
pub(super) const ANM: Rival = Rival {
    name: "anm",
    module: module_path!(),
    parameters: &[("judge", Parameter::Choice(&["p-value", "hsic"]))],
    seconds: 5e-5,
    score: |parameters: &Parameters| {
        let score = if parameters.word("judge") == "hsic" { by_hsic } else { by_p_value };
        Box::new(move |x, y| {
            let (x, y) = (standardised(x), standardised(y));
            score(fit(&x, &y), fit(&y, &x))
        })
    },
};

/// How much the residuals of y regressed on x depend on x.
pub(super) fn fit(x: &[f64], y: &[f64]) -> Dependence {
    dependence(x, &residuals(x, y))
}

/// A logarithm nearer to 0 is a p-value of 1.
const CERTAIN: f64 = -1e-12;

/// ANM-pHSIC: the direction with the larger p-value, the surer the larger it is.
fn by_p_value(forwards: Dependence, backwards: Dependence) -> f64 {
    let larger = forwards.ln_p.max(backwards.ln_p).min(CERTAIN);
    decision(forwards.ln_p - backwards.ln_p) / -larger
}

/// ANM-HSIC: the direction with the smaller criterion, the surer the smaller it is.
fn by_hsic(forwards: Dependence, backwards: Dependence) -> f64 {
    decision(backwards.hsic - forwards.hsic) / (1.0 + forwards.hsic.min(backwards.hsic))
}

fn decision(difference: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_models::stream::Stream;

    #[test]
    fn the_cause_of_an_additive_noise_model_is_found() {
        let mut stream = Stream::new("test", "anm", &[]);
        let x = stream.normals(300);
        let y: Vec<f64> = x.iter().map(|x| x + x.powi(3) + 0.5 * stream.normal()).collect();
        let (x, y) = (standardised(&x), standardised(&y));
        let (forwards, backwards) = (fit(&x, &y), fit(&y, &x));
        assert!(forwards.ln_p > 0.05f64.ln() && backwards.ln_p < 1e-3f64.ln(), "{forwards:?} {backwards:?}");
        for score in [by_p_value, by_hsic] {
            assert!(score(forwards, backwards) > 0.0);
            assert_eq!(score(forwards, backwards), -score(backwards, forwards));
        }
    }

    #[test]
    fn the_surer_decision_scores_more() {
        let with = |ln_p: f64| Dependence { hsic: 0.1, ln_p };
        assert!(by_p_value(with(-0.1), with(-9.0)) > by_p_value(with(-3.0), with(-9.0)));
        assert!(by_p_value(with(0.0), with(-1.0)).is_finite());
        assert_eq!(by_p_value(with(-2.0), with(-2.0)), 0.0);
    }
}
