//! Days, instants and intervals of a filter, in nanoseconds since 1970.
//!
//! A day is compared with a day as a whole. Where days and instants meet, `=`, `<` … take the beginning of the day
//! in UTC, and the functions of time all of it.

use cadastre::{Day, value::ValueRef};

use super::Record;
use crate::cql2::TemporalRelation;

/// Nanoseconds.
pub(crate) type Moment = i128;

const DAY: Moment = 86_400_000_000_000;

/// A day or instant that may depend on a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Instant {
    Constant(Moment),
    Slot(usize),
}

/// How finely a time is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    Day,
    Instant,
}

/// From … to …, both included.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Period {
    pub(crate) start: End,
    pub(crate) end: End,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    /// No end.
    Open,
    At(Instant, Grain),
}

pub(crate) fn of_day(day: Day) -> Moment {
    day.duration_since(Day::constant(1970, 1, 1)).as_nanos()
}

/// The day that begins (in UTC) at this moment.
pub(crate) fn exactly_day(moment: Moment) -> Option<Day> {
    let days = i64::try_from(moment / DAY).ok().filter(|_| moment % DAY == 0)?;
    Day::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

pub(crate) fn of_timestamp(timestamp: jiff::Timestamp) -> Moment {
    timestamp.as_nanosecond()
}

impl Instant {
    pub(crate) fn of(&self, record: &dyn Record) -> Option<Moment> {
        match self {
            Self::Constant(moment) => Some(*moment),
            Self::Slot(slot) => match record.value(*slot) {
                ValueRef::Date(day) => Some(of_day(day)),
                ValueRef::Timestamp(timestamp) => Some(of_timestamp(timestamp)),
                _ => None,
            },
        }
    }
}

impl Period {
    /// Whether some end of it is told as an instant.
    pub(crate) fn is_fine(&self) -> bool {
        [&self.start, &self.end].into_iter().any(|end| matches!(end, End::At(_, Grain::Instant)))
    }

    /// First and last moment; days as a whole, if they are compared with instants. `None` if one is null.
    fn of(&self, record: &dyn Record, whole_days: bool) -> Option<(Moment, Moment)> {
        let start = match &self.start {
            End::Open => Moment::MIN,
            End::At(instant, _) => instant.of(record)?,
        };
        let end = match &self.end {
            End::Open => Moment::MAX,
            End::At(instant, Grain::Day) if whole_days => instant.of(record)? + DAY - 1,
            End::At(instant, _) => instant.of(record)?,
        };
        Some((start, end))
    }
}

/// Whether two periods lie to each other so; as OWL-Time defines the relations (OGC 21-065r2, tables 9 and 10).
pub(crate) fn relate(relation: TemporalRelation, t1: &Period, t2: &Period, record: &dyn Record) -> Option<bool> {
    let whole_days = t1.is_fine() || t2.is_fine();
    let ((a, b), (c, d)) = (t1.of(record, whole_days)?, t2.of(record, whole_days)?);
    Some(match relation {
        TemporalRelation::After => a > d,
        TemporalRelation::Before => b < c,
        TemporalRelation::Disjoint => a > d || b < c,
        TemporalRelation::Intersects => a <= d && b >= c,
        TemporalRelation::Equals => a == c && b == d,
        TemporalRelation::Contains => a < c && b > d,
        TemporalRelation::During => a > c && b < d,
        TemporalRelation::FinishedBy => a < c && b == d,
        TemporalRelation::Finishes => a > c && b == d,
        TemporalRelation::Meets => b == c,
        TemporalRelation::MetBy => a == d,
        TemporalRelation::OverlappedBy => a > c && a < d && b > d,
        TemporalRelation::Overlaps => a < c && b > c && b < d,
        TemporalRelation::StartedBy => a == c && b > d,
        TemporalRelation::Starts => a == c && b < d,
    })
}
