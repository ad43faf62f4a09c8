//! What holds of every method here whose cells are moments of one training or descent.

use super::critic::Setting;
use super::functional::FunctionalDescent;
use super::layers::GradientLayers;
use super::wgan_gp::WganGp;
use saigen_artifacts::{Record, Scalar, Value};
use saigen_engine::{Backend, Batch, Method, Parameters};

/// A small setting of a training, with some parameters more.
fn setting(more: &[(&str, Scalar)]) -> Parameters {
    let whole = [("points", 60), ("points-grid", 60), ("width", 8), ("width-grid", 8), ("batch", 20), ("pool", 40)];
    let whole = whole.into_iter().chain([("held-out", 20), ("shown", 5), ("generator-width", 8)]);
    let pairs = whole.map(|(name, value)| (name, Scalar::Int(value)));
    let floats = [("rate", 1e-3), ("penalty", 10.0), ("step", 0.1), ("far-allowed", 0.1)].map(|(name, value)| (name, Scalar::Float(value)));
    let target = ("target", Scalar::Text("8-gaussians".into()));
    let all = pairs.chain(floats).chain([target]).chain(more.iter().cloned());
    Parameters(all.map(|(name, value)| (name.to_string(), value)).collect())
}

/// The records of one seed at some values of an axis.
fn records(method: &dyn Method, parameters: &Parameters, axis: &str, values: &[i64]) -> Vec<Record> {
    let at = |value: &i64| {
        let mut parameters = parameters.clone();
        parameters.0.insert(axis.to_string(), Scalar::Int(*value));
        parameters
    };
    let settings: Vec<Parameters> = values.iter().map(at).collect();
    let batch = Batch {
        study: "gradient-layer".into(),
        experiment: "test".into(),
        method: method.name().into(),
        backend: Backend::Flex,
        parameters: settings[0].clone(),
        seeds: vec![3],
        settings,
        data: saigen_engine::Data::default(),
    };
    method.run(&batch).unwrap()
}

fn number(record: &Record, name: &str) -> f64 {
    match record.0.get(name) {
        Some(Value::Float(value)) => *value,
        Some(Value::Int(value)) => *value as f64,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_moment_does_not_depend_on_the_other_moments_asked_for() {
    let descent = [("scale", 0.4), ("multiple", 1.0), ("weight", 1.0)].map(|(name, value)| (name, Scalar::Float(value)));
    let descent = setting(&[&descent[..], &[("particles", Scalar::Int(9))]].concat());
    let wgan = |count: &str| setting(&[("count", Scalar::Text(count.into()))]);
    let cases: [(&dyn Method, Parameters, &str); 4] = [
        (&GradientLayers, setting(&[]), "k"),
        (&WganGp, wgan("work"), "k"),
        (&WganGp, wgan("steps"), "k"),
        (&FunctionalDescent, descent, "steps"),
    ];
    for (method, parameters, axis) in cases {
        let together = records(method, &parameters, axis, &[1, 3, 2]);
        for (at, value) in [1, 3, 2].into_iter().enumerate() {
            assert_eq!(records(method, &parameters, axis, &[value]), together[at..=at], "{} {axis}={value}", method.name());
        }
        assert_ne!(together[0], together[1]);
    }
}

#[test]
fn generators_of_both_kinds_do_the_same_work() {
    // Each layer: 15 steps of the critic on 3 x 20 points, and 40 particles. Each step of the other
    // generator: five steps of the critic, and 20 samples.
    let p = setting(&[("count", Scalar::Text("work".into()))]);
    assert_eq!(Setting::of(&p).work(7), 7 * (15 * 60 + 40));
    for (k, other) in [0, 1, 7].iter().zip(records(&WganGp, &p, "k", &[0, 1, 7])) {
        let left = Setting::of(&p).work(*k) as f64 - number(&other, "generator-steps") * f64::from(5 * 60 + 20);
        assert!((0.0..320.0).contains(&left), "{k}: {left}");
    }
    let layers = &records(&GradientLayers, &p, "k", &[7])[0];
    let other = &records(&WganGp, &p, "k", &[7])[0];
    assert_eq!([number(layers, "critic-steps"), number(layers, "generator-steps")], [105.0, 7.0]);
    assert_eq!([number(other, "critic-steps"), number(other, "generator-steps")], [100.0, 20.0]);
}

#[test]
fn layers_bring_samples_nearer_and_all_are_held_against_the_same_data() {
    let parameters = setting(&[("width", Scalar::Int(32)), ("count", Scalar::Text("work".into()))]);
    let found = records(&GradientLayers, &parameters, "k", &[0, 20]);
    assert!(number(&found[1], "w1") < 0.9 * number(&found[0], "w1"), "{} {}", number(&found[0], "w1"), number(&found[1], "w1"));
    let other = records(&WganGp, &parameters, "k", &[1]);
    for name in ["data", "w1-floor"] {
        assert_eq!(found[0].0.get(name), other[0].0.get(name));
    }
}

#[test]
fn a_pool_smaller_than_what_is_judged_is_refused() {
    let mut parameters = setting(&[]);
    parameters.0.insert("pool".into(), Scalar::Int(10));
    parameters.0.insert("k".into(), Scalar::Int(1));
    let batch = Batch {
        study: "gradient-layer".into(),
        experiment: "test".into(),
        method: "gradient-layers".into(),
        backend: Backend::Flex,
        parameters: parameters.clone(),
        seeds: vec![0],
        settings: vec![parameters],
        data: saigen_engine::Data::default(),
    };
    let refused = GradientLayers.run(&batch).unwrap_err();
    assert!(refused.contains("a pool of '10'") && refused.contains("make 'pool'"), "{refused}");
}
