//! How far apart two sets of cells are, value by value and column by column: what `agree` says of two
//! backends, and `diff` of two records.

mod column;
mod gap;

pub(crate) use column::{Column, Pair, Worst, columns};
