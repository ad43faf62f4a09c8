//! Small questions about Rust tokens.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Tokens side by side, each group a token.
pub(crate) fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

/// The identifier at this place; `r#x` is x.
pub(crate) fn word(trees: &[TokenTree], at: usize) -> Option<String> {
    match trees.get(at)? {
        TokenTree::Ident(word) => {
            let text = word.to_string();
            Some(text.strip_prefix("r#").map(str::to_string).unwrap_or(text))
        }
        _ => None,
    }
}

pub(crate) fn is_word(trees: &[TokenTree], at: usize, text: &str) -> bool {
    matches!(trees.get(at), Some(TokenTree::Ident(word)) if word == text)
}

pub(crate) fn is_punct(trees: &[TokenTree], at: usize, c: char) -> bool {
    matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// Whether `::` stands at this place.
pub(crate) fn is_joint(trees: &[TokenTree], at: usize) -> bool {
    let joint = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    trees.get(at).is_some_and(joint) && is_punct(trees, at + 1, ':')
}

/// The tokens of the group at this place, where it has such delimiters.
pub(crate) fn group(trees: &[TokenTree], at: usize, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
    match trees.get(at)? {
        TokenTree::Group(group) if group.delimiter() == delimiter => Some(self::trees(group.stream())),
        _ => None,
    }
}

/// The tokens of the group at this place, whatever its delimiters.
pub(crate) fn any_group(trees: &[TokenTree], at: usize) -> Option<Vec<TokenTree>> {
    match trees.get(at)? {
        TokenTree::Group(group) => Some(self::trees(group.stream())),
        _ => None,
    }
}

/// An identifier somewhere in a type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    pub(crate) word: String,
    /// Whether `::` stands before it, so that it need not be a name of the module it stands in.
    pub(crate) qualified: bool,
    /// Whether `::` stands behind it.
    pub(crate) qualifies: bool,
}

/// All identifiers, at any depth, but for lifetimes; and whether a macro's `$variable` is among them.
pub(crate) fn names(trees: &[TokenTree]) -> (Vec<Name>, bool) {
    let (mut found, mut open, mut at) = (Vec::new(), false, 0);
    while at < trees.len() {
        if is_punct(trees, at, '\'') || (is_punct(trees, at, '$') && !is_word(trees, at + 1, "crate")) {
            let variable = is_punct(trees, at, '$');
            open |= variable;
            // `$( … )` is a repetition, whose names count.
            at += if variable && word(trees, at + 1).is_none() { 1 } else { 2 };
            continue;
        }
        if let Some(word) = word(trees, at) {
            found.push(Name { word, qualified: at >= 2 && is_joint(trees, at - 2), qualifies: is_joint(trees, at + 1) });
        } else if let Some(inside) = any_group(trees, at) {
            let (more, open_inside) = names(&inside);
            found.extend(more);
            open |= open_inside;
        }
        at += 1;
    }
    (found, open)
}
