//! The program: verbs over the engine, the artifacts, the figures and the studies.
//!
//! This is the only place that sees all rooms. A verb is a file in [`cmd`]; what turns cells into
//! files is [`compose`]; the rest is how the program speaks and where things lie.

mod absent;
mod apart;
mod audit;
mod cli;
mod cmd;
mod columns;
mod compose;
mod estimate;
mod exchange;
mod exit;
mod inbox;
mod manuscript;
mod progress;
mod project;
mod remote;
mod say;
mod signature;
mod target;

use clap::Parser as _;
use cli::Cli;
use exit::Exit;
use std::process::ExitCode;

/// Runs the program on the process's own arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return say::usage(&error),
    };
    let json = cli.global.json;
    let exit = cmd::dispatch(cli).unwrap_or_else(|error| say::error(&error, json));
    ExitCode::from(exit as u8)
}

/// What a verb ends with.
type Outcome = anyhow::Result<Exit>;
