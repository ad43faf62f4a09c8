//! A cause and its effect: what the readers give.

/// Which of two columns is the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The first causes the second.
    First,
    /// The second causes the first.
    Second,
}

/// Two variables observed together, one of which causes the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Its name in its file or table.
    pub id: String,
    /// The first column, `n` finite numbers.
    pub x: Vec<f64>,
    /// The second column, of the same observations.
    pub y: Vec<f64>,
    /// Its share in averages: pairs of one source share a weight.
    pub weight: f64,
    /// Which one is the cause.
    pub cause: Cause,
}

impl Pair {
    /// How many observations there are.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is none. No reader gives such a pair.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }
}
