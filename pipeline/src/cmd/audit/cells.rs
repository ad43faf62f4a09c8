//! `saigen audit`: a random sample of the record's cells, computed again and compared bit by bit.

use super::super::anew::{Anew, anew, batches};
use super::{check_same, costs, read_earlier, recorded, roots, write};
use crate::Outcome;
use crate::absent::{absent, tell};
use crate::audit::{Audited, Detect, Document, Mismatch, Population, SCHEMA, Sample, Size, StratumKey};
use crate::cli::AuditArgs;
use crate::compose::Composed;
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use crate::say::{self, count, duration};
use saigen_artifacts::Digest;
use saigen_artifacts::cells::Cell;
use saigen_datasets::error::way_to;
use saigen_engine::plan::{CellStep, Plan, Work, cell_name};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is drawn where nothing else is said.
const USUAL: Detect = Detect { share: 0.05, confidence: 0.95 };

/// Of a budget, what the drawn cells are expected to take: the rest is for those that take longer.
const FILLED: f64 = 0.8;

pub(super) fn audit(project: &Project, args: &AuditArgs, json: bool) -> Outcome {
    let earlier = args.replay.as_deref().map(|path| read_earlier::<Document>(project, path)).transpose()?;
    let built = recorded(project, args, earlier.as_ref())?;
    let plans: Vec<Plan> = built.iter().map(|(declared, _)| project.plan(declared)).collect();
    let audit = Audit::new(project, &built, &plans)?;
    let (nonce, size) = match &earlier {
        Some(document) => (document.nonce.clone(), Size::Cells(document.drawn)),
        None => (args.nonce.clone().unwrap_or_default(), size(args)),
    };
    if let Some(earlier) = &earlier {
        check_same(earlier, (&audit.roots, &audit.record), "draw a new sample")?;
    }
    let document = audit.run(&nonce, size, earlier.as_ref().map(|document| &document.without))?;
    let contradictions = earlier.as_ref().map(|earlier| document.contradictions(earlier));
    let exit = match (&contradictions, document.mismatches.is_empty(), document.failed.is_empty()) {
        (Some(found), ..) if !found.is_empty() => Exit::Integrity,
        (_, false, _) => Exit::Integrity,
        (_, _, false) => Exit::Failed,
        _ => Exit::Done,
    };
    if earlier.is_none() {
        let path = args.to.clone().unwrap_or_else(|| project.root.join("artifacts/out/audit.json"));
        write(&path, &document.to_text())?;
        say::note(format!("written to '{}': `saigen audit --replay` draws and computes it again", path.display()));
    }
    if json {
        say::document(&serde_json::json!({"audit": document, "contradictions": contradictions, "exit": exit as u8}))?;
    } else {
        print(&document, contradictions.as_deref());
    }
    Ok(exit)
}

fn size(args: &AuditArgs) -> Size {
    match (args.cells, args.budget) {
        (Some(cells), _) => Size::Cells(cells.get()),
        (None, Some(budget)) => Size::Budget(budget),
        (None, None) => Size::Detect(args.detect.unwrap_or(USUAL)),
    }
}

/// A recorded cell with the step that computes it today.
#[derive(Clone, Copy)]
struct Recorded<'a> {
    cell: &'a Cell,
    step: &'a CellStep,
    /// The place of its study among all.
    study: usize,
    /// What it is expected to take, in seconds on one core.
    seconds: f64,
}

/// The record as an audit sees it.
struct Audit<'a> {
    project: &'a Project,
    built: &'a [(Declared, Composed)],
    plans: &'a [Plan],
    roots: BTreeMap<String, Digest>,
    record: Digest,
    cells: Vec<Vec<Cell>>,
}

impl<'a> Audit<'a> {
    /// # Errors
    /// A recorded cell is of other code or another declaration than today's.
    fn new(project: &'a Project, built: &'a [(Declared, Composed)], plans: &'a [Plan]) -> anyhow::Result<Self> {
        let cells = built.iter().map(|(_, composed)| Ok(composed.cells.iter()?.collect())).collect::<anyhow::Result<Vec<_>>>()?;
        let (roots, record) = roots(built);
        Ok(Self { project, built, plans, roots, record, cells })
    }

    /// The cells that read data sets which are not here, by data set; those of an earlier audit, where
    /// one is replayed.
    ///
    /// # Errors
    /// The earlier audit read data that are not here.
    fn without(&self, earlier: Option<&BTreeMap<String, usize>>) -> anyhow::Result<BTreeMap<String, usize>> {
        let steps: Vec<&CellStep> = self.plans.iter().flat_map(|plan| &plan.cells).collect();
        let absent = absent(self.project, &steps)?;
        if let Some(earlier) = earlier {
            if let Some((name, what)) = absent.iter().find(|(name, _)| !earlier.contains_key(*name)) {
                return Err(refuse(Exit::Failed, format!("data set '{name}' is not here: {what}"), way_to(name)));
            }
            return Ok(earlier.clone());
        }
        tell(&absent);
        let reading = |name: &str| steps.iter().filter(|step| step.origin.stem.data.contains_key(name)).count();
        Ok(absent.into_keys().map(|name| (name.clone(), reading(&name))).collect())
    }

    /// All recorded cells but those without their data, in strata.
    fn population(&self, without: &BTreeMap<String, usize>) -> anyhow::Result<Population<Recorded<'_>>> {
        let store = self.project.look().ok();
        let mut population = Population::new();
        for (study, ((declared, _), plan)) in self.built.iter().zip(self.plans).enumerate() {
            let steps: BTreeMap<_, _> =
                plan.cells.iter().zip(plan.guesses(declared.study)).map(|(step, guess)| (step.key, (step, guess))).collect();
            let costs = costs(self.project, store.as_ref(), declared, plan)?;
            for cell in &self.cells[study] {
                let (step, guess) = *steps.get(&cell.key).ok_or_else(|| {
                    let name = cell_name(&plan.study, &cell.experiment, &cell.axes, cell.seed);
                    let hint = "`saigen plan` says what changed; check out the code that the record is of, or run the study";
                    refuse(Exit::Due, format!("recorded cell '{name}' is not of today's code and declaration"), hint)
                })?;
                if step.origin.stem.data.keys().any(|name| without.contains_key(name)) {
                    continue;
                }
                let seconds = costs.scaled(step.experiment(), guess).unwrap_or(guess);
                // The stratum follows from the code alone, so that everyone draws the same sample.
                population.add(StratumKey::new(&plan.study, guess), Recorded { cell, step, study, seconds });
            }
        }
        Ok(population)
    }

    fn run(&self, nonce: &str, size: Size, earlier: Option<&BTreeMap<String, usize>>) -> anyhow::Result<Document> {
        let without = self.without(earlier)?;
        let population = self.population(&without)?;
        let (drawn, time) = match size {
            Size::Cells(cells) => (cells, None),
            Size::Detect(detect) => (detect.count(&population.sizes()), None),
            Size::Budget(time) => (affordable(&population, time), Some(time)),
        };
        let sample = population.draw(&self.record, nonce, drawn);
        self.announce(&sample, &population);
        let Anew { cells, failed } = anew(self.project, &self.work(&sample), time)?;
        Ok(self.document(nonce, without, &sample, &cells, failed))
    }

    fn announce(&self, sample: &Sample<Recorded<'_>>, population: &Population<Recorded<'_>>) {
        let all: usize = population.sizes().iter().sum();
        let seconds: f64 = sample.drawn().map(|recorded| recorded.seconds).sum();
        let time = duration(Duration::from_secs_f64(seconds));
        say::note(format!("{} of {} drawn, about {time} on one core", count(sample.count(), "cell"), count(all, "recorded cell")));
    }

    /// The batches of a sample. What is drawn first of any stratum comes first, so that when the time
    /// is up as much of each is done.
    fn work(&self, sample: &Sample<Recorded<'a>>) -> Vec<Work<'a>> {
        let mut turns = BTreeMap::new();
        for (_, drawn) in sample.strata.values() {
            turns.extend(drawn.iter().enumerate().map(|(at, recorded)| (recorded.step.key, at as f64 / drawn.len() as f64)));
        }
        let mut work = Vec::new();
        for (study, plan) in self.plans.iter().enumerate() {
            let steps = sample.drawn().filter(|recorded| recorded.study == study).map(|recorded| recorded.step).collect();
            work.extend(batches(&self.built[study].0, plan, steps));
        }
        let turn = |work: &Work<'_>| work.cells.iter().map(|step| turns[&step.key]).fold(f64::INFINITY, f64::min);
        work.sort_by(|a, b| turn(a).total_cmp(&turn(b)));
        work
    }

    fn document(
        &self,
        nonce: &str,
        without: BTreeMap<String, usize>,
        sample: &Sample<Recorded<'_>>,
        found: &BTreeMap<Digest, Cell>,
        failed: BTreeMap<String, String>,
    ) -> Document {
        let (mut cells, mut mismatches) = (Vec::new(), Vec::new());
        for Recorded { cell, step, .. } in sample.drawn() {
            let now = found.get(&step.key);
            cells.push(Audited {
                name: step.name(),
                key: step.key,
                recorded: cell.record.digest(),
                found: now.map(|now| now.record.digest()),
            });
            mismatches.extend(now.into_iter().flat_map(|now| differences(&step.name(), cell, now)));
        }
        let strata = Document::strata(sample, |recorded| found.contains_key(&recorded.step.key));
        let (chances, surely_seen) = Document::chances(&strata);
        Document {
            schema: SCHEMA,
            tier: self.project.tier.name().to_string(),
            backend: self.project.backend.name().to_string(),
            studies: self.roots.clone(),
            record: self.record,
            nonce: nonce.to_string(),
            without,
            drawn: sample.count(),
            strata,
            cells,
            mismatches,
            failed,
            chances,
            surely_seen,
        }
    }
}

/// The outputs in which a cell differs from what is recorded of it.
fn differences(name: &str, recorded: &Cell, found: &Cell) -> Vec<Mismatch> {
    let names = recorded.record.0.keys().chain(found.record.0.keys()).collect::<std::collections::BTreeSet<_>>();
    let text = |cell: &Cell, output: &str| cell.record.0.get(output).map_or("nothing".to_string(), |value| value.field());
    let differing = names.into_iter().filter(|output| recorded.record.0.get(*output) != found.record.0.get(*output));
    let mismatch = |output: &String| Mismatch {
        cell: name.to_string(),
        output: output.clone(),
        recorded: text(recorded, output),
        found: text(found, output),
    };
    differing.map(mismatch).collect()
}

/// How many cells are expected to be computed in most of a time, on all cores.
fn affordable(population: &Population<Recorded<'_>>, time: Duration) -> usize {
    let jobs: usize = std::thread::available_parallelism().map_or(1, Into::into);
    let (mut cells, mut seconds) = (0, 0.0);
    for stratum in population.strata() {
        cells += stratum.len();
        seconds += stratum.iter().map(|recorded| recorded.seconds).sum::<f64>();
    }
    // Proportional shares cost what a random cell costs.
    let mean = seconds / cells.max(1) as f64;
    ((time.as_secs_f64() * FILLED * jobs as f64 / mean) as usize).clamp(1, cells)
}

fn print(document: &Document, contradictions: Option<&[String]>) {
    for stratum in &document.strata {
        let drawn = if stratum.examined < stratum.drawn { format!(", {} of them in time", stratum.examined) } else { String::new() };
        say::line(format!("{}, {}: {} of {}{drawn}", stratum.study, stratum.costs, stratum.drawn, count(stratum.cells, "cell")));
    }
    for (name, cells) in &document.without {
        say::line(format!("left out: {} that read data set '{name}', which is not here", count(*cells, "cell")));
    }
    for Mismatch { cell, output, recorded, found } in &document.mismatches {
        say::line(format!("differs: {cell}: {output} is {recorded} on record, and {found} now"));
    }
    for (name, cause) in &document.failed {
        say::note(format!("error: {name}: {cause}"));
    }
    let examined: usize = document.strata.iter().map(|stratum| stratum.examined).sum();
    let computed = document.cells.iter().filter(|cell| cell.found.is_some()).count();
    let wrong = document.cells.iter().filter(|cell| cell.found.is_some_and(|found| found != cell.recorded)).count();
    say::line(format!("{} computed again, {wrong} with other bits", count(computed, "cell")));
    say::line(format!("the chance that {examined} of them see a wrong cell, wherever it is:"));
    for chance in &document.chances {
        say::line(format!("    {} wrong: {:.1} %", chance.wrong, (chance.seen * 1000.0).floor() / 10.0));
    }
    if let (Some(surely), 0) = (document.surely_seen, wrong) {
        let all = count(document.strata.iter().map(|stratum| stratum.cells).sum(), "recorded cell");
        say::line(format!("so with 95 % confidence fewer than {surely} of {all} are wrong"));
    }
    match contradictions {
        None => {}
        Some([]) => say::line("the earlier audit's file says what follows from the record and its nonce"),
        Some(found) => found.iter().for_each(|found| say::line(format!("the earlier audit's file cannot be right: {found}"))),
    }
}
