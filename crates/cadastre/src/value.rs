//! Values of properties and of the columns of imported layers.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Day;

/// Kind of a column or property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// UTF-8 text.
    Text,
    /// 64-bit signed integer.
    Integer,
    /// 64-bit float, finite.
    Real,
    /// True or false.
    Boolean,
    /// A civil day.
    Date,
    /// An instant (UTC).
    Timestamp,
}

/// A value that a record owns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Nothing is known.
    Null,
    /// UTF-8 text.
    Text(Box<str>),
    /// 64-bit signed integer.
    Integer(i64),
    /// 64-bit float, finite.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// A civil day.
    Date(Day),
    /// An instant (UTC).
    Timestamp(jiff::Timestamp),
}

impl Value {
    /// Text, or nothing if it is empty.
    pub fn text(text: impl Into<Box<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Whether nothing is known.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The kind of column that holds this value; `None` for null.
    pub fn kind(&self) -> Option<ColumnKind> {
        Some(match self {
            Self::Null => return None,
            Self::Text(_) => ColumnKind::Text,
            Self::Integer(_) => ColumnKind::Integer,
            Self::Real(_) => ColumnKind::Real,
            Self::Boolean(_) => ColumnKind::Boolean,
            Self::Date(_) => ColumnKind::Date,
            Self::Timestamp(_) => ColumnKind::Timestamp,
        })
    }

    /// The value, borrowed.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(Cow::Borrowed(text)),
            Self::Integer(n) => ValueRef::Integer(*n),
            Self::Real(x) => ValueRef::Real(*x),
            Self::Boolean(b) => ValueRef::Boolean(*b),
            Self::Date(day) => ValueRef::Date(*day),
            Self::Timestamp(at) => ValueRef::Timestamp(*at),
        }
    }
}

/// A value as an encoder sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueRef<'a> {
    /// Nothing is known, or nothing is public.
    Null,
    /// UTF-8 text.
    Text(Cow<'a, str>),
    /// 64-bit signed integer.
    Integer(i64),
    /// 64-bit float, finite.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// A civil day.
    Date(Day),
    /// An instant (UTC).
    Timestamp(jiff::Timestamp),
    /// Several texts, e.g. the parcel numbers of a site.
    List(Vec<Cow<'a, str>>),
}

impl<'a> ValueRef<'a> {
    /// Text that may be absent.
    pub fn opt_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// Number that may be absent.
    pub fn opt_real(number: Option<f64>) -> Self {
        number.map_or(Self::Null, Self::Real)
    }

    /// Whole number that may be absent.
    pub fn opt_integer(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Integer)
    }

    /// Day that may be absent.
    pub fn opt_date(day: Option<Day>) -> Self {
        day.map_or(Self::Null, Self::Date)
    }

    /// Whether there is nothing to show.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Serialize for ValueRef<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(n) => serializer.serialize_i64(*n),
            // A whole number of m² is written as 412, not as 412.0.
            Self::Real(x) if x.fract() == 0.0 && x.abs() < 1e15 => serializer.serialize_i64(*x as i64),
            Self::Real(x) => serializer.serialize_f64(*x),
            Self::Boolean(b) => serializer.serialize_bool(*b),
            Self::Date(day) => serializer.collect_str(day),
            Self::Timestamp(at) => serializer.collect_str(at),
            Self::List(texts) => serializer.collect_seq(texts),
        }
    }
}
