//! Geometry as records hold it: in the CRS of the store, two-dimensional.

pub use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon, Rect};
