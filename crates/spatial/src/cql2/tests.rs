//! What the parsers take and refuse.

use geo_types::{Geometry, line_string, point};
use proptest::prelude::*;
use serde_json::json;

use super::{Expr, Literal, MAX_DEPTH, ParseError, from_json, from_json_text, from_text};

/// Text and JSON say the same.
fn check(text: &str, json: serde_json::Value) {
    let of_text = from_text(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let of_json = from_json(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(unquoted(of_text), of_json, "{text}");
}

/// JSON does not tell quoted names from others.
fn unquoted(expr: Expr) -> Expr {
    match expr {
        Expr::Property(name) => Expr::property(&name.text),
        Expr::Call(operator, operands) => Expr::Call(operator, operands.into_iter().map(unquoted).collect()),
        Expr::Array(members) => Expr::Array(members.into_iter().map(unquoted).collect()),
        Expr::Interval(ends) => Expr::Interval(Box::new(ends.map(unquoted))),
        other => other,
    }
}

fn refused(text: &str, reason: &str) {
    assert_eq!(from_text(text).map_err(|error| error.to_string()), Err(reason.to_owned()), "{text}");
}

fn refused_json(json: serde_json::Value, reason: &str) {
    assert_eq!(from_json(&json).map_err(|error| error.to_string()), Err(reason.to_owned()), "{json}");
}

#[test]
fn text_and_json_are_two_spellings_of_one_filter() {
    let a = json!({"property": "a"});
    check("a=1", json!({"op": "=", "args": [a, 1]}));
    check("1 <> a", json!({"op": "<>", "args": [1, a]}));
    check("\"a\" >= -1.5e3", json!({"op": ">=", "args": [a, -1500.0]}));
    check(
        "a <= .5 AND a>5. and a<1",
        json!({"op": "and", "args": [
        {"op": "<=", "args": [a, 0.5]}, {"op": ">", "args": [a, 5.0]}, {"op": "<", "args": [a, 1]}]}),
    );
    check(
        "a = 1 or NOT a = 2 and true",
        json!({"op": "or", "args": [
        {"op": "=", "args": [a, 1]},
        {"op": "and", "args": [{"op": "not", "args": [{"op": "=", "args": [a, 2]}]}, true]}]}),
    );
    check(
        "(a = 1 or a = 2) and FALSE",
        json!({"op": "and", "args": [
        {"op": "or", "args": [{"op": "=", "args": [a, 1]}, {"op": "=", "args": [a, 2]}]}, false]}),
    );
    check("a is not null", json!({"op": "not", "args": [{"op": "isNull", "args": [a]}]}));
    check("a NOT LIKE 'O''Neill\\'s %'", json!({"op": "not", "args": [{"op": "like", "args": [a, "O'Neill's %"]}]}));
    check("a like '\\\\%\\\\_'", json!({"op": "like", "args": [a, "\\\\%\\\\_"]}));
    check(
        "a between 1 and 2 and a in ('x')",
        json!({"op": "and", "args": [
        {"op": "between", "args": [a, 1, 2]}, {"op": "in", "args": [a, ["x"]]}]}),
    );
    check(
        "a not in (1, 2+3)",
        json!({"op": "not", "args": [
        {"op": "in", "args": [a, [1, {"op": "+", "args": [2, 3]}]]}]}),
    );
    check(
        "CASEI(a) = casei('Straße')",
        json!({"op": "=", "args": [
        {"op": "casei", "args": [a]}, {"op": "casei", "args": ["Straße"]}]}),
    );
    check("date = DATE('2022-04-16')", json!({"op": "=", "args": [{"property": "date"}, {"date": "2022-04-16"}]}));
    check(
        "a < TIMESTAMP('2022-04-16T10:13:19.5Z')",
        json!({"op": "<", "args": [a, {"timestamp": "2022-04-16T10:13:19.5Z"}]}),
    );
    check(
        "t_finishedby(interval(a, '..'), INTERVAL('2022-01-01','2022-12-31'))",
        json!({"op": "t_finishedBy", "args": [
        {"interval": [a, ".."]}, {"interval": ["2022-01-01", "2022-12-31"]}]}),
    );
    check("A_ContainedBy(a, ('x','y'))", json!({"op": "a_containedBy", "args": [a, ["x", "y"]]}));
    check("a_equals(a, ())", json!({"op": "a_equals", "args": [a, []]}));
    check("a_equals(a, ('x'))", json!({"op": "a_equals", "args": [a, ["x"]]}));
    check(
        "S_WITHIN(eo:geom, BBOX(1,2,3,4))",
        json!({"op": "s_within", "args": [{"property": "eo:geom"}, {"bbox": [1, 2, 3, 4]}]}),
    );
    check(
        "s_touches(a, POINT Z (1 -2 3))",
        json!({"op": "s_touches", "args": [a, {"type": "Point", "coordinates": [1, -2, 3]}]}),
    );
    check("Straße.länge_m > 0", json!({"op": ">", "args": [{"property": "Straße.länge_m"}, 0]}));
}

#[test]
fn arithmetic_binds_as_in_the_grammar() {
    let op = |op: &str, a: serde_json::Value, b: serde_json::Value| json!({"op": op, "args": [a, b]});
    let a = json!({"property": "a"});
    check("a=1-2-3", op("=", a.clone(), op("-", op("-", json!(1), json!(2)), json!(3))));
    check("a=1-2*2^0", op("=", a.clone(), op("-", json!(1), op("*", json!(2), op("^", json!(2), json!(0))))));
    check("a=21 DIV 10%3", op("=", a.clone(), op("%", op("div", json!(21), json!(10)), json!(3))));
    check("a=(1+2)/-3", op("=", a.clone(), op("/", op("+", json!(1), json!(2)), json!(-3))));
    check("-a<+3", op("<", op("-", json!(0), a.clone()), json!(3)));
    check("-9223372036854775808=a", op("=", json!(i64::MIN), a));
}

#[test]
fn geometries_of_every_kind_are_read() {
    let square = json!([[0, 0], [1, 0], [1, 1], [0, 0]]);
    let geometry = |text: &str, kind: &str, coordinates: serde_json::Value| {
        check(
            &format!("s_intersects(geometry, {text})"),
            json!({"op": "s_intersects", "args": [
                {"property": "geometry"}, {"type": kind, "coordinates": coordinates}]}),
        );
    };
    geometry("LINESTRING(0 0,1 1)", "LineString", json!([[0, 0], [1, 1]]));
    geometry("POLYGON((0 0,1 0,1 1,0 0))", "Polygon", json!([square]));
    geometry("MULTIPOINT(0 0, (1 1))", "MultiPoint", json!([[0, 0], [1, 1]]));
    geometry("MULTILINESTRING((0 0,1 1),(2 2,3 3))", "MultiLineString", json!([[[0, 0], [1, 1]], [[2, 2], [3, 3]]]));
    geometry("MULTIPOLYGON(((0 0,1 0,1 1,0 0)))", "MultiPolygon", json!([[square]]));
    let Ok(Expr::Call(_, operands)) =
        from_text("s_equals(g, GeometryCollection(POINT(1 2), LINESTRING Z(0 0 9,1 1 9)))")
    else {
        panic!("a collection is a geometry");
    };
    let expected: Vec<Geometry> =
        vec![point!(x: 1.0, y: 2.0).into(), line_string![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)].into()];
    assert_eq!(operands[1], Expr::Geometry(Box::new(Literal::Geometry(Geometry::GeometryCollection(expected.into())))));
}

#[test]
fn what_is_no_filter_is_refused_with_its_place() {
    refused("", "at character 1: expected a value, a property or a function, found the end");
    refused("a =", "at character 4: expected a value, a property or a function, found the end");
    refused("größe = = 1", "at character 9: expected a value, a property or a function, found \"=\"");
    refused("a = 'x", "at character 5: expected the closing ' of a text, found the end");
    refused("a = 1 b", "at character 7: expected an operator or the end, found \"b\"");
    refused("a like", "at character 7: expected a value, a property or a function, found the end");
    refused("a not = 1", "at character 7: expected LIKE, BETWEEN or IN, found \"=\"");
    refused("a between 1 or 2", "at character 13: expected AND, found \"or\"");
    refused("a ; b", "at character 3: expected a value, name or operator, found \";\"");
    refused("buffer(a, 3) = 1", "\"buffer\" is not a function that is known here");
    refused("s_intersects(a)", "\"s_intersects\" takes 2 operands, not 1");
    refused("a = DATE('2022-02-30')", "\"2022-02-30\" is not a day such as 2026-03-31");
    refused("a = DATE(b)", "at character 10: expected a text in single quotes, found \"b\"");
    refused("a = timestamp('2022-02-03')", "\"2022-02-03\" is not an instant such as 2026-03-31T12:00:00Z");
    refused("a = 1e999", "the number 1e999 is too large");
    refused("s_within(a, BBOX(1,2,3))", "\"bbox\" takes 4 or 6 operands, not 3");
    refused(
        "s_within(a, POLYGON((0 0,1 0,1 1)))",
        "a ring of a polygon needs four positions, the last being the first",
    );
    refused("s_within(a, POINT EMPTY)", "at character 19: expected \")\", found \"EMPTY\"");
}

#[test]
fn what_is_no_filter_in_json_is_refused() {
    refused_json(json!(null), "null is no value; the operator \"isNull\" asks for it");
    refused_json(json!({"op": "buffer", "args": []}), "\"buffer\" is not a function that is known here");
    refused_json(json!({"op": "=", "args": [1]}), "\"=\" takes 2 operands, not 1");
    refused_json(json!({"op": "="}), "\"=\" needs its operands as a list \"args\"");
    refused_json(json!({"op": 1}), "\"op\" must be a text");
    refused_json(json!({"colour": 1}), "\"colour\" is no part of a filter");
    refused_json(json!({"interval": ["2022-01-01"]}), "\"interval\" must be a list of two");
    refused_json(json!({"type": "Circle"}), "\"Circle\" is not a type of geometry");
    refused_json(json!({"type": "Point"}), "a Point needs coordinates");
    refused_json(json!({"type": "Point", "coordinates": [1]}), "a position must have two or three numbers");
    refused_json(json!({"type": "Point", "coordinates": [1, "2"]}), "a coordinate must be a number");
    assert!(from_json_text("{\"op\":").is_err());
}

#[test]
fn nothing_is_nested_or_long_enough_to_exhaust_a_stack() {
    let nested = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    assert!(from_text(&nested(MAX_DEPTH - 1)).is_ok());
    assert_eq!(from_text(&nested(100_000)), Err(ParseError::TooDeep));
    assert_eq!(from_text(&"not ".repeat(100_000)), Err(ParseError::TooDeep));
    assert_eq!(from_text(&format!("a = 1{}", "+1".repeat(50_000))), Err(ParseError::TooDeep));
    assert_eq!(from_text(&"GEOMETRYCOLLECTION(".repeat(100_000)), Err(ParseError::TooDeep));
    assert_eq!(from_text(&"casei(".repeat(100_000)), Err(ParseError::TooDeep));
    let zigzag = format!("a = {}0{}", "(0 + (".repeat(19), format!("{}))", "+1".repeat(30)).repeat(19));
    assert_eq!(from_text(&zigzag), Err(ParseError::TooDeep));
    assert_eq!(from_text(&format!("a = 1{}", " or a = 1".repeat(40_000))), Err(ParseError::TooLarge));
    assert!(from_text(&format!("a = 1{}", " or a = 1".repeat(5_000))).is_ok());
    let mut json = json!(true);
    for _ in 0..MAX_DEPTH {
        json = json!({"op": "not", "args": [json]});
    }
    assert_eq!(from_json(&json), Err(ParseError::TooDeep));
    let line = vec![json!([0, 0]); 60_000];
    assert_eq!(from_json(&json!({"type": "LineString", "coordinates": line})), Err(ParseError::TooLarge));
}

/// Pieces of filters, so that random ones come near to the grammar.
const PIECES: [&str; 48] = [
    "a",
    "\"b c\"",
    "'x''y'",
    "1",
    "-2.5e3",
    "(",
    ")",
    ",",
    "=",
    "<>",
    "<=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    " div ",
    " and ",
    " or ",
    " not ",
    " is ",
    " null ",
    " like ",
    " between ",
    " in ",
    "true",
    "casei(",
    "accenti(",
    "s_intersects(",
    "t_after(",
    "a_overlaps(",
    "POINT(",
    "POLYGON((",
    "MULTIPOINT(",
    "GEOMETRYCOLLECTION(",
    "BBOX(",
    "0 0",
    "1 0",
    "1 1",
    "date('2022-04-16')",
    "timestamp('2022-04-16T10:13:19Z')",
    "interval(",
    "'..'",
    "'",
    "\"",
    "\\",
    "ß",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_is_given_is_read_or_refused(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..40),
        noise in any::<String>(),
    ) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        for text in [&text, &noise, &format!("{text}{noise}")] {
            if let Err(ParseError::Syntax { at, .. }) = from_text(text) {
                prop_assert!(at <= text.chars().count() + 1);
            }
            let _ = from_json_text(text);
        }
    }
}
