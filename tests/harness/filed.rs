//! Tables in a README that tests make: between two markers, compared with what a run gives.

use crate::repository;

/// The README of the tests, from the repository's root.
pub const README: &str = "tests/README.md";

/// Compares the table between the markers of a section with one that was just made; writes it where
/// blessing is asked for.
///
/// # Panics
/// If they differ, or the file has no such markers.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "blessing is asked for by the environment")]
pub fn filed(file: &str, section: &str, table: &str) {
    let path = repository().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {section}: "), format!("<!-- end of {section} -->"));
    let marker = text.find(&begin).unwrap_or_else(|| panic!("{file} has no '{begin}'"));
    let start = marker + text[marker..].find('\n').unwrap() + 1;
    let stop = start + text[start..].find(&end).unwrap_or_else(|| panic!("{file} has no '{end}'"));
    if std::env::var("SAIGEN_BLESS").is_ok() {
        std::fs::write(&path, format!("{}{table}{}", &text[..start], &text[stop..])).unwrap();
        return;
    }
    assert_eq!(&text[start..stop], table, "{file}, {section}; `just bless` accepts it");
}
