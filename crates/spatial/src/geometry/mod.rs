//! Geometry: its pieces, validity, repair, measures and exact predicates.

pub mod check;
mod degrees;
pub(crate) mod disc;
pub(crate) mod dissolve;
pub mod measure;
pub(crate) mod near;
pub(crate) mod net;
mod noding;
pub(crate) mod parts;
pub(crate) mod predicate;
pub(crate) mod prepared;
pub mod repair;

use std::ops::ControlFlow;

use cadastre::geometry::PackedArea;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon, Rect};

pub use check::{check, check_polygons};
pub use degrees::DegreesE7;
pub use repair::repair;

/// A geometry, borrowed, either with its own coordinates or with others in their place.
///
/// Snapshots keep the structure of a geometry once, in the record, and its coordinates in CRS84 in one
/// long list beside it: the same shape in two CRSs.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    outline: Outline<'a>,
    crs84: Option<&'a [DegreesE7]>,
}

#[derive(Clone, Copy, Debug)]
enum Outline<'a> {
    Any(&'a Geometry),
    Areas(&'a MultiPolygon),
    Packed(&'a PackedArea),
}

/// A simple part of a shape.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'p> {
    /// A point.
    Point(Coord),
    /// A line.
    Line(&'p [Coord]),
    /// An area.
    Polygon(Rings<'p>),
}

/// The rings of an area, the exterior first.
#[derive(Clone, Copy, Debug)]
pub struct Rings<'p>(Lying<'p>);

/// Where rings lie.
#[derive(Clone, Copy, Debug)]
enum Lying<'p> {
    /// Each for itself.
    Apart(&'p Polygon),
    /// One behind the other, as long as those of the polygon.
    Behind(&'p Polygon, &'p [Coord]),
    /// The first so many rings of an area are of other polygons, then so many are of this one.
    Packed { area: &'p PackedArea, before: usize, count: usize, coords: &'p [Coord] },
}

impl<'a> From<&'a Geometry> for Shape<'a> {
    fn from(geometry: &'a Geometry) -> Self {
        Self { outline: Outline::Any(geometry), crs84: None }
    }
}

impl<'a> From<&'a MultiPolygon> for Shape<'a> {
    fn from(polygons: &'a MultiPolygon) -> Self {
        Self { outline: Outline::Areas(polygons), crs84: None }
    }
}

impl<'a> From<&'a PackedArea> for Shape<'a> {
    fn from(area: &'a PackedArea) -> Self {
        Self { outline: Outline::Packed(area), crs84: None }
    }
}

impl<'a> Shape<'a> {
    /// The same structure with coordinates in CRS84, in the order of [`Shape::append_coords_to`].
    #[must_use]
    pub fn in_crs84(self, coords: &'a [DegreesE7]) -> Self {
        Self { crs84: Some(coords), ..self }
    }

    /// Visits every piece until one breaks.
    pub fn try_for_each_piece<F: FnMut(Piece<'_>) -> ControlFlow<()>>(&self, mut visit: F) -> ControlFlow<()> {
        match (self.outline, self.crs84) {
            (outline, Some(crs84)) => with_room(
                crs84.len(),
                |room| room.iter_mut().zip(crs84).for_each(|(coord, degrees)| *coord = degrees.coord()),
                |coords| outline.walk(Some(coords), &mut visit),
            ),
            (Outline::Packed(area), None) => with_room(
                area.len(),
                |room| area.copy_coords_to(room),
                |coords| self.outline.walk(Some(coords), &mut visit),
            ),
            (outline, None) => outline.walk(None, &mut visit),
        }
    }

    /// Visits every piece.
    pub fn for_each_piece(&self, mut visit: impl FnMut(Piece<'_>)) {
        let _ = self.try_for_each_piece(|piece| {
            visit(piece);
            ControlFlow::Continue(())
        });
    }

    /// Visits every run of coordinates: points, lines and rings.
    pub fn for_each_run(&self, mut visit: impl FnMut(&[Coord])) {
        self.for_each_piece(|piece| match piece {
            Piece::Point(coord) => visit(&[coord]),
            Piece::Line(line) => visit(line),
            Piece::Polygon(rings) => rings.iter().for_each(&mut visit),
        });
    }

    /// Whether it is a single line or area.
    pub fn is_of_a_piece(&self) -> bool {
        let (mut pieces, mut points) = (0, 0);
        self.for_each_piece(|piece| {
            pieces += 1;
            points += usize::from(matches!(piece, Piece::Point(_)));
        });
        pieces == 1 && points == 0
    }

    /// Appends all coordinates, in an order that depends on the structure alone.
    pub fn append_coords_to(&self, coords: &mut Vec<Coord>) {
        if let Some(crs84) = self.crs84 {
            coords.extend(crs84.iter().map(|degrees| degrees.coord()));
            return;
        }
        self.for_each_run(|run| coords.extend_from_slice(run));
    }

    /// The bounding box; `None` of an empty shape.
    pub fn bounds(&self) -> Option<Rect> {
        if let Some(crs84) = self.crs84 {
            return DegreesE7::bounds(crs84);
        }
        let mut bounds = None;
        self.for_each_run(|run| bounds = union(bounds, bounds_of(run)));
        bounds
    }

    /// The shape as a geometry of its own.
    pub fn to_geometry(&self) -> Geometry {
        let mut geometry = match self.outline {
            Outline::Any(geometry) => plain(geometry.clone()),
            Outline::Areas(polygons) => Geometry::MultiPolygon(polygons.clone()),
            Outline::Packed(area) => Geometry::MultiPolygon(area.into()),
        };
        if let Some(crs84) = self.crs84 {
            let mut rest = crs84.iter().map(|degrees| degrees.coord());
            set_coords(&mut geometry, &mut || rest.next());
        }
        geometry
    }

    /// What kind of geometry it is, as GeoJSON names it.
    pub fn type_name(&self) -> &'static str {
        match self.outline {
            Outline::Any(geometry) => cadastre::raw::geometry_name(geometry),
            Outline::Areas(_) | Outline::Packed(_) => "MultiPolygon",
        }
    }
}

/// Room for some coordinates, on the stack if they are few: they are filled in, and lent for a while.
fn with_room<T>(len: usize, fill: impl FnOnce(&mut [Coord]), lend: impl FnOnce(&[Coord]) -> T) -> T {
    // Two sizes, as room is cleared before it is filled.
    const FEW: usize = 8;
    const SOME: usize = 32;
    let lend_filled = |room: &mut [Coord]| {
        fill(room);
        lend(room)
    };
    if len <= FEW {
        lend_filled(&mut [Coord::zero(); FEW][..len])
    } else if len <= SOME {
        lend_filled(&mut [Coord::zero(); SOME][..len])
    } else {
        lend_filled(&mut vec![Coord::zero(); len])
    }
}

impl Outline<'_> {
    /// Visits every piece, with coordinates from elsewhere or its own. A packed area must be given some.
    fn walk<F: FnMut(Piece<'_>) -> ControlFlow<()>>(self, coords: Option<&[Coord]>, visit: &mut F) -> ControlFlow<()> {
        match self {
            Self::Any(geometry) => Source(coords).walk(geometry, visit),
            Self::Areas(polygons) => {
                let mut source = Source(coords);
                polygons.iter().try_for_each(|polygon| visit(source.polygon(polygon)))
            }
            Self::Packed(area) => area.polygons().try_for_each(|rings| {
                let (before, count, coords) = (rings.start, rings.len(), coords.unwrap_or_default());
                visit(Piece::Polygon(Rings(Lying::Packed { area, before, count, coords })))
            }),
        }
    }
}

/// Where coordinates come from while a structure is walked.
struct Source<'a>(Option<&'a [Coord]>);

impl<'a> Source<'a> {
    /// The next coordinates, as many as the structure has here.
    fn take<'p>(&mut self, own: &'p [Coord]) -> &'p [Coord]
    where
        'a: 'p,
    {
        self.take_len(own.len()).unwrap_or(own)
    }

    fn take_len(&mut self, len: usize) -> Option<&'a [Coord]> {
        let (taken, rest) = self.0?.split_at_checked(len)?;
        self.0 = Some(rest);
        Some(taken)
    }

    fn polygon<'p>(&mut self, polygon: &'p Polygon) -> Piece<'p>
    where
        'a: 'p,
    {
        let len = polygon.exterior().0.len() + polygon.interiors().iter().map(|ring| ring.0.len()).sum::<usize>();
        let taken = self.take_len(len);
        Piece::Polygon(Rings(taken.map_or(Lying::Apart(polygon), |coords| Lying::Behind(polygon, coords))))
    }

    fn walk<F: FnMut(Piece<'_>) -> ControlFlow<()>>(&mut self, geometry: &Geometry, visit: &mut F) -> ControlFlow<()> {
        match geometry {
            Geometry::Point(point) => visit(Piece::Point(self.take(&[point.0])[0])),
            Geometry::Line(line) => visit(Piece::Line(self.take(&[line.start, line.end]))),
            Geometry::LineString(line) => visit(Piece::Line(self.take(&line.0))),
            Geometry::Polygon(polygon) => visit(self.polygon(polygon)),
            Geometry::Rect(rect) => visit(self.polygon(&rect.to_polygon())),
            Geometry::Triangle(triangle) => visit(self.polygon(&triangle.to_polygon())),
            Geometry::MultiPoint(points) => {
                points.iter().try_for_each(|point| visit(Piece::Point(self.take(&[point.0])[0])))
            }
            Geometry::MultiLineString(lines) => {
                lines.iter().try_for_each(|line| visit(Piece::Line(self.take(&line.0))))
            }
            Geometry::MultiPolygon(polygons) => polygons.iter().try_for_each(|polygon| visit(self.polygon(polygon))),
            Geometry::GeometryCollection(parts) => parts.iter().try_for_each(|part| self.walk(part, visit)),
        }
    }
}

impl<'p> Rings<'p> {
    /// The rings, the exterior first.
    pub fn iter(self) -> impl Iterator<Item = &'p [Coord]> {
        let rest = if let Lying::Behind(_, coords) = self.0 { coords } else { &[] };
        RingsIter { lying: self.0, next: 0, rest }
    }

    /// The exterior ring.
    pub fn exterior(self) -> &'p [Coord] {
        self.iter().next().unwrap_or_default()
    }
}

/// Not a chain of what is done in each case: most areas have one ring, and are over at once.
struct RingsIter<'p> {
    lying: Lying<'p>,
    /// Number of the ring that comes next.
    next: usize,
    /// Its coordinates and those behind it, where rings lie so.
    rest: &'p [Coord],
}

impl<'p> Iterator for RingsIter<'p> {
    type Item = &'p [Coord];
    fn next(&mut self) -> Option<&'p [Coord]> {
        let number = self.next;
        self.next += 1;
        match self.lying {
            Lying::Apart(polygon) => Some(&ring_of(polygon, number)?.0),
            Lying::Behind(polygon, _) => {
                let (ring, rest) = self.rest.split_at(ring_of(polygon, number)?.0.len());
                self.rest = rest;
                Some(ring)
            }
            Lying::Packed { area, before, count, coords } => {
                (number < count).then(|| &coords[area.ring(before + number)])
            }
        }
    }
}

fn ring_of(polygon: &Polygon, number: usize) -> Option<&LineString> {
    match number.checked_sub(1) {
        None => Some(polygon.exterior()),
        Some(interior) => polygon.interiors().get(interior),
    }
}

/// Lines, rectangles and triangles of the `geo` world become what the standards know.
fn plain(geometry: Geometry) -> Geometry {
    match geometry {
        Geometry::Line(line) => Geometry::LineString(line.into()),
        Geometry::Rect(rect) => Geometry::Polygon(rect.to_polygon()),
        Geometry::Triangle(triangle) => Geometry::Polygon(triangle.to_polygon()),
        Geometry::GeometryCollection(parts) => Geometry::GeometryCollection(parts.into_iter().map(plain).collect()),
        other => other,
    }
}

fn set_coords(geometry: &mut Geometry, next: &mut impl FnMut() -> Option<Coord>) {
    use geo::MapCoordsInPlace as _;
    let next = std::cell::RefCell::new(next);
    geometry.map_coords_in_place(|old| next.borrow_mut()().unwrap_or(old));
}

/// The bounding box of coordinates; `None` of none.
pub(crate) fn bounds_of(coords: &[Coord]) -> Option<Rect> {
    let (first, rest) = coords.split_first()?;
    let (mut min, mut max) = (*first, *first);
    for coord in rest {
        min = Coord { x: min.x.min(coord.x), y: min.y.min(coord.y) };
        max = Coord { x: max.x.max(coord.x), y: max.y.max(coord.y) };
    }
    Some(Rect::new(min, max))
}

/// The box around two boxes.
pub(crate) fn union(a: Option<Rect>, b: Option<Rect>) -> Option<Rect> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    Some(Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    ))
}
