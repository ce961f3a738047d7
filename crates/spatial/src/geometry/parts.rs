//! A geometry of any kind made ready to be compared with many shapes.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Rect};

use super::{
    Piece, Shape, bounds_of,
    predicate::{
        Position, any_piece, is_on_segment, position_in_rings, rect_contains, segment_bounds, segment_intersects_rect,
        segments_intersect, shape_contains,
    },
    prepared::PreparedArea,
};
use crate::tree::{PackedTree, Relation};

/// Points, lines and areas; together they are the geometry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    points: Vec<Coord>,
    lines: Vec<PreparedLine>,
    areas: Vec<PreparedArea>,
    bounds: Option<Rect>,
}

/// A line whose edges lie in a tree.
#[derive(Clone, Debug)]
struct PreparedLine {
    vertices: Vec<Coord>,
    tree: PackedTree,
}

impl Parts {
    pub(crate) fn new(geometry: &Geometry) -> Self {
        let mut parts = Self::default();
        parts.add(geometry);
        parts.bounds = Shape::from(geometry).bounds();
        parts
    }

    fn add(&mut self, geometry: &Geometry) {
        match geometry {
            Geometry::Point(point) => self.points.push(point.0),
            Geometry::MultiPoint(points) => self.points.extend(points.iter().map(|point| point.0)),
            Geometry::Line(line) => self.lines.push(PreparedLine::new(&LineString::from(*line))),
            Geometry::LineString(line) => self.lines.push(PreparedLine::new(line)),
            Geometry::MultiLineString(lines) => self.lines.extend(lines.iter().map(PreparedLine::new)),
            Geometry::Polygon(polygon) => self.areas.extend(PreparedArea::new(&MultiPolygon(vec![polygon.clone()]))),
            Geometry::MultiPolygon(polygons) => self.areas.extend(PreparedArea::new(polygons)),
            Geometry::Rect(rect) => self.add(&rect.to_polygon().into()),
            Geometry::Triangle(triangle) => self.add(&triangle.to_polygon().into()),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.add(part)),
        }
    }

    /// The box around them; `None` of nothing.
    pub(crate) fn bounds(&self) -> Option<Rect> {
        self.bounds
    }

    /// How a closed box lies to them.
    pub(crate) fn relate(&self, rect: &Rect) -> Relation {
        let mut relation = Relation::Disjoint;
        for area in &self.areas {
            match area.relate(rect) {
                Relation::Inside => return Relation::Inside,
                Relation::Overlaps | Relation::Crosses => relation = Relation::Overlaps,
                Relation::Disjoint => {}
            }
        }
        let meets = || {
            self.points.iter().any(|point| rect_contains(rect, *point))
                || self.lines.iter().any(|line| line.meets_rect(rect))
        };
        if relation == Relation::Disjoint && meets() { Relation::Overlaps } else { relation }
    }

    /// Whether they and a shape, both closed, have a point in common.
    pub(crate) fn intersects(&self, shape: &Shape<'_>) -> bool {
        self.areas.iter().any(|area| area.intersects(shape))
            || self.points.iter().any(|point| shape_contains(shape, *point))
            || self.lines.iter().any(|line| line.intersects(shape))
    }
}

impl PreparedLine {
    fn new(line: &LineString) -> Self {
        let vertices = line.0.clone();
        let origin = vertices.first().copied().unwrap_or_default();
        let tree = PackedTree::new(vertices.windows(2).map(|edge| segment_bounds(edge[0], edge[1])), origin);
        Self { vertices, tree }
    }

    fn edge(&self, index: usize) -> [Coord; 2] {
        [self.vertices[index], self.vertices[index + 1]]
    }

    fn meets_rect(&self, rect: &Rect) -> bool {
        self.tree.any(rect, |edge| {
            let [a, b] = self.edge(edge);
            segment_intersects_rect(a, b, rect)
        })
    }

    fn intersects(&self, shape: &Shape<'_>) -> bool {
        any_piece(shape, |piece| match piece {
            Piece::Point(p) => self.contains(p),
            Piece::Line([p]) => self.contains(*p),
            Piece::Line(line) => self.crosses(line),
            // Where no edges meet, the line lies in the area as a whole, or apart from it.
            Piece::Polygon(rings) => {
                rings.iter().any(|ring| self.crosses(ring))
                    || self.vertices.first().is_some_and(|p| position_in_rings(rings.iter(), *p) != Position::Outside)
            }
        })
    }

    fn contains(&self, p: Coord) -> bool {
        self.tree.any(&Rect::new(p, p), |edge| {
            let [a, b] = self.edge(edge);
            is_on_segment(a, b, p)
        })
    }

    fn crosses(&self, run: &[Coord]) -> bool {
        let Some(bounds) = bounds_of(run) else { return false };
        if !self.meets_rect(&bounds) {
            return false;
        }
        run.windows(2).any(|edge| {
            self.tree.any(&segment_bounds(edge[0], edge[1]), |other| {
                let [a, b] = self.edge(other);
                segments_intersect(edge[0], edge[1], a, b)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use geo::{Intersects, Validation};
    use geo_types::{Coord, Geometry, GeometryCollection, LineString, MultiPoint, Point, Polygon, Rect};
    use proptest::prelude::*;

    use super::Parts;
    use crate::{geometry::Shape, tree::Relation};

    /// Few distinct values, so that touching and equal cases are common.
    fn coord() -> impl Strategy<Value = Coord> {
        (0..7i32, 0..7i32).prop_map(|(x, y)| Coord { x: f64::from(x), y: f64::from(y) })
    }

    fn geometry() -> impl Strategy<Value = Geometry> {
        let line = || proptest::collection::vec(coord(), 2..5).prop_map(LineString);
        let triangle = [coord(), coord(), coord()].prop_map(|[a, b, c]| Polygon::new(vec![a, b, c].into(), vec![]));
        let simple = prop_oneof![
            coord().prop_map(|at| Geometry::from(Point(at))),
            proptest::collection::vec(coord(), 1..4)
                .prop_map(|at| Geometry::from(MultiPoint(at.into_iter().map(Point).collect()))),
            line().prop_map(Geometry::from),
            triangle.prop_map(Geometry::from),
        ];
        simple.clone().boxed().prop_union(
            proptest::collection::vec(simple, 1..4)
                .prop_map(|parts| Geometry::GeometryCollection(GeometryCollection(parts)))
                .boxed(),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn geometries_are_compared_as_by_geo(a in geometry(), b in geometry(), corners in (coord(), coord())) {
            prop_assume!(a.is_valid() && b.is_valid());
            let parts = Parts::new(&a);
            prop_assert_eq!(parts.intersects(&Shape::from(&b)), a.intersects(&b), "{:?} {:?}", a, b);
            let rect = Rect::new(corners.0, corners.1);
            prop_assume!(rect.width() > 0.0 && rect.height() > 0.0);
            let meets = parts.relate(&rect) != Relation::Disjoint;
            prop_assert_eq!(meets, a.intersects(&rect), "{:?} {:?}", a, rect);
        }
    }
}
