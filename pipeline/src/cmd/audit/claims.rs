//! `saigen audit --claims`: verdicts anew, from seeds that nobody has used, read as they come.

use super::super::anew::{Anew, anew, batches};
use super::{check_same, costs, read_earlier, recorded, roots, write};
use crate::Outcome;
use crate::absent::{Absent, absent, tell};
use crate::audit::{Read, Readings, Replayable as _, next, places, seeds};
use crate::cli::AuditArgs;
use crate::compose::Composed;
use crate::exit::{Exit, refuse};
use crate::project::{Declared, Project};
use crate::say::{self, count, duration};
use saigen_artifacts::Digest;
use saigen_artifacts::cells::{Cell, Cells};
use saigen_artifacts::store::Store;
use saigen_artifacts::table::{Spec, Table};
use saigen_artifacts::verdict::anytime::{self, is_about_seeds};
use saigen_artifacts::verdict::{ALPHA, Claim, Verdict};
use saigen_engine::plan::{CellStep, Origin, Plan};
use saigen_engine::stopwatch::Stopwatch;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long an audit goes on where nothing is said.
const USUAL: Duration = Duration::from_secs(20 * 60);

/// Claims are read together until a step is expected to take so long on each core, in seconds: worker
/// processes are started for each.
const STEP: f64 = 5.0;

pub(super) fn audit(project: &Project, args: &AuditArgs, json: bool) -> Outcome {
    let earlier = args.replay.as_deref().map(|path| read_earlier::<Readings>(project, path)).transpose()?;
    let built = recorded(project, args, earlier.as_ref())?;
    let nonce = earlier.as_ref().map_or_else(|| args.nonce.clone().unwrap_or_default(), |document| document.nonce.clone());
    let to = args.to.clone().unwrap_or_else(|| project.root.join("artifacts/out/audit-claims.json"));
    let mut audit = Audit::new(project, &built, nonce)?;
    let contradictions = match &earlier {
        Some(earlier) => {
            audit.replay(earlier)?;
            Some(audit.document().contradictions(earlier))
        }
        None => {
            audit.run(args.budget.unwrap_or(USUAL), &mut |document| write(&to, &document.to_text()))?;
            say::note(format!("written to '{}': `saigen audit --claims --replay` reads the same seeds again", to.display()));
            None
        }
    };
    let document = audit.document();
    let exit = match &contradictions {
        Some(found) if !found.is_empty() => Exit::Integrity,
        _ if !audit.failed.is_empty() => Exit::Failed,
        _ if document.claims.iter().any(Read::contradicts) => Exit::Differs,
        _ => Exit::Done,
    };
    if json {
        let document = serde_json::json!({
            "audit": document, "failed": audit.failed, "contradictions": contradictions, "exit": exit as u8,
        });
        say::document(&document)?;
    } else {
        print(&document, &audit.failed, contradictions.as_deref());
    }
    Ok(exit)
}

/// A claim that is being read.
struct Question<'a> {
    study: usize,
    claim: &'a Claim,
    table: &'a Spec,
    /// Where its cells lie, and what one of them is expected to take, in seconds on one core.
    places: Vec<(Arc<Origin>, usize, f64)>,
    read: Read,
    /// Whether a cell of it failed.
    failed: bool,
}

impl Question<'_> {
    fn open(&self) -> bool {
        !self.read.settled && !self.failed
    }

    /// Its cells at some seeds.
    fn steps(&self, seeds: &[u64]) -> Vec<(CellStep, f64)> {
        let mut steps = Vec::new();
        for (origin, number, seconds) in &self.places {
            let keys = origin.stem.keys();
            let point = origin.points.point(*number);
            let keys = keys.at(&point);
            let step = |seed: &u64| (CellStep { origin: Arc::clone(origin), number: *number, seed: *seed, key: keys.key(*seed) }, *seconds);
            steps.extend(seeds.iter().map(step));
        }
        steps
    }
}

/// An audit of claims while it goes on.
struct Audit<'a> {
    project: &'a Project,
    built: &'a [(Declared, Composed)],
    plans: Vec<Plan>,
    roots: BTreeMap<String, Digest>,
    record: Digest,
    nonce: String,
    questions: Vec<Question<'a>>,
    without: BTreeMap<String, String>,
    /// All cells at fresh seeds so far.
    cells: BTreeMap<Digest, Cell>,
    failed: BTreeMap<String, String>,
}

impl<'a> Audit<'a> {
    /// # Errors
    /// The record is of other code or another declaration than today's.
    fn new(project: &'a Project, built: &'a [(Declared, Composed)], nonce: String) -> anyhow::Result<Self> {
        let plans: Vec<Plan> = built.iter().map(|(declared, _)| project.plan(declared)).collect();
        for (plan, (_, composed)) in plans.iter().zip(built) {
            if plan.stems() != composed.lock.stems {
                let hint = "`saigen plan` says what changed; check out the code that the record is of, or run the study";
                return Err(refuse(Exit::Due, format!("the record of '{}' is not of today's code and declaration", plan.study), hint));
            }
        }
        let (roots, record) = roots(built);
        let absent = absent(project, &plans.iter().flat_map(|plan| &plan.cells).collect::<Vec<_>>())?;
        tell(&absent);
        let mut audit = Self {
            project,
            built,
            plans,
            roots,
            record,
            nonce,
            questions: Vec::new(),
            without: BTreeMap::new(),
            cells: BTreeMap::new(),
            failed: BTreeMap::new(),
        };
        let store = project.look().ok();
        for (study, (declared, composed)) in built.iter().enumerate() {
            audit.ask(study, (declared, composed), &absent, store.as_ref())?;
        }
        Ok(audit)
    }

    /// Takes in the claims of a study.
    fn ask(
        &mut self,
        study: usize,
        (declared, composed): (&'a Declared, &Composed),
        absent: &Absent,
        store: Option<&Store>,
    ) -> anyhow::Result<()> {
        let plan = &self.plans[study];
        let costs = costs(self.project, store, declared, plan)?;
        // One guess a place: a method's cost does not depend on the seed.
        let guesses: BTreeMap<(&str, usize), f64> =
            plan.cells.iter().zip(plan.guesses(declared.study)).map(|(step, guess)| ((step.experiment(), step.number), guess)).collect();
        for claim in &declared.declaration.claims {
            let recorded =
                composed.ledger.claims.iter().find(|judged| judged.id == claim.id).map_or(Verdict::NotRun, |judged| judged.verdict);
            let table = declared.declaration.tables.iter().find(|table| table.id == claim.rule.table());
            let Some(table) = table.filter(|_| recorded != Verdict::NotRun) else { continue };
            let places = places(claim, table, &plan.origins);
            let reads = places.iter().flat_map(|(origin, _)| origin.stem.data.keys()).find(|name| absent.contains_key(*name));
            let reason = match reads {
                _ if !is_about_seeds(claim) => Some("it is about what the paper prints".to_string()),
                _ if places.is_empty() => Some("its rows are of declared seeds".to_string()),
                Some(name) => Some(format!("data set '{name}' is not here")),
                None => None,
            };
            if let Some(reason) = reason {
                self.without.insert(format!("{}/{}", plan.study, claim.id), reason);
                continue;
            }
            let cost = |(origin, number): (Arc<Origin>, usize)| {
                let experiment = origin.stem.experiment.as_str();
                let guess = guesses.get(&(experiment, number)).copied().unwrap_or_default();
                let seconds = costs.scaled(experiment, guess).unwrap_or(guess);
                (origin, number, seconds)
            };
            let read = Read {
                study: plan.study.clone(),
                id: claim.id.clone(),
                recorded,
                seeds: 0,
                verdict: Verdict::Inconclusive,
                settled: false,
                why: "no fresh seed was run in time".to_string(),
                parts: Vec::new(),
            };
            self.questions.push(Question { study, claim, table, places: places.into_iter().map(cost).collect(), read, failed: false });
        }
        Ok(())
    }

    /// Reads claims at more and more seeds, the cheapest reading first, until all are settled or the
    /// time is up. `keep` gets the document after every step.
    fn run(&mut self, budget: Duration, keep: &mut dyn FnMut(&Readings) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let start = Stopwatch::start();
        let jobs: usize = std::thread::available_parallelism().map_or(1, Into::into);
        say::note(format!("{} to read, for {} at most", count(self.questions.len(), "claim"), duration(budget)));
        loop {
            let left = budget.saturating_sub(start.elapsed());
            let mut readings: Vec<(f64, usize)> =
                (0..self.questions.len()).filter(|at| self.questions[*at].open()).map(|at| (self.seconds(at), at)).collect();
            readings.sort_by(|a, b| a.0.total_cmp(&b.0));
            if readings.is_empty() || left.is_zero() {
                return keep(&self.document());
            }
            let (mut chosen, mut seconds) = (Vec::new(), 0.0);
            for (cost, at) in readings {
                if !chosen.is_empty() && seconds + cost > STEP * jobs as f64 {
                    break;
                }
                seconds += cost;
                chosen.push((at, next(self.questions[at].read.seeds)));
            }
            self.step(&chosen, Some(left))?;
            keep(&self.document())?;
        }
    }

    /// What the next reading of a claim is expected to take, in seconds on one core.
    fn seconds(&self, at: usize) -> f64 {
        let question = &self.questions[at];
        let steps = question.steps(&seeds(&self.record, &self.nonce, next(question.read.seeds)));
        steps.iter().filter(|(step, _)| !self.cells.contains_key(&step.key)).map(|(_, seconds)| seconds).sum()
    }

    /// Reads every claim at the seeds that an earlier audit read it at.
    ///
    /// # Errors
    /// It is of another record, or read claims whose data are not here.
    fn replay(&mut self, earlier: &Readings) -> anyhow::Result<()> {
        check_same(earlier, (&self.roots, &self.record), "read fresh seeds")?;
        let mut chosen = Vec::new();
        for then in &earlier.claims {
            if let Some(reason) = self.without.get(&then.name()) {
                let message = format!("claim '{}' cannot be read: {reason}", then.name());
                return Err(refuse(Exit::Failed, message, "`saigen datasets list` says what is here, and `fetch` gets it"));
            }
            let at = self.questions.iter().position(|question| question.read.name() == then.name());
            chosen.extend(at.filter(|_| then.seeds > 0).map(|at| (at, then.seeds)));
        }
        self.step(&chosen, None)
    }

    /// Runs what some claims need at so many seeds, and reads them.
    fn step(&mut self, chosen: &[(usize, usize)], time: Option<Duration>) -> anyhow::Result<()> {
        let most = chosen.iter().map(|(_, seeds)| *seeds).max().unwrap_or_default();
        let fresh = seeds(&self.record, &self.nonce, most);
        let mut due: BTreeMap<Digest, (usize, CellStep)> = BTreeMap::new();
        for (at, count) in chosen {
            let question = &self.questions[*at];
            let steps = question.steps(&fresh[..*count]).into_iter().filter(|(step, _)| !self.cells.contains_key(&step.key));
            due.extend(steps.map(|(step, _)| (step.key, (question.study, step))));
        }
        let mut work = Vec::new();
        for (study, plan) in self.plans.iter().enumerate() {
            let steps = due.values().filter(|(of, _)| *of == study).map(|(_, step)| step).collect();
            work.extend(batches(&self.built[study].0, plan, steps));
        }
        let Anew { cells, failed } = anew(self.project, &work, time)?;
        self.cells.extend(cells);
        self.failed.extend(failed);
        for (at, count) in chosen {
            self.read(*at, &fresh[..*count])?;
        }
        Ok(())
    }

    /// Reads a claim at some seeds, if all of its cells are there.
    fn read(&mut self, at: usize, fresh: &[u64]) -> anyhow::Result<()> {
        let question = &self.questions[at];
        let steps = question.steps(fresh);
        let cells: Vec<Cell> = steps.iter().filter_map(|(step, _)| self.cells.get(&step.key).cloned()).collect();
        if cells.len() < steps.len() {
            // Either the time was up, or it will fail again.
            let failed = steps.iter().any(|(step, _)| self.failed.contains_key(&step.name()));
            self.questions[at].failed = failed;
            return Ok(());
        }
        let schema = self.built[question.study].0.declaration.schema();
        let table = Table::build(question.table, &Cells::new(schema, &cells)?)?;
        let reading = anytime::read(question.claim, &table, fresh.len()).map_err(anyhow::Error::msg)?;
        let read = &mut self.questions[at].read;
        (read.seeds, read.settled) = (fresh.len(), reading.settled);
        (read.verdict, read.why, read.parts) = (reading.judged.verdict, reading.judged.why, reading.judged.parts);
        if read.settled {
            say::note(format!("{}: {} after {}, {} on record", read.name(), read.verdict, count(read.seeds, "fresh seed"), read.recorded));
        }
        Ok(())
    }

    fn document(&self) -> Readings {
        Readings {
            schema: Readings::SCHEMA,
            tier: self.project.tier.name().to_string(),
            backend: self.project.backend.name().to_string(),
            studies: self.roots.clone(),
            record: self.record,
            nonce: self.nonce.clone(),
            alpha: ALPHA,
            without: self.without.clone(),
            claims: self.questions.iter().map(|question| question.read.clone()).collect(),
        }
    }
}

fn print(document: &Readings, failed: &BTreeMap<String, String>, contradictions: Option<&[String]>) {
    let widest = document.claims.iter().map(|read| read.name().len()).max().unwrap_or_default();
    say::line(format!("{:widest$}  {:12}  {:12}  seeds", "claim", "on record", "fresh seeds"));
    for read in &document.claims {
        let open = if read.settled { "" } else { ", not settled" };
        say::line(format!("{:widest$}  {:12}  {:12}  {}{open}", read.name(), read.recorded, read.verdict, read.seeds));
    }
    for (name, reason) in &document.without {
        say::line(format!("left out: {name}: {reason}"));
    }
    for (name, cause) in failed {
        say::note(format!("error: {name}: {cause}"));
    }
    let of = |wanted: &dyn Fn(&Read) -> bool| document.claims.iter().filter(|read| wanted(read)).count();
    let decided = |read: &Read| matches!(read.verdict, Verdict::Reproduced | Verdict::Refuted);
    say::line(format!(
        "{} read, {} settled: {} as on record, {} decided that the record leaves open, {} against it",
        count(of(&|read| read.seeds > 0), "claim"),
        of(&|read| read.settled),
        of(&|read| read.settled && read.verdict == read.recorded),
        of(&|read| decided(read) && read.recorded == Verdict::Inconclusive),
        of(&Read::contradicts),
    ));
    say::line(format!("each claim errs with probability {} at most, whenever its seeds are read", document.alpha));
    match contradictions {
        None => {}
        Some([]) => say::line("what the earlier audit's file says comes out again"),
        Some(found) => found.iter().for_each(|found| say::line(format!("the earlier audit's file cannot be right: {found}"))),
    }
}
