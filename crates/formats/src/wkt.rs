//! Well-known text and EWKT, as tables of text hold geometries.

use cadastre::{
    Problem,
    geometry::{Coord, Geometry, LineString, MultiPolygon, Point},
};
use geo_types::{GeometryCollection, MultiLineString, MultiPoint};
use wkt::{Wkt, types};

use crate::{
    SourceCrs,
    shape::{self, refuse},
};

/// Parentheses within parentheses: a multi-polygon in collections, eight deep as in binary.
const MAX_NESTING: usize = 12;

/// Parses `POLYGON ((…))`, also with `SRID=25833;` before it. Z and M are dropped; an empty geometry
/// is `None`.
pub(crate) fn parse(text: &str, notes: &mut Vec<Problem>) -> Result<(Option<Geometry>, Option<SourceCrs>), Problem> {
    let (srid, text) = split_srid(text.trim())?;
    check_nesting(text)?;
    if text.matches(';').count() > 0 {
        return Err(refuse("expected one geometry in well-known text"));
    }
    let parsed: Wkt<f64> = text.parse().map_err(|reason| {
        let start: String = text.chars().take(40).collect();
        refuse(format!("\"{start}\" is not well-known text: {reason}"))
    })?;
    Ok((shape::checked(geometry(parsed, notes)?)?, srid.map(SourceCrs::Epsg)))
}

/// Whether a text can be meant as well-known text.
pub(crate) fn looks_like(text: &str) -> bool {
    let text = text.trim_start();
    let text = match text.get(..5) {
        Some(start) if start.eq_ignore_ascii_case("SRID=") => {
            text.split_once(';').map_or("", |(_, rest)| rest.trim_start())
        }
        _ => text,
    };
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_uppercase();
    let word = ["ZM", "Z", "M"].iter().find_map(|suffix| word.strip_suffix(suffix)).unwrap_or(&word);
    let known = [
        "POINT",
        "LINESTRING",
        "LINEARRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
        "TRIANGLE",
        "CURVEPOLYGON",
        "MULTISURFACE",
        "COMPOUNDCURVE",
        "CIRCULARSTRING",
        "MULTICURVE",
    ];
    known.contains(&word) && (text.contains('(') || text.to_ascii_uppercase().contains("EMPTY"))
}

fn split_srid(text: &str) -> Result<(Option<u32>, &str), Problem> {
    match text.get(..5) {
        Some(start) if start.eq_ignore_ascii_case("SRID=") => {
            let (number, rest) =
                text[5..].split_once(';').ok_or_else(|| refuse("\"SRID=\" must be followed by a code and \";\""))?;
            let code = number.trim().parse().ok();
            let code = code.ok_or_else(|| refuse(format!("SRID must be a number, got \"{number}\"")))?;
            // 0 means "unknown" in PostGIS.
            Ok(((code != 0).then_some(code), rest))
        }
        _ => Ok((None, text)),
    }
}

/// The parser calls itself for each collection in a collection.
fn check_nesting(text: &str) -> Result<(), Problem> {
    let mut depth = 0usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return Err(refuse("nested too deeply"));
        }
    }
    if depth > 0 {
        return Err(refuse("a parenthesis is not closed; the text may have been cut off"));
    }
    Ok(())
}

fn geometry(wkt: Wkt<f64>, notes: &mut Vec<Problem>) -> Result<Geometry, Problem> {
    Ok(match wkt {
        Wkt::Point(point) => match point.coord() {
            Some(at) => Geometry::Point(Point(coord(at))),
            None => Geometry::MultiPoint(MultiPoint(Vec::new())),
        },
        Wkt::LineString(line) => Geometry::LineString(LineString(coords(&line))),
        Wkt::Polygon(polygon) => Geometry::Polygon(shape::polygon(rings(&polygon), notes)?),
        Wkt::MultiPoint(points) => Geometry::MultiPoint(MultiPoint(
            points.points().iter().filter_map(|point| point.coord()).map(|at| Point(coord(at))).collect(),
        )),
        Wkt::MultiLineString(lines) => Geometry::MultiLineString(MultiLineString(
            lines.line_strings().iter().map(|line| LineString(coords(line))).collect(),
        )),
        Wkt::MultiPolygon(polygons) => {
            let polygons = polygons.polygons().iter().filter(|polygon| !polygon.rings().is_empty());
            Geometry::MultiPolygon(MultiPolygon(
                polygons.map(|polygon| shape::polygon(rings(polygon), notes)).collect::<Result<_, _>>()?,
            ))
        }
        Wkt::GeometryCollection(parts) => {
            let (parts, _) = parts.into_inner();
            Geometry::GeometryCollection(GeometryCollection(
                parts.into_iter().map(|part| geometry(part, notes)).collect::<Result<_, _>>()?,
            ))
        }
    })
}

fn rings(polygon: &types::Polygon<f64>) -> Vec<Vec<Coord>> {
    polygon.rings().iter().map(coords).collect()
}

fn coords(line: &types::LineString<f64>) -> Vec<Coord> {
    line.coords().iter().map(coord).collect()
}

fn coord(at: &types::Coord<f64>) -> Coord {
    Coord { x: at.x, y: at.y }
}

#[cfg(test)]
mod tests {
    use cadastre::geometry::Geometry;
    use geo_types::{line_string, point, polygon};
    use proptest::prelude::*;

    use super::{looks_like, parse};
    use crate::SourceCrs;

    fn check(text: &str, geometry: impl Into<Option<Geometry>>, srid: Option<u32>, notes: &[&str]) {
        let mut found = Vec::new();
        assert_eq!(parse(text, &mut found).unwrap(), (geometry.into(), srid.map(SourceCrs::Epsg)), "{text}");
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), notes);
        assert!(looks_like(text), "{text}");
    }

    #[test]
    fn well_known_text_is_read_in_all_its_forms() {
        let triangle = polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.)];
        check("POINT (1 2)", Geometry::from(point!(x: 1., y: 2.)), None, &[]);
        check(" srid=25833; Point Z(1 2 3)", Geometry::from(point!(x: 1., y: 2.)), Some(25833), &[]);
        check("SRID=0;POINT(1 2)", Geometry::from(point!(x: 1., y: 2.)), None, &[]);
        check("LINESTRING(0 0,1 1)", Geometry::from(line_string![(x: 0., y: 0.), (x: 1., y: 1.)]), None, &[]);
        check("POLYGON((0 0,1 0,1 1,0 0))", Geometry::from(triangle.clone()), None, &[]);
        check("POLYGON((0 0,1 0,1 1))", Geometry::from(triangle), None, &["geometry: ring closed"]);
        check("POLYGON EMPTY", None, None, &[]);
        check("POINT EMPTY", None, None, &[]);
    }

    fn check_refused(text: &str, reason: &str) {
        let problem = parse(text, &mut Vec::new()).unwrap_err().to_string();
        assert!(problem.contains(reason), "{text}: {problem}");
    }

    #[test]
    fn what_is_no_geometry_is_refused_with_its_reason() {
        check_refused("", "is not well-known text");
        check_refused("Wiese", "\"Wiese\" is not well-known text");
        check_refused("POINT(1)", "is not well-known text");
        check_refused("POINT(1 1e999)", "must be finite numbers");
        check_refused("POLYGON((0 0,1 1,0 0))", "at least 4 positions");
        check_refused("POLYGON((0 0,1 0,1 1", "may have been cut off");
        check_refused("SRID=x;POINT(1 2)", "SRID must be a number");
        check_refused("CURVEPOLYGON((0 0,1 0,1 1,0 0))", "is not well-known text");
        check_refused(&"GEOMETRYCOLLECTION(".repeat(100_000), "nested too deeply");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(SRID=[0-9]{0,3};)?(POINT|POLYGON|GEOMETRYCOLLECTION|MULTIPOINT)? ?[-0-9 .,()eEZ]{0,30}") {
            let _ = parse(&text, &mut Vec::new());
        }
    }
}
