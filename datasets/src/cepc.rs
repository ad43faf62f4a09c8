//! The layout of the cause-effect pairs challenge (2013): `SampleID,A,B` with the numbers of each
//! column between blanks in one field, and `SampleID,Target` with 1 where A causes B and -1 where B
//! causes A. CE-Cha, CE-Multi, CE-Net and CE-Gauss (doi:10.7910/DVN/3757KX) have it.

use crate::error::{DataError, Result};
use crate::pair::{Cause, Pair};
use crate::set::DataSet;
use std::collections::BTreeMap;
use std::path::Path;

/// All pairs of two files of a data set, in the order of the first; each weighs 1.
///
/// # Errors
/// A file is missing, holds other bytes than declared, or is malformed: another header, a row that is
/// not of three (two) fields, a value that is no finite number, columns of different lengths, a target
/// other than 1 and -1, a pair that stands twice or in one file only.
pub fn pairs(set: &DataSet, pairs: &str, targets: &str) -> Result<Vec<Pair>> {
    let [data, truth] = [pairs, targets].map(|file| Ok::<_, DataError>((set.folder().join(file), set.text(file)?)));
    let ((data, text), (truth, answers)) = (data?, truth?);
    parse((&data, &text), (&truth, &answers))
}

fn parse((path, text): (&Path, &str), (truth, answers): (&Path, &str)) -> Result<Vec<Pair>> {
    let mut causes = BTreeMap::new();
    for (line, [id, target]) in rows(truth, answers, ["SampleID", "Target"])? {
        let cause = match target.parse::<f64>() {
            Ok(1.0) => Cause::First,
            Ok(-1.0) => Cause::Second,
            _ => return Err(malformed(truth, line, format!("the target is '{target}', expected 1 or -1"))),
        };
        if causes.insert(id, (line, cause)).is_some() {
            return Err(malformed(truth, line, format!("'{id}' stands twice")));
        }
    }
    let mut pairs: Vec<Pair> = Vec::new();
    for (line, [id, a, b]) in rows(path, text, ["SampleID", "A", "B"])? {
        let (x, y) = (numbers(path, line, "A", a)?, numbers(path, line, "B", b)?);
        if x.len() != y.len() || x.is_empty() {
            return Err(malformed(path, line, format!("A has {} values and B {}", x.len(), y.len())));
        }
        // Taken out, so that a pair that stands twice has none left.
        let (_, cause) = causes.remove(id).ok_or_else(|| malformed(path, line, format!("'{id}' stands twice, or has no target")))?;
        pairs.push(Pair { id: id.to_string(), x, y, weight: 1.0, cause });
    }
    match causes.into_iter().min_by_key(|(_, (line, _))| *line) {
        Some((id, (line, _))) => Err(malformed(truth, line, format!("'{id}' has a target and no values"))),
        None => Ok(pairs),
    }
}

/// The fields of every row below the header, with its line from 1.
fn rows<'a, const N: usize>(path: &Path, text: &'a str, head: [&str; N]) -> Result<Vec<(usize, [&'a str; N])>> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim().is_empty());
    let fields = |(line, text): (usize, &'a str)| {
        let fields: Vec<&str> = text.split(',').map(str::trim).collect();
        let count = fields.len();
        let fields =
            fields.try_into().map_err(|_| malformed(path, line, format!("expected the fields {}, found {count}", head.join(", "))))?;
        Ok((line, fields))
    };
    match lines.next() {
        Some(first) if fields(first)?.1 == head => lines.map(fields).collect(),
        found => {
            let (line, text) = found.unwrap_or((1, ""));
            Err(malformed(path, line, format!("expected the header '{}', found '{text}'", head.join(","))))
        }
    }
}

fn numbers(path: &Path, line: usize, column: &str, text: &str) -> Result<Vec<f64>> {
    let number = |word: &str| {
        let value = word.parse().ok().filter(|value: &f64| value.is_finite());
        value.ok_or_else(|| malformed(path, line, format!("column {column} holds '{word}', which is no finite number")))
    };
    text.split_whitespace().map(number).collect()
}

fn malformed(path: &Path, line: usize, message: String) -> DataError {
    DataError::Malformed { path: path.to_path_buf(), line, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: &str = "SampleID,A,B\npair1, 0.5 1 -2, 3e-1 4 5\r\nother,1 2,3 4\n";
    const TARGETS: &str = "SampleID,Target\r\npair1,-1.0\nother,1\n";

    fn read(pairs: &str, targets: &str) -> Result<Vec<Pair>> {
        parse((Path::new("pairs.csv"), pairs), (Path::new("targets.csv"), targets))
    }

    #[test]
    fn pairs_with_their_targets() {
        let read = read(PAIRS, TARGETS).unwrap();
        let first = Pair { id: "pair1".to_string(), x: vec![0.5, 1.0, -2.0], y: vec![0.3, 4.0, 5.0], weight: 1.0, cause: Cause::Second };
        assert_eq!((read.len(), &read[0], read[1].cause, read[1].len()), (2, &first, Cause::First, 2));
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_value() {
        let cases = [
            ("SampleID,A,B", "SampleID;A;B", "'pairs.csv', line 1: expected the fields SampleID, A, B, found 1"),
            ("SampleID,A,B", "SampleID,B,A", "'pairs.csv', line 1: expected the header 'SampleID,A,B', found 'SampleID,B,A'"),
            ("other,1 2,3 4", "other,1 2,3 4,5", "'pairs.csv', line 3: expected the fields SampleID, A, B, found 4"),
            ("other,1 2", "other,1 NaN", "'pairs.csv', line 3: column A holds 'NaN', which is no finite number"),
            ("3 4\n", "3 four\n", "'pairs.csv', line 3: column B holds 'four', which is no finite number"),
            ("other,1 2", "other,1", "'pairs.csv', line 3: A has 1 values and B 2"),
            ("other", "pair1", "'pairs.csv', line 3: 'pair1' stands twice, or has no target"),
            ("other,1 2,3 4\n", "", "'targets.csv', line 3: 'other' has a target and no values"),
            (PAIRS, "", "'pairs.csv', line 1: expected the header 'SampleID,A,B', found ''"),
        ];
        for (from, to, message) in cases {
            assert_eq!(read(&PAIRS.replace(from, to), TARGETS).unwrap_err().to_string(), message);
        }
        let cases = [
            ("other,1", "other,0", "'targets.csv', line 3: the target is '0', expected 1 or -1"),
            ("other", "pair1", "'targets.csv', line 3: 'pair1' stands twice"),
            ("other,1\n", "", "'pairs.csv', line 3: 'other' stands twice, or has no target"),
        ];
        for (from, to, message) in cases {
            assert_eq!(read(PAIRS, &TARGETS.replace(from, to)).unwrap_err().to_string(), message);
        }
    }
}
