//! All records of one kind: immutable segments, the newest last, and what of them has been superseded.
//!
//! The first segment is the packed base; edits add small ones behind it. A segment is merged with the one
//! before it once it is no longer much smaller, so that there are few and an edit costs about what it
//! changes (a logarithmic merge, as in LSM trees). Cloning a table is cheap: segments are shared.

use std::{ops::Range, sync::Arc};

use cadastre::Revision;
use geo_types::Rect;

use super::{
    context::Served,
    encoded::{Encoded, WORTH_IT},
    ids::in_order_of_ids,
    memory::Memory,
    row::Row,
    segment::{Draft, Entry, Segment},
    surroundings::Surroundings,
    tags::{Tags, mark},
};
use crate::geometry::union;

/// A change of one record of a table.
#[derive(Clone, Debug)]
pub(crate) enum Change<R> {
    Put(R, Revision),
    End(String),
}

impl<R: Row> Change<R> {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Put(row, _) => row.id(),
            Self::End(id) => id,
        }
    }
}

/// A segment and the positions in it that are superseded or ended.
#[derive(Debug)]
pub(crate) struct Level<R> {
    segment: Arc<Segment<R>>,
    /// Ascending.
    dead: Arc<Vec<u32>>,
    /// Tags of what is not dead.
    tags: Arc<Tags>,
    /// The texts of the records, where they are kept.
    encoded: Option<Arc<Encoded>>,
    /// Records whose text must be made anew, ascending: it is not kept, or no longer true.
    stale: Arc<Vec<u32>>,
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) level: usize,
    pub(crate) position: u32,
}

#[derive(Debug)]
pub(crate) struct Table<R> {
    levels: Vec<Level<R>>,
}

impl<R> Clone for Level<R> {
    fn clone(&self) -> Self {
        Self {
            segment: Arc::clone(&self.segment),
            dead: Arc::clone(&self.dead),
            tags: Arc::clone(&self.tags),
            encoded: self.encoded.clone(),
            stale: Arc::clone(&self.stale),
        }
    }
}

impl<R> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self { levels: self.levels.clone() }
    }
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { levels: Vec::new() }
    }
}

impl<R: Row> Level<R> {
    fn new(segment: Segment<R>) -> Self {
        Self::whole(Arc::new(segment))
    }

    /// A segment of which nothing is dead and no text is kept.
    fn whole(segment: Arc<Segment<R>>) -> Self {
        let tags = Arc::new(segment.tags().clone());
        Self { segment, dead: Arc::default(), tags, encoded: None, stale: Arc::default() }
    }

    pub(crate) fn segment(&self) -> &Segment<R> {
        &self.segment
    }

    /// The texts of its records, where they are kept.
    pub(crate) fn encoded(&self) -> Option<&Encoded> {
        self.encoded.as_deref()
    }

    /// The kept text of a record, with a comma before it, if it holds.
    fn text(&self, position: u32) -> Option<&[u8]> {
        let encoded = self.encoded()?;
        if self.stale.binary_search(&position).is_ok() {
            return None;
        }
        let (encoding, records) = encoded.split(position..position + 1).next()?;
        Some(encoding.slice(records))
    }

    /// Parts of a range of positions, in order, and whether the kept texts of a part hold.
    pub(crate) fn split_by_text(&self, range: Range<u32>) -> impl Iterator<Item = (Range<u32>, bool)> {
        let is_kept = self.encoded.is_some();
        let first = self.stale.partition_point(|stale| *stale < range.start);
        let mut stale = self.stale[first..].iter().copied().take_while(move |stale| *stale < range.end).peekable();
        let mut start = range.start;
        std::iter::from_fn(move || {
            if start >= range.end {
                return None;
            }
            let from = start;
            if !is_kept {
                start = range.end;
                return Some((from..start, false));
            }
            if stale.peek() == Some(&start) {
                while stale.next_if_eq(&start).is_some() {
                    start += 1;
                }
                return Some((from..start, false));
            }
            start = stale.peek().copied().unwrap_or(range.end);
            Some((from..start, true))
        })
    }

    /// Number of records whose text should be kept and is not, or holds no more.
    fn without_text(&self) -> usize {
        match &self.encoded {
            Some(encoded) => self.stale.len() - encoded.left_out().len(),
            None if R::IS_ENCODED && self.segment.len() >= WORTH_IT => self.segment.len(),
            None => 0,
        }
    }

    pub(crate) fn live(&self) -> usize {
        self.segment.len() - self.dead.len()
    }

    fn is_live(&self, position: u32) -> bool {
        self.dead.binary_search(&position).is_err()
    }

    fn find(&self, id: &str) -> Option<u32> {
        self.segment.find(id).filter(|position| self.is_live(*position))
    }

    /// Cuts what is dead out of a range of positions.
    pub(crate) fn push_live(&self, range: Range<u32>, out: &mut Vec<Range<u32>>) {
        let first = self.dead.partition_point(|dead| *dead < range.start);
        let mut start = range.start;
        for dead in self.dead[first..].iter().take_while(|dead| **dead < range.end) {
            push_range(start..*dead, out);
            start = dead + 1;
        }
        push_range(start..range.end, out);
    }

    /// Live entries in order.
    fn entries(&self) -> impl Iterator<Item = Entry<'_, R>> {
        let mut live = Vec::new();
        self.push_live(self.segment.all(), &mut live);
        live.into_iter().flatten().map(|position| self.segment.entry(position))
    }

    /// Exact box of what is live. Reads every record if something at the edge has been removed.
    fn extent(&self) -> Option<Rect> {
        let extent = self.segment.extent()?;
        let touches_edge = |position: &u32| {
            self.segment.entry(*position).shape_crs84().and_then(|shape| shape.bounds()).is_some_and(|bounds| {
                bounds.min().x <= extent.min().x
                    || bounds.min().y <= extent.min().y
                    || bounds.max().x >= extent.max().x
                    || bounds.max().y >= extent.max().y
            })
        };
        if !self.dead.iter().any(touches_edge) {
            return Some(extent);
        }
        self.entries()
            .filter_map(|entry| entry.shape_crs84()?.bounds())
            .fold(None, |extent, bounds| union(extent, Some(bounds)))
    }
}

/// Adds a range, joined to the last one where they meet.
fn push_range(range: Range<u32>, out: &mut Vec<Range<u32>>) {
    match out.last_mut() {
        _ if range.is_empty() => {}
        Some(last) if last.end == range.start => last.end = range.end,
        _ => out.push(range),
    }
}

impl<R: Row> Table<R> {
    /// Number of records.
    pub(crate) fn len(&self) -> usize {
        self.levels.iter().map(Level::live).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn levels(&self) -> &[Level<R>] {
        &self.levels
    }

    pub(crate) fn entry(&self, slot: Slot) -> Entry<'_, R> {
        self.levels[slot.level].segment.entry(slot.position)
    }

    pub(crate) fn find(&self, id: &str) -> Option<Slot> {
        let find = |(level, of): (usize, &Level<R>)| of.find(id).map(|position| Slot { level, position });
        self.levels.iter().enumerate().rev().find_map(find)
    }

    pub(crate) fn get(&self, id: &str) -> Option<Entry<'_, R>> {
        self.find(id).map(|slot| self.entry(slot))
    }

    /// The kept text of a record, as the public sees it: a whole feature in CRS84.
    pub(crate) fn text(&self, slot: Slot) -> Option<&[u8]> {
        self.levels[slot.level].text(slot.position)?.strip_prefix(b",")
    }

    /// Records that refer to this id, in no particular order.
    pub(crate) fn linked(&self, to: &str) -> impl Iterator<Item = Entry<'_, R>> {
        self.levels.iter().flat_map(move |level| {
            level
                .segment
                .linked(to)
                .filter(|position| level.is_live(*position))
                .map(|position| level.segment.entry(position))
        })
    }

    /// Records whose id begins with this, by id within a segment.
    pub(crate) fn with_prefix<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = Entry<'s, R>> {
        self.levels.iter().flat_map(move |level| {
            level
                .segment
                .with_prefix(prefix)
                .filter(|position| level.is_live(*position))
                .map(|position| level.segment.entry(position))
        })
    }

    /// The different beginnings, of `len` bytes, of all ids; some may belong to dead records only.
    pub(crate) fn prefixes(&self, len: usize) -> Vec<&str> {
        let mut prefixes = Vec::new();
        for level in &self.levels {
            let mut next = level.segment.with_prefix("").next().map(|position| level.segment.entry(position).row.id());
            while let Some(prefix) = next.and_then(|id| id.get(..len)) {
                prefixes.push(prefix);
                next = level.segment.after_prefix(prefix);
            }
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        prefixes
    }

    /// All records, in order within a segment.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_, R>> {
        self.levels.iter().flat_map(Level::entries)
    }

    /// Whether a record has no shape; one that has ended since may count.
    pub(crate) fn has_records_without_shape(&self) -> bool {
        self.levels.iter().any(|level| level.segment().tree().len() < level.segment().len())
    }

    /// Exact box in CRS84.
    pub(crate) fn extent(&self) -> Option<Rect> {
        self.levels.iter().map(Level::extent).fold(None, union)
    }

    /// Tags of all records.
    pub(crate) fn tags(&self) -> Tags {
        let mut tags = Tags::default();
        self.levels.iter().for_each(|level| tags.merge(&level.tags));
        tags
    }

    /// The table after some changes; of several changes of one record the last counts. `finish` brings the
    /// coordinates of new records into CRS84.
    pub(crate) fn apply<E>(
        &self,
        changes: Vec<Change<R>>,
        finish: impl FnOnce(&mut Draft<R>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let changes = last_of_each(changes);
        let mut table = self.clone();
        table.bury(changes.iter().filter_map(|change| self.find(change.id())));
        let put = |change| match change {
            Change::Put(row, revision) => Some((row, revision)),
            Change::End(_) => None,
        };
        let puts: Vec<(R, Revision)> = changes.into_iter().filter_map(put).collect();
        let mut draft = Draft::new(puts.into_iter());
        finish(&mut draft)?;
        table.levels.push(Level::new(Segment::from_draft(draft)));
        table.compact();
        Ok(table)
    }

    /// Marks records as superseded.
    fn bury(&mut self, slots: impl Iterator<Item = Slot>) {
        let mut slots: Vec<Slot> = slots.collect();
        slots.sort_unstable_by_key(|slot| (slot.level, slot.position));
        for of_level in slots.chunk_by(|a, b| a.level == b.level) {
            let level = &mut self.levels[of_level[0].level];
            let mut dead = Vec::with_capacity(level.dead.len() + of_level.len());
            dead.extend_from_slice(&level.dead);
            dead.extend(of_level.iter().map(|slot| slot.position));
            dead.sort_unstable();
            level.dead = Arc::new(dead);
            let tags = Arc::make_mut(&mut level.tags);
            for slot in of_level {
                let entry = level.segment.entry(slot.position);
                tags.remove(entry.row.ags(), entry.row.shown_district(), mark(entry.row.id(), entry.revision));
            }
        }
    }

    /// Merges the last segment into those before it while it is not much smaller than they are.
    fn compact(&mut self) {
        self.levels.retain(|level| level.live() > 0);
        while let [.., before, last] = &self.levels[..]
            && before.live() <= 2 * last.live()
        {
            let merged = merge(&[before, last]);
            self.levels.truncate(self.levels.len() - 2);
            self.levels.push(merged);
        }
    }

    /// Records outside of the base, and places in the base that are dead or lack a text.
    pub(crate) fn overlay_len(&self) -> usize {
        let unfit = self.levels.first().map_or(0, |base| base.dead.len() + base.without_text());
        self.levels.iter().skip(1).map(Level::live).sum::<usize>() + unfit
    }

    /// The same records in one segment, without texts.
    pub(crate) fn merged(&self) -> Self {
        let levels: Vec<&Level<R>> = self.levels.iter().collect();
        match levels[..] {
            [] => self.clone(),
            [base] if base.dead.is_empty() => Self { levels: vec![Level::whole(Arc::clone(&base.segment))] },
            _ => Self { levels: vec![merge(&levels)] },
        }
    }

    /// The base, if it has no texts.
    pub(crate) fn unencoded(&self) -> Option<&Segment<R>> {
        self.levels.first().filter(|base| base.encoded.is_none()).map(|base| &*base.segment)
    }

    /// Keeps the texts of the base.
    pub(crate) fn set_encoded(&mut self, encoded: Option<Encoded>) {
        if let (Some(base), Some(encoded)) = (self.levels.first_mut(), encoded) {
            base.stale = Arc::new(encoded.left_out().to_vec());
            base.encoded = Some(Arc::new(encoded));
        }
    }

    /// The texts of the base.
    pub(crate) fn encoded(&self) -> Option<&Arc<Encoded>> {
        self.levels.first()?.encoded.as_ref()
    }

    pub(crate) fn memory(&self) -> Memory {
        let kept = |level: &Level<R>| level.encoded.as_ref().map(|encoded| encoded.memory()).unwrap_or_default();
        self.levels.iter().map(|level| level.segment.memory() + kept(level)).sum()
    }
}

impl<R: Served> Table<R> {
    /// Takes note that the texts of records that show one of these hold no more.
    pub(crate) fn outdate(&mut self, surroundings: &Surroundings) {
        for level in self.levels.iter_mut().filter(|level| level.encoded.is_some()) {
            let segment = &level.segment;
            let concerned = surroundings.positions(segment);
            if concerned.len() == segment.len() {
                level.encoded = None;
                level.stale = Arc::default();
            } else if !concerned.is_empty() {
                let mut stale: Vec<u32> = level.stale.iter().copied().chain(concerned).collect();
                stale.sort_unstable();
                stale.dedup();
                level.stale = Arc::new(stale);
            }
        }
    }
}

fn merge<R: Row>(levels: &[&Level<R>]) -> Level<R> {
    let mut entries: Vec<Entry<'_, R>> = levels.iter().flat_map(|level| level.entries()).collect();
    // A few sorted runs, which a stable sort merges.
    entries.sort_by(|a, b| a.order().cmp(&b.order()));
    Level::new(Segment::from_entries(&entries))
}

fn last_of_each<R: Row>(changes: Vec<Change<R>>) -> Vec<Change<R>> {
    let order = in_order_of_ids(changes.len(), |position| changes[position].id());
    let superseded: Vec<u32> = order
        .windows(2)
        .filter(|pair| changes[pair[0] as usize].id() == changes[pair[1] as usize].id())
        .map(|pair| pair[0])
        .collect();
    if superseded.is_empty() {
        return changes;
    }
    let mut keep = vec![true; changes.len()];
    for position in superseded {
        keep[position as usize] = false;
    }
    let mut keep = keep.into_iter();
    changes.into_iter().filter(|_| keep.next().unwrap_or(true)).collect()
}
