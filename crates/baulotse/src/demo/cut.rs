//! Cutting faces of the subdivision along lines and rings.
//!
//! A cut that would make a sliver, meet the border at a sharp angle or touch it on its way is not made:
//! the subdivision stays valid whatever lines it is given.

use super::{
    curve::{Metres, bounds, contains, cross, distance, dot, length, project},
    planar::{FaceId, Node, NodeId, Planar, to_grid, to_metres, turn, twice_area},
};

/// A cut nearer than this to a vertex runs through the vertex.
const SNAP_M: f64 = 0.35;
/// Rounding to the grid moves a point by less than this.
const ON_EDGE_M: f64 = 0.005;

/// What a cut may not fall below.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Least area of each part.
    pub(super) area_m2: f64,
    /// Least mean width of each part.
    pub(super) width_m: f64,
    /// Sine of the least angle at which the cut may meet the border.
    pub(super) sine: f64,
}

/// The faces on the two sides of a cut; both empty if none was made.
#[derive(Clone, Debug, Default)]
pub(super) struct Sides {
    pub(super) left: Vec<FaceId>,
    pub(super) right: Vec<FaceId>,
}

impl Sides {
    pub(super) fn is_uncut(&self) -> bool {
        self.left.is_empty() && self.right.is_empty()
    }
}

/// Where a line meets a ring.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    /// Index of the line's segment plus the share of it.
    along: f64,
    point: Metres,
    /// The point is a vertex of the ring.
    vertex: bool,
}

/// A part of a line that runs through a face, both ends on its border.
#[derive(Debug)]
struct Piece {
    from: Node,
    inner: Vec<Node>,
    to: Node,
}

enum Place {
    Vertex(usize),
    /// In the edge that begins at this vertex.
    Edge(usize),
}

impl<T: Clone> Planar<T> {
    /// Cuts a face along every part of the line that runs through it from border to border.
    pub(super) fn cut(&mut self, face: FaceId, line: &[Metres], limits: Limits) -> Sides {
        self.cut_where(face, line, limits, &|_| true)
    }

    /// As [`Planar::cut`], where `accept` is true of both parts.
    pub(super) fn cut_where(
        &mut self,
        face: FaceId,
        line: &[Metres],
        limits: Limits,
        accept: &dyn Fn(&[Node]) -> bool,
    ) -> Sides {
        let mut parts = vec![(face, None)];
        for piece in pieces(&self.ring(face), line) {
            let target = parts.iter().position(|(part, _)| fits(&self.grid_ring(*part), &piece, limits, accept));
            if let Some((index, right)) = target.and_then(|index| Some((index, self.split_by(parts[index].0, &piece)?)))
            {
                parts[index].1 = Some(true);
                parts.push((right, Some(false)));
            }
        }
        let side = |wanted| parts.iter().filter(|(_, left)| *left == Some(wanted)).map(|(part, _)| *part).collect();
        Sides { left: side(true), right: side(false) }
    }

    /// Cuts a face along a ring (counter-clockwise, not closed). Returns the faces inside the ring.
    ///
    /// A ring that lies wholly inside the face cannot be cut out, as faces have no holes.
    pub(super) fn carve(&mut self, face: FaceId, ring: &[Metres], limits: Limits) -> Vec<FaceId> {
        let border = self.ring(face);
        let mut parts = vec![face];
        if let Some(start) = ring.iter().position(|point| !contains(&border, *point)) {
            let mut line = ring.to_vec();
            line.rotate_left(start);
            line.push(line[0]);
            let sides = self.cut(face, &line, limits);
            if !sides.is_uncut() {
                parts = sides.left;
            }
        }
        // Where a part of the ring could not be cut, a face to its left reaches beyond it.
        let loop_line: Vec<Metres> = ring.iter().chain(ring.first()).copied().collect();
        let within = |point: &Metres| contains(ring, *point) || project(&loop_line, *point).1 < 2.0 * SNAP_M;
        parts.retain(|part| self.ring(*part).iter().all(within));
        parts
    }

    fn split_by(&mut self, face: FaceId, piece: &Piece) -> Option<FaceId> {
        let from = self.vertex_at(face, piece.from)?;
        let to = self.vertex_at(face, piece.to)?;
        self.split(face, from, &piece.inner, to)
    }

    fn vertex_at(&mut self, face: FaceId, point: Node) -> Option<NodeId> {
        Some(match place(&self.grid_ring(face), point)? {
            Place::Vertex(index) => self.ring_ids(face)[index],
            Place::Edge(index) => self.insert_vertex(face, index, point),
        })
    }
}

/// The parts of the line that run inside the ring.
fn pieces(ring: &[Metres], line: &[Metres]) -> Vec<Piece> {
    crossings(ring, line).windows(2).filter_map(|ends| piece(ring, line, ends[0], ends[1])).collect()
}

/// Where the line meets the ring, in the order of the line.
fn crossings(ring: &[Metres], line: &[Metres]) -> Vec<Crossing> {
    let (low, high) = bounds(ring);
    let mut found: Vec<Crossing> = Vec::new();
    for (index, pair) in line.windows(2).enumerate() {
        let (p, q) = (pair[0], pair[1]);
        let outside = p.x.max(q.x) < low.x - 1.0 || p.x.min(q.x) > high.x + 1.0;
        if outside || p.y.max(q.y) < low.y - 1.0 || p.y.min(q.y) > high.y + 1.0 {
            continue;
        }
        let edges = (0..ring.len()).map(|edge| (ring[edge], ring[(edge + 1) % ring.len()]));
        found.extend(edges.filter_map(|(a, b)| {
            meet(p, q, a, b).map(|crossing| Crossing { along: crossing.along + index as f64, ..crossing })
        }));
    }
    found.sort_by(|a, b| a.along.total_cmp(&b.along));
    found.dedup_by(|later, earlier| {
        let same = distance(later.point, earlier.point) < SNAP_M;
        if same && later.vertex && !earlier.vertex {
            *earlier = *later;
        }
        same
    });
    found
}

/// Where the segment `from`–`to` meets the edge from `a` to `b`, drawn to a vertex nearby.
fn meet(from: Metres, to: Metres, a: Metres, b: Metres) -> Option<Crossing> {
    let (step, edge) = (to - from, b - a);
    let denominator = cross(step, edge);
    if denominator.abs() < 1e-9 * length(step) * length(edge) {
        return None;
    }
    let t = cross(a - from, edge) / denominator;
    let u = cross(a - from, step) / denominator;
    // A line that passes a corner within the tolerance meets it.
    let (t_slack, u_slack) = (1e-9, ON_EDGE_M / length(edge));
    if !(-t_slack..=1.0 + t_slack).contains(&t) || !(-u_slack..=1.0 + u_slack).contains(&u) {
        return None;
    }
    let point = a + edge * u;
    let corner = [a, b].into_iter().find(|corner| distance(*corner, point) < SNAP_M);
    Some(Crossing { along: t, point: corner.unwrap_or(point), vertex: corner.is_some() })
}

/// The part of the line between two crossings, if it runs inside the ring.
fn piece(ring: &[Metres], line: &[Metres], from: Crossing, to: Crossing) -> Option<Piece> {
    let range = from.along.floor() as usize + 1..to.along.ceil() as usize;
    let mut inner = line.get(range).unwrap_or_default().to_vec();
    inner.retain(|point| [from, to].iter().all(|end| distance(*point, end.point) > SNAP_M));
    let whole: Vec<Metres> = [&[from.point][..], &inner, &[to.point]].concat();
    let longest = whole.windows(2).max_by(|a, b| distance(a[0], a[1]).total_cmp(&distance(b[0], b[1])))?;
    contains(ring, (longest[0] + longest[1]) * 0.5).then(|| Piece {
        from: to_grid(from.point),
        inner: inner.into_iter().map(to_grid).collect(),
        to: to_grid(to.point),
    })
}

/// Where a point lies on the ring.
fn place(ring: &[Node], point: Node) -> Option<Place> {
    if let Some(index) = ring.iter().position(|node| *node == point) {
        return Some(Place::Vertex(index));
    }
    (0..ring.len())
        .map(|index| (index, away_mm(ring[index], ring[(index + 1) % ring.len()], point)))
        .filter(|(_, away)| *away < ON_EDGE_M * 1000.0)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| Place::Edge(index))
}

/// Distance of a point from the edge from `a` to `b` in mm.
fn away_mm(a: Node, b: Node, point: Node) -> f64 {
    let (edge, way) = (to_metres(b - a), to_metres(point - a));
    let share = (dot(way, edge) / dot(edge, edge)).clamp(0.0, 1.0);
    distance(way, edge * share) * 1000.0
}

/// Whether a piece parts this ring into two that keep the limits.
fn fits(ring: &[Node], piece: &Piece, limits: Limits, accept: &dyn Fn(&[Node]) -> bool) -> bool {
    let mut ring = ring.to_vec();
    for point in [piece.from, piece.to] {
        match place(&ring, point) {
            Some(Place::Vertex(_)) => {}
            Some(Place::Edge(index)) => ring.insert(index + 1, point),
            None => return false,
        }
    }
    let Some(start) = ring.iter().position(|node| *node == piece.from) else { return false };
    ring.rotate_left(start);
    let Some(end) = ring.iter().position(|node| *node == piece.to).filter(|end| *end > 0) else { return false };
    let path: Vec<Node> = [&[piece.from][..], &piece.inner, &[piece.to]].concat();
    let right: Vec<Node> = ring[..=end].iter().chain(piece.inner.iter().rev()).copied().collect();
    let left: Vec<Node> = ring[end..].iter().chain(&path[..path.len() - 1]).copied().collect();
    let reversed: Vec<Node> = path.iter().rev().copied().collect();
    [&left, &right].into_iter().all(|part| is_wide(part, limits))
        && meets_openly(&ring, 0, &path, limits.sine)
        && meets_openly(&ring, end, &reversed, limits.sine)
        && is_free(&ring, &path)
        && accept(&left)
        && accept(&right)
}

/// Whether a part has its least area and mean width.
fn is_wide(ring: &[Node], limits: Limits) -> bool {
    let area = twice_area(ring) as f64 / 2e6;
    let perimeter: f64 =
        (0..ring.len()).map(|i| distance(to_metres(ring[i]), to_metres(ring[(i + 1) % ring.len()]))).sum();
    area >= limits.area_m2 && 2.0 * area >= limits.width_m * perimeter
}

/// Whether the path leaves the vertex at no sharper angle than allowed to either edge.
fn meets_openly(ring: &[Node], index: usize, path: &[Node], sine: f64) -> bool {
    let vertex = ring[index];
    let step = to_metres(path[1] - vertex);
    [ring[(index + 1) % ring.len()], ring[(index + ring.len() - 1) % ring.len()]].into_iter().all(|other| {
        let edge = to_metres(other - vertex);
        dot(step, edge) <= 0.0 || cross(step, edge).abs() >= sine.max(1e-6) * length(step) * length(edge)
    })
}

/// Whether the path touches neither the ring, except at its own ends, nor itself.
fn is_free(ring: &[Node], path: &[Node]) -> bool {
    let last = path.len() - 2;
    path.windows(2).enumerate().all(|(index, step)| {
        let clear_of_ring = (0..ring.len()).all(|edge| {
            let (a, b) = (ring[edge], ring[(edge + 1) % ring.len()]);
            let at_end =
                (index == 0 && (a == step[0] || b == step[0])) || (index == last && (a == step[1] || b == step[1]));
            // At its ends the path shares a vertex with two edges; the angle there is checked apart,
            // but a single step may not run along the far end of such an edge.
            if at_end { !shares_both(step, a, b) } else { !touch(step[0], step[1], a, b) }
        });
        clear_of_ring && (index + 2..=last).all(|other| !touch(step[0], step[1], path[other], path[other + 1]))
    })
}

fn shares_both(step: &[Node], a: Node, b: Node) -> bool {
    (step[0] == a && step[1] == b) || (step[0] == b && step[1] == a)
}

/// Whether two segments have a point in common; exact.
fn touch(p: Node, q: Node, a: Node, b: Node) -> bool {
    let apart = |low: fn(&Node) -> i64| {
        low(&p).max(low(&q)) < low(&a).min(low(&b)) || low(&a).max(low(&b)) < low(&p).min(low(&q))
    };
    if apart(|node| node.x) || apart(|node| node.y) {
        return false;
    }
    let sides = |a, b, p, q| turn(a, b, p).signum() * turn(a, b, q).signum();
    sides(a, b, p, q) <= 0 && sides(p, q, a, b) <= 0
}

#[cfg(test)]
mod tests {
    use cadastre::geometry::LineString;

    use super::Limits;
    use crate::demo::{curve::at, planar::Planar, prng::Rng};

    const LIMITS: Limits = Limits { area_m2: 1.0, width_m: 0.5, sine: 0.1 };

    /// A square of 100 m.
    fn square() -> Planar<()> {
        let mut map = Planar::new();
        let ring = LineString::from(vec![(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]);
        assert_eq!(map.add(&ring, ()), Some(0));
        map
    }

    /// Areas left and right of a line through the square.
    fn check(line: &[(f64, f64)], left: &[f64], right: &[f64]) {
        let mut map = square();
        let line: Vec<_> = line.iter().map(|(x, y)| at(*x, *y)).collect();
        let sides = map.cut(0, &line, LIMITS);
        let areas = |faces: &[usize]| faces.iter().map(|face| map.area(*face)).collect::<Vec<_>>();
        assert_eq!((&areas(&sides.left)[..], &areas(&sides.right)[..]), (left, right), "{line:?}");
    }

    #[test]
    fn a_line_from_border_to_border_parts_a_face() {
        check(&[(40.0, -5.0), (40.0, 105.0)], &[4000.0], &[6000.0]);
        check(&[(40.0, 105.0), (40.0, -5.0)], &[6000.0], &[4000.0]);
        check(&[(0.0, 0.0), (100.0, 100.0)], &[5000.0], &[5000.0]);
        // In at the bottom, round and out again.
        check(&[(40.0, -5.0), (40.0, 10.0), (60.0, 10.0), (60.0, -5.0)], &[9800.0], &[200.0]);
    }

    #[test]
    fn a_line_may_part_a_face_several_times() {
        check(&[(20.0, -5.0), (20.0, 105.0), (80.0, 105.0), (80.0, -5.0)], &[2000.0, 2000.0], &[6000.0]);
    }

    #[test]
    fn a_line_that_ends_inside_or_passes_by_cuts_nothing() {
        check(&[(40.0, -5.0), (40.0, 50.0)], &[], &[]);
        check(&[(140.0, -5.0), (140.0, 105.0)], &[], &[]);
        check(&[], &[], &[]);
    }

    #[test]
    fn a_cut_that_would_leave_a_sliver_is_not_made() {
        check(&[(0.4, -5.0), (0.4, 105.0)], &[], &[]);
        check(&[(99.5, -5.0), (99.5, 105.0)], &[], &[]);
    }

    #[test]
    fn a_neighbour_gets_the_vertex_of_a_cut() {
        let mut map = square();
        let halves = map.cut(0, &[at(50.0, -5.0), at(50.0, 105.0)], LIMITS);
        map.cut(halves.left[0], &[at(-5.0, 30.0), at(105.0, 30.0)], LIMITS);
        assert!(map.ring(halves.right[0]).contains(&at(50.0, 30.0)));
        assert_eq!(map.edges(halves.right[0]).filter(|(_, _, other)| other.is_some()).count(), 2);
    }

    #[test]
    fn a_strip_that_ends_in_a_face_is_carved_out_of_it() {
        let mut map = square();
        let strip = [at(-5.0, 40.0), at(60.0, 40.0), at(60.0, 50.0), at(-5.0, 50.0)];
        let inside = map.carve(0, &strip, LIMITS);
        assert_eq!(inside.iter().map(|face| map.area(*face)).collect::<Vec<_>>(), [600.0]);
    }

    #[test]
    fn whatever_is_cut_no_area_is_lost_and_every_edge_has_two_sides() {
        let mut map = square();
        let mut rng = Rng::new("cuts", 0);
        for _ in 0..400 {
            let mut end = || at(rng.range(-20.0, 120.0), rng.range(-20.0, 120.0));
            let line = [end(), end(), end()];
            for face in 0..map.len() {
                map.cut(face, &line, LIMITS);
            }
        }
        let all: Vec<usize> = (0..map.len()).collect();
        assert!(all.len() > 300, "{} faces", all.len());
        let sum: f64 = all.iter().map(|face| map.area(*face)).sum();
        let outline = map.outline(&all);
        // A vertex put into the border may bend it by half a millimetre.
        assert!((sum - 10_000.0).abs() < 0.2, "{sum} m²");
        assert_eq!(outline.0.len(), 1);
        let open = all.iter().flat_map(|face| map.edges(*face)).filter(|(_, _, other)| other.is_none()).count();
        assert_eq!(open, outline.0[0].exterior().0.len() - 1);
    }
}
