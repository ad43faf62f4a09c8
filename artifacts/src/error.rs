//! The one error type of this crate.

use crate::Digest;
use std::path::PathBuf;

/// Short for results of this crate.
pub type Result<T, E = ArtifactError> = std::result::Result<T, E>;

/// What can go wrong with results, and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// The file system refused.
    #[error("cannot {action} '{path}': {source}")]
    Io {
        /// What was tried: "read", "write", …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file does not hold what its name or lock promises.
    #[error("'{path}' does not hold what was recorded: expected sha256 {expected}, found {found}")]
    Tampered {
        /// The file.
        path: PathBuf,
        /// The digest on record.
        expected: Digest,
        /// The digest of what is there.
        found: Digest,
    },
    /// Lines of a store's journal were altered, removed or moved.
    #[error("'{path}' was altered: line {line} {what} ({count} wrong in all)")]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The first such line, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
        /// How many lines are wrong.
        count: usize,
    },
    /// A file is not in the form this version writes.
    #[error("'{path}' is malformed: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The store was written by a version of another format.
    #[error("the store '{path}' has format '{found}', and this version reads only 'v{expected}'")]
    Format {
        /// The store's folder.
        path: PathBuf,
        /// The format found.
        found: String,
        /// The format this version reads and writes.
        expected: u32,
    },
    /// Another process works on the store.
    #[error("the store '{path}' is in use by another run")]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A cell's record lacks a value that its experiment promises, or has one too many.
    #[error("experiment '{experiment}' promises output '{output}' of kind {expected}, and cell {cell} gave {found}")]
    Output {
        /// The experiment.
        experiment: String,
        /// The cell's name.
        cell: String,
        /// The output.
        output: String,
        /// The promised kind.
        expected: String,
        /// What came.
        found: String,
    },
    /// A table could not be built from its cells.
    #[error("table '{table}': {message}")]
    Table {
        /// The table.
        table: String,
        /// What is wrong.
        message: String,
    },
    /// A data frame operation failed.
    #[error("table work failed: {0}")]
    Frame(#[from] polars::error::PolarsError),
}

impl ArtifactError {
    /// An adapter for `map_err` on file operations.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// Whether this says that recorded bytes were altered.
    pub fn is_integrity(&self) -> bool {
        matches!(self, Self::Tampered { .. } | Self::Damaged { .. } | Self::Malformed { .. })
    }
}
