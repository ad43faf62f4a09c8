//! A batch in a store that others share: the text that is delivered to an inbox, under the batch's key.

use super::{Answer, Remote, Troubles, get, put};
use crate::inbox::pair;
use saigen_artifacts::Digest;
use saigen_artifacts::provenance::Provenance;
use saigen_artifacts::store::inbox::{self, Delivered};
use saigen_artifacts::store::{FORMAT, Store};
use saigen_engine::plan::Work;
use std::collections::BTreeMap;

/// The name of a batch's object.
pub(crate) fn name(batch: &Digest) -> String {
    let digits = batch.to_string();
    format!("v{FORMAT}/batches/{}/{digits}.ndjson", &digits[..2])
}

/// The cells of a batch as a store of this machine has them, if it has them all.
pub(crate) fn stored(store: &Store, work: &Work<'_>) -> Option<Vec<Delivered>> {
    let delivered = |key: &Digest| {
        store.result(key)?;
        let record = String::from_utf8(store.record(key).ok()?).ok()?;
        Some(Delivered { key: *key, record, provenance: store.made(key)? })
    };
    work.cells.iter().map(|step| delivered(&step.key)).collect()
}

/// What became of batches that were delivered.
#[derive(Default)]
pub(crate) struct Sent {
    /// How many were put, and how many were there with the same values.
    pub(crate) put: usize,
    pub(crate) there: usize,
    /// The digests of the objects that hold them now, by batch.
    pub(crate) objects: BTreeMap<Digest, Digest>,
    pub(crate) troubles: Troubles,
}

/// Puts batches where they are not, and holds those that are there against the same batches as they are
/// here, which `cells` gives.
///
/// # Errors
/// `cells` does, or the store gives no answers at all.
pub(crate) fn deliver(
    remote: &mut Remote,
    batches: &[&Work<'_>],
    cells: &dyn Fn(usize) -> anyhow::Result<Vec<Delivered>>,
) -> anyhow::Result<Sent> {
    let keys: Vec<Digest> = batches.iter().map(|work| work.key()).collect();
    let names: Vec<String> = keys.iter().map(name).collect();
    let (mut sent, mut digests) = (Sent::default(), BTreeMap::new());
    let (mut put_now, mut there, mut other) = (Vec::new(), Vec::new(), Vec::new());
    let mut make = |at: usize| {
        let text = inbox::text(&keys[at], &cells(at)?);
        digests.insert(at, Digest::of(text.as_bytes()));
        Ok(put(&names[at], text))
    };
    let unasked = remote.ask(&names, &mut make, &mut |at, answer| {
        match answer {
            Answer::Put => put_now.push(at),
            Answer::There => there.push(at),
            answer => other.push((at, answer)),
        }
        Ok(())
    })?;
    sent.troubles.not_asked(unasked);
    sent.put = put_now.len();
    // A server that does not know the condition replaces what is there: these bytes must find themselves.
    if let Some(at) = put_now.first() {
        match remote.one(&names[*at], put(&names[*at], inbox::text(&keys[*at], &cells(*at)?)))? {
            Answer::There => {}
            Answer::Put => sent.troubles.replaced(remote, &names[*at]),
            answer => other.push((*at, answer)),
        }
    }
    // Of those that are there, what they hold; their bytes may be others, of another time and machine.
    let names_there: Vec<String> = there.iter().map(|at| names[*at].clone()).collect();
    let mut found = Vec::new();
    let unasked = remote.ask(&names_there, &mut |at| Ok(get(&names_there[at])), &mut |at, answer| {
        let at = there[at];
        found.push(match answer {
            Answer::Got(text) => (at, same(batches[at], &cells(at)?, &text).map(|()| Digest::of(text.as_bytes()))),
            answer => {
                other.push((at, if answer == Answer::Absent { Answer::There } else { answer }));
                return Ok(());
            }
        });
        Ok(())
    })?;
    sent.troubles.not_asked(unasked);
    for (at, answer) in other {
        sent.troubles.other(remote, &names[at], answer);
    }
    for (at, held) in found {
        match held {
            Ok(digest) => {
                sent.there += 1;
                digests.insert(at, digest);
                put_now.push(at);
            }
            Err(why) => sent.troubles.wrong(remote, &names[at], &why),
        }
    }
    sent.objects = put_now.into_iter().map(|at| (keys[at], digests[&at])).collect();
    Ok(sent)
}

/// Holds an object against the same batch as it is here.
///
/// # Errors
/// It is broken, or has other values of a cell: whose are whose.
fn same(work: &Work<'_>, ours: &[Delivered], text: &str) -> Result<(), String> {
    let theirs = inbox::parse(&work.key(), text).and_then(|cells| pair(&work.cells, cells))?;
    match theirs.iter().zip(ours).find(|((_, theirs), ours)| theirs.record != ours.record) {
        None => Ok(()),
        Some(((step, theirs), ours)) => Err(format!(
            "holds other values of cell '{}' than this machine has: there by {}, here by {}",
            step.name(),
            maker(&theirs.provenance),
            maker(&ours.provenance)
        )),
    }
}

/// Which program made a result on which machine.
fn maker(made: &Provenance) -> String {
    format!("{} on {}, {}", made.program, made.system, made.processor)
}
