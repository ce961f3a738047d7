//! Finding the table to read, and what its columns are.

use std::path::Path;

use cadastre::{ColumnKind, Problem, record::Column};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::{Table, failed, quoted};
use crate::{Format, FormatError, Header, Place, ReadOptions, SourceCrs, input::Input, table::MAX_COLUMNS};

/// Connects for reading only.
///
/// A file in write-ahead mode in a folder that cannot be written to is opened as immutable, unless
/// there is a log beside it, whose changes would then be missed.
pub(super) fn connect(input: &Input) -> Result<Connection, FormatError> {
    let first = open_uri(&input.path, "mode=ro");
    let error = match first {
        Ok(connection) => return Ok(connection),
        Err(error) => error,
    };
    let mut log = input.path.clone().into_os_string();
    log.push("-wal");
    if Path::new(&log).exists() {
        return Err(failed(&error));
    }
    open_uri(&input.path, "immutable=1").ok().ok_or_else(|| failed(&error))
}

fn open_uri(path: &Path, mode: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(format!("file:{}?{mode}", escaped(path)), flags)?;
    // Views and triggers of a foreign schema get no functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    Ok(connection)
}

fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// The table named by the options, or the only one.
pub(super) fn choose(connection: &Connection, options: &ReadOptions) -> Result<String, FormatError> {
    let sql =
        "SELECT table_name, data_type FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid";
    let mut statement = connection.prepare(sql).map_err(|error| match error.sqlite_error_code() {
        // There is no such table.
        Some(rusqlite::ErrorCode::Unknown) => FormatError::Unsupported {
            what: "an SQLite database that is no GeoPackage".to_owned(),
            help: "it must have the table gpkg_contents; convert it to GeoPackage",
        },
        _ => failed(&error),
    })?;
    let tables = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)? == "features")))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .map_err(|error| failed(&error))?;
    let names = || tables.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if let Some(wanted) = &options.layer {
        return match tables.iter().find(|(name, _)| name == wanted) {
            Some((name, _)) => Ok(name.clone()),
            None => Err(FormatError::Layer { reason: format!("there is no table \"{wanted}\""), available: names() }),
        };
    }
    let features: Vec<&String> = tables.iter().filter(|(_, features)| *features).map(|(name, _)| name).collect();
    match (features.as_slice(), tables.as_slice()) {
        ([only], _) => Ok((*only).clone()),
        ([], [(only, _)]) => Ok(only.clone()),
        ([], []) => {
            Err(FormatError::malformed(Format::GeoPackage, Place::Unknown, "it has no table of features or attributes"))
        }
        _ => Err(FormatError::Layer { reason: "say which table to import".to_owned(), available: names() }),
    }
}

/// Describes a table: columns with their kinds, geometry, CRS, number of rows.
pub(super) fn describe(connection: &Connection, name: String, header: &mut Header) -> Result<Table, FormatError> {
    let geometry = connection
        .query_row("SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?1", [&name], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
        .optional();
    // A file of attributes only need not have that table.
    let (geometry_column, srs_id) = geometry.unwrap_or(None).unzip();
    let crs = match srs_id {
        Some(srs_id) => crs(connection, srs_id, header)?,
        None => None,
    };
    let mut table = Table { name, geometry_column, id_column: None, columns: Vec::new(), crs, rows: 0 };
    columns(connection, &mut table, header)?;
    let count = format!("SELECT count(*) FROM {}", quoted(&table.name));
    let rows: i64 = connection.query_row(&count, [], |row| row.get(0)).map_err(|error| failed(&error))?;
    table.rows = rows.unsigned_abs();
    header.name.clone_from(&table.name);
    header.crs = table.crs;
    header.columns.clone_from(&table.columns);
    header.feature_count = Some(table.rows);
    Ok(table)
}

fn columns(connection: &Connection, table: &mut Table, header: &mut Header) -> Result<(), FormatError> {
    let mut statement =
        connection.prepare("SELECT name, type, pk FROM pragma_table_info(?1)").map_err(|error| failed(&error))?;
    let declared = statement
        .query_map([&table.name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?)))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .map_err(|error| failed(&error))?;
    for (name, declared, primary_key) in declared {
        if table.geometry_column.as_deref() == Some(name.as_str()) {
            continue;
        }
        if primary_key == 1 && declared.eq_ignore_ascii_case("INTEGER") {
            table.id_column = Some(name);
            continue;
        }
        let kind = kind(&declared);
        if declared.to_ascii_uppercase().starts_with("BLOB") {
            header.notes.push(Problem::new(&*name, "binary values are not read"));
        } else {
            table.columns.push(Column { name, kind });
        }
    }
    if table.columns.is_empty() && table.geometry_column.is_none() && table.id_column.is_none() {
        let reason = format!("the table \"{}\" is listed but not there", table.name);
        return Err(FormatError::malformed(Format::GeoPackage, Place::Unknown, reason));
    }
    if table.columns.len() > MAX_COLUMNS {
        let reason = format!("{} columns, more than {MAX_COLUMNS} cannot be stored", table.columns.len());
        return Err(FormatError::malformed(Format::GeoPackage, Place::Unknown, reason));
    }
    Ok(())
}

/// Kind of a declared type (§ 1.1.1.1.3), with the names other programs use.
fn kind(declared: &str) -> ColumnKind {
    let declared = declared.to_ascii_uppercase();
    match declared.split('(').next().unwrap_or_default().trim() {
        "BOOLEAN" | "BOOL" => ColumnKind::Boolean,
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "INTEGER" | "BIGINT" | "INT64" => ColumnKind::Integer,
        "FLOAT" | "DOUBLE" | "DOUBLE PRECISION" | "REAL" | "NUMERIC" | "DECIMAL" => ColumnKind::Real,
        "DATE" => ColumnKind::Date,
        "DATETIME" | "TIMESTAMP" => ColumnKind::Timestamp,
        _ => ColumnKind::Text,
    }
}

/// The CRS behind an `srs_id`, which is a number of this file only.
fn crs(connection: &Connection, srs_id: i64, header: &mut Header) -> Result<Option<SourceCrs>, FormatError> {
    // -1 and 0 stand for undefined systems.
    if srs_id <= 0 {
        return Ok(None);
    }
    let sql = "SELECT organization, organization_coordsys_id, srs_name FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let found = connection
        .query_row(sql, [srs_id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))
        .optional()
        .map_err(|error| failed(&error))?;
    if let Some((organization, code, _)) = &found
        && organization.eq_ignore_ascii_case("EPSG")
        && let Ok(code) = u32::try_from(*code)
    {
        return Ok(Some(SourceCrs::Epsg(code)));
    }
    let name = found.map_or_else(|| format!("srs_id {srs_id}, not described"), |(_, _, name)| name);
    let reason = format!("the coordinate reference system ({name}) has no EPSG code; it must be named");
    header.notes.push(Problem::new("crs", reason));
    Ok(None)
}

#[cfg(test)]
mod tests {
    use cadastre::ColumnKind;

    use super::kind;

    #[test]
    fn declared_types_have_their_kinds() {
        for (declared, expected) in [
            ("BOOLEAN", ColumnKind::Boolean),
            ("MEDIUMINT", ColumnKind::Integer),
            ("double", ColumnKind::Real),
            ("DATE", ColumnKind::Date),
            ("DATETIME", ColumnKind::Timestamp),
            ("TEXT(20)", ColumnKind::Text),
            ("VARCHAR", ColumnKind::Text),
            ("", ColumnKind::Text),
        ] {
            assert_eq!(kind(declared), expected, "{declared}");
        }
    }
}
