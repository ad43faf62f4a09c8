//! The report: one self-contained page that a reviewer opens without a network.
//!
//! It reads from top to bottom without its script, which only adds what a page on paper cannot do:
//! filters, sorting, and a panel that says of a number how it is made again.

mod chart;
mod evidence;
mod html;
mod ledger;
mod page;
mod prose;
mod provenance;
mod section;
mod table;

use super::study::Composed;
use saigen_artifacts::Digest;
use saigen_artifacts::lock::{leaf, merkle_root};
use saigen_artifacts::verdict::Verdict;
use saigen_engine::declaration::Declaration;
use std::collections::BTreeMap;

/// A study in the report.
pub(crate) struct Entry<'a> {
    /// What it declares.
    pub(crate) declaration: &'a Declaration,
    /// What was made of it.
    pub(crate) composed: &'a Composed,
    /// Its README, of which the report shows the sections.
    pub(crate) readme: String,
}

impl Entry<'_> {
    pub(super) fn id(&self) -> &str {
        &self.declaration.id
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.composed.ledger.count(verdict)
    }

    /// The options that a command needs to speak of these results; none for the record.
    fn options(&self) -> String {
        self.composed.options()
    }
}

/// The page over some studies.
pub(crate) fn report(studies: &[Entry<'_>]) -> anyhow::Result<String> {
    let mut main = page::masthead(studies) + &ledger::ledger(studies);
    for study in studies {
        main += &section::section(study)?;
    }
    main += &page::checking(studies);
    Ok(page::page(studies, &main))
}

/// One digest over some studies: the root of the tree whose leaves are their Merkle roots.
pub(crate) fn digest<'a>(roots: impl Iterator<Item = (&'a str, Digest)>) -> Digest {
    let roots: BTreeMap<String, Digest> = roots.map(|(study, root)| (study.to_string(), root)).collect();
    merkle_root(roots.iter().map(|(study, root)| leaf(study, root)).collect())
}
