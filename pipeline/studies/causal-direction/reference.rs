//! Scores of twelve pairs against an independent implementation: tests/reference/causal.py.

use super::generator::{Feature, Generator};
use super::meta_cgnn::Task;
use super::pairs::{Pair, standardised};
use super::{anm, bivariate_fit, cds, cgnn, embedding, igci, meta_cgnn, rcc, reci};
use burn::tensor::Device;
use saigen_artifacts::Scalar;
use saigen_engine::Parameters;
use saigen_models::discrepancy::Observed;
use saigen_models::stream::Stream;

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

fn parameters(ints: &[(&str, i64)]) -> Parameters {
    Parameters(ints.iter().map(|(name, value)| (name.to_string(), Scalar::Int(*value))).collect())
}

/// What is learnt, on the same pairs: tests/reference/causal_learnt.py.
#[test]
fn what_is_learnt_agrees_with_an_independent_implementation() {
    let pairs: serde_json::Value = serde_json::from_str(include_str!("../../../tests/reference/causal.json")).unwrap();
    let cases: serde_json::Value = serde_json::from_str(include_str!("../../../tests/reference/causal_learnt.json")).unwrap();
    let column = |case: &serde_json::Value, name: &str| -> Vec<f64> { serde_json::from_value(case[name].clone()).unwrap() };
    let cases: Vec<&serde_json::Value> = cases.as_array().unwrap().iter().collect();
    let pairs: Vec<(Vec<f64>, Vec<f64>)> = pairs.as_array().unwrap().iter().map(|pair| (column(pair, "x"), column(pair, "y"))).collect();
    assert_eq!((cases.len(), pairs.len()), (12, 12));
    let check = |name: &str, at: usize, found: f64, tolerance: f64| {
        let expected = cases[at][name].as_f64().unwrap();
        assert!((found - expected).abs() <= tolerance, "{name} of pair {at}: {found}, expected {expected}");
    };
    let learnt = parameters(&[("features", 6), ("trees", 12), ("learnt-pairs", 100), ("learnt-n", 60)]);
    let rcc = (rcc::RCC.learn)(&learnt, 1, &Device::flex());
    let trained = parameters(&[("hidden", 6), ("runs", 2), ("train-epochs", 30), ("test-epochs", 4)]);
    for (at, (x, y)) in pairs.iter().enumerate() {
        let expected = column(cases[at], "rcc-features");
        for (found, expected) in rcc::features(6, 1, x, y).iter().zip(&expected) {
            // Phases and cosines are in single precision.
            assert!((found - expected).abs() < 2e-6, "a feature of pair {at}: {found}, expected {expected}");
        }
        // Shares of counts: the same trees, or others.
        check("rcc", at, rcc(x, y), 1e-12);
        let pair = Pair { cause: x.clone(), effect: y.clone(), weight: 1.0 };
        let stream = |direction: usize, run: usize| {
            Stream::new("test", "cgnn reference", &[("direction", &direction.to_string()), ("run", &run.to_string())])
        };
        check("cgnn", at, cgnn::score(&pair, &trained, &Device::flex(), stream).unwrap(), 1e-4);
        let (x, y) = (standardised(x), standardised(y));
        for (found, expected) in embedding::feature(&x, &y).iter().zip(&column(cases[at], "embedding")) {
            assert!((found - expected).abs() < 1e-8, "the embedding of pair {at}: {found}, expected {expected}");
        }
    }
    for (name, feature) in [("none", Feature::None), ("embedding", Feature::Given(embedding::SIZE)), ("deep-sets", Feature::Learnt)] {
        let weights = |part: &str, count: usize| {
            let numbers = Stream::new("test", "meta weights", &[("part", part)]).normals(count);
            numbers.into_iter().map(|number| 0.2 * number).collect()
        };
        let mut generator = Generator::given(feature, weights);
        let scores = |generator: &Generator| -> Vec<f64> {
            let noise = || Stream::new("test", "meta noise", &[]);
            pairs.iter().map(|(x, y)| meta_cgnn::score(generator, feature, 2, noise, (x, y))).collect()
        };
        scores(&generator).into_iter().enumerate().for_each(|(at, score)| check(&format!("meta-{name}"), at, score, 1e-4));
        let tasks: Vec<Task> = pairs.iter().map(|(x, y)| Task::new(&standardised(&x[..40]), &standardised(&y[..40]), feature)).collect();
        let mut noises = Stream::new("test", "meta training", &[]);
        for _ in 0..4 {
            let noise = meta_cgnn::single_normals(&mut noises, 12 * 40);
            let chosen: Vec<&Task> = tasks.iter().collect();
            meta_cgnn::step(&mut generator, &chosen, &noise, 0.01);
        }
        scores(&generator).into_iter().enumerate().for_each(|(at, score)| check(&format!("meta-{name}-trained"), at, score, 1e-4));
    }
}
