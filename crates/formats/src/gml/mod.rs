//! Geometries in GML 2 to 3.2, as NAS and ALKIS vereinfacht hold them.
//!
//! Source: OGC 07-036 (GML 3.2.1) §§ 10 and 11; profile of the GeoInfoDok. Heights are dropped.

mod arc;
mod curve;
mod position;

use cadastre::{
    Problem,
    geometry::{Coord, Geometry, LineString, Point, Polygon},
};
use geo_types::{GeometryCollection, MultiLineString, MultiPoint};

use self::position::Positions;
use crate::{
    FormatError, SourceCrs,
    shape::{self, refuse},
    xml::{Vocabulary, Xml},
};

/// A geometry, with what its names and repairs say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// In GIS order; `None` if it has no position at all.
    pub(crate) geometry: Option<Geometry>,
    pub(crate) crs: Option<SourceCrs>,
    pub(crate) notes: Vec<Problem>,
}

/// A geometry, or the problem of one that cannot be taken.
pub(crate) type ShapeResult = Result<Shape, Problem>;

/// Why a geometry was not read: the file is damaged, or this one cannot be taken.
#[derive(Debug)]
pub(crate) enum Fault {
    File(FormatError),
    Row(Problem),
}

impl From<FormatError> for Fault {
    fn from(error: FormatError) -> Self {
        Self::File(error)
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Row(problem)
    }
}

/// Reads the geometry within the property element just started (`position`, `geometrie`) and leaves it.
///
/// `inherited_srs` is the `srsName` that holds if the geometry has none. The inner result is the
/// problem of a geometry that cannot be taken.
pub(crate) fn read(xml: &mut Xml, inherited_srs: Option<&str>) -> Result<ShapeResult, FormatError> {
    let depth = xml.depth();
    let mut reader = Reader { xml, positions: Positions::new(inherited_srs), notes: Vec::new() };
    let result = reader.property();
    let Reader { positions, mut notes, .. } = reader;
    xml.leave(depth)?;
    let shape = match result {
        Err(Fault::File(error)) => return Err(error),
        Err(Fault::Row(problem)) => Err(problem),
        Ok(geometry) => positions.crs().and_then(|crs| Ok((shape::checked(geometry)?, crs))),
    };
    Ok(shape.map(|(geometry, crs)| {
        notes.extend(positions.into_notes());
        Shape { geometry, crs, notes }
    }))
}

/// A geometry while it is read.
struct Reader<'x> {
    xml: &'x mut Xml,
    positions: Positions,
    notes: Vec<Problem>,
}

impl Reader<'_> {
    /// The one geometry within a property element.
    fn property(&mut self) -> Result<Geometry, Fault> {
        let mut found = None;
        self.each(|reader| {
            if found.is_some() {
                return Err(refuse("there is more than one geometry").into());
            }
            found = Some(reader.geometry()?);
            Ok(())
        })?;
        found.ok_or_else(|| refuse("there is no geometry, or it is only referred to").into())
    }

    /// Calls `visit` at every GML child of the element just started.
    fn each(&mut self, mut visit: impl FnMut(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        let depth = self.xml.depth();
        while self.xml.depth() >= depth {
            if self.xml.step()? == crate::xml::Step::Start {
                let child = self.xml.depth();
                if self.xml.vocabulary() == Vocabulary::Gml {
                    let outer = self.positions.enter(self.xml)?;
                    visit(self)?;
                    self.positions.restore(outer);
                }
                self.xml.leave(child)?;
            }
        }
        Ok(())
    }

    fn geometry(&mut self) -> Result<Geometry, Fault> {
        Ok(match self.xml.name() {
            "Polygon"
            | "PolygonPatch"
            | "Rectangle"
            | "Triangle"
            | "Surface"
            | "OrientableSurface"
            | "CompositeSurface"
            | "MultiSurface"
            | "MultiPolygon"
            | "PolyhedralSurface"
            | "TriangulatedSurface"
            | "Tin" => {
                let mut polygons = Vec::new();
                self.surface(&mut polygons)?;
                shape::area(polygons)
            }
            "Point" => Geometry::Point(Point(self.point()?)),
            "MultiPoint" => Geometry::MultiPoint(MultiPoint(self.points()?)),
            "LineString" | "Curve" | "CompositeCurve" | "OrientableCurve" | "LinearRing" | "Ring" => {
                Geometry::LineString(LineString(self.curve()?))
            }
            "MultiCurve" | "MultiLineString" => Geometry::MultiLineString(MultiLineString(self.curves()?)),
            "MultiGeometry" => Geometry::GeometryCollection(GeometryCollection(self.members()?)),
            other => return Err(refuse(format!("gml:{other} is not supported")).into()),
        })
    }

    /// Adds the polygons of the surface element just started.
    fn surface(&mut self, polygons: &mut Vec<Polygon>) -> Result<(), Fault> {
        match self.xml.name() {
            "Polygon" | "PolygonPatch" | "Rectangle" | "Triangle" => {
                polygons.push(self.polygon()?);
                Ok(())
            }
            // Containers, and the properties between them.
            "Surface"
            | "OrientableSurface"
            | "CompositeSurface"
            | "MultiSurface"
            | "MultiPolygon"
            | "PolyhedralSurface"
            | "TriangulatedSurface"
            | "Tin"
            | "patches"
            | "polygonPatches"
            | "trianglePatches"
            | "baseSurface"
            | "surfaceMember"
            | "surfaceMembers"
            | "polygonMember" => self.each(|reader| reader.surface(polygons)),
            "name" | "description" | "identifier" | "boundedBy" | "metaDataProperty" => Ok(()),
            other => Err(refuse(format!("gml:{other} in a surface is not supported")).into()),
        }
    }

    fn polygon(&mut self) -> Result<Polygon, Fault> {
        let mut rings: Vec<Vec<Coord>> = Vec::new();
        let mut exterior = false;
        self.each(|reader| {
            let outer = matches!(reader.xml.name(), "exterior" | "outerBoundaryIs");
            if !outer && !matches!(reader.xml.name(), "interior" | "innerBoundaryIs") {
                return Ok(());
            }
            if outer && exterior {
                return Err(refuse("a polygon must not have two exterior rings").into());
            }
            exterior |= outer;
            let mut ring = None;
            reader.each(|reader| {
                ring = Some(reader.curve()?);
                Ok(())
            })?;
            let ring = ring.ok_or_else(|| refuse("a ring is missing"))?;
            rings.insert(if outer { 0 } else { rings.len() }, ring);
            Ok(())
        })?;
        if !exterior {
            return Err(refuse("a polygon has no exterior ring").into());
        }
        Ok(shape::polygon(rings, &mut self.notes)?)
    }

    fn point(&mut self) -> Result<Coord, Fault> {
        let coords = self.line_positions()?;
        match coords.as_slice() {
            [coord] => Ok(*coord),
            other => Err(refuse(format!("a point must have 1 position, got {}", other.len())).into()),
        }
    }

    fn points(&mut self) -> Result<Vec<Point>, Fault> {
        let mut points = Vec::new();
        self.each(|reader| {
            if matches!(reader.xml.name(), "pointMember" | "pointMembers") {
                reader.each(|reader| {
                    points.push(Point(reader.point()?));
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(points)
    }

    fn curves(&mut self) -> Result<Vec<LineString>, Fault> {
        let mut curves = Vec::new();
        self.each(|reader| {
            if matches!(reader.xml.name(), "curveMember" | "curveMembers" | "lineStringMember") {
                reader.each(|reader| {
                    curves.push(LineString(reader.curve()?));
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(curves)
    }

    fn members(&mut self) -> Result<Vec<Geometry>, Fault> {
        let mut members = Vec::new();
        self.each(|reader| {
            if matches!(reader.xml.name(), "geometryMember" | "geometryMembers") {
                reader.each(|reader| {
                    members.push(reader.geometry()?);
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(members)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
