//! What a server or a client of it says, made fit to be shown: one short line, without credentials.

use std::sync::OnceLock;

/// The most characters of it that are shown.
const LENGTH: usize = 400;

/// Names of variables that hold what nobody may see.
const SECRET: [&str; 5] = ["KEY", "SECRET", "TOKEN", "PASSWORD", "CREDENTIAL"];

/// A message on one line: no control characters of a terminal, no signed queries, no credentials of the
/// environment.
pub(crate) fn quiet(message: &str) -> String {
    without(message, secrets())
}

fn without(message: &str, secrets: &[String]) -> String {
    let mut text = reason(message);
    for secret in secrets {
        text = text.replace(secret.as_str(), "…");
    }
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    // What follows the question mark of an address may be a signature.
    let words = words.map(|word| match word.split_once('?') {
        Some((address, _)) if address.contains("://") => address,
        _ => word,
    });
    let line = words.collect::<Vec<_>>().join(" ");
    if line.chars().count() > LENGTH { line.chars().take(LENGTH).chain(['…']).collect() } else { line }
}

/// Which request it was and why it failed, without the client's account of how often it was made and how
/// long that took. It need not be the one that was asked for: credentials are fetched too.
fn reason(message: &str) -> String {
    let told = message.split_once("Error performing ").and_then(|(_, account)| account.split_once(" - "));
    let told = told.map(|(request, reason)| format!("{}: {reason}", request.split(" in ").next().unwrap_or_default()));
    told.unwrap_or_else(|| message.to_string()).trim_end_matches([':', ' ']).to_string()
}

/// The credentials that the environment holds.
#[expect(clippy::disallowed_methods, reason = "credentials come from the environment, and must be known to be left out")]
fn secrets() -> &'static [String] {
    static FOUND: OnceLock<Vec<String>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let named = std::env::vars().filter(|(name, _)| SECRET.iter().any(|word| name.contains(word)));
        // A word as short as these is none, and would tear holes into every message.
        named.map(|(_, value)| value).filter(|value| value.len() >= 6).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_no_query_and_no_control_character_is_left() {
        let said = "no: GET https://h/b/k?sig=abc%20d,\n\u{1b}[31mkey hunter22 </Error>";
        assert_eq!(without(said, &["hunter22".to_string()]), "no: GET https://h/b/k [31mkey … </Error>");
        assert_eq!(without(&"x".repeat(1000), &[]).chars().count(), LENGTH + 1);
        let long = "Generic S3 error: Error performing GET http://h/k in 1s, after 3 retries - Server returned 503 - busy: ";
        assert_eq!(without(long, &[]), "GET http://h/k: Server returned 503 - busy");
    }
}
