//! What a piece of source says about names, before any of them is resolved.

use crate::impls::{Header, header_at};
use crate::paths::{Path, imports, path_at};
use crate::syntax::{any_group, group, is_punct, is_word, names, trees, word};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// All that one module's source says, its modules in braces apart.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) paths: Vec<Path>,
    /// Modules in files of their own: `mod x;`, and where `#[path = "…"]` says that one lies.
    pub(crate) children: Vec<(String, Option<String>)>,
    /// Modules in braces: `mod x { … }`
    pub(crate) inner: Vec<(String, Facts)>,
    /// Types and traits defined here, at any depth.
    pub(crate) definitions: BTreeSet<String>,
    /// Words in the arguments of a macro, which may make it define a type of that name.
    pub(crate) perhaps: BTreeSet<String>,
    /// Types and traits that belong to the module itself, but for other names of types.
    pub(crate) own_types: BTreeSet<String>,
    /// Functions, constants and imports of the module; "*" where there may be any.
    pub(crate) own_values: BTreeSet<String>,
    /// Other names of things: by `as`, and by `type`.
    pub(crate) aliases: Vec<(String, BTreeSet<String>)>,
    pub(crate) impls: Vec<Header>,
    /// What a macro at the top of a module was given: it may write an `impl` for any of it.
    pub(crate) perhaps_impls: BTreeSet<String>,
    /// `macro_rules!`, with what their rules say where they are called.
    pub(crate) macros: Vec<(String, Facts)>,
    pub(crate) calls: Vec<Call>,
    /// Files taken in, as the source names them, and whether as code.
    pub(crate) includes: Vec<(String, bool)>,
    /// The first thing that cannot be followed.
    pub(crate) obstacle: Option<String>,
    /// The `#[path = "…"]` of the next module.
    place: Option<String>,
    /// Whether `extern crate` gives a crate another name, for all files at once.
    pub(crate) extern_crate: bool,
}

/// A macro called, and what is in its arguments.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) words: BTreeSet<String>,
    /// Those that stand for themselves and not in a path: a macro may put a path together with them.
    pub(crate) bare: BTreeSet<String>,
}

/// Where tokens stand.
#[derive(Clone, Copy)]
struct Place {
    /// Among the items of a module.
    top: bool,
    /// In the rules of a macro, which mean nothing before it is called.
    template: bool,
}

impl Facts {
    pub(crate) fn of(code: TokenStream) -> Self {
        let mut facts = Self::default();
        facts.scan(&trees(code), Place { top: true, template: false });
        facts
    }

    fn scan(&mut self, trees: &[TokenTree], place: Place) {
        let mut at = 0;
        while at < trees.len() {
            if let Some(inside) = any_group(trees, at) {
                self.scan(&inside, Place { top: false, ..place });
                at += 1;
            } else if let Some(word) = word(trees, at) {
                at = self.word(&word, trees, at, place);
            } else if is_punct(trees, at, '$') && is_word(trees, at + 1, "crate") {
                let (mut path, end) = path_at(trees, at + 1);
                path.segments[0] = "$crate".to_string();
                at = self.path(path, trees, end, place);
            } else if is_punct(trees, at, '\'') || (is_punct(trees, at, '$') && word(trees, at + 1).is_some()) {
                // A lifetime, or a macro's variable.
                at += 2;
            } else {
                if is_punct(trees, at, '#') {
                    self.attribute(trees, at);
                }
                at += 1;
            }
        }
    }

    /// What begins with a word; the answer is where to go on.
    fn word(&mut self, word: &str, trees: &[TokenTree], at: usize, place: Place) -> usize {
        let next = crate::syntax::word(trees, at + 1);
        // `r#use` is a name.
        let keyword = if is_word(trees, at, word) { word } else { "" };
        match (keyword, next) {
            ("macro_rules", _) if is_punct(trees, at + 1, '!') => return self.rules(trees, at),
            ("mod", next) => return self.module(next, trees, at, place),
            ("use", _) => {
                if let Some(end) = end_of_import(trees, at) {
                    self.import(&trees[at + 1..end], place);
                    return end;
                }
                return at + 1;
            }
            ("extern", Some(next)) if next == "crate" => self.extern_crate = true,
            ("pub", _) => return at + 1 + usize::from(is_visibility(trees, at + 1)),
            ("struct" | "enum" | "union" | "trait" | "type", Some(name)) => {
                if keyword == "type" {
                    self.alias(&name, trees, at);
                } else if place.top {
                    self.own_types.insert(name.clone());
                }
                self.definitions.insert(name);
                return at + 2;
            }
            ("fn" | "const" | "static", Some(name)) => {
                if place.top {
                    self.own_values.insert(name);
                }
                return at + 1;
            }
            ("impl", _) => {
                self.block(header_at(trees, at), place);
                return at + 1;
            }
            _ => {}
        }
        let (path, end) = path_at(trees, at);
        self.path(path, trees, end, place)
    }

    /// A path that ends at this place; perhaps it names a macro.
    fn path(&mut self, path: Path, trees: &[TokenTree], end: usize, place: Place) -> usize {
        let arguments = if is_punct(trees, end, '!') { any_group(trees, end + 1) } else { None };
        let last = path.segments.last().cloned().unwrap_or_default();
        if path.segments.len() > 1 || path.glob {
            self.paths.push(path);
        }
        let Some(arguments) = arguments else { return end };
        self.call(last, &arguments, place);
        end + 2
    }

    fn call(&mut self, name: String, arguments: &[TokenTree], place: Place) {
        match name.as_str() {
            "include" | "include_str" | "include_bytes" => match (literal(arguments), place.template) {
                (Some(path), false) => self.includes.push((path, name == "include")),
                (Some(_), true) => self.refuse(format!("{name}! in a macro")),
                (None, _) => self.refuse(format!("{name}! of something else than a plain string")),
            },
            "env" | "option_env" => self.refuse(format!("{name}!, which reads the environment of the build")),
            _ => {}
        }
        let given = names(arguments).0;
        let bare = given.iter().filter(|name| !name.qualified && !name.qualifies).map(|name| name.word.clone()).collect();
        let words: BTreeSet<String> = given.into_iter().map(|name| name.word).collect();
        if place.top {
            self.own_values.insert("*".to_string());
            self.perhaps.extend(words.iter().cloned());
            self.perhaps_impls.extend(words.iter().cloned());
        }
        self.calls.push(Call { name, words, bare });
        self.scan(arguments, Place { top: false, ..place });
    }

    fn rules(&mut self, trees: &[TokenTree], at: usize) -> usize {
        let (Some(name), Some(rules)) = (word(trees, at + 2), any_group(trees, at + 3)) else { return at + 2 };
        let place = Place { top: false, template: true };
        let mut said = Self::default();
        said.scan(&rules, place);
        // Types are known by the file whose text has their names; all else happens at the calls.
        self.definitions.extend(said.definitions.clone());
        self.aliases.append(&mut said.aliases);
        self.macros.append(&mut said.macros);
        said.obstacle.take().into_iter().for_each(|what| self.refuse(what));
        self.macros.push((name, said));
        at + 4
    }

    fn module(&mut self, name: Option<String>, trees: &[TokenTree], at: usize, place: Place) -> usize {
        let body = group(trees, at + 2, Delimiter::Brace);
        let elsewhere = self.place.take();
        match (name, body) {
            _ if place.template => self.refuse("a module that a macro declares".to_string()),
            (Some(name), None) if is_punct(trees, at + 2, ';') => self.children.push((name, elsewhere)),
            (Some(name), Some(body)) => {
                let mut inside = Self::default();
                inside.scan(&body, Place { top: true, ..place });
                if elsewhere.is_some() || inside.children.iter().any(|(_, elsewhere)| elsewhere.is_some()) {
                    // Braces move the folder from which such a path is read.
                    self.refuse("#[path = …] at or in a module in braces".to_string());
                    inside.children.retain(|(_, elsewhere)| elsewhere.is_none());
                }
                self.inner.push((name, inside));
                return at + 3;
            }
            _ => {}
        }
        at + 2
    }

    fn block(&mut self, header: Option<Header>, place: Place) {
        let Some(mut header) = header else { return };
        if !place.top {
            // In a function, or in a macro, a name need not be the module's.
            header.own.iter_mut().for_each(|name| name.qualified = true);
        }
        self.impls.push(header);
    }

    fn import(&mut self, tree: &[TokenTree], place: Place) {
        for import in imports(tree) {
            let original = import.path.segments.last().cloned();
            let name = import.name.clone().unwrap_or_else(|| "*".to_string());
            if let Some(original) = original.filter(|original| import.name.is_some() && *original != name) {
                self.aliases.push((name.clone(), [original].into()));
            }
            if place.top {
                self.own_values.insert(name);
            }
            self.paths.push(import.path);
        }
    }

    fn alias(&mut self, name: &str, trees: &[TokenTree], at: usize) {
        let end = (at..trees.len()).find(|at| is_punct(trees, *at, ';')).unwrap_or(trees.len());
        if let Some(equals) = (at..end).find(|at| is_punct(trees, *at, '=')) {
            let words = names(&trees[equals..end]).0.into_iter().map(|name| name.word);
            self.aliases.push((name.to_string(), words.collect()));
        }
    }

    /// `#[path = "…"]`: the next module's file is not where its name says. And paths in strings, such as
    /// `#[serde(default = "crate::data::sides")]`.
    fn attribute(&mut self, trees: &[TokenTree], at: usize) {
        let Some(inside) = group(trees, at + 1, Delimiter::Bracket) else { return };
        self.quoted_paths(&inside);
        let elsewhere = |trees: &[TokenTree]| (0..trees.len()).any(|at| is_word(trees, at, "path") && is_punct(trees, at + 1, '='));
        let conditional = is_word(&inside, 0, "cfg_attr") && any_group(&inside, 1).is_some_and(|inside| elsewhere(&inside));
        if is_word(&inside, 0, "path") && is_punct(&inside, 1, '=') {
            self.place = literal(&inside[2..]);
        }
        if conditional || (is_word(&inside, 0, "path") && elsewhere(&inside) && self.place.is_none()) {
            self.refuse("#[path = …] that is no plain string, or under a condition".to_string());
        }
    }

    fn quoted_paths(&mut self, trees: &[TokenTree]) {
        for tree in trees {
            match tree {
                TokenTree::Group(group) => self.quoted_paths(&crate::syntax::trees(group.stream())),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let segments: Vec<String> = text.trim_matches('"').split("::").map(str::to_string).collect();
                    let is_name = |text: &String| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
                    if segments.len() > 1 && segments.iter().all(is_name) {
                        self.paths.push(Path { segments, glob: false });
                    }
                }
                _ => {}
            }
        }
    }

    fn refuse(&mut self, what: String) {
        self.obstacle.get_or_insert(what);
    }
}

/// Where the `use` at this place ends; none where it is no import: `+ use<'a>`, or a macro's own.
fn end_of_import(trees: &[TokenTree], at: usize) -> Option<usize> {
    let end = (at..trees.len()).find(|at| is_punct(trees, *at, ';')).unwrap_or(trees.len());
    let belongs = |tree: &TokenTree| match tree {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => matches!(punct.as_char(), ':' | ',' | '*' | '$'),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Literal(_) => false,
    };
    trees[at..end].iter().all(belongs).then_some(end)
}

/// `(crate)`, `(super)` and `(in a::b)` behind `pub` name who may see, not what is seen.
fn is_visibility(trees: &[TokenTree], at: usize) -> bool {
    let Some(inside) = group(trees, at, Delimiter::Parenthesis) else { return false };
    is_word(&inside, 0, "in") || (inside.len() == 1 && ["crate", "super", "self"].iter().any(|word| is_word(&inside, 0, word)))
}

/// The one plain string that is all of a macro's arguments.
fn literal(arguments: &[TokenTree]) -> Option<String> {
    let (TokenTree::Literal(literal), rest) = arguments.split_first()? else { return None };
    let text = literal.to_string();
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    let comma = rest.is_empty() || (rest.len() == 1 && is_punct(rest, 0, ','));
    (comma && !inside.contains('\\')).then(|| inside.to_string())
}
