//! CQL2 on a layer with columns of every kind, and on the cadastre itself.

use serde_json::{Value, json};
use tests::{Client, TestStore, both_stores, sample};

both_stores!(
    a_layer_of_any_columns_is_filtered,
    what_makes_no_sense_is_refused_by_name,
    parcels_are_counted_as_they_are_listed,
);

const ROADS: &str = "/ogc/collections/roads/items";

/// Roads on the meadows between 12.9 and 13.0 degrees east.
fn roads() -> String {
    let road = |name: &str, values: [Value; 5], geometry: Value| {
        let [lanes, width, paved, built, seen] = values;
        json!({
            "type": "Feature",
            "geometry": geometry,
            "properties": {
                "name": name, "lanes": lanes, "width": width, "paved": paved, "built": built, "seen": seen,
            },
        })
    };
    let line = |west: f64, east: f64| json!({"type": "LineString", "coordinates": [[west, 51.1], [east, 51.1]]});
    json!({"type": "FeatureCollection", "features": [
        road("Am Anger", [json!(1), json!(2.5), json!(false), json!("1951-05-01"), json!("2026-03-01T08:00:00Z")],
            line(12.90, 12.91)),
        road("Bäckergasse", [json!(2), json!(5.0), json!(true), json!("1999-12-31"), json!("2026-03-01T12:00:00Z")],
            line(12.91, 12.92)),
        road("Chemnitzer Straße", [json!(4), json!(12.25), json!(true), json!("2004-02-29"), json!(null)],
            line(12.92, 12.95)),
        road("Døllevej", [json!(null), json!(null), json!(null), json!(null), json!("2026-03-02T00:00:00.5Z")],
            json!(null)),
    ]})
    .to_string()
}

fn import_roads(store: &TestStore) {
    let file = store.file("roads.geojson", roads());
    store.import(&file, &["--as", "layer", "--name", "roads", "--visibility", "public"]).expect_done();
}

fn names(client: &Client, query: &str) -> Vec<String> {
    let page = client.json(&format!("{ROADS}?{query}"));
    let features = page["features"].as_array().unwrap();
    assert_eq!(page["numberMatched"], features.len(), "{query}");
    let mut names: Vec<_> =
        features.iter().map(|feature| feature["properties"]["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn a_layer_of_any_columns_is_filtered(store: &TestStore) {
    import_roads(store);
    let server = store.serve();
    let client = server.client();
    let check = |filter: &str, expected: &str| {
        let found = names(&client, &format!("filter={}", encoded(filter)));
        let initials: String = found.iter().filter_map(|name| name.chars().next()).collect();
        assert_eq!(initials, expected, "{filter}");
    };
    check("name = 'Am Anger'", "A");
    check("name >= 'C'", "CD");
    check("accenti(casei(name)) like accenti(casei('DO%'))", "D");
    check("casei(name) in (casei('BÄCKERGASSE'), casei('chemnitzer strasse'))", "BC");
    check("lanes > 1 and lanes < 4.5", "BC");
    check("not (lanes > 1)", "A");
    check("lanes is null or width <= 2.5", "AD");
    check("width between 2.5 and 5", "AB");
    check("width / lanes = 2.5 and lanes ^ 2 >= 1", "AB");
    check("paved", "BC");
    check("paved = false", "A");
    check("built < DATE('2000-01-01')", "AB");
    check("t_during(built, interval('1999-12-01', '2010-01-01'))", "BC");
    check("seen >= TIMESTAMP('2026-03-01T12:00:00Z')", "BD");
    check("t_intersects(seen, DATE('2026-03-01'))", "AB");
    check("built < seen", "AB");
    check("s_intersects(geometry, BBOX(12.9, 51.0, 12.915, 51.2))", "AB");
    check("s_within(geom, BBOX(12.89, 51.0, 12.915, 51.2))", "A");
    check(
        "s_contains(BBOX(12.89,51,12.915,51.2), geometry) or s_crosses(geometry, BBOX(12.93, 51, 12.94, 51.2))",
        "AC",
    );
    check("s_disjoint(geometry, LINESTRING(12.94 51.0, 12.94 51.2))", "AB");
    check("geometry is null", "D");
    check("1 + 1 = 2", "ABCD");
    // The same in JSON, beside a box and a value, and in another CRS.
    let json = r#"{"op": "and", "args": [{"op": "=", "args": [{"property": "paved"}, true]},
        {"op": "<", "args": [{"property": "built"}, {"date": "2000-01-01"}]}]}"#;
    assert_eq!(names(&client, &format!("filter-lang=cql2-json&filter={}", encoded(json))), ["Bäckergasse"]);
    let filter = encoded("lanes >= 1");
    assert_eq!(names(&client, &format!("filter={filter}&paved=true&bbox=12.9,51,12.915,51.2")), ["Bäckergasse"]);
    let at = encoded("s_intersects(geometry, BBOX(51.0, 12.9, 51.2, 12.905))");
    assert_eq!(names(&client, &format!("filter={at}&filter-crs=EPSG:4326")), ["Am Anger"]);
    server.stop();
}

fn what_makes_no_sense_is_refused_by_name(store: &TestStore) {
    import_roads(store);
    let server = store.serve();
    let client = server.client();
    let check = |query: &str, parameter: &str, detail: &str| {
        let answer = client.get(&format!("{ROADS}?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        let problem = answer.json();
        assert_eq!(problem["parameter"], parameter, "{query}");
        assert_eq!(problem["detail"], detail, "{query}");
    };
    check(
        "filter=lanes%20%3D",
        "filter",
        "filter: at character 8: expected a value, a property or a function, found the end",
    );
    check("filter=colour%3D1", "filter", "filter: \"colour\" is not a property of this collection");
    check("filter=lanes%3D%27x%27", "filter", "filter: \"=\" cannot compare a number with a text");
    check(
        "filter=s_intersects(geometry,POINT(90%20180))",
        "filter",
        "filter: a geometry of the filter: 90 180 is no longitude (-180 to 180) and latitude (-90 to 90)",
    );
    check("filter=true&filter-lang=xpath", "filter-lang", "filter-lang: must be cql2-text or cql2-json");
    let deep = format!("filter={}true{}", "(".repeat(5000), ")".repeat(5000));
    check(&deep, "filter", "filter: the filter is nested too deeply");
    server.stop();
}

fn parcels_are_counted_as_they_are_listed(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let client = server.client();
    let filter = "official_area_m2 >= 1000 and s_intersects(geometry, BBOX(8.48, 53.91, 8.50, 53.93))";
    let page = client.json(&format!("/ogc/collections/parcels/items?limit=1000&filter={}", encoded(filter)));
    let listed: f64 = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["properties"]["official_area_m2"].as_f64().unwrap())
        .sum();
    let question = json!({"collection": "parcels", "filter": filter}).to_string();
    let figures = client.send("POST", "/api/figures", &[("Content-Type", "application/json")], &question);
    let figures = figures.expect(200).json();
    assert!(figures["matched"].as_u64().unwrap() > 10, "{figures}");
    assert_eq!(figures["matched"], page["numberMatched"]);
    let summed = figures["sum"]["value"].as_f64().unwrap();
    assert!((summed - listed).abs() < 1e-6, "{summed} {listed}");
    let ask = |path: &str, question: Value| {
        let answer = client.send("POST", path, &[("Content-Type", "application/json")], &question.to_string());
        answer.expect(200).json()
    };
    // In groups; near a line; and how much of a box is covered: never more than the box has.
    let groups = ask("/api/figures", json!({"collection": "parcels", "groupBy": "land_use", "ids": 3}));
    let of_groups: u64 =
        groups["groups"].as_array().unwrap().iter().map(|group| group["matched"].as_u64().unwrap()).sum();
    assert_eq!((of_groups, groups["ids"].as_array().unwrap().len()), (137, 3), "{groups}");
    let line = json!({"type": "LineString", "coordinates": [[8.48, 53.92], [8.50, 53.92]]});
    let on_line = ask("/api/figures", json!({"collection": "parcels", "area": line}));
    let near_line = ask("/api/figures", json!({"collection": "parcels", "area": line, "buffer_m": 200}));
    assert!(near_line["matched"].as_u64().unwrap() > on_line["matched"].as_u64().unwrap(), "{near_line} {on_line}");
    let area = json!({"bbox": [8.49, 53.915, 8.50, 53.92]});
    let covered = ask("/api/figures", json!({"collection": "parcels", "area": area, "overlap": true}));
    let covered = covered["overlap_m2"].as_f64().unwrap();
    assert!(covered > 1000.0 && covered < 656.6 * 556.6 * 1.001, "{covered} m²");
    let nearest = ask("/api/nearest", json!({"collection": "parcels", "point": [8.49, 53.92], "count": 2}));
    let distances: Vec<_> =
        nearest["nearest"].as_array().unwrap().iter().map(|near| near["distance_m"].as_f64().unwrap()).collect();
    assert!(distances.len() == 2 && distances[0] <= distances[1], "{nearest}");
    // What no public basis lists does not exist, be it in a filter.
    let answer = client.get(&format!("/ogc/collections/sites/items?filter={}", encoded("note is null")));
    assert_eq!((answer.status, answer.json()["parameter"].as_str().unwrap().to_owned()), (400, "filter".into()));
    server.stop();
}
