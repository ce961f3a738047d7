//! The spatial core: CRS, geometry, index, immutable snapshot and query.
//!
//! There is no tokio in this crate, no SQL and no HTTP: it answers from memory, on the thread of the caller.

pub mod cql2;
pub mod crs;
mod densify;
pub mod geojson;
pub mod geometry;
mod hilbert;
mod parallel;
pub mod snapshot;
pub mod tile;
pub mod transform;
mod tree;

pub use crs::{Crs, CrsError};
pub use snapshot::{Area, Builder, Found, Page, Predicate, Query, Shown, Snapshot};
pub use transform::Transformer;
