//! From shapes in CRS84 to geometry in whole units of a tile.

use geo_types::{Coord, Rect};

use super::{
    clip::{ClipBox, Place},
    matrix::{EXTENT, Projection},
    units::{Ring, Vertex, tidy_line, tidy_ring, to_grid},
    valid::{is_plainly_valid, valid_polygons},
};
use crate::geometry::{Piece, Rings, Shape};

/// Areas and lines reach so many units beyond the tile, so that their clipped edges are drawn where nobody looks.
pub const BUFFER: i32 = 64;

/// Kind of a run of vertices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Point,
    Line,
    Exterior,
    Interior,
}

/// Geometry of many features, one after the other.
#[derive(Debug, Default)]
pub(super) struct Arena {
    vertices: Vec<Vertex>,
    /// Kind of each run, and where its vertices end.
    runs: Vec<(Role, usize)>,
}

impl Arena {
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    pub(super) fn run(&self, number: usize) -> (Role, &[Vertex]) {
        let start = number.checked_sub(1).map_or(0, |before| self.runs[before].1);
        let (role, end) = self.runs[number];
        (role, &self.vertices[start..end])
    }

    pub(super) fn push(&mut self, role: Role, vertices: &[Vertex]) {
        self.vertices.extend_from_slice(vertices);
        self.runs.push((role, self.vertices.len()));
    }
}

/// The knife of a tile, with what it reuses.
#[derive(Debug)]
pub(super) struct Cutter {
    projection: Projection,
    clip: ClipBox,
    /// Vertices fall on a grid of this many units.
    step: i32,
    projected: Vec<Coord>,
    spare: Vec<Coord>,
    cut: Cut,
}

/// What is left of the polygons of a feature, ring after ring.
#[derive(Debug, Default)]
struct Cut {
    vertices: Vec<Vertex>,
    /// Where the vertices of each ring begin, and whether it is the exterior of its polygon.
    rings: Vec<(usize, bool)>,
}

impl Cut {
    fn clear(&mut self) {
        self.vertices.clear();
        self.rings.clear();
    }

    /// The only ring, if there is no more.
    fn only_ring(&self) -> Option<&[Vertex]> {
        (self.rings.len() == 1).then_some(&self.vertices)
    }

    fn to_polygons(&self) -> Vec<Vec<Ring>> {
        let ends = self.rings.iter().skip(1).map(|(start, _)| *start).chain([self.vertices.len()]);
        let mut polygons: Vec<Vec<Ring>> = Vec::new();
        for (&(start, is_exterior), end) in self.rings.iter().zip(ends) {
            let ring = self.vertices[start..end].to_vec();
            match polygons.last_mut().filter(|_| !is_exterior) {
                Some(polygon) => polygon.push(ring),
                None => polygons.push(vec![ring]),
            }
        }
        polygons
    }
}

impl Cutter {
    pub(super) fn new(projection: Projection, step: i32) -> Self {
        let clip = ClipBox { min: f64::from(-BUFFER), max: f64::from(EXTENT + BUFFER) };
        Self { projection, clip, step, projected: Vec::new(), spare: Vec::new(), cut: Cut::default() }
    }

    /// The unit a position falls into, if it lies in the tile: each position lies in one tile of a zoom level.
    pub(super) fn point(&self, position: Coord) -> Option<Vertex> {
        let Coord { x, y } = self.projection.project(position);
        let tile = 0.0..f64::from(EXTENT);
        (tile.contains(&x) && tile.contains(&y)).then_some(Coord { x: x as i32, y: y as i32 })
    }

    /// Whether a box in CRS84 is so small that neither line nor area is left of what it holds.
    pub(super) fn vanishes(&self, bounds: &Rect) -> bool {
        let [one, other] =
            [bounds.min(), bounds.max()].map(|corner| to_grid(self.projection.project(corner), self.step));
        one == other
    }

    /// Cuts the areas of a shape. Returns the area of the whole shape, not only of what lies in the tile, in squared
    /// units.
    pub(super) fn areas(&mut self, shape: &Shape<'_>, out: &mut Arena) -> f64 {
        self.cut.clear();
        let mut size = 0.0;
        shape.for_each_piece(|piece| {
            if let Piece::Polygon(rings) = piece {
                size += self.polygon(rings);
            }
        });
        match self.cut.only_ring() {
            // Most parcels: nothing is allocated for them.
            Some(ring) if is_plainly_valid(ring) => out.push(Role::Exterior, ring),
            _ => {
                for polygon in valid_polygons(self.cut.to_polygons()) {
                    for (number, ring) in polygon.iter().enumerate() {
                        out.push(if number == 0 { Role::Exterior } else { Role::Interior }, ring);
                    }
                }
            }
        }
        size
    }

    /// Adds what is left of a polygon to the cut. Returns the area of the whole of it.
    fn polygon(&mut self, rings: Rings<'_>) -> f64 {
        let mut size = 0.0;
        for (number, ring) in rings.iter().enumerate() {
            let is_exterior = number == 0;
            let (is_left, area) = self.ring(ring, is_exterior);
            size += if is_exterior { area } else { -area };
            if is_exterior && !is_left {
                break;
            }
        }
        size
    }

    /// Adds what is left of a ring, given with its closing vertex, to the cut. Returns whether anything is, and the area
    /// within the whole of it.
    fn ring(&mut self, ring: &[Coord], is_exterior: bool) -> (bool, f64) {
        let open = ring.split_last().map_or(ring, |(_, open)| open);
        self.projected.clear();
        self.projected.extend(open.iter().map(|p| self.projection.project(*p)));
        let area = area(&self.projected);
        match self.clip.place(&self.projected) {
            Place::Outside => return (false, area),
            Place::Inside => {}
            Place::Across => self.clip.clip_ring(&mut self.projected, &mut self.spare),
        }
        let Cut { vertices, rings } = &mut self.cut;
        let start = vertices.len();
        vertices.extend(self.projected.iter().map(|p| to_grid(*p, self.step)));
        tidy_ring(vertices, start);
        let is_left = vertices.len() > start;
        if is_left {
            rings.push((start, is_exterior));
        }
        (is_left, area)
    }

    /// Cuts the lines of a shape. Returns the length of the whole shape in units.
    pub(super) fn lines(&mut self, shape: &Shape<'_>, out: &mut Arena) -> f64 {
        let mut size = 0.0;
        shape.for_each_piece(|piece| {
            let Piece::Line(line) = piece else { return };
            self.projected.clear();
            self.projected.extend(line.iter().map(|p| self.projection.project(*p)));
            size +=
                self.projected.windows(2).map(|edge| (edge[1] - edge[0]).x.hypot((edge[1] - edge[0]).y)).sum::<f64>();
            self.clip.clip_line(&self.projected, |part| {
                let units: Vec<Vertex> = part.iter().map(|p| to_grid(*p, self.step)).collect();
                let tidy = tidy_line(&units);
                if tidy.len() > 1 {
                    out.push(Role::Line, &tidy);
                }
            });
        });
        size
    }

    /// Gives every point of a shape that lies in the tile to `visit`.
    pub(super) fn points(&self, shape: &Shape<'_>, mut visit: impl FnMut(Vertex)) {
        shape.for_each_piece(|piece| {
            if let Piece::Point(position) = piece
                && let Some(point) = self.point(position)
            {
                visit(point);
            }
        });
    }
}

/// Area within an open ring.
fn area(ring: &[Coord]) -> f64 {
    let Some((origin, rest)) = ring.split_first() else { return 0.0 };
    let doubled = rest.windows(2).map(|edge| {
        let (a, b) = (edge[0] - *origin, edge[1] - *origin);
        a.x * b.y - b.x * a.y
    });
    (doubled.sum::<f64>() / 2.0).abs()
}
