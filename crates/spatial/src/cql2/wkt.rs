//! Geometries in text: well-known text (OGC 06-103r4, clause 7), heights read and left out, and `BBOX`.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use super::{Literal, ParseError, text::Parser};

const GEOMETRIES: [&str; 8] =
    ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "BBOX"];

pub(super) fn is_geometry(word: &str) -> bool {
    GEOMETRIES.iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// What follows the name of a geometry.
pub(super) fn geometry(parser: &mut Parser<'_>, name: &str) -> Result<Literal, ParseError> {
    if name.eq_ignore_ascii_case("BBOX") {
        return bbox(parser).map(Literal::Bbox);
    }
    tagged(parser, name).map(Literal::Geometry)
}

fn bbox(parser: &mut Parser<'_>) -> Result<[f64; 4], ParseError> {
    let corners = list(parser, Parser::coordinate)?;
    match corners[..] {
        [x0, y0, x1, y1] | [x0, y0, _, x1, y1, _] => Ok([x0, y0, x1, y1]),
        _ => Err(ParseError::OperandCount { operator: "bbox", takes: "4 or 6".into(), given: corners.len() }),
    }
}

fn tagged(parser: &mut Parser<'_>, name: &str) -> Result<Geometry, ParseError> {
    parser.take_word("z")?;
    Ok(match name.to_ascii_uppercase().as_str() {
        "POINT" => {
            parser.expect_symbol("(")?;
            let position = position(parser)?;
            parser.expect_symbol(")")?;
            Point(position).into()
        }
        "LINESTRING" => line(parser)?.into(),
        "POLYGON" => polygon(parser)?.into(),
        "MULTIPOINT" => MultiPoint(list(parser, point_of_many)?).into(),
        "MULTILINESTRING" => MultiLineString(list(parser, line)?).into(),
        "MULTIPOLYGON" => MultiPolygon(list(parser, polygon)?).into(),
        "GEOMETRYCOLLECTION" => {
            parser.budget.descend()?;
            let parts = list(parser, |parser| {
                let name = parser.any_word()?;
                if is_geometry(name) && !name.eq_ignore_ascii_case("BBOX") {
                    tagged(parser, name)
                } else {
                    Err(ParseError::Value { reason: format!("\"{}\" is not a geometry", super::shorten(name)) })
                }
            })?;
            parser.budget.ascend();
            Geometry::GeometryCollection(GeometryCollection(parts))
        }
        _ => return Err(parser.refuse("the name of a geometry")),
    })
}

/// `(a, b, …)`
fn list<'t, T>(
    parser: &mut Parser<'t>,
    mut member: impl FnMut(&mut Parser<'t>) -> Result<T, ParseError>,
) -> Result<Vec<T>, ParseError> {
    parser.expect_symbol("(")?;
    let mut members = vec![member(parser)?];
    while parser.take_symbol(",")? {
        members.push(member(parser)?);
    }
    parser.expect_symbol(")")?;
    Ok(members)
}

/// `x y`, with a height or without.
fn position(parser: &mut Parser<'_>) -> Result<Coord, ParseError> {
    let position = Coord { x: parser.coordinate()?, y: parser.coordinate()? };
    if parser.is_number() {
        parser.coordinate()?;
    }
    Ok(position)
}

/// Of several points each may stand in brackets of its own.
fn point_of_many(parser: &mut Parser<'_>) -> Result<Point, ParseError> {
    let in_brackets = parser.take_symbol("(")?;
    let position = position(parser)?;
    if in_brackets {
        parser.expect_symbol(")")?;
    }
    Ok(Point(position))
}

fn line(parser: &mut Parser<'_>) -> Result<LineString, ParseError> {
    list(parser, position).map(LineString)
}

fn polygon(parser: &mut Parser<'_>) -> Result<Polygon, ParseError> {
    let mut rings = list(parser, line)?.into_iter();
    let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    super::polygon(exterior, rings.collect())
}
