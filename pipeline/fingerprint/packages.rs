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
    /// The name that code calls it by, where its library is named as it is.
    fn library(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Whether an entry of a list of dependencies means this package.
    fn is_meant_by(&self, dependency: &str) -> bool {
        let mut words = dependency.split(' ');
        words.next() == Some(&self.name) && words.next().is_none_or(|version| version == self.version)
    }
}

/// All packages of a lock file, in its own order: Cargo sorts them by name and version.
#[derive(Debug)]
pub(crate) struct Packages(Vec<Package>);

impl Packages {
    pub(crate) fn read(lock: &Path) -> Result<Self, FingerprintError> {
        let read = |source| FingerprintError::Read { path: lock.to_path_buf(), source };
        Ok(Self::parse(&std::fs::read_to_string(lock).map_err(read)?))
    }

    /// Cargo writes this file itself, one value a line, so that no parser of TOML is needed.
    pub(crate) fn parse(lock: &str) -> Self {
        Self(lock.split("[[package]]").skip(1).map(package).collect())
    }

    /// The outside packages that code of one of our crates means by a name. Only what the crate
    /// itself depends on can be meant, which also tells two versions apart. Crates of the workspace
    /// are none: their code is read, or the caller holds that it computes nothing.
    pub(crate) fn named(&self, library: &str, name: &str) -> Vec<usize> {
        let own = self.0.iter().find(|package| package.library() == library);
        let depends = |package: &Package| own.is_none_or(|own| own.dependencies.iter().any(|entry| package.is_meant_by(entry)));
        let meant = |(_, package): &(usize, &Package)| package.library() == name && !package.checksum.is_empty() && depends(package);
        self.0.iter().enumerate().filter(meant).map(|(at, _)| at).collect()
    }

    /// These packages and all that they depend on, directly or not.
    pub(crate) fn closure(&self, from: BTreeSet<usize>) -> Vec<&Package> {
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, package) in self.0.iter().enumerate() {
            by_name.entry(&package.name).or_default().push(at);
        }
        let mut waiting: Vec<usize> = from.iter().copied().collect();
        let mut reached = from;
        while let Some(at) = waiting.pop() {
            for entry in &self.0[at].dependencies {
                let same_name = by_name.get(entry.split(' ').next().unwrap_or_default()).into_iter().flatten();
                waiting.extend(same_name.copied().filter(|&other| self.0[other].is_meant_by(entry) && reached.insert(other)));
            }
        }
        reached.into_iter().map(|at| &self.0[at]).collect()
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
