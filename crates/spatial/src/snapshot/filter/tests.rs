//! What a filter may say of which collection.

use cadastre::{Viewer, property::Collection};

use super::{Filter, Predicate, PredicateError};
use crate::{Crs, cql2::from_text, snapshot::Schema};

const STORE: Crs = Crs::Epsg(25833);

fn compile(collection: Collection, viewer: &Viewer, text: &str) -> Result<(), String> {
    let filter = Predicate::cql2(from_text(text).unwrap_or_else(|error| panic!("{text}: {error}")));
    let schema = Schema::Typed(collection);
    Filter::compile(&filter, schema, viewer, STORE).map(drop).map_err(|error| match error {
        PredicateError::Filter(error) => error.to_string(),
        PredicateError::UnknownProperty { .. } => panic!("CQL2 has errors of its own"),
    })
}

fn check(text: &str, expected: Result<(), &str>) {
    assert_eq!(compile(Collection::Sites, &Viewer::ANONYMOUS, text), expected.map_err(str::to_owned), "{text}");
}

#[test]
fn kinds_must_fit() {
    check("area_m2 > 400 and type in ('infill_gap', 'brownfield')", Ok(()));
    check("price_eur / area_m2 < 100", Ok(()));
    check("available_from <= '2026-12-31'", Ok(()));
    check("available_from in ('2026-12-31', '2026-12-31T12:00:00Z')", Ok(()));
    check("area_m2 > 'large'", Err("\">\" cannot compare a number with a text"));
    check("'1' = 1", Err("\"=\" cannot compare a text with a number"));
    check("area_m2 in (1, '2')", Err("\"in\" cannot compare a number with a text"));
    check("name = available_from", Err("\"=\" cannot compare a text with a day"));
    check("available_from = name", Err("\"=\" cannot compare a day with a text"));
    check("available_from in ('2026-12-31', name)", Err("\"in\" cannot compare a day with a text"));
    check("area_m2", Err("a condition is needed, which is true or false, not a number"));
    check("not name", Err("a condition is needed, which is true or false, not a text"));
    check("name like street", Err("\"like\" takes a pattern in quotes, possibly within casei or accenti"));
    check("area_m2 like '4%'", Err("\"like\" takes a text there, not a number"));
    check("casei(area_m2) = '4'", Err("\"casei\" takes a text there, not a number"));
    check(
        "numbers = '12/4'",
        Err("\"=\" takes single values, and this property is a list: use a_contains or a_overlaps"),
    );
    check("a_contains(name, ('x'))", Err("\"a_contains\" takes a list there, not a text"));
    check(
        "t_after(area_m2, date('2026-01-01'))",
        Err("\"t_after\" takes a day, an instant or an interval there, not a number"),
    );
    check(
        "t_during(available_from, interval('soon', '..'))",
        Err("\"soon\" is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00Z)"),
    );
    check("s_intersects(name, POINT(1 1))", Err("\"s_intersects\" takes a geometry there, not a text"));
    check("geometry = 1", Err("\"=\" takes a single value there, not a geometry"));
}

#[test]
fn names_in_double_quotes_are_texts_in_lists_unless_they_are_properties() {
    check("a_overlaps(numbers, (\"foo\", \"bar\"))", Ok(()));
    check("a_overlaps(numbers, (\"street\"))", Ok(()));
    check("a_overlaps(numbers, (foo))", Err("\"foo\" is not a property of this collection"));
    check("\"foo\" = 1", Err("\"foo\" is not a property of this collection"));
}

#[test]
fn geometries_must_be_valid_and_on_the_globe() {
    check("s_within(geometry, BBOX(160,-50,-170,-20))", Ok(()));
    check("s_within(geometry, POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90)))", Ok(()));
    check("s_crosses(LINESTRING(0 0,1 1), BBOX(0,0,1,1))", Ok(()));
    check(
        "s_intersects(geometry, POINT(90 180))",
        Err("a geometry of the filter: 90 180 is no longitude (-180 to 180) and latitude (-90 to 90)"),
    );
    check(
        "s_intersects(geometry, MULTIPOINT(7.02 49.92, 90 180))",
        Err("a geometry of the filter: 90 180 is no longitude (-180 to 180) and latitude (-90 to 90)"),
    );
    let bow_tie = compile(Collection::Sites, &Viewer::ANONYMOUS, "s_within(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))");
    assert!(bow_tie.is_err_and(|reason| reason.starts_with("a geometry of the filter: the polygon is not valid")));
}

#[test]
fn what_no_public_basis_lists_is_unknown_to_the_public() {
    for text in
        ["owner_class = 'private'", "note is null", "(1 = 2) or note like '%Erben%'", "a_contains(parcels, ('x'))"]
    {
        let unknown = compile(Collection::Sites, &Viewer::ANONYMOUS, text).unwrap_err();
        assert!(unknown.ends_with("is not a property of this collection"), "{unknown}");
        assert_eq!(compile(Collection::Sites, &Viewer::operator(), text), Ok(()), "{text}");
    }
    check("geom is not null", Err("\"geom\" is not a property of this collection"));
}

#[test]
fn too_much_at_once_is_refused() {
    let many = |count: usize| vec!["area_m2 > 1"; count].join(" or ");
    check(&many(900), Ok(()));
    let too_much = "the filter asks too much at once: fewer operators or geometries of fewer vertices are needed";
    check(&many(1100), Err(too_much));
    let numbers: Vec<_> = (0..20_000).map(|number| number.to_string()).collect();
    check(&format!("area_m2 in ({})", numbers.join(",")), Ok(()));
    let line: Vec<_> = (0..40_000).map(|step| format!("{} 0", f64::from(step) / 1000.0)).collect();
    check(&format!("s_touches(geometry, LINESTRING({}))", line.join(",")), Err(too_much));
}
