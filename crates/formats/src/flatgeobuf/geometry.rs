//! Geometry of a feature: one array of numbers, cut into parts by another.

use ::flatgeobuf::{Geometry as Encoded, GeometryType};
use cadastre::{
    Problem,
    geometry::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon},
};
use geo_types::{GeometryCollection, MultiLineString, MultiPoint};

use crate::shape::{self, refuse};

/// Collections in collections, as deep as binary geometries may go.
const MAX_NESTING: u32 = 8;

/// Reads a geometry. `stated` is the type of the whole file, `Unknown` if each says its own.
pub(super) fn read(
    encoded: Encoded<'_>,
    stated: GeometryType,
    notes: &mut Vec<Problem>,
) -> Result<Option<Geometry>, Problem> {
    let found = if stated == GeometryType::Unknown { encoded.type_() } else { stated };
    shape::checked(geometry(encoded, found, 0, notes)?)
}

fn geometry(
    encoded: Encoded<'_>,
    found: GeometryType,
    nesting: u32,
    notes: &mut Vec<Problem>,
) -> Result<Geometry, Problem> {
    if nesting > MAX_NESTING {
        return Err(refuse("nested too deeply"));
    }
    Ok(match found {
        GeometryType::Point => match coords(encoded)?.as_slice() {
            [coord] => Geometry::Point(Point(*coord)),
            [] => Geometry::MultiPoint(MultiPoint(Vec::new())),
            more => return Err(refuse(format!("a point must have 1 position, got {}", more.len()))),
        },
        GeometryType::MultiPoint => Geometry::MultiPoint(MultiPoint(coords(encoded)?.into_iter().map(Point).collect())),
        GeometryType::LineString => Geometry::LineString(LineString(coords(encoded)?)),
        GeometryType::MultiLineString => {
            Geometry::MultiLineString(MultiLineString(parts(encoded)?.into_iter().map(LineString).collect()))
        }
        GeometryType::Polygon | GeometryType::Triangle => Geometry::Polygon(polygon(encoded, notes)?),
        GeometryType::MultiPolygon => {
            let parts = children(encoded).map(|part| polygon(part, notes));
            Geometry::MultiPolygon(MultiPolygon(parts.collect::<Result<_, _>>()?))
        }
        GeometryType::GeometryCollection => {
            let parts = children(encoded).map(|part| geometry(part, part.type_(), nesting + 1, notes));
            Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, _>>()?))
        }
        other => {
            let name = other.variant_name().unwrap_or("unknown type");
            return Err(refuse(format!("{name} is not supported; convert curves to lines first")));
        }
    })
}

fn children(encoded: Encoded<'_>) -> impl Iterator<Item = Encoded<'_>> {
    encoded.parts().into_iter().flatten()
}

fn polygon(encoded: Encoded<'_>, notes: &mut Vec<Problem>) -> Result<Polygon, Problem> {
    let rings = parts(encoded)?;
    shape::polygon(rings.into_iter().filter(|ring| !ring.is_empty()).collect(), notes)
}

fn coords(encoded: Encoded<'_>) -> Result<Vec<Coord>, Problem> {
    let Some(xy) = encoded.xy() else { return Ok(Vec::new()) };
    if xy.len() % 2 != 0 {
        return Err(refuse("the number of coordinates is odd"));
    }
    let mut numbers = xy.iter();
    let mut coords = Vec::with_capacity(xy.len() / 2);
    while let (Some(x), Some(y)) = (numbers.next(), numbers.next()) {
        coords.push(Coord { x, y });
    }
    Ok(coords)
}

/// The positions, cut where `ends` says; without it they are one part.
fn parts(encoded: Encoded<'_>) -> Result<Vec<Vec<Coord>>, Problem> {
    let coords = coords(encoded)?;
    let Some(ends) = encoded.ends().filter(|ends| !ends.is_empty()) else { return Ok(vec![coords]) };
    let mut parts = Vec::with_capacity(ends.len());
    let mut start = 0;
    for end in ends {
        let end = end as usize;
        let part = coords.get(start..end).ok_or_else(|| refuse("the parts do not fit the positions"))?;
        parts.push(part.to_vec());
        start = end;
    }
    if start != coords.len() {
        return Err(refuse("positions are left over behind the last part"));
    }
    Ok(parts)
}
