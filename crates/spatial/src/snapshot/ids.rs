//! Finds records by id.

use std::{cmp::Ordering, hash::Hasher as _};

use super::tags::Fnv;

/// Positions in the order of their ids, with marks on the way.
///
/// Records lie all over the memory, and each one that a search looks at is waited for. So the beginnings of some ids are
/// kept side by side, and of each id a byte that tells most others from it: a search looks at one record, seldom at two.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdIndex {
    positions: Vec<u32>,
    /// A hash of each id.
    hashes: Vec<u8>,
    /// Beginning of the id of every [`STEP`]-th.
    marks: Vec<u128>,
}

const STEP: usize = 16;

impl IdIndex {
    /// `id` gives the id of the record at a position.
    pub(crate) fn new<'r>(len: usize, id: impl Fn(usize) -> &'r str) -> Self {
        let positions = in_order_of_ids(len, &id);
        let marks = positions.iter().step_by(STEP).map(|position| beginning(id(*position as usize))).collect();
        let hashes = positions.iter().map(|position| hash(id(*position as usize))).collect();
        Self { positions, hashes, marks }
    }

    /// Position of a record with this id: any of them.
    pub(crate) fn find<'r>(&self, wanted: &str, id: impl Fn(u32) -> &'r [u8]) -> Option<u32> {
        let beginning = beginning(wanted);
        // All marks before `first` are less, all from `last` on are greater.
        let first = self.marks.partition_point(|mark| *mark < beginning);
        // Mostly none is equal; to find the end of those that are takes as long as to find the first.
        let is_marked = self.marks.get(first) == Some(&beginning);
        let equal = if is_marked { self.marks[first..].partition_point(|mark| *mark == beginning) } else { 0 };
        let last = first + equal;
        let mut near = first.saturating_sub(1) * STEP..(last * STEP).min(self.positions.len());
        // Many may begin alike.
        while near.len() > 2 * STEP {
            let middle = near.start.midpoint(near.end);
            match id(self.positions[middle]).cmp(wanted.as_bytes()) {
                Ordering::Less => near.start = middle + 1,
                Ordering::Equal => return Some(self.positions[middle]),
                Ordering::Greater => near.end = middle,
            }
        }
        let hash = hash(wanted);
        let likely = self.hashes[near.clone()].iter().zip(&self.positions[near]).filter(|(of, _)| **of == hash);
        likely.map(|(_, position)| *position).find(|position| id(*position) == wanted.as_bytes())
    }

    /// Positions of records in the order of their ids, from the first one on that is not `less`.
    pub(crate) fn behind<'r>(&self, id: impl Fn(u32) -> &'r str, less: impl Fn(&str) -> bool) -> &[u32] {
        &self.positions[self.positions.partition_point(|position| less(id(*position)))..]
    }

    /// Bytes on the heap.
    pub(crate) fn memory(&self) -> usize {
        size_of_val(&self.positions[..]) + size_of_val(&self.hashes[..]) + size_of_val(&self.marks[..])
    }
}

/// A byte that differs for ids that differ anywhere, but for one in 256.
fn hash(id: &str) -> u8 {
    let mut hash = Fnv::default();
    hash.write(id.as_bytes());
    hash.finish() as u8
}

/// The first bytes as a number of the same order.
fn beginning(id: &str) -> u128 {
    let mut bytes = [0; 16];
    let len = id.len().min(bytes.len());
    bytes[..len].copy_from_slice(&id.as_bytes()[..len]);
    u128::from_be_bytes(bytes)
}

/// Positions in the order of their ids; equal ids in the order of the positions.
pub(crate) fn in_order_of_ids<'r>(len: usize, id: impl Fn(usize) -> &'r str) -> Vec<u32> {
    // Compared by the first bytes, which lie side by side, before the ids themselves are looked at.
    let mut order: Vec<(u128, u32)> = (0..len).map(|position| (beginning(id(position)), position as u32)).collect();
    order.sort_unstable_by(|(a, at_a), (b, at_b)| match a.cmp(b) {
        Ordering::Equal => id(*at_a as usize).cmp(id(*at_b as usize)).then_with(|| at_a.cmp(at_b)),
        other => other,
    });
    order.into_iter().map(|(_, position)| position).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::IdIndex;

    proptest! {
        #[test]
        fn an_id_is_found_where_it_is(
            ids in proptest::collection::btree_set("[ab]{14,18}|[a-c]{0,3}|ä{7,9}|x{16}[a-h]{0,4}", 0..400),
            shuffled in any::<u64>(),
            other in "[ab]{14,18}|[a-c]{0,3}|x{16}[a-h]{0,4}",
        ) {
            let mut ids: Vec<String> = ids.into_iter().collect();
            let len = ids.len().max(1);
            ids.rotate_left(shuffled as usize % len);
            let index = IdIndex::new(ids.len(), |position| &ids[position]);
            for (position, id) in (0..).zip(&ids) {
                prop_assert_eq!(index.find(id, |at| ids[at as usize].as_bytes()), Some(position));
            }
            let expected = ids.iter().position(|id| *id == other).map(|at| at as u32);
            prop_assert_eq!(index.find(&other, |at| ids[at as usize].as_bytes()), expected);
        }
    }
}
