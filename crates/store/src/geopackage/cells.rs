//! Cells as SQLite keeps them, in the types of GeoPackage.

use cadastre::Value;
use rusqlite::types::{ToSql, ToSqlOutput, Value as Owned, ValueRef};

use crate::{plan::Holds, session::Cell};

/// A cell on its way into a statement.
pub(super) struct Bound<'a>(pub(super) &'a Cell);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Geometry(bytes) | Cell::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Cell::Value(Value::Null) => ToSqlOutput::Borrowed(ValueRef::Null),
            Cell::Value(Value::Text(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Value(Value::Integer(n)) => ToSqlOutput::Borrowed(ValueRef::Integer(*n)),
            Cell::Value(Value::Real(x)) => ToSqlOutput::Borrowed(ValueRef::Real(*x)),
            Cell::Value(Value::Boolean(b)) => ToSqlOutput::Borrowed(ValueRef::Integer((*b).into())),
            Cell::Value(Value::Date(day)) => ToSqlOutput::Owned(Owned::Text(day.to_string())),
            Cell::Value(Value::Timestamp(at)) => ToSqlOutput::Owned(Owned::Text(instant(*at))),
        })
    }
}

/// An instant as GeoPackage writes it: with milliseconds, or with microseconds where it has them. Those of
/// the journal have none, so that they sort as text.
fn instant(at: jiff::Timestamp) -> String {
    let precision = if at.as_microsecond() % 1000 == 0 { 3 } else { 6 };
    format!("{at:.precision$}")
}

/// Reads a cell. What does not fit the column's type comes as it is, for the plan to refuse by name.
pub(super) fn read(value: ValueRef<'_>, holds: Holds) -> Cell {
    Cell::Value(match (value, holds) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Blob(bytes), Holds::Bytes) => return Cell::Bytes(bytes.into()),
        (ValueRef::Blob(bytes), _) => return Cell::Geometry(bytes.into()),
        (ValueRef::Integer(n), Holds::Boolean) => Value::Boolean(n != 0),
        (ValueRef::Integer(n), Holds::Real) => Value::Real(n as f64),
        (ValueRef::Integer(n), _) => Value::Integer(n),
        (ValueRef::Real(x), _) => Value::Real(x),
        (ValueRef::Text(bytes), holds) => {
            let text = String::from_utf8_lossy(bytes);
            match holds {
                Holds::Date => text.parse().map_or_else(|_| Value::text(text), Value::Date),
                Holds::Timestamp => text.parse().map_or_else(|_| Value::text(text), Value::Timestamp),
                _ => Value::text(text),
            }
        }
    })
}
