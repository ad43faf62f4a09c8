//! Meta-CGNN (Ton, Sejdinovic and Fukumizu 2021): one generator, conditioned on each data set's
//! feature, is trained over many generated pairs by the maximum mean discrepancy. A new pair needs no
//! training: its discrepancy in both directions is its score.

use super::embedding::{self, feature};
use super::families::{self, LEARNT};
use super::generator::{Feature, Generator, Sets};
use super::learnt::Learnt;
use super::pairs::{ID, standardised};
use super::rival::Scorer;
use burn::tensor::Device;
use saigen_engine::{Parameter, Parameters, Placement};
use saigen_models::discrepancy::Observed;
use saigen_models::stream::Stream;

/// The method.
pub(super) const META_CGNN: Learnt = Learnt {
    name: "meta-cgnn",
    module: module_path!(),
    parameters: &[
        ("feature", Parameter::Choice(&["embedding", "deep-sets", "none"])),
        // In which direction pairs are learnt from.
        ("learnt-direction", Parameter::Choice(&["causal", "both"])),
        ("tasks", Parameter::Int(4, 100_000)),
        ("task-n", Parameter::Int(20, 10_000)),
        ("tasks-a-step", Parameter::Int(1, 1000)),
        ("steps", Parameter::Int(1, 1_000_000)),
        ("draws", Parameter::Int(1, 1000)),
    ],
    placement: Placement::Device,
    learn,
};

/// The learning rate of Adam at the first step; it falls linearly to nothing.
const RATE: f64 = 0.003;

/// A data set in one direction.
pub(super) struct Task {
    observed: Observed,
    x: Vec<f32>,
    y: Vec<f32>,
    feature: Vec<f32>,
}

impl Task {
    /// From the first to the second of standardised columns.
    pub(super) fn new(x: &[f64], y: &[f64], wanted: Feature) -> Self {
        let single = |values: &[f64]| values.iter().map(|value| *value as f32).collect::<Vec<f32>>();
        let feature = if matches!(wanted, Feature::Given(_)) { single(&feature(x, y)) } else { Vec::new() };
        Self { observed: Observed::new(x, y), x: single(x), y: single(y), feature }
    }
}

fn sets<'a>(tasks: impl Iterator<Item = &'a Task> + Clone, points: usize) -> Sets {
    let joined = |part: fn(&Task) -> &Vec<f32>| tasks.clone().flat_map(|task| part(task).iter().copied()).collect();
    Sets {
        x: joined(|task| &task.x),
        y: joined(|task| &task.y),
        features: joined(|task| &task.feature),
        count: tasks.clone().count(),
        points,
    }
}

fn learn(p: &Parameters, seed: u64, device: &Device) -> Scorer<'static> {
    let wanted = match p.word("feature") {
        "embedding" => Feature::Given(embedding::SIZE),
        "deep-sets" => Feature::Learnt,
        _ => Feature::None,
    };
    let tasks = tasks(p, seed, wanted);
    let seed = seed.to_string();
    let stream =
        |purpose: &str| Stream::new(ID, purpose, &[("seed", &seed), ("feature", p.word("feature")), ("tasks", &tasks.len().to_string())]);
    let mut generator = Generator::new(wanted, &mut stream("meta start"), device);
    let (mut order, mut noises) = (stream("meta order"), stream("meta noise"));
    let (steps, points, together) = (p.int("steps"), p.int("task-n"), p.int("tasks-a-step"));
    for step in 0..steps {
        let chosen: Vec<&Task> = (0..together).map(|_| &tasks[order.below(tasks.len())]).collect();
        let noise = single_normals(&mut noises, together * points);
        self::step(&mut generator, &chosen, &noise, RATE * (steps - step) as f64 / steps as f64);
    }
    let draws = p.int("draws");
    let seed = seed.clone();
    Box::new(move |x, y| score(&generator, wanted, draws, || Stream::new(ID, "meta test", &[("seed", &seed)]), (x, y)))
}

/// One step on tasks of equally many points: the loss is the sum of their discrepancies.
pub(super) fn step(generator: &mut Generator, tasks: &[&Task], noise: &[f32], rate: f64) {
    let points = noise.len() / tasks.len();
    let judge = |generated: &[f32]| {
        let gradient = |(task, generated): (&&Task, &[f32])| task.observed.discrepancy(generated).1;
        tasks.iter().zip(generated.chunks_exact(points)).flat_map(gradient).collect()
    };
    generator.step(&sets(tasks.iter().copied(), points), noise, rate, judge);
}

/// (S_backwards - S_forwards) / (S_backwards + S_forwards), S the discrepancy over some draws of noise.
/// Every pair and direction meets the same noise, so that it does not decide between directions.
pub(super) fn score(generator: &Generator, wanted: Feature, draws: usize, noise: impl Fn() -> Stream, (x, y): (&[f64], &[f64])) -> f64 {
    let (x, y) = (standardised(x), standardised(y));
    let discrepancy = |x: &[f64], y: &[f64]| {
        let task = Task::new(x, y, wanted);
        let points = task.observed.count();
        let noise = single_normals(&mut noise(), draws * points);
        let generated = generator.generate(&sets(std::iter::repeat_n(&task, draws), points), &noise);
        generated.chunks_exact(points).map(|generated| task.observed.discrepancy(generated).0).sum::<f64>()
    };
    let (forwards, backwards) = (discrepancy(&x, &y), discrepancy(&y, &x));
    (backwards - forwards) / (backwards + forwards)
}

/// Generated data sets, as many of each family that is learnt from: from cause to effect, or every
/// second one from effect to cause.
fn tasks(p: &Parameters, seed: u64, wanted: Feature) -> Vec<Task> {
    let both = p.word("learnt-direction") == "both";
    let task = |at: usize| {
        let pair = families::pair(LEARNT[at % LEARNT.len()], p.int("task-n"), "tasks", seed, at);
        let (cause, effect) = (standardised(&pair.cause), standardised(&pair.effect));
        if both && at / LEARNT.len() % 2 == 1 { Task::new(&effect, &cause, wanted) } else { Task::new(&cause, &effect, wanted) }
    };
    (0..p.int("tasks")).map(task).collect()
}

pub(super) fn single_normals(stream: &mut Stream, count: usize) -> Vec<f32> {
    (0..count).map(|_| stream.normal() as f32).collect()
}
