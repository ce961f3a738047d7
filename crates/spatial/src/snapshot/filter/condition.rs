//! A filter whose names and kinds are resolved, and what it says of a record: true, false or null.

use std::cmp::Ordering;

use cadastre::value::ValueRef;

use super::{
    Record,
    number::{Num, Number},
    spatial::SpatialTest,
    text::{Pattern, Text},
    time::{self, Instant, Moment, Period},
};
use crate::cql2::{ArrayRelation, Comparison, TemporalRelation};

/// True, false, or null (`None`) where something is not known.
pub(crate) type Truth = Option<bool>;

#[derive(Debug)]
pub(crate) enum Condition {
    Constant(Truth),
    /// A property that is true or false.
    Flag(usize),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Compare(Comparison, Scalar, Scalar),
    OneOf(Scalar, Members),
    Like(Text, Pattern),
    /// The property is null.
    IsNull(usize),
    /// What is calculated is null.
    IsUnknown(Box<Scalar>),
    HasNoGeometry,
    Spatial(SpatialTest),
    Temporal(TemporalRelation, Box<[Period; 2]>),
    Array(ArrayRelation, List, List),
}

/// A single value that may depend on a record.
#[derive(Debug)]
pub(crate) enum Scalar {
    Boolean(Box<Condition>),
    Number(Number),
    Text(Text),
    Instant(Instant),
}

/// What a value is looked for in: constants in order, and others.
#[derive(Debug, Default)]
pub(crate) struct Members {
    pub(crate) texts: Vec<Box<str>>,
    pub(crate) numbers: Vec<Num>,
    pub(crate) moments: Vec<Moment>,
    pub(crate) others: Vec<Scalar>,
}

#[derive(Debug)]
pub(crate) enum List {
    /// A property that is a list of texts.
    Slot(usize),
    Members(Vec<Scalar>),
}

impl Condition {
    pub(crate) fn of(&self, record: &dyn Record) -> Truth {
        match self {
            Self::Constant(truth) => *truth,
            Self::Flag(slot) => match record.value(*slot) {
                ValueRef::Boolean(yes) => Some(yes),
                _ => None,
            },
            Self::Not(condition) => condition.of(record).map(|truth| !truth),
            Self::All(parts) => until(parts, record, false),
            Self::Any(parts) => until(parts, record, true),
            Self::Compare(comparison, a, b) => a.order(b, record).map(|order| comparison.holds(order)),
            Self::OneOf(needle, members) => members.has(needle, record),
            Self::Like(text, pattern) => text.of(record).map(|text| pattern.matches(&text)),
            Self::IsNull(slot) => Some(record.value(*slot).is_null()),
            Self::IsUnknown(scalar) => Some(scalar.is_null(record)),
            Self::HasNoGeometry => Some(!record.has_geometry()),
            Self::Spatial(test) => test.of(record),
            Self::Temporal(relation, periods) => time::relate(*relation, &periods[0], &periods[1], record),
            Self::Array(relation, a, b) => relate_lists(*relation, a, b, record),
        }
    }
}

/// A constant that a column is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparable {
    Real(f64),
    Moment(Moment),
}

impl Condition {
    /// A number or day compared with a constant that a column of such can be compared with.
    pub(crate) fn as_comparison(&self) -> Option<(usize, Comparison, Comparable)> {
        let Self::Compare(comparison, a, b) = self else { return None };
        Some(match (a, b) {
            (Scalar::Number(Number::Slot(slot)), Scalar::Number(Number::Constant(constant))) => {
                (*slot, *comparison, Comparable::Real(constant.exactly_real()?))
            }
            (Scalar::Number(Number::Constant(constant)), Scalar::Number(Number::Slot(slot))) => {
                (*slot, comparison.flipped(), Comparable::Real(constant.exactly_real()?))
            }
            (Scalar::Instant(Instant::Slot(slot)), Scalar::Instant(Instant::Constant(constant))) => {
                (*slot, *comparison, Comparable::Moment(*constant))
            }
            (Scalar::Instant(Instant::Constant(constant)), Scalar::Instant(Instant::Slot(slot))) => {
                (*slot, comparison.flipped(), Comparable::Moment(*constant))
            }
            _ => return None,
        })
    }
}

/// `AND` (decided by the first false) or `OR` (by the first true).
fn until(parts: &[Condition], record: &dyn Record, decisive: bool) -> Truth {
    let mut truth = Some(!decisive);
    for part in parts {
        match part.of(record) {
            Some(part) if part == decisive => return Some(decisive),
            Some(_) => {}
            None => truth = None,
        }
    }
    truth
}

impl Scalar {
    fn is_null(&self, record: &dyn Record) -> bool {
        match self {
            Self::Boolean(condition) => condition.of(record).is_none(),
            Self::Number(number) => number.of(record).is_none(),
            Self::Text(text) => text.of(record).is_none(),
            Self::Instant(instant) => instant.of(record).is_none(),
        }
    }

    /// How two values of one kind are ordered; texts by their code points.
    fn order(&self, other: &Self, record: &dyn Record) -> Option<Ordering> {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => Some(a.of(record)?.cmp(&b.of(record)?)),
            (Self::Number(a), Self::Number(b)) => Some(a.of(record)?.order(b.of(record)?)),
            (Self::Text(a), Self::Text(b)) => Some(a.of(record)?.cmp(&b.of(record)?)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.of(record)?.cmp(&b.of(record)?)),
            _ => None,
        }
    }
}

impl Members {
    /// Puts the constants in order, to be found by halving.
    pub(crate) fn sort(&mut self) {
        self.texts.sort_unstable();
        self.numbers.sort_unstable_by(|a, b| a.order(*b));
        self.moments.sort_unstable();
    }

    fn has(&self, needle: &Scalar, record: &dyn Record) -> Truth {
        let found = match needle {
            Scalar::Text(text) => {
                let text = text.of(record)?;
                self.texts.binary_search_by(|member| (**member).cmp(&text)).is_ok()
            }
            Scalar::Number(number) => {
                let number = number.of(record)?;
                self.numbers.binary_search_by(|member| member.order(number)).is_ok()
            }
            Scalar::Instant(instant) => self.moments.binary_search(&instant.of(record)?).is_ok(),
            Scalar::Boolean(condition) => condition.of(record).map(|_| false)?,
        };
        if found {
            return Some(true);
        }
        let mut truth = Some(false);
        for other in &self.others {
            match needle.order(other, record) {
                Some(Ordering::Equal) => return Some(true),
                Some(_) => {}
                None => truth = None,
            }
        }
        truth
    }
}

/// A member of a list.
#[derive(Clone, Debug)]
enum Member {
    Boolean(bool),
    Number(Num),
    Text(String),
    Moment(Moment),
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.order(*b).is_eq(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Moment(a), Self::Moment(b)) => a == b,
            _ => false,
        }
    }
}

impl List {
    fn of(&self, record: &dyn Record) -> Option<Vec<Member>> {
        match self {
            Self::Slot(slot) => match record.value(*slot) {
                ValueRef::List(texts) => Some(texts.into_iter().map(|text| Member::Text(text.into_owned())).collect()),
                _ => None,
            },
            Self::Members(members) => members.iter().map(|member| member.as_member(record)).collect(),
        }
    }
}

impl Scalar {
    fn as_member(&self, record: &dyn Record) -> Option<Member> {
        Some(match self {
            Self::Boolean(condition) => Member::Boolean(condition.of(record)?),
            Self::Number(number) => Member::Number(number.of(record)?),
            Self::Text(text) => Member::Text(text.of(record)?.into_owned()),
            Self::Instant(instant) => Member::Moment(instant.of(record)?),
        })
    }
}

fn relate_lists(relation: ArrayRelation, a: &List, b: &List, record: &dyn Record) -> Truth {
    let (a, b) = (a.of(record)?, b.of(record)?);
    let holds_all = |of: &[Member], all: &[Member]| all.iter().all(|member| of.contains(member));
    Some(match relation {
        ArrayRelation::Equals => holds_all(&a, &b) && holds_all(&b, &a),
        ArrayRelation::Contains => holds_all(&a, &b),
        ArrayRelation::ContainedBy => holds_all(&b, &a),
        ArrayRelation::Overlaps => a.iter().any(|member| b.contains(member)),
    })
}
