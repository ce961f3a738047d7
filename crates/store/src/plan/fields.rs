//! Reading the fields of a row one after the other, each checked.

use cadastre::{
    ColumnKind, Day, Value,
    codes::CodeList,
    geometry::{Geometry, MultiPolygon},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{GEOMETRY, Row, Table};

/// A field of a row does not hold what the plan says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column} {reason}")]
pub struct RowError {
    /// Name of the column.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

impl RowError {
    pub(crate) fn new(column: &str, reason: impl Into<String>) -> Self {
        Self { column: column.to_owned(), reason: reason.into() }
    }
}

/// The fields of a row, taken in the order of the plan.
pub(crate) struct Fields<'a> {
    table: &'a Table,
    key: String,
    values: std::vec::IntoIter<Value>,
    geometry: Option<Geometry>,
    at: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(table: &'a Table, row: Row) -> Self {
        Self { table, key: row.key, values: row.values.into_iter(), geometry: row.geometry, at: 0 }
    }

    /// The key as it stands.
    pub(crate) fn key(&self) -> String {
        self.key.clone()
    }

    /// The key, parsed.
    pub(crate) fn parsed_key<T, E: ToString>(&self, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, RowError> {
        parse(&self.key).map_err(|error| RowError::new(self.table.key, error.to_string()))
    }

    /// The next value and the name of its column.
    pub(crate) fn next(&mut self) -> (&'a str, Value) {
        let name = self.name();
        self.at += 1;
        (name, self.values.next().unwrap_or(Value::Null))
    }

    fn take<T>(&mut self, expected: &str, pick: impl Fn(Value) -> Option<T>) -> Result<Option<T>, RowError> {
        let (name, value) = self.next();
        if value.is_null() {
            return Ok(None);
        }
        pick(value).map(Some).ok_or_else(|| RowError::new(name, format!("does not hold {expected}")))
    }

    fn required<T>(&mut self, take: impl FnOnce(&mut Self) -> Result<Option<T>, RowError>) -> Result<T, RowError> {
        let name = self.name();
        take(self)?.ok_or_else(|| RowError::new(name, "is null"))
    }

    /// Name of the column that comes next.
    pub(crate) fn name(&self) -> &'a str {
        self.table.columns.get(self.at).map_or("?", |column| &*column.name)
    }

    pub(crate) fn text(&mut self) -> Result<Option<Box<str>>, RowError> {
        self.take("text", |value| if let Value::Text(text) = value { Some(text) } else { None })
    }

    pub(crate) fn string(&mut self) -> Result<Option<String>, RowError> {
        Ok(self.text()?.map(String::from))
    }

    pub(crate) fn required_string(&mut self) -> Result<String, RowError> {
        self.required(Self::string)
    }

    pub(crate) fn real(&mut self) -> Result<Option<f64>, RowError> {
        self.take("a number", |value| if let Value::Real(x) = value { Some(x) } else { None })
    }

    pub(crate) fn integer(&mut self) -> Result<Option<i64>, RowError> {
        self.take("a whole number", |value| if let Value::Integer(n) = value { Some(n) } else { None })
    }

    pub(crate) fn required_integer(&mut self) -> Result<i64, RowError> {
        self.required(Self::integer)
    }

    pub(crate) fn required_boolean(&mut self) -> Result<bool, RowError> {
        self.required(|fields| {
            fields.take("a truth value", |value| if let Value::Boolean(yes) = value { Some(yes) } else { None })
        })
    }

    pub(crate) fn day(&mut self) -> Result<Option<Day>, RowError> {
        self.take("a day", |value| if let Value::Date(day) = value { Some(day) } else { None })
    }

    pub(crate) fn required_day(&mut self) -> Result<Day, RowError> {
        self.required(Self::day)
    }

    pub(crate) fn parsed<T, E: ToString>(
        &mut self,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, RowError> {
        let (name, value) = self.next();
        match value {
            Value::Null => Ok(None),
            Value::Text(text) => {
                parse(&text).map(Some).map_err(|error| RowError::new(name, format!("is wrong: {}", error.to_string())))
            }
            _ => Err(RowError::new(name, "does not hold text")),
        }
    }

    pub(crate) fn required_parsed<T, E: ToString>(
        &mut self,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, RowError> {
        self.required(|fields| fields.parsed(parse))
    }

    pub(crate) fn code<C: CodeList>(&mut self) -> Result<Option<C>, RowError> {
        self.parsed(|code| {
            C::from_code(code).ok_or_else(|| format!("\"{code}\" is not one of {}", C::codes().join(", ")))
        })
    }

    pub(crate) fn required_code<C: CodeList>(&mut self) -> Result<C, RowError> {
        self.required(Self::code)
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, RowError> {
        self.parsed(|text| serde_json::from_str(text))
    }

    pub(crate) fn required_json<T: DeserializeOwned>(&mut self) -> Result<T, RowError> {
        self.required(Self::json)
    }

    /// A value of a layer: of the column's kind, or null.
    pub(crate) fn value_of(&mut self, kind: ColumnKind) -> Result<Value, RowError> {
        let (name, value) = self.next();
        match value.kind() {
            Some(found) if found != kind => {
                Err(RowError::new(name, format!("holds a value of kind {found:?}, not {kind:?}")))
            }
            _ => Ok(value),
        }
    }

    pub(crate) fn geometry(&mut self) -> Option<Geometry> {
        self.geometry.take()
    }

    pub(crate) fn required_geometry(&mut self) -> Result<Geometry, RowError> {
        self.geometry().ok_or_else(|| RowError::new(GEOMETRY, "is null"))
    }

    pub(crate) fn area(&mut self) -> Result<Option<MultiPolygon>, RowError> {
        match self.geometry() {
            None => Ok(None),
            Some(Geometry::MultiPolygon(area)) => Ok(Some(area)),
            Some(_) => Err(RowError::new(GEOMETRY, "is no MultiPolygon")),
        }
    }

    pub(crate) fn required_area(&mut self) -> Result<MultiPolygon, RowError> {
        self.area()?.ok_or_else(|| RowError::new(GEOMETRY, "is null"))
    }
}

/// Text that may be absent, as a value.
pub(super) fn text<T: Into<Box<str>>>(text: Option<T>) -> Value {
    text.map_or(Value::Null, Value::text)
}

/// Number that may be absent, as a value.
pub(super) fn real(number: Option<f64>) -> Value {
    number.map_or(Value::Null, Value::Real)
}

/// Whole number that may be absent, as a value.
pub(super) fn integer(number: Option<i64>) -> Value {
    number.map_or(Value::Null, Value::Integer)
}

/// Day that may be absent, as a value.
pub(super) fn day(day: Option<Day>) -> Value {
    day.map_or(Value::Null, Value::Date)
}

/// Member of a code list that may be absent, as a value.
pub(super) fn code<C: CodeList>(member: Option<C>) -> Value {
    text(member.map(CodeList::code))
}

/// JSON text. Settings and lists of texts always have one: no map with keys that are no text, no failing
/// `Serialize`; should one ever be added, the null is refused as a missing required value.
pub(super) fn json<T: Serialize>(value: &T) -> Value {
    text(serde_json::to_string(value).ok())
}
