//! A planar subdivision: areas that share their borders vertex by vertex, on a grid of 1 mm.
//!
//! There is one operation, in [`super::cut`]: to cut a face along a line that runs from border to border.
//! A cut that ends on the edge of a neighbour gives the neighbour the same vertex, so no gap or overlap
//! can arise.

use std::collections::HashMap;

use cadastre::geometry::{Coord, LineString, MultiPolygon, Polygon};

use super::curve::{Metres, at, contains};

/// Index of a vertex.
pub(super) type NodeId = u32;
/// Index of a face.
pub(super) type FaceId = usize;
/// A vertex in whole millimetres, EPSG:25833.
pub(super) type Node = Coord<i64>;

/// An area without holes and what it is.
#[derive(Clone, Debug)]
pub(super) struct Face<T> {
    /// Vertices counter-clockwise, not closed.
    ring: Vec<NodeId>,
    /// What the face is; both parts of a cut face inherit it.
    pub(super) data: T,
}

/// The subdivision.
#[derive(Clone, Debug)]
pub(super) struct Planar<T> {
    nodes: Vec<Node>,
    faces: Vec<Face<T>>,
    /// The face to the left of each directed edge.
    left: HashMap<(NodeId, NodeId), FaceId>,
}

impl<T: Clone> Planar<T> {
    pub(super) fn new() -> Self {
        Self { nodes: Vec::new(), faces: Vec::new(), left: HashMap::new() }
    }

    /// Adds a face that shares nothing with those there are; a ring without area adds none.
    pub(super) fn add(&mut self, ring: &LineString<f64>, data: T) -> Option<FaceId> {
        let mut nodes: Vec<Node> = ring.coords().map(|coord| to_grid(*coord)).collect();
        nodes.dedup();
        if nodes.first() == nodes.last() {
            nodes.pop();
        }
        match twice_area(&nodes) {
            0 => return None,
            negative if negative < 0 => nodes.reverse(),
            _ => {}
        }
        let ring = nodes.into_iter().map(|node| self.add_node(node)).collect();
        Some(self.add_face(ring, data))
    }

    pub(super) fn len(&self) -> usize {
        self.faces.len()
    }

    pub(super) fn data(&self, face: FaceId) -> &T {
        &self.faces[face].data
    }

    pub(super) fn data_mut(&mut self, face: FaceId) -> &mut T {
        &mut self.faces[face].data
    }

    /// The vertices of a face in metres, not closed.
    pub(super) fn ring(&self, face: FaceId) -> Vec<Metres> {
        self.grid_ring(face).into_iter().map(to_metres).collect()
    }

    /// The vertices of a face on the grid, not closed.
    pub(super) fn grid_ring(&self, face: FaceId) -> Vec<Node> {
        self.faces[face].ring.iter().map(|node| self.nodes[*node as usize]).collect()
    }

    /// Area in m², exact to the grid.
    pub(super) fn area(&self, face: FaceId) -> f64 {
        twice_area(&self.grid_ring(face)) as f64 / 2e6
    }

    /// For each edge of a face: its ends in metres and the face on the other side, if there is one.
    pub(super) fn edges(&self, face: FaceId) -> impl Iterator<Item = (Metres, Metres, Option<FaceId>)> {
        ring_edges(&self.faces[face].ring).map(|(a, b)| {
            let point = |node: NodeId| to_metres(self.nodes[node as usize]);
            (point(a), point(b), self.left.get(&(b, a)).copied())
        })
    }

    /// The union of faces, its borders with every vertex they have in the subdivision.
    pub(super) fn outline(&self, faces: &[FaceId]) -> MultiPolygon<f64> {
        let mut selected = vec![false; self.faces.len()];
        for face in faces {
            selected[*face] = true;
        }
        let outer_edges = faces
            .iter()
            .flat_map(|face| ring_edges(&self.faces[*face].ring))
            .filter(|(a, b)| !self.left.get(&(*b, *a)).is_some_and(|other| selected[*other]));
        let rings = self.trace(outer_edges.collect());
        let (shells, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| twice_area(ring) > 0);
        let mut polygons: Vec<Polygon<f64>> =
            shells.iter().map(|ring| Polygon::new(closed(ring), Vec::new())).collect();
        for hole in holes {
            let owner = shells.iter().position(|shell| {
                let shell: Vec<Metres> = shell.iter().copied().map(to_metres).collect();
                hole.iter().any(|node| contains(&shell, to_metres(*node)))
            });
            if let Some(owner) = owner {
                polygons[owner].interiors_push(closed(&hole));
            }
        }
        MultiPolygon(polygons)
    }

    /// Joins directed edges to rings; where rings touch in a vertex, they stay apart.
    fn trace(&self, edges: Vec<(NodeId, NodeId)>) -> Vec<Vec<Node>> {
        let mut onward: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
        for (a, b) in &edges {
            onward.entry(*a).or_default().push(*b);
        }
        let mut rings = Vec::new();
        for (start, second) in edges {
            let (mut ring, mut from, mut node) = (Vec::new(), start, second);
            if !take(&mut onward, start, second) {
                continue;
            }
            ring.push(self.nodes[start as usize]);
            while node != start {
                ring.push(self.nodes[node as usize]);
                let Some(next) = self.leftmost(from, node, onward.get(&node).map_or(&[], Vec::as_slice)) else { break };
                take(&mut onward, node, next);
                (from, node) = (node, next);
            }
            rings.push(ring);
        }
        rings
    }

    /// Of the ways onward from `node`, the one that keeps the area to the left together.
    fn leftmost(&self, from: NodeId, node: NodeId, ways: &[NodeId]) -> Option<NodeId> {
        let [from, origin] = [from, node].map(|id| self.nodes[id as usize]);
        ways.iter().copied().min_by(|a, b| {
            let [a, b] = [*a, *b].map(|id| clockwise_rank(from - origin, self.nodes[id as usize] - origin));
            a.total_cmp(&b)
        })
    }

    pub(super) fn add_node(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() as NodeId - 1
    }

    fn add_face(&mut self, ring: Vec<NodeId>, data: T) -> FaceId {
        self.faces.push(Face { ring, data });
        let face = self.faces.len() - 1;
        self.claim(face);
        face
    }

    fn claim(&mut self, face: FaceId) {
        for edge in ring_edges(&self.faces[face].ring) {
            self.left.insert(edge, face);
        }
    }

    /// Puts a vertex into the edge that begins at `index` in the ring of `face`, and into the neighbour's.
    pub(super) fn insert_vertex(&mut self, face: FaceId, index: usize, node: Node) -> NodeId {
        let ring = &self.faces[face].ring;
        let (a, b) = (ring[index], ring[(index + 1) % ring.len()]);
        let node = self.add_node(node);
        for (from, to) in [(a, b), (b, a)] {
            let Some(owner) = self.left.remove(&(from, to)) else { continue };
            let ring = &mut self.faces[owner].ring;
            if let Some(position) = ring.iter().position(|id| *id == from) {
                ring.insert(position + 1, node);
            }
            self.left.insert((from, node), owner);
            self.left.insert((node, to), owner);
        }
        node
    }

    /// Parts a face along a path from vertex to vertex. The face keeps the left, the new one is the right.
    pub(super) fn split(&mut self, face: FaceId, from: NodeId, inner: &[Node], to: NodeId) -> Option<FaceId> {
        let mut ring = self.faces[face].ring.clone();
        let start = ring.iter().position(|id| *id == from)?;
        ring.rotate_left(start);
        let end = ring.iter().position(|id| *id == to)?;
        let inner: Vec<NodeId> = inner.iter().map(|node| self.add_node(*node)).collect();
        let right: Vec<NodeId> = ring[..=end].iter().chain(inner.iter().rev()).copied().collect();
        let left = ring[end..].iter().chain(&ring[..1]).chain(&inner).copied().collect();
        let data = self.faces[face].data.clone();
        self.faces[face].ring = left;
        self.claim(face);
        Some(self.add_face(right, data))
    }

    /// The vertices of a face.
    pub(super) fn ring_ids(&self, face: FaceId) -> &[NodeId] {
        &self.faces[face].ring
    }
}

/// The nearest vertex of the grid.
pub(super) fn to_grid(point: Metres) -> Node {
    Node { x: (point.x * 1000.0).round() as i64, y: (point.y * 1000.0).round() as i64 }
}

/// A vertex in metres.
pub(super) fn to_metres(node: Node) -> Metres {
    at(node.x as f64 / 1000.0, node.y as f64 / 1000.0)
}

/// Twice the area of a ring in mm²; positive if counter-clockwise.
pub(super) fn twice_area(ring: &[Node]) -> i64 {
    let Some(&origin) = ring.first() else { return 0 };
    ring.windows(2).map(|pair| turn(origin, pair[0], pair[1])).sum()
}

/// Twice the area of the triangle: positive if `c` lies to the left of the way from `a` to `b`.
pub(super) fn turn(a: Node, b: Node, c: Node) -> i64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// The ring closed, in metres.
pub(super) fn closed(ring: &[Node]) -> LineString<f64> {
    ring.iter().chain(ring.first()).map(|node| to_metres(*node)).collect()
}

fn ring_edges(ring: &[NodeId]) -> impl Iterator<Item = (NodeId, NodeId)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

fn take(onward: &mut HashMap<NodeId, Vec<NodeId>>, from: NodeId, to: NodeId) -> bool {
    let Some(ways) = onward.get_mut(&from) else { return false };
    let Some(index) = ways.iter().position(|way| *way == to) else { return false };
    ways.swap_remove(index);
    true
}

/// Grows from 0 to 4 as `way` turns clockwise away from `back`.
fn clockwise_rank(back: Node, way: Node) -> f64 {
    let (cross, dot) = ((back.x * way.y - back.y * way.x) as f64, (back.x * way.x + back.y * way.y) as f64);
    let cosine = dot / (dot * dot + cross * cross).sqrt();
    if cross < 0.0 { 1.0 - cosine } else { 3.0 + cosine }
}

#[cfg(test)]
mod tests {
    use cadastre::geometry::LineString;
    use geo::{Area, Validation};

    use super::Planar;
    use crate::demo::{curve::at, cut::Limits};

    /// A chessboard of 3 by 3 fields of 10 m, numbered from the lower left, row by row.
    fn board() -> Planar<usize> {
        let limits = Limits { area_m2: 1.0, width_m: 1.0, sine: 0.1 };
        let mut map = Planar::new();
        let ring = LineString::from(vec![(0.0, 0.0), (0.0, 30.0), (30.0, 30.0), (30.0, 0.0), (0.0, 0.0)]);
        map.add(&ring, 0);
        for at_m in [10.0, 20.0] {
            for line in [[at(at_m, -5.0), at(at_m, 35.0)], [at(-5.0, at_m), at(35.0, at_m)]] {
                for face in 0..map.len() {
                    map.cut(face, &line, limits);
                }
            }
        }
        for face in 0..map.len() {
            let low = map.ring(face).into_iter().fold(at(99.0, 99.0), |low, p| at(low.x.min(p.x), low.y.min(p.y)));
            *map.data_mut(face) = (low.y / 10.0) as usize * 3 + (low.x / 10.0) as usize;
        }
        map
    }

    /// Number of polygons, of holes, and the area of a union of fields.
    fn check(fields: &[usize], polygons: usize, holes: usize, area_m2: f64) {
        let map = board();
        let faces: Vec<usize> = (0..map.len()).filter(|face| fields.contains(map.data(*face))).collect();
        let outline = map.outline(&faces);
        assert!(outline.is_valid(), "{fields:?}");
        let found = outline.0.iter().map(|polygon| polygon.interiors().len()).sum::<usize>();
        assert_eq!((outline.0.len(), found), (polygons, holes), "{fields:?}");
        assert!((outline.unsigned_area() - area_m2).abs() < 1e-9, "{fields:?}");
    }

    #[test]
    fn the_outline_of_faces_is_their_union() {
        check(&[0, 1, 2, 3, 4, 5, 6, 7, 8], 1, 0, 900.0);
        check(&[4], 1, 0, 100.0);
        check(&[0, 1], 1, 0, 200.0);
        check(&[0, 2], 2, 0, 200.0);
        check(&[], 0, 0, 0.0);
    }

    #[test]
    fn faces_that_touch_in_a_vertex_stay_apart() {
        check(&[0, 4], 2, 0, 200.0);
        check(&[0, 4, 8], 3, 0, 300.0);
    }

    #[test]
    fn a_face_left_out_in_the_middle_is_a_hole() {
        check(&[0, 1, 2, 3, 5, 6, 7, 8], 1, 1, 800.0);
    }

    #[test]
    fn a_ring_without_area_is_no_face() {
        let mut map = Planar::new();
        assert_eq!(map.add(&LineString::from(vec![(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]), ()), None);
        assert_eq!(map.add(&LineString::new(Vec::new()), ()), None);
    }
}
