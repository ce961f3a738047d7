//! Features in every format, read back by GDAL and compared with the GeoJSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::binary::tool;

use super::world::{TREES, World, features, ids, positions};

/// Properties and positions by id.
type Content = BTreeMap<String, (Value, Vec<[f64; 2]>)>;

fn content(page: &Value, id: impl Fn(&Value) -> String) -> Content {
    let mut content = Content::new();
    for feature in features(page) {
        let entry = (feature["properties"].clone(), positions(&feature["geometry"]));
        assert!(content.insert(id(feature), entry).is_none(), "twice: {feature}");
    }
    content
}

/// Reads a file by GDAL.
fn by_gdal(file: &str) -> Value {
    let run = tool("ogr2ogr", &["-f", "GeoJSON", "/vsistdout/", file, "-lco", "COORDINATE_PRECISION=9"]).expect_done();
    assert!(!run.stderr.contains("ERROR") && !run.stderr.contains("Warning"), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The same values, whatever a format makes of whole numbers, days and nulls; positions to the last written decimal.
fn expect_same(found: &Content, expected: &Content, what: &str) {
    let text = |value: &Value| match value {
        Value::String(text) if text.get(10..) == Some("T00:00:00") => text[..10].replace('/', "-"),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().unwrap().to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(","),
        _ => String::new(),
    };
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
    for (id, (properties, places)) in expected {
        let (found_properties, found_places) = &found[id];
        for (name, value) in properties.as_object().unwrap() {
            assert_eq!(text(&found_properties[name]), text(value), "{what} {id} {name}");
        }
        assert_eq!(found_places.len(), places.len(), "{what} {id}");
        for (found, expected) in found_places.iter().zip(places) {
            let off = (found[0] - expected[0]).abs().max((found[1] - expected[1]).abs());
            assert!(off < 1.1e-7, "{what} {id}: {found:?} {expected:?}");
        }
    }
}

#[test]
fn flatgeobuf_geopackage_and_csv_hold_what_the_geojson_holds() {
    let world = World::new();
    let mut compared = 0;
    for (collection, id) in [
        ("parcels", "parcel_id"),
        ("buildings", "building_id"),
        ("trees", "id"),
        ("offices", "id"),
        ("empty", "id"),
        ("sites", "site_id"),
    ] {
        let page = world.items(collection, "?limit=500");
        let expected = content(&page, |feature| feature["id"].as_str().unwrap().to_owned());
        for (format, media) in [
            ("fgb", "application/flatgeobuf"),
            ("gpkg", "application/geopackage+sqlite3"),
            ("csv", "text/csv; charset=utf-8; header=present"),
        ] {
            let file = world.store.folder().join(format!("{collection}.{format}"));
            let path = format!("/ogc/collections/{collection}/items?limit=500&f={format}");
            let answer = world.client.save(&path, &file);
            assert_eq!((answer.status, answer.header("content-type")), (200, media), "{path}");
            assert_eq!(answer.header("ogc-numberreturned"), expected.len().to_string());
            assert_eq!(answer.header("ogc-numbermatched"), page["numberMatched"].to_string());
            if expected.is_empty() && format != "gpkg" {
                // GDAL has nothing to say about an empty list or an empty FlatGeobuf without a geometry.
                continue;
            }
            let read = by_gdal(file.to_str().unwrap());
            let found = content(&read, |feature| {
                feature["properties"][id].as_str().map_or_else(|| feature["properties"][id].to_string(), str::to_owned)
            });
            if format == "csv" {
                let ids = |content: &Content| content.keys().cloned().collect::<Vec<_>>();
                assert_eq!(ids(&found), ids(&expected), "{path}");
            } else {
                expect_same(&found, &expected, &path);
            }
            compared += found.len();
        }
    }
    assert_eq!(compared, 3 * (137 + 57 + 500 + 2));
    world.server.stop();
}

#[test]
fn files_are_in_the_crs_asked_for_and_indexed() {
    let world = World::new();
    for (format, epsg) in [("gpkg", "25833"), ("fgb", "3857")] {
        let file = world.store.folder().join(format!("parcels.{format}"));
        let crs = format!("http://www.opengis.net/def/crs/EPSG/0/{epsg}");
        world.client.save(&format!("/ogc/collections/parcels/items?limit=200&f={format}&crs={crs}"), &file);
        let file = file.to_str().unwrap();
        let info = tool("ogrinfo", &["-ro", "-so", "-al", file]).expect_done().stdout;
        assert!(info.contains(&format!("ID[\"EPSG\",{epsg}]")), "{info}");
        assert!(info.contains("Feature Count: 137") && info.contains("Multi Polygon"), "{info}");
        // Asked for a box, GDAL goes by the index.
        let extent = info.split("Extent: (").nth(1).unwrap();
        let numbers: Vec<f64> =
            extent.split([',', '(', ')', ' ', '-', '\n']).filter_map(|text| text.parse().ok()).take(4).collect();
        let middle = [f64::midpoint(numbers[0], numbers[2]), f64::midpoint(numbers[1], numbers[3])];
        let reach = [(numbers[2] - numbers[0]) / 50.0, (numbers[3] - numbers[1]) / 50.0];
        let corners = [middle[0] - reach[0], middle[1] - reach[1], middle[0] + reach[0], middle[1] + reach[1]];
        let quarter: Vec<String> =
            std::iter::once("-spat".to_owned()).chain(corners.map(|corner| corner.to_string())).collect();
        let arguments: Vec<&str> =
            ["-ro", "-so", "-al"].into_iter().chain(quarter.iter().map(String::as_str)).chain([file]).collect();
        let part = tool("ogrinfo", &arguments).expect_done().stdout;
        let count: usize = part
            .split("Feature Count: ")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next())
            .unwrap()
            .parse()
            .unwrap();
        assert!(count > 0 && count < 137, "{count}");
    }
    let gpkg = world.store.folder().join("parcels.gpkg");
    let sql =
        |sql: &str| tool("sqlite3", &["-readonly", gpkg.to_str().unwrap(), sql]).expect_done().stdout.trim().to_owned();
    assert_eq!(sql("SELECT count(*) FROM rtree_parcels_geom"), "137");
    assert_eq!(sql("PRAGMA integrity_check"), "ok");
    assert_eq!(sql("SELECT title FROM gpkg_data_columns WHERE column_name = 'number'"), "Flurstücksnummer");
    world.server.stop();
}

#[test]
fn a_spreadsheet_runs_nothing_and_pages_are_linked_by_headers() {
    let world = World::new();
    let offices = world.client.get("/ogc/collections/offices/items?f=csv").expect(200).body;
    assert!(offices.starts_with("id,name,kind,wkt\r\n"), "{offices}");
    assert!(offices.contains(",Bauamt,'=1+2,\r\n") && offices.contains(",Kämmerei,\"a,\"\"b\"\"\",\r\n"), "{offices}");

    let mut next = Some("/ogc/collections/trees/items?f=csv&limit=4000".to_owned());
    let (mut rows, mut pages) = (0, 0);
    while let Some(address) = next {
        let answer = world.client.get(&address).expect(200);
        rows += answer.body.lines().count() - 1;
        pages += 1;
        let links = answer.headers.get_all("link").iter().map(|value| value.to_str().unwrap());
        next = links
            .into_iter()
            .find(|link| link.contains("rel=\"next\""))
            .map(|link| link[1..].split('>').next().unwrap().to_owned());
    }
    assert_eq!((rows, pages), (TREES, 3));
    world.server.stop();
}

#[test]
fn json_fg_names_its_crs_and_puts_other_coordinates_into_place() {
    let world = World::new();
    let utm = "http://www.opengis.net/def/crs/EPSG/0/25832";
    let plain = world.items("parcels", "?limit=2");
    let fg = world.items("parcels", "?limit=2&f=jsonfg");
    assert_eq!(fg["coordRefSys"], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
    assert_eq!(fg["featureType"], "parcels");
    assert_eq!(fg["conformsTo"].as_array().unwrap().len(), 2);
    world.client.get(fg["featureSchema"].as_str().unwrap()).expect(200);
    for (fg, plain) in features(&fg).iter().zip(features(&plain)) {
        assert_eq!((&fg["geometry"], &fg["place"], &fg["time"]), (&plain["geometry"], &Value::Null, &Value::Null));
        assert_eq!(fg["properties"], plain["properties"]);
    }
    let in_utm = world.items("parcels", &format!("?limit=2&f=jsonfg&crs={utm}"));
    let geojson = world.items("parcels", &format!("?limit=2&crs={utm}"));
    assert_eq!(in_utm["coordRefSys"], utm);
    for (fg, geojson) in features(&in_utm).iter().zip(features(&geojson)) {
        assert_eq!((&fg["place"], &fg["geometry"]), (&geojson["geometry"], &Value::Null));
    }
    // A layer with one column of days says when its features are.
    let trees = world.items("trees", "?limit=1&f=jsonfg");
    let tree = &features(&trees)[0];
    assert_eq!(tree["time"], json!({ "date": tree["properties"]["planted"] }));
    let id = &ids(&plain)[0];
    let single = world.json(&format!("/collections/parcels/items/{id}?f=jsonfg"));
    assert_eq!((&single["featureType"], &single["geometry"]), (&json!("parcels"), &features(&plain)[0]["geometry"]));
    world.server.stop();
}

#[test]
fn properties_and_geometry_can_be_left_out() {
    let world = World::new();
    for format in ["json", "jsonfg"] {
        let page = world.items("parcels", &format!("?f={format}&limit=3&properties=number,ags&skipGeometry=true"));
        assert_eq!(features(&page).len(), 3);
        for feature in features(&page) {
            let names: Vec<_> = feature["properties"].as_object().unwrap().keys().collect();
            assert_eq!(names, ["ags", "number"]);
            assert!(feature["geometry"].is_null() && feature["id"].is_string());
        }
        let next = super::world::link(
            &page,
            "next",
            if format == "json" { "application/geo+json" } else { "application/fg+json" },
        );
        assert!(next.unwrap().contains("skipGeometry=true") && next.unwrap().contains("properties=number"), "{next:?}");
    }
    let csv = world
        .client
        .get("/ogc/collections/parcels/items?f=csv&limit=1&properties=number&skipGeometry=true")
        .expect(200)
        .body;
    assert!(csv.starts_with("id,number\r\n"), "{csv}");
    for (query, parameter) in [("properties=owner", "properties"), ("skipGeometry=yes", "skipGeometry")] {
        let answer = world.client.get(&format!("/ogc/collections/parcels/items?{query}")).expect(400);
        assert_eq!(answer.json()["parameter"], parameter);
    }
    world.server.stop();
}

#[test]
fn gdal_filters_pages_and_copies_by_the_api() {
    let world = World::new();
    let source = format!("OAPIF:{}/ogc", world.server.url());
    let file = world.store.folder().join("copy.geojson");
    let file = file.to_str().unwrap();
    let copied = |more: &[&str]| -> usize {
        let _ = std::fs::remove_file(file);
        let mut arguments = vec!["-f", "GeoJSON", file, &source];
        arguments.extend(more);
        let run = tool("ogr2ogr", &arguments).expect_done();
        assert!(!run.stderr.contains("ERROR"), "{}", run.stderr);
        features(&serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()).len()
    };
    assert_eq!(copied(&["trees", "-oo", "PAGE_SIZE=3000"]), TREES);
    let box_ = ["8.4", "53.85", "8.42", "53.86"];
    let spat = ["trees", "-spat", box_[0], box_[1], box_[2], box_[3]];
    let expected = world.client.count("trees", &format!("&bbox={}", box_.join(",")));
    assert_eq!(copied(&spat) as u64, expected);
    assert!(expected > 50 && expected < 1000, "{expected}");
    assert_eq!(copied(&["trees", "-where", "number = 77"]), 1);
    assert_eq!(copied(&["parcels", "-where", "district_key = '020125'", "-t_srs", "EPSG:25833"]), 137);
    assert_eq!(copied(&["empty"]), 0);
    assert_eq!(copied(&["offices"]), 2);
    world.server.stop();
}
