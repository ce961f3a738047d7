//! Relations between geometries as they really come: with spikes, shared edges, parts that overlap, of nothing.

use cadastre::value::ValueRef;
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};
use proptest::prelude::*;

use super::{SpatialTest, probe, relate, reversed};
use crate::{
    Crs,
    cql2::{Expr, Literal, SpatialRelation, from_text},
    geometry::{Shape, check},
    snapshot::{
        area::Space,
        filter::{FilterError, Record},
    },
};

const STORE: Crs = Crs::Epsg(25833);

const RELATIONS: [SpatialRelation; 8] = [
    SpatialRelation::Intersects,
    SpatialRelation::Disjoint,
    SpatialRelation::Equals,
    SpatialRelation::Touches,
    SpatialRelation::Overlaps,
    SpatialRelation::Crosses,
    SpatialRelation::Within,
    SpatialRelation::Contains,
];

/// A record that is nothing but its geometry in CRS84.
struct Lone(Geometry);

impl Record for Lone {
    fn value(&self, _: usize) -> ValueRef<'_> {
        ValueRef::Null
    }

    fn shape(&self, _: Space) -> Option<Shape<'_>> {
        Some(Shape::from(&self.0))
    }
}

/// What a filter answers of a record.
fn ask(relation: SpatialRelation, record: &Geometry, literal: &Geometry) -> Result<Option<bool>, FilterError> {
    let probe = probe(relation, &Literal::Geometry(literal.clone()), Crs::CRS84, STORE)?;
    Ok(SpatialTest::Record(relation, Box::new(probe)).of(&Lone(record.clone())))
}

fn geometry(wkt: &str) -> Geometry {
    let filter = from_text(&format!("s_intersects(geometry, {wkt})")).unwrap_or_else(|error| panic!("{wkt}: {error}"));
    let Expr::Call(_, operands) = filter else { panic!("{wkt}") };
    match &operands[1] {
        Expr::Geometry(literal) => literal.geometry(Crs::CRS84).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The relations that hold from the record's side, and those that are not defined for it.
fn check_relations(record: &str, literal: &str, expected: &str) {
    let (record, other) = (geometry(record), geometry(literal));
    let mut found = Vec::new();
    for relation in RELATIONS {
        match ask(relation, &record, &other).unwrap() {
            Some(true) => found.push(format!("{relation:?}")),
            Some(false) => {}
            None => found.push(format!("{relation:?}?")),
        }
    }
    assert_eq!(found.join(" "), expected, "{record:?} and {literal}");
}

/// Expected by the definitions of OGC 06-103r4 § 6.1.15.3.
#[test]
fn relations_are_those_of_simple_features() {
    const SQUARE: &str = "POLYGON((0 0,4 0,4 4,0 4,0 0))";
    const WITH_HOLE: &str = "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 3,3 3,3 1,1 1))";
    check_relations(SQUARE, "POLYGON((4 0,8 0,8 4,4 4,4 0))", "Intersects Touches");
    check_relations(SQUARE, "POLYGON((4 4,8 4,8 8,4 4))", "Intersects Touches");
    check_relations(SQUARE, "POLYGON((4 1,8 1,8 2,4 2,4 1))", "Intersects Touches");
    check_relations(SQUARE, "POLYGON((2 2,6 2,6 6,2 6,2 2))", "Intersects Overlaps");
    check_relations(SQUARE, "POLYGON((0 4,0 0,2 0,4 0,4 4,0 4))", "Intersects Equals Within Contains");
    check_relations(SQUARE, "POLYGON((0 0,4 0,4 2,0 2,0 0))", "Intersects Contains");
    check_relations(SQUARE, WITH_HOLE, "Intersects Contains");
    check_relations("POLYGON((1 1,3 1,3 3,1 3,1 1))", WITH_HOLE, "Intersects Touches");
    check_relations("POINT(2 2)", WITH_HOLE, "Disjoint");
    check_relations("POINT(1 2)", WITH_HOLE, "Intersects Touches");
    check_relations("POINT(0.5 2)", WITH_HOLE, "Intersects Within");
    check_relations("MULTIPOINT(0.5 2,9 9)", SQUARE, "Intersects Crosses");
    check_relations("MULTIPOINT(0 2,9 9)", SQUARE, "Intersects Touches");
    check_relations("LINESTRING(-1 2,5 2)", SQUARE, "Intersects Crosses");
    check_relations("LINESTRING(0 0,4 0)", SQUARE, "Intersects Touches");
    check_relations("LINESTRING(0 0,4 4)", SQUARE, "Intersects Within");
    check_relations("LINESTRING(0 0,4 4)", "LINESTRING(0 4,4 0)", "Intersects Crosses");
    check_relations("LINESTRING(0 0,4 0)", "LINESTRING(2 0,6 0)", "Intersects Overlaps");
    check_relations("LINESTRING(0 0,2 0,4 0)", "LINESTRING(4 0,0 0)", "Intersects Equals Within Contains");
    check_relations("LINESTRING(0 0,4 0)", "LINESTRING(4 0,8 0)", "Intersects Touches");
    // A line that runs back on itself is the line.
    check_relations("LINESTRING(0 0,4 0,0 0)", "POINT(2 0)", "Intersects Contains");
    // Two boxes, one at either end of the world: what lies at the antimeridian lies in or beside them.
    let both_ends = "MULTIPOLYGON(((170 0,180 0,180 4,170 4,170 0)),((-180 0,-170 0,-170 4,-180 4,-180 0)))";
    check_relations("POINT(179.5 2)", both_ends, "Intersects Within");
    check_relations("POINT(-180 2)", both_ends, "Intersects Touches");
    check_relations("LINESTRING(-179 1,179 1)", both_ends, "Intersects Crosses");
}

/// Areas of a collection that do not overlap are one geometry; of others, it is only defined whether they meet, and
/// whether they lie in another.
#[test]
fn a_collection_is_what_its_parts_make_together() {
    const SQUARE: &str = "POLYGON((0 0,4 0,4 4,0 4,0 0))";
    let apart = "GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)),POLYGON((2 2,3 2,3 3,2 2)))";
    check_relations(apart, SQUARE, "Intersects Within");
    check_relations(SQUARE, apart, "Intersects Contains");
    check_relations("GEOMETRYCOLLECTION(POINT(1 1),POINT(9 9))", SQUARE, "Intersects Crosses");
    let mixed = "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,4 4))";
    check_relations(mixed, SQUARE, "Intersects Equals? Touches? Overlaps? Crosses? Within Contains?");
    check_relations(mixed, "POLYGON((7 7,8 7,8 8,7 7))", "Disjoint");
    let overlapping = "GEOMETRYCOLLECTION(POLYGON((1 1,3 1,3 3,1 1)),POLYGON((1 1,5 1,3 3,1 1)))";
    check_relations(overlapping, SQUARE, "Intersects Equals? Touches? Overlaps? Crosses? Contains?");
    for literal in [mixed, overlapping] {
        let refused = ask(SpatialRelation::Contains, &geometry(SQUARE), &geometry(literal));
        assert!(matches!(refused, Err(FilterError::Mixed)), "{refused:?}");
        assert_eq!(ask(SpatialRelation::Disjoint, &geometry(SQUARE), &geometry(literal)).unwrap(), Some(false));
    }
    let both = |relation| {
        let [a, b] = [mixed, overlapping].map(|wkt| Literal::Geometry(geometry(wkt)));
        relate(relation, (&a, &b), Crs::CRS84, STORE)
    };
    assert!(both(SpatialRelation::Intersects).unwrap());
    assert!(!both(SpatialRelation::Disjoint).unwrap());
    assert!(matches!(both(SpatialRelation::Overlaps), Err(FilterError::Mixed)));
}

/// Corners of a grid of seven by seven, laid somewhere on the globe in some size.
#[derive(Clone, Copy, Debug)]
enum Grid {
    Degrees,
    Parcels,
    Tiny,
    World,
    Antimeridian,
}

impl Grid {
    fn at(self, (x, y): (u8, u8)) -> Coord {
        let (x, y) = (f64::from(x), f64::from(y));
        match self {
            Self::Degrees => Coord { x, y },
            // No corner is where the arithmetic of the line between two others puts it.
            Self::Parcels => Coord { x: 13.73 + x * 1e-4 / 3.0, y: 51.05 + y * 1e-4 / 7.0 },
            Self::Tiny => Coord { x: 13.73 + x * 1e-12, y: 51.05 + y * 1e-12 },
            Self::World => Coord { x: x * 60.0 - 180.0, y: y * 30.0 - 90.0 },
            Self::Antimeridian => Coord { x: 180.0 - x, y },
        }
    }
}

/// Whatever the corners are: rings that cross, turn back, touch and lie in one another; nothing at all.
fn nasty() -> impl Strategy<Value = Geometry<f64>> {
    let corners = |from: usize| proptest::collection::vec((0..7u8, 0..7u8), from..7);
    let line = move || corners(0).prop_map(|line| coords(&line));
    let ring = move || {
        corners(0).prop_map(|ring| {
            let mut ring = coords(&ring);
            ring.close();
            ring
        })
    };
    let polygon = move || proptest::collection::vec(ring(), 1..3).prop_map(|rings| of_rings(&rings));
    let point = || corners(1).prop_map(|at| Point(coords(&at).0[0]));
    let star = || corners(3).prop_map(|corners| around(&corners));
    let single = prop_oneof![
        point().prop_map(Geometry::from),
        line().prop_map(Geometry::from),
        star().prop_map(Geometry::from),
        star().prop_map(Geometry::from),
        polygon().prop_map(Geometry::from),
        proptest::collection::vec(point(), 0..4).prop_map(|points| MultiPoint(points).into()),
        proptest::collection::vec(line(), 0..4).prop_map(|lines| MultiLineString(lines).into()),
        proptest::collection::vec(star(), 0..3).prop_map(|areas| MultiPolygon(areas).into()),
    ];
    prop_oneof![
        4 => single.clone(),
        1 => proptest::collection::vec(single, 0..3).prop_map(|parts| Geometry::GeometryCollection(GeometryCollection(parts))),
    ]
}

fn coords(corners: &[(u8, u8)]) -> LineString {
    corners.iter().map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) }).collect()
}

fn of_rings(rings: &[LineString]) -> Polygon {
    Polygon::new(rings[0].clone(), rings[1..].to_vec())
}

/// The corners in the order in which one sees them from their middle: mostly a valid ring.
fn around(corners: &[(u8, u8)]) -> Polygon {
    let mut ring = coords(corners).0;
    let sum = ring.iter().fold(Coord { x: 0.01, y: 0.013 }, |sum, at| sum + *at);
    let middle = sum / ring.len() as f64;
    let angle = |at: &Coord| (at.y - middle.y).atan2(at.x - middle.x);
    ring.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
    Polygon::new(LineString(ring), Vec::new())
}

fn laid(geometry: &Geometry, grid: Grid) -> Geometry {
    use geo::MapCoords as _;
    geometry.map_coords(|at| grid.at((at.x as u8, at.y as u8)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// A geometry that is not valid is refused, as what it means is not known; a record may have any, as what was valid in the
    /// CRS of the store may be less so in another.
    #[test]
    fn no_geometry_breaks_a_filter(
        (a, b) in (nasty(), nasty()),
        grid in prop_oneof![
            Just(Grid::Degrees), Just(Grid::Parcels), Just(Grid::Tiny), Just(Grid::World), Just(Grid::Antimeridian)
        ],
    ) {
        let (a, b) = (laid(&a, grid), laid(&b, grid));
        let (is_a_valid, is_b_valid) = (check(&a).is_empty(), check(&b).is_empty());
        for relation in RELATIONS {
            let answer = ask(relation, &a, &b);
            if !is_b_valid {
                let is_named = matches!(answer, Err(FilterError::Geometry { .. }));
                prop_assert!(is_named, "{:?}", answer);
                continue;
            }
            let Ok(answer) = answer else {
                prop_assert!(matches!(answer, Err(FilterError::Mixed)), "{:?}", answer);
                continue;
            };
            if !is_a_valid {
                continue;
            }
            // Seen from the other side it is the same.
            if let Ok(back) = ask(reversed(relation), &b, &a) && back.is_some() && answer.is_some() {
                prop_assert_eq!(answer, back, "{:?} {:?} {:?}", relation, a, b);
            }
        }
        if is_a_valid && is_b_valid {
            check_consistent(&a, &b, !matches!(grid, Grid::Parcels | Grid::Tiny))?;
        }
    }
}

#[test]
fn what_does_not_meet_has_no_other_relation_though_a_crossing_is_rounded_onto_it() {
    let line = coords(&[(1, 2), (4, 5), (1, 6), (4, 3)]);
    // In these numbers the lines do not cross just there.
    let line = laid(&MultiLineString(vec![line]).into(), Grid::Parcels);
    let point = laid(&MultiPoint(vec![Point::new(3.0, 4.0)]).into(), Grid::Parcels);
    for (a, b) in [(&line, &point), (&point, &line)] {
        for relation in RELATIONS {
            let expected = relation == SpatialRelation::Disjoint;
            assert_eq!(ask(relation, a, b).unwrap(), Some(expected), "{relation:?}");
        }
    }
}

/// What the definitions say of one another. Where numbers are rounded, places where lines cross are, too, and what meets may
/// seem to have no other relation.
fn check_consistent(a: &Geometry, b: &Geometry, is_exact: bool) -> Result<(), TestCaseError> {
    let holds = |relation| ask(relation, a, b).ok().flatten();
    let [intersects, disjoint, equals, touches, overlaps, crosses, within, contains] = RELATIONS.map(holds);
    prop_assert_eq!(intersects, disjoint.map(|disjoint| !disjoint), "{:?} {:?}", a, b);
    if let [Some(equals), Some(touches), Some(overlaps), Some(crosses), Some(within), Some(contains)] =
        [equals, touches, overlaps, crosses, within, contains]
    {
        let any = touches || overlaps || crosses || within || contains;
        prop_assert!(
            intersects == Some(any) || (!is_exact && !any),
            "one of the relations holds where they meet: {:?} {:?}",
            a,
            b
        );
        prop_assert_eq!(equals, within && contains, "{:?} {:?}", a, b);
        let exclusive = [touches, overlaps, crosses, within || contains];
        prop_assert!(exclusive.iter().filter(|holds| **holds).count() <= 1, "{:?} {:?} {:?}", exclusive, a, b);
    }
    Ok(())
}
