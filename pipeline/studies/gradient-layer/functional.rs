//! Algorithm 3, gradient descent on the generator as a function, with a critic that is exactly optimal:
//! what theorem 1 is about.
//!
//! The penalty is (lambda / 2) |f|^2 in the space of the Gaussian kernel, so that the best critic is the
//! difference of the two mean embeddings over lambda and the loss is MMD^2 / (2 lambda). Its
//! gradient's Lipschitz constant by the generator is at most `smoothness / (lambda s^2)`.

use super::data::{self, ID, noise, sample, squashed};
use saigen_artifacts::{Kind, Record, Value};
use saigen_datasets::data_digest;
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use saigen_models::kernel::{Gaussian, Measure};
use saigen_models::mixture::Point;
use saigen_models::stream::Stream;
use saigen_models::transport::wasserstein;
use std::collections::BTreeMap;

/// The method.
pub(super) struct FunctionalDescent;

/// Sums over particles are rounded by less than this.
const ROUNDING: f64 = 1e-13;

/// The factor of 1 / (lambda s^2): the greatest slopes of the kernel's gradient by either argument,
/// 1 + 2 exp(-3/2) and 1, at s = 1.
fn smoothness() -> f64 {
    2.0 + 2.0 * f64::exp(-1.5)
}

impl Method for FunctionalDescent {
    fn name(&self) -> &'static str {
        "functional-descent"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("target", Parameter::Choice(data::NAMES)),
            ("scale", Parameter::Float(1e-3, 1e3)),
            // The step as a multiple of the largest that the theorem allows, 1 / L.
            ("multiple", Parameter::Float(0.0, 1e3)),
            ("weight", Parameter::Float(1e-9, 1e9)),
            ("particles", Parameter::Int(1, 10_000)),
            ("steps", Parameter::Int(1, 1_000_000)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        let numbers = [
            // The least squared gradient so far, the theorem's bound on it, and their ratio.
            "least-gradient",
            "allowed",
            "used",
            // The loss at the start and now, and the greatest amount by which a step fell short of the
            // decrease that the proof promises; beside it what rounding may add.
            "loss-start",
            "loss",
            "shortfall",
            "rounding",
            // The share of steps that raised the loss.
            "rises",
            "w1",
            "one",
        ];
        numbers.map(|name| (name, Kind::Float)).into_iter().chain([("data", Kind::Text)]).collect()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn cost(&self, p: &Parameters) -> f64 {
        6e-8 * (p.int("steps") * p.int("particles") * p.int("particles")) as f64
    }

    /// The cells of one seed are moments of one descent.
    fn together(&self) -> Together {
        Together::Axes(&["steps"])
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let (p, seed) = (&batch.parameters, batch.seeds[0]);
        let (name, count) = (p.word("target"), p.int("particles"));
        let train = sample(name, "sample", count, seed);
        let mut start = Stream::new(ID, "functional particles", &[("seed", &seed.to_string())]);
        let mut descent = Descent {
            kernel: Gaussian { scale: p.float("scale") },
            weight: p.float("weight"),
            data: Measure::uniform(train.as_flattened().to_vec(), 2),
            particles: squashed(&noise(&mut start, count)),
        };
        let eta = p.float("multiple") * p.float("weight") * p.float("scale") * p.float("scale") / smoothness();
        let wanted: Vec<usize> = batch.settings.iter().map(|cell| cell.int("steps")).collect();
        let last = wanted.iter().copied().max().unwrap_or(0);
        let mut moments: BTreeMap<usize, Record> = BTreeMap::new();
        let loss_start = descent.loss();
        let (mut loss, mut least, mut shortfall, mut rises) = (loss_start, f64::INFINITY, f64::NEG_INFINITY, 0);
        for step in 1..=last {
            let gradient = descent.gradient();
            let square = gradient.iter().map(|[x, y]| x * x + y * y).sum::<f64>() / count as f64;
            descent.go(&gradient, eta);
            let next = descent.loss();
            least = least.min(square);
            shortfall = shortfall.max(eta / 2.0 * square - (loss - next));
            rises += usize::from(next > loss + ROUNDING);
            loss = next;
            if wanted.contains(&step) {
                let allowed = 2.0 * loss_start / (eta * step as f64);
                let numbers = [
                    ("least-gradient", least),
                    ("allowed", allowed),
                    ("used", least / allowed),
                    ("loss-start", loss_start),
                    ("loss", loss),
                    ("shortfall", shortfall),
                    ("rounding", ROUNDING),
                    ("rises", rises as f64 / step as f64),
                    ("w1", wasserstein(&descent.particles, &train)),
                    ("one", 1.0),
                ];
                let digest = ("data", Value::Text(data_digest(&[("points", train.as_flattened())])));
                let values = numbers.map(|(name, value)| (name, Value::Float(value))).into_iter().chain([digest]);
                moments.insert(step, Record(values.map(|(name, value)| (name.to_string(), value)).collect()));
            }
        }
        Ok(wanted.iter().map(|steps| moments[steps].clone()).collect())
    }
}

/// Particles on their way to the data.
struct Descent {
    kernel: Gaussian,
    weight: f64,
    data: Measure,
    particles: Vec<Point>,
}

impl Descent {
    /// The particles' measure less the data's: the critic's negative, times the weight.
    fn difference(&self) -> Measure {
        Measure::uniform(self.particles.as_flattened().to_vec(), 2).less(&self.data)
    }

    fn loss(&self) -> f64 {
        self.kernel.squared_norm(&self.difference()) / (2.0 * self.weight)
    }

    /// The functional gradient at each particle: minus the best critic's.
    fn gradient(&self) -> Vec<Point> {
        let difference = self.difference();
        let at = |particle: &Point| {
            let gradient = self.kernel.gradient(&difference, particle);
            [gradient[0] / self.weight, gradient[1] / self.weight]
        };
        self.particles.iter().map(at).collect()
    }

    fn go(&mut self, gradient: &[Point], eta: f64) {
        for (particle, gradient) in self.particles.iter_mut().zip(gradient) {
            for (x, slope) in particle.iter_mut().zip(gradient) {
                *x -= eta * slope;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functional_gradient_is_that_of_the_loss_by_particles() {
        // By one particle's coordinate the loss has 1/count of its functional gradient there.
        let mut stream = Stream::new("test", "functional", &[]);
        let mut points = |count: usize| noise(&mut stream, count);
        let (data, particles) = (points(5), points(4));
        let data = Measure::uniform(data.as_flattened().to_vec(), 2);
        let at = |particles: Vec<Point>| Descent { kernel: Gaussian { scale: 0.4 }, weight: 1.7, data: data.clone(), particles };
        let gradient = at(particles.clone()).gradient();
        for (index, coordinate) in (0..4).flat_map(|index| [(index, 0), (index, 1)]) {
            let moved = |by: f64| {
                let mut particles = particles.clone();
                particles[index][coordinate] += by;
                at(particles).loss()
            };
            let expected = 4.0 * (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((gradient[index][coordinate] - expected).abs() <= 1e-8, "{} {expected}", gradient[index][coordinate]);
        }
    }

    #[test]
    fn no_second_difference_of_the_loss_exceeds_its_smoothness() {
        let mut stream = Stream::new("test", "smoothness", &[]);
        let data = Measure::uniform(noise(&mut stream, 6).as_flattened().to_vec(), 2);
        for _ in 0..200 {
            let (particles, direction) = (noise(&mut stream, 3), noise(&mut stream, 3));
            let norm = direction.as_flattened().iter().map(|x| x * x).sum::<f64>() / 3.0;
            let moved = |by: f64| {
                let place = |(p, d): (&Point, &Point)| [p[0] + by * d[0], p[1] + by * d[1]];
                let particles = particles.iter().zip(&direction).map(place).collect();
                Descent { kernel: Gaussian { scale: 0.5 }, weight: 2.0, data: data.clone(), particles }.loss()
            };
            let second = (moved(1e-3) - 2.0 * moved(0.0) + moved(-1e-3)) / 1e-6;
            assert!(second.abs() <= (smoothness() / (2.0 * 0.25) + 1e-4) * norm, "{second}");
        }
    }
}
