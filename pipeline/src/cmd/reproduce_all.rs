//! `saigen reproduce-all`: everything, then the check that a reviewer would do.

use super::{run, verify};
use crate::Outcome;
use crate::cli::{RunArgs, Studies};
use crate::exit::Exit;
use crate::project::Project;
use crate::say;

pub(super) fn reproduce_all(project: &Project, args: &RunArgs, json: bool) -> Outcome {
    let ran = run::run(project, args, json)?;
    if !matches!(ran, Exit::Done | Exit::Differs) || args.dry_run {
        return Ok(ran);
    }
    let verified = verify::verify(project, &Studies::default(), json)?;
    if !json {
        say::line(format!("report: {}", project.root.join(project.report()).display()));
    }
    Ok(if verified == Exit::Done { ran } else { verified })
}
