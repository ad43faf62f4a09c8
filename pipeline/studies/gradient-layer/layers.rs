//! Algorithm 1: gradient layers below the output's hyperbolic tangent, one after the other.
//!
//! The generator is the identity before its first layer. A pool of particles stands for
//! the noise and is pushed through each layer once, where the paper pushes fresh noise through all
//! layers in every step of the critic; particles that no critic has seen are pushed along and judged.

use super::critic::{Critic, Setting, parameters, points, tensor};
use super::data::{ID, noise, sample, squashed};
use super::outcome::{Judge, outputs, series};
use burn::tensor::{Int, Tensor, TensorData};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use saigen_models::data::Visits;
use saigen_models::device::device;
use saigen_models::mixture::Point;
use saigen_models::stream::Stream;
use std::collections::BTreeMap;

/// The method.
pub(super) struct GradientLayers;

/// Particles whose paths are kept for a figure, and the layers between two of their points.
const FOLLOWED: usize = 60;
const BETWEEN: usize = 5;

impl Method for GradientLayers {
    fn name(&self) -> &'static str {
        "gradient-layers"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let own = [("k", Parameter::Int(0, 10_000)), ("step", Parameter::Float(0.0, 100.0))];
        parameters().into_iter().chain(own).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let own = [("near-pool", Kind::Float), ("w1-pool", Kind::Float), ("gap", Kind::Float), ("paths", Kind::Series)];
        outputs().into_iter().chain(own).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Device
    }

    fn cost(&self, p: &Parameters) -> f64 {
        let setting = Setting::of(p);
        p.int("k") as f64 * setting.steps() as f64 * setting.seconds()
    }

    /// The cells of one seed are moments of one training.
    fn together(&self) -> Together {
        Together::Axes(&["k"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let device = device(batch.backend.name())?;
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (name, setting) = (p.word("target"), Setting::of(p));
        let stream = |purpose: &str| Stream::new(ID, purpose, &[("arm", "layers"), ("data", name), ("seed", &seed.to_string())]);
        setting.check(p.int("held-out"))?;
        let train = sample(name, "sample", setting.points, seed);
        let judge = Judge::new(p, &train, seed);
        let mut generator = Generator {
            pool: tensor(&noise(&mut stream("pool"), setting.pool), &device),
            held_out: tensor(&noise(&mut stream("held out"), p.int("held-out")), &device),
            paths: Vec::new(),
        };
        let real = tensor(&train, &device);
        let mut critic = Critic::new(&setting, "layers", name, seed, &device);
        let mut rows = Visits::new(stream("rows"), setting.points, setting.batch);
        let mut particles = stream("particles");
        let mut moments: BTreeMap<usize, Record> = BTreeMap::new();
        let wanted: Vec<usize> = batch.settings.iter().map(|cell| cell.int("k")).collect();
        let last = wanted.iter().copied().max().unwrap_or(0);
        for k in 0..=last {
            generator.follow(k);
            if wanted.contains(&k) {
                let mut record = judge.record(&squashed(&points(&generator.held_out)), (k * setting.steps(), k));
                generator.add(&mut record, &judge, &critic, &train);
                moments.insert(k, record);
            }
            if k == last {
                break;
            }
            for _ in 0..setting.steps() {
                let drawn: Vec<usize> = (0..setting.batch).map(|_| particles.below(setting.pool)).collect();
                let fake = pick(&generator.pool, &drawn).tanh();
                critic.step(pick(&real, &rows.next_batch()), fake);
            }
            generator.grow(&critic, p.float("step"));
        }
        Ok(wanted.iter().map(|k| moments[k].clone()).collect())
    }
}

/// Particles as they come out of the layers so far, `[1, count, 2]`.
struct Generator {
    /// Those that critics learn from.
    pool: Tensor<3>,
    /// Those that they do not.
    held_out: Tensor<3>,
    /// Where some of these were, in the plane of the data, from time to time.
    paths: Vec<Vec<Point>>,
}

impl Generator {
    /// One layer more: every particle a step along the critic's gradient (eq. 1).
    fn grow(&mut self, critic: &Critic, step: f64) {
        for particles in [&mut self.pool, &mut self.held_out] {
            *particles = particles.clone() + critic.gradient(particles.clone()) * step;
        }
    }

    fn follow(&mut self, k: usize) {
        if k.is_multiple_of(BETWEEN) {
            let count = FOLLOWED.min(self.held_out.dims()[1]);
            self.paths.push(squashed(&points(&self.held_out.clone().narrow(1, 0, count))));
        }
    }

    /// Adds to the record of held-out particles what is said of the pool, of the critic and of paths.
    fn add(&self, record: &mut Record, judge: &Judge, critic: &Critic, train: &[Point]) {
        let pool = squashed(&points(&self.pool));
        let seen = judge.record(&pool[..self.held_out.dims()[1]], (0, 0));
        if !(record.0.contains_key("w1") && seen.0.contains_key("w1")) {
            *record = Record::diverged("a particle is not finite");
            return;
        }
        let followed = self.paths.first().map_or(0, Vec::len);
        let paths: Vec<Point> = (0..followed).flat_map(|particle| self.paths.iter().map(move |moment| moment[particle])).collect();
        for (name, own) in [("near-pool", "near"), ("w1-pool", "w1")] {
            record.0.extend(seen.0.get(own).map(|value| (name.to_string(), value.clone())));
        }
        record.0.insert("gap".to_string(), Value::Float(critic.gap(train, &pool, &self.pool.device())));
        record.0.insert("paths".to_string(), series(&paths));
    }
}

/// Some rows of `[1, count, 2]`.
fn pick(rows: &Tensor<3>, at: &[usize]) -> Tensor<3> {
    let at: Vec<i64> = at.iter().map(|at| *at as i64).collect();
    let count = at.len();
    rows.clone().select(1, Tensor::<1, Int>::from_data(TensorData::new(at, [count]), &rows.device()))
}
