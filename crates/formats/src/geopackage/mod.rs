//! GeoPackage files of others: one table of features or attributes.
//!
//! The file is opened for reading only and never written to, not even its journal files.
//!
//! Source: OGC 12-128r18 (GeoPackage 1.3).

mod open;
mod read;

use cadastre::record::Column;

use crate::{Format, FormatError, Header, Place, ReadOptions, SourceCrs, input::Input, source::Opened};

/// Opens a file and chooses the table.
pub(crate) fn open(input: &Input, options: &ReadOptions) -> Result<Opened, FormatError> {
    let connection = open::connect(input)?;
    let table = open::choose(&connection, options)?;
    let mut header = Header::new(Format::GeoPackage, input);
    let table = open::describe(&connection, table, &mut header)?;
    Ok((header, Box::new(read::GeoPackageRows { input: input.clone(), connection, table })))
}

/// A table, described.
#[derive(Debug)]
struct Table {
    name: String,
    geometry_column: Option<String>,
    /// Column of the row ids, not handed out as a field.
    id_column: Option<String>,
    columns: Vec<Column>,
    crs: Option<SourceCrs>,
    rows: u64,
}

fn failed(error: &rusqlite::Error) -> FormatError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        // SQLite says so of files that were cut off, too.
        Some(DatabaseCorrupt | NotADatabase) => FormatError::malformed(
            Format::GeoPackage,
            Place::Unknown,
            "the database is damaged or was cut off; fetch it again",
        ),
        _ => FormatError::malformed(Format::GeoPackage, Place::Unknown, error),
    }
}

/// A name in SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
