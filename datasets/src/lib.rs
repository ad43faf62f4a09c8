//! What goes in: data sets by name and digest.
//!
//! Data that a study generates comes from named streams and lives with the study; this room holds
//! what all of them need to say *which* data they used.

mod digest;

pub use digest::data_digest;
