//! Fingerprints of methods, computed at build time.
//!
//! A method's fingerprint is a digest of the *tokens* of the Rust files that define it, so a
//! comment, a documentation line or a reformat re-runs nothing while a changed constant, operator
//! or name re-runs what it touches. The locked versions of the crates that do arithmetic are a
//! part of their own. Nothing here knows what a study is: callers name folders and crates.

mod crates;
mod tokens;

pub use crates::numeric_crates;
pub use tokens::{folder_tokens, source_tokens};

use std::path::PathBuf;

/// Why a fingerprint could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum FingerprintError {
    /// A source file or folder could not be read.
    #[error("cannot read '{path}': {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A source file is not Rust.
    #[error("cannot split '{path}' into Rust tokens: {message}")]
    Tokens {
        /// The file.
        path: PathBuf,
        /// What the lexer said.
        message: String,
    },
}
