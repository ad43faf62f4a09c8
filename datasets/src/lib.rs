//! What goes in: data sets by name and digest.
//!
//! Data that a study generates comes from named streams and lives with the study; this room holds
//! what all of them need to say *which* data they used, and the readers of real data: a [`catalog`]
//! says which files a data set has and what their bytes are, [`sets`] where they lie, a [`set`]
//! hands them out checked, and the readers ([`mooij`], [`cepc`]) make [`pair`]s of them.
//!
//! Modules are public and named by their paths, so that a new reader changes no cell of a study that
//! does not use it.

pub mod catalog;
pub mod cepc;
mod digest;
pub mod error;
pub mod fetch;
pub mod mooij;
pub mod pair;
pub mod set;
pub mod sets;

pub use digest::data_digest;
