//! Families of generated pairs, after recipes of the literature, each with the cause known.
//!
//! The mechanism is drawn first and the observations one after the other, so that a smaller sample of
//! a pair is the beginning of a larger one.

use super::pairs::{ID, Pair};
use saigen_models::stream::Stream;

/// The families' names.
pub(super) const NAMES: [&str; 6] = ["multi", "an", "ls", "net", "mn-u", "gauss"];

/// The families that tasks to learn from are drawn of; pairs of the others look like none of them.
pub(super) const LEARNT: [&str; 4] = ["multi", "an", "ls", "net"];

/// Features that a draw of a Gaussian process is made of.
const FEATURES: usize = 100;

/// Mixtures of families, in turn: those that tasks are drawn of, and those that they are not.
pub(super) const MIXTURES: [(&str, &[&str]); 2] = [("seen", &LEARNT), ("unseen", &["mn-u", "gauss"])];

/// A pair of `n` observations of a family, for a purpose that its own name tells from others.
pub(super) fn pair(family: &str, n: usize, purpose: &str, seed: u64, at: usize) -> Pair {
    let axes = [("family", family), ("seed", &seed.to_string()), ("pair", &at.to_string())];
    draw(family, n, &mut Stream::new(ID, purpose, &axes))
}

fn draw(family: &str, n: usize, stream: &mut Stream) -> Pair {
    let mechanism = match family {
        "multi" => multi(stream),
        "an" => location_scale(stream, false),
        "ls" => location_scale(stream, true),
        "net" => net(stream),
        "mn-u" => multiplicative(stream),
        _ => gauss(stream),
    };
    let (cause, effect) = (0..n).map(|_| mechanism(stream)).unzip();
    Pair { cause, effect, weight: 1.0 }
}

/// Draws one observation of cause and effect.
type Mechanism = Box<dyn Fn(&mut Stream) -> (f64, f64)>;

fn coin(stream: &mut Stream) -> bool {
    stream.below(2) == 1
}

/// As CE-Multi (Goudet et al. 2018, the authors' generator): a linear or quadratic mechanism, and
/// noise added or multiplied, before it or after it. What is linear, Gaussian and additive has no
/// direction, and is drawn again.
fn multi(stream: &mut Stream) -> Mechanism {
    let variable = |stream: &mut Stream| (coin(stream), stream.normal(), stream.normal());
    loop {
        let (cause, noise) = (variable(stream), variable(stream));
        let (quadratic, a, b) = variable(stream);
        let (before, multiplied) = (coin(stream), coin(stream));
        if !quadratic && !multiplied && cause.0 && noise.0 {
            continue;
        }
        let f = move |x: f64| a * if quadratic { x * x } else { x } + b;
        let one = |stream: &mut Stream, (gaussian, scale, shift): (bool, f64, f64)| {
            let standard = if gaussian { stream.normal() } else { (stream.uniform() - 0.5) * 12f64.sqrt() };
            scale * standard + shift
        };
        return Box::new(move |stream| {
            let (x, e) = (one(stream, cause), one(stream, noise));
            let joined = |value: f64| if multiplied { value * e } else { value + e };
            (x, if before { f(joined(x)) } else { joined(f(x)) })
        });
    }
}

/// As AN and LS (Tagasovska et al. 2020, the authors' generator): a smooth mechanism with additive
/// noise, or with noise that it scales.
fn location_scale(stream: &mut Stream, scaled: bool) -> Mechanism {
    let f = process(stream);
    let least = (-40..=40).map(|at| f(f64::from(at) * 0.1)).fold(f64::INFINITY, f64::min);
    Box::new(move |stream| {
        let x = spread_normal(stream);
        let e = 0.2 * spread_normal(stream);
        let value = f(x);
        (x, value + if scaled { (value - least) * e } else { e })
    })
}

/// A normal variable whose variance is uniform on [1, 2].
fn spread_normal(stream: &mut Stream) -> f64 {
    (1.0 + stream.uniform()).sqrt() * stream.normal()
}

/// As MN-U (the same generator): a sigmoid multiplied by uniform noise.
fn multiplicative(stream: &mut Stream) -> Mechanism {
    let shift = 4.0 * stream.uniform() - 2.0;
    let steepness = (0.5 + 1.5 * stream.uniform()) * if coin(stream) { 1.0 } else { -1.0 };
    let height = 1.0 + exponential(stream) / 4.0;
    Box::new(move |stream| {
        let x = spread_normal(stream);
        let z = steepness * (x + shift);
        (x, height * z / (1.0 + z.abs()) * stream.uniform())
    })
}

/// As CE-Net (Goudet et al. 2018): a skewed or heavy-tailed cause and noise through a random network.
fn net(stream: &mut Stream) -> Mechanism {
    const UNITS: usize = 20;
    let kind = stream.below(4);
    let units: Vec<[f64; 4]> = (0..UNITS).map(|_| [stream.normal(), stream.normal(), stream.normal(), stream.normal()]).collect();
    Box::new(move |stream| {
        // Each has mean 0 and variance 1.
        let x = match kind {
            0 => exponential(stream) - 1.0,
            1 => (exponential(stream) + exponential(stream) - 2.0) / 2f64.sqrt(),
            2 => ((0.5 * stream.normal()).exp() - 0.125f64.exp()) / (0.5f64.exp() - 0.25f64.exp()).sqrt(),
            _ => (exponential(stream) - exponential(stream)) / 2f64.sqrt(),
        };
        let e = stream.normal();
        (x, units.iter().map(|[height, by_x, by_e, shift]| height * (by_x * x + by_e * e + shift).tanh()).sum())
    })
}

/// As CE-Gauss (Goudet et al. 2018, after Mooij et al. 2016): cause and effect are smooth random
/// functions of noises that are Gaussian mixtures, the effect's also of the cause.
fn gauss(stream: &mut Stream) -> Mechanism {
    let (cause, noise) = (mixture(stream), mixture(stream));
    let (f, g) = (process(stream), process_of_two(stream));
    Box::new(move |stream| {
        let x = f(one_of(&cause, stream));
        let e = one_of(&noise, stream);
        (x, g(x, e))
    })
}

/// Means and deviations of three equally probable normal variables.
fn mixture(stream: &mut Stream) -> [(f64, f64); 3] {
    std::array::from_fn(|_| (stream.normal(), stream.normal().abs()))
}

fn one_of(mixture: &[(f64, f64); 3], stream: &mut Stream) -> f64 {
    let (mean, deviation) = mixture[stream.below(3)];
    mean + deviation * stream.normal()
}

fn exponential(stream: &mut Stream) -> f64 {
    -(1.0 - stream.uniform()).ln()
}

/// A function drawn of a Gaussian process with the kernel exp(-d^2 / 2), by random features.
fn process(stream: &mut Stream) -> impl Fn(f64) -> f64 + use<> {
    let of_two = process_of_two(stream);
    move |x| of_two(x, 0.0)
}

/// The same of two variables.
fn process_of_two(stream: &mut Stream) -> impl Fn(f64, f64) -> f64 + use<> {
    let scale = (2.0 / FEATURES as f64).sqrt();
    let mut feature = || (scale * stream.normal(), stream.normal(), stream.normal(), std::f64::consts::TAU * stream.uniform());
    let features: Vec<(f64, f64, f64, f64)> = (0..FEATURES).map(|_| feature()).collect();
    move |x, z| features.iter().map(|(height, by_x, by_z, phase)| height * (by_x * x + by_z * z + phase).cos()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_differ_are_finite_and_a_smaller_sample_begins_a_larger_one() {
        let mut seen: Vec<Pair> = Vec::new();
        for family in NAMES {
            let draw = |n, at| pair(family, n, "test", 3, at);
            let (small, large) = (draw(20, 0), draw(30, 0));
            assert_eq!((&small.cause[..], &small.effect[..]), (&large.cause[..20], &large.effect[..20]), "{family}");
            assert_ne!(large, draw(30, 1));
            assert!(large.cause.iter().chain(&large.effect).all(|value| value.is_finite()));
            assert!(!seen.contains(&large));
            seen.push(large);
        }
    }

    #[test]
    fn a_drawn_process_has_the_variance_and_the_length_of_its_kernel() {
        let mut stream = Stream::new("test", "process", &[]);
        let (mut variance, mut product) = (0.0, 0.0);
        for _ in 0..2000 {
            let f = process(&mut stream);
            let (here, there) = (f(0.3), f(1.3));
            variance += here * here / 2000.0;
            product += here * there / 2000.0;
        }
        assert!((variance - 1.0).abs() < 0.1 && (product - (-0.5f64).exp()).abs() < 0.1, "{variance} {product}");
    }

    #[test]
    fn causes_of_the_networks_are_standardised() {
        for at in 0..8 {
            let cause = pair("net", 4000, "test", 1, at).cause;
            let moment = |power: i32| cause.iter().map(|x| x.powi(power)).sum::<f64>() / 4000.0;
            assert!(moment(1).abs() < 0.08 && (moment(2) - 1.0).abs() < 0.35, "{} {}", moment(1), moment(2));
        }
    }
}
