//! `saigen completions` and `saigen man`: the command line, for shells and for `man`.

use crate::Outcome;
use crate::cli::Cli;
use crate::exit::{Exit, refuse};
use crate::say;
use clap::CommandFactory as _;
use clap_complete::Shell;
use serde_json::json;

pub(super) fn completions(shell: Shell, json: bool) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "saigen", &mut script);
    show(&script, json)
}

/// The page of the program, or of one verb.
pub(super) fn man(verb: Option<&str>, json: bool) -> Outcome {
    let mut command = Cli::command();
    command.build();
    let command = match verb {
        None => command,
        Some(verb) => command
            .find_subcommand(verb)
            .filter(|found| !found.is_hide_set())
            .cloned()
            .ok_or_else(|| refuse(Exit::Usage, format!("there is no verb '{verb}'"), "`saigen --help` lists them"))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    show(&page, json)
}

fn show(text: &[u8], json: bool) -> Outcome {
    let text = String::from_utf8_lossy(text);
    if json {
        say::document(&json!({ "text": text }))?;
    } else {
        say::line(text.trim_end());
    }
    Ok(Exit::Done)
}
