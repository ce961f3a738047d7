//! Exact predicates on coordinates: no tolerance, no rounding (Shewchuk's orientation test).
//!
//! Boundaries belong to their geometry: touching is intersecting, as in OGC Simple Features and PostGIS.

#![expect(clippy::float_cmp, reason = "exact predicates compare exactly")]

use std::ops::ControlFlow;

use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo_types::{Coord, Rect};

use super::{Piece, Rings, Shape, bounds_of};

/// Where a point lies to an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    Inside,
    Boundary,
    Outside,
}

/// On which side of the line from `a` to `b` lies `c`.
pub(crate) fn orient(a: Coord, b: Coord, c: Coord) -> Orientation {
    RobustKernel::orient2d(a, b, c)
}

/// The box of a segment.
pub(crate) fn segment_bounds(a: Coord, b: Coord) -> Rect {
    Rect::new(a, b)
}

pub(crate) fn rects_intersect(a: &Rect, b: &Rect) -> bool {
    a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
}

pub(crate) fn rect_contains(rect: &Rect, c: Coord) -> bool {
    rect.min().x <= c.x && c.x <= rect.max().x && rect.min().y <= c.y && c.y <= rect.max().y
}

/// Whether `c` lies on the segment.
pub(crate) fn is_on_segment(a: Coord, b: Coord, c: Coord) -> bool {
    rect_contains(&segment_bounds(a, b), c) && orient(a, b, c) == Orientation::Collinear
}

/// Where a point lies to a closed ring, by the even-odd rule.
pub(crate) fn position_in_ring(ring: &[Coord], p: Coord) -> Position {
    let mut inside = false;
    for edge in ring.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        if a == p || b == p || (a.y == b.y && is_on_segment(a, b, p)) {
            return Position::Boundary;
        }
        // A ray to the right meets the edge, its upper end excluded.
        let upward = a.y <= p.y && p.y < b.y;
        let downward = b.y <= p.y && p.y < a.y;
        if !(upward || downward) || p.x > a.x.max(b.x) {
            continue;
        }
        match (orient(a, b, p), upward) {
            (Orientation::Collinear, _) => return Position::Boundary,
            (Orientation::CounterClockwise, true) | (Orientation::Clockwise, false) => inside = !inside,
            _ => {}
        }
    }
    if inside { Position::Inside } else { Position::Outside }
}

/// Where a point lies to an area with holes.
pub(crate) fn position_in_rings<'r>(mut rings: impl Iterator<Item = &'r [Coord]>, p: Coord) -> Position {
    match rings.next().map(|exterior| position_in_ring(exterior, p)) {
        Some(Position::Inside) => {}
        Some(position) => return position,
        None => return Position::Outside,
    }
    for hole in rings {
        match position_in_ring(hole, p) {
            Position::Inside => return Position::Outside,
            Position::Boundary => return Position::Boundary,
            Position::Outside => {}
        }
    }
    Position::Inside
}

/// Whether two closed segments have a point in common.
pub(crate) fn segments_intersect(a: Coord, b: Coord, c: Coord, d: Coord) -> bool {
    rects_intersect(&segment_bounds(a, b), &segment_bounds(c, d))
        && !is_one_side(orient(a, b, c), orient(a, b, d))
        && !is_one_side(orient(c, d, a), orient(c, d, b))
}

fn is_one_side(a: Orientation, b: Orientation) -> bool {
    a == b && a != Orientation::Collinear
}

/// Whether a segment and a rectangle, both closed, have a point in common.
pub(crate) fn segment_intersects_rect(a: Coord, b: Coord, rect: &Rect) -> bool {
    if !rects_intersect(&segment_bounds(a, b), rect) {
        return false;
    }
    if rect_contains(rect, a) || rect_contains(rect, b) {
        return true;
    }
    let (min, max) = (rect.min(), rect.max());
    let side = orient(a, b, min);
    let corners = [Coord { x: max.x, y: min.y }, max, Coord { x: min.x, y: max.y }];
    side == Orientation::Collinear || corners.into_iter().any(|corner| orient(a, b, corner) != side)
}

/// Whether a shape and a rectangle, both closed, have a point in common.
pub(crate) fn shape_intersects_rect(shape: &Shape<'_>, rect: &Rect) -> bool {
    any_piece(shape, |piece| match piece {
        Piece::Point(p) => rect_contains(rect, p),
        Piece::Line(line) => run_intersects_rect(line, rect),
        Piece::Polygon(rings) => rings_intersect_rect(rings, rect),
    })
}

fn rings_intersect_rect(rings: Rings<'_>, rect: &Rect) -> bool {
    rings.iter().any(|ring| run_intersects_rect(ring, rect))
        || position_in_rings(rings.iter(), rect.min()) != Position::Outside
}

fn run_intersects_rect(run: &[Coord], rect: &Rect) -> bool {
    let Some(bounds) = bounds_of(run).filter(|bounds| rects_intersect(bounds, rect)) else { return false };
    // A line without gaps that stays between two opposite sides, or their continuations, and gets beside the
    // rectangle, gets into it: only what lies around a corner must be looked at closely.
    let (min, max) = (rect.min(), rect.max());
    let stays_between =
        (min.x <= bounds.min().x && bounds.max().x <= max.x) || (min.y <= bounds.min().y && bounds.max().y <= max.y);
    stays_between || run.windows(2).any(|edge| segment_intersects_rect(edge[0], edge[1], rect))
}

/// Whether a point lies on or in a shape.
pub(crate) fn shape_contains(shape: &Shape<'_>, p: Coord) -> bool {
    any_piece(shape, |piece| match piece {
        Piece::Point(own) => own == p,
        Piece::Line(line) => line == [p] || line.windows(2).any(|edge| is_on_segment(edge[0], edge[1], p)),
        Piece::Polygon(rings) => position_in_rings(rings.iter(), p) != Position::Outside,
    })
}

/// Whether the test holds of some piece.
pub(crate) fn any_piece(shape: &Shape<'_>, mut test: impl FnMut(Piece<'_>) -> bool) -> bool {
    shape
        .try_for_each_piece(|piece| if test(piece) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        .is_break()
}

#[cfg(test)]
mod tests {
    use geo::Intersects;
    use geo_types::{Coord, Geometry, Line, LineString, Point, Polygon, Rect, polygon};
    use proptest::prelude::*;

    use super::{segment_intersects_rect, segments_intersect, shape_contains, shape_intersects_rect};
    use crate::geometry::Shape;

    /// Few distinct values, so that touching, collinear and equal cases are common.
    fn coord() -> impl Strategy<Value = Coord> {
        (0..7i32, 0..7i32).prop_map(|(x, y)| Coord { x: f64::from(x), y: f64::from(y) })
    }

    fn rect() -> impl Strategy<Value = Rect> {
        (coord(), coord()).prop_map(|(a, b)| Rect::new(a, b))
    }

    fn star() -> impl Strategy<Value = LineString> {
        // A ring around the centre: simple, though not convex.
        proptest::collection::vec(1..4i32, 8).prop_map(|radii| {
            let around = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];
            around
                .iter()
                .zip(radii)
                .map(|((x, y), r)| (f64::from(3 + x * r), f64::from(3 + y * r)))
                .collect::<Vec<_>>()
                .into()
        })
    }

    proptest! {
        #[test]
        fn segments_meet_as_in_geo(a in coord(), b in coord(), c in coord(), d in coord()) {
            prop_assert_eq!(segments_intersect(a, b, c, d), Line::new(a, b).intersects(&Line::new(c, d)));
        }

        #[test]
        fn segments_meet_rectangles_as_in_geo(a in coord(), b in coord(), rect in rect()) {
            let is_flat = rect.width() == 0.0 || rect.height() == 0.0;
            let line = Line::new(a, b);
            let diagonal = Line::new(rect.min(), rect.max());
            let expected = if is_flat { line.intersects(&diagonal) } else { line.intersects(&rect.to_polygon()) };
            prop_assert_eq!(segment_intersects_rect(a, b, &rect), expected);
        }

        #[test]
        fn areas_meet_rectangles_and_points_as_in_geo(
            exterior in star(),
            rect in rect(),
            p in coord(),
            with_hole in any::<bool>(),
        ) {
            let hole = LineString::from(vec![(3.0, 2.5), (3.5, 3.0), (3.0, 3.5), (2.5, 3.0)]);
            let polygon = Polygon::new(exterior, if with_hole { vec![hole] } else { vec![] });
            let geometry = Geometry::Polygon(polygon.clone());
            let shape = Shape::from(&geometry);
            prop_assert_eq!(shape_contains(&shape, p), polygon.intersects(&Point(p)));
            if rect.width() > 0.0 && rect.height() > 0.0 {
                prop_assert_eq!(shape_intersects_rect(&shape, &rect), polygon.intersects(&rect));
            }
        }
    }

    #[test]
    fn a_hole_is_not_part_of_its_area() {
        let geometry: Geometry = polygon![
            exterior: [(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 9.)],
            interiors: [[(x: 2., y: 2.), (x: 7., y: 2.), (x: 7., y: 7.), (x: 2., y: 7.)]],
        ]
        .into();
        let shape = Shape::from(&geometry);
        assert!(!shape_intersects_rect(&shape, &Rect::new((3.0, 3.0), (4.0, 4.0))));
        assert!(shape_intersects_rect(&shape, &Rect::new((3.0, 3.0), (7.0, 4.0))), "touching the hole's edge");
        assert!(!shape_contains(&shape, Coord { x: 5.0, y: 5.0 }));
    }
}
