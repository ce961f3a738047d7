//! The one way a query runs: candidates, exact test, gate, filter, order, page.

use std::ops::Range;

use cadastre::{
    Viewer,
    publication::{View, view},
    value::ValueRef,
};

use super::{
    Snapshot,
    area::{Region, intersection},
    bound::{Need, Records, taken},
    context::{Context, Served, Stamps},
    filter::{Filter, Seen, Slot as Property},
    query::{Cursor, Place},
    runs::cursor,
    segment::Segment,
    sort::{Order, sorted},
    table::{Level, Slot, Table},
};

/// The records of a table that may match a query; of a uniform kind, those that do.
pub(crate) struct Scan<'q, 's, R> {
    snapshot: &'s Snapshot,
    table: &'s Table<R>,
    filter: &'q Filter<'s>,
    viewer: &'q Viewer,
    /// Level by level, ascending.
    hits: Vec<Vec<Range<u32>>>,
    /// Of a uniform kind, how many match.
    matched: u64,
}

/// Which part of the matches is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'q> {
    pub(crate) after: Option<&'q Cursor>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

impl Window<'_> {
    /// Position in a segment from which on records are wanted.
    fn first<R: Served>(&self, segment: &Segment<R>) -> u32 {
        match self.after {
            Some(Cursor(Place::Curve { curve, id })) => segment.after(*curve, id),
            _ => 0,
        }
    }

    /// Number of records to look at, the first one of the next page included.
    fn wanted(&self) -> usize {
        self.offset.saturating_add(self.limit).saturating_add(1)
    }
}

/// Some of the matches, and how many there are.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) matched: u64,
    /// In the order of the collection.
    pub(crate) slots: Vec<Slot>,
    pub(crate) is_last: bool,
    /// Of a sorted answer, how many come before them.
    pub(crate) rank: Option<u64>,
}

impl Selection {
    /// Where the next page begins.
    pub(crate) fn next<R: Served>(&self, table: &Table<R>) -> Option<Cursor> {
        let last = self.slots.last().filter(|_| !self.is_last)?;
        Some(match self.rank {
            Some(rank) => Cursor::rank(rank + self.slots.len() as u64),
            None => cursor(table, *last),
        })
    }
}

impl<'q, 's, R: Served> Scan<'q, 's, R> {
    pub(crate) fn new(
        snapshot: &'s Snapshot,
        table: &'s Table<R>,
        region: Option<&Region>,
        ids: Option<&[String]>,
        filter: &'q Filter<'s>,
        viewer: &'q Viewer,
        page: Option<Window<'_>>,
    ) -> Self {
        let regions: Vec<&Region> = region.into_iter().chain(&filter.regions).collect();
        let mut hits = match ids {
            Some(ids) => by_ids(table, ids, &regions),
            None => table.levels().iter().map(|level| search(level, &regions)).collect(),
        };
        let mut matched = 0;
        if R::UNIFORM {
            for (level, hits) in table.levels().iter().zip(&mut hits) {
                let segment = level.segment();
                let need = page.map_or(Need::All, |window| Need::From(window.first(segment), window.wanted()));
                let records = Records::new(snapshot, segment, &filter.slots, viewer);
                let found = taken(filter, level, &records, std::mem::take(hits), need);
                matched += found.count;
                *hits = found.ranges;
            }
        }
        Self { snapshot, table, filter, viewer, hits, matched }
    }

    /// How many match, if the gate judges all records alike.
    pub(crate) fn matched(&self) -> u64 {
        self.matched
    }

    /// Where the matches are (of a page: the first ones behind its beginning), level by level, if the gate judges all
    /// records alike.
    pub(crate) fn hits(&self) -> Option<&[Vec<Range<u32>>]> {
        R::UNIFORM.then_some(&self.hits)
    }

    /// Shows every match to `visit`, in order within a level.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(Slot, &View<'s>)) {
        let mut context = Context::new(self.snapshot);
        for (level, ranges) in self.hits.iter().enumerate() {
            for position in ranges.iter().cloned().flatten() {
                let slot = Slot { level, position };
                let Some((view, _)) = self.view(slot, &mut context) else { continue };
                if R::UNIFORM || self.takes(slot, view) {
                    visit(slot, &view);
                }
            }
        }
    }

    fn takes(&self, slot: Slot, view: View<'s>) -> bool {
        let entry = self.table.entry(slot);
        let (own, crs84) = (entry.shape(), entry.shape_crs84());
        self.filter.takes(&Seen { view, slots: &self.filter.slots, own, crs84 })
    }

    /// Passes one record through the gate.
    pub(crate) fn view(&self, slot: Slot, context: &mut Context<'s>) -> Option<(View<'s>, Stamps)> {
        let (subject, stamps) = self.table.entry(slot).row.subject(context)?;
        Some((view(subject, self.viewer, self.snapshot.day)?, stamps))
    }

    /// Value of a property of a record.
    pub(crate) fn value(&self, slot: Slot, property: &Property<'s>) -> ValueRef<'s> {
        let segment = self.table.levels()[slot.level].segment();
        Records::new(self.snapshot, segment, &[], self.viewer).value(slot.position, property)
    }

    /// Counts the matches and picks those of a page.
    pub(crate) fn select(&self, window: Window<'_>, orders: &[Order<'s>]) -> Selection {
        if !orders.is_empty() {
            return self.select_sorted(window, orders);
        }
        let wanted = window.wanted();
        let mut picked = Vec::new();
        let matched = if R::UNIFORM {
            self.pick_ranges(&window, wanted, &mut picked)
        } else {
            self.pick_matches(&window, wanted, &mut picked)
        };
        picked.sort_by(|a, b| self.table.entry(*a).order().cmp(&self.table.entry(*b).order()));
        let is_last = picked.len() < wanted;
        let slots = picked.into_iter().skip(window.offset).take(window.limit).collect();
        Selection { matched, slots, is_last, rank: None }
    }

    fn select_sorted(&self, window: Window<'_>, orders: &[Order<'s>]) -> Selection {
        let mut matches = Vec::new();
        if R::UNIFORM {
            for (level, ranges) in self.hits.iter().enumerate() {
                matches.extend(ranges.iter().cloned().flatten().map(|position| Slot { level, position }));
            }
        } else {
            self.for_each(|slot, _| matches.push(slot));
        }
        let before = match window.after {
            Some(Cursor(Place::Rank(rank))) => *rank,
            _ => 0,
        };
        let rank = before.saturating_add(window.offset as u64);
        let start = usize::try_from(rank).unwrap_or(usize::MAX);
        let slots = sorted(self.snapshot, self.table, self.viewer, orders, &matches, (start, window.limit));
        let is_last = start.saturating_add(slots.len()) >= matches.len();
        Selection { matched: matches.len() as u64, slots, is_last, rank: Some(rank) }
    }

    /// Where everything passes the gate, counting looks at no record.
    fn pick_ranges(&self, window: &Window<'_>, wanted: usize, picked: &mut Vec<Slot>) -> u64 {
        for (level, ranges) in self.hits.iter().enumerate() {
            let first = self.first_after(level, window);
            let behind = ranges.partition_point(|range| range.end <= first);
            let positions = ranges[behind..].iter().cloned().flatten().skip_while(|position| *position < first);
            picked.extend(positions.take(wanted).map(|position| Slot { level, position }));
        }
        self.matched
    }

    fn pick_matches(&self, window: &Window<'_>, wanted: usize, picked: &mut Vec<Slot>) -> u64 {
        let first: Vec<u32> = (0..self.hits.len()).map(|level| self.first_after(level, window)).collect();
        let mut of_level = vec![0; first.len()];
        let mut matched = 0;
        self.for_each(|slot, _| {
            matched += 1;
            if slot.position >= first[slot.level] && of_level[slot.level] < wanted {
                of_level[slot.level] += 1;
                picked.push(slot);
            }
        });
        matched
    }

    fn first_after(&self, level: usize, window: &Window<'_>) -> u32 {
        window.first(self.table.levels()[level].segment())
    }
}

/// Live records that intersect all regions.
fn search<R: Served>(level: &Level<R>, regions: &[&Region]) -> Vec<Range<u32>> {
    let mut found = regions.iter().map(|region| region.search(level));
    if let Some(first) = found.next() {
        return found.fold(first, |some, others| intersection(&some, &others));
    }
    let mut live = Vec::new();
    level.push_live(level.segment().all(), &mut live);
    live
}

fn by_ids<R: Served>(table: &Table<R>, ids: &[String], regions: &[&Region]) -> Vec<Vec<Range<u32>>> {
    let is_hit = |slot: &Slot| regions.iter().all(|region| region.intersects(&table.entry(*slot)));
    let mut slots: Vec<Slot> = ids.iter().filter_map(|id| table.find(id)).filter(is_hit).collect();
    slots.sort_unstable_by_key(|slot| (slot.level, slot.position));
    slots.dedup();
    let mut hits = vec![Vec::new(); table.levels().len()];
    for Slot { level, position } in slots {
        hits[level].push(position..position + 1);
    }
    hits
}
