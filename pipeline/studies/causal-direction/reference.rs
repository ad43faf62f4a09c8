//! Scores of twelve pairs against an independent implementation: tests/reference/causal.py.

use super::pairs::standardised;
use super::{anm, bivariate_fit, cds, embedding, igci, reci};
use saigen_artifacts::Scalar;
use saigen_engine::Parameters;
use saigen_models::discrepancy::Observed;

#[test]
fn scores_agree_with_an_independent_implementation() {
    let cases: serde_json::Value = serde_json::from_str(include_str!("../../../tests/reference/causal.json")).unwrap();
    let cases = cases.as_array().unwrap();
    assert!(cases.len() >= 10);
    for (at, case) in cases.iter().enumerate() {
        let column = |name: &str| -> Vec<f64> { serde_json::from_value(case[name].clone()).unwrap() };
        let (x, y) = (column("x"), column("y"));
        let check = |name: &str, found: f64, tolerance: f64| {
            let expected = case[name].as_f64().unwrap();
            assert!((found - expected).abs() <= tolerance * expected.abs().max(1e-2), "{name} of pair {at}: {found}, expected {expected}");
        };
        for judge in ["p-value", "hsic"] {
            let parameters = Parameters([("judge".to_string(), Scalar::Text(judge.to_string()))].into());
            // The regression's kernel matrix is nearly singular: a millionth of a residual is rounding.
            check(&format!("anm-{judge}"), (anm::ANM.score)(&parameters)(&x, &y), 1e-4);
        }
        for reference in ["uniform", "gaussian"] {
            for estimator in ["entropy", "slope"] {
                check(&format!("igci-{reference}-{estimator}"), igci::score(reference, estimator, &x, &y), 1e-9);
            }
        }
        check("bivariate-fit", bivariate_fit::score(&x, &y), 1e-4);
        check("reci", reci::score(&x, &y), 1e-9);
        check("cds", cds::score(&x, &y), 1e-9);
        let (x, y) = (standardised(&x), standardised(&y));
        let generated: Vec<f32> = x.iter().map(|x| (x * x * x / 3.0) as f32).collect();
        check("mmd", Observed::new(&x, &y).discrepancy(&generated).0, 1e-4);
        // sin Y at x = 0.5, of kernel ridge regression through 25 points instead of the whole matrix.
        check("embedding", embedding::feature(&x, &y)[4 * 6 + 3], 5e-3);
    }
}
