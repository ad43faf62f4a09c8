//! The closed set of statistics that a table may hold.
//!
//! Sums run in the order of the cells' keys, in f64, one after the other: a data frame's grouped
//! sums would follow the number of threads.

use serde::Serialize;
use std::fmt;

/// A statistic of the values of one output over the cells of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Statistic {
    /// How many cells.
    Count,
    /// The arithmetic mean.
    Mean,
    /// The sample standard deviation (divisor n - 1); 0 for one cell.
    Sd,
    /// The standard error of the mean, sd / sqrt(n).
    Se,
    /// The natural logarithm of the mean, which must be positive.
    LogMean,
    /// The standard error of the logarithm of the mean, sd / (mean sqrt(n)) by the delta method.
    LogSe,
    /// exp of the mean logarithm. Values must be positive.
    GeometricMean,
    /// The 25 % point (linear interpolation between order statistics, as R's type 7).
    LowerQuartile,
    /// The 50 % point.
    Median,
    /// The 75 % point.
    UpperQuartile,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
}

impl Statistic {
    /// Every statistic with its name in a declaration.
    pub const ALL: [(&'static str, Self); 12] = [
        ("count", Self::Count),
        ("mean", Self::Mean),
        ("sd", Self::Sd),
        ("se", Self::Se),
        ("log-mean", Self::LogMean),
        ("log-se", Self::LogSe),
        ("geometric-mean", Self::GeometricMean),
        ("lower-quartile", Self::LowerQuartile),
        ("median", Self::Median),
        ("upper-quartile", Self::UpperQuartile),
        ("min", Self::Min),
        ("max", Self::Max),
    ];

    /// The statistic of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, statistic)| *statistic)
    }

    /// Takes the statistic.
    ///
    /// # Errors
    /// A message where the values do not allow it: none at all, or a logarithm of what is not
    /// positive.
    pub fn of(self, values: &[f64]) -> Result<f64, String> {
        if values.is_empty() {
            return Err(format!("the {self} of no value is asked for"));
        }
        Ok(match self {
            Self::Count => values.len() as f64,
            Self::Mean => mean(values),
            Self::Sd => sd(values),
            Self::Se => sd(values) / (values.len() as f64).sqrt(),
            Self::LogMean => logarithms(&[mean(values)])?[0],
            Self::LogSe => sd(values) / (mean(values) * (values.len() as f64).sqrt()),
            Self::GeometricMean => mean(&logarithms(values)?).exp(),
            Self::LowerQuartile => quantile(values, 0.25),
            Self::Median => quantile(values, 0.5),
            Self::UpperQuartile => quantile(values, 0.75),
            Self::Min => quantile(values, 0.0),
            Self::Max => quantile(values, 1.0),
        })
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, statistic)| statistic == self).map(|(name, _)| *name);
        f.write_str(name.unwrap_or_default())
    }
}

/// The arithmetic mean, summed in the given order.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample standard deviation; 0 for fewer than two values.
pub fn sd(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// The quantile at `share` by linear interpolation between order statistics.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    // Equal neighbours may be infinite, and have no difference then.
    if sorted[below] == sorted[above] { sorted[below] } else { sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]) }
}

/// Natural logarithms of positive values.
///
/// # Errors
/// A message naming the first value that is not positive.
pub fn logarithms(values: &[f64]) -> Result<Vec<f64>, String> {
    match values.iter().find(|value| **value <= 0.0) {
        Some(value) => Err(format!("a logarithm of '{value}' is asked for, which is not positive")),
        None => Ok(values.iter().map(|value| value.ln()).collect()),
    }
}

/// Slope and intercept of the least-squares line through points.
pub fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let (xs, ys): (Vec<_>, Vec<_>) = points.iter().copied().unzip();
    let (mx, my) = (mean(&xs), mean(&ys));
    let sxx: f64 = xs.iter().map(|x| (x - mx) * (x - mx)).sum();
    let sxy: f64 = points.iter().map(|(x, y)| (x - mx) * (y - my)).sum();
    let slope = sxy / sxx;
    (slope, my - slope * mx)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let values = [4.0, 1.0, 2.0, 8.0];
        let expected = [
            4.0,
            3.75,
            3.095_695_936_834_452,
            1.547_847_968_417_226,
            1.321_755_839_982_319_5,
            0.412_759_458_244_593_6,
            2.828_427_124_746_190_3,
            1.75,
            3.0,
            5.0,
            1.0,
            8.0,
        ];
        for ((name, statistic), expected) in Statistic::ALL.iter().zip(expected) {
            let found = statistic.of(&values).unwrap();
            assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected, "{name}: {found} is not {expected}");
        }
        assert_eq!(line(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]), (2.0, 1.0));
    }

    #[test]
    fn what_cannot_be_taken_is_refused() {
        assert!(Statistic::Mean.of(&[]).is_err());
        assert!(Statistic::GeometricMean.of(&[1.0, 0.0]).is_err());
        assert_eq!(Statistic::Sd.of(&[3.0]), Ok(0.0));
    }
}
