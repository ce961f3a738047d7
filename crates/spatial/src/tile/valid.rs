//! Polygons in whole units made valid.

use geo_types::Coord;
use i_overlay::{
    core::{
        fill_rule::FillRule,
        overlay::{ContourDirection, IntOverlayOptions},
        simplify::Simplify as _,
    },
    i_float::int::point::IntPoint,
};

use super::{
    trace::trace,
    units::{Ring, Vertex, turn},
};

/// Makes the polygons of a feature, each of tidy rings with the exterior first, valid.
///
/// Rounding may have let rings touch or cross, and clipping lets them run along the box to and fro. MVT 2.1
/// (§ 4.3.4.4) wants rings without self-intersection and self-tangency, and interior rings inside of their exterior.
pub(super) fn valid_polygons(polygons: Vec<Vec<Ring>>) -> Vec<Vec<Ring>> {
    if are_valid(&polygons) {
        return polygons;
    }
    let options = IntOverlayOptions {
        preserve_input_collinear: false,
        output_direction: ContourDirection::CounterClockwise,
        // A vertex of one edge may lie on another: both have it then.
        preserve_output_collinear: true,
        min_output_area: 0,
        ogc: false,
    };
    // Exterior rings turn one way and interior ones the other: what one of the polygons covers is covered.
    let contour = |(number, ring): (usize, &Ring)| -> Vec<IntPoint> {
        let points = ring.iter().map(|vertex| IntPoint::new(vertex.x, vertex.y));
        if (doubled_area(ring) > 0) == (number == 0) { points.collect() } else { points.rev().collect() }
    };
    let contours: Vec<Vec<IntPoint>> =
        polygons.iter().flat_map(|rings| rings.iter().enumerate().map(contour)).collect();
    // Its way through vertices that are passed twice is not relied upon: the rings are taken apart and traced anew.
    let rings: Vec<Ring> = contours
        .simplify(FillRule::NonZero, options)
        .into_iter()
        .flatten()
        .map(|contour| contour.into_iter().map(|point| Coord { x: point.x, y: point.y }).collect())
        .collect();
    trace(&rings)
}

/// Twice the area within a ring, positive if it turns clockwise on the screen.
pub(super) fn doubled_area(ring: &[Vertex]) -> i64 {
    let Some(&origin) = ring.first() else { return 0 };
    ring.windows(2).map(|edge| turn(origin, edge[0], edge[1])).sum()
}

/// Whether no two edges meet except neighbours of a ring in their vertex, and holes lie inside.
fn are_valid(polygons: &[Vec<Ring>]) -> bool {
    if do_edges_meet(polygons) {
        return false;
    }
    // Rings that do not meet lie inside or outside as a whole: one vertex tells.
    let is_in = |inner: &Ring, outer: &Ring| inner.first().is_some_and(|vertex| contains(outer, *vertex));
    let is_covered = |ring: &Ring, rings: &[Ring]| {
        let [exterior, holes @ ..] = rings else { return false };
        is_in(ring, exterior) && !holes.iter().any(|hole| is_in(ring, hole))
    };
    polygons.iter().enumerate().all(|(number, rings)| {
        let [exterior, holes @ ..] = &rings[..] else { return false };
        let covers_another =
            polygons.iter().enumerate().any(|(other, of)| other != number && is_covered(&of[0], rings));
        let nests = holes.iter().enumerate().any(|(hole, ring)| {
            !is_in(ring, exterior) || holes.iter().enumerate().any(|(other, of)| other != hole && is_in(ring, of))
        });
        !covers_another && !nests
    })
}

fn edges(ring: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// An edge with its place: which ring, of how many edges, and which of them.
struct Edge {
    ends: (Vertex, Vertex),
    west: i32,
    east: i32,
    ring: usize,
    len: usize,
    number: usize,
}

impl Edge {
    fn is_neighbour(&self, other: &Self) -> bool {
        let apart = self.number.abs_diff(other.number);
        self.ring == other.ring && (apart == 1 || apart + 1 == self.len)
    }
}

/// Whether edges meet that are no neighbours. From west to east, each edge is held against those that begin before it
/// ends.
fn do_edges_meet(polygons: &[Vec<Ring>]) -> bool {
    let mut all: Vec<Edge> = Vec::new();
    for (ring, vertices) in polygons.iter().flatten().enumerate() {
        all.extend(edges(vertices).enumerate().map(|(number, ends)| {
            let (west, east) = (ends.0.x.min(ends.1.x), ends.0.x.max(ends.1.x));
            Edge { ends, west, east, ring, len: vertices.len(), number }
        }));
    }
    all.sort_unstable_by_key(|edge| edge.west);
    all.iter().enumerate().any(|(position, edge)| {
        let near = all[position + 1..].iter().take_while(|other| other.west <= edge.east);
        near.filter(|other| !edge.is_neighbour(other)).any(|other| touch(edge.ends, other.ends))
    })
}

/// Whether a tidy ring of a few vertices is valid by itself; of a larger one it is not said.
pub(super) fn is_plainly_valid(ring: &[Vertex]) -> bool {
    const FEW: usize = 24;
    let len = ring.len();
    let edge = |number: usize| (ring[number], ring[if number + 1 == len { 0 } else { number + 1 }]);
    let meets_a_later_one = |number: usize| {
        // The last edge is a neighbour of the first.
        let end = if number == 0 { len - 1 } else { len };
        (number + 2..end).any(|other| touch(edge(number), edge(other)))
    };
    (3..=FEW).contains(&len) && !(0..len).any(meets_a_later_one)
}

/// Whether two edges have a point in common.
fn touch((a, b): (Vertex, Vertex), (c, d): (Vertex, Vertex)) -> bool {
    if a.x.max(b.x) < c.x.min(d.x)
        || c.x.max(d.x) < a.x.min(b.x)
        || a.y.max(b.y) < c.y.min(d.y)
        || c.y.max(d.y) < a.y.min(b.y)
    {
        return false;
    }
    let sides = |p, q, r, s| turn(p, q, r).signum() * turn(p, q, s).signum();
    sides(a, b, c, d) <= 0 && sides(c, d, a, b) <= 0
}

/// Whether a point that is on no edge lies inside of a ring.
pub(super) fn contains(ring: &[Vertex], p: Vertex) -> bool {
    let crossed = edges(ring).filter(|(a, b)| {
        let (low, high) = if a.y <= b.y { (*a, *b) } else { (*b, *a) };
        low.y <= p.y && p.y < high.y && turn(low, high, p) > 0
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use geo::{Area, Validation};
    use geo_types::{Coord, LineString, MultiPolygon, Polygon};
    use proptest::prelude::*;

    use super::{are_valid, is_plainly_valid, valid_polygons};
    use crate::tile::units::{Ring, tidy_ring};

    fn ring(vertices: &[(i32, i32)]) -> Ring {
        vertices.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    fn as_areas(polygons: &[Vec<Ring>]) -> MultiPolygon {
        let line = |ring: &Ring| ring.iter().map(|v| (f64::from(v.x), f64::from(v.y))).collect::<LineString>();
        MultiPolygon(
            polygons.iter().map(|rings| Polygon::new(line(&rings[0]), rings[1..].iter().map(line).collect())).collect(),
        )
    }

    #[test]
    fn a_bow_becomes_two_triangles_and_a_bridge_is_taken_down() {
        let bow = valid_polygons(vec![vec![ring(&[(0, 0), (4, 4), (4, 0), (0, 4)])]]);
        assert_eq!(bow.len(), 2);
        // What clipping leaves of a U: two legs joined along the side of the box.
        let legs =
            valid_polygons(vec![vec![ring(&[(0, 0), (2, 0), (2, 5), (1, 5), (1, 0), (9, 0), (9, 5), (8, 5), (8, 0)])]]);
        assert!((as_areas(&legs).unsigned_area() - 10.0).abs() < 1e-9);
        // A hole as large as its exterior leaves nothing.
        let square = ring(&[(0, 0), (4, 0), (4, 4), (0, 4)]);
        assert!(valid_polygons(vec![vec![square.clone(), square.clone()]]).is_empty());
        // Of two parts that have come to lie over each other, each point is covered once.
        let shifted = ring(&[(2, 0), (6, 0), (6, 4), (2, 4)]);
        let both = valid_polygons(vec![vec![square], vec![shifted]]);
        assert!(both.len() == 1 && (as_areas(&both).unsigned_area() - 24.0).abs() < 1e-9);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// Random rings on a small grid meet themselves and each other in every way there is.
        #[test]
        fn polygons_are_valid_whatever_the_rings(
            polygons in proptest::collection::vec(
                proptest::collection::vec(proptest::collection::vec((0..9i32, 0..9i32), 3..9), 1..4),
                1..3,
            ),
        ) {
            let tidy = |vertices: &Vec<(i32, i32)>| {
                let mut ring = ring(vertices);
                tidy_ring(&mut ring, 0);
                Some(ring).filter(|ring| !ring.is_empty())
            };
            let polygon = |rings: &Vec<Vec<(i32, i32)>>| rings.iter().filter_map(tidy).collect::<Vec<Ring>>();
            let polygons: Vec<Vec<Ring>> = polygons.iter().map(polygon).filter(|rings| !rings.is_empty()).collect();
            prop_assume!(!polygons.is_empty());
            prop_assert!(as_areas(&polygons).is_valid() || !are_valid(&polygons), "not seen: {:?}", polygons);
            if let [rings] = &polygons[..] && let [ring] = &rings[..] {
                prop_assert_eq!(is_plainly_valid(ring), are_valid(&polygons), "{:?}", ring);
            }
            let valid = as_areas(&valid_polygons(polygons.clone()));
            prop_assert!(valid.is_valid(), "{:?} of {:?}: {:?}", valid, polygons, valid.validation_errors());
        }
    }
}
