//! The rules on tables whose answer is known.

use super::bootstrap::Draws;
use super::claim::{Bound, Claim, Equivalence, Expect, Fall, Order, Relation, Rule, Share, Shares, Slope, Subject, Value};
use super::{Class, Judged, Verdict, anytime, judge};
use crate::statistic::Statistic;
use crate::table::{Column, Content, Filter, Layout, PUBLISHED, Published, Row, Sample, Spec, Table};
use crate::{Digest, Scalar};
use std::collections::BTreeMap;

/// A 64-bit linear congruential generator is enough to test with.
struct Lcg(u64);

impl Lcg {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

impl Draws for Lcg {
    fn below(&mut self, bound: usize) -> usize {
        (self.uniform() * bound as f64) as usize
    }
}

/// An experiment's name, and its error at a sample size.
type Arm = (&'static str, fn(f64) -> f64);

/// A sample of one output, of seeds from 0 on.
fn risks(values: Vec<f64>) -> Sample {
    Sample::new((0..values.len() as u64).collect(), [("risk".to_string(), values)].into())
}

/// Errors of experiments over n = 100, 200, 400 with noise in the logarithm, the same for all
/// experiments of a seed plus a little of their own.
fn table(experiments: &[Arm], seeds: u64) -> Table {
    let mut rows = Vec::new();
    for (experiment, error) in experiments {
        for n in [100, 200, 400] {
            let noise = |seed: u64| {
                let (mut shared, mut own) = (Lcg(seed * 1000 + n), Lcg(seed * 1000 + n + experiment.len() as u64));
                // The first numbers of near seeds are near each other.
                for _ in 0..9 {
                    shared.uniform();
                    own.uniform();
                }
                0.3 * (shared.uniform() - 0.5) + 0.1 * (own.uniform() - 0.5)
            };
            let sample: Vec<f64> = (0..seeds).map(|seed| error(n as f64) * noise(seed).exp()).collect();
            rows.push(Row {
                key: vec![Scalar::Text((*experiment).to_string()), Scalar::Int(n as i64)],
                values: vec![Statistic::Mean.of(&sample).unwrap()],
                diverged: 0,
                sample: risks(sample),
            });
        }
    }
    let spec = Spec {
        id: "risk".to_string(),
        title: String::new(),
        experiments: experiments.iter().map(|(name, _)| (*name).to_string()).collect(),
        keys: vec!["experiment".to_string(), "n".to_string()],
        filter: Filter::new(),
        content: Content::Statistics(vec![Column { name: "risk".to_string(), of: "risk".to_string(), statistic: Statistic::Mean }]),
        published: None,
        layout: Layout::default(),
    };
    Table { spec, rows }
}

fn claim(rule: Rule) -> Claim {
    Claim { id: "c".into(), statement: "s".into(), place: "p".into(), source: "derived".into(), at_smoke: false, rule }
}

fn subject() -> Subject {
    Subject { table: "risk".to_string(), of: "risk".to_string(), filter: Filter::new() }
}

fn order(better: &str, than: &str, expect: Expect, margin: f64) -> Rule {
    Rule::Order(Order { subject: subject(), better: better.to_string(), than: vec![than.to_string()], expect, margin })
}

fn slope(experiment: &str, minus: Option<&str>, low: f64, high: f64) -> Rule {
    let minus = minus.map(str::to_string);
    Rule::Slope(Slope { subject: subject(), experiment: experiment.to_string(), minus, along: "n".to_string(), low, high })
}

fn judged(tier: &str, rule: Rule, table: Table) -> Result<Judged, String> {
    let tables = BTreeMap::from([("risk".to_string(), table)]);
    let stream = |_: &str| Box::new(Lcg(11)) as Box<dyn Draws>;
    judge("study", tier, &[claim(rule)], &tables, &stream).map(|mut ledger| ledger.claims.remove(0))
}

#[track_caller]
fn verdict(rule: Rule, table: Table, expected: Verdict) {
    let judged = judged("full", rule, table).unwrap();
    assert_eq!(judged.verdict, expected, "{judged:#?}");
}

const HALF: Arm = ("half", |n| 0.5 * n.powf(-0.5));
const PLAIN: Arm = ("plain", |n| n.powf(-0.5));
const SIMILAR: Arm = ("similar", |n| 0.9 * n.powf(-0.5));
const NEARLY: Arm = ("nearly", |n| 0.9 * n.powf(-0.5));
const STEEP: Arm = ("steep", |n| 10.0 / n);

#[test]
fn order_is_reproduced_refuted_or_gated() {
    let both = || table(&[HALF, PLAIN], 20);
    verdict(order("half", "plain", Expect::Better, 0.05), both(), Verdict::Reproduced);
    verdict(order("plain", "half", Expect::Better, 0.05), both(), Verdict::Refuted);
    // A tenth better for certain, where a quarter is what matters.
    verdict(order("nearly", "plain", Expect::Better, 0.25), table(&[NEARLY, PLAIN], 20), Verdict::Inconclusive);
}

#[test]
fn no_advantage_agrees_with_being_worse() {
    let both = || table(&[HALF, PLAIN], 20);
    verdict(order("plain", "half", Expect::NoBetter, 0.05), both(), Verdict::Reproduced);
    verdict(order("half", "plain", Expect::NoBetter, 0.05), both(), Verdict::Refuted);
}

#[test]
fn order_may_differ_from_n_to_n_and_then_the_claim_falls() {
    // 10/n crosses n^(-1/2) at n = 100 and is better from there.
    let judged = judged("full", order("plain", "steep", Expect::Better, 0.05), table(&[STEEP, PLAIN], 20)).unwrap();
    assert_eq!(judged.verdict, Verdict::Refuted);
    assert_eq!(judged.parts.iter().map(|part| part.verdict).filter(|verdict| *verdict == Verdict::Refuted).count(), 2);
    assert_eq!(judged.parts[1].label, "n=200 vs steep");
}

#[test]
fn seeds_one_after_the_other_settle_what_they_can() {
    let read = |rule: Rule, arms: &[Arm], seeds| anytime::read(&claim(rule), &table(arms, seeds), seeds as usize).unwrap();
    let told = |reading: &anytime::Reading| (reading.judged.verdict, reading.settled);
    let better = |better: &str, than: &str, margin| order(better, than, Expect::Better, margin);
    assert_eq!(told(&read(better("half", "plain", 0.05), &[HALF, PLAIN], 20)), (Verdict::Reproduced, true));
    assert_eq!(told(&read(better("plain", "half", 0.05), &[HALF, PLAIN], 20)), (Verdict::Refuted, true));
    assert_eq!(told(&read(better("half", "plain", 0.05), &[HALF, PLAIN], 4)), (Verdict::Inconclusive, false));
    // A tenth better: certainly less than a half, while it may be the hundredth that is asked for.
    assert_eq!(told(&read(better("nearly", "plain", 0.5), &[NEARLY, PLAIN], 20)), (Verdict::Inconclusive, true));
    // The sequence of three parts is wider than that of the one interval over the same seeds.
    let reading = read(better("half", "plain", 0.05), &[HALF, PLAIN], 20);
    let fixed = judged("full", better("half", "plain", 0.05), table(&[HALF, PLAIN], 20)).unwrap();
    for (now, then) in reading.judged.parts.iter().zip(&fixed.parts) {
        let width = |part: &super::Part| part.interval.map(|(low, high)| high - low).unwrap();
        assert!(width(now) > 1.3 * width(then) && now.estimate == then.estimate, "{now:?} {then:?}");
    }
}

#[test]
fn a_diverged_training_settles_a_part_without_deciding_it() {
    let mut table = table(&[HALF, PLAIN], 20);
    let mut risk = table.rows[4].sample.of("risk").to_vec();
    risk[3] = f64::NAN;
    table.rows[4].sample = risks(risk);
    let reading = anytime::read(&claim(order("half", "plain", Expect::Better, 0.05)), &table, 20).unwrap();
    assert_eq!((reading.judged.verdict, reading.settled), (Verdict::Inconclusive, true), "{reading:#?}");
}

#[test]
fn slope_lies_inside_outside_or_is_compared() {
    let one = || table(&[PLAIN], 20);
    verdict(slope("plain", None, -0.65, -0.35), one(), Verdict::Reproduced);
    verdict(slope("plain", None, -0.3, 0.0), one(), Verdict::Refuted);
    verdict(slope("plain", None, f64::NEG_INFINITY, -0.3), one(), Verdict::Reproduced);
    let two = || table(&[STEEP, PLAIN], 20);
    verdict(slope("steep", Some("plain"), f64::NEG_INFINITY, 0.0), two(), Verdict::Reproduced);
    verdict(slope("plain", Some("steep"), f64::NEG_INFINITY, 0.0), two(), Verdict::Refuted);
}

#[test]
fn a_bound_falls_with_one_row() {
    let mut table = table(&[PLAIN], 20);
    let column = |name: &str| Column { name: name.to_string(), of: "risk".to_string(), statistic: Statistic::Mean };
    table.spec.content = Content::Statistics(["left", "right", "holds"].map(column).into());
    for (row, values) in table.rows.iter_mut().zip([[1.0, 2.0, 1.0], [1.0, 1.5, 1.0], [3.0, 2.0, 0.0]]) {
        row.values = values.to_vec();
    }
    let bound = |when: Option<&str>, relation| {
        let names = ["risk", "left", "right"].map(str::to_string);
        let [table, left, right] = names;
        Rule::Bound(Bound { table, filter: Filter::new(), when: when.map(str::to_string), left, relation, right })
    };
    verdict(bound(Some("holds"), Relation::Less), table.clone(), Verdict::Reproduced);
    verdict(bound(None, Relation::AtMost), table, Verdict::Refuted);
}

/// Whether runs did something: of 20 seeds the first so many, and then one that diverged.
fn settled(arms: &[(&'static str, usize)]) -> Table {
    let names: Vec<Arm> = arms.iter().map(|(name, _)| -> Arm { (name, |_| 1.0) }).collect();
    let mut table = table(&names, 20);
    for (row, (_, ones)) in table.rows.iter_mut().zip(arms.iter().flat_map(|arm| [arm; 3])) {
        let mut answers: Vec<f64> = (0..20).map(|seed| if seed < *ones { 1.0 } else { 0.0 }).collect();
        if *ones < 20 {
            answers[19] = f64::NAN;
            row.diverged = 1;
        }
        row.sample = risks(answers);
    }
    table
}

#[test]
fn shares_are_counted_and_compared_pair_by_pair() {
    let within =
        |low, high| Rule::Share(Share { subject: subject(), experiment: "tame".to_string(), shares: Shares::Within { low, high } });
    verdict(within(0.5, 1.0), settled(&[("tame", 19)]), Verdict::Reproduced);
    verdict(within(0.5, 1.0), settled(&[("tame", 1)]), Verdict::Refuted);
    verdict(within(0.5, 1.0), settled(&[("tame", 12)]), Verdict::Inconclusive);
    let more = |margin| {
        let shares = Shares::More { than: vec!["wild".to_string()], margin };
        Rule::Share(Share { subject: subject(), experiment: "tame".to_string(), shares })
    };
    let both = |tame, wild| settled(&[("tame", tame), ("wild", wild)]);
    verdict(more(0.1), both(18, 3), Verdict::Reproduced);
    verdict(more(0.1), both(3, 18), Verdict::Refuted);
    verdict(more(0.1), both(18, 16), Verdict::Inconclusive);
    verdict(more(0.9), both(18, 3), Verdict::Inconclusive);
    let mut other = settled(&[("tame", 20)]);
    other.rows[0].sample = risks(vec![0.5; 20]);
    assert!(judged("full", within(0.5, 1.0), other).unwrap_err().contains("'risk' is 0.5 in a run"));
}

#[test]
fn what_was_not_run_and_what_is_too_little_never_pass() {
    let rule = || order("half", "plain", Expect::Better, 0.05);
    assert_eq!(judged("smoke", rule(), table(&[HALF, PLAIN], 20)).unwrap().verdict, Verdict::NotRun);
    verdict(rule(), table(&[HALF, PLAIN], 4), Verdict::Inconclusive);
}

#[test]
fn rows_that_hold_a_seed_twice_are_refused() {
    let mut table = table(&[HALF, PLAIN], 20);
    let twice =
        |row: &Row| Sample::new([0, 0].into_iter().chain(2..20).collect(), [("risk".to_string(), row.sample.of("risk").to_vec())].into());
    table.rows.iter_mut().for_each(|row| row.sample = twice(row));
    let error = judged("full", order("half", "plain", Expect::Better, 0.05), table).unwrap_err();
    assert!(error.contains("holds seed 0 twice"), "{error}");
}

#[test]
fn equivalent_means_near_either_way() {
    let equivalence = |experiment: &str, to: &str, margin| {
        Rule::Equivalence(Equivalence { subject: subject(), experiment: experiment.to_string(), to: to.to_string(), margin })
    };
    let both = || table(&[SIMILAR, PLAIN], 20);
    verdict(equivalence("similar", "plain", 0.25), both(), Verdict::Reproduced);
    verdict(equivalence("plain", "similar", 0.25), both(), Verdict::Reproduced);
    verdict(equivalence("similar", "plain", 0.02), both(), Verdict::Refuted);
    verdict(equivalence("similar", "plain", 0.1111), both(), Verdict::Inconclusive);
}

/// Errors at n = 100, 200, 400 that fall, then rise.
const BENT: Arm = ("bent", |n| if n < 300.0 { n.powf(-0.5) } else { 0.2 });

#[test]
fn a_fall_is_judged_step_by_step() {
    let fall = |experiment: &str, of: &str| {
        let subject = Subject { of: of.to_string(), ..subject() };
        Rule::Fall(Fall { subject, experiment: experiment.to_string(), along: "n".to_string() })
    };
    verdict(fall("plain", "risk"), table(&[PLAIN], 20), Verdict::Reproduced);
    let bent = judged("full", fall("bent", "risk"), table(&[BENT], 20)).unwrap();
    assert_eq!(bent.parts.iter().map(|part| part.verdict).collect::<Vec<_>>(), [Verdict::Reproduced, Verdict::Refuted]);
    assert_eq!(bent.parts[1].label, "n=200 to 400");
    // Of printed numbers a step counts where it exceeds both errors of reading.
    for (numbers, expected) in [
        ([0.3, 0.2, 0.1], [Verdict::Reproduced, Verdict::Reproduced]),
        ([0.3, 0.31, 0.1], [Verdict::Inconclusive, Verdict::Reproduced]),
        ([0.3, 0.1, 0.2], [Verdict::Reproduced, Verdict::Refuted]),
    ] {
        let found = judged("full", fall("plain", PUBLISHED), printed(&[PLAIN], &[numbers], 0.01)).unwrap();
        assert_eq!(found.parts.iter().map(|part| part.verdict).collect::<Vec<_>>(), expected, "{numbers:?}");
    }
}

/// A table with printed numbers for each experiment's three rows.
fn printed(experiments: &[Arm], numbers: &[[f64; 3]], error: f64) -> Table {
    let mut table = table(experiments, 20);
    let keys = vec!["experiment".to_string(), "n".to_string()];
    table.spec.published = Some(Published { file: "published.csv".to_string(), digest: Digest::of(b""), keys, rows: Vec::new() });
    for (row, value) in table.rows.iter_mut().zip(numbers.as_flattened()) {
        row.values.extend([*value, error]);
    }
    table
}

/// The classes of the parts of a claim that these numbers come out again, within a tenth.
fn classes(experiments: &[Arm], numbers: &[[f64; 3]], column: Statistic, replicates: f64) -> Vec<Option<Class>> {
    let mut table = printed(experiments, numbers, 0.005);
    if let Content::Statistics(columns) = &mut table.spec.content {
        columns[0].statistic = column;
    }
    let rival = experiments.get(1).map(|(name, _)| (*name).to_string());
    let names = ["risk", "risk", experiments[0].0].map(str::to_string);
    let [table_name, column, experiment] = names;
    let rule = Value { table: table_name, column, filter: Filter::new(), experiment, tolerance: 0.1, replicates, rival };
    judged("full", Rule::Value(rule), table).unwrap().parts.iter().map(|part| part.class).collect()
}

/// The logarithm of the mean of an arm at its three n, as the table has it.
fn log_means(arm: Arm) -> [f64; 3] {
    let rows = table(&[arm], 20).rows;
    std::array::from_fn(|at| Statistic::LogMean.of(rows[at].sample.of("risk")).unwrap())
}

#[test]
fn a_printed_number_comes_out_again_or_not() {
    let [a, b, c] = log_means(PLAIN);
    let near = [[a + 0.004, b - 0.03, c + 0.095]];
    let expected = [Some(Class::RoundsEqual), Some(Class::Within), Some(Class::Consistent)];
    assert_eq!(classes(&[PLAIN], &near, Statistic::LogMean, 1.0), expected);
    // Half of what the table has is beyond what chance did to a mean of twenty seeds. The spread of
    // one seed, nine hundredths, is not so far: with one seed a quarter may be chance.
    let far = [[a + 0.69, b - 0.25, c]];
    assert_eq!(classes(&[PLAIN], &far, Statistic::LogMean, 20.0)[..2], [Some(Class::Drifted); 2]);
    assert_eq!(classes(&[PLAIN], &far, Statistic::LogMean, 1.0)[..2], [Some(Class::Drifted), Some(Class::Consistent)]);
    // Without the logarithm the same numbers are others: 0.1 is no mean of 0.1.
    assert_eq!(classes(&[PLAIN], &[[0.1, 0.07, 0.05]], Statistic::Mean, 1.0), [Some(Class::RoundsEqual); 3]);
}

#[test]
fn a_decision_flips_where_the_printed_order_is_clear() {
    let (own, other) = (log_means(HALF), log_means(PLAIN));
    // Printed: worse than the rival; the same as the rival; better, and yet too far off.
    let numbers = [[other[0] + 0.5, other[1], own[2] - 0.5], other];
    assert_eq!(
        classes(&[HALF, PLAIN], &numbers, Statistic::LogMean, 20.0),
        [Some(Class::Flipped), Some(Class::Drifted), Some(Class::Drifted)]
    );
}

#[test]
fn more_questions_than_resampling_can_answer_are_refused() {
    let tables = BTreeMap::from([("risk".to_string(), table(&[HALF, PLAIN], 5))]);
    let claims = vec![claim(order("half", "plain", Expect::Better, 0.05)); 167];
    let stream = |_: &str| Box::new(Lcg(11)) as Box<dyn Draws>;
    let error = judge("study", "full", &claims, &tables, &stream).unwrap_err();
    assert!(error.contains("501 questions"), "{error}");
}
