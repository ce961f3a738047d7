//! The one way a query runs: candidates, exact test, gate, filter, order, page.

use std::ops::Range;

use cadastre::{
    Viewer,
    publication::{View, view},
};

use super::{
    Snapshot,
    area::Region,
    context::{Context, Served, Stamps},
    filter::Predicate,
    query::Cursor,
    table::{Slot, Table},
};

/// The records of a table that lie where a query looks.
pub(crate) struct Scan<'s, R> {
    snapshot: &'s Snapshot,
    table: &'s Table<R>,
    /// Level by level, ascending.
    hits: Vec<Vec<Range<u32>>>,
}

/// Which part of the matches is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'q> {
    pub(crate) after: Option<&'q Cursor>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

/// Some of the matches, and how many there are.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) matched: u64,
    /// In the order of the collection.
    pub(crate) slots: Vec<Slot>,
    pub(crate) is_last: bool,
}

impl<'s, R: Served> Scan<'s, R> {
    pub(crate) fn new(
        snapshot: &'s Snapshot,
        table: &'s Table<R>,
        region: Option<&Region>,
        ids: Option<&[String]>,
    ) -> Self {
        let hits = match (ids, region) {
            (Some(ids), region) => by_ids(table, ids, region),
            (None, Some(region)) => table.levels().iter().map(|level| region.search(level)).collect(),
            (None, None) => table
                .levels()
                .iter()
                .map(|level| {
                    let mut live = Vec::new();
                    level.push_live(level.segment().all(), &mut live);
                    live
                })
                .collect(),
        };
        Self { snapshot, table, hits }
    }

    /// Where the query looks, level by level, ascending.
    pub(crate) fn hits(&self) -> &[Vec<Range<u32>>] {
        &self.hits
    }

    /// Shows every match to `visit`, in order within a level.
    pub(crate) fn for_each(&self, viewer: &Viewer, filter: &Predicate, mut visit: impl FnMut(Slot, &View<'s>)) {
        let mut context = Context::new(self.snapshot);
        for (level, ranges) in self.hits.iter().enumerate() {
            for position in ranges.iter().cloned().flatten() {
                let slot = Slot { level, position };
                if let Some((view, _)) = self.view(slot, viewer, &mut context).filter(|(view, _)| filter.matches(view))
                {
                    visit(slot, &view);
                }
            }
        }
    }

    /// Passes one record through the gate.
    pub(crate) fn view(&self, slot: Slot, viewer: &Viewer, context: &mut Context<'s>) -> Option<(View<'s>, Stamps)> {
        let (subject, stamps) = self.table.entry(slot).row.subject(context)?;
        Some((view(subject, viewer, self.snapshot.day)?, stamps))
    }

    /// Counts the matches and picks those of a page.
    pub(crate) fn select(&self, viewer: &Viewer, filter: &Predicate, window: Window<'_>) -> Selection {
        let wanted = window.offset.saturating_add(window.limit).saturating_add(1);
        let mut picked = Vec::new();
        let matched = if R::UNIFORM && filter.is_all() {
            self.pick_ranges(&window, wanted, &mut picked)
        } else {
            self.pick_matches(viewer, filter, &window, wanted, &mut picked)
        };
        picked.sort_by(|a, b| self.table.entry(*a).order().cmp(&self.table.entry(*b).order()));
        let is_last = picked.len() < wanted;
        let slots = picked.into_iter().skip(window.offset).take(window.limit).collect();
        Selection { matched, slots, is_last }
    }

    /// Where everything passes, counting looks at no record.
    fn pick_ranges(&self, window: &Window<'_>, wanted: usize, picked: &mut Vec<Slot>) -> u64 {
        let mut matched = 0;
        for (level, ranges) in self.hits.iter().enumerate() {
            matched += ranges.iter().map(|range| range.len() as u64).sum::<u64>();
            let first = self.first_after(level, window);
            let behind = ranges.partition_point(|range| range.end <= first);
            let positions = ranges[behind..].iter().cloned().flatten().skip_while(|position| *position < first);
            picked.extend(positions.take(wanted).map(|position| Slot { level, position }));
        }
        matched
    }

    fn pick_matches(
        &self,
        viewer: &Viewer,
        filter: &Predicate,
        window: &Window<'_>,
        wanted: usize,
        picked: &mut Vec<Slot>,
    ) -> u64 {
        let first: Vec<u32> = (0..self.hits.len()).map(|level| self.first_after(level, window)).collect();
        let mut of_level = vec![0; first.len()];
        let mut matched = 0;
        self.for_each(viewer, filter, |slot, _| {
            matched += 1;
            if slot.position >= first[slot.level] && of_level[slot.level] < wanted {
                of_level[slot.level] += 1;
                picked.push(slot);
            }
        });
        matched
    }

    fn first_after(&self, level: usize, window: &Window<'_>) -> u32 {
        window.after.map_or(0, |cursor| self.table.levels()[level].segment().after(cursor.curve, &cursor.id))
    }
}

fn by_ids<R: Served>(table: &Table<R>, ids: &[String], region: Option<&Region>) -> Vec<Vec<Range<u32>>> {
    let is_hit = |slot: &Slot| region.is_none_or(|region| region.intersects(&table.entry(*slot)));
    let mut slots: Vec<Slot> = ids.iter().filter_map(|id| table.find(id)).filter(is_hit).collect();
    slots.sort_unstable_by_key(|slot| (slot.level, slot.position));
    slots.dedup();
    let mut hits = vec![Vec::new(); table.levels().len()];
    for Slot { level, position } in slots {
        hits[level].push(position..position + 1);
    }
    hits
}
