//! Areas that adjoin each other, made one.
//!
//! A boundary that two areas share is walked once in each direction, so both fall away; what is left runs round the
//! outside. Shared corners must be the same numbers, as in a cadastre they are; where one of two neighbours has a corner
//! more on their boundary, the other is given it.

use std::collections::HashMap;

use geo_types::{Coord, LineString, MultiPolygon, Polygon, Rect};

use super::{
    Piece, Shape,
    predicate::{Position, position_in_ring, segment_bounds},
};
use crate::tree::PackedTree;

/// What some areas cover together. Takes time in proportion to their edges.
pub(crate) fn dissolve<'a>(areas: impl IntoIterator<Item = Shape<'a>>) -> MultiPolygon {
    let mut edges = Edges::default();
    for area in areas {
        area.for_each_piece(|piece| {
            if let Piece::Polygon(rings) = piece {
                rings.iter().enumerate().for_each(|(number, ring)| edges.add(ring, number == 0));
            }
        });
    }
    nested(edges.into_rings().into_iter().filter(|ring| !is_sliver(ring)).collect())
}

/// Directed edges between numbered corners, the inside to their left.
#[derive(Default)]
struct Edges {
    numbers: HashMap<[u64; 2], u32>,
    corners: Vec<Coord>,
    directed: Vec<[u32; 2]>,
}

impl Edges {
    /// Adds a closed ring.
    fn add(&mut self, ring: &[Coord], is_exterior: bool) {
        let is_left = doubled_area(ring) > 0.0;
        let corners: Vec<u32> = ring.iter().map(|corner| self.number(*corner)).collect();
        let edges = corners.windows(2).map(|edge| [edge[0], edge[1]]).filter(|[from, to]| from != to);
        if is_left == is_exterior {
            self.directed.extend(edges);
        } else {
            self.directed.extend(edges.map(|[from, to]| [to, from]));
        }
    }

    fn number(&mut self, corner: Coord) -> u32 {
        // Both zeros are one corner.
        let key = [corner.x + 0.0, corner.y + 0.0].map(f64::to_bits);
        *self.numbers.entry(key).or_insert_with(|| {
            self.corners.push(corner);
            self.corners.len() as u32 - 1
        })
    }

    /// Takes away what is walked in both directions.
    fn cancel(&mut self) {
        let undirected = |[from, to]: &[u32; 2]| (*from.min(to), *from.max(to));
        self.directed.sort_unstable_by_key(|edge| (undirected(edge), edge[0]));
        self.directed = self
            .directed
            .chunk_by(|a, b| undirected(a) == undirected(b))
            .flat_map(|same| {
                let onward = same.iter().filter(|edge| edge[0] < edge[1]).count();
                let back = same.len() - onward;
                // Edges onward come first.
                if onward > back { &same[..onward - back] } else { &same[2 * onward..] }
            })
            .copied()
            .collect();
    }

    /// Gives every edge the corners that lie on it.
    fn split(&mut self) {
        let mut corners: Vec<u32> = self.directed.iter().map(|[from, _]| *from).collect();
        corners.sort_unstable();
        corners.dedup();
        let Some(first) = corners.first() else { return };
        let point = |corner: &u32| self.corners[*corner as usize];
        let tree = PackedTree::new(corners.iter().map(|corner| Rect::new(point(corner), point(corner))), point(first));
        let mut split = Vec::with_capacity(self.directed.len());
        for [from, to] in &self.directed {
            let (a, b) = (point(from), point(to));
            let mut on: Vec<(f64, u32)> = Vec::new();
            tree.any(&grown(a, b), |item| {
                let corner = corners[item];
                on.extend(part_along(a, b, point(&corner)).map(|part| (part, corner)));
                false
            });
            on.retain(|(_, corner)| corner != from && corner != to);
            on.sort_by(|one, other| one.0.total_cmp(&other.0));
            let mut last = *from;
            for corner in on.into_iter().map(|(_, corner)| corner).chain([*to]) {
                split.push([last, corner]);
                last = corner;
            }
        }
        self.directed = split;
    }

    /// Walks what is left of the edges, ring after ring; none passes a corner twice. As many edges leave a corner as come
    /// there, so each walk comes back.
    fn into_rings(mut self) -> Vec<Vec<Coord>> {
        self.cancel();
        self.split();
        self.cancel();
        self.directed.sort_unstable();
        let mut next: Vec<usize> = (0..=self.corners.len() as u32)
            .map(|corner| self.directed.partition_point(|edge| edge[0] < corner))
            .collect();
        let ends: Vec<usize> = next.iter().skip(1).copied().collect();
        let mut rings = Vec::new();
        let mut place: Vec<Option<usize>> = vec![None; self.corners.len()];
        for start in 0..self.corners.len() {
            let mut walk: Vec<usize> = Vec::new();
            let mut at = start;
            loop {
                if let Some(first) = place[at] {
                    let ring = walk.split_off(first);
                    for corner in &ring {
                        place[*corner] = None;
                    }
                    let closed = ring.iter().chain(ring.first()).map(|corner| self.corners[*corner]);
                    rings.push(closed.collect());
                }
                if next[at] == ends[at] {
                    break;
                }
                place[at] = Some(walk.len());
                walk.push(at);
                let edge = self.directed[next[at]];
                next[at] += 1;
                at = edge[1] as usize;
            }
        }
        rings
    }
}

/// In degrees, less than two centimetres: so far from an edge a corner still lies on it.
const NEAR: f64 = 2e-7;

fn grown(a: Coord, b: Coord) -> Rect {
    let bounds = segment_bounds(a, b);
    let margin = Coord { x: NEAR, y: NEAR };
    Rect::new(bounds.min() - margin, bounds.max() + margin)
}

/// How far along an edge a corner lies on it, as a part of its length; `None`: beside it, or at an end.
fn part_along(a: Coord, b: Coord, corner: Coord) -> Option<f64> {
    let (edge, to) = (b - a, corner - a);
    let squared = edge.x * edge.x + edge.y * edge.y;
    let part = (edge.x * to.x + edge.y * to.y) / squared;
    let beside = (edge.x * to.y - edge.y * to.x).abs() / squared.sqrt();
    (part > 0.0 && part < 1.0 && beside <= NEAR).then_some(part)
}

/// Polygons of rings that do not cross: those that turn left, each with the holes that lie in it and in no smaller one.
fn nested(rings: Vec<Vec<Coord>>) -> MultiPolygon {
    let (mut exteriors, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| doubled_area(ring) > 0.0);
    // The smallest first.
    exteriors.sort_by(|a, b| doubled_area(a).total_cmp(&doubled_area(b)));
    let mut holes_of: Vec<Vec<LineString>> = vec![Vec::new(); exteriors.len()];
    for hole in holes {
        if let Some(around) = exteriors.iter().position(|exterior| lies_in(&hole, exterior)) {
            holes_of[around].push(LineString(hole));
        }
    }
    exteriors
        .into_iter()
        .zip(holes_of)
        .map(|(exterior, holes)| Polygon::new(LineString(exterior), holes))
        .collect::<Vec<_>>()
        .into()
}

/// Whether a ring lies in another one; they may have corners in common.
fn lies_in(ring: &[Coord], around: &[Coord]) -> bool {
    let mut positions = ring.iter().map(|corner| position_in_ring(around, *corner));
    match positions.find(|position| *position != Position::Boundary) {
        Some(position) => position == Position::Inside,
        // All its corners are on the other: its edges are not.
        None => ring.windows(2).any(|edge| position_in_ring(around, (edge[0] + edge[1]) / 2.0) == Position::Inside),
    }
}

/// Whether a ring is so narrow that nobody would see it: what is left where a neighbour has a corner more.
fn is_sliver(ring: &[Coord]) -> bool {
    /// Of a strip 5 m wide and 2 km long it is ten times as much.
    const OF_SQUARED_LENGTH: f64 = 6e-5;
    let length: f64 = ring.windows(2).map(|edge| (edge[1] - edge[0]).x.hypot((edge[1] - edge[0]).y)).sum();
    doubled_area(ring).abs() / 2.0 <= OF_SQUARED_LENGTH * length * length
}

/// Twice the area in a closed ring, positive if it turns left.
fn doubled_area(ring: &[Coord]) -> f64 {
    let Some((origin, rest)) = ring.split_first() else { return 0.0 };
    let part = |edge: &[Coord]| {
        let (a, b) = (edge[0] - *origin, edge[1] - *origin);
        a.x * b.y - b.x * a.y
    };
    rest.windows(2).map(part).sum()
}

#[cfg(test)]
mod tests {
    use geo::{Area, Contains, MapCoords, Validation};
    use geo_types::{Coord, Geometry, MultiPolygon, Point, Polygon, polygon};
    use proptest::prelude::*;

    use super::dissolve;
    use crate::geometry::Shape;

    const SIDE: usize = 6;

    fn of(areas: &[Polygon]) -> MultiPolygon {
        let areas: Vec<Geometry> = areas.iter().cloned().map(Geometry::from).collect();
        dissolve(areas.iter().map(Shape::from))
    }

    /// A square of a grid, its ring begun at some corner, in either direction.
    fn square(cell: usize, begin: usize, is_left: bool) -> Polygon {
        let (x, y) = ((cell % SIDE) as f64, (cell / SIDE) as f64);
        let mut ring = vec![(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0)];
        ring.rotate_left(begin % 4);
        if !is_left {
            ring.reverse();
        }
        Polygon::new(ring.into(), Vec::new())
    }

    proptest! {
        #[test]
        fn squares_cover_together_what_each_covers(
            cells in proptest::collection::btree_map(0..SIDE * SIDE, (0..4usize, any::<bool>()), 0..SIDE * SIDE),
        ) {
            let squares: Vec<Polygon> =
                cells.iter().map(|(cell, (begin, is_left))| square(*cell, *begin, *is_left)).collect();
            let found = of(&squares);
            prop_assert!(found.is_valid(), "{found:?}");
            prop_assert!((found.unsigned_area() - cells.len() as f64).abs() < 1e-9);
            for cell in 0..SIDE * SIDE {
                let middle = Point::new((cell % SIDE) as f64 + 0.5, (cell / SIDE) as f64 + 0.5);
                prop_assert_eq!(found.contains(&middle), cells.contains_key(&cell), "{}", cell);
            }
        }
    }

    #[test]
    fn a_corner_more_on_one_side_leaves_no_sliver() {
        let left = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 2.0), (x: 0.0, y: 2.0)];
        let low = polygon![(x: 1.0, y: 0.0), (x: 2.0, y: 0.0), (x: 2.0, y: 1.0), (x: 1.0, y: 1.0)];
        let high = polygon![(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0), (x: 1.0, y: 2.0)];
        // Also where the corner lies beside the edge by what rounding makes of it.
        let moved = |square: &Polygon| {
            square.map_coords(|c| if c == (Coord { x: 1.0, y: 1.0 }) { Coord { x: 1.0 + 1e-8, ..c } } else { c })
        };
        for [low, high] in [[low.clone(), high.clone()], [moved(&low), moved(&high)]] {
            let found = of(&[left.clone(), low, high]);
            assert!(found.0.len() == 1 && found.is_valid(), "{found:?}");
            assert!((found.unsigned_area() - 4.0).abs() < 1e-6);
        }
    }

    #[test]
    fn what_lies_in_a_hole_is_an_area_of_its_own() {
        let ring = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 9.0)],
            interiors: [[(x: 3.0, y: 3.0), (x: 6.0, y: 3.0), (x: 6.0, y: 6.0), (x: 3.0, y: 6.0)]],
        );
        let island = polygon![(x: 4.0, y: 4.0), (x: 5.0, y: 4.0), (x: 5.0, y: 5.0), (x: 4.0, y: 5.0)];
        let found = of(&[ring.clone(), island]);
        assert_eq!((found.0.len(), found.unsigned_area()), (2, 73.0));
        // What fills the hole closes it.
        let filling = polygon![(x: 3.0, y: 3.0), (x: 6.0, y: 3.0), (x: 6.0, y: 6.0), (x: 3.0, y: 6.0)];
        let found = of(&[ring, filling]);
        assert!(found.0.len() == 1 && found.0[0].interiors().is_empty(), "{found:?}");
    }

    #[test]
    fn nothing_covers_nothing() {
        assert_eq!(of(&[]).0.len(), 0);
        let point = Geometry::from(Point::from(Coord { x: 1.0, y: 2.0 }));
        assert_eq!(dissolve([Shape::from(&point)]).0.len(), 0);
    }
}
