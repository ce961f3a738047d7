//! The SQL functions that the R-tree triggers of a GeoPackage call.
//!
//! Source: OGC 12-128r18, Annex F.3 (RTree Spatial Indexes), "minimal runtime SQL functions".

use cadastre::{geometry::Geometry, wkb};
use geo_types::Coord;
use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
};

/// `[min x, min y, max x, max y]` of a geometry; `None` if it is empty.
pub(super) fn bounds(geometry: &Geometry) -> Option<[f64; 4]> {
    let mut bounds: Option<[f64; 4]> = None;
    each_coord(geometry, &mut |Coord { x, y }| {
        let [min_x, min_y, max_x, max_y] = bounds.unwrap_or([x, y, x, y]);
        bounds = Some([min_x.min(x), min_y.min(y), max_x.max(x), max_y.max(y)]);
    });
    bounds
}

fn each_coord(geometry: &Geometry, visit: &mut impl FnMut(Coord)) {
    // Holes lie within their outer rings.
    match geometry {
        Geometry::Point(point) => visit(point.0),
        Geometry::Line(line) => [line.start, line.end].into_iter().for_each(visit),
        Geometry::LineString(line) => line.0.iter().copied().for_each(visit),
        Geometry::Polygon(polygon) => polygon.exterior().0.iter().copied().for_each(visit),
        Geometry::Rect(rect) => [rect.min(), rect.max()].into_iter().for_each(visit),
        Geometry::Triangle(triangle) => triangle.to_array().into_iter().for_each(visit),
        Geometry::MultiPoint(points) => points.0.iter().map(|point| point.0).for_each(visit),
        Geometry::MultiLineString(lines) => lines.0.iter().flat_map(|line| line.0.iter().copied()).for_each(visit),
        Geometry::MultiPolygon(polygons) => {
            polygons.0.iter().flat_map(|polygon| polygon.exterior().0.iter().copied()).for_each(visit);
        }
        Geometry::GeometryCollection(parts) => {
            for part in &parts.0 {
                each_coord(part, visit);
            }
        }
    }
}

/// Bounds of a GeoPackage blob, from its envelope if it has one.
fn blob_bounds(blob: &[u8]) -> Option<[f64; 4]> {
    let flags = *blob.get(3)?;
    if blob.get(..2)? != b"GP" || flags & 0b1_0000 != 0 {
        return None;
    }
    if (flags >> 1) & 7 == 0 {
        return wkb::decode_geopackage(blob).ok().and_then(|(_, geometry)| bounds(&geometry?));
    }
    let number = |i: usize| {
        let bytes = blob.get(8 + 8 * i..16 + 8 * i)?.try_into().ok()?;
        Some(if flags & 1 == 1 { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    };
    let (min_x, max_x, min_y, max_y) = (number(0)?, number(1)?, number(2)?, number(3)?);
    Some([min_x, min_y, max_x, max_y])
}

fn argument(context: &Context<'_>) -> Option<[f64; 4]> {
    context.get_raw(0).as_blob_or_null().ok().flatten().and_then(blob_bounds)
}

/// Makes `ST_IsEmpty`, `ST_MinX`, `ST_MinY`, `ST_MaxX` and `ST_MaxY` known to a connection.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("ST_IsEmpty", 1, flags, |context| {
        let is_null = matches!(context.get_raw(0), rusqlite::types::ValueRef::Null);
        Ok((!is_null).then(|| argument(context).is_none()))
    })?;
    for (index, name) in ["ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY"].into_iter().enumerate() {
        connection
            .create_scalar_function(name, 1, flags, move |context| Ok(argument(context).map(|bounds| bounds[index])))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, LineString, Point, Polygon};
    use rusqlite::Connection;

    use super::{super::encode, register};

    fn check(blob: &[u8], expected: [Option<f64>; 4], empty: bool) {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let sql = "SELECT ST_MinX(?1), ST_MinY(?1), ST_MaxX(?1), ST_MaxY(?1), ST_IsEmpty(?1)";
        let found: ([Option<f64>; 4], bool) = connection
            .query_row(sql, [blob], |row| Ok(([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?], row.get(4)?)))
            .unwrap();
        assert_eq!(found, (expected, empty));
    }

    #[test]
    fn bounds_come_from_the_envelope_or_from_the_coordinates() {
        let ring = LineString::from(vec![(1.0, 2.0), (5.0, 2.0), (5.0, 7.0), (1.0, 2.0)]);
        let area = Geometry::Polygon(Polygon::new(ring, Vec::new()));
        check(&encode(&area, 25833), [Some(1.0), Some(2.0), Some(5.0), Some(7.0)], false);
        check(&encode(&Point::new(3.0, 4.0).into(), 25833), [Some(3.0), Some(4.0), Some(3.0), Some(4.0)], false);
    }

    #[test]
    fn what_is_no_geometry_is_empty() {
        check(b"GP\0\x11\0\0\0\0", [None; 4], true);
        check(b"GP\0\x03\0\0\0\0short", [None; 4], true);
        check(b"", [None; 4], true);
    }
}
