//! The command line.

use crate::audit::Detect;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use saigen_artifacts::Digest;
use saigen_engine::Backend;
use saigen_engine::declaration::Tier;
use std::path::PathBuf;
use std::time::Duration;

/// Re-run a body of papers, and see which of their claims hold.
#[derive(Debug, Parser)]
#[command(name = "saigen", version, after_help = EXIT_CODES, max_term_width = 80)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 all as claimed, or up to date; 1 internal; 2 usage or declaration; 3 work is due (status, plan), or not vouched for (pull); \
4 a step failed; 5 a verdict, what a manuscript types, or a column of another backend differs; 6 integrity (altered or wrong bytes); \
7 a claim is inconclusive or not-run, under --strict; 130 interrupted";

/// What every verb understands.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// The checkout to work in [default: the nearest one above the current folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// The folder that holds the data sets, each in the folder that the catalog names [default: datasets/cache]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print one JSON document instead of text, also on refusals
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Hash every byte of the store again, where file times would do
    #[arg(long, global = true)]
    pub(crate) rehash: bool,
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
    /// Run whole batches and put what came out into the inbox, from where the next `run` takes it
    Exec(ExecArgs),
    /// Put what this machine has computed into a store that others share; exit 6 if it holds other values
    Push(PushArgs),
    /// Take what is due from a store that others share, as far as the record or a signature vouches for it; exit 3 if not all
    #[command(mut_arg("signer", |arg| arg.help("Take what a signed manifest names: a file of allowed signers, as `ssh-keygen` reads it")))]
    Pull(PullArgs),
    /// Say what is up to date; exit 3 if anything is due
    Status(Studies),
    /// Say what a step depends on, why it is due, and what follows from it
    Explain {
        /// A cell by its name (see plan), the start of one or of its key; STUDY/tables/ID, STUDY/figures/ID or STUDY/claims
        step: String,
    },
    /// Go back from a number or a figure to its cells, their code and data
    Trace(TraceArgs),
    /// Print the verdicts of the record
    Claims {
        #[command(flatten)]
        studies: Studies,
        /// Exit 7 if a claim is inconclusive or not-run
        #[arg(long)]
        strict: bool,
    },
    /// Write tables, verdicts, figures and the report anew from the record's cells
    Report,
    /// Write results for a paper (LaTeX macros, figures as PDF or PNG), and results and data as other programs read them
    Export {
        #[command(subcommand)]
        what: Export,
    },
    /// Hold the numbers and verdicts typed in a manuscript against the record; exit 5 if any differs
    CheckText {
        /// LaTeX sources; what they \input is read too
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Rebuild tables, verdicts, figures and the report from cells.csv and compare every byte
    #[command(mut_arg("signer", |arg| arg.conflicts_with("studies")))]
    Verify {
        #[command(flatten)]
        studies: Studies,
        #[command(flatten)]
        signer: Option<Signer>,
    },
    /// Verify the results, then state which they are and sign that with `ssh-keygen`
    Sign {
        /// A private key of SSH, or the public key of one that ssh-agent holds
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Compute a random sample of the record's cells again, and say what it would have seen; exit 6 if any differs
    Audit(AuditArgs),
    /// Hold the results of two backends against each other, cell by cell; exit 5 if a verdict differs, or a column by more than declared
    Agree(AgreeArgs),
    /// Say what differs between two records, and why; exit 5 if a verdict does
    Diff {
        /// The record before: a checkout, a folder of studies' results as artifacts/record, or one study's
        #[arg(value_name = "BEFORE")]
        before: PathBuf,
        /// The record after
        #[arg(value_name = "AFTER")]
        after: PathBuf,
    },
    /// Say what data there are, get them, and check them
    Datasets {
        #[command(subcommand)]
        what: Datasets,
    },
    /// Check this machine, the store and the declarations
    Doctor,
    /// Say what of the store nobody needs, and remove it with --delete
    Gc(GcArgs),
    /// Print the completions of a shell
    Completions {
        /// Which
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the page for `man`, of the program or of one verb
    Man {
        /// The verb
        verb: Option<String>,
    },
    /// Run batches from standard input (used by `run`)
    #[command(hide = true)]
    Worker,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Datasets {
    /// List the data sets of the catalog, and which of them are here
    List,
    /// Download the files of data sets that are missing; each is checked before it gets its name
    Fetch {
        /// Data sets
        #[arg(required = true, value_name = "SET")]
        sets: Vec<String>,
    },
    /// Hash the files of data sets; exit 6 if any is not what the catalog declares, 3 if any is missing
    Verify {
        /// Data sets [default: all that are here]
        #[arg(value_name = "SET")]
        sets: Vec<String>,
    },
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Export {
    /// Write numbers, verdicts and tables as macros into one file to be \input
    Latex {
        #[command(flatten)]
        studies: Studies,
        /// The folder to write `saigen.tex` to [default: artifacts/out/latex]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Write figures as files for a paper or a slide
    Figures {
        #[command(flatten)]
        studies: Studies,
        /// What to write
        #[arg(long, value_enum)]
        format: FigureFormat,
        /// Of a PNG: pixels for each of a figure's, which are 96 an inch [default: 3]
        #[arg(long, value_name = "N", value_parser = scale)]
        scale: Option<f32>,
        /// The folder to write STUDY/FIGURE to [default: artifacts/out/figures]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Verify results, and write each study's as a Workflow Run RO-Crate with all its files
    RoCrate {
        #[command(flatten)]
        studies: Studies,
        /// The day that the crates are published, which RO-Crate asks for
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        date_published: String,
        /// The folder to write STUDY/ro-crate-metadata.json to [default: artifacts/out/ro-crate]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Verify results, and write for each study what a codechecker makes again
    Codecheck {
        #[command(flatten)]
        studies: Studies,
        /// The folder to write STUDY/codecheck.yml to [default: artifacts/out/codecheck]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Write the catalog's data sets as Croissant metadata
    Croissant {
        /// Data sets [default: all]
        #[arg(value_name = "SET")]
        sets: Vec<String>,
        /// The folder to write SET/croissant.json to [default: artifacts/out/croissant]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Write the batches that are due as a Snakemake workflow, to be run on many machines
    Snakemake {
        #[command(flatten)]
        studies: Studies,
        /// How long a job is to take, in minutes; what is cheaper goes together
        #[arg(long, value_name = "N", value_parser = minutes, default_value = "5")]
        minutes: f64,
        /// The folder to write `Snakefile` to [default: artifacts/out/snakemake]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Write CITATION.cff: this suite, and the papers that it re-runs
    Citation {
        /// The folder to write it to [default: artifacts/out/citation]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
}

/// A day of the calendar, as ISO 8601 has it.
fn date(text: &str) -> Result<String, String> {
    let mut parts = text.split('-').map(|part| (part.len(), part.parse::<u32>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()))));
    let days = |year: u32, month: u32| match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match [parts.next(), parts.next(), parts.next(), parts.next()] {
        [Some((4, Some(year))), Some((2, Some(month @ 1..=12))), Some((2, Some(day))), None] if (1..=days(year, month)).contains(&day) => {
            Ok(text.to_string())
        }
        _ => Err("expected a day such as 2026-12-31".to_string()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FigureFormat {
    /// As it is on record
    Svg,
    /// Vector graphics for LaTeX
    Pdf,
    /// Pixels on white
    Png,
}

/// A scale between a tenth and twenty.
fn scale(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (0.1..=20.0).contains(number));
    number.ok_or_else(|| "expected a number from 0.1 to 20".to_string())
}

/// A number of minutes: from less than a second to a week.
fn minutes(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.01..=10080.0).contains(number));
    number.ok_or_else(|| "expected a number of minutes from 0.01 to 10080".to_string())
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ExecArgs {
    /// A batch, by its key in what `export snakemake` wrote at the same tier and backend; may be repeated
    #[arg(long = "batch", value_name = "KEY", required = true)]
    pub(crate) batches: Vec<Digest>,
    /// Look for them in a store that others share, and put them there instead of into the inbox
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct PushArgs {
    #[command(flatten)]
    pub(crate) studies: Studies,
    /// Where it is: file:///FOLDER, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    /// Sign what is there then: a private key of SSH, or the public key of one that ssh-agent holds
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct PullArgs {
    #[command(flatten)]
    pub(crate) studies: Studies,
    /// Where it is: file:///FOLDER, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    #[command(flatten)]
    pub(crate) signer: Option<Signer>,
    /// Take what nobody vouches for: whoever can write there is believed
    #[arg(long, conflicts_with = "signer")]
    pub(crate) unsigned: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct TraceArgs {
    /// STUDY/TABLE:ROW:COLUMN or STUDY/FIGURE; ROW is its number, or enough of its keys: `n=100,experiment=kernel`
    #[arg(required_unless_present = "from")]
    pub(crate) target: Option<String>,
    /// Say what depends on a file, a locked crate, a data set, or data by the start of their digest
    #[arg(long, value_name = "FILE|CRATE|SET|DIGEST", conflicts_with = "target")]
    pub(crate) from: Option<String>,
    /// Compute it again from nothing, and compare all bits; exit 6 if any differs
    #[arg(long, conflicts_with = "from")]
    pub(crate) remake: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub(crate) studies: Studies,
    /// Words of yours that the author could not foresee; with the record they decide the sample
    #[arg(long, value_name = "WORDS", required_unless_present = "replay")]
    pub(crate) nonce: Option<String>,
    /// Read the claims anew, off seeds that the nonce decides, until all are settled or the time is up [default: 20m]
    #[arg(long, conflicts_with_all = ["cells", "detect"])]
    pub(crate) claims: bool,
    /// Draw so many cells
    #[arg(long, value_name = "N", group = "size")]
    pub(crate) cells: Option<std::num::NonZeroUsize>,
    /// Draw as few as see a share of wrong cells with a probability [default: 5%@95%]
    #[arg(long, value_name = "SHARE@PROBABILITY", group = "size")]
    pub(crate) detect: Option<Detect>,
    /// Draw as many as take so long (`90s`, `5m`, `1h`), and stop then
    #[arg(long, value_name = "TIME", group = "size", value_parser = time)]
    pub(crate) budget: Option<Duration>,
    /// The file to write [default: artifacts/out/audit.json, with --claims artifacts/out/audit-claims.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Draw and compute again what an earlier audit did, and hold its file against that
    #[arg(long, value_name = "FILE", conflicts_with_all = ["nonce", "size", "to", "studies"])]
    pub(crate) replay: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct AgreeArgs {
    #[command(flatten)]
    pub(crate) studies: Studies,
    /// The other backend; --backend names the one that it is held against
    #[arg(long, value_enum, value_name = "BACKEND", default_value = "ndarray")]
    pub(crate) with: BackendName,
}

/// A length of time: digits, and s, m or h.
fn time(text: &str) -> Result<Duration, String> {
    let unit = [('s', 1), ('m', 60), ('h', 3600)].into_iter().find(|(unit, _)| text.ends_with(*unit));
    let seconds = unit.and_then(|(unit, seconds)| text.trim_end_matches(unit).parse::<u64>().ok()?.checked_mul(seconds));
    let positive = seconds.filter(|seconds| *seconds > 0);
    positive.map(Duration::from_secs).ok_or_else(|| "expected a time such as 90s, 5m or 1h".to_string())
}

#[derive(Clone, Debug, Args)]
pub(crate) struct GcArgs {
    /// Keep the cells of the committed record only
    #[arg(long)]
    pub(crate) keep_record: bool,
    /// Drop the oldest results until the store is as small as this (`500M`, `2G`); never those of the record
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_size: Option<u64>,
    /// Really remove; without it, only say what would be
    #[arg(long)]
    pub(crate) delete: bool,
}

/// A number of bytes: digits, and K, M, G or T for powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let (digits, power) = match text.char_indices().last() {
        Some((at, unit)) if !unit.is_ascii_digit() => (&text[..at], "KMGT".find(unit.to_ascii_uppercase()).map(|place| place + 1)),
        _ => (text, Some(0)),
    };
    let bytes = digits.parse::<u64>().ok().zip(power).and_then(|(number, power)| number.checked_mul(1 << (10 * power)));
    bytes.ok_or_else(|| "expected a number of bytes such as 500M or 2G".to_string())
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Studies {
    /// Studies [default: all]
    #[arg(value_name = "STUDY")]
    pub(crate) studies: Vec<String>,
}

/// Whose signature is asked for.
#[derive(Clone, Debug, Args)]
pub(crate) struct Signer {
    /// Check the signature of the results too: a file of allowed signers, as `ssh-keygen` reads it
    #[arg(long, value_name = "ALLOWED_SIGNERS", required = false, requires = "identity")]
    pub(crate) signer: PathBuf,
    /// Who must have signed: a principal of that file
    #[arg(long, value_name = "PRINCIPAL", required = false, requires = "signer")]
    pub(crate) identity: String,
    /// Keys that count no more: public keys, one a line, or a revocation list of `ssh-keygen -k`
    #[arg(long, value_name = "FILE", requires = "signer")]
    pub(crate) revoked: Option<PathBuf>,
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
    /// Exit 7 if cells were left out because their data are not here
    #[arg(long)]
    pub(crate) strict: bool,
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
        self.backend.into()
    }
}

impl From<BackendName> for Backend {
    fn from(name: BackendName) -> Self {
        match name {
            BackendName::Flex => Self::Flex,
            BackendName::Ndarray => Self::Ndarray,
            BackendName::Cuda => Self::Cuda,
        }
    }
}
