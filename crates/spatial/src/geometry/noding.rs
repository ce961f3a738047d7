//! How the rings of an area meet: crossings, shared lines, touches.

#![expect(clippy::float_cmp, reason = "exact predicates compare exactly")]

use geo::kernels::Orientation::{self, Collinear, CounterClockwise};
use geo_types::{Coord, Rect};

use super::{
    check::Ring,
    predicate::{orient, rects_intersect, segment_bounds},
};
use crate::tree::PackedTree;

/// From so many edges on the tree pays.
const TREE_FROM: usize = 48;

/// Two edges that meet otherwise than as neighbours of a ring do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Contact {
    /// The rings (or one ring with itself) cross.
    Crossing { rings: [usize; 2], at: Coord },
    /// They share a piece of line.
    Line { rings: [usize; 2], at: Coord },
    /// Two rings touch in a point and do not cross there.
    Touch { rings: [usize; 2], at: Coord },
    /// A ring comes back to one of its own points.
    SelfTouch { ring: usize, at: Coord },
    /// A ring goes back the way it came.
    Spike { ring: usize, at: Coord },
}

#[derive(Clone, Copy)]
struct Edge {
    ring: usize,
    /// Which vertex of the ring it begins with.
    first: usize,
    a: Coord,
    b: Coord,
}

/// Reports every contact, until `report` returns `false`. Touches may come more than once.
pub(super) fn contacts(rings: &[Ring], mut report: impl FnMut(Contact) -> bool) {
    let edges: Vec<Edge> = rings.iter().enumerate().flat_map(|(ring, line)| edges_of(ring, &line.vertices)).collect();
    let mut judge = |one: &Edge, other: &Edge| match contact(rings, one, other) {
        Some(contact) => report(contact),
        None => true,
    };
    if edges.len() < TREE_FROM {
        for (position, one) in edges.iter().enumerate() {
            if !edges[position + 1..].iter().all(|other| judge(one, other)) {
                return;
            }
        }
        return;
    }
    let origin = edges[0].a;
    let tree = PackedTree::new(edges.iter().map(bounds), origin);
    for (position, one) in edges.iter().enumerate() {
        // `any` stops where the report wants no more.
        if tree.any(&bounds(one), |other| other > position && !judge(one, &edges[other])) {
            return;
        }
    }
}

fn edges_of(ring: usize, vertices: &[Coord]) -> impl Iterator<Item = Edge> {
    (0..vertices.len()).map(move |first| Edge {
        ring,
        first,
        a: vertices[first],
        b: vertices[(first + 1) % vertices.len()],
    })
}

fn bounds(edge: &Edge) -> Rect {
    segment_bounds(edge.a, edge.b)
}

fn contact(rings: &[Ring], one: &Edge, other: &Edge) -> Option<Contact> {
    if !rects_intersect(&bounds(one), &bounds(other)) {
        return None;
    }
    let [c, d] = [other.a, other.b].map(|p| orient(one.a, one.b, p));
    if c == d && c != Collinear {
        return None;
    }
    let [a, b] = [one.a, one.b].map(|p| orient(other.a, other.b, p));
    if a == b && a != Collinear {
        return None;
    }
    if [a, b, c, d] == [Collinear; 4] {
        return collinear_contact(rings, one, other);
    }
    let pair = [one.ring, other.ring];
    // A point of contact that is a vertex is known exactly; any other is a proper crossing.
    let at = [(c, other.a), (d, other.b), (a, one.a), (b, one.b)].into_iter().find(|(side, _)| *side == Collinear);
    match at {
        None => Some(Contact::Crossing { rings: pair, at: crossing_point(one, other) }),
        Some((_, at)) => touch(rings, one, other, at),
    }
}

fn touch(rings: &[Ring], one: &Edge, other: &Edge, at: Coord) -> Option<Contact> {
    if one.ring == other.ring {
        return (!are_neighbours(rings, one, other)).then_some(Contact::SelfTouch { ring: one.ring, at });
    }
    let pair = [one.ring, other.ring];
    let crosses = crosses_at(at, arms(rings, one, at), arms(rings, other, at));
    Some(if crosses { Contact::Crossing { rings: pair, at } } else { Contact::Touch { rings: pair, at } })
}

/// Edges on one line: apart, end to end, or overlapping.
fn collinear_contact(rings: &[Ring], one: &Edge, other: &Edge) -> Option<Contact> {
    let along = one.b - one.a;
    // Compared by the coordinate that varies most, exactly.
    let key = |p: Coord| if along.x.abs() >= along.y.abs() { p.x } else { p.y };
    let (low, high) = (key(one.a).min(key(one.b)), key(one.a).max(key(one.b)));
    let (other_low, other_high) = (key(other.a).min(key(other.b)), key(other.a).max(key(other.b)));
    let (start, end) = (low.max(other_low), high.min(other_high));
    if start > end {
        return None;
    }
    let at = [one.a, one.b, other.a, other.b].into_iter().find(|p| key(*p) == start).unwrap_or(one.a);
    if start == end {
        return touch(rings, one, other, at);
    }
    if one.ring == other.ring && are_neighbours(rings, one, other) {
        let at = if one.b == other.a { one.b } else { one.a };
        return Some(Contact::Spike { ring: one.ring, at });
    }
    Some(Contact::Line { rings: [one.ring, other.ring], at })
}

/// Whether one edge of a ring follows the other.
fn are_neighbours(rings: &[Ring], one: &Edge, other: &Edge) -> bool {
    let count = rings[one.ring].vertices.len();
    (one.first + 1) % count == other.first || (other.first + 1) % count == one.first
}

/// The two ways a ring leaves a point that lies on one of its edges.
fn arms(rings: &[Ring], edge: &Edge, at: Coord) -> [Coord; 2] {
    let vertices = &rings[edge.ring].vertices;
    let count = vertices.len();
    if at == edge.a {
        [vertices[(edge.first + count - 1) % count], edge.b]
    } else if at == edge.b {
        [edge.a, vertices[(edge.first + 2) % count]]
    } else {
        [edge.a, edge.b]
    }
}

/// Whether two paths through a common point change sides there. Arms on one line are no crossing: that
/// is reported as a shared line.
fn crosses_at(at: Coord, [a0, a1]: [Coord; 2], arms: [Coord; 2]) -> bool {
    if arms.iter().any(|arm| is_same_way(at, *arm, a0) || is_same_way(at, *arm, a1)) {
        return false;
    }
    let [one, other] = arms.map(|arm| is_in_sector(at, a0, a1, arm));
    one != other
}

fn is_same_way(at: Coord, p: Coord, q: Coord) -> bool {
    let (p_way, q_way) = (p - at, q - at);
    orient(at, p, q) == Collinear && p_way.x * q_way.x + p_way.y * q_way.y > 0.0
}

/// Whether `p` lies in the sector swept counter-clockwise from `from` to `to`.
fn is_in_sector(at: Coord, from: Coord, to: Coord, p: Coord) -> bool {
    let is_left = |a: Coord, b: Coord| orient(at, a, b) == CounterClockwise;
    match orient(at, from, to) {
        CounterClockwise => is_left(from, p) && is_left(p, to),
        Orientation::Clockwise => !(is_left(to, p) && is_left(p, from)),
        Collinear => is_left(from, p),
    }
}

/// About where two segments cross; for messages only.
fn crossing_point(one: &Edge, other: &Edge) -> Coord {
    let (r, s) = (one.b - one.a, other.b - other.a);
    let between = other.a - one.a;
    let t = (between.x * s.y - between.y * s.x) / (r.x * s.y - r.y * s.x);
    if t.is_finite() { one.a + r * t } else { one.a }
}
