//! A filter tied to the columns of one segment: asked of many records at once.
//!
//! Truth is kept as 0 (false), 1 (null) and 2 (true): so `AND` is the lesser, `OR` the greater, and `NOT x` is 2 − x
//! (Kleene's logic). What columns do not hold is asked of the records' views, one by one, and only where the rest
//! has not decided.

mod coded;

use std::{cell::RefCell, ops::Range};

use cadastre::{
    Viewer,
    publication::{View, view},
    value::ValueRef,
};

use super::{
    Snapshot,
    area::Space,
    columns::{Column, NO_DAY, NO_INSTANT, pack_day},
    context::{Context, Served},
    filter::{Comparable, Condition, Filter, Record, Slot, SpatialTest, Truth, Uses, time},
    segment::Segment,
    table::Level,
};
use coded::Coded;

use crate::{
    cql2::{Comparison, SpatialRelation},
    geometry::Shape,
};

const FALSE: u8 = 0;
const NULL: u8 = 1;
const TRUE: u8 = 2;
/// Not yet asked.
const UNKNOWN: u8 = 3;
/// Records at once.
const BLOCK: usize = 1024;

/// The records of a segment as a viewer sees them.
pub(crate) struct Records<'f, 's, R> {
    snapshot: &'s Snapshot,
    segment: &'s Segment<R>,
    slots: &'f [Slot<'s>],
    viewer: &'f Viewer,
    context: RefCell<Context<'s>>,
}

/// One of them.
struct At<'r, 'f, 's, R> {
    records: &'r Records<'f, 's, R>,
    position: u32,
}

impl<'f, 's, R: Served> Records<'f, 's, R> {
    pub(crate) fn new(
        snapshot: &'s Snapshot,
        segment: &'s Segment<R>,
        slots: &'f [Slot<'s>],
        viewer: &'f Viewer,
    ) -> Self {
        Self { snapshot, segment, slots, viewer, context: RefCell::new(Context::new(snapshot)) }
    }

    fn view(&self, position: u32) -> Option<View<'s>> {
        let subject = self.segment.entry(position).row.subject(&mut self.context.borrow_mut());
        view(subject?.0, self.viewer, self.snapshot.day)
    }

    /// Value of a property of a record.
    pub(crate) fn value(&self, position: u32, slot: &Slot<'s>) -> ValueRef<'s> {
        let column = self.segment.columns().get::<R>(slot.source);
        column
            .and_then(|column| column.value(position))
            .unwrap_or_else(|| self.view(position).map_or(ValueRef::Null, |view| slot.of(&view)))
    }

    fn truth(&self, condition: &Condition, position: u32) -> u8 {
        encode(condition.of(&At { records: self, position }))
    }
}

impl<R: Served> Record for At<'_, '_, '_, R> {
    fn value(&self, slot: usize) -> ValueRef<'_> {
        self.records.value(self.position, &self.records.slots[slot])
    }

    fn shape(&self, space: Space) -> Option<Shape<'_>> {
        let entry = self.records.segment.entry(self.position);
        match space {
            Space::Own => entry.shape(),
            Space::Crs84 => entry.shape_crs84(),
        }
    }
}

/// A condition tied to columns.
enum Bound<'c> {
    Constant(u8),
    /// Follows from a code.
    Coded(Coded<'c>, &'c Condition),
    Reals(&'c [f64], Comparison, f64),
    Days(&'c [i32], Comparison, i32),
    Instants(&'c [i64], Comparison, i64),
    Flags(&'c [u8]),
    IsNull(&'c Column),
    /// Where a geometry is met, a bit a record; those without geometry come last.
    Meets {
        bits: Vec<u64>,
        with_geometry: usize,
    },
    Not(Box<Bound<'c>>),
    All(Vec<Bound<'c>>),
    Any(Vec<Bound<'c>>),
    /// Asked record by record.
    Each(&'c Condition),
}

/// What a filter takes of a level.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Number of records, all of them.
    pub(crate) count: u64,
    /// Where they are, ascending; the first ones at least.
    pub(crate) ranges: Vec<Range<u32>>,
}

/// Which of the records that are taken must be known one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need {
    All,
    /// So many from a position on.
    From(u32, usize),
}

/// Those of the positions whose records the filter takes.
pub(crate) fn taken<R: Served>(
    filter: &Filter<'_>,
    level: &Level<R>,
    records: &Records<'_, '_, R>,
    candidates: Vec<Range<u32>>,
    need: Need,
) -> Taken {
    let Some(condition) = &filter.condition else {
        let count = candidates.iter().map(|range| range.len() as u64).sum();
        return Taken { count, ranges: candidates };
    };
    let bound = bind(condition, level, records);
    let (first, mut wanted) = match need {
        Need::All => (0, u64::MAX),
        Need::From(first, wanted) => (first, wanted as u64),
    };
    let mut taken = Taken::default();
    let mut truths = [FALSE; BLOCK];
    for range in candidates {
        if wanted == 0
            && let Bound::Coded(coded, _) = &bound
            && let Some(count) = coded.count(range.clone())
        {
            taken.count += count;
            continue;
        }
        for start in range.clone().step_by(BLOCK) {
            let block = start..range.end.min(start + BLOCK as u32);
            let truths = &mut truths[..block.len()];
            bound.fill(block.start, truths, records);
            let count = truths.iter().map(|truth| u64::from(*truth == TRUE)).sum::<u64>();
            taken.count += count;
            if wanted > 0 && block.end > first {
                push_true(block.start, truths, &mut taken.ranges);
                let before = first.saturating_sub(block.start);
                wanted = wanted.saturating_sub(count.saturating_sub(u64::from(before)));
            }
        }
    }
    taken
}

fn push_true(start: u32, truths: &[u8], taken: &mut Vec<Range<u32>>) {
    for (position, truth) in (start..).zip(truths) {
        if *truth != TRUE {
            continue;
        }
        match taken.last_mut() {
            Some(last) if last.end == position => last.end += 1,
            _ => taken.push(position..position + 1),
        }
    }
}

fn bind<'c, 's: 'c, R: Served>(
    condition: &'c Condition,
    level: &'c Level<R>,
    records: &Records<'_, 's, R>,
) -> Bound<'c> {
    let columns = level.segment().columns();
    let column = |slot: usize| columns.get::<R>(records.slots[slot].source);
    if let Some(slot) = Uses::of(condition).only_slot()
        && let Some(codes) = columns.codes::<R>(records.slots[slot].source)
    {
        return Bound::Coded(Coded::new(codes, |position| records.truth(condition, position)), condition);
    }
    let bind_all = |parts: &'c [Condition]| {
        let mut parts: Vec<_> = parts.iter().map(|part| bind(part, level, records)).collect();
        parts.sort_by_key(Bound::is_dear);
        parts
    };
    match condition {
        Condition::Constant(truth) => Bound::Constant(encode(*truth)),
        Condition::Not(part) => Bound::Not(Box::new(bind(part, level, records))),
        Condition::All(parts) => Bound::All(bind_all(parts)),
        Condition::Any(parts) => Bound::Any(bind_all(parts)),
        Condition::Flag(slot) => match column(*slot) {
            Some(Column::Flags(values)) => Bound::Flags(values),
            Some(Column::Empty) => Bound::Constant(NULL),
            _ => Bound::Each(condition),
        },
        Condition::IsNull(slot) => column(*slot).map_or(Bound::Each(condition), Bound::IsNull),
        Condition::Compare(..) => bind_comparison(condition, column),
        Condition::Spatial(SpatialTest::Record(relation, probe)) => match relation {
            SpatialRelation::Intersects => meets(level, probe.region()),
            SpatialRelation::Disjoint => Bound::Not(Box::new(meets(level, probe.region()))),
            _ => Bound::Each(condition),
        },
        _ => Bound::Each(condition),
    }
}

/// A number or day of a column compared with a constant.
fn bind_comparison<'c>(condition: &'c Condition, column: impl Fn(usize) -> Option<&'c Column>) -> Bound<'c> {
    let each = Bound::Each(condition);
    let Some((slot, comparison, constant)) = condition.as_comparison() else { return each };
    match (column(slot), constant) {
        (Some(Column::Empty), _) => Bound::Constant(NULL),
        (Some(Column::Reals(values)), Comparable::Real(constant)) => Bound::Reals(values, comparison, constant),
        (Some(Column::Days(values)), Comparable::Moment(moment)) => match time::exactly_day(moment) {
            Some(day) => Bound::Days(values, comparison, pack_day(day)),
            None => each,
        },
        (Some(Column::Instants(values)), Comparable::Moment(moment)) => match i64::try_from(moment) {
            Ok(moment) => Bound::Instants(values, comparison, moment),
            Err(_) => each,
        },
        _ => each,
    }
}

fn meets<'c, R: Served>(level: &Level<R>, region: &super::area::Region) -> Bound<'c> {
    let segment = level.segment();
    let mut bits = vec![0u64; segment.len().div_ceil(64)];
    for position in region.search(level).into_iter().flatten() {
        bits[position as usize / 64] |= 1 << (position % 64);
    }
    Bound::Meets { bits, with_geometry: segment.tree().len() }
}

impl Bound<'_> {
    /// Whether it is asked record by record.
    fn is_dear(&self) -> bool {
        match self {
            Self::Each(_) => true,
            Self::Not(part) => part.is_dear(),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_dear),
            _ => false,
        }
    }

    /// Says for each of the records from `start` on whether it fits.
    fn fill<R: Served>(&self, start: u32, out: &mut [u8], records: &Records<'_, '_, R>) {
        let range = start as usize..start as usize + out.len();
        match self {
            Self::Constant(truth) => out.fill(*truth),
            Self::Coded(coded, condition) => coded.fill(range, out, |position| records.truth(condition, position)),
            Self::Reals(values, comparison, constant) => fill_reals(&values[range], *comparison, *constant, out),
            Self::Days(values, comparison, constant) => look_up(&values[range], out, |day| {
                if day == NO_DAY { NULL } else { u8::from(comparison.holds(day.cmp(constant))) * TRUE }
            }),
            Self::Instants(values, comparison, constant) => look_up(&values[range], out, |at| {
                if at == NO_INSTANT { NULL } else { u8::from(comparison.holds(at.cmp(constant))) * TRUE }
            }),
            Self::Flags(values) => out.copy_from_slice(&values[range]),
            Self::IsNull(column) => {
                for (position, out) in (start..).zip(out) {
                    *out = u8::from(column.is_null(position)) * TRUE;
                }
            }
            Self::Meets { bits, with_geometry } => {
                for (position, out) in range.zip(out) {
                    let met = bits[position / 64] >> (position % 64) & 1;
                    *out = if position < *with_geometry { met as u8 * TRUE } else { NULL };
                }
            }
            Self::Not(part) => {
                part.fill(start, out, records);
                for truth in out {
                    *truth = TRUE - *truth;
                }
            }
            Self::All(parts) => {
                out.fill(TRUE);
                for part in parts {
                    part.merge(start, out, records, FALSE, u8::min);
                }
            }
            Self::Any(parts) => {
                out.fill(FALSE);
                for part in parts {
                    part.merge(start, out, records, TRUE, u8::max);
                }
            }
            Self::Each(condition) => {
                for (position, out) in (start..).zip(out) {
                    *out = records.truth(condition, position);
                }
            }
        }
    }

    /// Adds to what is known, by the lesser or the greater, where that is not decided.
    fn merge<R: Served>(
        &self,
        start: u32,
        out: &mut [u8],
        records: &Records<'_, '_, R>,
        decisive: u8,
        join: fn(u8, u8) -> u8,
    ) {
        if out.iter().all(|truth| *truth == decisive) {
            return;
        }
        if let Self::Each(condition) = self {
            for (position, out) in (start..).zip(out) {
                if *out != decisive {
                    *out = join(*out, records.truth(condition, position));
                }
            }
            return;
        }
        let mut own = [FALSE; BLOCK];
        let own = &mut own[..out.len()];
        self.fill(start, own, records);
        // Told apart, so that each is a loop without calls.
        if decisive == FALSE {
            out.iter_mut().zip(own).for_each(|(out, own)| *out = (*out).min(*own));
        } else {
            out.iter_mut().zip(own).for_each(|(out, own)| *out = (*out).max(*own));
        }
    }
}

fn look_up<T: Copy>(values: &[T], out: &mut [u8], mut truth: impl FnMut(T) -> u8) {
    for (value, out) in values.iter().zip(out) {
        *out = truth(*value);
    }
}

/// NaN is null.
fn fill_reals(values: &[f64], comparison: Comparison, constant: f64, out: &mut [u8]) {
    fn by(values: &[f64], out: &mut [u8], holds: impl Fn(f64) -> bool) {
        for (value, out) in values.iter().zip(out) {
            *out = if value.is_nan() { NULL } else { u8::from(holds(*value)) * TRUE };
        }
    }
    #[expect(clippy::float_cmp, reason = "equality is what was asked for")]
    match comparison {
        Comparison::Equal => by(values, out, |value| value == constant),
        Comparison::NotEqual => by(values, out, |value| value != constant),
        Comparison::Less => by(values, out, |value| value < constant),
        Comparison::Greater => by(values, out, |value| value > constant),
        Comparison::LessOrEqual => by(values, out, |value| value <= constant),
        Comparison::GreaterOrEqual => by(values, out, |value| value >= constant),
    }
}

fn encode(truth: Truth) -> u8 {
    match truth {
        Some(false) => FALSE,
        None => NULL,
        Some(true) => TRUE,
    }
}
