//! A plane map of data sets' features: the first two principal components of the tasks' conditional
//! mean embeddings, and where a generated pair lies on them.

use super::embedding::{SIZE, feature};
use super::families::{self, LEARNT};
use super::pairs::standardised;
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use saigen_artifacts::{Kind, Record, Value};
use saigen_engine::{Batch, Method, Parameter, Parameters, Placement, Together};
use std::collections::BTreeMap;

/// The method.
pub(super) struct FeatureMap;

impl Method for FeatureMap {
    fn name(&self) -> &'static str {
        "feature-map"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [
            ("family", Parameter::Choice(&families::NAMES)),
            ("pair", Parameter::Int(0, 1_000_000)),
            ("n", Parameter::Int(20, 1_000_000)),
            ("tasks", Parameter::Int(4, 100_000)),
        ]
        .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("first", Kind::Float), ("second", Kind::Float)].into()
    }

    fn placement(&self) -> Placement {
        Placement::Host
    }

    fn together(&self) -> Together {
        Together::Axes(&["family", "pair"])
    }

    fn cost(&self, _: &Parameters) -> f64 {
        1e-3
    }

    fn run(&self, batch: &Batch) -> Result<Vec<Record>, String> {
        let (n, seed) = (batch.parameters.int("n"), batch.seeds[0]);
        let of = |family: &str, purpose: &str, at: usize| {
            let pair = families::pair(family, n, purpose, seed, at);
            DVector::from_vec(feature(&standardised(&pair.cause), &standardised(&pair.effect)))
        };
        let tasks: Vec<DVector<f64>> = (0..batch.parameters.int("tasks")).map(|at| of(LEARNT[at % LEARNT.len()], "tasks", at)).collect();
        let (mean, components) = principal(&tasks);
        let cell = |p: &Parameters| {
            let centred = of(p.word("family"), "pairs", p.int("pair")) - &mean;
            let place = |at: usize| Value::Float(components[at].dot(&centred));
            Record([("first".to_string(), place(0)), ("second".to_string(), place(1))].into())
        };
        Ok(batch.settings.iter().map(cell).collect())
    }
}

/// The mean and the two directions in which vectors vary most, each with its largest entry positive.
fn principal(vectors: &[DVector<f64>]) -> (DVector<f64>, [DVector<f64>; 2]) {
    let count = vectors.len() as f64;
    let mean = vectors.iter().sum::<DVector<f64>>() / count;
    let mut covariance = DMatrix::zeros(SIZE, SIZE);
    for vector in vectors {
        let centred = vector - &mean;
        covariance += &centred * centred.transpose() / count;
    }
    let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(covariance);
    let mut order: Vec<usize> = (0..SIZE).collect();
    order.sort_by(|a, b| eigenvalues[*b].total_cmp(&eigenvalues[*a]));
    let direction = |at: usize| {
        let vector = eigenvectors.column(order[at]).into_owned();
        let largest = vector.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(1.0);
        vector * largest.signum()
    };
    (mean, [direction(0), direction(1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_those_of_the_largest_spread() {
        let vector = |first: f64, second: f64, third: f64| {
            let mut vector = DVector::from_element(SIZE, 1.0);
            (vector[4], vector[9], vector[20]) = (first, second, third);
            vector
        };
        let vectors: Vec<DVector<f64>> =
            (0..8).map(|i| vector(f64::from(i % 2), 5.0 * f64::from(i / 2 % 2), 20.0 * f64::from(i / 4))).collect();
        let (mean, [first, second]) = principal(&vectors);
        assert!((mean[9] - 2.5).abs() < 1e-12 && (first[20] - 1.0).abs() < 1e-9 && (second[9] - 1.0).abs() < 1e-9);
    }
}
