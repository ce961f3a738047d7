//! Properties of a feature: column numbers and values, one after the other.

use ::flatgeobuf::ColumnType;
use cadastre::{ColumnKind, Problem, Value};

use super::Layout;

/// Kind of the values of a column, as far as its type tells: the format has one type for days, instants
/// and local times, so what a column of it holds is learned from its values. 64-bit numbers without sign may be too large and stay text.
pub(super) fn kind(column: ColumnType) -> ColumnKind {
    match column {
        ColumnType::Bool => ColumnKind::Boolean,
        ColumnType::Byte
        | ColumnType::UByte
        | ColumnType::Short
        | ColumnType::UShort
        | ColumnType::Int
        | ColumnType::UInt
        | ColumnType::Long => ColumnKind::Integer,
        ColumnType::Float | ColumnType::Double => ColumnKind::Real,
        _ => ColumnKind::Text,
    }
}

/// The values of a feature, in the order of the columns; absent ones are null.
pub(super) fn values(mut bytes: &[u8], layout: &Layout) -> Result<Vec<Value>, Problem> {
    let mut values = vec![Value::Null; layout.columns.len()];
    // Some writers leave a byte behind the last value.
    while bytes.len() >= 2 {
        let index = usize::from(u16::from_le_bytes(take(&mut bytes)?));
        let Some(column) = layout.column_types.get(index) else {
            return Err(Problem::new("properties", format!("there is no column {index}")));
        };
        let value =
            value(*column, &mut bytes).map_err(|reason| Problem::new(&*layout.columns[index].name, reason.reason))?;
        values[index] = match layout.learned[index] {
            Some(learned) if learned.kind == ColumnKind::Date => learned.convert(midnight_as_day(value)),
            Some(learned) => learned.convert(value),
            None => value,
        };
    }
    Ok(values)
}

/// GDAL writes a day as its first moment, without an offset.
pub(super) fn midnight_as_day(value: Value) -> Value {
    match &value {
        Value::Text(text) if text.len() == 19 => text.strip_suffix("T00:00:00").map_or(value.clone(), Value::text),
        _ => value,
    }
}

fn value(column: ColumnType, bytes: &mut &[u8]) -> Result<Value, Problem> {
    Ok(match column {
        ColumnType::Bool => Value::Boolean(take::<1>(bytes)? != [0]),
        ColumnType::Byte => Value::Integer(i8::from_le_bytes(take(bytes)?).into()),
        ColumnType::UByte => Value::Integer(u8::from_le_bytes(take(bytes)?).into()),
        ColumnType::Short => Value::Integer(i16::from_le_bytes(take(bytes)?).into()),
        ColumnType::UShort => Value::Integer(u16::from_le_bytes(take(bytes)?).into()),
        ColumnType::Int => Value::Integer(i32::from_le_bytes(take(bytes)?).into()),
        ColumnType::UInt => Value::Integer(u32::from_le_bytes(take(bytes)?).into()),
        ColumnType::Long => Value::Integer(i64::from_le_bytes(take(bytes)?)),
        ColumnType::ULong => Value::text(u64::from_le_bytes(take(bytes)?).to_string()),
        ColumnType::Float => real(f32::from_le_bytes(take(bytes)?).into())?,
        ColumnType::Double => real(f64::from_le_bytes(take(bytes)?))?,
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => text(sized(bytes)?)?,
        ColumnType::Binary => Value::text(hexadecimal(sized(bytes)?)),
        ColumnType(other) => return Err(refuse(format!("the column type {other} is not known"))),
    })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Problem> {
    let (first, rest) = bytes.split_first_chunk::<N>().ok_or_else(|| refuse("the value is cut off"))?;
    *bytes = rest;
    Ok(*first)
}

fn sized<'b>(bytes: &mut &'b [u8]) -> Result<&'b [u8], Problem> {
    let length = u32::from_le_bytes(take(bytes)?) as usize;
    let (value, rest) = bytes.split_at_checked(length).ok_or_else(|| refuse("the value is cut off"))?;
    *bytes = rest;
    Ok(value)
}

fn text(bytes: &[u8]) -> Result<Value, Problem> {
    std::str::from_utf8(bytes).map(Value::text).map_err(|error| refuse(format!("the text is not UTF-8: {error}")))
}

fn real(number: f64) -> Result<Value, Problem> {
    // Not a number is how some writers say null.
    match number {
        _ if number.is_finite() => Ok(Value::Real(number)),
        _ if number.is_nan() => Ok(Value::Null),
        _ => Err(refuse("the number is infinite")),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn refuse(reason: impl Into<String>) -> Problem {
    Problem::new("properties", reason)
}
