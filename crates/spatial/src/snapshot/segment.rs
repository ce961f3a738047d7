//! An immutable run of records in the order of the curve, with everything that finds them.

use std::ops::Range;

use cadastre::Revision;
use geo_types::{Coord, Rect};

use super::{
    columns::ColumnSet,
    ids::IdIndex,
    memory::Memory,
    row::Row,
    tags::{Tags, mark},
};
use crate::{
    geometry::{DegreesE7, Shape, union},
    hilbert,
    parallel::both,
    tree::PackedTree,
};

/// Records that are not yet in order, their coordinates on the way to CRS84.
#[derive(Debug)]
pub(crate) struct Draft<R> {
    rows: Vec<R>,
    revisions: Vec<Revision>,
    /// Coordinates of all rows, one after the other.
    coords: Vec<Coord>,
    /// Where the coordinates of each row end.
    ends: Vec<usize>,
}

impl<R: Row> Draft<R> {
    /// Takes records and copies their coordinates, still in the CRS of the store.
    pub(crate) fn new(versioned: impl ExactSizeIterator<Item = (R, Revision)>) -> Self {
        let mut rows = Vec::with_capacity(versioned.len());
        let mut revisions = Vec::with_capacity(versioned.len());
        let mut coords = Vec::new();
        let mut ends = Vec::with_capacity(versioned.len());
        for (row, revision) in versioned {
            if let Some(shape) = row.shape() {
                shape.append_coords_to(&mut coords);
            }
            ends.push(coords.len());
            rows.push(row);
            revisions.push(revision);
        }
        Self { rows, revisions, coords, ends }
    }

    /// All coordinates, to be transformed in place.
    pub(crate) fn coords_mut(&mut self) -> &mut [Coord] {
        &mut self.coords
    }

    /// The records, to say which one is at fault.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &R> {
        self.rows.iter()
    }

    /// Where the coordinates of a row lie.
    fn coords_of(&self, position: usize) -> Range<usize> {
        position.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[position]
    }
}

/// Records in the order of the Hilbert curve, equal places by id, in parallel columns.
#[derive(Clone, Debug)]
pub(crate) struct Segment<R> {
    rows: Vec<R>,
    revisions: Vec<Revision>,
    /// Coordinates in CRS84, one row after the other, each in the order of its own geometry.
    coords: Vec<DegreesE7>,
    /// Where each row's coordinates begin, and the end: fewer than 2^32 of them, which would take 34 GB.
    starts: Vec<u32>,
    /// A bit a row: whether its shape is of a piece, a single line or area.
    of_a_piece: Vec<u64>,
    by_id: IdIndex,
    /// Ids of other records with the positions that refer to them, sorted.
    links: Vec<(Box<str>, u32)>,
    /// The boxes of the rows that have a geometry: the first ones.
    tree: PackedTree,
    extent: Option<Rect>,
    tags: Tags,
    row_heap: usize,
    columns: ColumnSet,
}

/// A record in its segment.
#[derive(Debug)]
pub(crate) struct Entry<'s, R> {
    pub(crate) row: &'s R,
    pub(crate) revision: Revision,
    /// Coordinates in CRS84.
    pub(crate) coords: &'s [DegreesE7],
}

impl<R> Clone for Entry<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Entry<'_, R> {}

impl<'s, R: Row> Entry<'s, R> {
    /// Where it stands in its collection: a place on the curve, and among equal ones the id.
    pub(crate) fn order(&self) -> (u64, &'s str) {
        (place_on_curve(self.coords), self.row.id())
    }

    /// Shape in the CRS of the store.
    pub(crate) fn shape(&self) -> Option<Shape<'s>> {
        self.row.shape()
    }

    /// Shape in CRS84.
    pub(crate) fn shape_crs84(&self) -> Option<Shape<'s>> {
        Some(self.row.shape()?.in_crs84(self.coords))
    }
}

impl<R: Row> Segment<R> {
    /// Puts a draft, by now in CRS84, into order.
    pub(crate) fn from_draft(mut draft: Draft<R>) -> Self {
        let coords: Vec<DegreesE7> = draft.coords.iter().copied().map(DegreesE7::nearest).collect();
        draft.coords = Vec::new();
        let coords_of = |position: usize| &coords[draft.coords_of(position)];
        let key = |position: usize| place_on_curve(coords_of(position));
        let id = |position: u32| draft.rows[position as usize].id();
        let (len, middle) = (draft.rows.len(), draft.rows.len() / 2);
        let keys = |positions: Range<usize>| positions.map(|at| (key(at), at as u32)).collect::<Vec<_>>();
        let (mut order, second) = both(len, || keys(0..middle), || keys(middle..len));
        order.extend(second);
        order.sort_unstable_by(|(a, at_a), (b, at_b)| a.cmp(b).then_with(|| id(*at_a).cmp(id(*at_b))));
        let mut columns = Columns::with_capacity(0, draft.rows.len(), coords.len());
        for (_, position) in &order {
            columns.push_place(coords_of(*position as usize));
        }
        // The rows are put in order where they are: a million of them fill half of the memory.
        let Draft { mut rows, mut revisions, .. } = draft;
        put_in_order(order.into_iter().map(|(_, position)| position).collect(), |a, b| {
            rows.swap(a, b);
            revisions.swap(a, b);
        });
        columns.take_rows(rows, revisions);
        columns.finish()
    }

    /// One segment of entries that are in order.
    pub(crate) fn from_entries(entries: &[Entry<'_, R>]) -> Self {
        let coords = entries.iter().map(|entry| entry.coords.len()).sum();
        let mut columns = Columns::with_capacity(entries.len(), entries.len(), coords);
        for entry in entries {
            columns.push_place(entry.coords);
            columns.push_row(entry.row.clone(), entry.revision);
        }
        columns.finish()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn entry(&self, position: u32) -> Entry<'_, R> {
        let at = position as usize;
        Entry { row: &self.rows[at], revision: self.revisions[at], coords: self.coords_at(at) }
    }

    /// Whether the shape of a row is a single line or area, so that one can walk in it from any end to any other.
    pub(crate) fn is_of_a_piece(&self, position: u32) -> bool {
        self.of_a_piece[position as usize / 64] >> (position % 64) & 1 == 1
    }

    pub(crate) fn tree(&self) -> &PackedTree {
        &self.tree
    }

    pub(crate) fn extent(&self) -> Option<Rect> {
        self.extent
    }

    /// Tags of all its records.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    /// What of the records is filtered, sorted and summed.
    pub(crate) fn columns(&self) -> &ColumnSet {
        &self.columns
    }

    /// Position of the record with this id.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        self.by_id.find(id, |position| self.rows[position as usize].id_bytes())
    }

    /// Positions of the records whose id begins with this, in the order of the ids.
    pub(crate) fn with_prefix<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = u32> + use<'s, R> {
        let id = |position: u32| self.rows[position as usize].id();
        let behind = self.by_id.behind(id, |id| id < prefix).iter().copied();
        behind.take_while(move |position| id(*position).starts_with(prefix))
    }

    /// Id of the first record, by id, that comes after all ids with this prefix.
    pub(crate) fn after_prefix(&self, prefix: &str) -> Option<&str> {
        let id = |position: u32| self.rows[position as usize].id();
        self.by_id.behind(id, |id| id < prefix || id.starts_with(prefix)).first().map(|next| id(*next))
    }

    /// Positions of the records that refer to this id.
    pub(crate) fn linked(&self, to: &str) -> impl Iterator<Item = u32> {
        let first = self.links.partition_point(|(id, _)| &**id < to);
        let count = self.links[first..].partition_point(|(id, _)| &**id <= to);
        self.links[first..first + count].iter().map(|(_, position)| *position)
    }

    /// First position after a place in the order.
    pub(crate) fn after(&self, curve: u64, id: &str) -> u32 {
        let (mut first, mut end) = (0, self.rows.len());
        while first < end {
            let middle = first.midpoint(end);
            if (place_on_curve(self.coords_at(middle)), self.rows[middle].id()) <= (curve, id) {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        first as u32
    }

    fn coords_at(&self, row: usize) -> &[DegreesE7] {
        of_row(&self.coords, &self.starts, row)
    }

    pub(crate) fn all(&self) -> Range<u32> {
        0..self.rows.len() as u32
    }

    pub(crate) fn memory(&self) -> Memory {
        Memory {
            records: self.rows.capacity() * size_of::<R>()
                + self.row_heap
                + self.revisions.capacity() * size_of::<Revision>(),
            coordinates: self.coords.capacity() * size_of::<DegreesE7>() + self.starts.capacity() * size_of::<u32>(),
            spatial_index: self.tree.memory(),
            id_index: self.by_id.memory()
                + self.links.iter().map(|(id, _)| id.len() + size_of::<(Box<str>, u32)>()).sum::<usize>(),
            columns: self.columns.memory(),
            ..Memory::default()
        }
    }
}

/// Puts the element at `order[i]` in the place `i`, for every `i`, by swaps.
fn put_in_order(mut order: Vec<u32>, mut swap: impl FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut place = start;
        // Along the cycle, until it closes; places that are done point at themselves.
        while order[place] as usize != start {
            let next = order[place] as usize;
            swap(place, next);
            order[place] = place as u32;
            place = next;
        }
        order[place] = place as u32;
    }
}

/// The columns of a segment while they grow.
struct Columns<R> {
    rows: Vec<R>,
    revisions: Vec<Revision>,
    coords: Vec<DegreesE7>,
    starts: Vec<u32>,
    row_heap: usize,
}

impl<R: Row> Columns<R> {
    fn with_capacity(rows: usize, places: usize, coords: usize) -> Self {
        let mut starts = Vec::with_capacity(places + 1);
        starts.push(0);
        Self {
            rows: Vec::with_capacity(rows),
            revisions: Vec::with_capacity(rows),
            coords: Vec::with_capacity(coords),
            starts,
            row_heap: 0,
        }
    }

    fn push_place(&mut self, coords: &[DegreesE7]) {
        self.coords.extend_from_slice(coords);
        self.starts.push(self.coords.len() as u32);
    }

    fn push_row(&mut self, row: R, revision: Revision) {
        self.row_heap += row.heap();
        self.rows.push(row);
        self.revisions.push(revision);
    }

    /// Takes all rows at once.
    fn take_rows(&mut self, rows: Vec<R>, revisions: Vec<Revision>) {
        self.row_heap = rows.iter().map(Row::heap).sum();
        (self.rows, self.revisions) = (rows, revisions);
    }

    fn finish(self) -> Segment<R> {
        let Self { rows, revisions, coords, starts, row_heap } = self;
        let ((by_id, links, columns), (tree, extent, tags, of_a_piece)) = both(
            rows.len(),
            || {
                let by_id = IdIndex::new(rows.len(), |position| rows[position].id());
                (by_id, links_of(&rows), ColumnSet::build(&rows))
            },
            || {
                let bounds = |position: usize| DegreesE7::bounds(of_row(&coords, &starts, position));
                let boxes = || (0..rows.len()).map_while(bounds);
                let extent = boxes().fold(None, |extent, bounds| union(extent, Some(bounds)));
                let tree = PackedTree::new(boxes(), extent.map_or(Coord::zero(), Rect::center));
                let mut tags = Tags::default();
                for (position, (row, revision)) in rows.iter().zip(&revisions).enumerate() {
                    tags.add(row.ags(), row.shown_district(), mark(row.id(), *revision), bounds(position));
                }
                (tree, extent, tags, pieces_of(&rows))
            },
        );
        Segment { rows, revisions, coords, starts, of_a_piece, by_id, links, tree, extent, tags, row_heap, columns }
    }
}

/// Place of a row on the Hilbert curve. Nobody keeps it: it follows from where the row lies, and few ask.
fn place_on_curve(coords: &[DegreesE7]) -> u64 {
    DegreesE7::bounds(coords).map_or(hilbert::NOWHERE, |bounds| hilbert::key(&bounds))
}

/// The coordinates of a row.
fn of_row<'c>(coords: &'c [DegreesE7], starts: &[u32], row: usize) -> &'c [DegreesE7] {
    &coords[starts[row] as usize..starts[row + 1] as usize]
}

/// Ids that the rows refer to, sorted, with their positions.
fn links_of<R: Row>(rows: &[R]) -> Vec<(Box<str>, u32)> {
    let mut links: Vec<(Box<str>, u32)> = (0..)
        .zip(rows)
        .flat_map(|(position, row)| row.links().into_iter().map(move |id| (Box::from(id), position)))
        .collect();
    links.sort_unstable();
    links
}

/// A bit a row: whether its shape is of a piece.
fn pieces_of<R: Row>(rows: &[R]) -> Vec<u64> {
    let mut bits = vec![0; rows.len().div_ceil(64)];
    for (position, row) in rows.iter().enumerate() {
        let is_of_a_piece = row.shape().is_some_and(|shape| shape.is_of_a_piece());
        bits[position / 64] |= u64::from(is_of_a_piece) << (position % 64);
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::put_in_order;

    proptest! {
        #[test]
        fn swaps_put_everything_where_the_order_says(order in Just((0..50_u32).collect::<Vec<_>>()).prop_shuffle()) {
            let mut items: Vec<u32> = (0..50).collect();
            put_in_order(order.clone(), |a, b| items.swap(a, b));
            prop_assert_eq!(items, order);
        }
    }
}
