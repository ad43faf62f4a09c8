//! The one error type of this crate.

/// Why a figure could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// The table has nothing to draw, or not what the figure needs.
    #[error("table '{table}': {message}")]
    Table {
        /// The table.
        table: String,
        /// What is missing.
        message: String,
    },
    /// A text has a character that the committed font has not.
    #[error("the figures' font has no '{character}', which stands in '{text}'")]
    Character {
        /// The character.
        character: char,
        /// The text.
        text: String,
    },
    /// The drawing library failed.
    #[error("drawing failed: {0}")]
    Drawing(String),
}
