//! Named random streams: every random number of a result, by name.
//!
//! A stream is ChaCha12 keyed by the SHA-256 of its name: study, purpose, and the values that the
//! purpose depends on. Two purposes never share numbers, and the order in which streams are used
//! does not matter. The samplers are ours, with known answers, since generators are portable and
//! sampling code is not promised to be.

use chacha20::ChaCha12Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// A stream of random numbers.
#[derive(Debug)]
pub struct Stream {
    generator: ChaCha12Rng,
    spare: Option<f64>,
}

impl Stream {
    /// The stream of a study for a purpose, told apart by `axes`: the values that the purpose
    /// depends on, and no others. An experiment's own randomness names the experiment among them;
    /// what experiments share, such as the data, does not.
    pub fn new(study: &str, purpose: &str, axes: &[(&str, &str)]) -> Self {
        let mut hasher = Sha256::new();
        let mut part = |text: &str| {
            // The length keeps "ab" + "c" and "a" + "bc" apart.
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for text in ["saigen stream 1", study, purpose] {
            part(text);
        }
        for (name, value) in axes {
            part(name);
            part(value);
        }
        Self { generator: ChaCha12Rng::from_seed(hasher.finalize().into()), spare: None }
    }

    /// A uniform number in [0, 1): a multiple of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A uniform index below `bound`, without bias (Lemire, ACM TOMACS 29, 2019).
    ///
    /// # Panics
    /// If `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "an index below nothing is asked for");
        let bound = bound as u64;
        loop {
            let wide = u128::from(self.generator.next_u64()) * u128::from(bound);
            if wide as u64 >= bound.wrapping_neg() % bound {
                return (wide >> 64) as usize;
            }
        }
    }

    /// A standard normal number (Box and Muller, in pairs).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // 1 - u lies in (0, 1], so the logarithm is finite.
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let angle = std::f64::consts::TAU * self.uniform();
        self.spare = Some(radius * angle.sin());
        radius * angle.cos()
    }

    /// Several standard normal numbers.
    pub fn normals(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.normal()).collect()
    }

    /// A uniformly random order of `0..count` (Fisher and Yates, from the end).
    pub fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    fn stream() -> Stream {
        Stream::new("test", "known answers", &[("seed", "7")])
    }

    #[test]
    fn known_answers_of_an_independent_implementation() {
        let reference = crate::reference("stream");
        let numbers = |name: &str| -> Vec<f64> { serde_json::from_value(reference[name].clone()).unwrap() };
        let mut s = stream();
        assert_eq!((0..4).map(|_| s.uniform()).collect::<Vec<_>>(), numbers("uniforms"));
        assert_eq!(stream().order(8).iter().map(|at| *at as f64).collect::<Vec<_>>(), numbers("order"));
        // The reference's logarithm, root and cosine come from another library: one last bit each.
        let (found, expected) = (stream().normal(), numbers("normals")[0]);
        assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs(), "{found} {expected}");
    }

    #[test]
    fn names_tell_streams_apart() {
        let first = |study, purpose, axes: &[(&str, &str)]| Stream::new(study, purpose, axes).uniform();
        let plain = first("a", "b", &[("n", "1")]);
        assert_eq!(plain, first("a", "b", &[("n", "1")]));
        for other in [first("a", "bn", &[("", "1")]), first("ab", "", &[("n", "1")]), first("a", "b", &[("n", "11")]), first("a", "b", &[])]
        {
            assert_ne!(plain, other);
        }
    }

    #[test]
    fn moments_are_those_of_the_distribution() {
        let mut s = stream();
        let count = 200_000;
        let normals = s.normals(count);
        let moment = |power: i32| normals.iter().map(|x| x.powi(power)).sum::<f64>() / count as f64;
        // Four standard errors of each sample moment.
        for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let allowed = 4.0 * f64::sqrt(variance / count as f64);
            assert!((moment(power) - expected).abs() < allowed, "moment {power}: {}", moment(power));
        }
        let mut counts = [0usize; 7];
        (0..count).for_each(|_| counts[s.below(7)] += 1);
        let expected = count as f64 / 7.0;
        let chi2: f64 = counts.iter().map(|&c| (c as f64 - expected).powi(2) / expected).sum();
        assert!(chi2 < 22.46, "chi-square with 6 degrees of freedom, 0.1 %: {chi2}");
    }
}
