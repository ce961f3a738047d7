//! All positions within some metres of a point.

use geo_types::{Coord, Rect};

use super::{
    Piece, Shape,
    predicate::{Position, any_piece, position_in_rings},
};

/// Semi-major axis of GRS 80, in metres.
const SEMI_MAJOR_AXIS_M: f64 = 6_378_137.0;
/// First eccentricity of GRS 80, squared.
const ECCENTRICITY_SQUARED: f64 = 0.006_694_380_022_9;

/// A disc on the ellipsoid, in CRS84.
///
/// Distances are those of the mid-latitude formula: less than a millimetre off the geodesic at 1 km,
/// a metre at 100 km, whatever the CRS of the store distorts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disc {
    centre: Coord,
    radius_m: f64,
}

impl Disc {
    pub(crate) fn new(centre: Coord, radius_m: f64) -> Self {
        Self { centre, radius_m }
    }

    /// A box around the disc, somewhat too large.
    pub(crate) fn bounds(&self) -> Rect {
        const SLACK: f64 = 1.02;
        let north = self.radius_m * SLACK / 110_500.0;
        let farthest = (self.centre.y.abs() + north).min(90.0);
        let width = 111_319.0 * farthest.to_radians().cos();
        let east = if width * 180.0 > self.radius_m * SLACK { self.radius_m * SLACK / width } else { 360.0 };
        let span = Coord { x: east, y: north };
        Rect::new(self.centre - span, self.centre + span)
    }

    /// Whether a shape in CRS84 comes as near as that.
    pub(crate) fn intersects(&self, shape: &Shape<'_>) -> bool {
        any_piece(shape, |piece| match piece {
            Piece::Point(p) => self.reaches(&[p]),
            Piece::Line(line) => self.reaches(line),
            Piece::Polygon(rings) => {
                rings.iter().any(|ring| self.reaches(ring))
                    || position_in_rings(rings.iter(), self.centre) != Position::Outside
            }
        })
    }

    /// Whether a run of edges in CRS84 comes as near as that.
    pub(crate) fn reaches(&self, run: &[Coord]) -> bool {
        self.distances_m(run).any(|distance| distance <= self.radius_m)
    }

    /// Metres from the centre to a shape in CRS84; 0 within it. `None` of an empty one.
    pub(crate) fn distance_m(&self, shape: &Shape<'_>) -> Option<f64> {
        let mut least: Option<f64> = None;
        let mut add = |distance: f64| least = Some(least.map_or(distance, |least| least.min(distance)));
        shape.for_each_piece(|piece| match piece {
            Piece::Point(p) => self.distances_m(&[p]).for_each(&mut add),
            Piece::Line(line) => self.distances_m(line).for_each(&mut add),
            Piece::Polygon(rings) if position_in_rings(rings.iter(), self.centre) == Position::Inside => add(0.0),
            Piece::Polygon(rings) => rings.iter().for_each(|ring| self.distances_m(ring).for_each(&mut add)),
        });
        least
    }

    /// Metres from the centre to each edge of a run.
    fn distances_m(&self, run: &[Coord]) -> impl Iterator<Item = f64> {
        let mut last = None;
        run.iter().map(move |coord| {
            let here = self.offset_m(*coord);
            let from = last.replace(here).unwrap_or(here);
            distance_to_origin(from, here)
        })
    }

    /// Metres east and north of the centre.
    fn offset_m(&self, p: Coord) -> Coord {
        let (sin, cos) = f64::midpoint(self.centre.y, p.y).to_radians().sin_cos();
        let w = 1.0 - ECCENTRICITY_SQUARED * sin * sin;
        let normal_radius = SEMI_MAJOR_AXIS_M / w.sqrt();
        let meridian_radius = normal_radius * (1.0 - ECCENTRICITY_SQUARED) / w;
        let delta = p - self.centre;
        // The short way round, also across the antimeridian.
        let east = delta.x - 360.0 * (delta.x / 360.0).round();
        Coord { x: east.to_radians() * normal_radius * cos, y: delta.y.to_radians() * meridian_radius }
    }
}

fn distance_to_origin(a: Coord, b: Coord) -> f64 {
    let along = b - a;
    let length_squared = along.x * along.x + along.y * along.y;
    let t =
        if length_squared > 0.0 { (-(a.x * along.x + a.y * along.y) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
    let nearest = a + along * t;
    nearest.x.hypot(nearest.y)
}

#[cfg(test)]
mod tests {
    use geo::{Distance, Geodesic};
    use geo_types::{Coord, Geometry, Point, coord, line_string, polygon};
    use proptest::prelude::*;

    use super::Disc;
    use crate::geometry::{Shape, predicate::rect_contains};

    proptest! {
        #[test]
        fn distances_are_geodesic(lat in -60.0..75.0f64, lon in -170.0..170.0f64, by in (-0.1..0.1f64, -0.1..0.1f64)) {
            let (centre, p) = (coord! { x: lon, y: lat }, coord! { x: lon + by.0, y: lat + by.1 });
            let distance = Geodesic.distance(Point(centre), Point(p));
            let point = Geometry::Point(Point(p));
            let tolerance = 1e-3 + distance * 5e-6;
            prop_assert!(Disc::new(centre, distance + tolerance).intersects(&Shape::from(&point)));
            prop_assert!(!Disc::new(centre, distance - tolerance).intersects(&Shape::from(&point)));
            prop_assert!(rect_contains(&Disc::new(centre, distance).bounds(), p));
            let told = Disc::new(centre, 0.0).distance_m(&Shape::from(&point)).unwrap();
            prop_assert!((told - distance).abs() <= tolerance, "{} {}", told, distance);
        }
    }

    #[test]
    fn the_nearest_part_of_a_shape_counts() {
        let centre: Coord = coord! { x: 13.0, y: 51.0 };
        let check = |geometry: Geometry, radius_m: f64, expected: bool| {
            assert_eq!(Disc::new(centre, radius_m).intersects(&Shape::from(&geometry)), expected, "{geometry:?}");
        };
        // A line 0.001° (70.1 m) to the east, its ends far away.
        let line: Geometry = line_string![(x: 13.001, y: 50.9), (x: 13.001, y: 51.1)].into();
        check(line.clone(), 71.0, true);
        check(line, 69.0, false);
        let around: Geometry =
            polygon![(x: 12.0, y: 50.0), (x: 14.0, y: 50.0), (x: 14.0, y: 52.0), (x: 12.0, y: 52.0)].into();
        check(around, 1.0, true);
    }

    #[test]
    fn near_the_pole_every_longitude_is_near() {
        let bounds = Disc::new(coord! { x: 0.0, y: 89.99 }, 5000.0).bounds();
        assert!(bounds.width() >= 360.0 && bounds.max().y >= 90.0);
    }
}
