//! Vectors of numbers, for kernels whose bits do not depend on the machine.
//!
//! A vector has 256 bits everywhere: eight `f32` or four `f64`. A sum over it has one fixed tree,
//! and products are fused multiply-adds, which IEEE 754 rounds once. So an AVX2 machine, an
//! AVX-512 machine, and a machine with neither (where every lane is a call) give the same bits.

use pulp::bytemuck::Pod;
use pulp::{Simd, WithSimd};
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// A floating-point type with vectors, and the scalar functions that activations need.
pub(crate) trait Real:
    Pod
    + PartialOrd
    + burn::tensor::Element
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    type Vector<S: Simd>: Pod;

    /// Numbers in a vector.
    const LANES: usize;
    const ZERO: Self;
    const ONE: Self;

    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;
    /// `a * b + c`, rounded once.
    fn mul_add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    /// `scale * x` where x is negative, else x.
    fn scale_negative<S: Simd>(simd: S, x: Self::Vector<S>, scale: Self::Vector<S>) -> Self::Vector<S>;
    /// The sums over lanes of some vectors: halves are added until one number is left.
    fn sums<S: Simd, const N: usize>(simd: S, vectors: [Self::Vector<S>; N]) -> [Self; N];

    fn from_f64(x: f64) -> Self;
    fn exp(self) -> Self;
    fn exp_m1(self) -> Self;
    fn ln_1p(self) -> Self;
    fn tanh(self) -> Self;
    fn sqrt(self) -> Self;
}

macro_rules! real {
    ($float:ident, $lanes:literal, $vector:ident, $mul_add:ident, $mul:ident, $less:ident, $select:ident) => {
        impl Real for $float {
            type Vector<S: Simd> = S::$vector;

            const LANES: usize = $lanes;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            #[inline(always)]
            fn splat<S: Simd>(_: S, x: Self) -> Self::Vector<S> {
                pulp::cast([x; $lanes])
            }

            #[inline(always)]
            fn mul_add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S> {
                simd.$mul_add(a, b, c)
            }

            #[inline(always)]
            fn scale_negative<S: Simd>(simd: S, x: Self::Vector<S>, scale: Self::Vector<S>) -> Self::Vector<S> {
                simd.$select(simd.$less(x, Self::splat(simd, 0.0)), simd.$mul(x, scale), x)
            }

            #[inline(always)]
            fn sums<S: Simd, const N: usize>(_: S, vectors: [Self::Vector<S>; N]) -> [Self; N] {
                let mut fours = [[0.0; 4]; N];
                for n in 0..N {
                    let lanes: [$float; $lanes] = pulp::cast(vectors[n]);
                    for lane in 0..4 {
                        fours[n][lane] = if $lanes == 8 { lanes[lane] + lanes[(lane + 4) % $lanes] } else { lanes[lane] };
                    }
                }
                let mut pairs = [[0.0; N]; 2];
                for n in 0..N {
                    pairs[0][n] = fours[n][0] + fours[n][2];
                    pairs[1][n] = fours[n][1] + fours[n][3];
                }
                let mut sums = [0.0; N];
                for n in 0..N {
                    sums[n] = pairs[0][n] + pairs[1][n];
                }
                sums
            }

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $float
            }

            #[inline(always)]
            fn exp(self) -> Self {
                self.exp()
            }

            #[inline(always)]
            fn exp_m1(self) -> Self {
                self.exp_m1()
            }

            #[inline(always)]
            fn ln_1p(self) -> Self {
                self.ln_1p()
            }

            #[inline(always)]
            fn tanh(self) -> Self {
                self.tanh()
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                self.sqrt()
            }
        }
    };
}

real!(f32, 8, f32s, mul_add_f32s, mul_f32s, less_than_f32s, select_f32s);
real!(f64, 4, f64s, mul_add_f64s, mul_f64s, less_than_f64s, select_f64s);

/// Runs a kernel with AVX2 and FMA where the machine has them, else lane by lane.
pub(crate) fn run<K: WithSimd>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return Simd::vectorize(simd, kernel);
    }
    Simd::vectorize(pulp::Scalar256b, kernel)
}
