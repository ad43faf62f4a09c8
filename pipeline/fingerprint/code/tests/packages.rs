//! Crates from outside.

use super::{fingerprint, reached, touched};

/// `chacha20` in two versions, of which the study's crate depends on the later; `pulp` by way of a
/// crate that does not compute.
const LOCK: &str = r#"version = 4

[[package]]
name = "chacha20"
version = "0.9.0"
source = "registry+https://example.org"
checksum = "0123456789abcdef0000"

[[package]]
name = "chacha20"
version = "0.10.0"
source = "registry+https://example.org"
checksum = "fedcba98765432100000"
dependencies = [
 "num-traits",
]

[[package]]
name = "num-traits"
version = "0.2.0"
source = "registry+https://example.org"
checksum = "11111111111111110000"

[[package]]
name = "pulp"
version = "0.22.0"
source = "registry+https://example.org"
checksum = "22222222222222220000"
dependencies = [
 "chacha20 0.9.0",
]

[[package]]
name = "serde"
version = "1.0.0"
source = "registry+https://example.org"
checksum = "33333333333333330000"
dependencies = [
 "chacha20 0.10.0",
 "pulp",
]

[[package]]
name = "studies"
version = "0.1.0"
dependencies = [
 "chacha20 0.10.0",
 "serde",
]
"#;

fn files(a: &'static str, lock: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![("Cargo.lock", lock), ("studies/lib.rs", "mod a;\nmod b;"), ("studies/a.rs", a), ("studies/b.rs", "")]
}

#[test]
fn a_crate_counts_with_all_that_compute_below_it() {
    assert_eq!(reached(&files("use chacha20::Rng;", LOCK), "studies::a"), "chacha20 num-traits studies/a.rs");
    assert_eq!(reached(&files("use chacha20 as c;", LOCK), "studies::a"), "chacha20 num-traits studies/a.rs");
    assert_eq!(reached(&files("fn f() { ::serde::f() }", LOCK), "studies::a"), "chacha20 num-traits pulp studies/a.rs");
    assert_eq!(reached(&files("use chacha20::Rng;", LOCK), "studies::b"), "studies/b.rs");
    // No dependency of the crate, so that the name is something else.
    assert_eq!(reached(&files("fn f() { pulp::f() }", LOCK), "studies::a"), "studies/a.rs");
}

#[test]
fn a_crate_is_told_by_version_and_checksum() {
    let one = fingerprint(&files("use chacha20::Rng;", LOCK), "studies::a");
    assert_eq!(one["chacha20"], "0.10.0 fedcba9876543210");
    let both = fingerprint(&files("use serde::Serialize;", LOCK), "studies::a");
    assert_eq!(both["chacha20"], "0.9.0 0123456789abcdef, 0.10.0 fedcba9876543210");
}

#[test]
fn a_bump_touches_what_uses_the_crate() {
    let before = files("use chacha20::Rng;", LOCK);
    let bumped = |from: &str, to: &str| touched(&before, "Cargo.lock", &LOCK.replace(from, to));
    assert_eq!(bumped("1.0.0", "1.0.1"), "");
    assert_eq!(bumped("3333333333333333", "4444444444444444"), "");
    assert_eq!(bumped("0123456789abcdef", "0000000000000000"), "", "the other version");
    assert_eq!(bumped("fedcba9876543210", "0000000000000000"), "studies::a");
    assert_eq!(bumped("1111111111111111", "0000000000000000"), "studies::a");
}
