//! Fingerprints of methods, computed at build time.
//!
//! A method's fingerprint is a digest of the *tokens* of each Rust file that its code can reach, so
//! a comment, a documentation line or a reformat re-runs nothing while a changed constant, operator
//! or name re-runs the methods that can see it. The locked versions of the crates that do arithmetic
//! are parts of their own. Nothing here knows what a study is: callers name crates and modules.

mod code;
mod crates;
mod edges;
mod facts;
mod impls;
mod packages;
mod paths;
mod syntax;
mod tokens;
mod tree;

pub use code::Code;
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
    /// A source file refers to others in a way that is not followed.
    #[error("cannot follow '{path}': it has {what}; keep it out of what a method refers to, or write it otherwise")]
    Unsupported {
        /// The file, from the workspace's root.
        path: PathBuf,
        /// What is in it.
        what: String,
    },
    /// No module has this path.
    #[error("no module '{module}' was read: expected a path from the crate's name on, such as '{example}'")]
    UnknownModule {
        /// What was asked for.
        module: String,
        /// A module that was read.
        example: String,
    },
}
