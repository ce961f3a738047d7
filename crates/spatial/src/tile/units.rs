//! Geometry in whole units of a tile, tidy and valid.

use geo_types::Coord;
use i_overlay::{
    core::{
        fill_rule::FillRule,
        overlay::{ContourDirection, IntOverlayOptions},
        simplify::Simplify as _,
    },
    i_float::int::point::IntPoint,
};

/// A vertex in units.
pub(super) type Vertex = Coord<i32>;

/// A ring without its closing vertex.
pub(super) type Ring = Vec<Vertex>;

/// The nearest point of a grid of this many units. The grid is that of the whole plane, so that a vertex falls on
/// the same place in every tile.
pub(super) fn to_grid(Coord { x, y }: Coord, step: i32) -> Vertex {
    let width = f64::from(step);
    let nearest = |value: f64| ((value / width + 0.5).floor() as i32).saturating_mul(step);
    Coord { x: nearest(x), y: nearest(y) }
}

/// Takes out of a ring what adds nothing to it: repeated vertices, vertices on a straight line, and ways there and
/// back. A ring without area becomes empty.
///
/// A vertex is removed only if it lies exactly on the line of its neighbours. So the ring next to it, which may keep
/// the vertex, still has the same edge.
pub(super) fn tidy_ring(ring: &mut Ring) {
    let mut kept: Ring = Vec::with_capacity(ring.len());
    for &vertex in ring.iter() {
        push_tidily(&mut kept, vertex);
    }
    // The end meets the beginning.
    let mut first = 0;
    loop {
        match kept[first..] {
            [] | [_] | [_, _] => {
                ring.clear();
                return;
            }
            [start, .., last] if start == last => drop(kept.pop()),
            [start, .., before, last] if turn(before, last, start) == 0 => drop(kept.pop()),
            [start, next, .., last] if turn(last, start, next) == 0 => first += 1,
            _ => break,
        }
    }
    ring.clear();
    ring.extend_from_slice(&kept[first..]);
}

fn push_tidily(kept: &mut Ring, vertex: Vertex) {
    while let [.., before, last] = kept[..]
        && turn(before, last, vertex) == 0
    {
        kept.pop();
    }
    if kept.last() != Some(&vertex) {
        kept.push(vertex);
    }
}

/// Takes out of a line repeated vertices and those that lie between their neighbours.
pub(super) fn tidy_line(line: &[Vertex]) -> Vec<Vertex> {
    let mut kept: Vec<Vertex> = Vec::with_capacity(line.len());
    for &vertex in line {
        if kept.last() == Some(&vertex) {
            continue;
        }
        if let [.., before, last] = kept[..]
            && turn(before, last, vertex) == 0
            && is_between(before, last, vertex)
        {
            kept.pop();
        }
        kept.push(vertex);
    }
    kept
}

/// Twice the signed area of the triangle: positive if the way from `a` over `b` to `c` turns clockwise on the screen,
/// where y points down.
fn turn(a: Vertex, b: Vertex, c: Vertex) -> i64 {
    let (ab, ac) = (between(a, b), between(a, c));
    ab.x * ac.y - ab.y * ac.x
}

fn between(a: Vertex, b: Vertex) -> Coord<i64> {
    Coord { x: i64::from(b.x) - i64::from(a.x), y: i64::from(b.y) - i64::from(a.y) }
}

/// Whether `p`, which lies on the line through `a` and `b`, lies between them.
fn is_between(a: Vertex, p: Vertex, b: Vertex) -> bool {
    (a.x.min(b.x)..=a.x.max(b.x)).contains(&p.x) && (a.y.min(b.y)..=a.y.max(b.y)).contains(&p.y)
}

/// Makes tidy rings, the exterior first, into valid polygons, each its exterior first.
///
/// Rounding may have let the rings touch or cross, and clipping lets them run along the box to and fro. MVT 2.1
/// (§ 4.3.4.4) wants rings without self-intersection and self-tangency, and interior rings inside of their exterior.
pub(super) fn valid_polygons(rings: Vec<Ring>) -> Vec<Vec<Ring>> {
    if are_valid(&rings) {
        return vec![rings];
    }
    let options = IntOverlayOptions {
        preserve_input_collinear: false,
        output_direction: ContourDirection::CounterClockwise,
        preserve_output_collinear: false,
        min_output_area: 0,
        ogc: true,
    };
    let contours: Vec<Vec<IntPoint>> =
        rings.iter().map(|ring| ring.iter().map(|v| IntPoint::new(v.x, v.y)).collect()).collect();
    let polygons = contours.simplify(FillRule::EvenOdd, options);
    polygons.into_iter().map(tidy_polygon).filter(|rings| !rings.is_empty()).collect()
}

fn tidy_polygon(contours: Vec<Vec<IntPoint>>) -> Vec<Ring> {
    let mut rings = Vec::with_capacity(contours.len());
    for (number, contour) in contours.into_iter().enumerate() {
        let mut ring: Ring = contour.into_iter().map(|p| Coord { x: p.x, y: p.y }).collect();
        tidy_ring(&mut ring);
        match (number, ring.is_empty()) {
            (0, true) => return Vec::new(),
            (_, true) => {}
            (_, false) => rings.push(ring),
        }
    }
    rings
}

/// Whether no two edges meet except neighbours of a ring in their vertex, and holes lie inside.
///
/// Compares all edges with all: of rings with many edges it does not say yes.
fn are_valid(rings: &[Ring]) -> bool {
    const MANY: usize = 64;
    if rings.iter().map(Vec::len).sum::<usize>() > MANY {
        return false;
    }
    for (number, ring) in rings.iter().enumerate() {
        if meets_itself(ring) || rings[..number].iter().any(|earlier| meet(earlier, ring)) {
            return false;
        }
    }
    let [exterior, holes @ ..] = rings else { return true };
    holes.iter().all(|hole| hole.first().is_some_and(|vertex| contains(exterior, *vertex)))
}

fn edges(ring: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> + Clone {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

fn meets_itself(ring: &[Vertex]) -> bool {
    let last = ring.len().saturating_sub(1);
    edges(ring).enumerate().any(|(number, edge)| {
        // The edge after it is its neighbour, and so is the last one of the first.
        let end = if number == 0 { last } else { ring.len() };
        (number + 2..end).any(|other| touch(edge, (ring[other], ring[if other == last { 0 } else { other + 1 }])))
    })
}

fn meet(one: &[Vertex], other: &[Vertex]) -> bool {
    edges(one).any(|edge| edges(other).any(|other| touch(edge, other)))
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
fn contains(ring: &[Vertex], p: Vertex) -> bool {
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

    use super::{Ring, are_valid, tidy_line, tidy_ring, to_grid, valid_polygons};

    fn ring(vertices: &[(i32, i32)]) -> Ring {
        vertices.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    fn check_tidy(given: &[(i32, i32)], expected: &[(i32, i32)]) {
        let mut found = ring(given);
        tidy_ring(&mut found);
        assert_eq!(found, ring(expected), "{given:?}");
    }

    #[test]
    fn a_tidy_ring_turns_at_every_vertex() {
        check_tidy(&[(0, 0), (4, 0), (4, 4)], &[(0, 0), (4, 0), (4, 4)]);
        check_tidy(&[(0, 0), (2, 0), (2, 0), (4, 0), (4, 4), (0, 0)], &[(0, 0), (4, 0), (4, 4)]);
        // A spike, and one at the seam of the ring.
        check_tidy(&[(0, 0), (4, 0), (9, 0), (4, 0), (4, 4)], &[(0, 0), (4, 0), (4, 4)]);
        check_tidy(&[(2, 0), (4, 0), (4, 4), (0, 0)], &[(4, 0), (4, 4), (0, 0)]);
        check_tidy(&[(-3, 0), (0, 0), (4, 0), (4, 4), (0, 0)], &[(4, 0), (4, 4), (0, 0)]);
        check_tidy(&[(0, 0), (4, 0), (2, 0)], &[]);
        check_tidy(&[(0, 0), (0, 0), (0, 0)], &[]);
        check_tidy(&[], &[]);
    }

    #[test]
    fn a_tidy_line_keeps_where_it_turns_back() {
        let check = |given: &[(i32, i32)], expected: &[(i32, i32)]| assert_eq!(tidy_line(&ring(given)), ring(expected));
        check(&[(0, 0), (1, 1), (1, 1), (2, 2)], &[(0, 0), (2, 2)]);
        check(&[(0, 0), (3, 0), (1, 0)], &[(0, 0), (3, 0), (1, 0)]);
        check(&[(5, 5), (5, 5)], &[(5, 5)]);
    }

    #[test]
    fn a_vertex_falls_on_the_same_grid_point_in_every_tile() {
        for step in [1, 4, 16] {
            for x in [-64.3, -0.5, 0.5, 4095.5, 4097.9] {
                let here = to_grid(Coord { x, y: 0.0 }, step).x;
                assert_eq!(to_grid(Coord { x: x - 4096.0, y: 0.0 }, step).x, here - 4096, "{x} {step}");
                assert_eq!(here % step, 0);
            }
        }
    }

    fn as_areas(polygons: &[Vec<Ring>]) -> MultiPolygon {
        let line = |ring: &Ring| ring.iter().map(|v| (f64::from(v.x), f64::from(v.y))).collect::<LineString>();
        MultiPolygon(
            polygons.iter().map(|rings| Polygon::new(line(&rings[0]), rings[1..].iter().map(line).collect())).collect(),
        )
    }

    #[test]
    fn a_bow_becomes_two_triangles_and_a_bridge_is_taken_down() {
        let bow = valid_polygons(vec![ring(&[(0, 0), (4, 4), (4, 0), (0, 4)])]);
        assert_eq!(bow.len(), 2);
        // What clipping leaves of a U: two legs joined along the side of the box.
        let legs =
            valid_polygons(vec![ring(&[(0, 0), (2, 0), (2, 5), (1, 5), (1, 0), (9, 0), (9, 5), (8, 5), (8, 0)])]);
        assert!((as_areas(&legs).unsigned_area() - 10.0).abs() < 1e-9);
        // A hole as large as its exterior leaves nothing.
        let square = ring(&[(0, 0), (4, 0), (4, 4), (0, 4)]);
        assert!(valid_polygons(vec![square.clone(), square]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Random rings on a small grid meet themselves and each other in every way there is.
        #[test]
        fn polygons_are_valid_whatever_the_rings(
            rings in proptest::collection::vec(proptest::collection::vec((0..9i32, 0..9i32), 3..9), 1..3),
        ) {
            let rings: Vec<Ring> = rings
                .iter()
                .map(|vertices| {
                    let mut ring = ring(vertices);
                    tidy_ring(&mut ring);
                    ring
                })
                .filter(|ring| !ring.is_empty())
                .collect();
            prop_assume!(!rings.is_empty());
            let is_valid = as_areas(std::slice::from_ref(&rings)).0.iter().all(Validation::is_valid);
            prop_assert!(is_valid || !are_valid(&rings), "not seen: {:?}", rings);
            for polygon in as_areas(&valid_polygons(rings.clone())) {
                prop_assert!(polygon.is_valid(), "{:?} of {:?}: {:?}", polygon, rings, polygon.validation_errors());
            }
        }
    }
}
