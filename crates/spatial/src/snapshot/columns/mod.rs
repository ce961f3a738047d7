//! Columns of a segment: what is filtered, sorted and summed lies side by side.
//!
//! Only base data and layers have columns, as the gate shows those to everybody alike; what depends on a basis or a
//! day has none, and is asked of the view. Texts are kept as codes: a code has a record that stands for it, and
//! what the text *is*, that record's view says.

mod cells;
mod codes;

use cadastre::{Day, value::ValueRef};

use super::filter::Source;
pub(crate) use cells::{Cell, Cells};
pub(crate) use codes::{Codes, FEW, Packed};

/// The columns of a segment, in the order of [`Cells::cell`].
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnSet {
    columns: Vec<Column>,
}

/// One value a record.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Nothing is known of any record.
    Empty,
    Codes(Codes),
    Integers(Vec<i64>, Nulls),
    /// NaN: null.
    Reals(Vec<f64>),
    /// 0: false, 1: null, 2: true.
    Flags(Vec<u8>),
    /// As [`pack_day`] has it.
    Days(Vec<i32>),
    /// Nanoseconds since 1970.
    Instants(Vec<i64>),
    /// Values of several kinds, or beyond what the column holds: the view has them.
    Mixed,
}

/// Which values are null.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nulls {
    /// A bit a record; none: no value is null.
    bits: Vec<u64>,
}

pub(crate) const NO_DAY: i32 = i32::MIN;
pub(crate) const NO_INSTANT: i64 = i64::MIN;

impl ColumnSet {
    pub(crate) fn build<R: Cells>(rows: &[R]) -> Self {
        Self { columns: (0..R::width(rows)).map(|index| Column::build(rows, index)).collect() }
    }

    /// The column of a property of a record kind; `None`: only the view has it.
    pub(crate) fn get<R: Cells>(&self, source: Source) -> Option<&Column> {
        let index = match source {
            Source::Property(property) => R::COLUMNS.iter().position(|name| *name == property.name)?,
            Source::Column(index) => index,
        };
        match self.columns.get(index) {
            Some(Column::Mixed) => None,
            Some(column) => Some(column),
            // No record of the segment has so many values.
            None => Some(&Column::Empty),
        }
    }

    /// The column whose codes decide about a property: its own, or that of the key it is derived from.
    pub(crate) fn codes<R: Cells>(&self, source: Source) -> Option<&Codes> {
        let index = match source {
            Source::Property(property) => R::DERIVED
                .iter()
                .find(|(name, _)| *name == property.name)
                .map(|(_, key)| *key)
                .or_else(|| R::COLUMNS.iter().position(|name| *name == property.name))?,
            Source::Column(index) => index,
        };
        match self.columns.get(index) {
            Some(Column::Codes(codes)) => Some(codes),
            _ => None,
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory(&self) -> usize {
        self.columns.iter().map(Column::memory).sum()
    }
}

impl Column {
    fn build<R: Cells>(rows: &[R], index: usize) -> Self {
        let first = rows.iter().map(|row| row.cell(index)).find(|cell| !matches!(cell, Cell::Null));
        let built = match first {
            None | Some(Cell::Null) => return Self::Empty,
            Some(Cell::Key(_)) => codes::build(rows, index).map(Self::Codes),
            Some(Cell::Integer(_)) => integers(rows, index),
            Some(Cell::Real(_)) => values(rows, index, f64::NAN, |cell| match cell {
                Cell::Real(number) if number.is_finite() => Some(*number),
                _ => None,
            })
            .map(Self::Reals),
            Some(Cell::Boolean(_)) => values(rows, index, 1, |cell| match cell {
                Cell::Boolean(yes) => Some(if *yes { 2 } else { 0 }),
                _ => None,
            })
            .map(Self::Flags),
            Some(Cell::Day(_)) => values(rows, index, NO_DAY, |cell| match cell {
                Cell::Day(day) => Some(pack_day(*day)),
                _ => None,
            })
            .map(Self::Days),
            Some(Cell::Instant(_)) => values(rows, index, NO_INSTANT, |cell| match cell {
                Cell::Instant(at) => i64::try_from(at.as_nanosecond()).ok().filter(|at| *at != NO_INSTANT),
                _ => None,
            })
            .map(Self::Instants),
        };
        built.unwrap_or(Self::Mixed)
    }

    pub(crate) fn is_null(&self, position: u32) -> bool {
        let at = position as usize;
        match self {
            Self::Empty => true,
            Self::Codes(codes) => codes.at(position) == 0,
            Self::Integers(_, nulls) => nulls.has(position),
            Self::Reals(values) => values[at].is_nan(),
            Self::Flags(values) => values[at] == 1,
            Self::Days(values) => values[at] == NO_DAY,
            Self::Instants(values) => values[at] == NO_INSTANT,
            Self::Mixed => false,
        }
    }

    /// The value; `None`: the view has it.
    pub(crate) fn value(&self, position: u32) -> Option<ValueRef<'static>> {
        if matches!(self, Self::Mixed) {
            return None;
        }
        if self.is_null(position) {
            return Some(ValueRef::Null);
        }
        let at = position as usize;
        match self {
            Self::Empty | Self::Codes(_) | Self::Mixed => None,
            Self::Integers(values, _) => Some(ValueRef::Integer(values[at])),
            Self::Reals(values) => Some(ValueRef::Real(values[at])),
            Self::Flags(values) => Some(ValueRef::Boolean(values[at] == 2)),
            Self::Days(values) => unpack_day(values[at]).map(ValueRef::Date),
            Self::Instants(values) => {
                jiff::Timestamp::from_nanosecond(i128::from(values[at])).ok().map(ValueRef::Timestamp)
            }
        }
    }

    fn memory(&self) -> usize {
        match self {
            Self::Empty | Self::Mixed => 0,
            Self::Codes(codes) => codes.memory(),
            Self::Integers(values, nulls) => size_of_val(&values[..]) + size_of_val(&nulls.bits[..]),
            Self::Reals(values) => size_of_val(&values[..]),
            Self::Flags(values) => values.len(),
            Self::Days(values) => size_of_val(&values[..]),
            Self::Instants(values) => size_of_val(&values[..]),
        }
    }
}

/// One value a row; `None` if one has none that fits.
fn values<R: Cells, T: Copy>(
    rows: &[R],
    index: usize,
    null: T,
    value: impl Fn(&Cell<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let one = |row: &R| match row.cell(index) {
        Cell::Null => Some(null),
        cell => value(&cell),
    };
    rows.iter().map(one).collect()
}

fn integers<R: Cells>(rows: &[R], index: usize) -> Option<Column> {
    let mut bits = vec![0u64; rows.len().div_ceil(64)];
    let mut values = Vec::with_capacity(rows.len());
    for (position, row) in rows.iter().enumerate() {
        values.push(match row.cell(index) {
            Cell::Integer(number) => number,
            Cell::Null => {
                bits[position / 64] |= 1 << (position % 64);
                0
            }
            _ => return None,
        });
    }
    if bits.iter().all(|word| *word == 0) {
        bits = Vec::new();
    }
    Some(Column::Integers(values, Nulls { bits }))
}

impl Nulls {
    pub(crate) fn has(&self, position: u32) -> bool {
        self.bits.get(position as usize / 64).is_some_and(|word| word >> (position % 64) & 1 == 1)
    }
}

/// A day as a number of the same order.
pub(crate) fn pack_day(day: Day) -> i32 {
    i32::from(day.year()) << 9 | i32::from(day.month()) << 5 | i32::from(day.day())
}

fn unpack_day(packed: i32) -> Option<Day> {
    let year = i16::try_from(packed >> 9).ok()?;
    Day::new(year, (packed >> 5 & 15) as i8, (packed & 31) as i8).ok()
}

#[cfg(test)]
mod tests {
    use cadastre::Day;

    use super::{pack_day, unpack_day};

    #[test]
    fn days_are_packed_in_order() {
        let days =
            ["-000044-03-15", "0000-01-01", "1999-12-31", "2000-01-01", "2026-02-28", "2026-03-01", "9999-12-31"];
        let days = days.map(|day| day.parse::<Day>().unwrap());
        assert!(days.map(pack_day).is_sorted_by(|a, b| a < b));
        for day in days {
            assert_eq!(unpack_day(pack_day(day)), Some(day));
        }
    }
}
