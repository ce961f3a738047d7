//! An area made ready to be compared with many shapes.

use geo::kernels::Orientation;
use geo_types::{Coord, MultiPolygon, Rect};

use super::{
    Piece, Shape, bounds_of,
    net::{Cells, Net, Side},
    predicate::{
        Position, any_piece, orient, position_in_rings, rect_contains, rects_intersect, segment_bounds,
        segment_intersects_rect, segments_intersect,
    },
    union,
};
use crate::tree::{PackedTree, Relation};

/// A valid area whose edges lie in a tree and a net: a test costs the edges nearby, not all of them, and far from
/// the boundary none.
#[derive(Clone, Debug)]
pub(crate) struct PreparedArea {
    edges: Vec<[Coord; 2]>,
    tree: PackedTree,
    net: Net,
    bounds: Rect,
    /// A vertex of each exterior ring.
    corners: Vec<Coord>,
}

impl PreparedArea {
    /// `None` of an empty area.
    pub(crate) fn new(area: &MultiPolygon) -> Option<Self> {
        let rings = || area.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let bounds = rings().fold(None, |bounds, ring| union(bounds, bounds_of(&ring.0)))?;
        let edges: Vec<[Coord; 2]> =
            rings().flat_map(|ring| ring.0.windows(2).map(|edge| [edge[0], edge[1]])).collect();
        let tree = PackedTree::new(edges.iter().map(|[a, b]| segment_bounds(*a, *b)), bounds.min());
        let corners = area.iter().filter_map(|polygon| polygon.exterior().0.first().copied()).collect();
        let net = Net::new(&edges, bounds, |p| contains(&edges, &tree, &bounds, p));
        Some(Self { edges, tree, net, bounds, corners })
    }

    pub(crate) fn bounds(&self) -> Rect {
        self.bounds
    }

    /// How a closed box lies to the area, exactly.
    pub(crate) fn relate(&self, rect: &Rect) -> Relation {
        if !rects_intersect(&self.bounds, rect) {
            return Relation::Disjoint;
        }
        let cells = self.net.cells(rect);
        let side = self.net.side(&cells);
        if side == Side::Both
            && self.net.any_edge(&cells, |edge| segment_intersects_rect(self.edges[edge][0], self.edges[edge][1], rect))
        {
            return Relation::Overlaps;
        }
        let is_inside = match side {
            Side::Inside => true,
            Side::Outside => false,
            // All of the box lies on one side.
            Side::Both => match self.net.some_side(&cells) {
                Some(side) => side == Side::Inside,
                None => self.contains(rect.min()),
            },
        };
        if is_inside { Relation::Inside } else { Relation::Disjoint }
    }

    /// Whether a point lies in the area or on its boundary.
    pub(crate) fn contains(&self, p: Coord) -> bool {
        if !rect_contains(&self.bounds, p) {
            return false;
        }
        match self.net.side_at(p) {
            Side::Inside => true,
            Side::Outside => false,
            Side::Both => match self.net.beside(p) {
                Some((place, cells, side)) => self.is_inside_from(place, &cells, side == Side::Inside, p),
                None => contains(&self.edges, &self.tree, &self.bounds, p),
            },
        }
    }

    /// Walks from a place of which it is known whether it is inside, on no edge, to a point at the same height: every
    /// edge on the way, all of them in these cells, leads to the other side.
    fn is_inside_from(&self, place: Coord, cells: &Cells, is_inside: bool, p: Coord) -> bool {
        let mut is_inside = is_inside;
        let mut seen: Vec<usize> = Vec::new();
        let is_on_boundary = self.net.any_edge(cells, |edge| {
            let [a, b] = self.edges[edge];
            let (upward, downward) = (a.y <= p.y && p.y < b.y, b.y <= p.y && p.y < a.y);
            let may_touch = a.y.min(b.y) <= p.y && p.y <= a.y.max(b.y);
            if !may_touch || seen.contains(&edge) {
                return false;
            }
            seen.push(edge);
            let side = orient(a, b, p);
            if side == Orientation::Collinear && rects_intersect(&segment_bounds(a, b), &Rect::new(p, p)) {
                return true;
            }
            is_inside ^= (upward || downward) && side != orient(a, b, place);
            false
        });
        is_on_boundary || is_inside
    }

    /// Whether the area and a shape, both closed, have a point in common.
    pub(crate) fn intersects(&self, shape: &Shape<'_>) -> bool {
        any_piece(shape, |piece| match piece {
            Piece::Point(p) => self.contains(p),
            Piece::Line(line) => self.meets_run(line),
            // Where no edges meet, one lies in the other as a whole, or they are apart.
            Piece::Polygon(rings) => {
                rings.iter().any(|ring| self.meets_run(ring))
                    || self.corners.iter().any(|p| position_in_rings(rings.iter(), *p) != Position::Outside)
            }
        })
    }

    /// Whether a line without gaps has a point in common with the area.
    fn meets_run(&self, run: &[Coord]) -> bool {
        let Some(bounds) = bounds_of(run).filter(|bounds| rects_intersect(bounds, &self.bounds)) else { return false };
        match self.net.side(&self.net.cells(&bounds)) {
            Side::Inside => true,
            Side::Outside => false,
            Side::Both => self.crosses(run, &bounds) || self.holds_end(run),
        }
    }

    /// Whether a run that meets no edge lies in the area.
    fn holds_end(&self, run: &[Coord]) -> bool {
        let sides =
            run.iter().map(|p| if rect_contains(&self.bounds, *p) { self.net.side_at(*p) } else { Side::Outside });
        match sides.into_iter().find(|side| *side != Side::Both) {
            Some(side) => side == Side::Inside,
            None => run.first().is_some_and(|p| self.contains(*p)),
        }
    }

    fn crosses(&self, run: &[Coord], bounds: &Rect) -> bool {
        /// A short run is compared with all edges nearby at once.
        const SHORT: usize = 32;
        let meets = |edge: &[Coord], other: usize| {
            segments_intersect(edge[0], edge[1], self.edges[other][0], self.edges[other][1])
        };
        if run.len() <= SHORT {
            let is_hit = |other: usize| {
                rects_intersect(bounds, &segment_bounds(self.edges[other][0], self.edges[other][1]))
                    && run.windows(2).any(|edge| meets(edge, other))
            };
            return self.net.any_edge(&self.net.cells(bounds), is_hit);
        }
        run.windows(2).any(|edge| self.tree.any(&segment_bounds(edge[0], edge[1]), |other| meets(edge, other)))
    }
}

/// Whether a point lies in an area with these edges or on its boundary.
fn contains(edges: &[[Coord; 2]], tree: &PackedTree, bounds: &Rect, p: Coord) -> bool {
    let mut inside = false;
    let ray = Rect::new(p, Coord { x: bounds.max().x.max(p.x), y: p.y });
    let on_boundary = tree.any(&ray, |edge| {
        let [a, b] = edges[edge];
        let (side, upward) = (orient(a, b, p), a.y <= p.y && p.y < b.y);
        if side == Orientation::Collinear && rects_intersect(&segment_bounds(a, b), &Rect::new(p, p)) {
            return true;
        }
        let downward = b.y <= p.y && p.y < a.y;
        inside ^= (upward && side == Orientation::CounterClockwise) || (downward && side == Orientation::Clockwise);
        false
    });
    on_boundary || inside
}

#[cfg(test)]
mod tests {
    use geo::{Intersects, Validation};
    use geo_types::{Geometry, LineString, MultiPolygon, Point, Polygon, Rect};
    use proptest::prelude::*;

    use super::PreparedArea;
    use crate::{geometry::Shape, tree::Relation};

    fn star(centre: (i32, i32), radii: &[i32]) -> LineString {
        let around = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];
        let vertex = |((x, y), r): (&(i32, i32), &i32)| (f64::from(centre.0 + x * r), f64::from(centre.1 + y * r));
        around.iter().zip(radii).map(vertex).collect::<Vec<_>>().into()
    }

    fn area() -> impl Strategy<Value = Polygon> {
        let radii = || proptest::collection::vec(3..6i32, 8);
        ((-6..6i32, -6..6i32), radii(), proptest::option::of(proptest::collection::vec(1..3i32, 8))).prop_map(
            |(centre, radii, hole)| {
                Polygon::new(star(centre, &radii), hole.iter().map(|hole| star(centre, hole)).collect())
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn areas_are_compared_as_by_geo(
            area in area(),
            other in area(),
            p in (-9..9i32, -9..9i32),
            line in proptest::collection::vec((-9..9i32, -9..9i32), 2..4),
        ) {
            prop_assume!(area.is_valid() && other.is_valid());
            let prepared = PreparedArea::new(&MultiPolygon(vec![area.clone()])).unwrap();
            let point = Point::new(f64::from(p.0), f64::from(p.1));
            prop_assert_eq!(prepared.contains(point.0), area.intersects(&point));
            let line: LineString = line.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
            for shape in [Geometry::from(other.clone()), line.into(), point.into()] {
                prop_assert_eq!(prepared.intersects(&Shape::from(&shape)), area.intersects(&shape), "{:?}", shape);
            }
            let rect = Rect::new((f64::from(p.0), f64::from(p.1)), (f64::from(p.0) + 1.5, f64::from(p.1) + 1.5));
            match prepared.relate(&rect) {
                Relation::Disjoint => prop_assert!(!area.intersects(&rect)),
                Relation::Inside | Relation::Crosses | Relation::Overlaps => prop_assert!(area.intersects(&rect)),
            }
        }
    }

    #[test]
    fn nothing_is_no_area() {
        assert!(PreparedArea::new(&MultiPolygon(vec![])).is_none());
    }
}
