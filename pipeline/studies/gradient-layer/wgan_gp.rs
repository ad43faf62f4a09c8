//! WGAN-GP (Gulrajani et al., NeurIPS 2017), the method that gradient layers are put on top of: a
//! perceptron as generator, five steps of the critic for each of its own.
//!
//! Its moments are those of a generator of gradient layers: as many critic gradients as k layers took,
//! or k steps of the generator.

use super::critic::{ADAM, Critic, Setting, parameters, points, shape, tensor};
use super::data::{ID, noise, sample};
use super::outcome::{Judge, outputs};
use burn::tensor::{Int, Tensor, TensorData};
use saigen_artifacts::{Kind, Record};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use saigen_models::data::Visits;
use saigen_models::device::device;
use saigen_models::perceptron::Perceptrons;
use saigen_models::stream::Stream;
use saigen_models::training::Training;
use std::collections::BTreeMap;

/// The method.
pub(super) struct WganGp;

/// Steps of the critic for one of the generator.
const CRITIC_STEPS: usize = 5;

/// The steps of the generator that belong to k.
fn generator_steps(p: &Parameters, k: usize) -> usize {
    let setting = Setting::of(p);
    match p.word("count") {
        "steps" => k,
        // A step of the generator takes the critic's gradient at one batch, each of the critic's at three.
        _ => setting.work(k) / (setting.batch * (3 * CRITIC_STEPS + 1)),
    }
}

impl Method for WganGp {
    fn name(&self) -> &'static str {
        "wgan-gp"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        let own = [
            ("k", Parameter::Int(0, 10_000)),
            ("generator-width", Parameter::Int(1, 1024)),
            ("count", Parameter::Choice(&["work", "steps"])),
        ];
        parameters().into_iter().chain(own).collect()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        outputs().into()
    }

    fn placement(&self) -> Placement {
        Placement::Device
    }

    fn cost(&self, p: &Parameters) -> f64 {
        (generator_steps(p, p.int("k")) * (CRITIC_STEPS + 1)) as f64 * Setting::of(p).seconds()
    }

    /// The cells of one seed are moments of one training.
    fn together(&self) -> Together {
        Together::Axes(&["k"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let device = device(batch.backend.name())?;
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (name, setting) = (p.word("target"), Setting::of(p));
        setting.check(p.int("held-out"))?;
        let width = p.int("generator-width");
        let stream = |purpose: &str| {
            let axes = [("arm", "wgan-gp"), ("data", name), ("width", &width.to_string()), ("seed", &seed.to_string())];
            Stream::new(ID, purpose, &axes)
        };
        let train = sample(name, "sample", setting.points, seed);
        let judge = Judge::new(p, &train, seed);
        let held_out = tensor(&noise(&mut stream("held out"), p.int("held-out")), &device);
        let real = tensor(&train, &device);
        let mut critic = Critic::new(&setting, "wgan-gp", name, seed, &device);
        let mut rows = Visits::new(stream("rows"), setting.points, setting.batch);
        let mut fresh = stream("noise");
        let mut generator = Training::new(Perceptrons::new(shape(width, 2), &mut [stream("generator")], &device), ADAM);
        let steps: Vec<usize> = batch.settings.iter().map(|cell| generator_steps(p, cell.int("k"))).collect();
        let last = steps.iter().copied().max().unwrap_or(0);
        let mut moments: BTreeMap<usize, Record> = BTreeMap::new();
        for step in 0..=last {
            if steps.contains(&step) {
                let samples = points(&generator.model().forward(held_out.clone()).tanh());
                moments.insert(step, judge.record(&samples, (step * CRITIC_STEPS, step)));
            }
            if step == last {
                break;
            }
            for _ in 0..CRITIC_STEPS {
                let z = tensor(&noise(&mut fresh, setting.batch), &device);
                let fake = generator.model().forward(z).tanh();
                let at: Vec<i64> = rows.next_batch().into_iter().map(|row| row as i64).collect();
                let at = Tensor::<1, Int>::from_data(TensorData::new(at, [setting.batch]), &device);
                critic.step(real.clone().select(1, at), fake);
            }
            let z = tensor(&noise(&mut fresh, setting.batch), &device);
            generator.step(setting.rate, |generator| {
                let values = critic.networks().forward(generator.forward(z).tanh());
                -values.mean_dim(1).reshape([1])
            });
        }
        Ok(steps.iter().map(|step| moments[step].clone()).collect())
    }
}
