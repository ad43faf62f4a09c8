//! Steps by key, as the index holds them: one row of bytes a step, in memory as in the file. A million
//! of them are as many times [`ROW`] bytes, and nothing is parsed before it is asked for.

use crate::Digest;

/// Key, result, offset, length.
pub(super) const ROW: usize = 32 + 32 + 8 + 4;

/// Where a step's line is, and the digest of what came out: of a cell its record's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) place: (u64, u32),
    pub(super) result: Digest,
}

/// Sorted rows, each key once, but for those that were pushed since [`Rows::sort`].
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<[u8; ROW]>);

impl Rows {
    /// Takes a step, which is not found before the rows are sorted.
    pub(super) fn push(&mut self, key: &Digest, entry: &Entry) {
        self.0.push(row(key, entry));
    }

    /// Sorts the rows. Of one key, that which lies last in the journal counts.
    pub(super) fn sort(&mut self) {
        self.0.sort_unstable_by(|a, b| a[..32].cmp(&b[..32]).then(entry(b).place.cmp(&entry(a).place)));
        self.0.dedup_by(|later, first| later[..32] == first[..32]);
    }

    /// From the bytes of a file, which are whole rows.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks().0.to_vec())
    }

    /// The bytes of the file.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_flattened()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, key: &Digest) -> Option<Entry> {
        self.0.binary_search_by(|row| row[..32].cmp(key.bytes())).ok().map(|at| entry(&self.0[at]))
    }
}

fn row(key: &Digest, Entry { place: (offset, length), result }: &Entry) -> [u8; ROW] {
    let mut row = [0; ROW];
    row[..32].copy_from_slice(key.bytes());
    row[32..64].copy_from_slice(result.bytes());
    row[64..72].copy_from_slice(&offset.to_le_bytes());
    row[72..].copy_from_slice(&length.to_le_bytes());
    row
}

fn entry(row: &[u8; ROW]) -> Entry {
    // A row has [`ROW`] bytes: the ranges are there.
    let number = |range: std::ops::Range<usize>| row[range].iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let mut result = [0; 32];
    result.copy_from_slice(&row[32..64]);
    Entry { place: (number(64..72), number(72..76) as u32), result: Digest::from(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_found_once_as_it_was_last() {
        let step = |name: u8, offset: u64| (Digest::of(&[name]), Entry { place: (offset, 7), result: Digest::of(&offset.to_le_bytes()) });
        let mut rows = Rows::default();
        (0..100).map(|name| step(name, u64::from(name))).for_each(|(key, entry)| rows.push(&key, &entry));
        rows.sort();
        [step(3, 1000), step(200, 300), step(3, 256)].iter().for_each(|(key, entry)| rows.push(key, entry));
        rows.sort();
        let read = Rows::from_bytes(rows.bytes());
        for (name, offset) in [(0, 0), (99, 99), (200, 300), (3, 1000)] {
            let (key, entry) = step(name, offset);
            assert_eq!((rows.get(&key), read.get(&key)), (Some(entry), Some(entry)), "{name}");
        }
        assert_eq!((rows.bytes().len(), rows.get(&Digest::of(b"none"))), (101 * ROW, None));
    }
}
