//! Building blocks that two or more studies share: named random streams, elementary functions,
//! devices, and stacked networks with their training step.
//!
//! Nothing here knows a study, a declaration or a file. Results depend on arguments only: every
//! random number is drawn on the host from a named stream and uploaded, no backend is ever seeded.

pub mod device;
pub mod elementary;
pub mod mlp;
pub mod stream;
