//! The one error type of this crate.

use std::path::PathBuf;

/// Short for results of this crate.
pub type Result<T, E = DataError> = std::result::Result<T, E>;

/// What can go wrong with data sets, and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
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
    /// An entry of the catalog is not as it must be.
    #[error("'{path}': {}", problems.join("; "))]
    Catalog {
        /// The file.
        path: PathBuf,
        /// Everything that is wrong with it, each with its field or line.
        problems: Vec<String>,
    },
    /// The catalog has no such data set.
    #[error("the catalog has no data set '{id}'")]
    Unknown {
        /// The name.
        id: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A data set has no file of this name.
    #[error("the catalog lists no file '{file}' of data set '{id}'")]
    Unlisted {
        /// The data set.
        id: String,
        /// The file.
        file: String,
    },
    /// A listed file is not there.
    #[error("file '{path}' of data set '{id}' is missing")]
    Missing {
        /// The data set.
        id: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file does not hold the bytes that the catalog declares.
    #[error("'{path}' is not the file that the catalog declares for data set '{id}': expected sha256 {expected}, found {found}")]
    Altered {
        /// The data set.
        id: String,
        /// The file.
        path: PathBuf,
        /// The digest in the catalog.
        expected: String,
        /// The digest of what is there.
        found: String,
    },
    /// A file is not in its format.
    #[error("'{path}', line {line}: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it, the value and what was expected.
        message: String,
    },
    /// A file could not be downloaded.
    #[error("'{url}' cannot be fetched: {message}")]
    Fetch {
        /// Its address.
        url: String,
        /// What the download said.
        message: String,
    },
}

impl DataError {
    /// An adapter for `map_err` on file operations.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// What to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { .. } => None,
            Self::Catalog { .. } => Some("datasets/README.md says what an entry of the catalog holds".to_string()),
            Self::Unknown { known, .. } if known.is_empty() => Some("the folder 'datasets/catalog' holds no entry".to_string()),
            Self::Unknown { known, .. } => Some(format!("known: {}", known.join(", "))),
            Self::Unlisted { .. } => Some("`saigen datasets list --json` names the files of each data set".to_string()),
            Self::Missing { id, .. } => Some(way_to(id)),
            Self::Altered { id, .. } => {
                Some(format!("remove the file and get it again: `saigen datasets fetch {id}`; or name another folder with --data-dir"))
            }
            Self::Malformed { .. } => Some("hold the file against its source, which the catalog names".to_string()),
            Self::Fetch { .. } => {
                Some("get the file by other means, and name the folder that holds the data sets with --data-dir".to_string())
            }
        }
    }

    /// Whether this says that bytes are not those that were declared.
    pub fn is_integrity(&self) -> bool {
        matches!(self, Self::Altered { .. })
    }
}

/// How to get a data set.
pub fn way_to(id: &str) -> String {
    format!("`saigen datasets fetch {id}` gets it, or name the folder that holds the data sets with --data-dir")
}
