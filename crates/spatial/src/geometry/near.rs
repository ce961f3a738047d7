//! All positions within some metres of a geometry.

use geo_types::{Coord, Geometry, Rect};

use super::{Shape, disc::Disc, parts::Parts, predicate::segment_bounds};
use crate::tree::{PackedTree, Relation};

/// A geometry in CRS84 with so many metres around it; distances are those of [`Disc`].
///
/// The nearest positions of two geometries that do not meet are a vertex of one and an edge of the other.
#[derive(Clone, Debug)]
pub(crate) struct Near {
    parts: Parts,
    metres: f64,
    /// Edges; a point is one without length.
    edges: Vec<[Coord; 2]>,
    edge_tree: PackedTree,
    vertices: Vec<Coord>,
    vertex_tree: PackedTree,
    bounds: Option<Rect>,
}

impl Near {
    pub(crate) fn new(geometry: &Geometry, metres: f64) -> Self {
        let (mut edges, mut vertices) = (Vec::new(), Vec::new());
        Shape::from(geometry).for_each_run(|run| {
            vertices.extend_from_slice(run);
            match run {
                [point] => edges.push([*point, *point]),
                _ => edges.extend(run.windows(2).map(|edge| [edge[0], edge[1]])),
            }
        });
        let origin = vertices.first().copied().unwrap_or_default();
        let edge_tree = PackedTree::new(edges.iter().map(|[a, b]| segment_bounds(*a, *b)), origin);
        let vertex_tree = PackedTree::new(vertices.iter().map(|at| Rect::new(*at, *at)), origin);
        let parts = Parts::new(geometry);
        let bounds = parts.bounds().map(|bounds| grown(&bounds, metres));
        Self { parts, metres, edges, edge_tree, vertices, vertex_tree, bounds }
    }

    /// A box around all of it; `None` of nothing.
    pub(crate) fn bounds(&self) -> Option<Rect> {
        self.bounds
    }

    /// How a closed box lies to it; never `Disjoint` where something in the box may be near.
    pub(crate) fn relate(&self, rect: &Rect) -> Relation {
        match self.parts.relate(rect) {
            Relation::Disjoint => match self.parts.relate(&grown(rect, self.metres)) {
                Relation::Disjoint => Relation::Disjoint,
                _ => Relation::Overlaps,
            },
            other => other,
        }
    }

    /// Whether a shape in CRS84 comes as near as that.
    pub(crate) fn intersects(&self, shape: &Shape<'_>) -> bool {
        self.parts.intersects(shape) || self.is_near_a_vertex_of(shape) || self.has_a_vertex_near(shape)
    }

    fn is_near_a_vertex_of(&self, shape: &Shape<'_>) -> bool {
        let mut is_near = false;
        shape.for_each_run(|run| {
            is_near = is_near
                || run.iter().any(|vertex| {
                    let disc = Disc::new(*vertex, self.metres);
                    self.edge_tree.any(&disc.bounds(), |edge| disc.reaches(&self.edges[edge]))
                });
        });
        is_near
    }

    fn has_a_vertex_near(&self, shape: &Shape<'_>) -> bool {
        let Some(bounds) = shape.bounds() else { return false };
        self.vertex_tree
            .any(&grown(&bounds, self.metres), |vertex| Disc::new(self.vertices[vertex], self.metres).intersects(shape))
    }
}

/// A box with so many metres around it, and somewhat more.
fn grown(rect: &Rect, metres: f64) -> Rect {
    // Degrees are shortest in metres at the latitude that is farthest from the equator.
    let farthest = if rect.max().y.abs() > rect.min().y.abs() { rect.max() } else { rect.min() };
    let around = Disc::new(farthest, metres).bounds();
    let margin = Coord { x: around.width() / 2.0, y: around.height() / 2.0 };
    Rect::new(rect.min() - margin, rect.max() + margin)
}

#[cfg(test)]
mod tests {
    use geo::{Distance, Euclidean};
    use geo_types::{Coord, Geometry, Point, coord, line_string, polygon};
    use proptest::prelude::*;

    use super::Near;
    use crate::{geometry::Shape, tree::Relation};

    /// About 1.11 m of latitude and 0.70 m of longitude at 51° north.
    const STEP: f64 = 1e-5;

    fn at((x, y): (i32, i32)) -> Coord {
        coord! { x: 13.0 + f64::from(x) * STEP, y: 51.0 + f64::from(y) * STEP }
    }

    fn geometry() -> impl Strategy<Value = Vec<(i32, i32)>> {
        proptest::collection::vec((0..60i32, 0..60i32), 1..5)
    }

    fn build(positions: &[(i32, i32)], place: impl Fn((i32, i32)) -> Coord) -> Geometry {
        let coords: Vec<Coord> = positions.iter().map(|position| place(*position)).collect();
        match coords[..] {
            [a] => Point(a).into(),
            [a, b, c] => polygon![a, b, c].into(),
            _ => Geometry::LineString(coords.into()),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn near_is_what_is_near_in_the_plane(a in geometry(), b in geometry(), metres in 0.0..40.0f64) {
            // The same in metres, the ellipsoid taken as flat: exact to some millimetres here.
            let flat = |(x, y): (i32, i32)| {
                coord! { x: f64::from(x) * STEP * 70_197.5, y: f64::from(y) * STEP * 111_247.0 }
            };
            let distance = Euclidean.distance(&build(&a, flat), &build(&b, flat));
            prop_assume!((distance - metres).abs() > 0.05);
            let other = build(&b, at);
            let near = Near::new(&build(&a, at), metres);
            prop_assert_eq!(near.intersects(&Shape::from(&other)), distance < metres, "{} m", distance);
            if let Some(bounds) = Shape::from(&other).bounds() {
                prop_assert!(distance > metres || near.relate(&bounds) != Relation::Disjoint);
            }
        }
    }

    #[test]
    fn what_lies_inside_is_near() {
        let square: Geometry = polygon![(x: 0., y: 50.), (x: 1., y: 50.), (x: 1., y: 51.), (x: 0., y: 51.)].into();
        let near = Near::new(&square, 1.0);
        assert!(near.intersects(&Shape::from(&Geometry::from(Point::new(0.5, 50.5)))));
        assert!(!near.intersects(&Shape::from(&Geometry::from(Point::new(1.5, 50.5)))));
        let line: Geometry = line_string![(x: -9.0, y: 50.5), (x: 9.0, y: 50.5)].into();
        assert!(near.intersects(&Shape::from(&line)));
    }
}
