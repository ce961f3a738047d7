//! Writers: what a viewer sees, as a file of one of the formats that GIS programs and spreadsheets read.
//!
//! A writer takes [`Record`]s, which are made from a [`View`] and from nothing else: what the gate of publication
//! withholds cannot get here. Coordinates come in GIS order (easting or longitude first) in the CRS of the file.

mod csv;
mod flatgeobuf;
mod geopackage;
mod names;

use std::io::{self, Write};

use cadastre::{ColumnKind, geometry::Geometry, publication::View, value::ValueRef};

/// A format that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteFormat {
    /// Comma-separated values (RFC 4180), geometry as well-known text.
    Csv,
    /// FlatGeobuf 3 with its spatial index.
    FlatGeobuf,
    /// GeoPackage 1.3 with an R-tree.
    GeoPackage,
}

/// A column as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteColumn {
    /// Name of the property.
    pub name: String,
    /// Kind of its values; a list is written as one text, its members separated by commas.
    pub kind: ColumnKind,
    /// Title for people.
    pub title: String,
}

/// The CRS of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteCrs {
    /// EPSG code.
    pub epsg: u32,
    /// Name, e.g. "ETRS89 / UTM zone 33N".
    pub name: String,
    /// WKT 2 (ISO 19162:2019).
    pub wkt: String,
    /// Whether the units are degrees.
    pub is_degrees: bool,
}

/// What the geometries of a table have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeometryKind {
    /// There are none.
    None,
    /// Areas of one or more parts, all of them.
    MultiPolygon,
    /// Any, also mixed.
    Any,
}

/// What the records of a file have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// Name: an ASCII identifier.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Description for people.
    pub description: String,
    /// Columns in order.
    pub columns: Vec<WriteColumn>,
    /// Whether the id of a record is one of its columns; otherwise it gets a column of its own in front.
    pub id_is_column: bool,
    /// CRS of the geometries.
    pub crs: WriteCrs,
    /// What geometries there are.
    pub geometry: GeometryKind,
    /// When the file is written.
    pub written_at: jiff::Timestamp,
}

/// A record to write.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    view: &'a View<'a>,
    geometry: Option<&'a Geometry>,
}

impl<'a> Record<'a> {
    /// What a viewer sees of a record, with its geometry in the CRS of the file.
    pub fn new(view: &'a View<'a>, geometry: Option<&'a Geometry>) -> Self {
        Self { view, geometry }
    }

    fn value(&self, column: &WriteColumn) -> ValueRef<'a> {
        self.view.value(&column.name)
    }
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file system, or who takes the bytes, says no.
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    /// SQLite says no.
    #[error("the GeoPackage cannot be written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The index of a FlatGeobuf cannot be built.
    #[error("the FlatGeobuf cannot be written: {0}")]
    FlatGeobuf(String),
    /// A record does not fit into the format.
    #[error("record \"{id}\" cannot be written: {reason}")]
    Record {
        /// The record.
        id: String,
        /// Why not.
        reason: String,
    },
}

/// Takes records one by one and writes a file of them.
pub trait TableWriter {
    /// Adds a record.
    fn write(&mut self, record: &Record<'_>) -> Result<(), WriteError>;

    /// Completes the file.
    fn finish(self: Box<Self>) -> Result<(), WriteError>;
}

/// Begins a file. CSV flows as it is written; the other formats gather their records in a temporary file first,
/// as their index goes before them.
pub fn table_writer<'w>(
    format: WriteFormat,
    table: TableInfo,
    out: impl Write + 'w,
) -> Result<Box<dyn TableWriter + 'w>, WriteError> {
    Ok(match format {
        WriteFormat::Csv => Box::new(csv::CsvWriter::new(table, out)?),
        WriteFormat::FlatGeobuf => Box::new(flatgeobuf::FlatGeobufWriter::new(table, out)?),
        WriteFormat::GeoPackage => Box::new(geopackage::GeoPackageWriter::new(table, out)?),
    })
}

/// A value as text, for formats and columns that know nothing better.
fn text_of(value: &ValueRef<'_>) -> Option<String> {
    Some(match value {
        ValueRef::Null => return None,
        ValueRef::Text(text) => text.clone().into_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Boolean(yes) => yes.to_string(),
        ValueRef::Date(day) => day.to_string(),
        ValueRef::Timestamp(at) => at.to_string(),
        ValueRef::List(texts) => texts.join(","),
    })
}
