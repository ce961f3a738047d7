//! FlatGeobuf, version 3.
//!
//! The bytes are taken apart here with the generated accessors of the crate `flatgeobuf`, each buffer
//! verified first: its own reader allocates what a damaged size announces, and takes an early end of
//! the file for the end of the data.
//!
//! Source: <https://flatgeobuf.org> (file layout), `header.fbs`, `feature.fbs`.

mod geometry;
mod property;
mod read;

use std::io::{BufRead, Read};

use ::flatgeobuf::{ColumnType, GeometryType, size_prefixed_root_as_header};
use cadastre::{Problem, record::Column};

use crate::{
    Format, FormatError, Header, Place, SourceCrs, columns::Learned, input::Input, source::Opened, table::MAX_COLUMNS,
};

/// A header lists columns and describes a CRS; ten thousand columns take a megabyte.
const MAX_HEADER_BYTES: u32 = 10 * 1024 * 1024;

/// Opens a file and reads its header.
pub(crate) fn open(input: &Input) -> Result<Opened, FormatError> {
    let mut stream = input.bytes()?;
    let (mut layout, mut header) = read_header(input, &mut stream)?;
    if layout.column_types.contains(&ColumnType::DateTime) {
        read::learn(input, &mut layout)?;
        header.columns.clone_from(&layout.columns);
    }
    Ok((header, Box::new(read::FlatGeobufRows { input: input.clone(), layout })))
}

/// What the header says about the bytes after it.
#[derive(Clone, Debug)]
struct Layout {
    columns: Vec<Column>,
    column_types: Vec<ColumnType>,
    /// What the values of columns of times turned out to be.
    learned: Vec<Option<Learned>>,
    /// Type of all geometries; `Unknown` if each says its own.
    geometry_type: GeometryType,
    /// Number of features; 0 if not known.
    features: u64,
    /// Bytes before the first feature.
    data_offset: u64,
    crs: Option<SourceCrs>,
}

fn malformed(place: Place, reason: impl std::fmt::Display) -> FormatError {
    FormatError::malformed(Format::FlatGeobuf, place, reason)
}

fn read_header(input: &Input, stream: &mut Box<dyn BufRead + Send>) -> Result<(Layout, Header), FormatError> {
    let place = Place::Byte(0);
    let io_error = |error| FormatError::from_io(Format::FlatGeobuf, place, &error);
    let mut start = [0; 12];
    stream.read_exact(&mut start).map_err(io_error)?;
    if start[3] != 3 {
        return Err(FormatError::Unsupported {
            what: format!("FlatGeobuf version {}", start[3]),
            help: "convert it to version 3 or to GeoPackage",
        });
    }
    let size = u32::from_le_bytes([start[8], start[9], start[10], start[11]]);
    if size > MAX_HEADER_BYTES {
        return Err(FormatError::TooLarge { what: "the header", limit: MAX_HEADER_BYTES.into() });
    }
    let mut bytes = start[8..].to_vec();
    stream.take(size.into()).read_to_end(&mut bytes).map_err(io_error)?;
    if bytes.len() as u64 != 4 + u64::from(size) {
        return Err(FormatError::Truncated { format: Format::FlatGeobuf, place: Place::Byte(8 + bytes.len() as u64) });
    }
    let fbs = size_prefixed_root_as_header(&bytes).map_err(|error| malformed(place, error))?;
    let index_bytes =
        index_bytes(fbs.features_count(), fbs.index_node_size()).filter(|bytes| *bytes <= input.len).ok_or_else(
            || malformed(place, format!("{} features with this index do not fit in the file", fbs.features_count())),
        )?;

    let mut header = Header::new(Format::FlatGeobuf, input);
    let mut layout = Layout {
        columns: Vec::new(),
        column_types: Vec::new(),
        learned: Vec::new(),
        geometry_type: fbs.geometry_type(),
        features: fbs.features_count(),
        data_offset: 8 + bytes.len() as u64 + index_bytes,
        crs: None,
    };
    if let Some(name) = fbs.name().filter(|name| !name.is_empty()) {
        name.clone_into(&mut header.name);
    }
    for column in fbs.columns().iter().flatten() {
        layout.columns.push(Column { name: column.name().to_owned(), kind: property::kind(column.type_()) });
        layout.column_types.push(column.type_());
        layout.learned.push(None);
        if column.type_() == ColumnType::Binary {
            header.notes.push(Problem::new(column.name(), "binary values are handed out as hexadecimal text"));
        }
    }
    if layout.columns.len() > MAX_COLUMNS {
        return Err(malformed(
            place,
            format!("{} columns, more than {MAX_COLUMNS} cannot be stored", layout.columns.len()),
        ));
    }
    layout.crs = fbs.crs().and_then(|crs| crs_of(crs, &mut header.notes));
    if fbs.has_z() {
        header.notes.push(crate::shape::refuse("heights are left aside"));
    }
    header.crs = layout.crs;
    header.columns.clone_from(&layout.columns);
    header.feature_count = (layout.features > 0).then_some(layout.features);
    Ok((layout, header))
}

fn crs_of(crs: ::flatgeobuf::Crs<'_>, notes: &mut Vec<Problem>) -> Option<SourceCrs> {
    let org = crs.org().unwrap_or("EPSG");
    if org.eq_ignore_ascii_case("OGC") && crs.code_string().is_some_and(|code| code.eq_ignore_ascii_case("CRS84")) {
        return Some(SourceCrs::Crs84);
    }
    if org.eq_ignore_ascii_case("EPSG") && crs.code() > 0 {
        return Some(SourceCrs::Epsg(crs.code().unsigned_abs()));
    }
    let name = crs.name().or(crs.code_string()).unwrap_or("without name");
    notes.push(Problem::new(
        "crs",
        format!("the coordinate reference system ({name}) has no EPSG code; it must be named"),
    ));
    None
}

/// Bytes of the packed R-tree; `None` if the numbers make no sense.
fn index_bytes(features: u64, node_size: u16) -> Option<u64> {
    const NODE_BYTES: u64 = 40;
    if features == 0 || node_size == 0 {
        return Some(0);
    }
    if node_size < 2 {
        return None;
    }
    let mut level = features;
    let mut nodes = features;
    while level > 1 {
        level = level.div_ceil(node_size.into());
        nodes = nodes.checked_add(level)?;
    }
    // A single feature still has its root.
    if features == 1 {
        nodes = 2;
    }
    nodes.checked_mul(NODE_BYTES)
}
