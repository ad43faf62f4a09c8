//! The headers of `impl` blocks: what stands between `impl` and the brace.

use crate::syntax::{Name, group, is_punct, is_word, names, word};
use proc_macro2::{Delimiter, Spacing, TokenTree};

/// Whose methods a block holds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Header {
    /// The names in the type, its arguments among them.
    pub(crate) own: Vec<Name>,
    /// The names in the trait, its arguments among them; empty where there is none.
    pub(crate) of_trait: Vec<Name>,
    /// Whether a macro's `$variable` stands in it, so that the macro's arguments are names as well.
    pub(crate) open: bool,
}

/// The header of the block whose `impl` stands at this place; none where it is a type, as in
/// `-> impl Iterator`.
pub(crate) fn header_at(trees: &[TokenTree], at: usize) -> Option<Header> {
    if !begins_an_item(trees, at) {
        return None;
    }
    let start = if is_punct(trees, at + 1, '<') { closing(trees, at + 1)? + 1 } else { at + 1 };
    let (mut split, mut bounds) = (None, None);
    let mut at = start;
    while group(trees, at, Delimiter::Brace).is_none() {
        if at >= trees.len() || is_punct(trees, at, ';') {
            return None;
        }
        if is_punct(trees, at, '<') {
            at = closing(trees, at)?;
        } else if is_word(trees, at, "for") && !is_punct(trees, at + 1, '<') && bounds.is_none() {
            split = split.or(Some(at));
        } else if is_word(trees, at, "where") {
            bounds = bounds.or(Some(at));
        }
        at += 1;
    }
    // Bounds tell which types have the methods, not where a call of them leads.
    let end = bounds.unwrap_or(at);
    let (of_trait, open_trait) = split.map(|split| names(&trees[start..split])).unwrap_or_default();
    let (own, open_own) = names(&trees[split.map_or(start, |split| split + 1)..end]);
    Some(Header { own, of_trait, open: open_own || open_trait })
}

/// Types begin with `impl` behind a colon, an arrow, a comma and the like; items behind another item,
/// an attribute, or a macro's repetition.
fn begins_an_item(trees: &[TokenTree], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return true };
    match &trees[before] {
        TokenTree::Group(_) => true,
        TokenTree::Punct(punct) => matches!(punct.as_char(), ';' | '*' | '+' | '?' | '!'),
        TokenTree::Ident(_) => {
            let modifier = matches!(word(trees, before).as_deref(), Some("unsafe" | "default"));
            modifier || before.checked_sub(1).is_some_and(|at| is_punct(trees, at, '$'))
        }
        TokenTree::Literal(_) => false,
    }
}

/// Where the `<` at this place is closed. The `>` of an arrow closes nothing.
fn closing(trees: &[TokenTree], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in open..trees.len() {
        let arrow =
            at > 0 && matches!(&trees[at - 1], TokenTree::Punct(p) if matches!(p.as_char(), '-' | '=') && p.spacing() == Spacing::Joint);
        if is_punct(trees, at, '<') {
            depth += 1;
        } else if is_punct(trees, at, '>') && !arrow {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::header_at;
    use crate::syntax::{Name, is_word, trees};

    /// The names of the trait and of the type, of the first block.
    fn header(text: &str) -> Option<(String, String)> {
        let trees = trees(text.parse().unwrap());
        let at = (0..trees.len()).find(|at| is_word(&trees, *at, "impl")).unwrap();
        let joined = |names: &[Name]| names.iter().map(|name| name.word.as_str()).collect::<Vec<_>>().join(" ");
        header_at(&trees, at).map(|header| (joined(&header.of_trait), joined(&header.own)))
    }

    fn pair(of_trait: &str, own: &str) -> Option<(String, String)> {
        Some((of_trait.to_string(), own.to_string()))
    }

    #[test]
    fn trait_and_type_are_told_apart_and_bounds_left_out() {
        assert_eq!(header("impl Shape { }"), pair("", "Shape"));
        assert_eq!(header("impl<T: Real> WithSimd for Update<'_, T> { }"), pair("WithSimd", "Update T"));
        assert_eq!(header("unsafe impl<F> Call<F> for (F, [u8; 2]) where F: for<'a> Fn(&'a Shape) { }"), pair("Call F", "F u8"));
        assert_eq!(header("impl<F: Fn() -> Vec<u8>> At<{ N + 1 }> for crate::a::B { }"), pair("At N", "crate a B"));
        assert_eq!(header("impl Call for for<'a> fn(&'a Shape) { }"), pair("Call", "for fn Shape"));
        assert_eq!(header("fn f() { } #[inline] impl Shape { }"), pair("", "Shape"));
    }

    #[test]
    fn a_type_that_is_implemented_is_no_block() {
        for text in
            ["fn f() -> impl Fn(f64) -> Shape { }", "fn f() -> &impl Real { }", "type A = Box<impl Real>;", "f::<u8, impl Real>() { }"]
        {
            assert_eq!(header(text), None, "{text}");
        }
    }

    #[test]
    fn a_variable_of_a_macro_leaves_the_header_open() {
        let trees = trees("impl Real for $float { }".parse().unwrap());
        let header = header_at(&trees, 0).unwrap();
        assert!(header.open && header.own.is_empty());
    }
}
