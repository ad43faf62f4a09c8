//! What went wrong with objects of a store, gathered while the others are dealt with.

use super::{Answer, Remote};
use crate::exit::{Exit, refuse};
use crate::say::count;

/// What to do about a store that fails.
const FAILED: &str = "what was done until then is kept, and the same command goes on; credentials, region and endpoint of a server come from \
the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT, AZURE_…, GOOGLE_…";

/// How many of them are told.
const TOLD: usize = 5;

#[derive(Default)]
pub(crate) struct Troubles {
    /// Objects that are not to be believed, each with its address and why.
    wrong: Vec<String>,
    /// Objects that could not be got or put, likewise.
    failed: Vec<String>,
    /// Objects that were not asked about, because so many had failed.
    unasked: usize,
}

impl Troubles {
    pub(crate) fn none(&self) -> bool {
        self.wrong.is_empty() && self.failed.is_empty()
    }

    /// An object that is not to be believed, and why.
    pub(crate) fn wrong(&mut self, remote: &Remote, name: &str, why: &str) {
        self.wrong.push(format!("'{}' {why}", remote.url(name)));
    }

    /// An answer that is none of those that a request may have.
    pub(crate) fn other(&mut self, remote: &Remote, name: &str, answer: Answer) {
        let url = remote.url(name);
        match answer {
            Answer::Wrong(why) => self.wrong.push(format!("'{url}' {why}")),
            Answer::Failed(why) => self.failed.push(format!("'{url}' cannot be got or put: {why}")),
            Answer::There => {
                self.failed.push(format!("'{url}' is there, as the store says when it is put, and is not given when it is asked for"))
            }
            Answer::Absent => self.failed.push(format!("'{url}' is not there, where the store lists it")),
            Answer::Got(_) | Answer::Put | Answer::Names(_) => self.failed.push(format!("'{url}' was answered by what was not asked")),
        }
    }

    /// Those of another part of the work, too.
    pub(crate) fn extend(&mut self, other: Self) {
        self.wrong.extend(other.wrong);
        self.failed.extend(other.failed);
        self.unasked += other.unasked;
    }

    /// An object that was put where it was already.
    pub(crate) fn replaced(&mut self, remote: &Remote, name: &str) {
        let url = remote.url(name);
        self.failed
            .push(format!("'{url}' was put twice: this store replaces what is there, and one is needed that refuses (If-None-Match)"));
    }

    pub(crate) fn not_asked(&mut self, objects: usize) {
        self.unasked += objects;
    }

    /// Ends a command: well, or with all that went wrong, and what to do about objects that are not to be
    /// believed.
    ///
    /// # Errors
    /// Something did: integrity goes before failure.
    pub(crate) fn end(self, hint: &str) -> anyhow::Result<()> {
        if self.none() {
            return Ok(());
        }
        let (exit, hint) = if self.wrong.is_empty() { (Exit::Failed, FAILED) } else { (Exit::Integrity, hint) };
        let all: Vec<String> = self.wrong.into_iter().chain(self.failed).collect();
        let mut lines = all[..all.len().min(TOLD)].join("\n");
        if all.len() > TOLD {
            lines += &format!("\nand {} like these", count(all.len() - TOLD, "object"));
        }
        if self.unasked > 0 {
            lines += &format!("\n{} not asked about, after so many failures", count(self.unasked, "object"));
        }
        Err(refuse(exit, lines, hint))
    }
}
