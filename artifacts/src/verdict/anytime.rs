//! The same questions of seeds that come one after the other: what they say may be read at any moment.
//!
//! Each part of a claim has a confidence sequence; all parts together err with probability
//! [`ALPHA`](super::ALPHA) at most, however long one goes on and whenever one stops.

use super::claim::{Claim, Rule};
use super::contrast::{Contrast, Question};
use super::judge::{ask, conclude, diverged, undecided, unjudged};
use super::ledger::{Judged, Part, Verdict};
use super::share::{difference, differing};
use super::value::class;
use super::{ALPHA, sequence};
use crate::statistic::sd;
use crate::table::{PUBLISHED, Table};

/// Fewer seeds than this decide nothing: the first few show little of how skewed they are.
pub const FIRST: usize = 10;

/// What seeds say of a claim so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The claim with its verdict; intervals are those of the sequences.
    pub judged: Judged,
    /// Whether more seeds would change nothing.
    pub settled: bool,
}

/// Whether seeds have a say in a claim: what a paper prints is compared without any.
pub fn is_about_seeds(claim: &Claim) -> bool {
    !matches!(&claim.rule, Rule::Fall(rule) if rule.subject.of == PUBLISHED)
}

/// Reads a claim off a table over so many seeds.
///
/// # Errors
/// A message naming the claim whose table cannot answer it.
pub fn read(claim: &Claim, table: &Table, seeds: usize) -> Result<Reading, String> {
    let (mut parts, contrasts) = ask(claim, table)?;
    let mut settled = parts.iter_mut().all(|part| unbroken(part, seeds));
    let alpha = ALPHA / contrasts.len().max(1) as f64;
    for contrast in &contrasts {
        let (part, is_settled) = part(contrast, alpha);
        // A claim falls with one part, and stands with all.
        settled = settled && is_settled;
        parts.push(part);
    }
    let mut judged = unjudged(claim, parts);
    (judged.verdict, judged.why) = conclude(&judged.parts);
    settled |= judged.verdict == Verdict::Refuted;
    Ok(Reading { judged, settled })
}

/// So many seeds without a row that breaks an inequality settle it.
const UNBROKEN: usize = 20;

/// An inequality on every row falls with one seed. Of one that stands, what is left is the share of
/// seeds that may yet break it. Whether it is settled.
fn unbroken(part: &mut Part, seeds: usize) -> bool {
    if part.verdict == Verdict::Reproduced {
        let most = sequence::of_share(0, seeds, ALPHA).1;
        part.why += &format!(", unbroken by {seeds} seeds: at most {:.0} % of all would break it", (most * 100.0).ceil());
    }
    part.verdict != Verdict::Reproduced || seeds >= UNBROKEN
}

/// The normal quantile that half of [`ALPHA`] leaves outside, both sides together.
const PRINTED: f64 = 2.241_402_727_604_947;

fn part(contrast: &Contrast, alpha: f64) -> (Part, bool) {
    let mut part = undecided(contrast);
    let (sample, region) = (&contrast.sample, contrast.region);
    // A training that diverged stays diverged.
    if diverged(contrast) > 0 {
        return (part, true);
    }
    if sample.len() < FIRST {
        return (part, false);
    }
    let interval = |alpha| match contrast.question {
        Question::Mean => sequence::of_mean(sample, alpha),
        Question::Share => sequence::of_share(sample.iter().filter(|value| **value == 1.0).count(), sample.len(), alpha),
        Question::Pairs => {
            let (own, other) = differing(sample);
            difference(sequence::of_share(own, own + other, alpha), own + other, sample.len())
        }
    };
    let (low, high) = interval(alpha);
    let inside = at_least(low, region.low + region.slack, contrast) && at_most(high, region.high - region.slack, contrast);
    let outside = if region.inflation > 1.0 {
        // The printed number is a mean over seeds too: half of the error is for it.
        let one_seed = (region.inflation * region.inflation - 1.0) / sample.len() as f64;
        let wide = PRINTED * sd(sample) * one_seed.sqrt();
        let (low, high) = interval(alpha / 2.0);
        high + wide < region.low - region.slack || low - wide > region.high + region.slack
    } else {
        high < region.low - region.slack || low > region.high + region.slack
    };
    let estimate = part.estimate.unwrap_or(f64::NAN);
    let matters = contrast.gate == 0.0 || (estimate - region.low).abs() >= contrast.gate;
    // Certain to be smaller than the margin: no seed will make it matter.
    let small = contrast.gate > 0.0 && low > region.low - contrast.gate && high < region.low + contrast.gate;
    let (verdict, why) = match (inside, outside, matters) {
        _ if small => (Verdict::Inconclusive, "the difference is certainly smaller than the margin that matters"),
        (true, _, true) => (Verdict::Reproduced, "lies where the claim says"),
        (_, true, true) => (Verdict::Refuted, "lies elsewhere"),
        (false, false, _) => (Verdict::Inconclusive, "the seeds do not decide yet"),
        (.., false) => (Verdict::Inconclusive, "the difference is smaller than the margin that matters, so far"),
    };
    part.class = contrast.printed.as_ref().map(|comparison| class(comparison, estimate, verdict, false));
    (part.verdict, part.why, part.interval) = (verdict, why.to_string(), Some((low, high)));
    (part, small || verdict != Verdict::Inconclusive)
}

/// Whether what lies above `low` lies above an end; every share is at least 0.
fn at_least(low: f64, end: f64, contrast: &Contrast) -> bool {
    low >= end || (contrast.question == Question::Share && end <= 0.0)
}

fn at_most(high: f64, end: f64, contrast: &Contrast) -> bool {
    high <= end || (contrast.question == Question::Share && end >= 1.0)
}
