//! `saigen reproduce-all`: everything, then the check that a reviewer would do.

use super::{plan, run, verify};
use crate::Outcome;
use crate::cli::{RunArgs, Studies};
use crate::exit::Exit;
use crate::project::Project;
use crate::say;
use serde_json::json;

pub(super) fn reproduce_all(project: &Project, args: &RunArgs, json: bool) -> Outcome {
    if args.dry_run {
        return plan::plan(project, &args.studies, json);
    }
    let tally = run::work(project, args)?;
    let ran = tally.exit();
    // A run that had nothing to do has just compared every file with what the store holds.
    let findings = match ran {
        Exit::Done | Exit::Differs if !tally.is_idle() => Some(verify::examine(project, &Studies::default())?),
        _ => None,
    };
    if json {
        say::document(&json!({"run": tally.document(), "verify": findings.as_ref().map(verify::Findings::document)}))?;
    } else {
        tally.print();
        if let Some(findings) = &findings {
            findings.print();
        }
        if matches!(ran, Exit::Done | Exit::Differs) {
            say::line(format!("report: {}", project.root.join(project.report()).display()));
        }
    }
    let verified = findings.map_or(Exit::Done, |findings| findings.exit());
    Ok(if verified == Exit::Done { ran } else { verified })
}
