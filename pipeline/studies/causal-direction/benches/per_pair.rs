//! Wall time per pair: meta-CGNN, which has learnt, scores it; CGNN is trained on it from the start. Both
//! as the study declares them, in turn, in one process.
//!
//! `cargo bench --workspace --bench per_pair -- N RUNS ROUNDS` prints seconds for pairs of N points and
//! CGNN with RUNS runs (its authors have 32).

use saigen_artifacts::Scalar;
use saigen_engine::{Backend, Batch, Data, Method, Parameters};
use std::time::Instant;

/// Pairs that CGNN is trained on in a round.
const TRAINED: i64 = 1;
/// Pairs of a collection that meta-CGNN scores, and how many times so many in a round.
const SCORED: i64 = 60;
const TIMES: usize = 20;

fn main() {
    let numbers: Vec<i64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let [n, runs, rounds] = numbers[..] else { return println!("usage: per_pair N RUNS ROUNDS") };
    let study = saigen_studies::studies().into_iter().find(|study| study.id() == "causal-direction").expect("the study is listed");
    let methods = study.methods();
    let method = |name: &str| *methods.iter().find(|method| method.name() == name).expect("the method is listed");
    let epochs = [("hidden", 30), ("runs", runs), ("train-epochs", 1000), ("test-epochs", 500)];
    let cgnn = batch(method("cgnn"), n, TRAINED, &epochs, 0);
    let steps = [("tasks", 400), ("task-n", 100), ("tasks-a-step", 8), ("steps", 800), ("draws", 2)];
    let meta = |times: usize| batch(method("meta-cgnn"), n, SCORED, &steps, times);
    println!("| trained from the start, s a pair | scored, s a pair | ratio | learnt once, s |\n| --: | --: | --: | --: |");
    for _ in 0..rounds {
        let trained = seconds(method("cgnn"), &cgnn) / TRAINED as f64;
        let learnt = seconds(method("meta-cgnn"), &meta(1));
        let scored = (seconds(method("meta-cgnn"), &meta(1 + TIMES)) - learnt) / (SCORED * TIMES as i64) as f64;
        println!("| {trained:.3} | {scored:.5} | {:.0} | {learnt:.2} |", trained / scored);
    }
}

/// One seed, on pairs like the tasks; the same setting so many times where a method has settings.
fn batch(method: &dyn Method, n: i64, pairs: i64, numbers: &[(&str, i64)], settings: usize) -> Batch {
    let words = [("collection", "seen"), ("feature", "embedding"), ("learnt-direction", "causal")];
    let words = words.map(|(name, word)| (name.to_string(), Scalar::Text(word.to_string())));
    let numbers = numbers.iter().copied().chain([("n", n), ("pairs", pairs)]).map(|(name, number)| (name.to_string(), Scalar::Int(number)));
    let taken = method.parameters();
    let parameters = Parameters(words.into_iter().chain(numbers).filter(|(name, _)| taken.contains_key(name.as_str())).collect());
    Batch {
        study: "causal-direction".to_string(),
        experiment: "benchmark".to_string(),
        method: method.name().to_string(),
        backend: Backend::Flex,
        seeds: vec![0],
        settings: vec![parameters.clone(); settings],
        parameters,
        data: Data::default(),
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn seconds(method: &dyn Method, batch: &Batch) -> f64 {
    let start = Instant::now();
    method.run(batch).expect("generated pairs can be scored");
    start.elapsed().as_secs_f64()
}
