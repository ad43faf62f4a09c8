//! What one cell produced: named, typed values with one byte form.

use crate::{ArtifactError, Digest, Result, canonical};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One named result of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// A whole number: a count, a chosen index.
    Int(i64),
    /// A measurement.
    Float(f64),
    /// A word: a digest, a chosen name.
    Text(String),
    /// A short list of measurements in a declared order: a curve, a surface row by row.
    Series(Vec<f64>),
}

/// The type of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// See [`Value::Int`].
    Int,
    /// See [`Value::Float`].
    Float,
    /// See [`Value::Text`].
    Text,
    /// See [`Value::Series`].
    Series,
}

impl Kind {
    /// Whether statistics can be taken of it.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Float)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int => "integer",
            Self::Float => "float",
            Self::Text => "text",
            Self::Series => "series",
        })
    }
}

impl Value {
    /// The type of this value.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Int(_) => Kind::Int,
            Self::Float(_) => Kind::Float,
            Self::Text(_) => Kind::Text,
            Self::Series(_) => Kind::Series,
        }
    }

    /// Whether every number in it is finite.
    pub fn is_finite(&self) -> bool {
        match self {
            Self::Float(value) => value.is_finite(),
            Self::Series(values) => values.iter().all(|value| value.is_finite()),
            Self::Int(_) | Self::Text(_) => true,
        }
    }

    /// The text of a CSV field: shortest round-trip numbers, a series separated by blanks.
    pub fn field(&self) -> String {
        match self {
            Self::Int(value) => value.to_string(),
            Self::Float(value) => format!("{value:?}"),
            Self::Text(value) => value.clone(),
            Self::Series(values) => {
                let texts: Vec<_> = values.iter().map(|value| format!("{value:?}")).collect();
                texts.join(" ")
            }
        }
    }

    /// Reads a CSV field of a known kind.
    pub fn from_field(kind: Kind, text: &str) -> Option<Self> {
        let float = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
        Some(match kind {
            Kind::Int => Self::Int(text.parse().ok()?),
            Kind::Float => Self::Float(float(text)?),
            Kind::Text => Self::Text(text.to_string()),
            Kind::Series => Self::Series(text.split(' ').map(float).collect::<Option<_>>()?),
        })
    }
}

/// The name under which a record says why there is nothing else in it.
pub const DIVERGED: &str = "diverged";

/// The results of one cell by name. The experiment declares which names, of which kind. A training
/// that diverged gives [`Record::diverged`] instead.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(pub BTreeMap<String, Value>);

impl Record {
    /// What a training that diverged leaves: no number, and why. It is a result, to be recorded and
    /// judged; a number that is not finite is a mistake, and is refused.
    pub fn diverged(why: &str) -> Self {
        Self([(DIVERGED.to_string(), Value::Text(why.to_string()))].into())
    }

    /// Why there is no number, if the training diverged.
    pub fn divergence(&self) -> Option<&str> {
        match self.0.get(DIVERGED) {
            Some(Value::Text(why)) if self.0.len() == 1 => Some(why),
            _ => None,
        }
    }

    /// The bytes that are stored, hashed and compared.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical(self).into_bytes()
    }

    /// Reads stored bytes back. Exact: numbers are written to be read back bit for bit.
    ///
    /// # Errors
    /// A message where the bytes are not a record.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())
    }

    /// The digest of [`Record::to_bytes`].
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    /// Holds the record against what its experiment promises: the same names, the same kinds, and
    /// no number that is not finite.
    ///
    /// # Errors
    /// The first difference, with the cell's name.
    pub fn check(&self, experiment: &str, cell: &str, outputs: &BTreeMap<String, Kind>) -> Result<()> {
        if self.divergence().is_some() {
            return Ok(());
        }
        let wrong = |output: &str, expected: String, found: String| ArtifactError::Output {
            experiment: experiment.to_string(),
            cell: cell.to_string(),
            output: output.to_string(),
            expected,
            found,
        };
        for (name, kind) in outputs {
            match self.0.get(name) {
                None => return Err(wrong(name, kind.to_string(), "nothing".to_string())),
                Some(value) if value.kind() != *kind => {
                    return Err(wrong(name, kind.to_string(), value.kind().to_string()));
                }
                Some(value) if !value.is_finite() => {
                    let shown = match value {
                        Value::Float(value) => format!("'{value}', which is not finite"),
                        _ => "a series with a number that is not finite".to_string(),
                    };
                    return Err(wrong(name, kind.to_string(), shown));
                }
                Some(_) => {}
            }
        }
        match self.0.keys().find(|name| !outputs.contains_key(*name)) {
            Some(name) => Err(wrong(name, "none (it is not declared)".to_string(), "a value".to_string())),
            None => Ok(()),
        }
    }
}
