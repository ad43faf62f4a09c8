//! Observations of several groups, and the order in which training visits them.

use crate::stream::Stream;
use burn::tensor::{Device, Int, Tensor, TensorData};

/// Observations `[group, row, width]` on a device: uploaded once, picked from there.
#[derive(Clone, Debug)]
pub struct Observations {
    /// `[group x row, width]`
    rows: Tensor<2>,
    groups: usize,
}

impl Observations {
    /// The rows of each group, one after the other, `width` numbers each.
    ///
    /// # Panics
    /// If the groups are not equally long, or not whole rows.
    pub fn new(groups: &[Vec<f64>], width: usize, device: &Device) -> Self {
        let length = groups[0].len();
        assert!(groups.iter().all(|group| group.len() == length) && length.is_multiple_of(width), "groups must be equally many whole rows");
        let count = groups.len() * length / width;
        let rows = Tensor::from_data(TensorData::new(groups.concat(), [count, width]), device);
        Self { rows, groups: groups.len() }
    }

    /// Some rows of each group, `[group, batch, width]`: as many of one as of another.
    pub fn pick(&self, picked: &[Vec<usize>]) -> Tensor<3> {
        let (each, batch) = (self.len(), picked[0].len());
        let at: Vec<i64> =
            picked.iter().enumerate().flat_map(|(group, rows)| rows.iter().map(move |row| (group * each + row) as i64)).collect();
        let at = Tensor::<1, Int>::from_data(TensorData::new(at, [self.groups * batch]), &self.rows.device());
        let width = self.rows.dims()[1];
        self.rows.clone().select(0, at).reshape([self.groups, batch, width])
    }

    /// A range of rows of each group, `[group, batch, width]`.
    pub fn range(&self, rows: std::ops::Range<usize>) -> Tensor<3> {
        let ([_, width], each) = (self.rows.dims(), self.len());
        self.rows.clone().reshape([self.groups, each, width]).slice([0..self.groups, rows, 0..width])
    }

    /// The rows of one group.
    fn len(&self) -> usize {
        self.rows.dims()[0] / self.groups
    }
}

/// Observations or answers of groups, `[group, batch, width]`, as every replica sees them,
/// `[replica, batch, width]`: consecutive replicas share a group.
pub fn shared(values: Tensor<3>, replicas: usize) -> Tensor<3> {
    let [groups, batch, width] = values.dims();
    let each = replicas / groups;
    if each == 1 {
        return values;
    }
    values.reshape([groups, 1, batch, width]).expand([groups, each, batch, width]).reshape([replicas, batch, width])
}

/// The order in which rows are visited: epoch by epoch, shuffled anew. What is left of an epoch
/// and too little for a batch is passed over.
#[derive(Debug)]
pub struct Visits {
    stream: Stream,
    rows: usize,
    batch: usize,
    left: Vec<usize>,
}

impl Visits {
    /// Visits to `rows` rows, `batch` at a time; all of them, in their order, where that is no fewer.
    pub fn new(stream: Stream, rows: usize, batch: usize) -> Self {
        Self { stream, rows, batch, left: Vec::new() }
    }

    /// The rows of the next batch.
    pub fn next_batch(&mut self) -> Vec<usize> {
        if self.batch >= self.rows {
            return (0..self.rows).collect();
        }
        if self.left.len() < self.batch {
            self.left = self.stream.order(self.rows);
        }
        self.left.split_off(self.left.len() - self.batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
        tensor.into_data().iter::<f64>().collect()
    }

    #[test]
    fn rows_are_picked_by_group() {
        let groups = [vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0], vec![10.0, 11.0, 12.0, 13.0, 14.0, 15.0]];
        let observations = Observations::new(&groups, 2, &Device::flex());
        assert_eq!(numbers(observations.pick(&[vec![2, 0], vec![1, 1]])), [4.0, 5.0, 0.0, 1.0, 12.0, 13.0, 12.0, 13.0]);
        assert_eq!(numbers(observations.range(1..2)), [2.0, 3.0, 12.0, 13.0]);
    }

    #[test]
    fn consecutive_replicas_share_a_group() {
        let groups = Tensor::<1>::from_data([1.0, 2.0], &Device::flex()).reshape([2, 1, 1]);
        assert_eq!(numbers(shared(groups, 6)), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    }

    #[test]
    fn an_epoch_visits_every_row_at_most_once_and_the_next_is_another() {
        let mut visits = Visits::new(Stream::new("test", "visits", &[]), 7, 3);
        let mut epoch = || [visits.next_batch(), visits.next_batch()].concat();
        let (first, second) = (epoch(), epoch());
        let mut rows = first.clone();
        rows.sort_unstable();
        rows.dedup();
        assert!(rows.len() == 6 && rows.iter().all(|row| *row < 7));
        assert_ne!(first, second);
        assert_eq!(Visits::new(Stream::new("test", "visits", &[]), 3, 3).next_batch(), [0, 1, 2]);
    }
}
