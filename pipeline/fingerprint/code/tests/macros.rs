//! Macros of ours: what they say counts where they are called.

use super::{Files, reached};

fn by(rules: &str, user: &str) -> String {
    let files: Files<'_> = &[
        ("studies/lib.rs", "#[macro_use]\nmod rules;\nmod low;\nmod up;\npub const ROOT: u8 = 1;"),
        ("studies/rules.rs", rules),
        ("studies/low.rs", "pub struct Shape;\npub trait Area { }"),
        ("studies/up/mod.rs", "mod data;\nmod user;"),
        ("studies/up/data.rs", ""),
        ("studies/up/user.rs", user),
    ];
    reached(files, "studies::up::user").replace(" studies/up/user.rs", "").replace("studies/up/user.rs", "")
}

#[test]
fn a_call_reaches_the_macro() {
    assert_eq!(by("macro_rules! sum { ($x:expr) => { $x + 1 } }", "fn f() -> u8 { sum!(2) }"), "studies/rules.rs");
    assert_eq!(by("macro_rules! sum { ($x:expr) => { $x + 1 } }", "fn f(sum: u8) -> u8 { sum != (2) as u8; sum }"), "");
    assert_eq!(
        by("macro_rules! sum { () => { 1 } }\npub(crate) use sum as add;", "use crate::rules::add; const A: u8 = add!();"),
        "studies/rules.rs"
    );
}

#[test]
fn a_macro_given_to_another_is_called() {
    let user = "macro_rules! each { ($m:ident) => { $m!(1) } } fn f() { each!(sum) }";
    assert_eq!(by("macro_rules! sum { ($x:expr) => { $x + 1 } }", user), "studies/rules.rs");
}

#[test]
fn paths_in_a_macro_are_those_of_the_caller() {
    assert_eq!(by("macro_rules! draw { () => { super::data::draw() } }", "fn f() { draw!() }"), "studies/rules.rs studies/up/data.rs");
    assert_eq!(by("macro_rules! draw { () => { $crate::low::draw() } }", "fn f() { draw!() }"), "studies/low.rs studies/rules.rs");
    let outer = "macro_rules! outer { () => { draw!() } } macro_rules! draw { () => { super::data::draw() } }";
    assert_eq!(by(outer, "fn f() { outer!() }"), "studies/rules.rs studies/up/data.rs");
}

#[test]
fn a_macro_may_put_a_path_together() {
    let rules = "macro_rules! draw { ($name:ident) => { super::$name::draw() } }";
    assert!(by(rules, "fn f() { draw!(data) }").contains("studies/up/data.rs"));
}

#[test]
fn a_macro_may_write_a_block() {
    let rules = "macro_rules! area { ($t:ty) => { impl $crate::low::Area for $t { } } }";
    let calls = [
        // The user has the type, another file the block.
        ("use crate::low::Shape;", "use crate::low::Shape; area!(Shape);"),
        ("use crate::low::Shape;", "use crate::low::Shape; fn f() { area!(u8); area!(Shape); }"),
        ("use crate::low::Area;", "area!(f64);"),
        ("use crate::low::Shape;", "use crate::low::Shape; outside::implement!(Shape);"),
    ];
    for (user, blocks) in calls {
        let files: Files<'_> = &[
            ("studies/lib.rs", "mod rules;\nmod low;\nmod blocks;\nmod user;"),
            ("studies/rules.rs", rules),
            ("studies/low.rs", "pub struct Shape;\npub trait Area { }"),
            ("studies/blocks.rs", blocks),
            ("studies/user.rs", user),
        ];
        assert!(reached(files, "studies::user").contains("studies/blocks.rs"), "{blocks}");
    }
}
