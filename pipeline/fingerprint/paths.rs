//! Paths as they are written: `crate::a::B`, and every branch of a `use`.

use crate::syntax::{group, is_joint, is_punct, is_word, word};
use proc_macro2::{Delimiter, TokenTree};

/// A path, not yet resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Path {
    pub(crate) segments: Vec<String>,
    /// Whether what follows may be anything: `a::*`, or `a::$name` in a macro.
    pub(crate) glob: bool,
}

impl Path {
    fn then(&self, segment: &str) -> Self {
        let mut segments = self.segments.clone();
        segments.push(segment.to_string());
        Self { segments, glob: false }
    }

    fn glob(self) -> Self {
        Self { glob: true, ..self }
    }
}

/// What one branch of a `use` brings in.
#[derive(Debug, PartialEq)]
pub(crate) struct Import {
    pub(crate) path: Path,
    /// The name it has from here on; none for `*` and for `as _`.
    pub(crate) name: Option<String>,
}

/// The path that begins with the word at this place, and where it ends.
pub(crate) fn path_at(trees: &[TokenTree], mut at: usize) -> (Path, usize) {
    let mut path = Path::default();
    while let Some(segment) = word(trees, at) {
        path = path.then(&segment);
        at += 1;
        if !is_joint(trees, at) {
            break;
        }
        if is_punct(trees, at + 2, '$') {
            return (path.glob(), at + 2);
        }
        if word(trees, at + 2).is_none() {
            break;
        }
        at += 2;
    }
    (path, at)
}

/// All branches of the tree of a `use`: what stands between `use` and its semicolon.
pub(crate) fn imports(trees: &[TokenTree]) -> Vec<Import> {
    let mut found = Vec::new();
    branch(trees, &Path::default(), &mut found);
    found
}

fn branch(trees: &[TokenTree], before: &Path, found: &mut Vec<Import>) {
    let (mut path, mut at) = (before.clone(), 0);
    while at < trees.len() {
        if is_word(trees, at, "as") {
            let name = word(trees, at + 1).filter(|name| name != "_");
            found.push(Import { path, name });
            return;
        }
        if let Some(inside) = group(trees, at, Delimiter::Brace) {
            inside
                .split(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ','))
                .for_each(|part| branch(part, &path, found));
            return;
        }
        if is_punct(trees, at, '$') && is_word(trees, at + 1, "crate") {
            path = path.then("$crate");
            at += 2;
        } else if is_punct(trees, at, '*') || is_punct(trees, at, '$') {
            found.push(Import { path: path.glob(), name: None });
            return;
        } else if let Some(segment) = word(trees, at) {
            // `a::{self, b}`: self is a.
            if segment != "self" || path.segments.is_empty() {
                path = path.then(&segment);
            }
            at += 1;
        } else {
            at += 1;
        }
    }
    if path != *before || trees.iter().any(|tree| matches!(tree, TokenTree::Ident(_))) {
        let name = path.segments.last().cloned();
        found.push(Import { path, name });
    }
}

#[cfg(test)]
mod tests {
    use super::{imports, path_at};
    use crate::syntax::trees;

    fn tree(text: &str) -> Vec<String> {
        let shown = |import: &super::Import| {
            let star = if import.path.glob { "::*" } else { "" };
            format!("{}{star} as {}", import.path.segments.join("::"), import.name.as_deref().unwrap_or("_"))
        };
        imports(&trees(text.parse().unwrap())).iter().map(shown).collect()
    }

    #[test]
    fn a_use_is_all_of_its_branches() {
        assert_eq!(tree("super::{ID, target::Target}"), ["super::ID as ID", "super::target::Target as Target"]);
        assert_eq!(tree("a::{self, b::{c as d, *}, e as _,}"), ["a as a", "a::b::c as d", "a::b::* as _", "a::e as _"]);
        assert_eq!(tree("{a, ::b::c}"), ["a as a", "b::c as c"]);
        assert_eq!(tree("$crate::a::$b"), ["$crate::a::* as _"]);
        assert_eq!(tree("super::*"), ["super::* as _"]);
    }

    #[test]
    fn a_path_ends_where_no_name_follows() {
        let ends = |text: &str| {
            let (path, end) = path_at(&trees(text.parse().unwrap()), 0);
            (path.segments.join("::"), path.glob, end)
        };
        assert_eq!(ends("a::b(c)"), ("a::b".to_string(), false, 4));
        assert_eq!(ends("a::<T>::b"), ("a".to_string(), false, 1));
        assert_eq!(ends("a: b"), ("a".to_string(), false, 1));
        assert_eq!(ends("super::$name::b"), ("super".to_string(), true, 3));
    }
}
