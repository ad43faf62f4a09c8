//! The declaration of a study: what `study.toml` says, checked.
//!
//! Reading is strict and goes on after a mistake: unknown fields, wrong types, unknown names and
//! values out of range are reported all at once, each with its line. The format is described in
//! `pipeline/studies/README.md`.

mod agreement;
mod claims;
mod experiments;
mod fields;
mod figures;
mod published;
mod tables;

pub use agreement::Tolerance;
pub use experiments::{Experiment, Points};

use crate::method::Study;
use crate::problem::{Problem, Problems};
use fields::{Fields, Place, Sink};
use saigen_artifacts::cells::Schema;
use saigen_artifacts::verdict::Claim;
use saigen_artifacts::{figure, table};
use saigen_datasets::sets::DataSets;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// How much is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Seconds: what tests run.
    Smoke,
    /// What the committed record holds.
    Full,
}

impl Tier {
    /// Both tiers.
    pub const ALL: [Self; 2] = [Self::Smoke, Self::Full];

    /// The name in declarations and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The paper that a study is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Who wrote it.
    pub authors: String,
    /// Its title.
    pub title: String,
    /// Where and when it appeared.
    pub venue: String,
    /// A lasting address.
    pub link: String,
}

/// What a study declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// The file it was read from.
    pub file: PathBuf,
    /// The study's name: its folder's.
    pub id: String,
    /// What readers call it.
    pub title: String,
    /// What it is about, in a few sentences.
    pub summary: String,
    /// The paper.
    pub paper: Paper,
    /// The experiments, in declared order.
    pub experiments: Vec<Experiment>,
    /// By output: how far apart two backends may be; all bits the same where nothing is declared.
    pub agreement: BTreeMap<String, Tolerance>,
    /// The tables, in declared order.
    pub tables: Vec<table::Spec>,
    /// The figures, in declared order.
    pub figures: Vec<figure::Spec>,
    /// The claims, in declared order.
    pub claims: Vec<Claim>,
}

/// More bytes than this are no declaration.
const LONGEST: u64 = 1 << 20;

impl Declaration {
    /// Reads and checks the declaration of a study.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(file: &Path, study: &dyn Study) -> Result<Self, Problems> {
        let alone = |line, message, hint: Option<&str>| Problems {
            file: file.to_path_buf(),
            list: vec![Problem { line, field: String::new(), message, hint: hint.map(str::to_string) }],
        };
        let unread = |error| alone(1, format!("cannot be read: {error}"), Some("run in a checkout of saigen, or name one with --root"));
        let length = std::fs::metadata(file).map_err(unread)?.len();
        if length > LONGEST {
            let message = format!("{length} bytes are too many for a declaration: {LONGEST} are the most");
            return Err(alone(1, message, Some("data belong into a data set, and long grids into fewer values")));
        }
        let bytes = std::fs::read(file).map_err(unread)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            alone(line, "the text is not UTF-8".to_string(), Some("save the file as UTF-8"))
        })?;
        Self::parse(file, &text, study)
    }

    /// Reads and checks a text; what it names lies beside `file`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(file: &Path, text: &str, study: &dyn Study) -> Result<Self, Problems> {
        let sink = Sink::new(text);
        let (root, syntax) = DeTable::parse_recoverable(text);
        for error in &syntax {
            let at = error.span().map_or(0, |span| span.start);
            sink.add(at, "", format!("not TOML: {}", error.message()), None);
        }
        // What cannot be parsed cannot be checked: its fields would look missing.
        let declaration = syntax.is_empty().then(|| read(file, Fields::new(&root, &sink), &sink, study));
        let list = sink.into_problems();
        match declaration {
            Some(declaration) if list.is_empty() => Ok(declaration),
            _ => Err(Problems { file: file.to_path_buf(), list }),
        }
    }

    /// The names and kinds of all axes and outputs.
    pub fn schema(&self) -> Schema {
        let mut schema = Schema::default();
        for experiment in &self.experiments {
            schema.axes.extend(experiment.axes.clone());
            schema.outputs.extend(experiment.outputs.clone());
        }
        schema
    }

    /// The experiment of this name.
    pub fn experiment(&self, id: &str) -> Option<&Experiment> {
        self.experiments.iter().find(|experiment| experiment.id == id)
    }
}

fn read(file: &Path, mut root: Fields<'_>, sink: &Sink<'_>, study: &dyn Study) -> Declaration {
    let (mut id, mut title, mut summary) = Default::default();
    let mut paper = Paper { authors: String::new(), title: String::new(), venue: String::new(), link: String::new() };
    if let Some(mut fields) = root.table("study") {
        id = fields.text("id");
        title = fields.text("title");
        summary = fields.text("summary");
        if !id.is_empty() && id != study.id() {
            fields.problem_at("id", format!("'{id}' is not the folder's name"), Some(format!("write '{}'", study.id())));
        }
        if let Some(mut fields) = fields.table("paper") {
            paper = Paper {
                authors: fields.text("authors"),
                title: fields.text("title"),
                venue: fields.text("venue"),
                link: fields.text("link"),
            };
            fields.finish();
        }
        fields.finish();
    }
    // `ROOT/pipeline/studies/ID/study.toml`; a declaration elsewhere has no catalog.
    let room = file.ancestors().nth(4).map(|root| root.join("datasets")).unwrap_or_default();
    let experiments = experiments::read(&mut root, sink, study, &DataSets::new(&room, None));
    let agreement = agreement::read(&mut root, &experiments);
    let folder = file.parent().unwrap_or(Path::new(""));
    let tables = tables::read(&mut root, sink, folder, &experiments);
    let figures = figures::read(&mut root, sink, &tables, &experiments);
    let claims = claims::read(&mut root, sink, &tables, &experiments);
    root.finish();
    Declaration { file: file.to_path_buf(), id, title, summary, paper, experiments, agreement, tables, figures, claims }
}

/// Reports ids that are used twice or would make bad file names.
fn check_ids<'a>(sink: &Sink<'_>, ids: impl IntoIterator<Item = (&'a str, Place)>) {
    let mut seen = BTreeSet::new();
    for (id, place) in ids {
        let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !plain {
            let hint = "use small letters, digits and hyphens: ids become file names".to_string();
            sink.add(place.at, &place.field, format!("'{id}' is not an id"), Some(hint));
        } else if !seen.insert(id) {
            sink.add(place.at, &place.field, format!("the id '{id}' is used twice"), None);
        }
    }
}
