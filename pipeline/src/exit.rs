//! Exit codes, and errors that know theirs.

use saigen_artifacts::ArtifactError;
use saigen_engine::Problems;
use std::fmt;

/// How the program ends; documented in `--help` and in the README.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All as claimed, or up to date.
    Done = 0,
    /// A mistake of ours, or the system refused.
    Internal = 1,
    /// A wrong command line or declaration.
    Usage = 2,
    /// Work is due.
    Due = 3,
    /// A step failed.
    Failed = 4,
    /// A verdict differs from the record.
    Differs = 5,
    /// Recorded bytes were altered.
    Integrity = 6,
    /// A claim is undecided, under `--strict`.
    Undecided = 7,
    /// Interrupted.
    Interrupted = 130,
}

/// An error with its exit code and the way out.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// A refusal as an error.
pub(crate) fn refuse(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Refusal { exit, message: message.into(), hint: hint.into() }.into()
}

/// The exit code and the hint of any error.
pub(crate) fn classify(error: &anyhow::Error) -> (Exit, Option<String>) {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return (refusal.exit, Some(refusal.hint.clone()));
    }
    if error.downcast_ref::<Problems>().is_some() {
        return (Exit::Usage, None);
    }
    match error.downcast_ref::<ArtifactError>() {
        Some(ArtifactError::Locked { .. }) => {
            (Exit::Usage, Some("wait for the other run to end; its lock ends with its process".to_string()))
        }
        Some(ArtifactError::Format { .. }) => (Exit::Usage, Some("use the newer saigen, or another --root".to_string())),
        Some(ArtifactError::Tampered { path, .. }) => {
            (Exit::Integrity, Some(format!("remove '{}' and run again: what it held is computed anew", path.display())))
        }
        Some(error) if error.is_integrity() => {
            (Exit::Integrity, Some("restore the file from version control, or run `saigen run` to write it anew".to_string()))
        }
        _ => (Exit::Internal, None),
    }
}
