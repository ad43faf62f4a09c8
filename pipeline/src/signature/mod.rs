//! What a signature of results is over: a statement, a small text file beside the results that says
//! which they are. `ssh-keygen` signs it and checks it ([`ssh`]); this program keeps no keys.

pub(crate) mod ssh;

use crate::compose::digest;
use crate::project::Project;
use saigen_artifacts::Digest;
use std::collections::BTreeMap;

/// The first line: what the file is, and its format.
const HEAD: &str = "saigen statement of results, format 1";

/// What a statement binds.
#[derive(Default)]
pub(crate) struct Bound {
    /// The number of cells and the Merkle root of each study.
    pub(crate) roots: BTreeMap<String, (usize, Digest)>,
    /// The digest of each file that the roots do not hold, by its path from the project's root: the
    /// locks, which hold the rest, and the report.
    pub(crate) files: BTreeMap<String, Digest>,
}

impl Bound {
    /// One digest over the studies' roots, as the report says it.
    pub(crate) fn digest(&self) -> Digest {
        digest(self.roots.iter().map(|(study, (_, root))| (study.as_str(), *root)))
    }

    /// The statement's text. Its last lines are what `sha256sum --check` reads.
    pub(crate) fn statement(&self, project: &Project) -> String {
        let mut text = format!("{HEAD}\ntier {}\nbackend {}\n", project.tier, project.backend.name());
        for (study, (cells, root)) in &self.roots {
            text += &format!("study {study} cells {cells} root {root}\n");
        }
        text += &format!("studies {} digest {}\n", self.roots.len(), self.digest());
        for (path, digest) in &self.files {
            text += &format!("{digest}  {path}\n");
        }
        text
    }
}

/// The path of the statement from the root; its signature's is this and `.sig`, as `ssh-keygen` has it.
pub(crate) fn path(project: &Project) -> String {
    format!("artifacts/{}/statement.txt", project.shelf())
}
