//! Well-known binary, the one binary form of a geometry in both stores and in GeoPackage files.
//!
//! Sources: OGC 06-103r4 (WKB), OGC 12-128r18 § 2.1.3 (GeoPackage binary header). Reading bounds every
//! allocation by the bytes at hand and the nesting by a constant, as the bytes may come from anywhere.
//! Z and M of foreign files are read and dropped: the cadastre is two-dimensional.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

/// Bytes that are no geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WkbError {
    /// Ends too early.
    #[error("the geometry ends after {0} bytes, more were announced")]
    Truncated(usize),
    /// Unknown byte order, type or header.
    #[error("not a geometry in well-known binary: {0}")]
    Malformed(&'static str),
    /// A coordinate is not a finite number.
    #[error("a coordinate is not a finite number")]
    NotFinite,
}

const MAX_NESTING: u32 = 8;

/// Encodes as little-endian, two-dimensional WKB.
pub fn encode(geometry: &Geometry) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    write_geometry(&mut out, geometry);
    out
}

fn write_geometry(out: &mut Vec<u8>, geometry: &Geometry) {
    match geometry {
        Geometry::Point(point) => write_point(out, point.0),
        Geometry::Line(line) => write_line(out, &[line.start, line.end]),
        Geometry::LineString(line) => write_line(out, &line.0),
        Geometry::Polygon(polygon) => write_polygon(out, polygon),
        Geometry::Rect(rect) => write_polygon(out, &rect.to_polygon()),
        Geometry::Triangle(triangle) => write_polygon(out, &triangle.to_polygon()),
        Geometry::MultiPoint(points) => {
            write_head(out, 4, Some(points.0.len()));
            for point in &points.0 {
                write_point(out, point.0);
            }
        }
        Geometry::MultiLineString(lines) => {
            write_head(out, 5, Some(lines.0.len()));
            for line in &lines.0 {
                write_line(out, &line.0);
            }
        }
        Geometry::MultiPolygon(polygons) => {
            write_head(out, 6, Some(polygons.0.len()));
            for polygon in &polygons.0 {
                write_polygon(out, polygon);
            }
        }
        Geometry::GeometryCollection(parts) => {
            write_head(out, 7, Some(parts.0.len()));
            for part in &parts.0 {
                write_geometry(out, part);
            }
        }
    }
}

fn write_head(out: &mut Vec<u8>, code: u32, count: Option<usize>) {
    out.push(1);
    out.extend_from_slice(&code.to_le_bytes());
    if let Some(count) = count {
        out.extend_from_slice(&(count as u32).to_le_bytes());
    }
}

fn write_coord(out: &mut Vec<u8>, coord: Coord) {
    out.extend_from_slice(&coord.x.to_le_bytes());
    out.extend_from_slice(&coord.y.to_le_bytes());
}

fn write_point(out: &mut Vec<u8>, coord: Coord) {
    write_head(out, 1, None);
    write_coord(out, coord);
}

fn write_line(out: &mut Vec<u8>, coords: &[Coord]) {
    write_head(out, 2, Some(coords.len()));
    for coord in coords {
        write_coord(out, *coord);
    }
}

fn write_polygon(out: &mut Vec<u8>, polygon: &Polygon) {
    let empty = polygon.exterior().0.is_empty();
    write_head(out, 3, Some(if empty { 0 } else { 1 + polygon.interiors().len() }));
    if empty {
        return;
    }
    for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
        out.extend_from_slice(&(ring.0.len() as u32).to_le_bytes());
        for coord in &ring.0 {
            write_coord(out, *coord);
        }
    }
}

/// Decodes ISO WKB and EWKB of either byte order.
pub fn decode(bytes: &[u8]) -> Result<Geometry, WkbError> {
    let mut reader = Reader { bytes, at: 0 };
    let geometry = reader.geometry(0)?;
    if reader.at != bytes.len() {
        return Err(WkbError::Malformed("bytes after its end"));
    }
    Ok(geometry)
}

/// Decodes a GeoPackage geometry blob: header, then WKB. Returns the `srs_id` too.
/// An empty geometry is `None`.
pub fn decode_geopackage(blob: &[u8]) -> Result<(i32, Option<Geometry>), WkbError> {
    if blob.len() < 8 {
        return Err(WkbError::Truncated(blob.len()));
    }
    if &blob[..2] != b"GP" {
        return Err(WkbError::Malformed("no GeoPackage header"));
    }
    let flags = blob[3];
    let srs = [blob[4], blob[5], blob[6], blob[7]];
    let srs_id = if flags & 1 == 1 { i32::from_le_bytes(srs) } else { i32::from_be_bytes(srs) };
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(WkbError::Malformed("unknown envelope")),
    };
    if flags & 0b1_0000 != 0 {
        return Ok((srs_id, None));
    }
    let wkb = blob.get(8 + envelope..).ok_or(WkbError::Truncated(blob.len()))?;
    decode(wkb).map(|geometry| (srs_id, Some(geometry)))
}

/// Encodes a GeoPackage geometry blob with an XY envelope (none for points).
/// `bounds` is `[min x, min y, max x, max y]`, or `None` for an empty geometry.
pub fn encode_geopackage(geometry: &Geometry, bounds: Option<[f64; 4]>, srs_id: i32) -> Vec<u8> {
    let is_point = matches!(geometry, Geometry::Point(_));
    let mut out = Vec::with_capacity(160);
    out.extend_from_slice(b"GP\0");
    out.push(match bounds {
        None => 0b1_0001,
        Some(_) if is_point => 0b0001,
        Some(_) => 0b0011,
    });
    out.extend_from_slice(&srs_id.to_le_bytes());
    if let Some([min_x, min_y, max_x, max_y]) = bounds.filter(|_| !is_point) {
        for x in [min_x, max_x, min_y, max_y] {
            out.extend_from_slice(&x.to_le_bytes());
        }
    }
    write_geometry(&mut out, geometry);
    out
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Type, byte order and dimensions of one geometry.
struct Head {
    little: bool,
    code: u32,
    dimensions: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], WkbError> {
        let part = self.bytes.get(self.at..self.at + N).and_then(|part| part.try_into().ok());
        let part = part.ok_or(WkbError::Truncated(self.bytes.len()))?;
        self.at += N;
        Ok(part)
    }

    fn u32(&mut self, little: bool) -> Result<u32, WkbError> {
        let bytes = self.take::<4>()?;
        Ok(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn f64(&mut self, little: bool) -> Result<f64, WkbError> {
        let bytes = self.take::<8>()?;
        Ok(if little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn head(&mut self) -> Result<Head, WkbError> {
        const EWKB_Z: u32 = 0x8000_0000;
        const EWKB_M: u32 = 0x4000_0000;
        const EWKB_SRID: u32 = 0x2000_0000;
        let little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return Err(WkbError::Malformed("unknown byte order")),
        };
        let raw = self.u32(little)?;
        if raw & EWKB_SRID != 0 {
            self.u32(little)?;
        }
        let code = raw & 0x0fff_ffff;
        let iso = match code / 1000 {
            0 => 2,
            1 | 2 => 3,
            3 => 4,
            _ => return Err(WkbError::Malformed("unknown type")),
        };
        let ewkb = usize::from(raw & EWKB_Z != 0) + usize::from(raw & EWKB_M != 0);
        Ok(Head { little, code: code % 1000, dimensions: iso + ewkb })
    }

    /// A count, refused if that many items of `least` bytes cannot follow.
    fn count(&mut self, little: bool, least: usize) -> Result<usize, WkbError> {
        let count = self.u32(little)? as usize;
        let left = self.bytes.len() - self.at;
        if count.checked_mul(least).is_none_or(|needed| needed > left) {
            return Err(WkbError::Truncated(self.bytes.len()));
        }
        Ok(count)
    }

    fn coord(&mut self, head: &Head) -> Result<Coord, WkbError> {
        let coord = Coord { x: self.f64(head.little)?, y: self.f64(head.little)? };
        for _ in 2..head.dimensions {
            self.f64(head.little)?;
        }
        if coord.x.is_finite() && coord.y.is_finite() { Ok(coord) } else { Err(WkbError::NotFinite) }
    }

    fn line(&mut self, head: &Head) -> Result<LineString, WkbError> {
        let count = self.count(head.little, 8 * head.dimensions)?;
        let mut coords = Vec::with_capacity(count);
        for _ in 0..count {
            coords.push(self.coord(head)?);
        }
        Ok(LineString(coords))
    }

    /// Rings are closed where they are open: stored geometry always is, and what a foreign file lacks here
    /// is one vertex that says nothing.
    fn polygon(&mut self, head: &Head) -> Result<Polygon, WkbError> {
        let count = self.count(head.little, 4)?;
        let mut rings = Vec::with_capacity(count);
        for _ in 0..count {
            rings.push(self.line(head)?);
        }
        let mut rings = rings.into_iter();
        let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(exterior, rings.collect()))
    }

    fn parts<T>(
        &mut self,
        head: &Head,
        nesting: u32,
        pick: impl Fn(Geometry) -> Option<T>,
    ) -> Result<Vec<T>, WkbError> {
        let count = self.count(head.little, 5)?;
        let mut parts = Vec::with_capacity(count);
        for _ in 0..count {
            parts.push(pick(self.geometry(nesting + 1)?).ok_or(WkbError::Malformed("a part of another type"))?);
        }
        Ok(parts)
    }

    fn geometry(&mut self, nesting: u32) -> Result<Geometry, WkbError> {
        if nesting > MAX_NESTING {
            return Err(WkbError::Malformed("nested too deeply"));
        }
        let head = self.head()?;
        Ok(match head.code {
            1 => Geometry::Point(Point(self.coord(&head)?)),
            2 => Geometry::LineString(self.line(&head)?),
            3 => Geometry::Polygon(self.polygon(&head)?),
            4 => Geometry::MultiPoint(MultiPoint(self.parts(&head, nesting, |part| part.try_into().ok())?)),
            5 => Geometry::MultiLineString(MultiLineString(self.parts(&head, nesting, |part| part.try_into().ok())?)),
            6 => Geometry::MultiPolygon(MultiPolygon(self.parts(&head, nesting, |part| part.try_into().ok())?)),
            7 => Geometry::GeometryCollection(GeometryCollection(self.parts(&head, nesting, Some)?)),
            8..=17 => return Err(WkbError::Malformed("curves and surfaces other than polygons are not supported")),
            _ => return Err(WkbError::Malformed("unknown type")),
        })
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, LineString, MultiPolygon, Point, Polygon};
    use proptest::prelude::*;

    use super::{WkbError, decode, decode_geopackage, encode, encode_geopackage};

    fn ring() -> impl Strategy<Value = LineString> {
        proptest::collection::vec((-1e7..1e7f64, -1e7..1e7f64), 3..12).prop_map(|coords| {
            let mut line = LineString::from(coords);
            line.close();
            line
        })
    }

    fn geometry() -> impl Strategy<Value = Geometry> {
        let polygon =
            || (ring(), proptest::collection::vec(ring(), 0..3)).prop_map(|(outer, inner)| Polygon::new(outer, inner));
        prop_oneof![
            (-1e7..1e7f64, -1e7..1e7f64).prop_map(|xy| Geometry::Point(Point::from(xy))),
            ring().prop_map(Geometry::LineString),
            polygon().prop_map(Geometry::Polygon),
            proptest::collection::vec(polygon(), 0..4).prop_map(|parts| Geometry::MultiPolygon(MultiPolygon(parts))),
        ]
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(geometry in geometry()) {
            prop_assert_eq!(decode(&encode(&geometry)).unwrap(), geometry.clone());
            let blob = encode_geopackage(&geometry, Some([0.0, 1.0, 2.0, 3.0]), 25833);
            prop_assert_eq!(decode_geopackage(&blob).unwrap(), (25833, Some(geometry)));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            let _ = decode_geopackage(&bytes);
        }

        #[test]
        fn a_cut_geometry_is_refused(geometry in geometry(), cut in 1usize..20) {
            let bytes = encode(&geometry);
            prop_assert!(decode(&bytes[..bytes.len() - cut.min(bytes.len())]).is_err());
        }
    }

    #[test]
    fn a_count_larger_than_the_bytes_is_refused_before_allocating() {
        let mut bytes = vec![1, 2, 0, 0, 0];
        bytes.extend_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(decode(&bytes), Err(WkbError::Truncated(9)));
    }

    #[test]
    fn a_bomb_of_nested_collections_is_refused() {
        let mut bytes = Vec::new();
        for _ in 0..10_000 {
            bytes.extend_from_slice(&[1, 7, 0, 0, 0, 1, 0, 0, 0]);
        }
        assert_eq!(decode(&bytes), Err(WkbError::Malformed("nested too deeply")));
    }
}
