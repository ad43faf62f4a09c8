//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use saigen_engine::Backend;
use saigen_engine::declaration::Tier;
use std::path::PathBuf;

/// Re-run a body of papers, and see which of their claims hold.
#[derive(Debug, Parser)]
#[command(name = "saigen", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 all as claimed, or up to date; 1 internal; 2 usage or declaration; 3 work is due (status, plan); \
4 a step failed; 5 a verdict differs from the record; 6 integrity (altered or wrong bytes); \
7 a claim is inconclusive or not-run, under --strict; 130 interrupted";

/// What every verb understands.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// The checkout to work in [default: the nearest one above the current folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Print one JSON document instead of text, also on refusals
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How much to run: smoke takes seconds, full makes the record
    #[arg(long, global = true, value_enum, default_value = "full")]
    pub(crate) tier: TierName,
    /// What burn models run on
    #[arg(long, global = true, value_enum, default_value = "flex")]
    pub(crate) backend: BackendName,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run everything at full tier, write the record and the report, and verify them
    ReproduceAll(RunArgs),
    /// List studies with their experiments, tables, figures and claims
    List,
    /// Show what a run would do, and why; exit 3 if anything is due
    Plan(Studies),
    /// Run what is due, then make tables, claims, figures and the report
    Run(RunArgs),
    /// Say what is up to date; exit 3 if anything is due
    Status(Studies),
    /// Say what a step depends on, and why it is due
    Explain {
        /// The name of a cell (see plan), the start of one, or the start of a key
        step: String,
    },
    /// Print the verdicts of the record
    Claims {
        #[command(flatten)]
        studies: Studies,
        /// Exit 7 if a claim is inconclusive or not-run
        #[arg(long)]
        strict: bool,
    },
    /// Write the report from the record
    Report,
    /// Rebuild tables, verdicts, figures and the report from cells.csv and compare every byte
    Verify(Studies),
    /// Check this machine, the store and the declarations
    Doctor,
    /// Run batches from standard input (used by `run`)
    #[command(hide = true)]
    Worker,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Studies {
    /// Studies [default: all]
    #[arg(value_name = "STUDY")]
    pub(crate) studies: Vec<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) studies: Studies,
    /// How many worker processes [default: one a core]
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<std::num::NonZeroUsize>,
    /// Go on after a failure; what depends on it is left out
    #[arg(short, long)]
    pub(crate) keep_going: bool,
    /// Only say what would be run (as `plan`)
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Run all cells anew, also those with a result
    #[arg(short, long)]
    pub(crate) force: bool,
    /// Start workers through this command: `nice`, `taskset -c 0`, `qemu-x86_64 -cpu Haswell`
    #[arg(long, value_name = "COMMAND")]
    pub(crate) through: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TierName {
    Smoke,
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BackendName {
    Flex,
    Ndarray,
    Cuda,
}

impl Global {
    pub(crate) fn tier(&self) -> Tier {
        match self.tier {
            TierName::Smoke => Tier::Smoke,
            TierName::Full => Tier::Full,
        }
    }

    pub(crate) fn backend(&self) -> Backend {
        match self.backend {
            BackendName::Flex => Backend::Flex,
            BackendName::Ndarray => Backend::Ndarray,
            BackendName::Cuda => Backend::Cuda,
        }
    }
}
