//! The rows of a GeoPackage table.

use std::sync::atomic::Ordering;

use cadastre::{ColumnKind, Problem, Value, geometry::Geometry, raw::RawRow, wkb};
use rusqlite::{Connection, Row, types::ValueRef};

use super::{Table, failed, quoted};
use crate::{
    FormatError,
    columns::parse_timestamp,
    input::Input,
    output::{Halt, Output},
    shape::{self, refuse},
    source::Rows,
};

/// The rows of one table.
#[derive(Debug)]
pub(super) struct GeoPackageRows {
    pub(super) input: Input,
    pub(super) connection: Connection,
    pub(super) table: Table,
}

impl Rows for GeoPackageRows {
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        let failed = |error: rusqlite::Error| failed(&error);
        let mut statement = self.connection.prepare(&self.sql()).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut number = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            number += 1;
            // SQLite reads by pages; the part of the rows stands for the part of the file.
            let part = number as f64 / self.table.rows.max(1) as f64;
            self.input.bytes_read.store((part * self.input.len as f64) as u64, Ordering::Relaxed);
            self.row(row, number, output)?;
        }
        Ok(())
    }
}

impl GeoPackageRows {
    /// Id, geometry, then the columns.
    fn sql(&self) -> String {
        let null = || "NULL".to_owned();
        let id = self.table.id_column.as_deref().map_or_else(null, quoted);
        let geometry = self.table.geometry_column.as_deref().map_or_else(null, quoted);
        let mut sql = format!("SELECT {id}, {geometry}");
        for column in &self.table.columns {
            sql.push_str(", ");
            sql.push_str(&quoted(&column.name));
        }
        format!("{sql} FROM {}", quoted(&self.table.name))
    }

    fn row(&self, row: &Row<'_>, number: u64, output: &mut Output<'_>) -> Result<(), Halt> {
        let id = match cell(row, 0)? {
            ValueRef::Integer(id) => Some(id.to_string()),
            _ => None,
        };
        let geometry = match geometry(cell(row, 1)?) {
            Ok(geometry) => geometry,
            Err(problem) => return output.problem(number, id, problem),
        };
        let mut fields = Vec::with_capacity(self.table.columns.len());
        for (index, column) in self.table.columns.iter().enumerate() {
            match value(cell(row, index + 2)?, column.kind) {
                Ok(value) => fields.push((column.name.as_str().into(), value)),
                Err(reason) => return output.problem(number, id, Problem::new(&*column.name, reason)),
            }
        }
        let crs = self.table.crs.filter(|_| geometry.is_some());
        output.row(None, RawRow { row: number, id, fields, geometry }, crs, Vec::new())
    }
}

fn cell<'r>(row: &'r Row<'_>, index: usize) -> Result<ValueRef<'r>, FormatError> {
    row.get_ref(index).map_err(|error| failed(&error))
}

/// The decoder closes open rings without a word, as the format demands closed ones.
fn geometry(cell: ValueRef<'_>) -> Result<Option<Geometry>, Problem> {
    match cell {
        ValueRef::Null => Ok(None),
        ValueRef::Blob(blob) => {
            let (_, geometry) = wkb::decode_geopackage(blob).map_err(|error| refuse(error.to_string()))?;
            geometry.map_or(Ok(None), shape::checked)
        }
        other => Err(refuse(format!("must be a binary geometry, got {}", other.data_type()))),
    }
}

/// A value of the kind its column was declared with; SQLite itself holds no column to it.
fn value(cell: ValueRef<'_>, kind: ColumnKind) -> Result<Value, String> {
    let text =
        |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|error| format!("the text is not UTF-8: {error}"));
    Ok(match (cell, kind) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(n @ (0 | 1)), ColumnKind::Boolean) => Value::Boolean(n == 1),
        (ValueRef::Integer(n), ColumnKind::Integer) => Value::Integer(n),
        (ValueRef::Integer(n), ColumnKind::Real) => Value::Real(n as f64),
        (ValueRef::Integer(n), ColumnKind::Text) => Value::text(n.to_string()),
        (ValueRef::Real(x), ColumnKind::Real) if x.is_finite() => Value::Real(x),
        (ValueRef::Real(x), ColumnKind::Text) => Value::text(x.to_string()),
        (ValueRef::Real(x), ColumnKind::Integer) if x.fract() == 0.0 && x.abs() < 9e15 => Value::Integer(x as i64),
        (ValueRef::Text(bytes), ColumnKind::Text) => Value::text(text(bytes)?),
        (ValueRef::Text(bytes), ColumnKind::Date) => {
            let text = text(bytes)?;
            let day = text.parse().ok().map(Value::Date);
            day.ok_or_else(|| format!("\"{}\" is not a day such as 2026-03-31", excerpt(&text)))?
        }
        (ValueRef::Text(bytes), ColumnKind::Timestamp) => {
            let text = text(bytes)?;
            timestamp(&text)
                .ok_or_else(|| format!("\"{}\" is not a time such as 2026-03-31T10:00:00Z", excerpt(&text)))?
        }
        (other, kind) => {
            return Err(format!("a value of type {} does not fit a column of type {kind:?}", other.data_type()));
        }
    })
}

/// The standard wants UTC; a time without zone is therefore UTC.
fn timestamp(text: &str) -> Option<Value> {
    let at = parse_timestamp(text).or_else(|| parse_timestamp(&format!("{text}Z")));
    at.map(Value::Timestamp)
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}
