//! One verb a file.

mod about;
mod agree;
mod anew;
mod audit;
mod check_text;
mod claims;
mod datasets;
mod diff;
mod doctor;
mod exec;
mod explain;
mod export;
mod gc;
mod list;
mod plan;
mod pull;
mod push;
mod record;
mod remake;
mod report;
mod reproduce_all;
mod run;
mod sign;
mod status;
mod trace;
mod verify;
mod worker;

use crate::Outcome;
use crate::cli::{Cli, Verb};
use crate::project::Project;

/// Runs the verb of a command line.
pub(crate) fn dispatch(Cli { global, verb }: Cli) -> Outcome {
    let json = global.json;
    let project = || Project::find(&global);
    match verb {
        Verb::ReproduceAll(args) => reproduce_all::reproduce_all(&project()?, &args, json),
        Verb::List => list::list(&project()?, json),
        Verb::Plan(studies) => plan::plan(&project()?, &studies, json),
        Verb::Run(args) => run::run(&project()?, &args, json),
        Verb::Exec(args) => exec::exec(&project()?, &args, json),
        Verb::Push(args) => push::push(&project()?, &args, json),
        Verb::Pull(args) => pull::pull(&project()?, &args, json),
        Verb::Status(studies) => status::status(&project()?, &studies, json),
        Verb::Explain { step } => explain::explain(&project()?, &step, json),
        Verb::Trace(args) => trace::trace(&project()?, &args, json),
        Verb::Audit(args) => audit::audit(&project()?, &args, json),
        Verb::Agree(args) => agree::agree(&project()?, &args, json),
        Verb::Diff { before, after } => diff::diff(&before, &after, json),
        Verb::Gc(args) => gc::gc(&project()?, &args, json),
        Verb::Claims { studies, strict } => claims::claims(&project()?, &studies, strict, json),
        Verb::Report => report::report(&project()?, json),
        Verb::Export { what } => export::export(&project()?, &what, json),
        Verb::CheckText { files } => check_text::check_text(&project()?, &files, json),
        Verb::Verify { studies, signer } => verify::verify(&project()?, &studies, signer.as_ref(), json),
        Verb::Sign { key } => sign::sign(&project()?, &key, json),
        Verb::Datasets { what } => datasets::datasets(&project()?, &what, json),
        Verb::Doctor => doctor::doctor(&project()?, json),
        Verb::Completions { shell } => about::completions(shell, json),
        Verb::Man { verb } => about::man(verb.as_deref(), json),
        Verb::Worker => worker::worker(&project()?),
    }
}
