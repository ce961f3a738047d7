//! Real extracts go in, are counted in the store, and come out of the API in the right place.

use serde_json::Value;
use tests::{TestStore, both_stores, sample};

both_stores!(
    neuwerk_goes_in_whole,
    the_same_import_twice_changes_nothing,
    a_dry_run_changes_nothing,
    erfurt_comes_out_in_the_right_place,
    what_two_files_of_a_delivery_both_have_is_taken_once,
);

/// Sum of the areas of all parcels in m², reckoned by other software than ours.
fn geometry_sum(store: &TestStore) -> f64 {
    if store.is_file() {
        let sql = "SELECT sum(ST_Area(geom)) AS total FROM parcel";
        let arguments = ["-q", "-dialect", "SQLite", "-sql", sql, store.location()];
        let text = tests::binary::tool("ogrinfo", &arguments).expect_done().stdout;
        text.split("total (Real) = ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap()
    } else {
        store.number("SELECT sum(ST_Area(geom)) FROM parcel")
    }
}

fn neuwerk_goes_in_whole(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    assert_eq!(store.count("parcel"), 137);
    assert_eq!(store.count("building"), 57);
    assert_eq!(store.revision(), 1, "an import is one journal entry");
    let official = store.number("SELECT sum(official_area_m2) FROM parcel");
    assert!((official - 2_506_460.12).abs() < 0.005, "official areas: {official}");
    // With exact arcs 2,504,427.7 (GDAL, steps of 0.1°); chords within 1 cm of them add at most 1.7.
    let drawn = geometry_sum(store);
    assert!((2_504_427.7..2_504_429.4).contains(&drawn), "areas of the geometry: {drawn}");
    store.expect_sound();
}

fn the_same_import_twice_changes_nothing(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let again = store.import(&sample::path(sample::NEUWERK), &[]).expect_done();
    assert!(again.text().contains("nothing to change"), "{}", again.text());
    assert_eq!(store.revision(), 1);
    assert_eq!(store.count("parcel_history"), 0);
}

fn a_dry_run_changes_nothing(store: &TestStore) {
    store.import_sample(sample::ERFURT);
    let run = store.import(&sample::path(sample::NEUWERK), &["--dry-run"]).expect_done();
    assert!(run.text().contains("137"), "{}", run.text());
    assert_eq!(store.revision(), 1);
    assert_eq!(store.count("parcel"), 10);
    store.import_sample(sample::NEUWERK);
    assert_eq!(store.count("parcel"), 147);
}

fn erfurt_comes_out_in_the_right_place(store: &TestStore) {
    store.import_sample(sample::ERFURT);
    let server = store.serve();
    let page = server.client().json("/ogc/collections/parcels/items");
    assert_eq!(page["numberMatched"], 10);
    let mut positions = 0;
    for feature in page["features"].as_array().unwrap() {
        each_position(&feature["geometry"]["coordinates"], &mut |lon, lat| {
            positions += 1;
            assert!((11.06..11.08).contains(&lon) && (50.95..50.96).contains(&lat), "{lon} {lat}");
        });
    }
    assert!(positions > 40, "{positions} positions");
    server.stop();
}

fn what_two_files_of_a_delivery_both_have_is_taken_once(store: &TestStore) {
    let text = std::fs::read_to_string(sample::path(sample::ERFURT)).unwrap();
    let changed = text.replacen("<ave:flaeche>", "<ave:flaeche>1", 1);
    assert_ne!(changed, text, "the sample has no area to change");
    let (same, changed) = (store.file("same.gml", &text), store.file("changed.gml", changed));
    let refused = store.import(&sample::path(sample::ERFURT), &[&changed]).expect_code(3);
    let told: Vec<&str> = refused.stderr.lines().filter(|line| line.starts_with("problem: ")).collect();
    assert!(matches!(told[..], [line] if line.contains("occurs twice in this import")), "{}", refused.text());
    let taken = store.import(&sample::path(sample::ERFURT), &[&same]).expect_done();
    assert!(taken.stderr.contains("was taken once: 10 rows in all"), "{}", taken.text());
    assert_eq!(store.count("parcel"), 10);
    assert_eq!(store.revision(), 1);
}

fn each_position(coordinates: &Value, visit: &mut impl FnMut(f64, f64)) {
    match coordinates.as_array().unwrap().as_slice() {
        [Value::Number(lon), Value::Number(lat), ..] => visit(lon.as_f64().unwrap(), lat.as_f64().unwrap()),
        parts => parts.iter().for_each(|part| each_position(part, visit)),
    }
}
