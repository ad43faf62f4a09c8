//! Products of small matrices, one tile of accumulators at a time.
//!
//! Activations lie unit by unit, [`columns`] observations wide: a chunk is `[unit][columns]`, and
//! lanes run along observations, so a layer three units wide is as busy as one of 256. Every sum
//! has one order: over units from the first to the last, and over observations chunk by chunk
//! within a lane, then over lanes.

use crate::lanes::Real;
use pulp::Simd;

/// One unit's numbers for a chunk of observations.
pub(super) type Row<S, T> = [<T as Real>::Vector<S>; 2];

/// Observations in a chunk.
pub(super) const fn columns<T: Real>() -> usize {
    2 * T::LANES
}

/// Calls a tile macro with the number of rows it takes of those that are left: six, or what leaves
/// no thin remainder. The number is a constant, so that a tile's sums stay in registers.
macro_rules! by_height {
    ($left:expr, $tile:ident) => {
        match $left {
            1 => $tile!(1),
            2 => $tile!(2),
            3 => $tile!(3),
            4 | 7..=10 => $tile!(4),
            5 => $tile!(5),
            _ => $tile!(6),
        }
    };
}

/// `out[j] = finish(bias[j] + sum_i input[i] weight[i, j])` for a weight matrix `[in, out]`.
#[inline(always)]
pub(super) fn affine<S: Simd, T: Real>(
    simd: S,
    weight: &[T],
    bias: &[T],
    input: &[Row<S, T>],
    out: &mut [Row<S, T>],
    finish: impl Fn(T::Vector<S>) -> T::Vector<S>,
) {
    let width = out.len();
    let mut from = 0;
    while from < width {
        macro_rules! tile {
            ($height:literal) => {{
                let start: &[T; $height] = bias[from..].first_chunk().expect("a tile lies within the layer");
                let weights = weight.chunks_exact(width).map(|row| row[from..].first_chunk().expect("a tile lies within the layer"));
                let mut sums = tile::<S, T, $height>(simd, *start, weights.copied(), input);
                for sums in &mut sums {
                    *sums = [finish(sums[0]), finish(sums[1])];
                }
                out[from..from + $height].copy_from_slice(&sums);
                $height
            }};
        }
        from += by_height!(width - from, tile);
    }
}

/// `out[i] = sum_j weight[i, j] input[j]` for a weight matrix `[in, out]`: back through a layer.
#[inline(always)]
pub(super) fn transposed<S: Simd, T: Real>(simd: S, weight: &[T], input: &[Row<S, T>], out: &mut [Row<S, T>]) {
    let depth = input.len();
    let mut from = 0;
    while from < out.len() {
        macro_rules! tile {
            ($height:literal) => {{
                let mut rows: [&[T]; $height] = [&[]; $height];
                for row in 0..$height {
                    rows[row] = &weight[(from + row) * depth..][..depth];
                }
                let weights = (0..depth).map(|at| {
                    let mut weights = [T::ZERO; $height];
                    for row in 0..$height {
                        weights[row] = rows[row][at];
                    }
                    weights
                });
                out[from..from + $height].copy_from_slice(&tile::<S, T, $height>(simd, [T::ZERO; $height], weights, input));
                $height
            }};
        }
        from += by_height!(out.len() - from, tile);
    }
}

/// `start + sum over units of weight x row`, for a few outputs at once.
#[inline(always)]
fn tile<S: Simd, T: Real, const M: usize>(
    simd: S,
    start: [T; M],
    weights: impl Iterator<Item = [T; M]>,
    input: &[Row<S, T>],
) -> [Row<S, T>; M] {
    let mut sums = [[T::splat(simd, T::ZERO); 2]; M];
    for m in 0..M {
        sums[m] = [T::splat(simd, start[m]); 2];
    }
    for (weights, row) in weights.zip(input) {
        for m in 0..M {
            let weight = T::splat(simd, weights[m]);
            sums[m][0] = T::mul_add(simd, weight, row[0], sums[m][0]);
            sums[m][1] = T::mul_add(simd, weight, row[1], sums[m][1]);
        }
    }
    sums
}

/// Some units of some chunks: `units` of the `stride` that a chunk holds, from the `offset`th.
#[derive(Clone, Copy)]
pub(super) struct Units<'a, R> {
    pub(super) rows: &'a [R],
    pub(super) stride: usize,
    pub(super) offset: usize,
    pub(super) units: usize,
}

impl<R> Units<'_, R> {
    #[inline(always)]
    fn some<const M: usize>(&self, chunk: usize, from: usize) -> &[R; M] {
        self.rows[chunk * self.stride + self.offset + from..].first_chunk().expect("a tile lies within the layer")
    }
}

/// `gradient[i, j] += sum over observations of input[i] delta[j]`.
#[inline(always)]
pub(super) fn outer<S: Simd, T: Real>(
    simd: S,
    chunks: usize,
    input: Units<'_, Row<S, T>>,
    delta: Units<'_, Row<S, T>>,
    gradient: &mut [T],
) {
    let mut i = 0;
    while i < input.units {
        macro_rules! strip {
            ($height:literal) => {{
                let mut j = 0;
                while j < delta.units {
                    macro_rules! block {
                        ($width:literal) => {{
                            let sums = outer_tile::<S, T, $height, $width>(simd, chunks, input, i, delta, j);
                            for (row, sums) in sums.iter().enumerate() {
                                let gradient = &mut gradient[(i + row) * delta.units + j..][..$width];
                                for (gradient, sum) in gradient.iter_mut().zip(T::sums(simd, *sums)) {
                                    *gradient += sum;
                                }
                            }
                            $width
                        }};
                    }
                    j += match delta.units - j {
                        1 => block!(1),
                        2 => block!(2),
                        3 => block!(3),
                        _ => block!(4),
                    };
                }
                $height
            }};
        }
        i += match input.units - i {
            1 => strip!(1),
            2 | 4 => strip!(2),
            _ => strip!(3),
        };
    }
}

#[inline(always)]
fn outer_tile<S: Simd, T: Real, const M: usize, const N: usize>(
    simd: S,
    chunks: usize,
    input: Units<'_, Row<S, T>>,
    i: usize,
    delta: Units<'_, Row<S, T>>,
    j: usize,
) -> [[T::Vector<S>; N]; M] {
    let mut sums = [[T::splat(simd, T::ZERO); N]; M];
    for chunk in 0..chunks {
        let (inputs, deltas) = (input.some::<M>(chunk, i), delta.some::<N>(chunk, j));
        for half in 0..2 {
            for j in 0..N {
                let delta = deltas[j][half];
                for i in 0..M {
                    sums[i][j] = T::mul_add(simd, inputs[i][half], delta, sums[i][j]);
                }
            }
        }
    }
    sums
}

/// `gradient[j] += sum over observations of delta[j]`.
#[inline(always)]
pub(super) fn totals<S: Simd, T: Real>(simd: S, chunks: usize, delta: Units<'_, Row<S, T>>, gradient: &mut [T]) {
    let one = T::splat(simd, T::ONE);
    for (unit, gradient) in gradient.iter_mut().enumerate() {
        let mut sum = T::splat(simd, T::ZERO);
        for chunk in 0..chunks {
            let [row] = delta.some::<1>(chunk, unit);
            sum = T::mul_add(simd, one, row[1], T::mul_add(simd, one, row[0], sum));
        }
        let [sum] = T::sums(simd, [sum]);
        *gradient += sum;
    }
}
