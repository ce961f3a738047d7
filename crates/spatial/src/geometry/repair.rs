//! Repairs that cannot be wrong.
//!
//! Removing a repeated vertex, closing a ring and turning it the usual way round change no point of the
//! area. Whatever would move its boundary is for [`super::check()`] to report and for a person to decide.

use cadastre::Problem;
use geo_types::{Geometry, LineString, Polygon};

use super::{measure::ring_area, plain};

/// Removes consecutive equal points and turns exteriors counter-clockwise and holes clockwise (RFC 7946
/// § 3.1.6, OGC 06-103r4). Returns what was done, for the user to read.
///
/// A polygon in memory is always closed; that a file left one open is known to its reader.
pub fn repair(geometry: Geometry) -> (Geometry, Vec<Problem>) {
    let mut geometry = plain(geometry);
    let mut done = Done::default();
    repair_any(&mut geometry, &mut done);
    (geometry, done.notes())
}

#[derive(Default)]
struct Done {
    duplicates: usize,
    turned: usize,
}

impl Done {
    fn notes(&self) -> Vec<Problem> {
        let mut notes = Vec::new();
        if self.duplicates > 0 {
            notes.push(Problem::new("geometry", format!("removed repeated points: {}", self.duplicates)));
        }
        if self.turned > 0 {
            notes.push(Problem::new("geometry", format!("turned the usual way round: {} ring(s)", self.turned)));
        }
        notes
    }
}

fn repair_any(geometry: &mut Geometry, done: &mut Done) {
    match geometry {
        Geometry::LineString(line) => remove_duplicates(line, 2, done),
        Geometry::MultiLineString(lines) => lines.iter_mut().for_each(|line| remove_duplicates(line, 2, done)),
        Geometry::Polygon(polygon) => repair_polygon(polygon, done),
        Geometry::MultiPolygon(polygons) => polygons.iter_mut().for_each(|polygon| repair_polygon(polygon, done)),
        Geometry::GeometryCollection(parts) => parts.iter_mut().for_each(|part| repair_any(part, done)),
        // Points have nothing to repair; the other kinds were made plain before.
        Geometry::Point(_)
        | Geometry::MultiPoint(_)
        | Geometry::Line(_)
        | Geometry::Rect(_)
        | Geometry::Triangle(_) => {}
    }
}

fn repair_polygon(polygon: &mut Polygon, done: &mut Done) {
    polygon.exterior_mut(|ring| repair_ring(ring, true, done));
    polygon.interiors_mut(|holes| holes.iter_mut().for_each(|ring| repair_ring(ring, false, done)));
}

fn repair_ring(ring: &mut LineString, counter_clockwise: bool, done: &mut Done) {
    remove_duplicates(ring, 4, done);
    let area = ring_area(&ring.0);
    let is_wrong = if counter_clockwise { area < 0.0 } else { area > 0.0 };
    if is_wrong {
        ring.0.reverse();
        done.turned += 1;
    }
}

/// Leaves a line alone that would have fewer than `least` points: what is wrong with it is then more
/// than a repetition.
fn remove_duplicates(line: &mut LineString, least: usize, done: &mut Done) {
    let repeated = line.0.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if repeated > 0 && line.0.len() - repeated >= least {
        line.0.dedup();
        done.duplicates += repeated;
    }
}

#[cfg(test)]
mod tests {
    use geo::Area;
    use geo_types::{Geometry, LineString, Polygon};
    use proptest::prelude::*;

    use super::repair;
    use crate::geometry::check;

    fn check_repair(ring: &[(f64, f64)], expected: &[(f64, f64)], notes: &[&str]) {
        let (geometry, done) = repair(Polygon::new(LineString::from(ring.to_vec()), vec![]).into());
        let Geometry::Polygon(polygon) = geometry else { unreachable!() };
        assert_eq!(polygon.exterior(), &LineString::from(expected.to_vec()));
        assert_eq!(done.iter().map(ToString::to_string).collect::<Vec<_>>(), notes);
    }

    #[test]
    fn only_certain_repairs_are_made_and_said() {
        check_repair(&[(0., 0.), (9., 0.), (9., 9.)], &[(0., 0.), (9., 0.), (9., 9.), (0., 0.)], &[]);
        check_repair(
            &[(0., 0.), (9., 9.), (9., 9.), (9., 0.), (0., 0.)],
            &[(0., 0.), (9., 0.), (9., 9.), (0., 0.)],
            &["geometry: removed repeated points: 1", "geometry: turned the usual way round: 1 ring(s)"],
        );
    }

    #[test]
    fn what_has_no_area_is_left_for_the_check() {
        check_repair(&[(1., 1.), (1., 1.), (2., 2.)], &[(1., 1.), (1., 1.), (2., 2.), (1., 1.)], &[]);
    }

    proptest! {
        #[test]
        fn a_repair_keeps_area_and_validity_and_repairs_nothing_twice(
            ring in proptest::collection::vec((0..6i32, 0..6i32), 3..9),
        ) {
            let ring: LineString = ring.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
            let before: Geometry = Polygon::new(ring, vec![]).into();
            let (after, _) = repair(before.clone());
            prop_assert!((before.unsigned_area() - after.unsigned_area()).abs() < 1e-12);
            prop_assert_eq!(check(&before).is_empty(), check(&after).is_empty());
            let (again, notes) = repair(after.clone());
            prop_assert_eq!(again, after);
            prop_assert!(notes.is_empty());
        }
    }
}
