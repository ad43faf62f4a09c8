//! From names to files: which file's code refers to which.

use crate::facts::{Call, Facts};
use crate::impls::Header;
use crate::paths::Path;
use crate::syntax::Name;
use crate::tree::{Module, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// What a file's code refers to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edges {
    pub(crate) files: BTreeSet<usize>,
    /// First words of paths that lead out of our crates, or nowhere.
    pub(crate) outside: BTreeSet<String>,
}

/// The edges of every file of a tree.
pub(crate) fn edges(tree: &Tree) -> Vec<Edges> {
    let mut resolver = Resolver::new(tree);
    for (at, module) in tree.modules.iter().enumerate() {
        let library = tree.files[module.file].library;
        for facts in &module.facts {
            resolver.mentions(at, library, facts, &BTreeSet::new(), &mut BTreeSet::new());
        }
    }
    for (file, edges) in tree.files.iter().zip(&mut resolver.edges) {
        // A crate's root declares all of its modules: its children count where it names them.
        if !file.is_root {
            edges.files.extend(&file.children);
        }
    }
    resolver.back_edges();
    resolver.edges
}

/// All files reached from some, themselves among them.
pub(crate) fn closure(edges: &[Edges], from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut waiting: Vec<usize> = from.into_iter().collect();
    let mut reached: BTreeSet<usize> = waiting.iter().copied().collect();
    while let Some(file) = waiting.pop() {
        waiting.extend(edges[file].files.iter().copied().filter(|next| reached.insert(*next)));
    }
    reached
}

/// A macro of ours: the file and crate that define it, and what its rules say.
type Macro<'a> = (usize, usize, &'a Facts);

/// An `impl` block.
struct Block {
    file: usize,
    /// The types and traits that lead to it.
    names: BTreeSet<String>,
    /// Whether the names are guesses, so that only types that surely are defined count.
    guessed: bool,
}

struct Resolver<'a> {
    tree: &'a Tree,
    macros: BTreeMap<&'a str, Vec<Macro<'a>>>,
    /// All that a name may stand for.
    aliases: BTreeMap<&'a str, BTreeSet<&'a str>>,
    blocks: Vec<Block>,
    edges: Vec<Edges>,
}

impl<'a> Resolver<'a> {
    fn new(tree: &'a Tree) -> Self {
        let (mut macros, mut aliases) = (BTreeMap::<&str, Vec<Macro<'_>>>::new(), BTreeMap::<&str, BTreeSet<&str>>::new());
        for module in &tree.modules {
            for facts in &module.facts {
                for (name, said) in &facts.macros {
                    macros.entry(name).or_default().push((module.file, tree.files[module.file].library, said));
                }
                for (name, originals) in &facts.aliases {
                    aliases.entry(name).or_default().extend(originals.iter().map(String::as_str));
                }
            }
        }
        Self { tree, macros, aliases, blocks: Vec::new(), edges: vec![Edges::default(); tree.files.len()] }
    }

    /// Adds the edges of what is said in a module. Said by a macro, it was said in the crate `home`
    /// but means what it means in the module that calls: only `$crate` is the macro's own. `given` are
    /// the words of the calls, and `within` the macros called.
    fn mentions(&mut self, at: usize, home: usize, facts: &'a Facts, given: &BTreeSet<String>, within: &mut BTreeSet<&'a str>) {
        let module = &self.tree.modules[at];
        for path in &facts.paths {
            self.follow(at, home, path);
        }
        for header in &facts.impls {
            self.blocks.push(block(module, header, given));
        }
        if !facts.perhaps_impls.is_empty() {
            self.blocks.push(Block { file: module.file, names: facts.perhaps_impls.clone(), guessed: true });
        }
        for call in &facts.calls {
            self.call(at, home, call, given, within);
        }
    }

    fn call(&mut self, at: usize, home: usize, call: &'a Call, given: &BTreeSet<String>, within: &mut BTreeSet<&'a str>) {
        for word in &call.bare {
            // A macro may make `data::f` of the word `data`. A module behind `pub(…)` is only who may see.
            if !matches!(word.as_str(), "crate" | "self" | "super") {
                self.follow(at, home, &Path { segments: vec![word.clone()], glob: false });
            }
        }
        // The macro that is called, and macros whose names it is given to call.
        let called = self.meanings(std::iter::once(call.name.as_str()).chain(call.bare.iter().map(String::as_str)));
        for name in called {
            let Some((name, macros)) = self.macros.get_key_value(name).map(|(name, macros)| (*name, macros.clone())) else { continue };
            self.edges[self.tree.modules[at].file].files.extend(macros.iter().map(|(file, ..)| *file));
            // What a macro is given it may give on.
            if within.insert(name) {
                let given = given.union(&call.words).cloned().collect();
                macros.into_iter().for_each(|(_, library, said)| self.mentions(at, library, said, &given, within));
                within.remove(name);
            }
        }
    }

    /// Adds the edges of a path that stands in a module.
    fn follow(&mut self, from: usize, home: usize, path: &Path) {
        let modules = &self.tree.modules;
        let edges = &mut self.edges[modules[from].file];
        let Some((first, rest)) = path.segments.split_first() else { return };
        let up = |at: usize| modules[at].parent.unwrap_or(at);
        let root = |library: usize| self.tree.libraries[library].1;
        // The module that a last word names may be a function or a constant beside it just as well.
        let mut twin = None;
        let mut at = match first.as_str() {
            "crate" => root(self.tree.files[modules[from].file].library),
            "$crate" => root(home),
            "self" => from,
            "super" => up(from),
            name => match (modules[from].children.get(name), self.tree.libraries.iter().find(|(library, _)| library == name)) {
                (Some(child), _) => {
                    twin = Some((from, name));
                    *child
                }
                (None, Some((_, root))) => *root,
                (None, None) => {
                    edges.outside.insert(name.to_string());
                    return;
                }
            },
        };
        for segment in rest {
            if segment == "super" {
                (at, twin) = (up(at), None);
            } else if let Some(child) = modules[at].children.get(segment) {
                (at, twin) = (*child, Some((at, segment.as_str())));
            } else {
                // An item of the module, or one that it hands on.
                edges.files.insert(modules[at].file);
                return;
            }
        }
        match twin {
            Some((parent, name)) if !path.glob => {
                let values = |facts: &Facts| facts.own_values.contains(name) || facts.own_values.contains("*");
                edges.files.insert(modules[at].file);
                edges.files.extend(modules[parent].facts.iter().any(values).then_some(modules[parent].file));
            }
            _ => whole(modules, at, &mut edges.files),
        }
    }

    /// The names, and all that they stand for under other names.
    fn meanings<'n>(&self, names: impl Iterator<Item = &'n str>) -> BTreeSet<&'n str>
    where
        'a: 'n,
    {
        let mut waiting: Vec<&'n str> = names.collect();
        let mut known: BTreeSet<&'n str> = waiting.iter().copied().collect();
        while let Some(name) = waiting.pop() {
            waiting.extend(self.aliases.get(name).into_iter().flatten().copied().filter(|original| known.insert(*original)));
        }
        known
    }

    /// Adds an edge from the file of a type or trait to each file with a block for it. To name it, the
    /// block's file must reach its file: of equal names, others do not count.
    fn back_edges(&mut self) {
        let (mut definers, mut guesses) = (BTreeMap::<&str, BTreeSet<usize>>::new(), BTreeMap::<&str, BTreeSet<usize>>::new());
        for module in &self.tree.modules {
            for facts in &module.facts {
                for (names, files) in [(&facts.definitions, &mut definers), (&facts.perhaps, &mut guesses)] {
                    for name in names {
                        files.entry(name).or_default().insert(module.file);
                    }
                }
            }
        }
        let by_path = self.edges.clone();
        for block in &self.blocks {
            let reached = closure(&by_path, [block.file]);
            for name in self.meanings(block.names.iter().map(String::as_str)) {
                let guesses = if block.guessed { None } else { guesses.get(name) };
                for file in definers.get(name).into_iter().chain(guesses).flatten().filter(|file| reached.contains(file)) {
                    self.edges[*file].files.insert(block.file);
                }
            }
        }
    }
}

/// The names that lead to a block. See [`Code`](crate::Code) for the reasons.
fn block(module: &Module, header: &Header, given: &BTreeSet<String>) -> Block {
    let is_own = |name: &&Name| !name.qualified && module.facts.iter().any(|facts| facts.own_types.contains(&name.word));
    let mut names: BTreeSet<String> = header.own.iter().filter(|name| !is_own(name)).map(|name| name.word.clone()).collect();
    if !header.own.iter().any(|name| is_own(&name)) {
        names.extend(header.of_trait.iter().map(|name| name.word.clone()));
    }
    if header.open {
        names.extend(given.iter().cloned());
    }
    Block { file: module.file, names, guessed: false }
}

/// A module's file, and those of all modules in it.
fn whole(modules: &[Module], at: usize, files: &mut BTreeSet<usize>) {
    files.insert(modules[at].file);
    modules[at].children.values().for_each(|child| whole(modules, *child, files));
}
