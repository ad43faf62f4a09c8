//! What a run of the program left behind.

use std::process::Output;

/// Exit code and what was printed.
#[derive(Debug)]
pub struct Run {
    /// The exit code; none if a signal ended it.
    pub exit: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { exit: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The run, if it ended with this code.
    ///
    /// # Panics
    /// With everything that was printed, if it did not.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.exit, Some(code), "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    /// The run, if standard error holds this text.
    ///
    /// # Panics
    /// With everything that was printed, if it does not.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "'{text}' was not said\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    /// Standard output as JSON.
    ///
    /// # Panics
    /// If it is not one JSON document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}", self.out))
    }
}
