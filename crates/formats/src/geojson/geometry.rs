//! Geometry objects of GeoJSON.

use cadastre::{
    Problem,
    geometry::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon},
};
use geo_types::{GeometryCollection, MultiLineString, MultiPoint};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::json::{Bbox, Scalar, drain_map, visit_scalars};
use crate::shape::{self, refuse};

/// Collections in collections, as deep as binary geometries may go.
const MAX_NESTING: u32 = 8;

/// Coordinates, as deep as they are nested. What is wrong with them is data.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coordinates {
    Number(f64),
    Empty,
    Position(Coord),
    Positions(Vec<Coord>),
    List(Vec<Coordinates>),
    Bad(&'static str),
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CoordinatesVisitor)
    }
}

const NOT_NUMBERS: &str = "coordinates must be numbers";

struct CoordinatesVisitor;

impl CoordinatesVisitor {
    #[expect(clippy::needless_pass_by_value, reason = "one signature for all visitors")]
    fn scalar(scalar: Scalar) -> Coordinates {
        match scalar {
            Scalar::Integer(n) => Coordinates::Number(n as f64),
            Scalar::Real(x) => Coordinates::Number(x),
            _ => Coordinates::Bad(NOT_NUMBERS),
        }
    }
}

impl<'de> Visitor<'de> for CoordinatesVisitor {
    type Value = Coordinates;

    visit_scalars!(CoordinatesVisitor);

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Coordinates, A::Error> {
        drain_map(map).map(|()| Coordinates::Bad(NOT_NUMBERS))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Coordinates, A::Error> {
        match seq.next_element()? {
            None => Ok(Coordinates::Empty),
            Some(Coordinates::Number(x)) => position(x, seq),
            Some(Coordinates::Position(first)) => positions(first, seq),
            Some(first) => list(first, seq),
        }
    }
}

/// A position; heights and measures behind the second number are dropped.
fn position<'de, A: SeqAccess<'de>>(x: f64, mut seq: A) -> Result<Coordinates, A::Error> {
    let mut y = None;
    let mut bad = None;
    while let Some(element) = seq.next_element()? {
        match element {
            Coordinates::Number(number) => y = y.or(Some(number)),
            Coordinates::Bad(reason) => bad = bad.or(Some(reason)),
            _ => bad = bad.or(Some("numbers and positions are mixed")),
        }
    }
    Ok(match (bad, y) {
        (Some(reason), _) => Coordinates::Bad(reason),
        (None, None) => Coordinates::Bad("a position must have at least 2 numbers, got 1"),
        (None, Some(y)) => Coordinates::Position(Coord { x, y }),
    })
}

fn positions<'de, A: SeqAccess<'de>>(first: Coord, mut seq: A) -> Result<Coordinates, A::Error> {
    let mut positions = vec![first];
    let mut bad = None;
    while let Some(element) = seq.next_element()? {
        match element {
            Coordinates::Position(coord) => positions.push(coord),
            Coordinates::Empty => bad = bad.or(Some("a position must have at least 2 numbers, got 0")),
            Coordinates::Bad(reason) => bad = bad.or(Some(reason)),
            _ => bad = bad.or(Some("the coordinates are not nested evenly")),
        }
    }
    Ok(bad.map_or(Coordinates::Positions(positions), Coordinates::Bad))
}

fn list<'de, A: SeqAccess<'de>>(first: Coordinates, mut seq: A) -> Result<Coordinates, A::Error> {
    let mut parts = vec![first];
    while let Some(element) = seq.next_element()? {
        parts.push(element);
    }
    let bad = parts.iter().find_map(|part| match part {
        Coordinates::Bad(reason) => Some(*reason),
        Coordinates::Number(_) => Some("numbers and positions are mixed"),
        // After an empty array the depth is not known yet.
        Coordinates::Position(_) => Some("a position must have at least 2 numbers, got 0"),
        _ => None,
    });
    Ok(bad.map_or(Coordinates::List(parts), Coordinates::Bad))
}

impl Coordinates {
    fn into_line(self) -> Result<Vec<Coord>, &'static str> {
        match self {
            Self::Empty => Ok(Vec::new()),
            Self::Positions(positions) => Ok(positions),
            Self::Bad(reason) => Err(reason),
            _ => Err("must be an array of positions [x, y]"),
        }
    }

    fn into_lines(self) -> Result<Vec<Vec<Coord>>, &'static str> {
        match self {
            Self::Empty => Ok(Vec::new()),
            Self::List(lines) => lines.into_iter().map(Self::into_line).collect(),
            Self::Bad(reason) => Err(reason),
            _ => Err("must be an array of arrays of positions [x, y]"),
        }
    }

    fn into_areas(self) -> Result<Vec<Vec<Vec<Coord>>>, &'static str> {
        match self {
            Self::Empty => Ok(Vec::new()),
            Self::List(areas) => areas.into_iter().map(Self::into_lines).collect(),
            Self::Bad(reason) => Err(reason),
            _ => Err("must be an array of arrays of arrays of positions [x, y]"),
        }
    }
}

/// Members of a geometry object, before they are looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Members {
    pub(super) kind: Option<Scalar>,
    pub(super) coordinates: Option<Coordinates>,
    pub(super) geometries: Option<Parts>,
    pub(super) bbox: Option<Bbox>,
}

impl Members {
    /// Reads the value of a member, if it is one of a geometry object.
    pub(super) fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "type" => self.kind = Some(map.next_value()?),
            "coordinates" => self.coordinates = Some(map.next_value()?),
            "geometries" => self.geometries = Some(map.next_value()?),
            "bbox" => self.bbox = Some(map.next_value()?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A geometry object, or what stands in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Encoded {
    Object(Box<Members>),
    Other(Scalar),
}

impl<'de> Deserialize<'de> for Encoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EncodedVisitor)
    }
}

struct EncodedVisitor;

impl EncodedVisitor {
    fn scalar(scalar: Scalar) -> Encoded {
        Encoded::Other(scalar)
    }
}

impl<'de> Visitor<'de> for EncodedVisitor {
    type Value = Encoded;

    visit_scalars!(EncodedVisitor);

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Encoded, A::Error> {
        super::json::drain_seq(seq).map(|()| Encoded::Other(Scalar::Array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Encoded, A::Error> {
        let mut members = Box::<Members>::default();
        while let Some(name) = map.next_key::<String>()? {
            if !members.read(&name, &mut map)? {
                map.next_value::<serde::de::IgnoredAny>()?;
            }
        }
        Ok(Encoded::Object(members))
    }
}

/// The member `geometries`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Parts {
    Array(Vec<Encoded>),
    Other(Scalar),
}

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartsVisitor)
    }
}

struct PartsVisitor;

impl PartsVisitor {
    fn scalar(scalar: Scalar) -> Parts {
        Parts::Other(scalar)
    }
}

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts;

    visit_scalars!(PartsVisitor);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parts, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = seq.next_element()? {
            parts.push(part);
        }
        Ok(Parts::Array(parts))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Parts, A::Error> {
        drain_map(map).map(|()| Parts::Other(Scalar::Object))
    }
}

/// The geometry of a feature; null and empty ones are `None`.
pub(super) fn decode(encoded: Encoded, notes: &mut Vec<Problem>) -> Result<Option<Geometry>, Problem> {
    match encoded {
        Encoded::Other(Scalar::Null) => Ok(None),
        Encoded::Other(other) => Err(refuse(format!("must be an object or null, got {}", other.type_name()))),
        Encoded::Object(members) => shape::checked(geometry(*members, 0, notes)?),
    }
}

/// Names of geometry types.
pub(super) const TYPES: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

fn geometry(members: Members, nesting: u32, notes: &mut Vec<Problem>) -> Result<Geometry, Problem> {
    if nesting > MAX_NESTING {
        return Err(refuse("nested too deeply"));
    }
    if members.bbox.is_some_and(|bbox| !bbox.well_formed) {
        shape::note_once(notes, Problem::new("bbox", "is not 4 or 6 numbers; it is not used"));
    }
    let kind = match members.kind {
        Some(Scalar::Text(kind)) => kind,
        Some(other) => return Err(refuse(format!("the type must be a text, got {other}"))),
        None => return Err(refuse("the member \"type\" is missing")),
    };
    if kind == "GeometryCollection" {
        return collection(members.geometries, nesting, notes);
    }
    if !TYPES.contains(&kind.as_str()) {
        let kind: String = kind.chars().take(40).collect();
        return Err(refuse(format!("the type \"{kind}\" is not one of {}", TYPES.join(", "))));
    }
    let coordinates = members.coordinates.ok_or_else(|| refuse(format!("a {kind} must have \"coordinates\"")))?;
    let bad = |reason: &str| refuse(format!("coordinates of a {kind}: {reason}"));
    let polygon =
        |rings: Vec<Vec<Coord>>, notes: &mut Vec<Problem>| -> Result<Polygon, Problem> { shape::polygon(rings, notes) };
    Ok(match kind.as_str() {
        "Point" => match coordinates {
            Coordinates::Position(coord) => Geometry::Point(Point(coord)),
            Coordinates::Empty => Geometry::MultiPoint(MultiPoint(Vec::new())),
            Coordinates::Bad(reason) => return Err(bad(reason)),
            _ => return Err(bad("must be one position [x, y]")),
        },
        "MultiPoint" => {
            Geometry::MultiPoint(MultiPoint(coordinates.into_line().map_err(bad)?.into_iter().map(Point).collect()))
        }
        "LineString" => Geometry::LineString(LineString(coordinates.into_line().map_err(bad)?)),
        "MultiLineString" => Geometry::MultiLineString(MultiLineString(
            coordinates.into_lines().map_err(bad)?.into_iter().map(LineString).collect(),
        )),
        "Polygon" => Geometry::Polygon(polygon(coordinates.into_lines().map_err(bad)?, notes)?),
        _ => {
            let areas = coordinates.into_areas().map_err(bad)?;
            Geometry::MultiPolygon(MultiPolygon(
                areas.into_iter().map(|rings| polygon(rings, notes)).collect::<Result<_, _>>()?,
            ))
        }
    })
}

fn collection(parts: Option<Parts>, nesting: u32, notes: &mut Vec<Problem>) -> Result<Geometry, Problem> {
    let parts = match parts {
        Some(Parts::Array(parts)) => parts,
        Some(Parts::Other(other)) => {
            return Err(refuse(format!("\"geometries\" must be an array, got {}", other.type_name())));
        }
        None => return Err(refuse("a GeometryCollection must have \"geometries\"")),
    };
    let decoded = parts.into_iter().map(|part| match part {
        Encoded::Object(members) => geometry(*members, nesting + 1, notes),
        Encoded::Other(other) => {
            Err(refuse(format!("a part of a GeometryCollection must be a geometry, got {}", other.type_name())))
        }
    });
    Ok(Geometry::GeometryCollection(GeometryCollection(decoded.collect::<Result<_, _>>()?)))
}
