//! Geometry in whole units of a tile, tidy.

use geo_types::Coord;

/// A vertex in units.
pub(super) type Vertex = Coord<i32>;

/// A ring without its closing vertex.
pub(super) type Ring = Vec<Vertex>;

/// The nearest point of a grid of this many units. The grid is that of the whole plane, so that a vertex falls on
/// the same place in every tile.
pub(super) fn to_grid(Coord { x, y }: Coord, step: i32) -> Vertex {
    let width = f64::from(step);
    let nearest = |value: f64| floor(value / width + 0.5).saturating_mul(step);
    Coord { x: nearest(x), y: nearest(y) }
}

/// As `f64::floor`, which is a call into a library on the processors that the binary is made for.
fn floor(value: f64) -> i32 {
    let towards_zero = value as i32;
    towards_zero.saturating_sub(i32::from(f64::from(towards_zero) > value))
}

/// Takes out of a ring what adds nothing to it: repeated vertices, vertices on a straight line, and ways there and
/// back. A ring without area becomes empty.
///
/// A vertex is removed only if it lies exactly on the line of its neighbours. So the ring next to it, which may keep
/// the vertex, still has the same edge.
///
/// The ring is what stands in `vertices` from `start` on.
pub(super) fn tidy_ring(vertices: &mut Vec<Vertex>, start: usize) {
    let kept = keep_what_turns(&mut vertices[start..]);
    vertices.truncate(start + kept);
    // The end meets the beginning.
    let mut first = start;
    loop {
        match vertices[first..] {
            [] | [_] | [_, _] => return vertices.truncate(start),
            [begin, .., last] if begin == last => drop(vertices.pop()),
            [begin, .., before, last] if turn(before, last, begin) == 0 => drop(vertices.pop()),
            [begin, next, .., last] if turn(last, begin, next) == 0 => first += 1,
            _ => break,
        }
    }
    vertices.drain(start..first);
}

/// Moves the vertices that are kept to the front; their number.
fn keep_what_turns(ring: &mut [Vertex]) -> usize {
    let mut kept = 0;
    for number in 0..ring.len() {
        let vertex = ring[number];
        while kept > 1 && turn(ring[kept - 2], ring[kept - 1], vertex) == 0 {
            kept -= 1;
        }
        if kept == 0 || ring[kept - 1] != vertex {
            ring[kept] = vertex;
            kept += 1;
        }
    }
    kept
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
pub(super) fn turn(a: Vertex, b: Vertex, c: Vertex) -> i64 {
    let (ab, ac) = (between(a, b), between(a, c));
    ab.x * ac.y - ab.y * ac.x
}

pub(super) fn between(a: Vertex, b: Vertex) -> Coord<i64> {
    Coord { x: i64::from(b.x) - i64::from(a.x), y: i64::from(b.y) - i64::from(a.y) }
}

/// Whether `p`, which lies on the line through `a` and `b`, lies between them.
fn is_between(a: Vertex, p: Vertex, b: Vertex) -> bool {
    (a.x.min(b.x)..=a.x.max(b.x)).contains(&p.x) && (a.y.min(b.y)..=a.y.max(b.y)).contains(&p.y)
}

#[cfg(test)]
mod tests {
    use geo_types::Coord;

    use super::{Ring, floor, tidy_line, tidy_ring, to_grid};

    fn ring(vertices: &[(i32, i32)]) -> Ring {
        vertices.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    fn check_tidy(given: &[(i32, i32)], expected: &[(i32, i32)]) {
        // What stands before the ring stays as it is.
        let before = ring(&[(4, 4), (0, 0)]);
        let mut found = [before.clone(), ring(given)].concat();
        tidy_ring(&mut found, before.len());
        assert_eq!(found, [before, ring(expected)].concat(), "{given:?}");
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
    fn numbers_are_rounded_down() {
        for value in [-2.0, -1.5, -1.0, -0.25, 0.0, 0.25, 1.0, 1.5, 4e9, -4e9, f64::NAN] {
            assert_eq!(floor(value), value.floor() as i32, "{value}");
        }
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
}
