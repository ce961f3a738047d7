//! Geometries of a filter: two of them by DE-9IM (OGC 06-103r4 § 6.1.15), one of them mostly that of the record.
//!
//! A geometry in the CRS of the store is compared in that CRS; any other in CRS84, its lines bent as they are bent
//! there.

use std::cell::OnceCell;

use geo::{Intersects, MapCoordsInPlace, PreparedGeometry, Relate, relate::IntersectionMatrix};
use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};

use super::{FilterError, Record};
use crate::{
    Crs, Transformer,
    cql2::{Literal, SpatialRelation},
    crs::AxisOrder,
    densify::geometry_to_crs84,
    geometry::{Piece, Shape, check, check_polygons, predicate::rects_intersect, prepared::PreparedArea},
    snapshot::area::{Area, AreaError, Region, Space, rects_on_globe, straight_box},
    tree::Relation,
};

/// A relation between two geometries.
#[derive(Debug)]
pub(crate) enum SpatialTest {
    /// Between the geometry of the record and another.
    Record(SpatialRelation, Box<Probe>),
    /// Between the geometry of the record and itself.
    Itself(SpatialRelation),
}

/// A geometry to compare records with.
pub(crate) struct Probe {
    space: Space,
    bounds: Option<Rect>,
    geometry: Geometry,
    region: Region,
    /// Made when first asked for: whether something intersects the geometry, the region says.
    area: OnceCell<Option<PreparedArea>>,
    prepared: OnceCell<PreparedGeometry<'static, Geometry>>,
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Probe").field("space", &self.space).field("geometry", &self.geometry).finish_non_exhaustive()
    }
}

impl SpatialTest {
    /// Null of a record without geometry.
    pub(crate) fn of(&self, record: &dyn Record) -> Option<bool> {
        match self {
            Self::Itself(relation) => record.has_geometry().then_some(match relation {
                SpatialRelation::Intersects
                | SpatialRelation::Equals
                | SpatialRelation::Within
                | SpatialRelation::Contains => true,
                SpatialRelation::Disjoint
                | SpatialRelation::Touches
                | SpatialRelation::Overlaps
                | SpatialRelation::Crosses => false,
            }),
            Self::Record(SpatialRelation::Intersects, probe) => probe.meets(record),
            Self::Record(SpatialRelation::Disjoint, probe) => probe.meets(record).map(|meets| !meets),
            Self::Record(relation, probe) => {
                let shape = record.shape(probe.space)?;
                match probe.relate(&shape) {
                    Relation::Disjoint => return Some(false),
                    // Its inner part has all of the record: no boundary of the area comes near it.
                    Relation::Inside => return Some(*relation == SpatialRelation::Within),
                    Relation::Overlaps | Relation::Crosses => {}
                }
                // The matrix knows places where lines cross as rounded; whether the two meet is known exactly.
                if !probe.meets(record)? {
                    return Some(false);
                }
                probe.holds(*relation, shape.to_geometry())
            }
        }
    }

    /// Where the records lie of which it can be true, and whether it is true of all of them; `None`: anywhere.
    pub(crate) fn into_region(self) -> Result<(Region, Option<Self>), Self> {
        match self {
            Self::Record(SpatialRelation::Intersects, probe) => Ok((probe.region, None)),
            Self::Record(SpatialRelation::Disjoint, _) | Self::Itself(_) => Err(self),
            Self::Record(relation, probe) => {
                let region = probe.region.clone();
                Ok((region, Some(Self::Record(relation, probe))))
            }
        }
    }
}

impl Probe {
    /// Where the records lie that intersect it.
    pub(crate) fn region(&self) -> &Region {
        &self.region
    }

    /// The area, if it is one.
    fn area(&self) -> Option<&PreparedArea> {
        let area = self.area.get_or_init(|| match &self.geometry {
            Geometry::Polygon(polygon) => PreparedArea::new(&MultiPolygon(vec![polygon.clone()])),
            Geometry::MultiPolygon(polygons) => PreparedArea::new(polygons),
            _ => None,
        });
        area.as_ref()
    }

    fn prepared(&self) -> &PreparedGeometry<'static, Geometry> {
        self.prepared.get_or_init(|| PreparedGeometry::from(self.geometry.clone()))
    }

    fn meets(&self, record: &dyn Record) -> Option<bool> {
        let (own, crs84) = (record.shape(Space::Own)?, record.shape(Space::Crs84)?);
        Some(self.region.meets(&own, &crs84))
    }

    /// Whether a relation holds from a record's side; `None` if it is not defined for it.
    fn holds(&self, relation: SpatialRelation, geometry: Geometry) -> Option<bool> {
        match uniform(geometry) {
            Ok(geometry) => Some(holds(relation, &self.prepared().relate(&geometry))),
            // Whether all of it lies in another can be told part by part.
            Err(parts) if relation == SpatialRelation::Within => {
                let matrices = parts.iter().map(|part| self.prepared().relate(part));
                let (mut is_covered, mut is_inside) = (true, false);
                for matrix in matrices {
                    is_covered &= matrix.is_covers();
                    is_inside |= matrix.is_contains();
                }
                Some(is_covered && is_inside)
            }
            Err(_) => None,
        }
    }

    /// How the box of a shape lies to it.
    fn relate(&self, shape: &Shape<'_>) -> Relation {
        match (self.bounds, shape.bounds()) {
            (Some(own), Some(other)) if rects_intersect(&own, &other) => {
                self.area().map_or(Relation::Overlaps, |area| area.relate(&other))
            }
            _ => Relation::Disjoint,
        }
    }
}

/// How the record lies to the other geometry, given the matrix of the other geometry to the record.
fn holds(relation: SpatialRelation, matrix: &IntersectionMatrix) -> bool {
    match relation {
        SpatialRelation::Intersects => matrix.is_intersects(),
        SpatialRelation::Disjoint => matrix.is_disjoint(),
        SpatialRelation::Equals => matrix.is_equal_topo(),
        SpatialRelation::Touches => matrix.is_touches(),
        SpatialRelation::Overlaps => matrix.is_overlaps(),
        SpatialRelation::Crosses => matrix.is_crosses(),
        SpatialRelation::Within => matrix.is_contains(),
        SpatialRelation::Contains => matrix.is_within(),
    }
}

/// A geometry for which all relations are defined (OGC 06-103r4 § 6.1.15): a collection of points, of lines, or of
/// areas that do not overlap is the multi-geometry of them. Other collections have neither one dimension nor one
/// boundary: their parts are given back.
fn uniform(geometry: Geometry) -> Result<Geometry, Vec<Geometry>> {
    if !matches!(geometry, Geometry::GeometryCollection(_)) {
        return Ok(geometry);
    }
    let (mut points, mut lines, mut areas) = (Vec::new(), Vec::new(), Vec::new());
    Shape::from(&geometry).for_each_piece(|piece| match piece {
        Piece::Point(at) => points.push(Point(at)),
        Piece::Line(line) => lines.push(LineString(line.to_vec())),
        Piece::Polygon(rings) => {
            let mut rings = rings.iter().map(|ring| LineString(ring.to_vec()));
            let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
            areas.push(Polygon::new(exterior, rings.collect()));
        }
    });
    match (points.is_empty(), lines.is_empty(), areas.is_empty()) {
        (_, true, true) => Ok(MultiPoint(points).into()),
        (true, _, true) => Ok(MultiLineString(lines).into()),
        (true, true, _) if check_polygons(&areas).is_empty() => Ok(MultiPolygon(areas).into()),
        _ => {
            let points = points.into_iter().map(Geometry::Point);
            let lines = lines.into_iter().map(Geometry::LineString);
            Err(points.chain(lines).chain(areas.into_iter().map(Geometry::Polygon)).collect())
        }
    }
}

/// The relation that holds from the record's side if this one holds from the other geometry's.
pub(crate) fn reversed(relation: SpatialRelation) -> SpatialRelation {
    match relation {
        SpatialRelation::Within => SpatialRelation::Contains,
        SpatialRelation::Contains => SpatialRelation::Within,
        other => other,
    }
}

/// A relation between two geometries that are both given.
pub(crate) fn relate(
    relation: SpatialRelation,
    (a, b): (&Literal, &Literal),
    crs: Crs,
    store_crs: Crs,
) -> Result<bool, FilterError> {
    let [a, b] = [a, b].map(|literal| probe(relation, literal, crs, store_crs));
    let (a, b) = (a?, b?);
    Ok(match relation {
        // Defined for collections too, and without a matrix.
        SpatialRelation::Intersects => a.geometry.intersects(&b.geometry),
        SpatialRelation::Disjoint => !a.geometry.intersects(&b.geometry),
        _ => a.geometry.intersects(&b.geometry) && holds(relation, &b.prepared().relate(a.prepared())),
    })
}

/// Makes a geometry ready for a relation, given in the CRS of the filter and in the order of its axes.
pub(crate) fn probe(
    relation: SpatialRelation,
    literal: &Literal,
    crs: Crs,
    store_crs: Crs,
) -> Result<Probe, FilterError> {
    let axis_order = crs.describe().map_err(AreaError::from)?.axis_order;
    let (region, space, geometry) = match literal {
        Literal::Bbox(corners) => {
            let [x0, y0, x1, y1] = *corners;
            let corners = if axis_order == AxisOrder::NorthEast { [y0, x0, y1, x1] } else { *corners };
            boxes(corners, crs, store_crs)?
        }
        Literal::Geometry(_) => {
            let geometry = literal.geometry(crs)?;
            let problems = check(&geometry);
            if !problems.is_empty() {
                return Err(FilterError::Geometry { source: AreaError::Invalid { problems } });
            }
            any(geometry, crs, store_crs)?
        }
    };
    let geometry = match relation {
        SpatialRelation::Intersects | SpatialRelation::Disjoint => geometry,
        _ => uniform(geometry).map_err(|_parts| FilterError::Mixed)?,
    };
    let bounds = Shape::from(&geometry).bounds();
    Ok(Probe { space, bounds, geometry, region, area: OnceCell::new(), prepared: OnceCell::new() })
}

fn boxes(corners: [f64; 4], crs: Crs, store_crs: Crs) -> Result<(Region, Space, Geometry), FilterError> {
    if crs.is_wgs84_degrees() {
        let region = Area::Bbox(corners).compile(store_crs)?;
        let rects = rects_on_globe(corners)?;
        return Ok((region, Space::Crs84, of_rects(&rects)));
    }
    let region = Area::BboxIn(crs, corners).compile(store_crs)?;
    let rect = Rect::new((corners[0], corners[1]), (corners[2], corners[3]));
    let geometry = of_rects(&[rect]);
    if crs == store_crs {
        return Ok((region, Space::Own, geometry));
    }
    Ok((region, Space::Crs84, geometry_to_crs84(crs, &geometry).map_err(AreaError::from)?))
}

impl Literal {
    /// The geometry in GIS order, as written in the order of the axes of a CRS. A box across the antimeridian is two
    /// areas.
    pub fn geometry(&self, crs: Crs) -> Result<Geometry, AreaError> {
        let is_swapped = crs.describe()?.axis_order == AxisOrder::NorthEast;
        match self {
            Self::Bbox([x0, y0, x1, y1]) => {
                let corners = if is_swapped { [*y0, *x0, *y1, *x1] } else { [*x0, *y0, *x1, *y1] };
                if crs.is_wgs84_degrees() {
                    return rects_on_globe(corners).map(|rects| of_rects(&rects));
                }
                straight_box(corners).map(|rect| of_rects(&[rect]))
            }
            Self::Geometry(geometry) => {
                let mut geometry = geometry.clone();
                if is_swapped {
                    geometry.map_coords_in_place(|at| Coord { x: at.y, y: at.x });
                }
                Ok(geometry)
            }
        }
    }
}

/// Boxes without width or height are lines or points.
fn of_rects(rects: &[Rect]) -> Geometry {
    let areas: Vec<_> = rects.iter().filter(|rect| rect.width() > 0.0 && rect.height() > 0.0).collect();
    if !areas.is_empty() {
        return MultiPolygon(areas.into_iter().map(|rect| rect.to_polygon()).collect()).into();
    }
    match rects.first() {
        Some(rect) if rect.min() == rect.max() => Point(rect.min()).into(),
        Some(rect) => LineString(vec![rect.min(), rect.max()]).into(),
        None => MultiPolygon(Vec::new()).into(),
    }
}

fn any(geometry: Geometry, crs: Crs, store_crs: Crs) -> Result<(Region, Space, Geometry), FilterError> {
    if crs.is_wgs84_degrees() {
        let region = Region::of_crs84(&geometry)?;
        return Ok((region, Space::Crs84, geometry));
    }
    // What is outside of the area of use is refused by name.
    Transformer::new(crs, Crs::CRS84).map_err(AreaError::from)?;
    let bent = geometry_to_crs84(crs, &geometry).map_err(AreaError::from)?;
    if crs == store_crs {
        return Ok((Region::of_own(&geometry, &bent), Space::Own, geometry));
    }
    Ok((Region::of_crs84(&bent)?, Space::Crs84, bent))
}

#[cfg(test)]
#[path = "spatial_tests.rs"]
mod tests;
