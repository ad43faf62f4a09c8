//! A stack of perceptrons forward and backward in one pass each, replica by replica, in pieces
//! that fit the first-level cache.
//!
//! One replica's observations are taken chunk by chunk (see [`tiles`](super::tiles)) through all
//! layers; what the backward pass needs again, the values of hidden units, is kept on a tape:
//! `[replica, chunk, unit, column]`. Observations that fill up the last chunk are zero, and their
//! gradients too. A replica reads and writes nothing of another, so its bits are its own.

use super::shape::{Layer, Shape};
use super::tiles::{Row, Units, affine, columns, outer, totals, transposed};
use crate::lanes::Real;
use pulp::bytemuck::{cast_slice, cast_slice_mut};
use pulp::{Simd, WithSimd};

/// Chunks whose gradients are summed at a time: enough to spread the cost of a sum over lanes, and
/// few enough for the first-level cache.
const BLOCK: usize = 8;

/// What both passes read: parameters `[replica, parameters]`, and observations as
/// [`in_chunks`] has laid them out, which replicas share by groups of equal size.
#[derive(Clone, Copy)]
pub(super) struct Given<'a, T> {
    pub(super) shape: &'a Shape,
    pub(super) parameters: &'a [T],
    pub(super) x: &'a [T],
    pub(super) batch: usize,
}

impl<'a, T: Real> Given<'a, T> {
    fn replicas(&self) -> usize {
        self.parameters.len() / self.shape.parameters()
    }

    /// The group whose observations a replica sees.
    fn group(&self, replica: usize) -> usize {
        replica / (self.replicas() / self.groups())
    }

    pub(super) fn groups(&self) -> usize {
        self.x.len() / self.group_length()
    }

    fn group_length(&self) -> usize {
        self.chunks() * columns::<T>() * self.shape.inputs()
    }

    fn parameters(&self, replica: usize) -> &'a [T] {
        let count = self.shape.parameters();
        &self.parameters[replica * count..][..count]
    }

    fn observations(&self, replica: usize) -> &'a [T] {
        let count = self.group_length();
        &self.x[self.group(replica) * count..][..count]
    }

    fn chunks(&self) -> usize {
        self.batch.div_ceil(columns::<T>())
    }
}

/// The distance between chunks that hold this many units. It is odd: at a power of two, the same
/// unit of all chunks would fall into one set of the first-level cache.
const fn stride(units: usize) -> usize {
    units | 1
}

/// Where hidden layers lie in a chunk of the tape: the first unit of each, and the room for all.
struct Places {
    offsets: Vec<usize>,
    units: usize,
    /// What is kept of a hidden unit: its value, or its value and its slope.
    copies: usize,
}

impl Places {
    fn new(shape: &Shape) -> Self {
        let layers = shape.layers();
        let (hidden, mut units) = (layers.len() - 1, 0);
        let copies = if shape.activation.slope_follows() { 1 } else { 2 };
        let mut place = |layer: &Layer| {
            units += copies * layer.outputs;
            units - copies * layer.outputs
        };
        Self { offsets: layers[..hidden].iter().map(&mut place).collect(), units: stride(units), copies }
    }
}

/// Numbers on the tape of a pass that keeps it.
pub(super) fn tape_length<T: Real>(given: &Given<'_, T>) -> usize {
    given.replicas() * given.chunks() * Places::new(given.shape).units * columns::<T>()
}

/// The forward pass: fills `y [replica, batch, outputs]`, and the tape where one is given.
pub(super) struct Forward<'a, T> {
    pub(super) given: Given<'a, T>,
    pub(super) y: &'a mut [T],
    pub(super) tape: Option<&'a mut [T]>,
}

impl<T: Real> WithSimd for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { given, y, mut tape } = self;
        let (shape, layers, places) = (given.shape, given.shape.layers(), Places::new(given.shape));
        let (inputs, outputs, width) = (shape.inputs(), shape.outputs(), columns::<T>());
        let mut out = vec![T::ZERO; outputs * width];
        let mut scratch = vec![T::ZERO; places.units * width];
        let mut at = 0;
        for (replica, y) in y.chunks_exact_mut(given.batch * outputs).enumerate() {
            let parameters = given.parameters(replica);
            let observations = given.observations(replica).chunks_exact(width * inputs);
            for (x, y) in observations.zip(y.chunks_mut(width * outputs)) {
                let hidden = match &mut tape {
                    Some(tape) => &mut tape[at..at + places.units * width],
                    None => &mut scratch[..],
                };
                at += hidden.len();
                for (index, layer) in layers.iter().enumerate() {
                    let (weight, bias) = layer.of(parameters);
                    let here = places.offsets.get(index).map_or(hidden.len(), |offset| offset * width);
                    let (before, after) = hidden.split_at_mut(here);
                    let input = match index {
                        0 => x,
                        _ => &before[places.offsets[index - 1] * width..][..layer.inputs * width],
                    };
                    let last = index + 1 == layers.len();
                    let (values, rest) = if last { (&mut out[..], after) } else { after.split_at_mut(layer.outputs * width) };
                    let rows: &mut [Row<S, T>] = cast_slice_mut(values);
                    match shape.activation.negative_slope() {
                        Some(slope) if !last => {
                            let slope = T::splat(simd, T::from_f64(slope));
                            affine::<S, T>(simd, weight, bias, cast_slice(input), rows, |z| T::scale_negative(simd, z, slope));
                        }
                        _ => affine::<S, T>(simd, weight, bias, cast_slice(input), rows, |z| z),
                    }
                    if !last && shape.activation.negative_slope().is_none() {
                        activate(shape, values, rest);
                    }
                }
                rows_of(&out, outputs, y, |y, value| *y = value);
            }
        }
    }
}

/// The backward pass: adds to `gradient [replica, parameters]` and, where asked for, to
/// `dx [group, batch, inputs]`, from `dy [replica, batch, outputs]` and the tape of the forward pass.
pub(super) struct Backward<'a, T> {
    pub(super) given: Given<'a, T>,
    pub(super) tape: &'a [T],
    pub(super) dy: &'a [T],
    pub(super) gradient: &'a mut [T],
    pub(super) dx: Option<&'a mut [T]>,
}

impl<T: Real> WithSimd for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { given, tape, dy, gradient, mut dx } = self;
        let (shape, layers, places) = (given.shape, given.shape.layers(), Places::new(given.shape));
        let (inputs, outputs, width) = (shape.inputs(), shape.outputs(), columns::<T>());
        let widest = layers.iter().map(|layer| layer.inputs.max(layer.outputs)).max().unwrap_or(1);
        let [mut delta, mut next] = [vec![T::ZERO; BLOCK * stride(widest) * width], vec![T::ZERO; BLOCK * stride(widest) * width]];
        for (replica, gradient) in gradient.chunks_exact_mut(shape.parameters()).enumerate() {
            let parameters = given.parameters(replica);
            let observations = given.observations(replica);
            let dy = &dy[replica * given.batch * outputs..][..given.batch * outputs];
            let tape = &tape[replica * given.chunks() * places.units * width..][..given.chunks() * places.units * width];
            for first in (0..given.chunks()).step_by(BLOCK) {
                let chunks = BLOCK.min(given.chunks() - first);
                let seen = first * width..given.batch.min((first + chunks) * width);
                let tape: &[Row<S, T>] = cast_slice(&tape[first * places.units * width..][..chunks * places.units * width]);
                let x = &observations[first * width * inputs..];
                let parts = dy[seen.start * outputs..seen.end * outputs].chunks(width * outputs);
                for (part, delta) in parts.zip(delta.chunks_exact_mut(width * stride(outputs))) {
                    columns_of(part, outputs, delta);
                }
                for (index, layer) in layers.iter().enumerate().rev() {
                    let rows: &[Row<S, T>] = cast_slice(&delta);
                    let deltas = Units { rows, stride: stride(layer.outputs), offset: 0, units: layer.outputs };
                    let input = match index {
                        0 => Units { rows: cast_slice(x), stride: inputs, offset: 0, units: inputs },
                        _ => Units { rows: tape, stride: places.units, offset: places.offsets[index - 1], units: layer.inputs },
                    };
                    let (weight, bias) = layer.of_mut(gradient);
                    outer::<S, T>(simd, chunks, input, deltas, weight);
                    totals::<S, T>(simd, chunks, deltas, bias);
                    if index == 0 && dx.is_none() {
                        break;
                    }
                    let (weight, _) = layer.of(parameters);
                    let nexts: &mut [Row<S, T>] = cast_slice_mut(&mut next);
                    for chunk in 0..chunks {
                        let next = &mut nexts[chunk * stride(layer.inputs)..][..layer.inputs];
                        transposed::<S, T>(simd, weight, &rows[chunk * stride(layer.outputs)..][..layer.outputs], next);
                        if index > 0 {
                            let at = chunk * places.units + places.offsets[index - 1];
                            let kept = &tape[at + (places.copies - 1) * layer.inputs..][..layer.inputs];
                            slopes::<T>(shape, cast_slice(kept), cast_slice_mut(next));
                        }
                    }
                    std::mem::swap(&mut delta, &mut next);
                }
                if let Some(dx) = &mut dx {
                    let dx = &mut dx[given.group(replica) * given.batch * inputs..][..given.batch * inputs];
                    let parts = dx[seen.start * inputs..seen.end * inputs].chunks_mut(width * inputs);
                    for (dx, delta) in parts.zip(delta.chunks_exact(width * stride(inputs))) {
                        rows_of(delta, inputs, dx, |dx, d| *dx += d);
                    }
                }
            }
        }
    }
}

/// Hidden sums become values; the slopes are kept behind them where they do not follow.
#[inline(always)]
fn activate<T: Real>(shape: &Shape, values: &mut [T], rest: &mut [T]) {
    let activation = shape.activation;
    if !activation.slope_follows() {
        activation.slopes(values, rest);
    }
    activation.values(values);
}

/// Gradients by values become gradients by sums: each is multiplied by its slope, which is `kept`
/// or follows from the value that is.
#[inline(always)]
fn slopes<T: Real>(shape: &Shape, kept: &[T], gradients: &mut [T]) {
    if shape.activation.slope_follows() {
        shape.activation.back(kept, gradients);
    } else {
        for (gradient, slope) in gradients.iter_mut().zip(kept) {
            *gradient = *gradient * *slope;
        }
    }
}

/// Observations `[group, batch, inputs]` as chunks `[group, chunk, input, column]`.
pub(super) fn in_chunks<T: Real>(x: &[T], batch: usize, inputs: usize) -> Vec<T> {
    let width = columns::<T>();
    let chunk = width * inputs;
    let groups = x.chunks_exact(batch * inputs);
    let mut chunks = vec![T::ZERO; groups.len() * batch.div_ceil(width) * chunk];
    let parts = groups.flat_map(|group| group.chunks(chunk));
    for (part, chunk) in parts.zip(chunks.chunks_exact_mut(chunk)) {
        columns_of(part, inputs, chunk);
    }
    chunks
}

/// Observations `[row, unit]`, at most a chunk of them, as a chunk `[unit, column]`; columns
/// without a row are 0.
#[inline(always)]
fn columns_of<T: Real>(rows: &[T], units: usize, chunk: &mut [T]) {
    let (width, filled) = (columns::<T>(), rows.len() / units);
    if filled < width {
        chunk.fill(T::ZERO);
    }
    // Four by four where that fits, since this is a pass over all data.
    let (square_rows, square_units) = (filled / 4 * 4, units / 4 * 4);
    for at in (0..square_rows).step_by(4) {
        for unit in (0..square_units).step_by(4) {
            let mut square = [[T::ZERO; 4]; 4];
            for (row, from) in square.iter_mut().enumerate() {
                from.copy_from_slice(&rows[(at + row) * units + unit..][..4]);
            }
            for column in 0..4 {
                let turned = [square[0][column], square[1][column], square[2][column], square[3][column]];
                chunk[(unit + column) * width + at..][..4].copy_from_slice(&turned);
            }
        }
    }
    for (unit, column) in chunk.chunks_exact_mut(width).take(units).enumerate() {
        let done = if unit < square_units { square_rows } else { 0 };
        for (at, to) in column[..filled].iter_mut().enumerate().skip(done) {
            *to = rows[at * units + unit];
        }
    }
}

/// The other way about: a chunk's columns go to the rows that there are.
#[inline(always)]
fn rows_of<T: Real>(chunk: &[T], units: usize, rows: &mut [T], put: impl Fn(&mut T, T)) {
    let (width, filled) = (columns::<T>(), rows.len() / units);
    for (unit, column) in chunk.chunks_exact(width).take(units).enumerate() {
        for (at, from) in column[..filled].iter().enumerate() {
            put(&mut rows[at * units + unit], *from);
        }
    }
}
