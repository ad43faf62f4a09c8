//! How the program speaks: data to standard output, everything else to standard error.

use crate::exit::{Exit, classify};
use serde::Serialize;
use serde_json::json;
use std::io::Write as _;
use std::process::ExitCode;

/// One line of data.
pub(crate) fn line(text: impl AsRef<str>) {
    // A reader that closes the pipe early has read enough.
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// One line for the person at the terminal.
pub(crate) fn note(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
}

/// One JSON document.
pub(crate) fn document(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// An error with its hint; as JSON on standard output where JSON was asked for.
pub(crate) fn error(error: &anyhow::Error, as_json: bool) -> Exit {
    let (exit, hint) = classify(error);
    // The chain's causes, without those that a message above already tells.
    let mut message = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !message.contains(&cause) {
            message = if message.is_empty() { cause } else { format!("{message}: {cause}") };
        }
    }
    if as_json {
        line(json!({"error": message, "hint": hint, "exit": exit as u8}).to_string());
    } else {
        note(format!("error: {message}"));
        if let Some(hint) = hint {
            note(format!("hint: {hint}"));
        }
    }
    exit
}

/// What is wrong with a command line, or the help that was asked for.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && std::env::args().any(|argument| argument == "--json") {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        line(json!({"error": message, "hint": "see `saigen --help`", "exit": Exit::Usage as u8}).to_string());
    } else {
        // Nobody is left to tell that nobody listens.
        let _ = error.print();
    }
    ExitCode::from(if error.use_stderr() { Exit::Usage as u8 } else { Exit::Done as u8 })
}

/// A duration for people.
pub(crate) fn duration(elapsed: std::time::Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 60.0 { format!("{seconds:.1} s") } else { format!("{:.0} min {:02.0} s", (seconds / 60.0).floor(), seconds % 60.0) }
}

/// "1 cell", "2 cells".
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
