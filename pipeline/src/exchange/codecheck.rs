//! `codecheck.yml`: what a codechecker makes again of a study (CODECHECK configuration file, version
//! 2.0). Their own fields are named and left to them, and so are the authors' ORCIDs, which the
//! declaration does not know.

use super::paper::authors;
use super::{Exported, Files, quoted};

/// What the specification asks for and only a person can say.
const LEFT: &str = "\
# Left to the authors: the ORCID of each author above, which the specification asks for.
# Left to the codechecker: codechecker, report, summary and certificate, which it asks for too, and check_time.
";

/// The configuration file, and the files of its manifest at the paths that they have in the repository:
/// the file can be put at the root of a checkout as well.
pub(crate) fn codecheck(study: &Exported<'_>) -> Files {
    let mut files = Files::new();
    let mut manifest = String::new();
    for (path, (bytes, what)) in study.results() {
        // A table is checked by its numbers in full, a figure by its drawing; the rest follows from these.
        if path.ends_with(".csv") && path.contains("/tables/") || path.ends_with(".svg") || path.ends_with("/claims.json") {
            manifest += &format!("  - file: {path}\n    comment: {}\n", quoted(&what));
            files.insert(path, bytes.to_vec());
        }
    }
    let paper = &study.declared.declaration.paper;
    let names: String = authors(paper).iter().map(|name| format!("    - name: {}\n", quoted(name))).collect();
    let source = format!(
        "saigen {}: in a checkout of it, `{}` computes every cell of the study again and writes the files of the manifest; \
         `saigen verify` compares all bytes. See pipeline/studies/{}/README.md for what differs from the paper.",
        env!("CARGO_PKG_VERSION"),
        study.command(),
        study.id()
    );
    let text = format!(
        "%YAML 1.1\n---\nversion: https://codecheck.org.uk/spec/config/2.0/\n\nmanifest:\n{manifest}\n\
         paper:\n  title: {}\n  authors:\n{names}  reference: {}\n\nsource: {}\n\n\
         saigen:\n  study: {}\n  tier: {}\n  backend: {}\n  merkle-root: {}\n\n{LEFT}",
        quoted(&paper.title),
        quoted(&paper.link),
        quoted(&source),
        study.id(),
        study.composed.lock.tier,
        study.composed.lock.backend,
        quoted(&study.composed.lock.root.to_string()),
    );
    files.insert("codecheck.yml".to_string(), text.into_bytes());
    files
}
