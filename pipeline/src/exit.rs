//! Exit codes, and errors that know theirs.

use saigen_artifacts::ArtifactError;
use saigen_datasets::error::DataError;
use saigen_engine::Problems;
use std::fmt;
use std::io::ErrorKind;

/// How the program ends; documented in `--help` and in the README.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All as claimed, or up to date.
    Done = 0,
    /// A mistake of ours, or the system refused.
    Internal = 1,
    /// A wrong command line or declaration.
    Usage = 2,
    /// Work is due, or nobody vouches for what was to be taken.
    Due = 3,
    /// A step failed.
    Failed = 4,
    /// A verdict differs from the record or between two results, a column between two backends, or what
    /// a manuscript types from the results.
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

/// What to do where the file system refuses.
fn way_out(kind: ErrorKind) -> Option<String> {
    let hint = match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "make room, as with `saigen gc`, and run again: what was finished is kept"
        }
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
            "make the checkout writable, or run in a copy of it named with --root"
        }
        _ => return None,
    };
    Some(hint.to_string())
}

fn data_exit(error: &DataError) -> Exit {
    match error {
        DataError::Altered { .. } => Exit::Integrity,
        DataError::Catalog { .. } | DataError::Unknown { .. } | DataError::Unlisted { .. } => Exit::Usage,
        DataError::Missing { .. } | DataError::Malformed { .. } | DataError::Fetch { .. } => Exit::Failed,
        _ => Exit::Internal,
    }
}

/// The exit code and the hint of any error.
pub(crate) fn classify(error: &anyhow::Error) -> (Exit, Option<String>) {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return (refusal.exit, Some(refusal.hint.clone()));
    }
    if error.downcast_ref::<Problems>().is_some() {
        return (Exit::Usage, None);
    }
    if let Some(error) = error.downcast_ref::<DataError>() {
        return (data_exit(error), error.hint());
    }
    match error.downcast_ref::<ArtifactError>() {
        Some(ArtifactError::Locked { .. }) => {
            (Exit::Usage, Some("wait for the other run to end; its lock ends with its process".to_string()))
        }
        Some(ArtifactError::Format { .. }) => (Exit::Usage, Some("use the newer saigen, or another --root".to_string())),
        Some(ArtifactError::Tampered { .. } | ArtifactError::Damaged { .. }) => {
            (Exit::Integrity, Some("`saigen gc --delete` drops what was altered; the next run computes it anew".to_string()))
        }
        Some(ArtifactError::Malformed { path, .. }) if path.components().any(|part| part.as_os_str() == "store") => {
            (Exit::Integrity, Some("`saigen gc --delete` keeps what can be trusted; the next run computes the rest anew".to_string()))
        }
        Some(error) if error.is_integrity() => {
            (Exit::Integrity, Some("restore the file from version control, or run `saigen run` to write it anew".to_string()))
        }
        Some(ArtifactError::Io { source, .. }) => (Exit::Internal, way_out(source.kind())),
        _ => (Exit::Internal, None),
    }
}
