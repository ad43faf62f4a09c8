//! `saigen export`: results for a paper and for other programs. One kind a file.

mod exchange;
mod figures;
mod latex;
mod snakemake;

use crate::Outcome;
use crate::cli::Export;
use crate::exit::Exit;
use crate::project::Project;
use crate::say;
use serde_json::json;

pub(super) fn export(project: &Project, what: &Export, json: bool) -> Outcome {
    match what {
        Export::Latex { studies, to } => latex::latex(project, studies, to.as_deref(), json),
        Export::Figures { studies, format, scale, to } => figures::figures(project, studies, (*format, *scale), to.as_deref(), json),
        Export::RoCrate { studies, date_published, to } => exchange::ro_crate(project, studies, date_published, to.as_deref(), json),
        Export::Codecheck { studies, to } => exchange::codecheck(project, studies, to.as_deref(), json),
        Export::Croissant { sets, to } => exchange::croissant(project, sets, to.as_deref(), json),
        Export::Snakemake { studies, minutes, to } => snakemake::snakemake(project, studies, *minutes, to.as_deref(), json),
        Export::Citation { to } => exchange::citation(project, to.as_deref(), json),
    }
}

/// The folder that exports go to: the one asked for, or one that version control ignores.
fn folder(project: &Project, to: Option<&std::path::Path>, kind: &str) -> std::io::Result<String> {
    let shelf = if project.is_record() { "out".to_string() } else { project.shelf() };
    let folder = to.map_or_else(|| Ok(project.root.join("artifacts").join(shelf).join(kind)), std::path::absolute)?;
    Ok(folder.to_string_lossy().into_owned())
}

/// Says which files were written.
fn tell(written: &[String], json: bool) -> Outcome {
    if json {
        say::document(&json!({ "written": written }))?;
    } else {
        written.iter().for_each(say::line);
    }
    Ok(Exit::Done)
}
