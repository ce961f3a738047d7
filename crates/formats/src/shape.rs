//! Structural checks of geometries: what no reader may hand out.
//!
//! Rings are closed (with a note where they were open), rings have four positions and lines two, and
//! every number is finite. Exact validity, orientation and repeated points are the caller's.

use cadastre::{
    Problem,
    geometry::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon},
};

/// The field that problems and notes about the geometry carry.
pub(crate) const GEOMETRY: &str = "geometry";

/// A problem of the geometry.
pub(crate) fn refuse(reason: impl Into<String>) -> Problem {
    Problem::new(GEOMETRY, reason)
}

/// A polygon from its rings, the exterior first. Open rings are closed and noted once.
pub(crate) fn polygon(rings: Vec<Vec<Coord>>, notes: &mut Vec<Problem>) -> Result<Polygon, Problem> {
    let mut checked = rings.into_iter().map(|ring| closed(ring, notes));
    let exterior = checked.next().unwrap_or_else(|| Ok(LineString(Vec::new())))?;
    let interiors = checked.collect::<Result<_, _>>()?;
    Ok(Polygon::new(exterior, interiors))
}

fn closed(mut ring: Vec<Coord>, notes: &mut Vec<Problem>) -> Result<LineString, Problem> {
    if ring.first() != ring.last() {
        ring.push(ring[0]);
        note_once(notes, refuse("ring closed"));
    }
    check_ring(&ring)?;
    Ok(LineString(ring))
}

/// Adds a note unless the row has it already.
pub(crate) fn note_once(notes: &mut Vec<Problem>, note: Problem) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}

fn check_ring(ring: &[Coord]) -> Result<(), Problem> {
    check_finite(ring)?;
    if ring.len() < 4 {
        return Err(refuse(format!("a ring must have at least 4 positions, got {}", ring.len())));
    }
    Ok(())
}

fn check_line(line: &[Coord]) -> Result<(), Problem> {
    check_finite(line)?;
    if line.len() == 1 {
        return Err(refuse("a line must have at least 2 positions, got 1"));
    }
    Ok(())
}

fn check_finite(coords: &[Coord]) -> Result<(), Problem> {
    match coords.iter().find(|coord| !coord.x.is_finite() || !coord.y.is_finite()) {
        Some(coord) => Err(refuse(format!("coordinates must be finite numbers, got ({}, {})", coord.x, coord.y))),
        None => Ok(()),
    }
}

/// Checks a geometry that came whole. `None` for one without any position, which says nothing.
pub(crate) fn checked(geometry: Geometry) -> Result<Option<Geometry>, Problem> {
    check(&geometry)?;
    Ok((!is_empty(&geometry)).then_some(geometry))
}

fn check(geometry: &Geometry) -> Result<(), Problem> {
    match geometry {
        Geometry::Point(Point(coord)) => check_finite(std::slice::from_ref(coord)),
        Geometry::MultiPoint(points) => {
            points.0.iter().try_for_each(|point| check_finite(std::slice::from_ref(&point.0)))
        }
        Geometry::Line(line) => check_finite(&[line.start, line.end]),
        Geometry::LineString(line) => check_line(&line.0),
        Geometry::MultiLineString(lines) => lines.0.iter().try_for_each(|line| check_line(&line.0)),
        Geometry::Polygon(polygon) => check_polygon(polygon),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().try_for_each(check_polygon),
        Geometry::Rect(rect) => check_finite(&[rect.min(), rect.max()]),
        Geometry::Triangle(triangle) => check_finite(&triangle.to_array()),
        Geometry::GeometryCollection(parts) => parts.0.iter().try_for_each(check),
    }
}

fn check_polygon(polygon: &Polygon) -> Result<(), Problem> {
    if polygon.exterior().0.is_empty() && polygon.interiors().is_empty() {
        return Ok(());
    }
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).try_for_each(|ring| check_ring(&ring.0))
}

fn is_empty(geometry: &Geometry) -> bool {
    match geometry {
        Geometry::LineString(line) => line.0.is_empty(),
        Geometry::Polygon(polygon) => polygon.exterior().0.is_empty(),
        Geometry::MultiPoint(points) => points.0.is_empty(),
        Geometry::MultiLineString(lines) => lines.0.iter().all(|line| line.0.is_empty()),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().all(|polygon| polygon.exterior().0.is_empty()),
        Geometry::GeometryCollection(parts) => parts.0.iter().all(is_empty),
        Geometry::Point(_) | Geometry::Line(_) | Geometry::Rect(_) | Geometry::Triangle(_) => false,
    }
}

/// One polygon as such, several as a multi-polygon.
pub(crate) fn area(mut polygons: Vec<Polygon>) -> Geometry {
    match polygons.len() {
        1 => Geometry::Polygon(polygons.remove(0)),
        _ => Geometry::MultiPolygon(MultiPolygon(polygons)),
    }
}

#[cfg(test)]
mod tests {
    use cadastre::geometry::{Coord, Geometry, LineString, MultiPolygon, Point};
    use geo_types::GeometryCollection;

    use super::{checked, polygon};

    fn ring(coords: &[(f64, f64)]) -> Vec<Coord> {
        coords.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
    }

    fn check_ring(coords: &[(f64, f64)], expected: Result<&[&str], &str>) {
        let mut notes = Vec::new();
        let result = polygon(vec![ring(coords)], &mut notes).map_err(|problem| problem.to_string());
        match expected {
            Ok(expected) => {
                assert!(result.unwrap().exterior().is_closed());
                assert_eq!(notes.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
            }
            Err(expected) => assert_eq!(result.unwrap_err(), expected),
        }
    }

    #[test]
    fn rings_are_closed_or_refused() {
        check_ring(&[(0., 0.), (1., 0.), (1., 1.), (0., 0.)], Ok(&[]));
        check_ring(&[(0., 0.), (1., 0.), (1., 1.)], Ok(&["geometry: ring closed"]));
        check_ring(&[(0., 0.), (1., 0.), (0., 0.)], Err("geometry: a ring must have at least 4 positions, got 3"));
        check_ring(&[(0., 0.), (1., 0.)], Err("geometry: a ring must have at least 4 positions, got 3"));
        check_ring(&[], Err("geometry: a ring must have at least 4 positions, got 0"));
        check_ring(
            &[(0., 0.), (1., f64::NAN), (1., 1.), (0., 0.)],
            Err("geometry: coordinates must be finite numbers, got (1, NaN)"),
        );
    }

    #[test]
    fn a_geometry_without_positions_is_none() {
        assert_eq!(checked(Geometry::MultiPolygon(MultiPolygon(Vec::new()))), Ok(None));
        assert_eq!(checked(Geometry::GeometryCollection(GeometryCollection(Vec::new()))), Ok(None));
        let point = Geometry::Point(Point::new(1.0, 2.0));
        assert_eq!(checked(point.clone()), Ok(Some(point)));
        assert!(checked(Geometry::LineString(LineString(ring(&[(0., 0.)])))).is_err());
        assert!(checked(Geometry::Point(Point::new(f64::INFINITY, 2.0))).is_err());
    }
}
