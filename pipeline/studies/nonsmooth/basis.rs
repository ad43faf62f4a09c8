//! Products of functions of one coordinate each: what kernels, series, splines and polynomials have
//! in common. A fit on a grid is then a product of small matrices.

use nalgebra::DMatrix;

/// A set of functions on [0,1]^D.
pub(super) struct Basis {
    /// What it is tuned by: a bandwidth, a number of frequencies or of intervals, a degree.
    pub(super) setting: f64,
    /// The functions of one coordinate, `count` of them.
    pub(super) functions: Functions,
    pub(super) count: usize,
    /// How a product is weighted, by which function it takes of each coordinate; 0 leaves it out.
    pub(super) weight: Weight,
    /// The ridge parameters to try.
    pub(super) ridges: &'static [f64],
}

pub(super) type Functions = Box<dyn Fn(f64) -> Vec<f64>>;
pub(super) type Weight = Box<dyn Fn(&[usize]) -> f64>;

/// A product that is kept: its number among all, the last coordinate's functions running fastest,
/// and its weight.
type Kept = (usize, f64);

impl Basis {
    /// A basis of all products of `count` functions.
    pub(super) fn of_all(setting: f64, count: usize, functions: Functions, ridges: &'static [f64]) -> Self {
        Self { setting, functions, count, weight: Box::new(|_| 1.0), ridges }
    }

    fn kept(&self, dimension: u32) -> Vec<Kept> {
        let weighted = (0..self.count.pow(dimension)).map(|number| (number, (self.weight)(&self.parts(number, dimension))));
        weighted.filter(|(_, weight)| *weight != 0.0).collect()
    }

    /// Which function a product takes of each coordinate.
    fn parts(&self, number: usize, dimension: u32) -> Vec<usize> {
        (0..dimension).rev().map(|later| number / self.count.pow(later) % self.count).collect()
    }

    /// The functions at some points, given by coordinate: `[n, functions]`.
    pub(super) fn features(&self, x: &[Vec<f64>]) -> DMatrix<f64> {
        let dimension = x.len() as u32;
        let values: Vec<DMatrix<f64>> = x.iter().map(|x| self.along(x)).collect();
        let kept = self.kept(dimension);
        let mut features = DMatrix::zeros(x[0].len(), kept.len());
        for (mut column, (number, weight)) in features.column_iter_mut().zip(kept) {
            column.fill(weight);
            for (values, part) in values.iter().zip(self.parts(number, dimension)) {
                column.component_mul_assign(&values.column(part));
            }
        }
        features
    }

    /// What is needed of it for surfaces on the grid of these values of each coordinate.
    pub(super) fn on_grid(&self, grid: &[f64], dimension: u32) -> OnGrid {
        OnGrid { values: self.along(grid), kept: self.kept(dimension), dimension }
    }

    /// The functions of one coordinate at some of its values: `[values, count]`.
    fn along(&self, x: &[f64]) -> DMatrix<f64> {
        DMatrix::from_row_iterator(x.len(), self.count, x.iter().flat_map(|x| (self.functions)(*x)))
    }
}

/// A basis on a grid.
pub(super) struct OnGrid {
    /// `[values, count]`
    values: DMatrix<f64>,
    kept: Vec<Kept>,
    dimension: u32,
}

impl OnGrid {
    /// The surface with these coefficients, the last coordinate running fastest.
    pub(super) fn surface(&self, coefficients: &[f64]) -> Vec<f64> {
        let count = self.values.ncols();
        let mut tensor = vec![0.0; count.pow(self.dimension)];
        for ((number, weight), coefficient) in self.kept.iter().zip(coefficients) {
            tensor[*number] = weight * coefficient;
        }
        // One coordinate after the other: it leaves as the slowest and comes back as the fastest.
        for _ in 0..self.dimension {
            let across = DMatrix::from_vec(tensor.len() / count, count, tensor);
            tensor = (&self.values * across.transpose()).as_slice().to_vec();
        }
        tensor
    }
}

#[cfg(test)]
mod tests {
    use super::Basis;

    #[test]
    fn a_surface_is_the_features_on_the_grid_times_the_coefficients() {
        let basis = Basis {
            setting: 0.0,
            functions: Box::new(|x| vec![1.0, x, x * x]),
            count: 3,
            weight: Box::new(|parts| if parts.iter().sum::<usize>() > 2 { 0.0 } else { (2 + parts[0]) as f64 }),
            ridges: &[],
        };
        let grid = [0.1, 0.4, 0.6, 0.9];
        for (dimension, functions) in [(2, 6), (3, 10)] {
            let coefficients: Vec<f64> = (0..functions).map(|i| f64::from(i * i % 7) - 2.0).collect();
            let points = (0..4usize.pow(dimension))
                .map(|i| (0..dimension).rev().map(move |later| grid[i / 4usize.pow(later) % 4]).collect::<Vec<_>>());
            let points: Vec<Vec<f64>> = points.collect();
            let by_coordinate: Vec<Vec<f64>> = (0..dimension as usize).map(|d| points.iter().map(|x| x[d]).collect()).collect();
            let features = basis.features(&by_coordinate);
            assert_eq!(features.ncols(), functions as usize);
            let surface = basis.on_grid(&grid, dimension).surface(&coefficients);
            for (row, found) in features.row_iter().zip(surface) {
                let expected: f64 = row.iter().zip(&coefficients).map(|(value, coefficient)| value * coefficient).sum();
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }
    }
}
