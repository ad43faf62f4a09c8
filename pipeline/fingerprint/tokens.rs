//! From Rust source to a digest that only meaning can change.

use crate::FingerprintError;
use crate::facts::Facts;
use crate::syntax::{group, is_punct, is_word};
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Operators of more than one character, longest first: `a && b` and `a & &b` must differ, while
/// `x=-1` and `x = -1` must not.
const OPERATORS: &[&str] = &[
    "<<=", ">>=", "...", "..=", "&&", "||", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<", ">>", "->", "=>",
    "::", "..",
];

/// The digest, in hexadecimal, of every `.rs` file under `folder`, by relative path, and of the bytes
/// of what they include; files named `tests.rs` hold tests, folders named `examples` and `benches`
/// programs of their own: none of them counts.
///
/// # Errors
/// A file that cannot be read or is not Rust, or an inclusion that cannot be followed.
pub fn folder_tokens(folder: &Path) -> Result<String, FingerprintError> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let text = String::from_utf8_lossy(&bytes(&file)?).into_owned();
        let code = code(&text).map_err(|message| FingerprintError::Tokens { path: file.clone(), message })?;
        let facts = Facts::of(code.clone());
        if let Some(what) = facts.obstacle.filter(|what| what.starts_with("include")) {
            return Err(FingerprintError::Unsupported { path: file, what });
        }
        // The path is written with `/` on every system.
        let inside = file.strip_prefix(folder).unwrap_or(&file);
        let parts: Vec<_> = inside.components().map(|c| c.as_os_str().to_string_lossy()).collect();
        hasher.update(parts.join("/").as_bytes());
        hasher.update([0]);
        hasher.update(written(code).as_bytes());
        hasher.update([0]);
        for (name, _) in facts.includes {
            hasher.update(Sha256::digest(bytes(&file.with_file_name(name))?));
        }
    }
    Ok(crate::crates::hex(&hasher.finalize()))
}

/// The tokens of a source text, one a line, without comments, documentation, layout, trailing
/// commas and test modules.
///
/// # Errors
/// The lexer's message where the text is not Rust.
pub fn source_tokens(text: &str) -> Result<String, String> {
    Ok(written(code(text)?))
}

/// The tokens that count, as a tree: without comments, documentation and test items.
pub(crate) fn code(text: &str) -> Result<TokenStream, String> {
    let stream: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
    Ok(without_tests(stream))
}

/// Such tokens as text, one a line, without layout and trailing commas.
pub(crate) fn written(code: TokenStream) -> String {
    let mut out = String::new();
    write_stream(code, &mut out);
    out
}

fn bytes(file: &Path) -> Result<Vec<u8>, FingerprintError> {
    std::fs::read(file).map_err(|source| FingerprintError::Read { path: file.to_path_buf(), source })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), FingerprintError> {
    let read = |source| FingerprintError::Read { path: folder.to_path_buf(), source };
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.is_dir() {
            if !path.ends_with("examples") && !path.ends_with("benches") {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn without_tests(stream: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < trees.len() {
        match attribute_at(&trees, at) {
            Some((end, Attribute::Documentation)) => at = end,
            Some((end, Attribute::TestOnly)) if is_item(&trees, end) => at = item_end(&trees, end),
            _ => {
                kept.push(match &trees[at] {
                    TokenTree::Group(group) => Group::new(group.delimiter(), without_tests(group.stream())).into(),
                    other => other.clone(),
                });
                at += 1;
            }
        }
    }
    kept.into_iter().collect()
}

/// Such tokens without what only leads on: `pub mod x;`, where no attribute stands before it.
pub(crate) fn without_public_modules(stream: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let (mut kept, mut at) = (Vec::new(), 0);
    while let Some(tree) = trees.get(at) {
        let leads_on = is_word(&trees, at, "pub") && is_word(&trees, at + 1, "mod") && is_punct(&trees, at + 3, ';');
        let attributed = at.checked_sub(1).is_some_and(|before| group(&trees, before, Delimiter::Bracket).is_some());
        if leads_on && !attributed {
            at += 4;
        } else {
            kept.push(tree.clone());
            at += 1;
        }
    }
    kept.into_iter().collect()
}

fn write_stream(stream: TokenStream, out: &mut String) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while at < trees.len() {
        if let Some(length) = operator_at(&trees, at) {
            for tree in &trees[at..at + length] {
                out.push_str(&tree.to_string());
            }
            out.push('\n');
            at += length;
        } else {
            write_tree(&trees, at, out);
            at += 1;
        }
    }
}

fn write_tree(trees: &[TokenTree], at: usize, out: &mut String) {
    match &trees[at] {
        TokenTree::Group(group) => write_group(group, at.checked_sub(1).map(|before| &trees[before]), out),
        other => {
            out.push_str(&other.to_string());
            out.push('\n');
        }
    }
}

fn write_group(group: &Group, before: Option<&TokenTree>, out: &mut String) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(\n", ")\n"),
        Delimiter::Brace => ("{\n", "}\n"),
        Delimiter::Bracket => ("[\n", "]\n"),
        Delimiter::None => ("", ""),
    };
    out.push_str(open);
    write_stream(without_trailing_comma(group, before), out);
    out.push_str(close);
}

/// A formatter adds and removes trailing commas; only in a tuple of one, `(x,)`, does one carry
/// meaning.
fn without_trailing_comma(group: &Group, before: Option<&TokenTree>) -> TokenStream {
    let mut trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ',');
    let commas = trees.iter().filter(|tree| comma(tree)).count();
    let one_tuple = group.delimiter() == Delimiter::Parenthesis && commas == 1 && !follows_a_callee(before);
    if trees.last().is_some_and(comma) && !one_tuple {
        trees.pop();
    }
    trees.into_iter().collect()
}

/// Whether parentheses behind this token hold arguments or parameters, and not a tuple.
fn follows_a_callee(before: Option<&TokenTree>) -> bool {
    const KEYWORDS: &[&str] =
        &["as", "break", "dyn", "else", "for", "if", "in", "let", "match", "move", "mut", "ref", "return", "while", "yield"];
    match before {
        Some(TokenTree::Ident(word)) => !KEYWORDS.contains(&word.to_string().as_str()),
        Some(TokenTree::Group(_)) => true,
        // The end of type arguments, as in `parse::<f64>(…)`, or of a macro's name.
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), '>' | '!'),
        _ => false,
    }
}

fn operator_at(trees: &[TokenTree], at: usize) -> Option<usize> {
    let mut text = String::new();
    for tree in &trees[at..] {
        let TokenTree::Punct(punct) = tree else { break };
        text.push(punct.as_char());
        if punct.spacing() == Spacing::Alone || text.len() == 3 {
            break;
        }
    }
    OPERATORS.iter().find(|operator| text.starts_with(**operator)).map(|operator| operator.len())
}

enum Attribute {
    Documentation,
    TestOnly,
    Other,
}

/// An attribute that starts at `at`: where it ends, and what it is to us.
fn attribute_at(trees: &[TokenTree], at: usize) -> Option<(usize, Attribute)> {
    let punct = |tree: &TokenTree, c: char| matches!(tree, TokenTree::Punct(p) if p.as_char() == c);
    if !punct(trees.get(at)?, '#') {
        return None;
    }
    let body = if punct(trees.get(at + 1)?, '!') { at + 2 } else { at + 1 };
    let TokenTree::Group(group) = trees.get(body)? else { return None };
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let text: String = group.stream().into_iter().map(|tree| tree.to_string()).collect();
    let attribute = match text.as_str() {
        "cfg(test)" => Attribute::TestOnly,
        doc if doc.starts_with("doc=") => Attribute::Documentation,
        _ => Attribute::Other,
    };
    Some((body + 1, attribute))
}

/// Whether an item starts at `at`, which ends with braces or a semicolon. A field or an arm for tests
/// ends with a comma instead; it is kept, so that what follows it is never lost.
fn is_item(trees: &[TokenTree], mut at: usize) -> bool {
    const KEYWORDS: &[&str] =
        &["async", "const", "enum", "extern", "fn", "impl", "macro_rules", "mod", "static", "struct", "trait", "type", "unsafe", "use"];
    while let Some((end, _)) = attribute_at(trees, at) {
        at = end;
    }
    let word = |at: usize| trees.get(at).map(ToString::to_string).unwrap_or_default();
    if word(at) == "pub" {
        at += 1;
        if matches!(trees.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis) {
            at += 1;
        }
    }
    KEYWORDS.contains(&word(at).as_str())
}

/// The end of the item that starts at `at`: its braces or its semicolon, whichever comes first.
fn item_end(trees: &[TokenTree], at: usize) -> usize {
    let ends = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    trees[at..].iter().position(ends).map_or(trees.len(), |offset| at + offset + 1)
}

#[cfg(test)]
mod tests {
    use super::{folder_tokens, source_tokens};

    fn same(a: &str, b: &str) -> bool {
        source_tokens(a).unwrap() == source_tokens(b).unwrap()
    }

    #[test]
    fn layout_comments_and_documentation_do_not_count() {
        let plain = "fn f(x: f64) -> f64 { x * 2.0 + 1.0 }";
        assert!(same(plain, "// why\n/// what\nfn f(\n    x: f64,\n) -> f64 {\n x*2.0+1.0 // sum\n}\n"));
        assert!(same(plain, "//! room\nfn f(x: f64)->f64{x * 2.0 /* twice */ + 1.0}"));
    }

    #[test]
    fn a_test_module_does_not_count() {
        assert!(same("const A: u8 = 1;", "const A: u8 = 1;\n#[cfg(test)]\nmod tests { fn f() {} }"));
    }

    #[test]
    fn what_follows_a_field_for_tests_still_counts() {
        let with = |last: &str| format!("struct S {{ #[cfg(test)] pub(crate) probe: u8, {last} }}");
        assert!(!same(&with("a: u8"), &with("b: u8")));
        assert!(same("struct S;", "struct S;\n#[cfg(test)]\n#[derive(Debug)]\npub(crate) struct Probe { a: u8 }"));
    }

    #[test]
    fn constants_operators_and_names_count() {
        let plain = "fn f(x: f64) -> f64 { x * 2.0 + 1.0 }";
        for changed in ["x * 2.5 + 1.0", "x * 2.0 - 1.0", "x / 2.0 + 1.0", "1.0 + x * 2.0", "x * 2.0f32 + 1.0"] {
            assert!(!same(plain, &format!("fn f(x: f64) -> f64 {{ {changed} }}")), "{changed}");
        }
    }

    #[test]
    fn glued_operators_are_told_from_their_parts() {
        assert!(!same("f(a && b)", "f(a & &b)"));
        assert!(same("let x=-1;", "let x = -1;"));
        assert!(!same("let y = (x,);", "let y = (x);"));
        assert!(!same("return (x,);", "return (x);"));
        assert!(same("f(x,)", "f(x)"));
        assert!(same("[x, y,]", "[x, y]"));
    }

    #[test]
    fn text_inside_a_string_is_not_a_comment() {
        assert!(!same("f(\"a // b\")", "f(\"a \")"));
    }

    #[test]
    fn the_bytes_of_what_is_included_count() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("page.rs", "const STYLE: &str = include_str!(\"style.css\"); // the look");
        write("style.css", "a { color: red }");
        write("notes.txt", "not included");
        let before = folder_tokens(folder.path()).unwrap();
        write("notes.txt", "still not");
        write("page.rs", "const STYLE: &str = include_str!(\"style.css\");");
        assert_eq!(folder_tokens(folder.path()).unwrap(), before);
        write("style.css", "a { color: blue }");
        assert_ne!(folder_tokens(folder.path()).unwrap(), before);
        write("page.rs", "const STYLE: &str = include_str!(concat!(\"style\", \".css\"));");
        assert!(folder_tokens(folder.path()).is_err());
    }
}
