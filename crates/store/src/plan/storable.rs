//! What no store can hold: said for every record before anything is written.

use cadastre::{Problem, Value, geometry::Geometry};
use geo_types::LineString;

use super::{GEOMETRY, Holds, Row, Shape, Table};

/// Longest id, in bytes.
const MAX_KEY: usize = 500;
/// SQLite cuts such a text short in places, PostgreSQL refuses it.
const NUL: &str = "must not contain a NUL character";

/// Why a row cannot be stored in its table; empty if it can.
///
/// Geometry must be finite, not empty, and of the table's type; whether it is valid (no crossings) is
/// decided where geometry is computed with.
pub(crate) fn problems(table: &Table, row: &Row) -> Vec<Problem> {
    let mut problems: Vec<Problem> = key_problem(table, &row.key).into_iter().collect();
    if row.values.len() != table.columns.len() {
        let reason = format!("has {} values, the layer has {} columns", row.values.len(), table.columns.len());
        problems.push(Problem::new("columns", reason));
    }
    for (column, value) in table.columns.iter().zip(&row.values) {
        if let Err(reason) = storable(value, column.holds, column.required) {
            problems.push(Problem::new(&*column.name, reason));
        }
    }
    if let Err(reason) = fits(row.geometry.as_ref(), table.shape) {
        problems.push(Problem::new(GEOMETRY, reason));
    }
    problems
}

/// Why no row of the table can have this key.
pub(crate) fn key_problem(table: &Table, key: &str) -> Option<Problem> {
    let fits = (1..=MAX_KEY).contains(&key.len()) && !key.contains('\0');
    (!fits).then(|| Problem::new(table.key, format!("must have 1 to {MAX_KEY} bytes and no NUL character")))
}

/// Why the journal cannot hold a text.
pub(crate) fn word_problem(field: &str, text: &str) -> Option<Problem> {
    text.contains('\0').then(|| Problem::new(field, NUL))
}

fn storable(value: &Value, holds: Holds, required: bool) -> Result<(), String> {
    match (value, holds) {
        (Value::Null, _) if required => Err("is required".to_owned()),
        (Value::Text(text), Holds::Text) if text.contains('\0') => Err(NUL.to_owned()),
        // In JSON a NUL is written as an escape; an escaped backslash before "u0000" is as good as never meant.
        (Value::Text(text), Holds::Json) if text.contains("\\u0000") => Err(NUL.to_owned()),
        (Value::Real(x), Holds::Real) if !x.is_finite() => Err(format!("must be a finite number, got {x}")),
        (Value::Date(day), Holds::Date) if day.year() < 1 => Err(format!("must lie in the years 1 to 9999, got {day}")),
        (Value::Timestamp(at), Holds::Timestamp) if at.to_zoned(jiff::tz::TimeZone::UTC).year() < 1 => {
            Err(format!("must lie in the years 1 to 9999, got {at}"))
        }
        (Value::Null, _)
        | (Value::Text(_), Holds::Text | Holds::Json)
        | (Value::Integer(_), Holds::Integer)
        | (Value::Real(_), Holds::Real)
        | (Value::Boolean(_), Holds::Boolean)
        | (Value::Date(_), Holds::Date)
        | (Value::Timestamp(_), Holds::Timestamp) => Ok(()),
        (value, holds) => Err(format!("must be of kind {holds:?}, got {:?}", value.kind())),
    }
}

fn fits(geometry: Option<&Geometry>, shape: Shape) -> Result<(), String> {
    let Some(geometry) = geometry else {
        return match shape {
            Shape::MultiPolygon { required: true } | Shape::Any { required: true } => Err("is required".to_owned()),
            _ => Ok(()),
        };
    };
    match (shape, geometry) {
        (Shape::None, _) => return Err("is not taken by this kind of record".to_owned()),
        (Shape::MultiPolygon { .. }, geometry) if !matches!(geometry, Geometry::MultiPolygon(_)) => {
            return Err("must be a MultiPolygon".to_owned());
        }
        _ => {}
    }
    sound(geometry)
}

/// Whether a geometry has coordinates, all of them finite, and closed rings.
pub(crate) fn sound(geometry: &Geometry) -> Result<(), String> {
    const EMPTY: &str = "must not be empty";
    let line = |line: &LineString| match line.0.as_slice() {
        [] => Err(EMPTY.to_owned()),
        coords if coords.iter().all(|c| c.x.is_finite() && c.y.is_finite()) => Ok(()),
        _ => Err("must have finite coordinates".to_owned()),
    };
    let ring = |ring: &LineString| {
        line(ring)?;
        if ring.is_closed() { Ok(()) } else { Err("must have closed rings".to_owned()) }
    };
    let polygon = |polygon: &geo_types::Polygon| {
        ring(polygon.exterior())?;
        polygon.interiors().iter().try_for_each(ring)
    };
    let filled = |count: usize| if count == 0 { Err(EMPTY.to_owned()) } else { Ok(()) };
    match geometry {
        Geometry::Point(point) => line(&LineString(vec![point.0])),
        Geometry::Line(part) => line(&LineString(vec![part.start, part.end])),
        Geometry::LineString(part) => line(part),
        Geometry::Polygon(part) => polygon(part),
        Geometry::Rect(rect) => polygon(&rect.to_polygon()),
        Geometry::Triangle(triangle) => polygon(&triangle.to_polygon()),
        Geometry::MultiPoint(parts) => {
            filled(parts.0.len())?;
            line(&LineString(parts.iter().map(|point| point.0).collect()))
        }
        Geometry::MultiLineString(parts) => {
            filled(parts.0.len())?;
            parts.iter().try_for_each(line)
        }
        Geometry::MultiPolygon(parts) => {
            filled(parts.0.len())?;
            parts.iter().try_for_each(polygon)
        }
        Geometry::GeometryCollection(parts) => {
            filled(parts.0.len())?;
            parts.iter().try_for_each(sound)
        }
    }
}
