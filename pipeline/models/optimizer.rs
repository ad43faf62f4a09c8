//! First-order rules on the parameters of a stack: one pass over one flat tensor, one rate a replica.

use crate::device::has_fused_operations;
use crate::lanes::{Real, run};
use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{DType, Tensor, TensorData};
use pulp::{Simd, WithSimd};

/// How a gradient changes parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Gradient descent, with a running sum of gradients where `momentum` is positive
    /// (Polyak 1964): u = momentum u + g, p = p - rate u.
    Descent {
        /// The share of the running sum that is kept, in [0, 1).
        momentum: f64,
    },
    /// Adam (Kingma and Ba, ICLR 2015, algorithm 1).
    Adam {
        /// The share of the first moment that is kept.
        beta1: f64,
        /// The share of the second moment that is kept.
        beta2: f64,
        /// What keeps the quotient finite.
        epsilon: f64,
    },
}

impl Rule {
    /// Adam with the constants of its paper: 0.9, 0.999 and 1e-8.
    pub const ADAM: Self = Self::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    /// Plain gradient descent.
    pub const DESCENT: Self = Self::Descent { momentum: 0.0 };

    /// How many moments it keeps of every parameter.
    fn moments(self) -> usize {
        match self {
            Self::Descent { momentum } => usize::from(momentum > 0.0),
            Self::Adam { .. } => 2,
        }
    }
}

/// A rule with its moments.
#[derive(Debug)]
pub struct Optimizer {
    rule: Rule,
    /// Powers of beta1 and beta2 at the number of steps so far.
    powers: [f64; 2],
    /// As many tensors `[replica, parameters]` as the rule has moments, from the first step on.
    moments: Vec<Tensor<2>>,
}

/// The scalars of one step.
#[derive(Clone, Copy)]
enum Scalars {
    Descent { momentum: f64 },
    Adam { beta1: f64, beta2: f64, epsilon: f64, first: f64, second: f64 },
}

impl Optimizer {
    /// A rule before its first step.
    pub fn new(rule: Rule) -> Self {
        Self { rule, powers: [1.0; 2], moments: Vec::new() }
    }

    /// The parameters after one step: parameters and gradient `[replica, parameters]`, without
    /// automatic differentiation, and one rate a replica. A replica with rate 0 is left as it is,
    /// to the bit, whatever its gradient.
    ///
    /// # Panics
    /// If there is not one rate for each replica.
    pub fn step(&mut self, parameters: Tensor<2>, gradient: Tensor<2>, rates: &[f64]) -> Tensor<2> {
        assert_eq!(rates.len(), parameters.dims()[0], "one rate a replica is needed");
        if self.moments.is_empty() {
            self.moments = vec![parameters.zeros_like(); self.rule.moments()];
        }
        let scalars = self.scalars();
        let moments = std::mem::take(&mut self.moments);
        let (parameters, moments) = if has_fused_operations(&parameters.device()) {
            fused(parameters, gradient, moments, rates, scalars)
        } else {
            plain(parameters, gradient, moments, rates, scalars)
        };
        self.moments = moments;
        parameters
    }

    fn scalars(&mut self) -> Scalars {
        match self.rule {
            Rule::Descent { momentum } => Scalars::Descent { momentum },
            Rule::Adam { beta1, beta2, epsilon } => {
                self.powers = [self.powers[0] * beta1, self.powers[1] * beta2];
                let [first, second] = self.powers.map(|power| 1.0 / (1.0 - power));
                Scalars::Adam { beta1, beta2, epsilon, first, second }
            }
        }
    }
}

/// The step in plain operations of burn: what runs on a GPU, and the reference, to the bit, for
/// the fused one.
fn plain(
    parameters: Tensor<2>,
    gradient: Tensor<2>,
    moments: Vec<Tensor<2>>,
    rates: &[f64],
    scalars: Scalars,
) -> (Tensor<2>, Vec<Tensor<2>>) {
    let column =
        |values: Vec<f64>| Tensor::<2>::from_data(TensorData::new(values, [rates.len(), 1]), (&parameters.device(), parameters.dtype()));
    let moving = column(rates.to_vec()).equal_elem(0.0).bool_not().expand(parameters.dims());
    let (next, next_moments) = match scalars {
        Scalars::Descent { .. } if moments.is_empty() => (parameters.clone() - gradient * column(rates.to_vec()), vec![]),
        Scalars::Descent { momentum } => {
            let sum = moments[0].clone() * momentum + gradient;
            (parameters.clone() - sum.clone() * column(rates.to_vec()), vec![sum])
        }
        Scalars::Adam { beta1, beta2, epsilon, first, second } => {
            let m = moments[0].clone() * beta1 + gradient.clone() * (1.0 - beta1);
            let v = moments[1].clone() * beta2 + gradient.clone() * gradient * (1.0 - beta2);
            let scale = column(rates.iter().map(|rate| rate * first).collect());
            (parameters.clone() - m.clone() * scale / ((v.clone() * second).sqrt() + epsilon), vec![m, v])
        }
    };
    let kept = |old: Tensor<2>, new: Tensor<2>| old.mask_where(moving.clone(), new);
    let moments = moments.into_iter().zip(next_moments).map(|(old, new)| kept(old, new)).collect();
    (kept(parameters, next), moments)
}

/// The step in one pass over memory, in place where nobody else holds the tensors.
fn fused(
    parameters: Tensor<2>,
    gradient: Tensor<2>,
    moments: Vec<Tensor<2>>,
    rates: &[f64],
    scalars: Scalars,
) -> (Tensor<2>, Vec<Tensor<2>>) {
    let own = |tensor: Tensor<2>| tensor.try_into_primitive::<Flex>().expect("the tensors of a step lie on one device").to_contiguous();
    let (mut parameters, gradient) = (own(parameters), own(gradient));
    let mut moments: Vec<FloatTensor<Flex>> = moments.into_iter().map(own).collect();
    match parameters.dtype() {
        DType::F32 => update::<f32>(&mut parameters, &gradient, &mut moments, rates, scalars),
        DType::F64 => update::<f64>(&mut parameters, &gradient, &mut moments, rates, scalars),
        other => panic!("perceptrons are trained in f32 or f64, not in {other:?}"),
    }
    let back = |tensor| Tensor::from_primitive::<Flex>(tensor);
    (back(parameters), moments.into_iter().map(back).collect())
}

fn update<T: Real>(
    parameters: &mut FloatTensor<Flex>,
    gradient: &FloatTensor<Flex>,
    moments: &mut [FloatTensor<Flex>],
    rates: &[f64],
    scalars: Scalars,
) {
    let count = parameters.layout().shape()[1];
    let gradient: &[T] = gradient.as_slice().expect("the tensor was made contiguous, and its type was looked at");
    let mut moments: Vec<&mut [T]> = moments.iter_mut().map(|moment| moment.storage_mut()).collect();
    let rows = parameters.storage_mut::<T>().chunks_exact_mut(count).zip(gradient.chunks_exact(count)).zip(rates).enumerate();
    for (replica, ((parameters, gradient), rate)) in rows.filter(|(_, (_, rate))| **rate != 0.0) {
        let range = replica * count..(replica + 1) * count;
        let moments: Vec<&mut [T]> = moments.iter_mut().map(|moment| &mut moment[range.clone()]).collect();
        run(Update { parameters, gradient, moments, rate: *rate, scalars });
    }
}

/// The step of one replica, operation by operation as in [`plain`].
struct Update<'a, T> {
    parameters: &'a mut [T],
    gradient: &'a [T],
    moments: Vec<&'a mut [T]>,
    rate: f64,
    scalars: Scalars,
}

impl<T: Real> WithSimd for Update<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { parameters, gradient, mut moments, rate, scalars } = self;
        let pairs = parameters.iter_mut().zip(gradient);
        match (scalars, &mut moments[..]) {
            (Scalars::Adam { beta1, beta2, epsilon, first, second }, [m, v]) => {
                let [keep1, add1, keep2, add2] = [beta1, 1.0 - beta1, beta2, 1.0 - beta2].map(T::from_f64);
                let [scale, second, epsilon] = [rate * first, second, epsilon].map(T::from_f64);
                for (((p, g), m), v) in pairs.zip(m.iter_mut()).zip(v.iter_mut()) {
                    *m = *m * keep1 + *g * add1;
                    *v = *v * keep2 + *g * *g * add2;
                    *p = *p - *m * scale / ((*v * second).sqrt() + epsilon);
                }
            }
            (Scalars::Descent { momentum }, [sum]) => {
                let (momentum, rate) = (T::from_f64(momentum), T::from_f64(rate));
                for ((p, g), sum) in pairs.zip(sum.iter_mut()) {
                    *sum = *sum * momentum + *g;
                    *p = *p - *sum * rate;
                }
            }
            _ => {
                let rate = T::from_f64(rate);
                pairs.for_each(|(p, g)| *p = *p - *g * rate);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;
    use burn::tensor::{Device, FloatDType};

    const RULES: [Rule; 3] = [Rule::ADAM, Rule::DESCENT, Rule::Descent { momentum: 0.9 }];

    fn tensor(purpose: &str, dtype: FloatDType) -> Tensor<2> {
        let values = Stream::new("test", purpose, &[]).normals(3 * 37);
        Tensor::from_data(TensorData::new(values, [3, 37]), (&Device::flex(), DType::from(dtype)))
    }

    #[test]
    fn the_fused_step_has_the_bits_of_plain_operations() {
        for (rule, dtype) in RULES.iter().flat_map(|rule| [(*rule, FloatDType::F32), (*rule, FloatDType::F64)]) {
            let (mut optimizer, mut expected) = (Optimizer::new(rule), tensor("start", dtype));
            let mut found = expected.clone();
            let mut moments = vec![expected.zeros_like(); rule.moments()];
            let mut reference = Optimizer::new(rule);
            for step in 0..4 {
                let gradient = tensor(&format!("gradient {step}"), dtype);
                found = optimizer.step(found, gradient.clone(), &[0.1, 0.0, 0.2]);
                (expected, moments) = plain(expected, gradient, moments, &[0.1, 0.0, 0.2], reference.scalars());
            }
            found.clone().into_data().assert_eq(&expected.into_data(), true);
            let start = tensor("start", dtype);
            assert_eq!(
                found.clone().narrow(0, 1, 1).into_data(),
                start.clone().narrow(0, 1, 1).into_data(),
                "{rule:?}: rate 0 leaves a replica"
            );
            assert_ne!(found.narrow(0, 2, 1).into_data(), start.narrow(0, 2, 1).into_data());
        }
    }

    #[test]
    fn a_resting_replica_does_not_mind_what_is_not_a_number() {
        for rule in RULES {
            let start = tensor("start", FloatDType::F32);
            let gradient = start.clone() * f32::NAN;
            let after = Optimizer::new(rule).step(start.clone(), gradient, &[0.0, 0.0, 0.1]);
            assert_eq!(after.clone().narrow(0, 0, 2).into_data(), start.narrow(0, 0, 2).into_data());
            assert!(after.narrow(0, 2, 1).into_data().iter::<f32>().all(f32::is_nan));
        }
    }

    #[test]
    fn adams_first_step_is_its_rate_whatever_the_gradient() {
        // Kingma and Ba, section 2.1: after bias correction the first step is rate * sign(g).
        let start = tensor("start", FloatDType::F64);
        let after = Optimizer::new(Rule::ADAM).step(start.clone(), tensor("gradient", FloatDType::F64), &[0.1; 3]);
        for change in (after - start).into_data().iter::<f64>() {
            assert!((change.abs() - 0.1).abs() < 1e-6, "{change}");
        }
    }
}
