//! Codecs of the file formats baulotse takes in and gives out: bytes in, raw rows and problems out; views in, bytes
//! out ([`mod@write`]).
//!
//! One module a format; each reads as a stream, so that memory does not grow with the file. Nothing
//! here knows a coordinate transformation or a store: coordinates are handed out in GIS order
//! (easting or longitude first, northing or latitude second) with the CRS the file states.
//!
//! A damaged or dangerous file is a [`FormatError`] and ends the reading; a row that cannot be taken
//! is an [`Event::Problem`] and the reading goes on.
//!
//! ```no_run
//! use std::{ops::ControlFlow, path::Path};
//! use formats::{Event, ReadOptions, Source};
//!
//! let source = Source::open(Path::new("parcels.geojson"), &ReadOptions::default())?;
//! let summary = source.read(&mut |event| {
//!     if let Event::Problem { row, problem, .. } = event {
//!         eprintln!("row {row}: {problem}");
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! assert!(!summary.stopped);
//! # Ok::<(), formats::FormatError>(())
//! ```

mod alkis_simple;
mod columns;
mod crs;
mod csv;
mod detect;
mod error;
mod flatgeobuf;
mod geojson;
mod geopackage;
mod gml;
mod input;
mod nas;
mod output;
pub mod picture;
mod shape;
mod shapefile;
mod source;
mod table;
mod wkt;
pub mod write;
mod xlsx;
mod xml;

pub use crs::SourceCrs;
pub use error::{FormatError, Place};
pub use output::{Event, Summary};
pub use source::{Format, GeometryColumns, Header, ReadOptions, Source, sha256};
