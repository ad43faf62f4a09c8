//! Activation functions: as burn operations, as explicit derivatives, and as scalar functions.

use crate::lanes::Real;
use burn::tensor::{Tensor, activation};

/// What a hidden unit does to its sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(z, 0); its slope at 0 is taken as 0.
    Relu,
    /// z where positive, else `slope` times z, with 0 <= slope < 1.
    LeakyRelu {
        /// The slope at negative arguments.
        slope: f64,
    },
    /// The hyperbolic tangent.
    Tanh,
    /// 1 / (1 + exp(-z))
    Sigmoid,
    /// ln(1 + exp(z))
    Softplus,
    /// z / (1 + exp(-z)), also called swish.
    Silu,
    /// z where positive, else exp(z) - 1.
    Elu,
}

/// Writes a loop once for each kind, with the kind a constant, so that the choice is not made
/// again for every number.
macro_rules! for_each_kind {
    ($activation:expr, $kind:ident => $loop:expr) => {
        for_each_kind!(@ $activation, $kind, $loop, Relu, Tanh, Sigmoid, Softplus, Silu, Elu)
    };
    (@ $activation:expr, $kind:ident, $loop:expr, $($name:ident),+) => {
        match $activation {
            $(Activation::$name => { let $kind = Activation::$name; $loop })+
            Activation::LeakyRelu { slope } => { let $kind = Activation::LeakyRelu { slope }; $loop }
        }
    };
}

impl Activation {
    /// The standard deviation of initial weights times the root of their inputs, with which a
    /// layer keeps the second moment (ReLU kinds: He et al., ICCV 2015, eq. 10 and 15), or
    /// nearly so.
    pub fn gain(self) -> f64 {
        match self {
            Self::Relu => f64::sqrt(2.0),
            Self::LeakyRelu { slope } => f64::sqrt(2.0 / (1.0 + slope * slope)),
            _ => 1.0,
        }
    }

    /// As burn operations, element by element.
    pub fn apply<const D: usize>(self, z: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => activation::relu(z),
            Self::LeakyRelu { slope } => activation::leaky_relu(z, slope),
            Self::Tanh => z.tanh(),
            Self::Sigmoid => activation::sigmoid(z),
            Self::Softplus => z.clone().clamp_min(0.0) + decay(z).log1p(),
            Self::Silu => z.clone() * activation::sigmoid(z),
            Self::Elu => z.clone().clamp_min(0.0) + z.clamp_max(0.0).exp() - 1.0,
        }
    }

    /// The derivative at z as burn operations, which can be differentiated once more. Where the
    /// derivative jumps (ReLU, leaky ReLU), its own derivative is 0.
    pub fn slope<const D: usize>(self, z: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => step(z),
            Self::LeakyRelu { slope } => step(z) * (1.0 - slope) + slope,
            Self::Tanh => {
                let h = z.tanh();
                -(h.clone() * h) + 1.0
            }
            Self::Sigmoid => {
                let h = activation::sigmoid(z);
                h.clone() * (-h + 1.0)
            }
            Self::Softplus => activation::sigmoid(z),
            Self::Silu => {
                let h = activation::sigmoid(z.clone());
                h.clone() + z * h.clone() * (-h + 1.0)
            }
            Self::Elu => z.clamp_max(0.0).exp(),
        }
    }

    /// The factor of negative sums, for the kinds that are linear on either side of 0.
    pub(crate) fn negative_slope(self) -> Option<f64> {
        match self {
            Self::Relu => Some(0.0),
            Self::LeakyRelu { slope } => Some(slope),
            _ => None,
        }
    }

    /// Whether the slope follows from the value, so that a backward pass need not keep both.
    pub(crate) fn slope_follows(self) -> bool {
        !matches!(self, Self::Silu)
    }

    /// Sums become values, in place.
    #[inline(always)]
    pub(crate) fn values<T: Real>(self, sums: &mut [T]) {
        for_each_kind!(self, kind => for z in sums { *z = kind.value(*z) });
    }

    /// The slopes at sums.
    #[inline(always)]
    pub(crate) fn slopes<T: Real>(self, sums: &[T], slopes: &mut [T]) {
        for_each_kind!(self, kind => for (slope, z) in slopes.iter_mut().zip(sums) { *slope = kind.slope_at(*z) });
    }

    /// Gradients by values become gradients by sums, where the slope follows from the value.
    #[inline(always)]
    pub(crate) fn back<T: Real>(self, values: &[T], gradients: &mut [T]) {
        for_each_kind!(self, kind => for (d, h) in gradients.iter_mut().zip(values) { *d = *d * kind.slope_at_value(*h) });
    }

    /// The value at z.
    #[inline(always)]
    fn value<T: Real>(self, z: T) -> T {
        // A comparison with NaN fails, and NaN passes through: a diverged network must show.
        match self {
            Self::Relu => {
                if z < T::ZERO {
                    z * T::ZERO
                } else {
                    z
                }
            }
            Self::LeakyRelu { slope } => {
                if z < T::ZERO {
                    z * T::from_f64(slope)
                } else {
                    z
                }
            }
            Self::Tanh => z.tanh(),
            Self::Sigmoid => sigmoid(z),
            Self::Softplus => (if z < T::ZERO { T::ZERO } else { z }) + (if z < T::ZERO { z } else { -z }).exp().ln_1p(),
            Self::Silu => z * sigmoid(z),
            Self::Elu => {
                if z < T::ZERO {
                    z.exp_m1()
                } else {
                    z
                }
            }
        }
    }

    /// The slope where the value is h.
    #[inline(always)]
    fn slope_at_value<T: Real>(self, h: T) -> T {
        match self {
            Self::Relu => {
                if h > T::ZERO {
                    T::ONE
                } else {
                    T::ZERO
                }
            }
            Self::LeakyRelu { slope } => {
                if h > T::ZERO {
                    T::ONE
                } else {
                    T::from_f64(slope)
                }
            }
            Self::Tanh => T::ONE - h * h,
            Self::Sigmoid => h * (T::ONE - h),
            Self::Softplus => -(-h).exp_m1(),
            Self::Elu => {
                if h < T::ZERO {
                    h + T::ONE
                } else {
                    T::ONE
                }
            }
            Self::Silu => unreachable!("the slope of SiLU does not follow from its value"),
        }
    }

    /// The slope at z.
    #[inline(always)]
    fn slope_at<T: Real>(self, z: T) -> T {
        match self {
            Self::Silu => {
                let h = sigmoid(z);
                h + z * h * (T::ONE - h)
            }
            other => other.slope_at_value(other.value(z)),
        }
    }
}

#[inline(always)]
fn sigmoid<T: Real>(z: T) -> T {
    T::ONE / (T::ONE + (-z).exp())
}

/// 1 where positive, else 0; a constant to differentiation.
fn step<const D: usize>(z: Tensor<D>) -> Tensor<D> {
    z.clone().detach().greater_elem(0.0).float().cast(z.dtype())
}

/// exp(-|z|)
fn decay<const D: usize>(z: Tensor<D>) -> Tensor<D> {
    (z.clone().clamp_max(0.0) - z.clamp_min(0.0)).exp()
}
