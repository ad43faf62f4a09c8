//! What the journal tells, one event a line.

use crate::provenance::Provenance;
use crate::{Digest, stem::Point, stem::Stem};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Event {
    /// What the cells of an experiment share; cells name it by its digest.
    Stem(Stem),
    /// A cell with its record.
    Cell(CellEvent),
    /// Any other step; its outputs are objects.
    Step(StepEvent),
    /// A step failed. Never a hit.
    Failed(Failure),
    /// The journal was written anew by `gc`.
    Collected(Collection),
}

/// See [`Event::Cell`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CellEvent {
    pub(super) key: Digest,
    pub(super) stem: Digest,
    pub(super) point: Point,
    pub(super) seed: u64,
    /// The bytes of the record, which are text.
    pub(super) record: String,
    pub(super) provenance: Provenance,
}

/// See [`Event::Step`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct StepEvent {
    pub(super) key: Digest,
    pub(super) preimage: Json,
    pub(super) outputs: BTreeMap<String, Digest>,
    pub(super) provenance: Provenance,
}

/// A step that failed, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Failure {
    /// The step's key.
    pub key: Digest,
    /// Its name, for people.
    pub name: String,
    /// Why.
    pub cause: String,
    /// When, in seconds since 1970 (UTC).
    pub at: u64,
}

/// See [`Event::Collected`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Collection {
    /// The chain of the journal that this one replaces.
    pub(super) chain: Digest,
    /// How many lines were left out.
    pub(super) dropped: u64,
    /// When, in seconds since 1970 (UTC).
    pub(super) at: u64,
}
