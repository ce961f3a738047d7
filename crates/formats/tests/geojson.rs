//! GeoJSON: every named hostile file, and the forms in which features follow each other.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use std::collections::BTreeMap;

use cadastre::{ColumnKind, Value, geometry::Geometry};
use common::{Content, hostile, read, read_path};
use formats::{FormatError, ReadOptions, SourceCrs};
use geo_types::point;

/// What a file gave, in one line: rows, problems, notes, or the error.
fn outcome(result: Result<Content, FormatError>) -> String {
    match result {
        Err(error) => format!("error: {error}"),
        Ok(content) => {
            let mut parts = vec![format!("{} rows", content.rows.len())];
            parts.extend(content.problems.iter().map(|problem| format!("problem {problem}")));
            parts.extend(content.notes().iter().map(|note| format!("note {note}")));
            parts.join("; ")
        }
    }
}

/// Every file of a folder must be expected, and every expected file be there.
fn check_folder(folder: &str, expected: &[(&str, &str)]) {
    let mut expected: BTreeMap<&str, &str> = expected.iter().copied().collect();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(hostile("geojson").join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let found = outcome(read_path(&path, &ReadOptions::default()));
        if !expected.remove(name).is_some_and(|expected| found.starts_with(expected)) {
            wrong.push(format!("{name}: {found}"));
        }
    }
    assert!(expected.is_empty(), "missing: {expected:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn invalid_structures_are_named() {
    check_folder(
        "invalid_structure",
        &[
            (
                "invalid_feature_geometry_is_string",
                "0 rows; problem 1: geometry: must be an object or null, got a text",
            ),
            ("invalid_feature_id_type", "0 rows; problem 1: id: must be a text or a number, got an object"),
            ("invalid_feature_no_properties", "1 rows; note properties: the member is missing; read as null"),
            (
                "invalid_feature_properties_is_array",
                "0 rows; problem 1: properties: must be an object or null, got an array",
            ),
            (
                "invalid_feature_properties_is_int",
                "0 rows; problem 1: properties: must be an object or null, got a number",
            ),
            (
                "invalid_feature_wrong_geometry_key",
                "0 rows; problem 1: geometry: the member is missing; a feature without a place has \"geometry\": null; note feature: members beside \"properties\" are not read: not-geometry",
            ),
            (
                "invalid_featurecollection_feature_nullfeature",
                "0 rows; problem 1: feature: must be an object, got null",
            ),
            (
                "invalid_featurecollection_features_is_object",
                "error: malformed GeoJSON at line 1, column 44: invalid type: map, expected an array of features in \"features\"",
            ),
            (
                "invalid_featurecollection_no_features_member",
                "error: malformed GeoJSON at line 1, column 31: a FeatureCollection must have the member \"features\"",
            ),
            (
                "invalid_featurecollection_nulltype",
                "error: malformed GeoJSON at line 4, column 1: the type must be FeatureCollection, Feature or that of a geometry (capitals count), got null",
            ),
            (
                "invalid_featurecollection_type_lowercase",
                "error: malformed GeoJSON at line 1, column 46: the type must be FeatureCollection, Feature or that of a geometry (capitals count), got \"featurecollection\"",
            ),
            (
                "invalid_featurecollection_unknown_type",
                "error: malformed GeoJSON at line 4, column 1: the type must be FeatureCollection, Feature or that of a geometry (capitals count), got \"notafc\"",
            ),
            ("invalid_geometry_bbox_not4or6", "1 rows; note bbox: is not 4 or 6 numbers; it is not used"),
            ("invalid_geometry_bbox_not_list", "1 rows; note bbox: is not 4 or 6 numbers; it is not used"),
            ("invalid_geometry_bbox_not_numbers", "1 rows; note bbox: is not 4 or 6 numbers; it is not used"),
            (
                "invalid_geometry_coordinates_1d",
                "0 rows; problem 1: geometry: coordinates of a Polygon: a position must have at least 2 numbers, got 1",
            ),
            (
                "invalid_geometry_coordinates_empty_position",
                "0 rows; problem 1: geometry: coordinates of a Polygon: a position must have at least 2 numbers, got 0",
            ),
            (
                "invalid_geometry_coordinates_missing",
                "0 rows; problem 1: geometry: a Polygon must have \"coordinates\"",
            ),
            (
                "invalid_geometry_coordinates_string",
                "0 rows; problem 1: geometry: coordinates of a Point: coordinates must be numbers",
            ),
            (
                "invalid_geometry_depth_deep_point",
                "0 rows; problem 1: geometry: coordinates of a Point: must be one position [x, y]",
            ),
            (
                "invalid_geometry_depth_deep_polygon",
                "0 rows; problem 1: geometry: coordinates of a Polygon: must be an array of positions [x, y]",
            ),
            (
                "invalid_geometry_depth_shallow_linestring",
                "0 rows; problem 1: geometry: coordinates of a LineString: must be an array of positions [x, y]",
            ),
            (
                "invalid_geometry_depth_shallow_multipolygon",
                "0 rows; problem 1: geometry: coordinates of a MultiPolygon: ",
            ),
            (
                "invalid_geometry_depth_shallow_polygon",
                "0 rows; problem 1: geometry: coordinates of a Polygon: must be an array of arrays of positions [x, y]",
            ),
            (
                "invalid_geometry_geometrycollection_null_geometry",
                "0 rows; problem 1: geometry: a part of a GeometryCollection must be a geometry, got null",
            ),
            (
                "invalid_geometry_mislabeled_point",
                "0 rows; problem 1: geometry: coordinates of a MultiPolygon: must be an array of arrays of arrays of positions [x, y]",
            ),
            (
                "invalid_geometry_missing_type",
                "error: malformed GeoJSON at line 1, column 53: the member \"type\" is missing",
            ),
            (
                "invalid_geometry_wrong_geometry_type",
                "error: malformed GeoJSON at line 26, column 7: the type must be FeatureCollection, Feature or that of a geometry (capitals count), got \"SomeThingElse\"",
            ),
        ],
    );
}

#[test]
fn invalid_geometries_are_closed_refused_or_left_to_the_caller() {
    check_folder(
        "invalid_geometries",
        &[
            ("invalid_exterior_not_ccw", "1 rows"),
            (
                "invalid_incorrect_geometry_data_type",
                "0 rows; problem 1: geometry: coordinates of a LineString: must be an array of positions [x, y]",
            ),
            ("invalid_interior_not_cw", "1 rows"),
            (
                "invalid_less_three_unique_nodes",
                "0 rows; problem 1: geometry: a ring must have at least 4 positions, got 3",
            ),
            ("invalid_unclosed", "1 rows; note geometry: ring closed"),
        ],
    );
}

#[test]
fn problematic_files_are_read() {
    check_folder(
        "problematic_geometries",
        &[
            ("problematic_3d_coordinates", "1 rows"),
            ("problematic_4d_coordinates", "1 rows"),
            ("problematic_crosses_antimeridian", "1 rows"),
            ("problematic_duplicate_nodes", "1 rows"),
            ("problematic_excessive_coordinate_precision", "1 rows"),
            ("problematic_excessive_vertices", "1 rows"),
            ("problematic_feature_null_geometry", "1 rows"),
            ("problematic_holes", "1 rows"),
            ("problematic_inner_and_exterior_ring_intersect", "1 rows"),
            ("problematic_multitype_geometry_with_just_one_geometry", "1 rows"),
            ("problematic_outside_lat_lon_boundaries", "1 rows"),
            ("problematic_self_intersection_large", "1 rows"),
            ("problematic_self_intersection_small", "1 rows"),
            ("problematic_wrong_bbox_coordinate_order", "1 rows"),
            ("problematic_zero_length_linestring", "1 rows"),
        ],
    );
    check_folder(
        "problematic_structure",
        &[
            ("problematic_crs_defined", "1 rows"),
            ("problematic_geometry_not_wrapped", "1 rows"),
            ("problematic_geometrycollection_single", "1 rows"),
            ("problematic_nested_geometrycollection", "1 rows"),
        ],
    );
}

#[test]
fn valid_files_are_read_without_a_word() {
    let folder = hostile("geojson/valid");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let content = read_path(&path, &ReadOptions::default()).unwrap();
        let empty = path.to_string_lossy().contains("empty_features");
        assert_eq!((content.rows.is_empty(), content.problems.len(), content.notes().len()), (empty, 0, 0), "{path:?}");
        assert_eq!(content.header.crs, Some(SourceCrs::Crs84));
        assert_eq!(content.header.feature_count, Some(content.rows.len() as u64));
        files += 1;
    }
    assert_eq!(files, 22);
}

#[test]
fn names_of_members_do_not_confuse() {
    let content = read_path(&hostile("feature_with_type_Topology_property.json"), &ReadOptions::default()).unwrap();
    assert_eq!(content.rows[0].text("type"), "Topology");
    assert_eq!(content.header.crs, Some(SourceCrs::Epsg(27700)));
    let content = read_path(&hostile("ids_0_1_null_1_null.json"), &ReadOptions::default()).unwrap();
    assert_eq!(content.columns(), ["id Integer", "seq Integer"]);
    let ids: Vec<_> = content.values().into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(ids, [Value::Integer(0), Value::Integer(1), Value::Null, Value::Integer(1), Value::Null]);
    assert!(content.rows.iter().all(|row| row.raw.id.is_none()));
}

fn collection(features: &str) -> String {
    format!("{{\"type\": \"FeatureCollection\", \"features\": [{features}]}}")
}

fn feature(properties: &str) -> String {
    format!(
        "{{\"type\": \"Feature\", \"properties\": {properties}, \"geometry\": {{\"type\": \"Point\", \"coordinates\": [12.9, 51.1, 140]}}}}"
    )
}

#[test]
fn columns_are_the_union_of_all_properties_with_the_kind_that_holds_them() {
    let features = [
        r#"{"a": 1, "b": 1, "c": true, "d": "2026-03-31", "e": "2026-03-31T10:00:00+02:00", "f": {"x": [1, 2]}, "g": 1}"#,
        r#"{"a": 2, "b": 1.5, "c": null, "d": "2026-04-01", "f": [null], "g": "x", "h": 18446744073709551615}"#,
    ];
    let text = collection(&features.map(feature).join(","));
    let content = read("a.geojson", text.as_bytes()).unwrap();
    assert_eq!(
        content.columns(),
        ["a Integer", "b Real", "c Boolean", "d Date", "e Timestamp", "f Text", "g Text", "h Text"]
    );
    let text = |text: &str| Value::text(text);
    assert_eq!(
        content.values()[0],
        [
            Value::Integer(1),
            Value::Real(1.0),
            Value::Boolean(true),
            Value::Date("2026-03-31".parse().unwrap()),
            Value::Timestamp("2026-03-31T08:00:00Z".parse().unwrap()),
            text("{\"x\":[1,2]}"),
            text("1"),
            Value::Null,
        ]
    );
    assert_eq!(content.values()[1][5..], [text("[null]"), text("x"), text("18446744073709551615")]);
    assert_eq!(content.rows[0].raw.geometry, Some(Geometry::Point(point!(x: 12.9, y: 51.1))));
    assert!(content.header.columns.iter().all(|column| column.kind != ColumnKind::Text || !column.name.is_empty()));
}

#[test]
fn identifiers_are_texts_or_numbers() {
    let with_id = |id: &str| feature("{}").replacen('{', &format!("{{\"id\": {id}, "), 1);
    let content =
        read("a.json", collection(&[with_id("7"), with_id("\"x\""), with_id("null")].join(",")).as_bytes()).unwrap();
    let ids: Vec<_> = content.rows.iter().map(|row| row.raw.id.as_deref()).collect();
    assert_eq!(ids, [Some("7"), Some("x"), None]);
}

#[test]
fn sequences_are_read_with_and_without_separators() {
    let (one, two) = (feature("{\"a\": 1}"), feature("{\"a\": 2.5}"));
    for text in [
        format!("{one}\n{two}\n"),
        format!("{one}\r\n\r\n{two}"),
        format!("\u{1e}{one}\n\u{1e}{two}\n"),
        format!("\u{1e}{}\n\u{1e}{two}\n", one.replace(',', ",\n")),
        format!("\u{feff}{one}\n{two}\n"),
    ] {
        let content = read("a.geojsonl", text.as_bytes()).unwrap();
        assert_eq!((content.rows.len(), content.problems.len()), (2, 0), "{text:?}");
        assert_eq!(content.values(), [[Value::Real(1.0)], [Value::Real(2.5)]]);
    }
}

#[test]
fn a_bad_record_of_a_sequence_is_a_problem_and_the_rest_is_read() {
    let text = format!("{}\n{{\"type\": \"Feature\",,}}\n[1]\n{}\n", feature("{}"), feature("{}"));
    let content = read("a.geojsonl", text.as_bytes()).unwrap();
    assert_eq!((content.rows.len(), content.problems.len()), (2, 2));
    assert!(content.problems[0].starts_with("2: record: "), "{:?}", content.problems);
    assert_eq!(content.problems[1], "3: feature: must be an object, got an array");
}

fn check_error(text: impl AsRef<[u8]>, reason: &str) {
    let error = read("a.geojson", text.as_ref()).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}

#[test]
fn damaged_files_are_refused_with_their_place() {
    let whole = collection(&feature("{\"name\": \"Börtewitz\"}"));
    for cut in [1, 2, 30, 80] {
        let end = whole.floor_char_boundary(whole.len() - cut);
        check_error(&whole[..end], "truncated GeoJSON: the file ends at line 1");
    }
    check_error(format!("{{\"type\": \"Feature\"}}\n{}", &whole[..40]), "truncated GeoJSON");
    check_error(format!("{whole} x"), "trailing characters");
    check_error(whole.replace("51.1", "51.1.1"), "malformed GeoJSON at line 1");
    check_error(whole.replace("51.1", "1e999"), "number out of range");
    check_error(
        whole.bytes().map(|byte| if byte == 0xc3 { 0xff } else { byte }).collect::<Vec<_>>(),
        "wrong encoding at line 1",
    );
    check_error(whole.replace("FeatureCollection", "Topology"), "TopoJSON is not supported");
    check_error(
        format!("{}{}", "{\"type\":\"Point\",\"coordinates\":", "[".repeat(100_000)),
        "recursion limit exceeded",
    );
    check_error("{\"type\": \"FeatureCollection\", \"features\": [], \"features\": []}", "duplicate field");
}

#[test]
fn a_flood_of_columns_is_refused() {
    let features: Vec<_> = (0..2000).map(|i| feature(&format!("{{\"p{i}\": 1}}"))).collect();
    check_error(collection(&features.join(",")), "more than 1600 different properties");
}

#[test]
fn deep_collections_are_a_problem_of_their_feature() {
    let mut geometry = "{\"type\": \"Point\", \"coordinates\": [1, 2]}".to_owned();
    for _ in 0..12 {
        geometry = format!("{{\"type\": \"GeometryCollection\", \"geometries\": [{geometry}]}}");
    }
    let content = read("a.json", geometry.as_bytes()).unwrap();
    assert_eq!(content.problems, ["1: geometry: nested too deeply"]);
}

#[test]
fn an_unknown_crs_is_noted_and_left_open() {
    let with_crs = |crs: &str| collection(&feature("{}")).replacen('{', &format!("{{\"crs\": {crs}, "), 1);
    let named = |name: &str| with_crs(&format!("{{\"type\": \"name\", \"properties\": {{\"name\": \"{name}\"}}}}"));
    let content = read("a.json", named("urn:ogc:def:crs:EPSG::25833").as_bytes()).unwrap();
    assert_eq!(content.rows[0].crs, Some(SourceCrs::Epsg(25833)));
    let content = read("a.json", named("urn:ogc:def:crs:OGC:1.3:CRS84").as_bytes()).unwrap();
    assert_eq!(content.rows[0].crs, Some(SourceCrs::Crs84));
    for text in [named("Mars"), with_crs("null"), with_crs("7")] {
        let content = read("a.json", text.as_bytes()).unwrap();
        assert_eq!((content.rows[0].crs, content.header.notes.len()), (None, 1));
    }
}

#[test]
fn other_unicode_encodings_are_read_by_their_mark() {
    let text = format!("\u{feff}{}", collection(&feature("{\"name\": \"Röda\"}")));
    let content = read("a.json", &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
    assert_eq!(content.rows[0].text("name"), "Röda");
}
