//! Measures in the plane of a projected CRS.

use geo::{Area, InteriorPoint};
use geo_types::{Coord, Geometry};

use super::{Piece, Shape};

/// Area in squared units of the coordinates (m² in UTM); lines and points have none.
///
/// Computed, so never to be confused with the official area of a parcel.
pub fn planar_area(shape: &Shape<'_>) -> f64 {
    let mut area = 0.0;
    shape.for_each_piece(|piece| {
        if let Piece::Polygon(rings) = piece {
            let mut parts = rings.iter().map(|ring| ring_area(ring).abs());
            let exterior = parts.next().unwrap_or_default();
            area += exterior - parts.sum::<f64>();
        }
    });
    area
}

/// Signed area of a closed ring, positive if counter-clockwise.
///
/// Reckoned from its first vertex, so that no digits are lost far from the origin.
pub(super) fn ring_area(ring: &[Coord]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    let doubled: f64 = ring
        .windows(2)
        .map(|edge| {
            let (a, b) = (edge[0] - origin, edge[1] - origin);
            a.x * b.y - b.x * a.y
        })
        .sum();
    doubled / 2.0
}

/// A point on or in the shape where a label or a marker may stand; `None` of an empty shape.
pub fn label_point(shape: &Shape<'_>) -> Option<Coord> {
    // The largest part carries the label.
    let geometry = match shape.to_geometry() {
        Geometry::MultiPolygon(parts) => {
            parts.0.into_iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area())).map(Geometry::Polygon)?
        }
        other => other,
    };
    geometry.interior_point().map(|point| point.0)
}

#[cfg(test)]
mod tests {
    use geo::{Area, Intersects};
    use geo_types::{Geometry, LineString, Polygon, line_string, point, polygon};
    use proptest::prelude::*;

    use super::{label_point, planar_area};
    use crate::geometry::Shape;

    #[test]
    fn holes_are_not_counted_whichever_way_they_turn() {
        let geometry: Geometry = polygon![
            exterior: [(x: 0., y: 0.), (x: 10., y: 0.), (x: 10., y: 10.), (x: 0., y: 10.)],
            interiors: [[(x: 2., y: 2.), (x: 4., y: 2.), (x: 4., y: 4.), (x: 2., y: 4.)]],
        ]
        .into();
        assert!((planar_area(&Shape::from(&geometry)) - 96.0).abs() < 1e-12);
        let line: Geometry = line_string![(x: 0., y: 0.), (x: 1., y: 1.)].into();
        assert!(planar_area(&Shape::from(&line)).abs() < f64::MIN_POSITIVE);
    }

    #[test]
    fn a_label_stands_in_the_u_not_in_its_gap() {
        let u: Geometry = polygon![
            (x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 8., y: 9.),
            (x: 8., y: 1.), (x: 1., y: 1.), (x: 1., y: 9.), (x: 0., y: 9.),
        ]
        .into();
        let label = label_point(&Shape::from(&u)).unwrap();
        assert!(u.intersects(&label), "{label:?}");
        assert_eq!(label_point(&Shape::from(&Geometry::from(point!(x: 3., y: 4.)))), Some((3., 4.).into()));
        assert_eq!(label_point(&Shape::from(&Geometry::MultiPolygon(geo_types::MultiPolygon(vec![])))), None);
    }

    proptest! {
        #[test]
        fn the_area_is_that_of_geo(ring in proptest::collection::vec((3e5..4e5f64, 5.6e6..5.7e6f64), 3..12)) {
            let polygon = Polygon::new(LineString::from(ring), vec![]);
            let geometry = Geometry::Polygon(polygon.clone());
            let difference = (planar_area(&Shape::from(&geometry)) - polygon.unsigned_area()).abs();
            prop_assert!(difference <= 1e-9 * polygon.unsigned_area().max(1e9));
        }
    }
}
