//! Which file a path leads to.

use super::{Files, reached};

const TREE: Files<'static> = &[
    ("studies/lib.rs", "mod a;\nmod b;\npub use b::deep::Item;\npub const ROOT: u8 = 1;"),
    ("studies/a.rs", "pub mod inner;"),
    ("studies/a/inner.rs", ""),
    ("studies/b/mod.rs", "pub mod deep;\nmod user;\nmod low;\npub use low::low;\npub const B: u8 = 1;"),
    ("studies/b/deep.rs", "pub struct Item;"),
    ("studies/b/low.rs", "pub fn low() {}"),
    ("studies/b/user.rs", ""),
    ("parts/models/lib.rs", "pub mod stream;\nmod hidden;\npub use hidden::open;"),
    ("parts/models/stream/mod.rs", "mod part;"),
    ("parts/models/stream/part.rs", ""),
    ("parts/models/hidden.rs", "pub fn open() {}"),
];

/// What `studies::b::user` reaches with such a text, without itself.
fn by(text: &str) -> String {
    let files: Vec<_> = TREE.iter().map(|(path, old)| (*path, if *path == "studies/b/user.rs" { text } else { *old })).collect();
    reached(&files, "studies::b::user").replace(" studies/b/user.rs", "").replace("studies/b/user.rs", "")
}

#[test]
fn a_path_leads_to_the_module_it_ends_in_and_not_to_those_it_passes() {
    assert_eq!(by("use super::deep::Item;"), " studies/b/deep.rs".trim_start());
    assert_eq!(by("fn f() -> u8 { super::super::a::inner::f() }"), "studies/a/inner.rs");
    assert_eq!(by("fn f() { crate::a::inner::f::<u8>(); self::g(); let x = 0..y::LENGTH; }"), "studies/a/inner.rs");
    assert_eq!(by("fn f<'a>() -> Vec<models::stream::part::T<'a>> { }"), "parts/models/stream/part.rs");
}

#[test]
fn a_module_reaches_the_modules_in_it() {
    assert_eq!(by("use crate::a;"), "studies/a.rs studies/a/inner.rs");
    assert_eq!(by("use models::stream::Stream;"), "parts/models/stream/mod.rs parts/models/stream/part.rs");
}

#[test]
fn an_item_of_a_root_reaches_the_root_and_what_it_names() {
    assert_eq!(by("use models::open;"), "parts/models/hidden.rs parts/models/lib.rs");
    assert_eq!(by("use crate::ROOT;"), "studies/b/deep.rs studies/lib.rs");
}

#[test]
fn a_group_branches() {
    assert_eq!(by("use crate::a::{self as other, inner::{f, g}};"), "studies/a.rs studies/a/inner.rs");
    assert_eq!(by("use {super::deep::Item, models::stream::part::{self}};"), "parts/models/stream/part.rs studies/b/deep.rs");
    // An item of the parent beside one of a sibling.
    assert_eq!(by("use super::{B, deep::Item};"), "studies/b/deep.rs studies/b/low.rs studies/b/mod.rs");
}

#[test]
fn a_glob_brings_all_in() {
    assert_eq!(by("use super::deep::*;"), "studies/b/deep.rs");
    assert_eq!(by("use super::*;"), "studies/b/deep.rs studies/b/low.rs studies/b/mod.rs");
    let all = "parts/models/hidden.rs parts/models/lib.rs parts/models/stream/mod.rs parts/models/stream/part.rs";
    assert_eq!(by("use models::*;"), all);
    assert_eq!(by("use models;"), all);
    assert_eq!(by("use models as m; fn f() { m::stream::part::f() }"), all);
}

#[test]
fn a_function_may_have_the_name_of_its_module() {
    assert_eq!(by("use super::low;"), "studies/b/deep.rs studies/b/low.rs studies/b/mod.rs");
    assert_eq!(by("use super::low::low;"), "studies/b/low.rs");
}

#[test]
fn who_may_see_is_not_what_is_seen() {
    assert_eq!(by("pub(super) struct A(pub(crate) u8, pub(in crate::a) u8);"), "");
    assert_eq!(by("pub(super) struct A(pub (crate::a::inner::T, u8));"), "studies/a/inner.rs");
}

#[test]
fn what_looks_like_a_path_or_a_keyword_and_is_none_leads_nowhere() {
    assert_eq!(by("fn f() -> impl Iterator<Item = u8> + use<'static> { let r#use = \"crate::a\"; r#use.iter() }"), "");
    assert_eq!(by("fn f(x: &'static str) { loop { break 'super } }"), "");
}

#[test]
fn a_path_may_be_quoted_in_an_attribute() {
    assert_eq!(by("#[derive(Debug)] struct A { #[serde(default = \"crate::a::inner::f\")] b: u8 }"), "studies/a/inner.rs");
}

#[test]
fn a_module_in_braces_is_a_module() {
    assert_eq!(
        by("mod own { use super::super::deep::Item; mod lower { fn f() { super::super::super::deep::f() } } }"),
        "studies/b/deep.rs"
    );
    let files = [("studies/lib.rs", "mod a { pub mod c; }\nmod b;"), ("studies/a/c.rs", ""), ("studies/b.rs", "use crate::a::c::T;")];
    assert_eq!(reached(&files, "studies::b"), "studies/a/c.rs studies/b.rs");
    assert_eq!(reached(&files, "studies::a"), "studies/lib.rs");
}

#[test]
fn a_module_may_lie_in_a_folder_of_another_name() {
    let files = [
        ("studies/lib.rs", "#[path = \"two-words/mod.rs\"]\n#[rustfmt::skip]\npub(crate) mod two_words;\nmod b;"),
        ("studies/two-words/mod.rs", "mod data;\npub mod fit;\nmod more;"),
        ("studies/two-words/data.rs", ""),
        ("studies/two-words/fit.rs", "use super::data::draw;"),
        ("studies/two-words/more/mod.rs", "#[path = \"../data.rs\"] mod own;"),
        ("studies/b.rs", "use crate::two_words::fit::run;"),
    ];
    assert_eq!(reached(&files, "studies::two_words::fit"), "studies/two-words/data.rs studies/two-words/fit.rs");
    assert_eq!(reached(&files, "studies::b"), "studies/b.rs studies/two-words/data.rs studies/two-words/fit.rs");
    assert_eq!(reached(&files, "studies::two_words::more"), "studies/two-words/data.rs studies/two-words/more/mod.rs");
    let touched = super::touched(&files, "studies/two-words/data.rs", "const A: u8 = 1;");
    assert!(touched.contains("studies::two_words::fit") && touched.contains("studies::b"), "{touched}");
}
