//! Matches in the order of their properties.
//!
//! What is null comes last, whichever the direction; what is equal stays in the order of the collection. Places in
//! such an order are numbers, as no key of a record says where it stands among others: a page holds what is there
//! when it is asked for, and a record may be seen twice or not at all if others come or go between two pages.

use std::{cmp::Ordering, collections::HashMap};

use cadastre::{Viewer, value::ValueRef};

use super::{
    Snapshot,
    bound::Records,
    collection::Schema,
    columns::Column,
    context::Served,
    filter::{
        Slot as Property,
        number::Num,
        time::{self, Moment},
    },
    table::{Slot, Table},
};

/// A property to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// Name of the property or column.
    pub property: String,
    /// Whether the greatest comes first.
    pub is_descending: bool,
}

/// A sort key, its property found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'s> {
    property: Property<'s>,
    is_descending: bool,
}

/// Null: comes last.
const LAST: u64 = u64::MAX;

/// A value as it is sorted.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Null,
    Boolean(bool),
    Number(Num),
    Moment(Moment),
    Text(Box<str>),
}

impl<'s> Order<'s> {
    /// `None`: there is no such property, or none that the viewer may know of, or it is a list.
    pub(crate) fn find(key: &SortKey, schema: Schema<'s>, viewer: &Viewer) -> Option<Self> {
        let property = Property::find(schema, viewer, &key.property).filter(|property| !property.is_list)?;
        Some(Self { property, is_descending: key.is_descending })
    }
}

/// The matches from the `start`-th on, `count` of them.
pub(crate) fn sorted<'s, R: Served>(
    snapshot: &'s Snapshot,
    table: &'s Table<R>,
    viewer: &Viewer,
    orders: &[Order<'s>],
    matches: &[Slot],
    window: (usize, usize),
) -> Vec<Slot> {
    let (start, count) = window;
    let end = start.saturating_add(count).min(matches.len());
    if start >= end {
        return Vec::new();
    }
    let keys: Vec<Vec<u64>> = orders.iter().map(|order| keys(snapshot, table, viewer, order, matches)).collect();
    let compare = |a: &u32, b: &u32| {
        let (x, y) = (*a as usize, *b as usize);
        let by_keys = keys.iter().map(|keys| keys[x].cmp(&keys[y])).find(|order| order.is_ne());
        by_keys.unwrap_or_else(|| by_place(table, matches[x], matches[y]))
    };
    let mut order: Vec<u32> = (0..matches.len() as u32).collect();
    if end < order.len() {
        order.select_nth_unstable_by(end, compare);
        order.truncate(end);
    }
    order.sort_unstable_by(compare);
    order[start..].iter().map(|at| matches[*at as usize]).collect()
}

fn by_place<R: Served>(table: &Table<R>, a: Slot, b: Slot) -> Ordering {
    if a.level == b.level {
        return a.position.cmp(&b.position);
    }
    table.entry(a).order().cmp(&table.entry(b).order())
}

/// A number a match, in the order wanted.
fn keys<'s, R: Served>(
    snapshot: &'s Snapshot,
    table: &'s Table<R>,
    viewer: &Viewer,
    order: &Order<'s>,
    matches: &[Slot],
) -> Vec<u64> {
    let column = |level: usize| table.levels()[level].segment().columns().get::<R>(order.property.source);
    let levels = 0..table.levels().len();
    let numbers = |level| matches!(column(level), Some(Column::Reals(_) | Column::Empty));
    let days = |level| matches!(column(level), Some(Column::Days(_) | Column::Empty));
    let mut keys = if levels.clone().all(numbers) || levels.clone().all(days) {
        matches.iter().map(|slot| column(slot.level).map_or(LAST, |column| direct(column, slot.position))).collect()
    } else {
        ranks(snapshot, table, viewer, order, matches)
    };
    if order.is_descending {
        for key in &mut keys {
            if *key != LAST {
                *key = LAST - 1 - *key;
            }
        }
    }
    keys
}

/// The value of a column as a number of the same order.
fn direct(column: &Column, position: u32) -> u64 {
    match column {
        Column::Reals(values) if !values[position as usize].is_nan() => {
            // Zeros are one number.
            let bits = (values[position as usize] + 0.0).to_bits();
            if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
        }
        Column::Days(values) if !column.is_null(position) => (i64::from(values[position as usize]) + (1 << 40)) as u64,
        _ => LAST,
    }
}

/// The rank of each match's value among those that occur.
fn ranks<'s, R: Served>(
    snapshot: &'s Snapshot,
    table: &'s Table<R>,
    viewer: &Viewer,
    order: &Order<'s>,
    matches: &[Slot],
) -> Vec<u64> {
    let properties = [order.property];
    let records: Vec<_> =
        table.levels().iter().map(|level| Records::new(snapshot, level.segment(), &properties, viewer)).collect();
    let codes: Vec<_> =
        table.levels().iter().map(|level| level.segment().columns().codes::<R>(order.property.source)).collect();
    let mut values: Vec<Key> = Vec::new();
    // One value a code, read once.
    let mut of_code: HashMap<(usize, u32), usize> = HashMap::new();
    let mut which: Vec<usize> = Vec::with_capacity(matches.len());
    for slot in matches {
        let mut read = || {
            values.push(Key::of(&records[slot.level].value(slot.position, &order.property)));
            values.len() - 1
        };
        which.push(match codes[slot.level] {
            Some(codes) => *of_code.entry((slot.level, codes.at(slot.position))).or_insert_with(read),
            None => read(),
        });
    }
    let mut by_value: Vec<usize> = (0..values.len()).collect();
    by_value.sort_unstable_by(|a, b| values[*a].order(&values[*b]));
    let mut rank = vec![LAST; values.len()];
    let mut next = 0;
    for (at, index) in by_value.iter().enumerate() {
        if at > 0 && values[by_value[at - 1]].order(&values[*index]).is_ne() {
            next += 1;
        }
        if values[*index] != Key::Null {
            rank[*index] = next;
        }
    }
    which.into_iter().map(|index| rank[index]).collect()
}

impl Key {
    fn of(value: &ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null | ValueRef::List(_) => Self::Null,
            ValueRef::Boolean(yes) => Self::Boolean(*yes),
            ValueRef::Integer(number) => Self::Number(Num::Integer(*number)),
            ValueRef::Real(number) => Self::Number(Num::Real(*number)),
            ValueRef::Date(day) => Self::Moment(time::of_day(*day)),
            ValueRef::Timestamp(at) => Self::Moment(time::of_timestamp(*at)),
            ValueRef::Text(text) => Self::Text(text.as_ref().into()),
        }
    }

    /// Texts by their code points; values of different kinds by kind.
    fn order(&self, other: &Self) -> Ordering {
        let kind = |key: &Self| match key {
            Self::Null => 0,
            Self::Boolean(_) => 1,
            Self::Number(_) => 2,
            Self::Moment(_) => 3,
            Self::Text(_) => 4,
        };
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.order(*b),
            (Self::Moment(a), Self::Moment(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (a, b) => kind(a).cmp(&kind(b)),
        }
    }
}
