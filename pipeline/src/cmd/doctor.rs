//! `saigen doctor`: is this machine, this store, this checkout fit for work?

use super::record::lock;
use crate::Outcome;
use crate::cli::Studies;
use crate::exit::Exit;
use crate::project::Project;
use crate::say;
use saigen_artifacts::provenance::Machine;
use saigen_artifacts::store::{Store, inbox};
use saigen_engine::Backend;
use saigen_models::{device::device, elementary};
use serde_json::json;

/// One thing looked at.
struct Check {
    what: &'static str,
    well: bool,
    finding: String,
}

pub(super) fn doctor(project: &Project, json: bool) -> Outcome {
    let checks = [
        machine(),
        arithmetic(),
        functions(),
        backends(),
        store(project),
        inbox(project),
        declarations(project),
        data(project),
        record(project),
    ];
    let well = checks.iter().all(|check| check.well);
    if json {
        let list: Vec<_> = checks.iter().map(|check| json!({"what": check.what, "well": check.well, "finding": check.finding})).collect();
        say::document(&json!({"well": well, "checks": list}))?;
    } else {
        for Check { what, well, finding } in &checks {
            say::line(format!("{:<5} {what:<13} {finding}", if *well { "ok" } else { "wrong" }));
        }
    }
    Ok(if well { Exit::Done } else { Exit::Internal })
}

fn machine() -> Check {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Check { what: "machine", well: true, finding: format!("{}, {}", Machine::look().describe(), say::count(cores, "core")) }
}

/// Matrix products round otherwise without fused multiply-add.
fn arithmetic() -> Check {
    #[cfg(target_arch = "x86_64")]
    let fused = std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    let fused = cfg!(target_arch = "aarch64");
    let finding = if fused {
        "fused multiply-add, as the record's machine"
    } else {
        "no AVX2 and FMA: results will differ from the record in their last bits"
    };
    Check { what: "arithmetic", well: fused, finding: finding.to_string() }
}

fn functions() -> Check {
    let well = elementary::linked();
    let finding = if well {
        "exp, ln, tanh and their like are the program's own"
    } else {
        "the C library's functions are in use: results may differ in their last bits"
    };
    Check { what: "functions", well, finding: finding.to_string() }
}

fn backends() -> Check {
    let found: Vec<_> = Backend::ALL.iter().map(|backend| backend.name()).filter(|name| *name != "cuda" || device(name).is_ok()).collect();
    Check { what: "backends", well: true, finding: format!("{} in this build", found.join(", ")) }
}

fn store(project: &Project) -> Check {
    match Store::check(&project.store()) {
        Ok((_, health)) => Check {
            what: "store",
            well: true,
            finding: format!(
                "{} in an unbroken chain, {} whole, every byte hashed",
                say::count(health.lines as usize, "journal line"),
                say::count(health.objects, "object")
            ),
        },
        Err(error) => Check { what: "store", well: false, finding: error.to_string() },
    }
}

/// What waits to be taken in by the next run, as far as it can be told from the files themselves.
fn inbox(project: &Project) -> Check {
    let waiting = inbox::waiting(&project.store());
    let wrong = waiting.iter().find_map(|path| Some(format!("'{}' {}", path.display(), inbox::read(path).err()?)));
    let found = format!("{} waiting for the next run", say::count(waiting.len(), "file"));
    Check { what: "inbox", well: wrong.is_none(), finding: wrong.unwrap_or(found) }
}

fn declarations(project: &Project) -> Check {
    match project.declared(&Studies::default()) {
        Ok(declared) => {
            Check { what: "declarations", well: true, finding: format!("{} of {} read", declared.len(), saigen_studies::studies().len()) }
        }
        Err(error) => Check { what: "declarations", well: false, finding: error.to_string() },
    }
}

fn data(project: &Project) -> Check {
    let data = project.data_sets();
    let sets = data.ids().and_then(|ids| ids.iter().map(|id| data.open(id)).collect::<Result<Vec<_>, _>>());
    let (well, finding) = match sets {
        Ok(sets) => {
            let here: Vec<_> = sets.iter().filter(|set| set.missing().is_empty()).map(|set| set.id()).collect();
            let names = if here.is_empty() { String::new() } else { format!(": {}", here.join(", ")) };
            (true, format!("{} of {} in the catalog here{names}", here.len(), say::count(sets.len(), "data set")))
        }
        Err(error) => (false, error.to_string()),
    };
    Check { what: "data", well, finding }
}

fn record(project: &Project) -> Check {
    let locks: Vec<_> = saigen_studies::studies().iter().map(|study| (study.id(), lock(project, study.id()))).collect();
    let missing: Vec<_> = locks.iter().filter(|(_, lock)| !matches!(lock, Ok(Some(_)))).map(|(id, _)| *id).collect();
    let finding = if missing.is_empty() {
        "every study has one; `saigen verify` checks it".to_string()
    } else {
        format!("none yet of {}", missing.join(", "))
    };
    Check { what: "record", well: locks.iter().all(|(_, lock)| lock.is_ok()), finding }
}
