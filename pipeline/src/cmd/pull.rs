//! `saigen pull`: what is due here and lies in a store that others share, where somebody vouches for it.

use crate::Outcome;
use crate::cli::PullArgs;
use crate::exit::Exit;
use crate::inbox::{hold, keep, pair};
use crate::project::Project;
use crate::remote::vouch::Vouchers;
use crate::remote::{Answer, Remote, Troubles, batch, get, manifest};
use crate::say::{self, count};
use saigen_artifacts::Digest;
use saigen_artifacts::store::{Store, inbox};
use saigen_engine::plan::{Plan, Work};
use serde_json::json;
use std::collections::BTreeSet;

/// What to do about an object that is not to be believed.
const WAY_OUT: &str =
    "nothing of these was taken, and their cells are due: `saigen run` computes them; who owns the store removes what is wrong there";

/// What became of what was asked for.
#[derive(Default)]
struct Pulled {
    /// Cells that are new here, and batches that they came in.
    cells: usize,
    batches: usize,
    /// Batches that are not there.
    absent: usize,
    /// Batches that are there, and that nobody vouches for.
    unvouched: usize,
}

pub(super) fn pull(project: &Project, args: &PullArgs, json: bool) -> Outcome {
    args.signer.as_ref().map_or(Ok(()), |signer| signer.is_there())?;
    let declared = project.declared(&args.studies)?;
    let plans: Vec<(_, Plan)> = declared.iter().map(|one| (one, project.plan(one))).collect();
    let mut remote = Remote::open(&args.store)?;
    let mut store = Store::open(&project.store(), project.trust)?;
    let mut vouchers = Vouchers::new(args.unsigned);
    let mut due: Vec<Work<'_>> = Vec::new();
    for (one, plan) in &plans {
        let batches =
            plan.all_batches(one.study).into_iter().filter(|work| work.cells.iter().any(|cell| store.result(&cell.key).is_none()));
        let first = due.len();
        due.extend(batches);
        let keys: BTreeSet<Digest> = due[first..].iter().flat_map(|work| work.cells.iter().map(|cell| cell.key)).collect();
        if !keys.is_empty() {
            vouchers.record(project, one, &keys)?;
        }
    }
    let (mut pulled, mut troubles) = (Pulled::default(), Troubles::default());
    let mut why_not = "none is in the record here, and no signer is named".to_string();
    if let Some(signer) = args.signer.as_ref().filter(|_| !due.is_empty()) {
        let signed = manifest::signed(&mut remote, project, signer, &mut troubles)?;
        why_not = match (signed.manifests, signed.refused) {
            (0, Some(why)) => why,
            (0, None) => "no manifest is there".to_string(),
            (count, _) => format!("{} of '{}' name other bytes or none", say::count(count, "manifest"), signer.identity),
        };
        vouchers.signed = signed.batches;
    }
    let done = fetch(&mut remote, &due, &vouchers, &mut store, &mut pulled, &mut troubles);
    // Also after an error, which is the one to tell: what came is kept.
    let closed = store.close();
    done?;
    closed?;
    pulled.tell(due.len(), &why_not);
    troubles.end(WAY_OUT)?;
    let exit = if pulled.unvouched > 0 { Exit::Due } else { Exit::Done };
    if json {
        let Pulled { cells, batches, absent, unvouched } = pulled;
        say::document(&json!({
            "due": due.len(), "batches": batches, "cells": cells, "absent": absent, "not-vouched-for": unvouched, "exit": exit as u8,
        }))?;
    }
    Ok(exit)
}

/// Fetches batches, and takes in what is sound and vouched for.
fn fetch(
    remote: &mut Remote,
    due: &[Work<'_>],
    vouchers: &Vouchers,
    store: &mut Store,
    pulled: &mut Pulled,
    troubles: &mut Troubles,
) -> anyhow::Result<()> {
    let keys: Vec<Digest> = due.iter().map(Work::key).collect();
    let names: Vec<String> = keys.iter().map(batch::name).collect();
    let mut other = Vec::new();
    let asked = remote.ask(&names, &mut |at| Ok(get(&names[at])), &mut |at, answer| {
        match answer {
            Answer::Got(text) => match take(&keys[at], &due[at], &text, vouchers, store)? {
                Ok(Some(new)) => {
                    pulled.batches += 1;
                    pulled.cells += new;
                }
                Ok(None) => pulled.unvouched += 1,
                Err(why) => other.push((at, Answer::Wrong(why))),
            },
            Answer::Absent => pulled.absent += 1,
            answer => other.push((at, answer)),
        }
        Ok(())
    });
    other.into_iter().for_each(|(at, answer)| troubles.other(remote, &names[at], answer));
    troubles.not_asked(asked?);
    Ok(())
}

/// Takes a batch in. Gives the number of its cells that are new, or nothing where nobody vouches for it;
/// what is wrong with it otherwise.
fn take(
    key: &Digest,
    work: &Work<'_>,
    text: &str,
    vouchers: &Vouchers,
    store: &mut Store,
) -> anyhow::Result<Result<Option<usize>, String>> {
    let read = inbox::parse(key, text).and_then(|cells| {
        let cells = pair(&work.cells, cells)?;
        let vouched = vouchers.vouch(key, text, &cells)?;
        Ok((vouched, hold(cells, store)?))
    });
    match read {
        Ok((true, new)) => Ok(Ok(Some(keep(new, store)?))),
        Ok((false, _)) => Ok(Ok(None)),
        Err(why) => Ok(Err(why)),
    }
}

impl Pulled {
    fn tell(&self, due: usize, why_not: &str) {
        if due == 0 {
            say::note("nothing to pull: no cell is due");
            return;
        }
        let cells = count(self.cells, "new cell");
        say::note(format!("{cells} taken in, {} of {due} due batches; {} not there", self.batches, self.absent));
        if self.unvouched > 0 {
            say::note(format!(
                "not taken: {} that nobody vouches for ({why_not}); their cells are due\nhint: name who signed what was pushed with --signer and --identity, \
                 or believe whoever can write there with --unsigned",
                self.unvouched
            ));
        }
    }
}
