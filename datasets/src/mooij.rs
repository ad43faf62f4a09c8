//! The format of the CauseEffectPairs collection and of its simulated sets (Mooij et al., JMLR 17(32),
//! 2016): `pairmeta.txt` with a row for each pair, and `pairNNNN.txt` with a row for each observation,
//! numbers between white space and no header.

use crate::error::{DataError, Result};
use crate::pair::{Cause, Pair};
use crate::set::DataSet;
use std::path::Path;

/// The file that describes the pairs.
pub const META: &str = "pairmeta.txt";

/// A row of `pairmeta.txt`.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// The number of the pair, from 1: `pair0007.txt` is 7.
    pub number: u32,
    /// First and last column of the cause, from 1.
    pub cause: (usize, usize),
    /// First and last column of the effect, from 1.
    pub effect: (usize, usize),
    /// Its share in averages; 0 for some that are not scalar.
    pub weight: f64,
}

impl Meta {
    /// Whether cause and effect are one column each.
    pub fn is_scalar(&self) -> bool {
        self.cause.0 == self.cause.1 && self.effect.0 == self.effect.1
    }

    /// The name of the file with its observations.
    pub fn file(&self) -> String {
        format!("pair{:04}.txt", self.number)
    }
}

/// What is known of all pairs of a data set, in the order of its `pairmeta.txt`.
///
/// # Errors
/// The file is missing or holds other bytes than declared, a row is malformed, or a pair stands twice.
pub fn metas(set: &DataSet) -> Result<Vec<Meta>> {
    parse_metas(&set.folder().join(META), &set.text(META)?)
}

/// All pairs of a data set whose cause and effect are one column each, in the order of its
/// `pairmeta.txt`.
///
/// # Errors
/// A file is missing, holds other bytes than declared, or is malformed.
pub fn scalar_pairs(set: &DataSet) -> Result<Vec<Pair>> {
    metas(set)?.iter().filter(|meta| meta.is_scalar()).map(|meta| pair(set, meta)).collect()
}

/// One pair. `x` is the left one of the two columns, `y` the right one; columns that are neither
/// cause nor effect are not looked at.
///
/// # Errors
/// The pair is not scalar, or its file is missing, holds other bytes than declared, or is malformed:
/// a row with too few columns, or a value of the pair that is no finite number.
pub fn pair(set: &DataSet, meta: &Meta) -> Result<Pair> {
    let file = meta.file();
    parse_pair(&set.folder().join(&file), &set.text(&file)?, meta)
}

fn parse_metas(path: &Path, text: &str) -> Result<Vec<Meta>> {
    let mut metas: Vec<Meta> = Vec::new();
    for (line, words) in rows(text) {
        let wrong = |message: String| malformed(path, line, message);
        let [number, columns @ .., weight] = words.as_slice() else {
            return Err(wrong(format!("expected 6 numbers, found {}", words.len())));
        };
        let column = |word: &&str| word.parse().ok().filter(|column: &usize| *column > 0);
        let columns: Option<Vec<usize>> = columns.iter().map(column).collect();
        let Some([c0, c1, e0, e1]) = columns.and_then(|list| <[usize; 4]>::try_from(list).ok()) else {
            let found = words.join(" ");
            return Err(wrong(format!("expected a number, first and last column of cause and effect, and a weight, found '{found}'")));
        };
        if c0 > c1 || e0 > e1 || c0.max(e0) <= c1.min(e1) {
            return Err(wrong(format!("columns {c0} to {c1} for the cause and {e0} to {e1} for the effect are not two ranges apart")));
        }
        let number = number.parse().map_err(|_| wrong(format!("'{number}' is no number of a pair")))?;
        let weight = number_at(weight).filter(|weight| *weight >= 0.0);
        let weight = weight.ok_or_else(|| wrong(format!("the weight '{}' is no number of 0 or more", words[5])))?;
        if metas.iter().any(|meta| meta.number == number) {
            return Err(wrong(format!("pair {number} stands twice")));
        }
        metas.push(Meta { number, cause: (c0, c1), effect: (e0, e1), weight });
    }
    if metas.is_empty() { Err(malformed(path, 1, "the file has no row".to_string())) } else { Ok(metas) }
}

fn parse_pair(path: &Path, text: &str, meta: &Meta) -> Result<Pair> {
    if !meta.is_scalar() {
        let message = format!("pair {} has more than one column a side, and only scalar pairs are read", meta.number);
        return Err(malformed(path, 1, message));
    }
    let (cause, effect) = (meta.cause.0, meta.effect.0);
    let (left, right) = (cause.min(effect), cause.max(effect));
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (line, words) in rows(text) {
        for (column, values) in [(left, &mut x), (right, &mut y)] {
            let word = words.get(column - 1).ok_or_else(|| {
                malformed(path, line, format!("expected {right} columns or more, found {} in '{}'", words.len(), words.join(" ")))
            })?;
            let value =
                number_at(word).ok_or_else(|| malformed(path, line, format!("column {column} is '{word}', which is no finite number")))?;
            values.push(value);
        }
    }
    if x.is_empty() {
        return Err(malformed(path, 1, "the file has no row".to_string()));
    }
    let cause = if cause < effect { Cause::First } else { Cause::Second };
    Ok(Pair { id: format!("{:04}", meta.number), x, y, weight: meta.weight, cause })
}

/// The words of every line that has any, with its number from 1.
fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let words = text.lines().enumerate().map(|(at, line)| (at + 1, line.split_whitespace().collect::<Vec<_>>()));
    words.filter(|(_, words)| !words.is_empty())
}

fn number_at(word: &str) -> Option<f64> {
    word.parse().ok().filter(|value: &f64| value.is_finite())
}

fn malformed(path: &Path, line: usize, message: String) -> DataError {
    DataError::Malformed { path: path.to_path_buf(), line, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(text: &str) -> Result<Vec<Meta>> {
        parse_metas(Path::new(META), text)
    }

    fn of(meta: (usize, usize), text: &str) -> Result<Pair> {
        let meta = Meta { number: 7, cause: (meta.0, meta.0), effect: (meta.1, meta.1), weight: 0.5 };
        parse_pair(Path::new("pair0007.txt"), text, &meta)
    }

    #[track_caller]
    fn fails<T: std::fmt::Debug>(result: Result<T>, message: &str) {
        assert_eq!(result.unwrap_err().to_string(), message);
    }

    #[test]
    fn rows_of_the_description() {
        let read = meta("0001 1 1 2 2 0.166\r\n\n52  5 8\t1 4 0\n").unwrap();
        assert_eq!(read[0], Meta { number: 1, cause: (1, 1), effect: (2, 2), weight: 0.166 });
        assert_eq!((read[1].number, read[1].cause, read[1].effect), (52, (5, 8), (1, 4)));
        assert_eq!((read[0].is_scalar(), read[1].is_scalar(), read[1].file().as_str()), (true, false, "pair0052.txt"));
    }

    #[test]
    fn wrong_rows_of_the_description_are_named() {
        fails(meta("1 1 1 2 2 1\n1 1 1 2 2 1\n"), "'pairmeta.txt', line 2: pair 1 stands twice");
        fails(meta("1 1 1 2 2 -1\n"), "'pairmeta.txt', line 1: the weight '-1' is no number of 0 or more");
        fails(meta("1 1 1 2 2 nan\n"), "'pairmeta.txt', line 1: the weight 'nan' is no number of 0 or more");
        fails(meta("x 1 1 2 2 1\n"), "'pairmeta.txt', line 1: 'x' is no number of a pair");
        fails(
            meta("1 1 2 2 3 1\n"),
            "'pairmeta.txt', line 1: columns 1 to 2 for the cause and 2 to 3 for the effect are not two ranges apart",
        );
        assert!(meta("1 1 1 2 1\n").unwrap_err().to_string().contains("found '1 1 1 2 1'"));
        assert!(meta("1 0 1 2 2 1\n").unwrap_err().to_string().contains("found '1 0 1 2 2 1'"));
        fails(meta("\n"), "'pairmeta.txt', line 1: the file has no row");
    }

    #[test]
    fn the_left_column_is_the_first_whatever_is_the_cause() {
        let text = "  1.5e+00\t-2\r\n\r\n3 4.25 \n";
        let first = of((1, 2), text).unwrap();
        assert_eq!((first.x, first.y, first.cause), (vec![1.5, 3.0], vec![-2.0, 4.25], Cause::First));
        let second = of((2, 1), text).unwrap();
        assert_eq!((second.x, second.id.as_str(), second.weight, second.cause), (vec![1.5, 3.0], "0007", 0.5, Cause::Second));
    }

    #[test]
    fn columns_beside_the_pair_may_hold_anything() {
        let pair = of((1, 3), "1 NaN 2\n3 x 4\n").unwrap();
        assert_eq!((pair.x, pair.y), (vec![1.0, 3.0], vec![2.0, 4.0]));
    }

    #[test]
    fn wrong_observations_are_named_with_line_and_value() {
        fails(of((1, 2), "1 2\n3\n"), "'pair0007.txt', line 2: expected 2 columns or more, found 1 in '3'");
        for word in ["NaN", "inf", "1e999", "a", "1,5"] {
            let message = format!("'pair0007.txt', line 3: column 2 is '{word}', which is no finite number");
            fails(of((1, 2), &format!("1 2\n\n3 {word}\n")), &message);
        }
        fails(of((1, 2), ""), "'pair0007.txt', line 1: the file has no row");
        let vector = Meta { number: 52, cause: (1, 4), effect: (5, 8), weight: 1.0 };
        assert!(parse_pair(Path::new("p"), "1 2\n", &vector).unwrap_err().to_string().contains("only scalar pairs are read"));
    }
}
