//! Sums that do not depend on the order of a million areas.

use std::ops::Range;

use cadastre::value::ValueRef;

use super::{columns::Column, query::Figures};

/// So many numbers are added side by side: each addition waits for the one before it.
const LANES: usize = 4;

/// A count, and a sum of what is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    matched: u64,
    missing: u64,
    lanes: [Lane; LANES],
}

/// A sum with what rounding cut off of it (Knuth's TwoSum: exact, and without a comparison).
#[derive(Clone, Copy, Debug, Default)]
struct Lane {
    total: f64,
    lost: f64,
}

impl Lane {
    #[inline]
    fn add(&mut self, number: f64) {
        let total = self.total + number;
        let taken = total - self.total;
        self.lost += (self.total - (total - taken)) + (number - taken);
        self.total = total;
    }

    fn join(&mut self, other: &Self) {
        self.add(other.total);
        self.lost += other.lost;
    }
}

impl Sum {
    pub(crate) fn number(value: &ValueRef<'_>) -> Option<f64> {
        match value {
            ValueRef::Real(number) => Some(*number),
            ValueRef::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// Adds a match with its number; `None`: it is not known.
    pub(crate) fn add(&mut self, number: Option<f64>) {
        self.matched += 1;
        match number {
            Some(number) => self.lanes[0].add(number),
            None => self.missing += 1,
        }
    }

    /// Adds the values of a column.
    pub(crate) fn add_range(&mut self, column: &Column, positions: Range<u32>) {
        match column {
            Column::Empty => {
                self.matched += positions.len() as u64;
                self.missing += positions.len() as u64;
            }
            Column::Reals(values) => {
                let values = &values[positions.start as usize..positions.end as usize];
                let (side_by_side, rest) = values.as_chunks::<LANES>();
                for numbers in side_by_side {
                    for (lane, number) in self.lanes.iter_mut().zip(numbers) {
                        self.missing += u64::from(number.is_nan());
                        lane.add(if number.is_nan() { 0.0 } else { *number });
                    }
                }
                self.matched += (values.len() - rest.len()) as u64;
                for number in rest {
                    self.add((!number.is_nan()).then_some(*number));
                }
            }
            _ => positions.for_each(|position| {
                self.add(column.value(position).and_then(|value| Self::number(&value)));
            }),
        }
    }

    /// Adds another sum.
    pub(crate) fn join(&mut self, other: &Self) {
        self.matched += other.matched;
        self.missing += other.missing;
        for (lane, other) in self.lanes.iter_mut().zip(&other.lanes) {
            lane.join(other);
        }
    }

    pub(crate) fn finish(self) -> Figures {
        let mut sum = Lane::default();
        for lane in &self.lanes {
            sum.join(lane);
        }
        Figures { matched: self.matched, sum: sum.total + sum.lost, missing: self.missing }
    }
}
