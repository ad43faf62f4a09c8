//! Memory for tapes, used again from step to step: a fresh one would be filled with zeros only to
//! be written over, a tenth of the time of a wide stack.

use crate::lanes::Real;
use pulp::bytemuck::{cast_slice, cast_slice_mut};
use std::cell::RefCell;

thread_local! {
    static FREE: RefCell<Vec<Vec<f64>>> = const { RefCell::new(Vec::new()) };
}

/// Tapes that are kept for reuse; more networks than these are seldom on one tape.
const KEPT: usize = 4;

/// Room for numbers of either type. What is in it at first is left from another use.
#[derive(Debug)]
pub(super) struct Tape(Vec<f64>);

impl Tape {
    pub(super) fn with_room<T: Real>(count: usize) -> Self {
        let mut room = FREE.with_borrow_mut(Vec::pop).unwrap_or_default();
        room.resize((count * size_of::<T>()).div_ceil(size_of::<f64>()), 0.0);
        Self(room)
    }

    pub(super) fn numbers<T: Real>(&self) -> &[T] {
        cast_slice(&self.0)
    }

    pub(super) fn numbers_mut<T: Real>(&mut self) -> &mut [T] {
        cast_slice_mut(&mut self.0)
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        FREE.with_borrow_mut(|free| {
            if free.len() < KEPT {
                free.push(std::mem::take(&mut self.0));
            }
        });
    }
}
