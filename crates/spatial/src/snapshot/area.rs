//! Where a query looks, and the exact test behind it.
//!
//! Boundaries count: what touches the area intersects it, as with PostGIS `ST_Intersects`.

use std::ops::Range;

use cadastre::Problem;
use geo::CoordsIter;
use geo_types::{Coord, Geometry, MultiPolygon, Rect};

use super::{row::Row, segment::Entry, table::Level};
use crate::{
    Crs, CrsError, Transformer,
    densify::{area_to_crs84, geometry_to_crs84},
    geometry::{
        Shape, check, check_polygons,
        disc::Disc,
        near::Near,
        parts::Parts,
        predicate::{rect_contains, rects_intersect, shape_contains, shape_intersects_rect},
        prepared::PreparedArea,
    },
    tree::Relation,
};

/// Where to look. Coordinates in GIS order: longitude before latitude, easting before northing.
#[derive(Clone, Debug, PartialEq)]
pub enum Area {
    /// A box in CRS84: west, south, east, north in degrees. West greater than east: across the antimeridian.
    Bbox([f64; 4]),
    /// A box whose sides are straight in another CRS: min x, min y, max x, max y.
    BboxIn(Crs, [f64; 4]),
    /// An area whose edges are straight in this CRS.
    Polygon(Crs, MultiPolygon),
    /// What comes as near to a point (CRS84) as so many metres.
    Radius {
        /// The point.
        centre: Coord,
        /// Up to 1,000 km.
        metres: f64,
    },
    /// What comes as near to a geometry, whose lines are straight in this CRS, as so many metres.
    Near {
        /// CRS of the geometry.
        crs: Crs,
        /// The geometry.
        geometry: Geometry,
        /// Up to 100 km.
        metres: f64,
    },
    /// What covers or touches a point (CRS84).
    Point(Coord),
}

/// Why an area is none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AreaError {
    /// A number is not finite.
    #[error("the area has a coordinate that is not a finite number")]
    NotFinite,
    /// A lower bound lies above the upper one.
    #[error("the {axis} minimum {min} of the box is greater than its maximum {max}")]
    Reversed {
        /// `x` or `y`.
        axis: char,
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// A longitude or latitude that does not exist.
    #[error("{x} {y} is no longitude (-180 to 180) and latitude (-90 to 90)")]
    OffTheGlobe {
        /// Longitude.
        x: f64,
        /// Latitude.
        y: f64,
    },
    /// The polygon is not valid, so that it has no inside.
    #[error("the polygon is not valid: {}", reasons(problems))]
    Invalid {
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// A radius that is negative or too large.
    #[error("the radius must be between 0 and 1000000 metres, got {metres}")]
    Radius {
        /// As given.
        metres: f64,
    },
    /// A distance that is negative or too large.
    #[error("the distance must be between 0 and 100000 metres, got {metres}")]
    Distance {
        /// As given.
        metres: f64,
    },
    /// The area spans the antimeridian in a CRS in which that is not understood.
    #[error("the area crosses the antimeridian; give it as a box in CRS84")]
    Antimeridian,
    /// The area cannot be brought into CRS84.
    #[error("the area cannot be transformed")]
    Crs {
        /// Why not.
        #[from]
        source: CrsError,
    },
}

fn reasons(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.reason.as_str()).collect::<Vec<_>>().join("; ")
}

/// An area, ready to be looked into.
#[derive(Clone, Debug)]
pub(crate) enum Region {
    /// Boxes in CRS84, any of them; none: nothing.
    Boxes(Vec<Rect>),
    /// An area in CRS84.
    Area(Box<PreparedArea>),
    /// A box or an area in the CRS of the store.
    OwnBox(Rect, Surroundings),
    OwnArea(Box<PreparedArea>, Surroundings),
    /// A geometry and what is near it.
    Near(Box<Near>),
    /// A disc with boxes around it.
    Disc(Disc, Vec<Rect>),
    Point(Coord),
    /// A geometry of another kind in CRS84.
    Parts(Box<Parts>),
    /// The same in the CRS of the store, and about where that is in CRS84.
    OwnParts(Box<Parts>, Box<Parts>),
}

/// In which coordinates geometries are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Crs84,
    /// The CRS of the store.
    Own,
}

/// About where in CRS84 an area of the store's CRS lies: what is near its boundary is tested exactly, in the
/// CRS of the store.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// The area in CRS84; `None`: PROJ has no answer, and everything must be tested.
    bent: Option<Box<PreparedArea>>,
}

impl Area {
    /// Boxes in CRS84 that hold the area; `None` where they are not known without effort.
    pub(crate) fn boxes_crs84(&self) -> Option<Vec<Rect>> {
        match self {
            Self::Bbox(bounds) => rects_on_globe(*bounds).ok(),
            Self::Polygon(crs, area) if crs.is_wgs84_degrees() => {
                use geo::BoundingRect as _;
                area.bounding_rect().map(|bounds| vec![bounds])
            }
            Self::Point(point) => Some(vec![Rect::new(*point, *point)]),
            _ => None,
        }
    }

    pub(crate) fn compile(&self, store_crs: Crs) -> Result<Region, AreaError> {
        match self {
            Self::Bbox(bounds) => Ok(Region::Boxes(rects_on_globe(*bounds)?)),
            Self::BboxIn(crs, bounds) if crs.is_wgs84_degrees() => Ok(Region::Boxes(rects_on_globe(*bounds)?)),
            Self::BboxIn(crs, bounds) => compile_box(*crs, straight_box(*bounds)?, store_crs),
            Self::Polygon(crs, area) => {
                let problems = check_polygons(&area.0);
                if problems.is_empty() {
                    compile_area(*crs, area, store_crs)
                } else {
                    Err(AreaError::Invalid { problems })
                }
            }
            Self::Radius { centre, metres } => {
                on_globe(*centre)?;
                if !(0.0..=1e6).contains(metres) {
                    return Err(AreaError::Radius { metres: *metres });
                }
                let disc = Disc::new(*centre, *metres);
                Ok(Region::Disc(disc, wrapped(&disc.bounds())))
            }
            Self::Near { crs, geometry, metres } => near(*crs, geometry, *metres),
            Self::Point(point) => on_globe(*point).map(|()| Region::Point(*point)),
        }
    }
}

fn near(crs: Crs, geometry: &Geometry, metres: f64) -> Result<Region, AreaError> {
    const FARTHEST_M: f64 = 1e5;
    if !(0.0..=FARTHEST_M).contains(&metres) {
        return Err(AreaError::Distance { metres });
    }
    let problems = check(geometry);
    if !problems.is_empty() {
        return Err(AreaError::Invalid { problems });
    }
    let near = if crs.is_wgs84_degrees() {
        geometry.coords_iter().try_for_each(on_globe)?;
        Near::new(geometry, metres)
    } else {
        Near::new(&geometry_to_crs84(crs, geometry)?, metres)
    };
    Ok(Region::Near(Box::new(near)))
}

const GLOBE: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];

fn globe() -> Rect {
    let [west, south, east, north] = GLOBE;
    Rect::new((west, south), (east, north))
}

fn on_globe(Coord { x, y }: Coord) -> Result<(), AreaError> {
    if !x.is_finite() || !y.is_finite() {
        return Err(AreaError::NotFinite);
    }
    if rect_contains(&globe(), Coord { x, y }) { Ok(()) } else { Err(AreaError::OffTheGlobe { x, y }) }
}

/// A box in CRS84, in two if it lies across the antimeridian.
pub(crate) fn rects_on_globe([west, south, east, north]: [f64; 4]) -> Result<Vec<Rect>, AreaError> {
    on_globe(Coord { x: west, y: south })?;
    on_globe(Coord { x: east, y: north })?;
    if south > north {
        return Err(AreaError::Reversed { axis: 'y', min: south, max: north });
    }
    if west <= east {
        return Ok(vec![Rect::new((west, south), (east, north))]);
    }
    Ok(vec![Rect::new((west, south), (180.0, north)), Rect::new((-180.0, south), (east, north))])
}

/// A box that may reach over the antimeridian or a pole, as boxes on the globe.
fn wrapped(rect: &Rect) -> Vec<Rect> {
    let (south, north) = (rect.min().y.max(-90.0), rect.max().y.min(90.0));
    let (west, east) = (rect.min().x, rect.max().x);
    if east - west >= 360.0 {
        return vec![Rect::new((-180.0, south), (180.0, north))];
    }
    let span = |west: f64, east: f64| Rect::new((west.max(-180.0), south), (east.min(180.0), north));
    [0.0, -360.0, 360.0]
        .into_iter()
        .filter(|shift| west + shift <= 180.0 && east + shift >= -180.0)
        .map(|shift| span(west + shift, east + shift))
        .collect()
}

/// A box in a CRS of maps.
pub(crate) fn straight_box([min_x, min_y, max_x, max_y]: [f64; 4]) -> Result<Rect, AreaError> {
    if [min_x, min_y, max_x, max_y].iter().any(|bound| !bound.is_finite()) {
        return Err(AreaError::NotFinite);
    }
    for (axis, min, max) in [('x', min_x, max_x), ('y', min_y, max_y)] {
        if min > max {
            return Err(AreaError::Reversed { axis, min, max });
        }
    }
    Ok(Rect::new((min_x, min_y), (max_x, max_y)))
}

fn compile_box(crs: Crs, rect: Rect, store_crs: Crs) -> Result<Region, AreaError> {
    // Beyond the limits of the CRS there is nothing, and no way to CRS84.
    let limits = Transformer::new(crs, Crs::CRS84)?.source_limits();
    let Some(clipped) = limits.map_or(Some(rect), |limits| overlap(&rect, &limits)) else {
        return Ok(Region::Boxes(Vec::new()));
    };
    let area = MultiPolygon(vec![clipped.to_polygon()]);
    if crs == store_crs {
        return Ok(Region::OwnBox(rect, Surroundings::new(crs, &area)));
    }
    // A box without width or height is no area, but a line or a point that may be touched.
    into_region(&area_to_crs84(crs, &area)?)
}

fn compile_area(crs: Crs, area: &MultiPolygon, store_crs: Crs) -> Result<Region, AreaError> {
    if crs.is_wgs84_degrees() {
        return into_region(area);
    }
    if crs == store_crs
        && let Some(prepared) = PreparedArea::new(area)
    {
        return Ok(Region::OwnArea(Box::new(prepared), Surroundings::new(crs, area)));
    }
    into_region(&area_to_crs84(crs, area)?)
}

fn into_region(area: &MultiPolygon) -> Result<Region, AreaError> {
    let jumps = |ring: &[Coord]| ring.windows(2).any(|edge| (edge[0].x - edge[1].x).abs() > 180.0);
    if area.iter().any(|polygon| jumps(&polygon.exterior().0)) {
        return Err(AreaError::Antimeridian);
    }
    Ok(PreparedArea::new(area).map_or(Region::Boxes(Vec::new()), |prepared| Region::Area(Box::new(prepared))))
}

impl Surroundings {
    fn new(crs: Crs, area: &MultiPolygon) -> Self {
        let bent = area_to_crs84(crs, area).ok();
        Self { bent: bent.and_then(|bent| PreparedArea::new(&bent)).map(Box::new) }
    }

    fn bounds(&self) -> Rect {
        self.bent.as_ref().map_or_else(globe, |bent| grown(&bent.bounds()))
    }

    /// Judges a box around vertices in CRS84, safely on either side.
    fn relate(&self, node: &Rect) -> Relation {
        match &self.bent {
            Some(bent) if !is_large(node) => bent.relate(&grown(node)),
            _ => Relation::Overlaps,
        }
    }
}

/// Large boxes may hold lines that are bent out of them by more than they are grown.
fn is_large(node: &Rect) -> bool {
    const LARGE_DEGREES: f64 = 1.0;
    node.width().max(node.height()) > LARGE_DEGREES
}

/// A box that holds the straight lines of any CRS of maps between positions in it, and a centimetre more.
///
/// A line of `d` metres leaves the straight line in CRS84 by d² tan φ / 8R: of a box of one degree, less than a
/// fiftieth of its size up to 80° north.
fn grown(rect: &Rect) -> Rect {
    let margin = rect.width().max(rect.height()) / 50.0 + 1e-7;
    let margin = Coord { x: margin, y: margin };
    Rect::new(rect.min() - margin, rect.max() + margin)
}

fn overlap(a: &Rect, b: &Rect) -> Option<Rect> {
    rects_intersect(a, b).then(|| {
        Rect::new(
            (a.min().x.max(b.min().x), a.min().y.max(b.min().y)),
            (a.max().x.min(b.max().x), a.max().y.min(b.max().y)),
        )
    })
}

impl Region {
    /// A valid geometry of any kind in CRS84, its lines straight there, however long they are.
    pub(crate) fn of_crs84(geometry: &Geometry) -> Result<Self, AreaError> {
        geometry.coords_iter().try_for_each(on_globe)?;
        let area = |area: &MultiPolygon| {
            PreparedArea::new(area).map_or(Self::Boxes(Vec::new()), |prepared| Self::Area(Box::new(prepared)))
        };
        Ok(match geometry {
            Geometry::Point(point) => Self::Point(point.0),
            Geometry::Polygon(polygon) => area(&MultiPolygon(vec![polygon.clone()])),
            Geometry::MultiPolygon(polygons) => area(polygons),
            other => Self::Parts(Box::new(Parts::new(other))),
        })
    }

    /// A valid geometry of any kind in the CRS of the store, and the same bent in CRS84.
    pub(crate) fn of_own(own: &Geometry, bent: &Geometry) -> Self {
        let area = |own: &MultiPolygon, bent: Option<PreparedArea>| {
            let around = Surroundings { bent: bent.map(Box::new) };
            PreparedArea::new(own).map_or(Self::Boxes(Vec::new()), |own| Self::OwnArea(Box::new(own), around))
        };
        match (own, bent) {
            (Geometry::Polygon(own), Geometry::MultiPolygon(bent)) => {
                area(&MultiPolygon(vec![own.clone()]), PreparedArea::new(bent))
            }
            (Geometry::MultiPolygon(own), Geometry::MultiPolygon(bent)) => area(own, PreparedArea::new(bent)),
            _ => Self::OwnParts(Box::new(Parts::new(own)), Box::new(Parts::new(bent))),
        }
    }

    /// Live records of a level that intersect the region, as ascending ranges of positions.
    pub(crate) fn search<R: Row>(&self, level: &Level<R>) -> Vec<Range<u32>> {
        let mut hits = Vec::new();
        let tree = level.segment().tree();
        let exact = |hits: &mut Vec<Range<u32>>, positions: Range<u32>| {
            for position in positions.filter(|position| self.intersects(&level.segment().entry(*position))) {
                level.push_live(position..position + 1, hits);
            }
        };
        let judge = |hits: &mut Vec<Range<u32>>, bounds: Option<Rect>, relate: &dyn Fn(&Rect) -> Relation| {
            let Some(bounds) = bounds else { return };
            tree.search_by(&bounds, relate, |positions, relation| match relation {
                Relation::Inside => level.push_live(positions, hits),
                _ => exact(hits, positions),
            });
        };
        match self {
            Self::Boxes(boxes) => boxes.iter().for_each(|rect| {
                tree.search(rect, |positions, relation| match relation {
                    Relation::Inside => level.push_live(positions, &mut hits),
                    Relation::Crosses if level.segment().is_of_a_piece(positions.start) => {
                        level.push_live(positions, &mut hits);
                    }
                    _ => exact(&mut hits, positions),
                });
            }),
            Self::Area(area) => judge(&mut hits, Some(area.bounds()), &|node| area.relate(node)),
            Self::OwnBox(_, around) | Self::OwnArea(_, around) => {
                judge(&mut hits, Some(around.bounds()), &|node| around.relate(node));
            }
            Self::Parts(parts) => judge(&mut hits, parts.bounds(), &|node| parts.relate(node)),
            Self::OwnParts(_, bent) => {
                let relate = |node: &Rect| if is_large(node) { Relation::Overlaps } else { bent.relate(&grown(node)) };
                judge(&mut hits, bent.bounds().map(|bounds| grown(&bounds)), &relate);
            }
            Self::Near(near) => judge(&mut hits, near.bounds(), &|node| near.relate(node)),
            Self::Disc(_, around) => {
                for rect in around {
                    tree.search(rect, |positions, _| exact(&mut hits, positions));
                }
            }
            Self::Point(point) => tree.search(&Rect::new(*point, *point), |positions, _| exact(&mut hits, positions)),
        }
        in_order(hits)
    }

    /// Whether a record intersects the region, exactly.
    pub(crate) fn intersects<R: Row>(&self, entry: &Entry<'_, R>) -> bool {
        match (entry.shape(), entry.shape_crs84()) {
            (Some(own), Some(crs84)) => self.meets(&own, &crs84),
            _ => false,
        }
    }

    /// Whether a shape, given in the CRS of the store and in CRS84, intersects the region.
    pub(crate) fn meets(&self, own: &Shape<'_>, crs84: &Shape<'_>) -> bool {
        match self {
            Self::Boxes(boxes) => boxes.iter().any(|rect| shape_intersects_rect(crs84, rect)),
            Self::Area(area) => area.intersects(crs84),
            Self::OwnBox(rect, _) => shape_intersects_rect(own, rect),
            Self::OwnArea(area, _) => area.intersects(own),
            Self::Near(near) => near.intersects(crs84),
            Self::Disc(disc, _) => disc.intersects(crs84),
            Self::Point(point) => shape_contains(crs84, *point),
            Self::Parts(parts) => parts.intersects(crs84),
            Self::OwnParts(parts, _) => parts.intersects(own),
        }
    }
}

/// What two ascending runs of ranges have in common.
pub(crate) fn intersection(a: &[Range<u32>], b: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut common = Vec::new();
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        let (start, end) = (x.start.max(y.start), x.end.min(y.end));
        if start < end {
            common.push(start..end);
        }
        if x.end < y.end {
            a.next()
        } else {
            b.next()
        };
    }
    common
}

/// The union of ranges: several boxes may find one record.
fn in_order(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    if ranges.is_sorted_by(|a, b| a.end <= b.start) {
        return ranges;
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
