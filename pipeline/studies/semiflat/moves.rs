//! Moves of the units that an embedding added, which leave the narrow network's own parameters alone.
//!
//! Of copies only differences move: incoming weights with sum_j lambda_j d_j = 0, outgoing ones with
//! sum_j d_j = 0. Those are the coordinates in which theory has its blocks.

use super::embedding::{Embedded, Embedding};
use super::narrow::{Problem, WIDTH};
use super::network::{Unit, losses};
use saigen_models::stream::Stream;

/// Which weights move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Which {
    Incoming,
    Outgoing,
    Both,
}

/// The length of a move: too short to carry a ReLU's kink over an observation.
pub(super) const RADIUS: f64 = 0.01;

/// The move of length 1, as a row of parameters, in which each added unit goes as `units` say.
pub(super) fn displacement(embedded: &Embedded, kind: Embedding, units: &[Unit]) -> Vec<f64> {
    let mut still = embedded.network.clone();
    let clear = |values: &mut Vec<f64>| values.iter_mut().for_each(|value| *value = 0.0);
    for unit in &mut still.units {
        clear(&mut unit.incoming);
        clear(&mut unit.outgoing);
    }
    clear(&mut still.bias);
    clear(&mut still.rest);
    let first = still.units.len() - units.len();
    for (at, moved) in units.iter().enumerate() {
        if kind.replicates() {
            let share = embedded.shares[at + 1] / embedded.shares[0];
            let original = &mut still.units[first - 1];
            original.incoming.iter_mut().zip(&moved.incoming).for_each(|(value, by)| *value -= share * by);
            original.outgoing.iter_mut().zip(&moved.outgoing).for_each(|(value, by)| *value -= by);
        }
        still.units[first + at] = moved.clone();
    }
    let row = still.parameters();
    let length = row.iter().map(|value| value * value).sum::<f64>().sqrt();
    row.iter().map(|value| value / length).collect()
}

/// A move in a random direction.
pub(super) fn random(embedded: &Embedded, kind: Embedding, which: Which, draws: &mut Stream) -> Vec<f64> {
    let network = &embedded.network;
    let mut part = |moves: bool, count: usize| (0..count).map(|_| if moves { draws.normal() } else { 0.0 }).collect::<Vec<f64>>();
    let unit = |part: &mut dyn FnMut(bool, usize) -> Vec<f64>| Unit {
        incoming: part(which != Which::Outgoing, network.units[0].incoming.len()),
        outgoing: part(which != Which::Incoming, network.bias.len()),
    };
    let units: Vec<Unit> = (WIDTH..network.units.len()).map(|_| unit(&mut part)).collect();
    displacement(embedded, kind, &units)
}

/// By how much the loss changes along moves of some length.
pub(super) fn changes(problem: &Problem, embedded: &Embedded, moves: &[Vec<f64>], length: f64) -> Vec<f64> {
    let start = embedded.network.parameters();
    let mut rows = vec![start.clone()];
    rows.extend(moves.iter().map(|by| start.iter().zip(by).map(|(at, by)| at + length * by).collect::<Vec<f64>>()));
    let losses = losses(&embedded.network.shape(), &rows, &problem.sample);
    losses[1..].iter().map(|loss| loss - losses[0]).collect()
}
