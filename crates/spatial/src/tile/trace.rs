//! From edges with the inside on one side to valid polygons.

use std::collections::HashMap;

use super::{
    units::{Ring, Vertex, between, turn},
    valid::{contains, doubled_area},
};

/// Puts together the polygons whose boundary these rings are: rings without crossings, the inside always on the same
/// side, in which a vertex may be passed more than once.
///
/// Each connected inside becomes one polygon. A ring that passes a vertex twice is taken apart there: what is cut
/// off encloses a part of the outside, so it is a hole that touches its exterior in that vertex.
pub(super) fn trace(rings: &[Ring]) -> Vec<Vec<Ring>> {
    let mut polygons: Vec<Vec<Ring>> = Vec::new();
    let mut holes: Vec<Ring> = Vec::new();
    let edges = Edges::new(rings);
    for walk in edges.walks() {
        let (exteriors, inner): (Vec<Ring>, Vec<Ring>) =
            edges.taken_apart(walk).into_iter().partition(|ring| doubled_area(ring) > 0);
        match <[Ring; 1]>::try_from(exteriors) {
            Ok([exterior]) => polygons.push([vec![exterior], inner].concat()),
            Err(exteriors) => {
                polygons.extend(exteriors.into_iter().map(|exterior| vec![exterior]));
                holes.extend(inner);
            }
        }
    }
    for hole in holes {
        let around = polygons.iter_mut().filter(|rings| lies_in(&hole, &rings[0]));
        if let Some(rings) = around.min_by_key(|rings| doubled_area(&rings[0])) {
            rings.push(hole);
        }
    }
    polygons
}

/// The edges of rings, and which of them leave each vertex.
struct Edges {
    edges: Vec<[Vertex; 2]>,
    leaving: HashMap<(i32, i32), Vec<usize>>,
}

impl Edges {
    fn new(rings: &[Ring]) -> Self {
        let edges: Vec<[Vertex; 2]> = rings
            .iter()
            .flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)))
            .map(|(from, to)| [*from, *to])
            .collect();
        let mut leaving: HashMap<(i32, i32), Vec<usize>> = HashMap::with_capacity(edges.len());
        for (number, [from, _]) in edges.iter().enumerate() {
            leaving.entry((from.x, from.y)).or_default().push(number);
        }
        Self { edges, leaving }
    }

    fn leaving(&self, vertex: Vertex) -> &[usize] {
        self.leaving.get(&(vertex.x, vertex.y)).map_or(&[], Vec::as_slice)
    }

    /// Walks along the boundary of each connected inside, every edge once.
    fn walks(&self) -> Vec<Ring> {
        let mut walks = Vec::new();
        let mut is_walked = vec![false; self.edges.len()];
        for first in 0..self.edges.len() {
            let mut walk = Ring::new();
            let mut edge = first;
            while !is_walked[edge] {
                is_walked[edge] = true;
                let [from, to] = self.edges[edge];
                walk.push(from);
                let sooner = |a: usize, b: usize| {
                    if is_sooner(to, from, self.edges[a][1], self.edges[b][1]) { a } else { b }
                };
                // Back at its first edge the walk is at its end.
                match self.leaving(to).iter().copied().reduce(sooner) {
                    Some(next) => edge = next,
                    None => break,
                }
            }
            if !walk.is_empty() {
                walks.push(walk);
            }
        }
        walks
    }

    /// Rings that pass no vertex twice.
    fn taken_apart(&self, walk: Ring) -> Vec<Ring> {
        let mut rings = Vec::new();
        let mut path = Ring::new();
        let mut places: HashMap<(i32, i32), usize> = HashMap::new();
        for vertex in walk {
            if let Some(place) = places.get(&(vertex.x, vertex.y)).copied() {
                for passed in &path[place + 1..] {
                    places.remove(&(passed.x, passed.y));
                }
                rings.push(path.split_off(place));
            } else {
                places.insert((vertex.x, vertex.y), path.len());
            }
            path.push(vertex);
        }
        rings.push(path);
        rings.into_iter().filter(|ring| doubled_area(ring) != 0).map(|ring| self.straightened(&ring)).collect()
    }

    /// A ring without the vertices on its straight lines, except those in which rings touch: who converts the vertices
    /// to another CRS shall find them touching still.
    fn straightened(&self, ring: &[Vertex]) -> Ring {
        let (before, after) = (ring.iter().cycle().skip(ring.len() - 1), ring.iter().cycle().skip(1));
        let neighbours = ring.iter().zip(before.zip(after));
        neighbours
            .filter(|(vertex, (before, after))| {
                turn(**before, **vertex, **after) != 0 || self.leaving(**vertex).len() > 1
            })
            .map(|(vertex, _)| *vertex)
            .collect()
    }
}

/// Whether, turning about `at` from the direction of `from` through the inside, the direction of `a` comes before that
/// of `b`.
fn is_sooner(at: Vertex, from: Vertex, a: Vertex, b: Vertex) -> bool {
    let [half_a, half_b] = [a, b].map(|p| is_beyond(at, from, p));
    if half_a == half_b { turn(at, a, b) < 0 } else { half_b }
}

/// Whether the direction of `p` is more than half a turn away from that of `from`.
fn is_beyond(at: Vertex, from: Vertex, p: Vertex) -> bool {
    let side = turn(at, from, p);
    let (back, way) = (between(at, from), between(at, p));
    side > 0 || (side == 0 && back.x * way.x + back.y * way.y > 0)
}

/// Whether a ring, which does not cross the other one, lies inside of it.
fn lies_in(inner: &[Vertex], outer: &[Vertex]) -> bool {
    // Both may have vertices in common: one that is not will tell.
    let apart = inner.iter().find(|vertex| !outer.contains(vertex) && !is_on(outer, **vertex));
    apart.is_some_and(|vertex| contains(outer, *vertex))
}

fn is_on(ring: &[Vertex], p: Vertex) -> bool {
    ring.iter().zip(ring.iter().cycle().skip(1)).any(|(a, b)| {
        turn(*a, *b, p) == 0
            && (a.x.min(b.x)..=a.x.max(b.x)).contains(&p.x)
            && (a.y.min(b.y)..=a.y.max(b.y)).contains(&p.y)
    })
}
