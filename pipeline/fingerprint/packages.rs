//! What a `Cargo.lock` says: packages, and which needs which.

use crate::FingerprintError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A locked package.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The registry's checksum, or the commit of a repository; empty for crates of the workspace.
    pub(crate) checksum: String,
    /// "name", or "name version" where there are several.
    dependencies: Vec<String>,
}

impl Package {
    /// Whether code calls it by this name. Its library is taken to be named as it is.
    fn is_called(&self, name: &str) -> bool {
        self.name.len() == name.len() && self.name.bytes().zip(name.bytes()).all(|(a, b)| a == b || (a == b'-' && b == b'_'))
    }
}

/// All packages of a lock file, in its own order: Cargo sorts them by name and version.
#[derive(Debug)]
pub(crate) struct Packages {
    all: Vec<Package>,
    /// Their places in the list, several where there are several versions.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Packages {
    pub(crate) fn read(lock: &Path) -> Result<Self, FingerprintError> {
        let read = |source| FingerprintError::Read { path: lock.to_path_buf(), source };
        Ok(Self::parse(&std::fs::read_to_string(lock).map_err(read)?))
    }

    /// Cargo writes this file itself, one value a line, so that no parser of TOML is needed.
    pub(crate) fn parse(lock: &str) -> Self {
        let all: Vec<Package> = lock.split("[[package]]").skip(1).map(package).collect();
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, package) in all.iter().enumerate() {
            by_name.entry(package.name.clone()).or_default().push(at);
        }
        Self { all, by_name }
    }

    /// The outside packages that code of one of our crates means by a name. Only what the crate
    /// itself depends on can be meant, which also tells two versions apart. Crates of the workspace
    /// are none: their code is read, or the caller holds that it computes nothing.
    pub(crate) fn named(&self, library: &str, name: &str) -> Vec<usize> {
        let candidates: Vec<usize> = match self.all.iter().find(|package| package.is_called(library)) {
            Some(own) => self.needed(own).collect(),
            None => (0..self.all.len()).collect(),
        };
        let meant = |at: &usize| self.all[*at].is_called(name) && !self.all[*at].checksum.is_empty();
        candidates.into_iter().filter(meant).collect()
    }

    /// These packages and all that they depend on, directly or not.
    pub(crate) fn closure(&self, from: BTreeSet<usize>) -> Vec<&Package> {
        let mut waiting: Vec<usize> = from.iter().copied().collect();
        let mut reached = from;
        while let Some(at) = waiting.pop() {
            waiting.extend(self.needed(&self.all[at]).filter(|other| reached.insert(*other)));
        }
        reached.into_iter().map(|at| &self.all[at]).collect()
    }

    /// What a package's list of dependencies names.
    fn needed<'a>(&'a self, package: &'a Package) -> impl Iterator<Item = usize> + 'a {
        package.dependencies.iter().flat_map(move |entry| {
            let mut words = entry.split(' ');
            let same_name = self.by_name.get(words.next().unwrap_or_default()).into_iter().flatten().copied();
            let version = words.next();
            same_name.filter(move |at| version.is_none_or(|version| version == self.all[*at].version))
        })
    }
}

fn package(block: &str) -> Package {
    let field = |name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        line.unwrap_or_default().trim_matches('"').to_string()
    };
    let listed = block.lines().skip_while(|line| !line.starts_with("dependencies = [")).skip(1).take_while(|line| *line != "]");
    let dependencies = listed.map(|line| line.trim_matches([' ', '"', ',']).to_string()).collect();
    let (checksum, source) = (field("checksum"), field("source"));
    // A repository's source ends with "#commit"; it has no checksum.
    let commit = source.split_once('#').map(|(_, commit)| commit.to_string()).unwrap_or_default();
    let checksum = if checksum.is_empty() { commit } else { checksum };
    Package { name: field("name"), version: field("version"), checksum, dependencies }
}

#[cfg(test)]
mod tests {
    use super::Packages;
    use std::collections::BTreeSet;

    const LOCK: &str = "version = 4\n\n\
        [[package]]\nname = \"ours\"\nversion = \"0.1.0\"\ndependencies = [\n \"two-faced 2.0.0\",\n \"plain\",\n]\n\n\
        [[package]]\nname = \"plain\"\nversion = \"1.0.0\"\nsource = \"git+https://example.org/plain#c0ffee\"\ndependencies = [\n \"two-faced 1.0.0\",\n]\n\n\
        [[package]]\nname = \"two-faced\"\nversion = \"1.0.0\"\nchecksum = \"aa\"\n\n\
        [[package]]\nname = \"two-faced\"\nversion = \"2.0.0\"\nchecksum = \"bb\"\n";

    #[test]
    fn a_name_means_the_version_that_the_crate_depends_on() {
        let packages = Packages::parse(LOCK);
        assert_eq!(packages.named("ours", "two_faced"), [3]);
        assert_eq!(packages.named("ours", "ours"), [0usize; 0]);
        assert_eq!(packages.named("unlisted", "two_faced"), [2, 3]);
    }

    #[test]
    fn what_is_needed_is_followed_by_name_and_version() {
        let packages = Packages::parse(LOCK);
        let reached = packages.closure(BTreeSet::from([1]));
        let names: Vec<_> = reached.iter().map(|package| (&package.name[..], &package.version[..], &package.checksum[..])).collect();
        assert_eq!(names, [("plain", "1.0.0", "c0ffee"), ("two-faced", "1.0.0", "aa")]);
    }
}
