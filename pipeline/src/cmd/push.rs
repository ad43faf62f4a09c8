//! `saigen push`: what the store of this machine holds of today's plans, put into one that others share.

use crate::Outcome;
use crate::cli::PushArgs;
use crate::exit::Exit;
use crate::project::Project;
use crate::remote::batch::{Sent, deliver, stored};
use crate::remote::{Remote, manifest};
use crate::say;
use crate::signature::ssh;
use anyhow::Context as _;
use saigen_engine::plan::{Plan, Work};
use serde_json::json;

/// What to do about an object that is not to be believed.
const WAY_OUT: &str = "objects are put and never replaced: who owns the store removes what is wrong there, and then the same command puts it anew; \
where values differ, `saigen trace --remake` and `saigen audit` say whose are right";

pub(super) fn push(project: &Project, args: &PushArgs, json: bool) -> Outcome {
    args.key.as_deref().map_or(Ok(()), ssh::is_there)?;
    let declared = project.declared(&args.studies)?;
    let plans: Vec<(_, Plan)> = declared.iter().map(|one| (one.study, project.plan(one))).collect();
    let store = project.look()?;
    let mut remote = Remote::open(&args.store)?;
    let batches: Vec<Work<'_>> = plans.iter().flat_map(|(study, plan)| plan.all_batches(*study)).collect();
    let is_here = |work: &&Work<'_>| work.cells.iter().all(|cell| store.result(&cell.key).is_some());
    let here: Vec<&Work<'_>> = batches.iter().filter(is_here).collect();
    let cells = |at: usize| stored(&store, here[at]).with_context(|| format!("batch '{}' cannot be read from the store", here[at].name()));
    let Sent { put, there, objects, mut troubles } = deliver(&mut remote, &here, &cells)?;
    let signed = match &args.key {
        // What was not put, or is other there, is signed by nobody.
        Some(key) if troubles.none() && !objects.is_empty() => Some(manifest::publish(&mut remote, objects, key, &mut troubles)?),
        _ => None,
    };
    let not_here = batches.len() - here.len();
    say::note(format!("batches: {put} put, {there} there with the same values, {not_here} of {} not run here", batches.len()));
    if let Some(manifest) = &signed {
        say::note(format!("signed in '{manifest}'"));
    }
    troubles.end(WAY_OUT)?;
    if json {
        let exit = Exit::Done as u8;
        say::document(
            &json!({"batches": batches.len(), "put": put, "there": there, "not-here": not_here, "manifest": signed, "exit": exit}),
        )?;
    }
    Ok(Exit::Done)
}
