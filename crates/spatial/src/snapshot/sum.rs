//! Sums that do not depend on the order of a million areas.

use std::ops::Range;

use cadastre::value::ValueRef;

use super::{columns::Column, query::Figures};

/// A sum with what rounding cut off of it (Neumaier).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    matched: u64,
    missing: u64,
    total: f64,
    lost: f64,
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
            Some(number) => self.add_number(number),
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
                for value in values {
                    self.add((!value.is_nan()).then_some(*value));
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
        self.add_number(other.total);
        self.lost += other.lost;
    }

    fn add_number(&mut self, number: f64) {
        let total = self.total + number;
        self.lost += if self.total.abs() >= number.abs() {
            (self.total - total) + number
        } else {
            (number - total) + self.total
        };
        self.total = total;
    }

    pub(crate) fn finish(self) -> Figures {
        Figures { matched: self.matched, sum: self.total + self.lost, missing: self.missing }
    }
}
