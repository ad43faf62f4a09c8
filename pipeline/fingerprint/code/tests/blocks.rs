//! Blocks of methods, which a call does not name.

use super::reached;

/// What `studies::user` reaches of three files beside it, `a`, `b` and `c`.
fn by(user: &str, a: &str, b: &str, c: &str) -> String {
    let files = [
        ("studies/lib.rs", "mod a;\nmod b;\nmod c;\nmod user;"),
        ("studies/a.rs", a),
        ("studies/b.rs", b),
        ("studies/c.rs", c),
        ("studies/user.rs", user),
    ];
    let all = reached(&files, "studies::user");
    ["a", "b", "c", "lib"].into_iter().filter(|name| all.contains(&format!("studies/{name}.rs"))).collect::<Vec<_>>().join(" ")
}

const USER: &str = "use crate::a::Shape; fn f(s: Shape) -> f64 { s.area() }";

#[test]
fn a_type_reaches_its_blocks_in_other_files() {
    assert_eq!(by(USER, "pub struct Shape;", "use crate::a::Shape; impl Shape { }", ""), "a b");
    assert_eq!(by(USER, "pub enum Shape { }", "impl<T: Into<f64>> std::ops::Mul<T> for &crate::a::Shape { }", ""), "a b");
    assert_eq!(by(USER, "pub struct Shape;", "use crate::a::Shape; impl From<Shape> for f64 { }", ""), "a b");
    assert_eq!(by(USER, "pub struct Shape;", "use crate::a::*; impl Sum for Vec<(Shape, u8)> { }", ""), "a b");
}

#[test]
fn a_type_of_the_same_name_is_another() {
    let own = "struct Shape; impl Shape { }";
    assert_eq!(by(USER, "pub struct Shape;", own, ""), "a");
    assert_eq!(by(USER, "pub struct Shape;", "use outside::Shape; impl Shape { }", ""), "a");
    // The block's own type has the name, and the block is for the other.
    assert_eq!(by(USER, "pub struct Shape;", "struct Shape; impl Area for crate::a::Shape { }", ""), "a b");
    assert_eq!(by(USER, "pub struct Shape;", "struct Shape; fn f() { use crate::a::Shape; impl Area for Shape { } }", ""), "a b");
}

#[test]
fn a_type_may_have_other_names() {
    assert_eq!(by(USER, "pub struct Shape;", "use crate::a::Shape as S; impl S { }", ""), "a b");
    assert_eq!(by(USER, "pub struct Shape;", "type S = Vec<crate::a::Shape>; impl Area for S { }", ""), "a b");
    assert_eq!(by(USER, "pub struct Shape;", "use crate::c::S; impl S { }", "pub type S = crate::a::Shape;"), "a b c");
    assert_eq!(by(USER, "pub struct Shape;", "use crate::c::S; impl S { }", "pub use crate::a::Shape as S;"), "a b c");
}

#[test]
fn a_trait_reaches_blocks_for_types_that_are_not_beside_them() {
    let user = "use crate::a::Area; fn f() -> f64 { 1.0.area() }";
    assert_eq!(by(user, "pub trait Area { }", "use crate::a::Area; impl Area for f64 { }", ""), "a b");
    assert_eq!(by(user, "pub trait Area { }", "use crate::a::Area; impl<T: Copy> Area for T { }", ""), "a b");
    assert_eq!(by(user, "pub trait Area { }", "use crate::{a::Area, c::Shape}; impl Area for Shape { }", "pub struct Shape;"), "a b c");
}

#[test]
fn a_trait_does_not_reach_every_type_that_has_it() {
    let user = "use crate::a::Area; fn f(x: impl Area) -> f64 { x.area() }";
    assert_eq!(by(user, "pub trait Area { }", "use crate::a::Area; struct Shape; impl Area for Shape { }", ""), "a");
    assert_eq!(by(user, "pub trait Area { }", "use crate::a::Area; struct Pass<T>(T); impl<T: Area> Run for Pass<T> { }", ""), "a");
    assert_eq!(by(user, "pub trait Area { }", "fn g() -> impl crate::a::Area { 1.0 }", ""), "a");
}
