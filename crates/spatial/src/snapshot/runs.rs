//! Matches as runs of positions: what lies side by side is handed on as one.

use std::ops::Range;

use super::{
    query::{Cursor, Place},
    row::Row,
    scan::Window,
    table::{Slot, Table},
};

/// Positions of one level that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) level: usize,
    pub(crate) positions: Range<u32>,
}

/// A page, as runs in the order of the collection.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    pub(crate) runs: Vec<Run>,
    /// Whether nothing comes after them.
    pub(crate) is_last: bool,
}

impl Runs {
    /// Joins records that are in order already.
    pub(crate) fn of_slots(slots: &[Slot], is_last: bool) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for Slot { level, position } in slots {
            push(&mut runs, *level, *position..position + 1);
        }
        Self { runs, is_last }
    }

    /// The part of all hits that a window shows, without looking at a record of the base.
    ///
    /// `hits` are ranges of positions, level by level, ascending.
    pub(crate) fn of_hits<R: Row>(table: &Table<R>, hits: &[Vec<Range<u32>>], window: Window<'_>) -> Self {
        let wanted = window.offset.saturating_add(window.limit);
        let mut later = Later::new(table, hits, window.after, wanted.saturating_add(1));
        let mut out = Collector { skip: window.offset, room: window.limit, runs: Vec::new(), is_full: false };
        let Some(base) = table.levels().first() else { return Self { runs: Vec::new(), is_last: true } };
        for mut range in after(table, hits, 0, window.after) {
            while let Some(place) = later.place_in_base(base.segment()).filter(|place| *place < range.end) {
                let before = range.start..place.max(range.start);
                range.start = before.end;
                out.push(0, before);
                later.next().into_iter().for_each(|slot| out.push(slot.level, slot.position..slot.position + 1));
            }
            out.push(0, range);
            if out.is_full {
                break;
            }
        }
        for slot in later {
            out.push(slot.level, slot.position..slot.position + 1);
        }
        Self { runs: out.runs, is_last: !out.is_full }
    }

    /// Where the next page begins.
    pub(crate) fn next<R: Row>(&self, table: &Table<R>) -> Option<Cursor> {
        let last = self.runs.last().filter(|_| !self.is_last)?;
        Some(cursor(table, Slot { level: last.level, position: last.positions.end - 1 }))
    }
}

/// The place of a record.
pub(crate) fn cursor<R: Row>(table: &Table<R>, slot: Slot) -> Cursor {
    let (curve, id) = table.entry(slot).order();
    Cursor(Place::Curve { curve, id: id.to_owned() })
}

/// Ranges of a level's hits behind a place.
fn after<R: Row>(
    table: &Table<R>,
    hits: &[Vec<Range<u32>>],
    level: usize,
    cursor: Option<&Cursor>,
) -> impl Iterator<Item = Range<u32>> {
    let first = match cursor {
        Some(Cursor(Place::Curve { curve, id })) => table.levels()[level].segment().after(*curve, id),
        _ => 0,
    };
    let behind = hits[level].partition_point(|range| range.end <= first);
    hits[level][behind..].iter().map(move |range| range.start.max(first)..range.end)
}

/// Hits outside of the base, in order.
struct Later {
    slots: std::iter::Peekable<std::vec::IntoIter<Slot>>,
    /// Place in the base of the next one, once it was asked for.
    place: Option<u32>,
    orders: std::vec::IntoIter<(u64, String)>,
}

impl Later {
    fn new<R: Row>(table: &Table<R>, hits: &[Vec<Range<u32>>], cursor: Option<&Cursor>, most: usize) -> Self {
        let of_level = |level| {
            let positions = after(table, hits, level, cursor).flatten().take(most);
            positions.map(move |position| Slot { level, position })
        };
        let mut slots: Vec<Slot> = (1..hits.len()).flat_map(of_level).collect();
        slots.sort_by(|a, b| table.entry(*a).order().cmp(&table.entry(*b).order()));
        let order = |slot: &Slot| {
            let (curve, id) = table.entry(*slot).order();
            (curve, id.to_owned())
        };
        let orders: Vec<(u64, String)> = slots.iter().map(order).collect();
        Self { slots: slots.into_iter().peekable(), place: None, orders: orders.into_iter() }
    }

    /// First position of the base behind the next of them.
    fn place_in_base<R: Row>(&mut self, base: &super::segment::Segment<R>) -> Option<u32> {
        self.slots.peek()?;
        if self.place.is_none() {
            let (curve, id) = self.orders.as_slice().first()?;
            self.place = Some(base.after(*curve, id));
        }
        self.place
    }
}

impl Iterator for Later {
    type Item = Slot;
    fn next(&mut self) -> Option<Slot> {
        self.place = None;
        self.orders.next();
        self.slots.next()
    }
}

/// Takes ranges, leaves the first ones out and stops when there is no more room.
struct Collector {
    skip: usize,
    room: usize,
    runs: Vec<Run>,
    /// Something came for which there was no room.
    is_full: bool,
}

impl Collector {
    fn push(&mut self, level: usize, mut positions: Range<u32>) {
        let skipped = self.skip.min(positions.len());
        self.skip -= skipped;
        positions.start += skipped as u32;
        let taken = self.room.min(positions.len());
        self.room -= taken;
        self.is_full |= taken < positions.len();
        push(&mut self.runs, level, positions.start..positions.start + taken as u32);
    }
}

fn push(runs: &mut Vec<Run>, level: usize, positions: Range<u32>) {
    match runs.last_mut() {
        _ if positions.is_empty() => {}
        Some(last) if last.level == level && last.positions.end == positions.start => {
            last.positions.end = positions.end;
        }
        _ => runs.push(Run { level, positions }),
    }
}
