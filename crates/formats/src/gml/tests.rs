use cadastre::geometry::Geometry;
use geo_types::{MultiPolygon, line_string, point, polygon};

use super::{Shape, ShapeResult, read};
use crate::{
    Format, SourceCrs,
    input::Input,
    xml::{Step, Xml},
};

fn parse_with(inner: &str, inherited: Option<&str>) -> ShapeResult {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.xml");
    let content =
        format!("<o xmlns='u' xmlns:gml='http://www.opengis.net/gml/3.2'><position>{inner}</position><next/></o>");
    std::fs::write(&path, content).unwrap();
    let mut xml = Xml::open(&Input::open(&path).unwrap(), Format::Nas).unwrap();
    assert_eq!((xml.step().unwrap(), xml.step().unwrap()), (Step::Start, Step::Start));
    let shape = read(&mut xml, inherited).unwrap();
    // Whatever was in it, the cursor stands behind the property.
    assert_eq!(xml.step().unwrap(), Step::Start);
    assert_eq!(xml.name(), "next");
    shape
}

fn parse(inner: &str) -> ShapeResult {
    parse_with(inner, None)
}

fn check(inner: &str, expected: impl Into<Geometry>) {
    let shape = parse(inner).unwrap();
    assert_eq!(shape, Shape { geometry: Some(expected.into()), crs: None, notes: Vec::new() }, "{inner}");
}

fn check_refused(inner: &str, reason: &str) {
    let problem = parse(inner).unwrap_err();
    assert_eq!(problem.field, "geometry");
    assert!(problem.reason.contains(reason), "{inner}: {problem}");
}

fn ring(positions: &str) -> String {
    format!("<gml:exterior><gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing></gml:exterior>")
}

fn square() -> geo_types::Polygon {
    polygon![(x: 0., y: 0.), (x: 2., y: 0.), (x: 2., y: 2.), (x: 0., y: 2.), (x: 0., y: 0.)]
}

const SQUARE: &str = "0 0 2 0 2 2 0 2 0 0";

#[test]
fn areas_are_read_in_every_wrapping() {
    let polygon = format!("<gml:Polygon>{}</gml:Polygon>", ring(SQUARE));
    check(&polygon, square());
    check(
        &format!(
            "<gml:Surface><gml:patches><gml:PolygonPatch>{}</gml:PolygonPatch></gml:patches></gml:Surface>",
            ring(SQUARE)
        ),
        square(),
    );
    let member = format!("<gml:surfaceMember>{polygon}</gml:surfaceMember>");
    check(&format!("<gml:MultiSurface>{member}</gml:MultiSurface>"), square());
    check(&format!("<gml:MultiSurface>{member}{member}</gml:MultiSurface>"), MultiPolygon(vec![square(), square()]));
    check(
        &format!("<gml:MultiSurface><gml:surfaceMembers>{polygon}{polygon}</gml:surfaceMembers></gml:MultiSurface>"),
        MultiPolygon(vec![square(), square()]),
    );
    check(&format!("<gml:CompositeSurface>{member}</gml:CompositeSurface>"), square());
    check(&format!("<gml:MultiPolygon><gml:polygonMember>{polygon}</gml:polygonMember></gml:MultiPolygon>"), square());
    check(
        "<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>0,0 2,0 2,2 0,2 0,0</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>",
        square(),
    );
}

#[test]
fn holes_and_single_positions_are_read() {
    let hole = "<gml:interior><gml:LinearRing><gml:pos>.5 .5</gml:pos><gml:pos>.5 1</gml:pos><gml:pos>1 1</gml:pos><gml:pos>.5 .5</gml:pos></gml:LinearRing></gml:interior>";
    let expected = polygon![
        exterior: [(x: 0., y: 0.), (x: 2., y: 0.), (x: 2., y: 2.), (x: 0., y: 2.), (x: 0., y: 0.)],
        interiors: [[(x: 0.5, y: 0.5), (x: 0.5, y: 1.), (x: 1., y: 1.), (x: 0.5, y: 0.5)]],
    ];
    check(&format!("<gml:Polygon>{}{hole}</gml:Polygon>", ring(SQUARE)), expected.clone());
    check(&format!("<gml:Polygon>{hole}{}</gml:Polygon>", ring(SQUARE)), expected);
    check("<gml:Point><gml:pos>1 2</gml:pos></gml:Point>", point!(x: 1., y: 2.));
    check(
        "<gml:LineString><gml:posList>0 0 1 1</gml:posList></gml:LineString>",
        line_string![(x: 0., y: 0.), (x: 1., y: 1.)],
    );
}

#[test]
fn heights_are_dropped() {
    check("<gml:Point srsDimension='3'><gml:pos>1 2 3</gml:pos></gml:Point>", point!(x: 1., y: 2.));
    check("<gml:Point><gml:pos>1 2 3</gml:pos></gml:Point>", point!(x: 1., y: 2.));
    check(&format!("<gml:Polygon srsDimension='3'>{}</gml:Polygon>", ring("0 0 9 2 0 9 2 2 9 0 2 9 0 0 9")), square());
    check(
        "<gml:LineString><gml:posList count='2'>0 0 9 1 1 9</gml:posList></gml:LineString>",
        line_string![(x: 0., y: 0.), (x: 1., y: 1.)],
    );
}

fn curve(segments: &str) -> String {
    format!("<gml:curveMember><gml:Curve><gml:segments>{segments}</gml:segments></gml:Curve></gml:curveMember>")
}

fn line(positions: &str) -> String {
    format!("<gml:LineStringSegment><gml:posList>{positions}</gml:posList></gml:LineStringSegment>")
}

fn ring_of(members: &str) -> String {
    format!("<gml:Polygon><gml:exterior><gml:Ring>{members}</gml:Ring></gml:exterior></gml:Polygon>")
}

#[test]
fn rings_are_joined_from_curves() {
    check(&ring_of(&(curve(&line("0 0 2 0 2 2")) + &curve(&(line("2 2 0 2") + &line("0 2 0 0"))))), square());
    let reversed = "<gml:curveMember><gml:OrientableCurve orientation='-'><gml:baseCurve><gml:LineString>
        <gml:posList>0 0 0 2 2 2</gml:posList></gml:LineString></gml:baseCurve></gml:OrientableCurve></gml:curveMember>";
    check(&ring_of(&(curve(&line("0 0 2 0 2 2")) + reversed)), square());
    let composite = format!(
        "<gml:curveMember><gml:CompositeCurve>{}</gml:CompositeCurve></gml:curveMember>",
        curve(&line("2 2 0 2 0 0"))
    );
    check(&ring_of(&(curve(&line("0 0 2 0 2 2")) + &composite)), square());
}

#[test]
fn a_member_the_wrong_way_round_is_turned_and_noted() {
    let shape = parse(&ring_of(&(curve(&line("0 0 2 0 2 2")) + &curve(&line("0 0 0 2 2 2"))))).unwrap();
    assert_eq!(shape.geometry, Some(square().into()));
    assert_eq!(shape.notes[0].to_string(), "geometry: curve member turned round to join the one before");
}

#[test]
fn an_open_ring_is_closed_and_noted() {
    let shape = parse(&format!("<gml:Polygon>{}</gml:Polygon>", ring("0 0 2 0 2 2 0 2"))).unwrap();
    assert_eq!(shape.geometry, Some(square().into()));
    assert_eq!(shape.notes[0].to_string(), "geometry: ring closed");
}

#[test]
fn arcs_are_drawn_within_a_centimetre() {
    let half = |kind: &str, positions: &str| format!("<gml:{kind}><gml:posList>{positions}</gml:posList></gml:{kind}>");
    let disc = ring_of(&curve(&(half("Arc", "-10 0 0 -10 10 0") + &half("ArcString", "10 0 0 10 -10 0"))));
    let circle = ring_of(&curve(&half("Circle", "-10 0 0 -10 10 0")));
    let center = ring_of(&curve(
        "<gml:CircleByCenterPoint numArc='1'><gml:pos>0 0</gml:pos><gml:radius uom='m'>10</gml:radius></gml:CircleByCenterPoint>",
    ));
    for gml in [disc, circle, center] {
        let Some(Geometry::Polygon(polygon)) = parse(&gml).unwrap().geometry else { panic!("{gml}") };
        assert!(polygon.exterior().0.len() > 60);
        for line in polygon.exterior().lines() {
            let middle = f64::midpoint(line.start.x, line.end.x).hypot(f64::midpoint(line.start.y, line.end.y));
            assert!((9.99..10.000_01).contains(&middle) && (line.start.x.hypot(line.start.y) - 10.0).abs() < 1e-9);
        }
    }
}

#[test]
fn the_crs_comes_from_the_nearest_name_with_its_axes() {
    let utm = "<gml:Point srsName='urn:adv:crs:ETRS89_UTM32'><gml:pos>466947.5 5974914.5</gml:pos></gml:Point>";
    let shape = parse(utm).unwrap();
    assert_eq!(
        (shape.geometry, shape.crs),
        (Some(point!(x: 466_947.5, y: 5_974_914.5).into()), Some(SourceCrs::Epsg(25832)))
    );
    let degrees = "<gml:Point><gml:pos>50.9 11.1</gml:pos></gml:Point>";
    let shape = parse_with(degrees, Some("urn:ogc:def:crs:EPSG::4326")).unwrap();
    assert_eq!((shape.geometry, shape.crs), (Some(point!(x: 11.1, y: 50.9).into()), Some(SourceCrs::Epsg(4326))));
    assert_eq!(shape.notes, []);
    let shape = parse_with(degrees, Some("EPSG:4326")).unwrap();
    assert_eq!(shape.geometry, Some(point!(x: 11.1, y: 50.9).into()));
    assert!(shape.notes[0].reason.contains("read as northing or latitude first"), "{:?}", shape.notes);
    let prefixed = "<gml:Point srsName='urn:adv:crs:ETRS89_UTM33'><gml:pos>33316000 5670000</gml:pos></gml:Point>";
    assert_eq!(parse(prefixed).unwrap().crs, Some(SourceCrs::Epsg(5650)));
}

#[test]
fn what_is_no_geometry_is_refused_with_its_reason() {
    check_refused("", "there is no geometry");
    check_refused("<gml:Point><gml:pos>1</gml:pos></gml:Point>", "1 numbers do not make positions");
    check_refused("<gml:Point><gml:pos>1 x</gml:pos></gml:Point>", "\"x\" is not a number");
    check_refused("<gml:Point><gml:pos>1 NaN</gml:pos></gml:Point>", "\"NaN\" is not a number");
    check_refused("<gml:Point><gml:pos>1 1e999</gml:pos></gml:Point>", "\"1e999\" is not a number");
    check_refused("<gml:Point/>", "a point must have 1 position, got 0");
    check_refused(
        "<gml:LineString><gml:posList>0 0 1</gml:posList></gml:LineString>",
        "3 numbers do not make positions of 2",
    );
    check_refused("<gml:Polygon/>", "a polygon has no exterior ring");
    check_refused(&format!("<gml:Polygon>{}{}</gml:Polygon>", ring(SQUARE), ring(SQUARE)), "two exterior rings");
    check_refused(&format!("<gml:Polygon>{}</gml:Polygon>", ring("0 0 1 1 0 0")), "at least 4 positions");
    check_refused("<gml:Solid/>", "gml:Solid is not supported");
    check_refused(
        &ring_of(&curve("<gml:BSpline><gml:posList>0 0 1 1</gml:posList></gml:BSpline>")),
        "gml:BSpline as part of a curve",
    );
    check_refused(&ring_of(&(curve(&line("0 0 2 0")) + &curve(&line("5 5 0 0 7 7")))), "do not join at (2, 0)");
    check_refused(
        &ring_of(&curve("<gml:Arc><gml:posList>0 0 1 1</gml:posList></gml:Arc>")),
        "an arc must have 3 positions",
    );
    check_refused(
        &ring_of("<gml:curveMember><gml:OrientableCurve><gml:baseCurve/></gml:OrientableCurve></gml:curveMember>"),
        "only referred to",
    );
    check_refused(
        "<gml:Point srsName='urn:adv:crs:Mars'><gml:pos>1 2</gml:pos></gml:Point>",
        "\"urn:adv:crs:Mars\" is not known",
    );
    let mixed = "<gml:LineString><gml:pos srsName='EPSG:25832'>1 2</gml:pos><gml:pos srsName='EPSG:25833'>1 2</gml:pos></gml:LineString>";
    check_refused(mixed, "in different coordinate reference systems");
}
