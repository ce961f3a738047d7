//! Geometry as records hold it: in the CRS of the store, two-dimensional.

mod packed;

pub use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon, Rect};
pub use packed::PackedArea;
