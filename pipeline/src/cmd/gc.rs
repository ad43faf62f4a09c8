//! `saigen gc`: what of the store nobody needs; removed with `--delete`.

use super::record::lock;
use crate::Outcome;
use crate::cli::{GcArgs, Studies};
use crate::exit::Exit;
use crate::project::Project;
use crate::say::{self, count};
use saigen_artifacts::store::gc::{Keep, collect};
use saigen_engine::Backend;
use saigen_engine::declaration::Tier;
use saigen_engine::plan::Plan;
use serde_json::json;

pub(super) fn gc(project: &Project, args: &GcArgs, json: bool) -> Outcome {
    let record = Project { tier: Tier::Full, backend: Backend::Flex, root: project.root.clone(), trust: project.trust, data: None };
    let mut keep = Keep { steps: !args.keep_record, limit: args.max_size, ..Keep::default() };
    for declared in project.declared(&Studies::default())? {
        let lock = lock(&record, &declared.declaration.id)?;
        keep.always.extend(lock.iter().flat_map(|lock| lock.cells.keys()).copied());
        if !args.keep_record {
            for (tier, backend) in Tier::ALL.into_iter().flat_map(|tier| Backend::ALL.map(|backend| (tier, backend))) {
                let plan = Plan::new(&declared.declaration, declared.study, tier, backend);
                keep.cells.extend(plan.cells.iter().map(|cell| cell.key));
            }
        }
    }
    let waste = collect(&project.store(), &keep, args.delete)?;
    if json {
        let older: Vec<_> = waste.older.iter().map(|folder| folder.display().to_string()).collect();
        say::document(&json!({
            "deleted": args.delete, "steps": waste.steps, "kept": waste.kept, "damaged-lines": waste.damaged, "objects": waste.objects, "refused": waste.refused,
            "older-formats": older, "bytes-before": waste.before, "bytes-after": waste.after,
        }))?;
    } else {
        let verb = if args.delete { "removed" } else { "would remove" };
        let damaged = if waste.damaged > 0 { format!(", {}", count(waste.damaged, "altered line")) } else { String::new() };
        say::line(format!("{verb} {}, {}{damaged}; {} kept", count(waste.steps, "step"), count(waste.objects, "object"), waste.kept));
        if waste.refused > 0 {
            say::line(format!("{verb} {} that came to the inbox and was refused, or was half-written", count(waste.refused, "file")));
        }
        waste.older.iter().for_each(|folder| say::line(format!("{verb} '{}', of an older format", folder.display())));
        say::line(format!("{} before, {} after", size(waste.before), size(waste.after)));
        if args.max_size.is_some_and(|limit| waste.after > limit) {
            say::note("what the record names needs more than that, and is never dropped");
        }
        if !args.delete {
            say::note("hint: nothing was changed; --delete does it");
        }
    }
    Ok(Exit::Done)
}

/// Bytes for people.
fn size(bytes: u64) -> String {
    let (mut size, mut units) = (bytes as f64, ["bytes", "KiB", "MiB", "GiB"].iter());
    let mut unit = units.next();
    while size >= 1024.0 {
        let Some(next) = units.next() else { break };
        (size, unit) = (size / 1024.0, Some(next));
    }
    let unit = unit.copied().unwrap_or_default();
    if unit == "bytes" { format!("{bytes} bytes") } else { format!("{size:.1} {unit}") }
}
