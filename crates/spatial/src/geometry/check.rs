//! Validity in the sense of OGC Simple Features (06-103r4 § 6.1.11, 6.1.14): all problems, with positions.
//!
//! Every pair of edges that come near each other is judged once by exact predicates; what two rings may
//! do (touch in points) and what they may not (cross, share a line, cut the inside in two) follows from
//! that. Linear in practice, as near pairs are found through a packed tree. Agrees with GEOS, and so
//! with PostGIS `ST_IsValid`; consecutive equal points are no problem here or there.

use cadastre::Problem;
use geo_types::{Coord, Geometry, LineString, Polygon, Rect};

use super::{
    bounds_of,
    noding::{self, Contact},
    predicate::{Position, position_in_ring, position_in_rings},
};

/// So many problems of one geometry are told; a broken one can have millions.
const MAX_PROBLEMS: usize = 24;

/// A ring without consecutive equal points, closed implicitly: the last vertex is followed by the first.
#[derive(Debug)]
pub(super) struct Ring {
    /// Which polygon of the geometry.
    pub(super) polygon: usize,
    /// Which ring of the polygon; 0 is the exterior.
    pub(super) index: usize,
    pub(super) vertices: Vec<Coord>,
}

/// All reasons why a geometry is not valid; empty: it is.
pub fn check(geometry: &Geometry) -> Vec<Problem> {
    let mut findings = Findings::default();
    check_any(geometry, &mut findings);
    findings.problems
}

/// As [`check`], of an area.
pub fn check_polygons(polygons: &[Polygon]) -> Vec<Problem> {
    let mut findings = Findings::default();
    check_areas(polygons, &mut findings);
    findings.problems
}

#[derive(Default)]
struct Findings {
    problems: Vec<Problem>,
}

impl Findings {
    /// Two edges at one vertex meet a third in one place: said once.
    fn add(&mut self, reason: impl Into<String>) {
        let problem = Problem::new("geometry", reason);
        if self.problems.contains(&problem) {
            return;
        }
        match self.problems.len() {
            0..MAX_PROBLEMS => self.problems.push(problem),
            MAX_PROBLEMS => self.problems.push(Problem::new("geometry", "has more problems than are listed here")),
            _ => {}
        }
    }

    fn is_full(&self) -> bool {
        self.problems.len() > MAX_PROBLEMS
    }
}

fn check_any(geometry: &Geometry, findings: &mut Findings) {
    match geometry {
        Geometry::Point(point) => check_finite(&[point.0], findings),
        Geometry::Line(line) => check_line(&LineString::from(*line), findings),
        Geometry::LineString(line) => check_line(line, findings),
        Geometry::Polygon(polygon) => check_areas(std::slice::from_ref(polygon), findings),
        Geometry::Rect(rect) => check_areas(&[rect.to_polygon()], findings),
        Geometry::Triangle(triangle) => check_areas(&[triangle.to_polygon()], findings),
        Geometry::MultiPolygon(polygons) => check_areas(&polygons.0, findings),
        Geometry::MultiPoint(points) => {
            check_not_empty(points.0.is_empty(), findings);
            points.iter().for_each(|point| check_finite(&[point.0], findings));
        }
        Geometry::MultiLineString(lines) => {
            check_not_empty(lines.0.is_empty(), findings);
            lines.iter().for_each(|line| check_line(line, findings));
        }
        Geometry::GeometryCollection(parts) => {
            check_not_empty(parts.0.is_empty(), findings);
            parts.iter().for_each(|part| check_any(part, findings));
        }
    }
}

fn check_not_empty(is_empty: bool, findings: &mut Findings) {
    if is_empty {
        findings.add("is empty");
    }
}

fn check_finite(coords: &[Coord], findings: &mut Findings) {
    if let Some(bad) = coords.iter().position(|c| !c.x.is_finite() || !c.y.is_finite()) {
        findings.add(format!("has a coordinate that is not a finite number (vertex {})", bad + 1));
    }
}

fn check_line(line: &LineString, findings: &mut Findings) {
    check_not_empty(line.0.is_empty(), findings);
    check_finite(&line.0, findings);
    if let Some(first) = line.0.first()
        && line.0.iter().all(|coord| coord == first)
    {
        findings.add(format!("has a line of fewer than two distinct points at {}", place(*first)));
    }
}

fn check_areas(polygons: &[Polygon], findings: &mut Findings) {
    check_not_empty(polygons.is_empty(), findings);
    let before = findings.problems.len();
    let mut rings = Vec::new();
    for (polygon, area) in polygons.iter().enumerate() {
        check_not_empty(area.exterior().0.is_empty(), findings);
        for (index, line) in std::iter::once(area.exterior()).chain(area.interiors()).enumerate() {
            check_finite(&line.0, findings);
            let vertices = distinct(&line.0);
            match vertices.len() {
                0 => {}
                1 | 2 => {
                    let name = ring_name(index);
                    findings.add(format!("has {name} of fewer than three distinct points at {}", place(vertices[0])));
                }
                _ => rings.push(Ring { polygon, index, vertices }),
            }
        }
    }
    // Predicates mean nothing on NaN, and rings of two points have no inside.
    if findings.problems.len() == before {
        check_rings(&rings, findings);
    }
}

/// The vertices without repetitions and without the closing one.
fn distinct(coords: &[Coord]) -> Vec<Coord> {
    let mut vertices = coords.to_vec();
    vertices.dedup();
    while vertices.len() > 1 && vertices.first() == vertices.last() {
        vertices.pop();
    }
    vertices
}

fn check_rings(rings: &[Ring], findings: &mut Findings) {
    let mut touches = Vec::new();
    // Rings that cross others: where they lie to them is no further question.
    let mut entangled = vec![false; rings.len()];
    noding::contacts(rings, |contact| {
        if let Contact::Touch { rings: pair, at } = contact {
            touches.push((pair, at));
        } else {
            let (pair, reason) = describe(rings, contact);
            for ring in pair {
                entangled[ring] = true;
            }
            findings.add(reason);
        }
        !findings.is_full()
    });
    touches.retain(|(pair, _)| pair.iter().all(|ring| !entangled[*ring]));
    check_connected(rings, &mut touches, findings);
    check_nesting(rings, &entangled, findings);
}

fn describe(rings: &[Ring], contact: Contact) -> ([usize; 2], String) {
    let (pair, verb, at) = match contact {
        Contact::Crossing { rings, at } => (rings, "crosses", at),
        Contact::Line { rings, at } => (rings, "runs along", at),
        Contact::SelfTouch { ring, at } => ([ring, ring], "touches", at),
        Contact::Touch { rings, at } => (rings, "touches", at),
        Contact::Spike { ring, at } => {
            return ([ring, ring], format!("{} turns back on itself at {}", ring_name(rings[ring].index), place(at)));
        }
    };
    let [a, b] = pair.map(|ring| &rings[ring]);
    let reason = if pair[0] == pair[1] {
        format!("{} {verb} itself at {}", ring_name(a.index), place(at))
    } else if a.polygon == b.polygon {
        format!("{} {verb} {} at {}", ring_name(a.index), ring_name(b.index), place(at))
    } else {
        format!("part {} {verb} part {} at {}", a.polygon + 1, b.polygon + 1, place(at))
    };
    (pair, reason)
}

/// Rings of one polygon that touch in a circle cut its inside in two (OGC: the interior is connected).
fn check_connected(rings: &[Ring], touches: &mut Vec<([usize; 2], Coord)>, findings: &mut Findings) {
    touches.retain(|(pair, _)| rings[pair[0]].polygon == rings[pair[1]].polygon);
    touches.sort_by(|(_, a), (_, b)| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    // Rings and touching points are the nodes of a graph; a ring is joined to every point it touches in.
    let mut sets = Sets::new(rings.len());
    for at_one_point in touches.chunk_by(|(_, a), (_, b)| a == b) {
        let point = sets.add();
        let mut here: Vec<usize> = at_one_point.iter().flat_map(|(pair, _)| *pair).collect();
        here.sort_unstable();
        here.dedup();
        let joined_before = here.iter().filter(|ring| !sets.join(**ring, point)).count();
        if joined_before > 0 {
            findings.add(format!("has an interior that is cut in two at {}", place(at_one_point[0].1)));
        }
    }
}

/// Disjoint sets (union–find).
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }

    /// `false`: they were joined already.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a] = b;
        a != b
    }
}

/// Holes lie in their exterior, not in one another; parts do not lie in one another.
fn check_nesting(rings: &[Ring], entangled: &[bool], findings: &mut Findings) {
    let closed: Vec<Vec<Coord>> =
        rings.iter().map(|ring| ring.vertices.iter().chain(ring.vertices.first()).copied().collect()).collect();
    let bounds: Vec<Option<Rect>> = closed.iter().map(|ring| bounds_of(ring)).collect();
    let within = |a: usize, b: usize| matches!((&bounds[a], &bounds[b]), (Some(a), Some(b)) if rect_is_within(a, b));
    let areas: Vec<&[Ring]> = rings.chunk_by(|a, b| a.polygon == b.polygon).collect();
    let mut first = 0;
    let starts: Vec<usize> = areas
        .iter()
        .map(|area| {
            let start = first;
            first += area.len();
            start
        })
        .collect();
    for (area, &exterior) in areas.iter().zip(&starts) {
        for hole in exterior + 1..exterior + area.len() {
            let place_of_hole = || place(rings[hole].vertices[0]);
            if !entangled[hole]
                && !entangled[exterior]
                && position(&closed[hole], |p| position_in_ring(&closed[exterior], p)) == Position::Outside
            {
                findings.add(format!("a hole lies outside the exterior ring at {}", place_of_hole()));
            }
            for other in (exterior + 1..exterior + area.len()).filter(|other| *other != hole && within(hole, *other)) {
                if !entangled[hole]
                    && !entangled[other]
                    && position(&closed[hole], |p| position_in_ring(&closed[other], p)) == Position::Inside
                {
                    findings.add(format!("a hole lies within another hole at {}", place_of_hole()));
                }
            }
        }
        for (other, &enclosing) in
            areas.iter().zip(&starts).filter(|(_, enclosing)| **enclosing != exterior && within(exterior, **enclosing))
        {
            let rings_of_other = || (enclosing..enclosing + other.len()).map(|ring| &closed[ring][..]);
            if !entangled[exterior]
                && !entangled[enclosing]
                && position(&closed[exterior], |p| position_in_rings(rings_of_other(), p)) == Position::Inside
            {
                let place = place(rings[exterior].vertices[0]);
                findings.add(format!(
                    "part {} lies within part {} at {place}",
                    area[0].polygon + 1,
                    other[0].polygon + 1
                ));
            }
        }
    }
}

/// Where a ring that crosses nothing lies: by the first vertex, else the first edge's middle, that is on no boundary.
fn position(ring: &[Coord], judge: impl Fn(Coord) -> Position) -> Position {
    let middles = ring.windows(2).map(|edge| (edge[0] + edge[1]) / 2.0);
    ring.iter()
        .copied()
        .chain(middles)
        .map(judge)
        .find(|position| *position != Position::Boundary)
        .unwrap_or(Position::Boundary)
}

fn rect_is_within(a: &Rect, b: &Rect) -> bool {
    b.min().x <= a.min().x && a.max().x <= b.max().x && b.min().y <= a.min().y && a.max().y <= b.max().y
}

fn ring_name(index: usize) -> &'static str {
    if index == 0 { "the exterior ring" } else { "a hole" }
}

/// A position for a message: as exact as a map can show.
fn place(at: Coord) -> String {
    let digits = |value: f64| if value.abs() > 1000.0 { format!("{value:.3}") } else { format!("{value:.7}") };
    format!("{} {}", digits(at.x), digits(at.y))
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
