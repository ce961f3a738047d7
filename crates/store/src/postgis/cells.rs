//! Cells in PostgreSQL's binary formats, for parameters, answers and `COPY` alike.
//!
//! Source: PostgreSQL's `recv` and `send` functions of each type; COPY binary format as in its manual.

use cadastre::{Day, Value};
use jiff::{SignedDuration, Timestamp, civil};
use sqlx::{
    Encode, Postgres, Type, ValueRef as _,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, types::Oid},
};

use crate::{plan::Holds, session::Cell};

/// What a binary COPY begins with: signature, no flags, no extension.
pub(super) const COPY_HEADER: [u8; 19] = *b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with: -1 instead of a number of columns.
pub(super) const COPY_TRAILER: [u8; 2] = [0xff, 0xff];

const EPOCH: Day = civil::date(2000, 1, 1);
/// 2000-01-01T00:00:00Z in microseconds since 1970.
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

/// A parameter.
pub(super) struct Bound {
    pub(super) holds: Holds,
    pub(super) cell: Cell,
}

impl Type<Postgres> for Bound {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Bound {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(if write(buffer, &self.cell, self.holds)? { IsNull::No } else { IsNull::Yes })
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(match self.holds {
            Holds::Text => <str as Type<Postgres>>::type_info(),
            Holds::Integer => <i64 as Type<Postgres>>::type_info(),
            Holds::Real => <f64 as Type<Postgres>>::type_info(),
            Holds::Boolean => <bool as Type<Postgres>>::type_info(),
            Holds::Json => PgTypeInfo::with_oid(Oid(3802)),
            Holds::Date => PgTypeInfo::with_oid(Oid(1082)),
            Holds::Timestamp => PgTypeInfo::with_oid(Oid(1184)),
            // PostGIS takes bytes for geometry; the type of geometry itself would have to be asked for.
            Holds::Geometry | Holds::Bytes => <[u8] as Type<Postgres>>::type_info(),
        })
    }
}

/// Writes a cell as a column that holds `holds` takes it; `false`: it is null.
fn write(out: &mut Vec<u8>, cell: &Cell, holds: Holds) -> Result<bool, BoxDynError> {
    match (cell, holds) {
        (Cell::Value(Value::Null), _) => return Ok(false),
        (Cell::Geometry(bytes), Holds::Geometry) | (Cell::Bytes(bytes), Holds::Bytes) => out.extend_from_slice(bytes),
        (Cell::Value(Value::Text(text)), Holds::Text) => out.extend_from_slice(text.as_bytes()),
        (Cell::Value(Value::Text(text)), Holds::Json) => {
            out.push(1);
            out.extend_from_slice(text.as_bytes());
        }
        (Cell::Value(Value::Integer(n)), Holds::Integer) => out.extend_from_slice(&n.to_be_bytes()),
        (Cell::Value(Value::Real(x)), Holds::Real) => out.extend_from_slice(&x.to_be_bytes()),
        (Cell::Value(Value::Boolean(b)), Holds::Boolean) => out.push((*b).into()),
        (Cell::Value(Value::Date(day)), Holds::Date) => out.extend_from_slice(&days(*day).to_be_bytes()),
        (Cell::Value(Value::Timestamp(at)), Holds::Timestamp) => {
            out.extend_from_slice(&(at.as_microsecond() - EPOCH_MICROSECONDS).to_be_bytes());
        }
        (cell, holds) => return Err(format!("a column of kind {holds:?} was given {cell:?}").into()),
    }
    Ok(true)
}

fn days(day: Day) -> i32 {
    (day.duration_since(EPOCH).as_hours() / 24) as i32
}

/// Appends a row to a binary COPY.
pub(super) fn copy_row(out: &mut Vec<u8>, columns: &[(String, Holds)], row: &[Cell]) -> Result<(), sqlx::Error> {
    out.extend_from_slice(&(columns.len() as i16).to_be_bytes());
    for ((_, holds), cell) in columns.iter().zip(row) {
        let at = out.len();
        out.extend_from_slice(&[0; 4]);
        let filled = write(out, cell, *holds).map_err(sqlx::Error::Encode)?;
        let length = if filled { (out.len() - at - 4) as i32 } else { -1 };
        out[at..at + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

/// Reads a cell of an answer.
pub(super) fn read(value: PgValueRef<'_>, holds: Holds) -> Result<Cell, sqlx::Error> {
    if value.is_null() {
        return Ok(Cell::NULL);
    }
    let bytes = value.as_bytes().map_err(sqlx::Error::Decode)?;
    decode(bytes, holds).ok_or_else(|| sqlx::Error::Decode(format!("not the binary form of {holds:?}").into()))
}

fn decode(bytes: &[u8], holds: Holds) -> Option<Cell> {
    Some(Cell::Value(match holds {
        Holds::Geometry => return Some(Cell::Geometry(bytes.into())),
        Holds::Bytes => return Some(Cell::Bytes(bytes.into())),
        Holds::Text => Value::text(std::str::from_utf8(bytes).ok()?),
        Holds::Json => Value::text(std::str::from_utf8(bytes.strip_prefix(&[1])?).ok()?),
        Holds::Integer => Value::Integer(i64::from_be_bytes(bytes.try_into().ok()?)),
        Holds::Real => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        Holds::Boolean => Value::Boolean(*bytes.first()? != 0),
        Holds::Date => {
            let days = i32::from_be_bytes(bytes.try_into().ok()?);
            Value::Date(EPOCH.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).ok()?)
        }
        Holds::Timestamp => {
            let since = i64::from_be_bytes(bytes.try_into().ok()?);
            Value::Timestamp(Timestamp::from_microsecond(since.checked_add(EPOCH_MICROSECONDS)?).ok()?)
        }
    }))
}

#[cfg(test)]
mod tests {
    use cadastre::Value;

    use super::{decode, write};
    use crate::{plan::Holds, session::Cell};

    fn check(value: Value, holds: Holds, expected: &[u8]) {
        let cell = Cell::Value(value);
        let mut bytes = Vec::new();
        assert!(write(&mut bytes, &cell, holds).unwrap());
        assert_eq!(bytes, expected, "{cell:?}");
        assert_eq!(decode(&bytes, holds), Some(cell));
    }

    #[test]
    fn values_have_the_binary_form_that_postgresql_documents() {
        check(Value::text("ä"), Holds::Text, "ä".as_bytes());
        check(Value::text("[]"), Holds::Json, b"\x01[]");
        check(Value::Integer(-2), Holds::Integer, &[255, 255, 255, 255, 255, 255, 255, 254]);
        check(Value::Real(1.5), Holds::Real, &1.5f64.to_be_bytes());
        check(Value::Boolean(true), Holds::Boolean, &[1]);
        check(Value::Date(jiff::civil::date(1999, 12, 31)), Holds::Date, &(-1i32).to_be_bytes());
        check(Value::Date(jiff::civil::date(2026, 3, 1)), Holds::Date, &9556i32.to_be_bytes());
        check(
            Value::Timestamp("2000-01-01T00:00:01.5Z".parse().unwrap()),
            Holds::Timestamp,
            &1_500_000i64.to_be_bytes(),
        );
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(write(&mut Vec::new(), &Cell::Value(Value::Integer(1)), Holds::Text).is_err());
        assert_eq!(decode(&[1, 2], Holds::Integer), None);
    }
}
