//! A store as the suites want it: collections of several kinds, one empty, one large, one without geometry.

use std::fmt::Write as _;

use serde_json::Value;
use tests::{Client, Server, TestStore, sample};

/// Features of the large layer.
pub(super) const TREES: usize = 10_500;

/// What the collections of the world hold: name and number of features.
pub(super) const COLLECTIONS: [(&str, usize); 7] = [
    ("parcels", 137),
    ("sites", 0),
    ("buildings", 57),
    ("districts", 1),
    ("empty", 0),
    ("offices", 2),
    ("trees", TREES),
];

/// A running server on that store.
pub(super) struct World {
    pub(super) server: Server,
    pub(super) client: Client,
    pub(super) store: TestStore,
}

impl World {
    pub(super) fn new() -> Self {
        let store = TestStore::geopackage();
        store.import_sample(sample::NEUWERK);
        let public = |name: &'static str| ["--as", "layer", "--name", name, "--visibility", "public"];
        let empty = store.file("empty.geojson", r#"{"type":"FeatureCollection","features":[]}"#);
        store.import(&empty, &public("empty")).expect_done();
        let offices = store.file("offices.csv", "name,kind\nBauamt,=1+2\nKämmerei,\"a,\"\"b\"\"\"\n");
        store.import(&offices, &public("offices")).expect_done();
        let trees = store.file("trees.geojson", trees());
        store.import(&trees, &public("trees")).expect_done();
        let server = store.serve();
        let client = server.client();
        Self { server, client, store }
    }

    /// A JSON document below `/ogc`.
    #[track_caller]
    pub(super) fn json(&self, path: &str) -> Value {
        self.client.json(&format!("/ogc{path}"))
    }

    /// The items of a collection.
    #[track_caller]
    pub(super) fn items(&self, collection: &str, query: &str) -> Value {
        self.json(&format!("/collections/{collection}/items{query}"))
    }
}

/// A grid of points, each with a number, a name and a day.
fn trees() -> String {
    let mut out = String::from(r#"{"type":"FeatureCollection","features":["#);
    for number in 0..TREES {
        let (x, y) = (8.4 + (number % 105) as f64 * 0.002, 53.85 + (number / 105) as f64 * 0.001);
        let separator = if number == 0 { "" } else { "," };
        let day = format!("20{:02}-0{}-01", number % 26, 1 + number % 9);
        write!(
            out,
            r#"{separator}{{"type":"Feature","id":"{number}","properties":{{"number":{number},"name":"Baum {number}","planted":"{day}"}},"geometry":{{"type":"Point","coordinates":[{x:.6},{y:.6}]}}}}"#
        )
        .unwrap();
    }
    out.push_str("]}");
    out
}

/// A link of a document.
pub(super) fn link<'a>(document: &'a Value, rel: &str, media: &str) -> Option<&'a str> {
    let links = document["links"].as_array()?;
    let found = links.iter().find(|link| link["rel"] == rel && link["type"] == media)?;
    found["href"].as_str()
}

/// The features of a page.
pub(super) fn features(page: &Value) -> &[Value] {
    page["features"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The ids of a page.
pub(super) fn ids(page: &Value) -> Vec<String> {
    features(page).iter().map(|feature| feature["id"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Every position of a geometry: two numbers each.
pub(super) fn positions(geometry: &Value) -> Vec<[f64; 2]> {
    fn collect(value: &Value, into: &mut Vec<[f64; 2]>) {
        let Some(items) = value.as_array() else { return };
        match items.as_slice() {
            [x, y] if x.is_number() && y.is_number() => {
                into.push([x.as_f64().unwrap_or(f64::NAN), y.as_f64().unwrap_or(f64::NAN)]);
            }
            items => items.iter().for_each(|item| collect(item, into)),
        }
    }
    let mut found = Vec::new();
    collect(&geometry["coordinates"], &mut found);
    for part in geometry["geometries"].as_array().into_iter().flatten() {
        found.extend(positions(part));
    }
    found
}
