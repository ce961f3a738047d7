//! GeoJSON (RFC 7946): collections, single features and bare geometries, text sequences (RFC 8142) and
//! one feature a line. The `crs` member of GeoJSON 2008 is honoured; without it the CRS is CRS84.
//!
//! A file is read twice, as columns and their kinds are known only at its end. Objects and arrays in
//! properties are handed out as JSON text. One feature is held in memory at a time.

mod document;
mod feature;
mod geometry;
mod json;
mod read;

use crate::{FormatError, input::Input, source::Opened};

/// Opens a file and learns its columns.
pub(crate) fn open(input: &Input) -> Result<Opened, FormatError> {
    let (header, rows) = read::learn(input)?;
    Ok((header, Box::new(rows)))
}
