//! Every route of the server, asked by nobody in particular: no withheld record, field or count, in whatever format.
//!
//! The routes are read from the server's source, so that a new one is walked too, or fails here until it can be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Value, json};
use tests::{
    Client, TestStore, both_stores,
    client::{SITES, site},
    sample::{self, HAMBURG_AGS},
};

both_stores!(nobody_in_particular_sees_nothing_that_is_withheld_on_any_route);

/// Stands in everything that the public must not see, and nowhere else.
const SECRET: &str = "Verschlusssache";
/// A layer for staff: nobody else may even know its name.
const LAYER: &str = "geheimplan";
const PLACE: [f64; 2] = [8.49, 53.92];

/// Every route of the server: what stands behind `.route(` in its source.
fn routes() -> BTreeSet<String> {
    fn visit(folder: &Path, routes: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, routes);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                let after = source.split(".route(").skip(1).map(str::trim_start);
                routes.extend(after.filter_map(|rest| Some(rest.strip_prefix('"')?.split('"').next()?.to_owned())));
            }
        }
    }
    let mut routes = BTreeSet::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/server/src"), &mut routes);
    routes
}

/// What can stand for the placeholders of a route.
struct Values {
    ids: BTreeMap<&'static str, Vec<String>>,
}

impl Values {
    /// Every address that a route can be asked at.
    fn addresses(&self, route: &str) -> Vec<String> {
        let Some((before, rest)) = route.split_once('{') else { return vec![route.to_owned()] };
        let (name, after) = rest.split_once('}').unwrap();
        let values = self.ids.get(name);
        assert!(values.is_some(), "{route}: say here what {{{name}}} can be");
        let values = values.into_iter().flatten();
        values.flat_map(|value| self.addresses(&format!("{before}{value}{after}"))).collect()
    }
}

/// What is asked of an address beside itself.
fn variants(address: &str) -> Vec<String> {
    let mut variants = vec![address.to_owned()];
    let mut add = |query: &str| variants.push(format!("{address}?{query}"));
    if address.starts_with("/ogc") {
        add("f=html");
        add("f=json&lang=en");
    }
    if address.ends_with("/items") {
        for format in ["jsonfg", "csv", "fgb", "gpkg"] {
            add(&format!("f={format}&limit=1000"));
        }
        add("limit=1000&crs=http://www.opengis.net/def/crs/EPSG/0/25832");
        add("limit=1000&properties=note");
        add("note=x");
        add(&format!("name={SECRET}"));
    }
    if address.ends_with("/suche") || address.ends_with("/search") {
        add(&format!("q={SECRET}"));
    }
    variants
}

fn nobody_in_particular_sees_nothing_that_is_withheld_on_any_route(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let layer = json!({ "type": "FeatureCollection", "features": [{ "type": "Feature", "id": SECRET,
        "properties": { "name": SECRET }, "geometry": { "type": "Point", "coordinates": PLACE } }] });
    let layer = store.file("layer.geojson", layer.to_string());
    store.import(&layer, &["--as", "layer", "--name", LAYER]).expect_done();
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let create = |properties: Value| planner.post_site(&site(HAMBURG_AGS, PLACE, &properties)).expect(201).created_id();
    // What is published says something secret in what is for staff; what is not published says it everywhere.
    let shown = create(json!({ "name": "Angebot", "basis": "offer", "publication_decision": "publish",
        "owner_class": "municipal", "note": SECRET }));
    // Of a consent only what it names shows, which is the name alone.
    let consented = create(json!({ "name": "Scheune", "street": SECRET, "contact": SECRET, "note": SECRET,
        "basis": "consent", "publication_decision": "publish", "owner_class": "private", "price_eur": 123_456,
        "consent_given_on": "2020-01-01", "consent_text_version": SECRET, "consent_fields": ["name"] }));
    let internal = create(json!({ "name": SECRET, "street": SECRET, "contact": SECRET }));
    let withdrawn = create(json!({ "name": SECRET, "basis": "offer", "publication_decision": "withdrawn",
        "owner_class": "municipal" }));
    let hidden = [internal.as_str(), withdrawn.as_str()];

    // Of what was asked and by whom nobody sees anything, not even who has the number.
    let asked = server.client().ask(
        &format!("/anfrage/flaeche/{shown}"),
        &[("nachricht", SECRET), ("name", SECRET), ("mail", &format!("{SECRET}@example.org"))],
    );
    let number = asked.expect(303).created_id();

    // A picture of each: what is said of it shows where its subject does.
    let picture = |site: &str, more: &str| planner.add_picture("site", site, more).expect(201).created_id();
    let pictures = [picture(&shown, "&released=false"), picture(&internal, "&released=true")];

    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let ids = texts(&[&shown, &consented, &internal, &withdrawn, SECRET, "020125___00128______"]);
    let building = building_id(&planner);
    let values = Values {
        ids: BTreeMap::from([
            ("ags", texts(&[HAMBURG_AGS])),
            ("collection", texts(&["parcels", "sites", "buildings", "districts", LAYER])),
            ("id", [ids, vec![building], pictures.to_vec()].concat()),
            ("file", texts(&["400.jpg", "1.jpg"])),
            ("parcel_id", texts(&["020125___00128______"])),
            (
                "name",
                texts(&[
                    "sites.gpkg",
                    "sites.fgb",
                    "sites.csv",
                    "sites.geojson",
                    "geheimplan.csv",
                    "buildings.csv",
                    "favicon.svg",
                ]),
            ),
            ("number", texts(&[&number, "AAAA-AAAA-AAAA"])),
            ("part", texts(&["1.xml"])),
            ("set", texts(&["WebMercatorQuad"])),
            ("style", texts(&["default", "baulotse"])),
            ("matrix", texts(&["10", "15", "17"])),
            ("row", texts(&["329", "10558", "42234"])),
            ("column", texts(&["536", "17156", "68624"])),
            ("z", texts(&["10"])),
            ("x", texts(&["536"])),
            ("y", texts(&["329"])),
            ("*path", texts(&["nowhere"])),
        ]),
    };

    let anonymous = server.client();
    let routes = routes();
    assert!(routes.len() > 40, "{routes:?}");
    let mut answered = BTreeMap::<&str, usize>::new();
    let file = store.folder().join("answer");
    let mut failures = Vec::new();
    for route in &routes {
        for address in values.addresses(route).iter().flat_map(|address| variants(address)) {
            let answer = anonymous.save(&address, &file);
            assert!(answer.status < 500, "{address}: {}", answer.status);
            *answered.entry(route).or_default() += usize::from(answer.status < 300);
            // The question itself may be told back.
            let body = String::from_utf8_lossy(&fs::read(&file).unwrap()).replace(&address, "…");
            let is_asked_for = |secret: &str| address.contains(secret) && answer.status >= 400;
            for secret in [SECRET, LAYER, "123456", "123.456"].into_iter().chain(hidden) {
                if body.contains(secret)
                    && !is_asked_for(secret)
                    && !address.contains(&format!("q={secret}"))
                    && !address.contains(&format!("name={secret}"))
                {
                    failures.push(format!("{address} tells {secret}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // The walk has been inside: of each address that shows records some answer was one.
    for route in [
        "/ogc/collections/{collection}/items",
        "/ogc/collections/{collection}/items/{id}",
        "/flaeche/{id}",
        "/ogc/collections/{collection}/download/{name}",
        "/flurstueck/{parcel_id}",
        "/anfrage/flaeche/{id}",
        "/anfrage/eingang/{number}",
        "/sitemap.xml",
        "/dcat.rdf",
    ] {
        assert!(answered[route] > 0, "{route} was never answered: {answered:#?}");
    }

    counts(&anonymous, &shown, &consented);
    assert_eq!(planner.count("sites", ""), 4);
    server.stop();
}

/// Counts and sums know of what is shown, also where the question is for what is not.
fn counts(anonymous: &Client, shown: &str, consented: &str) {
    assert_eq!(anonymous.count("sites", ""), 2);
    assert_eq!(anonymous.count("sites", &format!("&street={SECRET}")), 0);
    assert_eq!(anonymous.count("sites", "&price_eur=123456"), 0);
    let figures = |body: Value| anonymous.send("POST", "/api/figures", &[], &body.to_string()).expect(200).json();
    assert_eq!(figures(json!({ "collection": "sites" }))["matched"], 2);
    let sum = figures(json!({ "collection": "sites", "sum": "price_eur" }));
    assert_eq!((&sum["sum"]["value"], &sum["sum"]["missing"]), (&json!(0.0), &json!(2)), "{sum}");
    anonymous.send("POST", "/api/figures", &[], r#"{"collection":"geheimplan"}"#).expect(404);
    let page = anonymous.json(SITES);
    let mut ids: Vec<_> = page["features"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let mut expected = vec![shown, consented];
    expected.sort_unstable();
    assert_eq!(ids, expected);
}

fn building_id(client: &Client) -> String {
    let page = client.json("/ogc/collections/buildings/items?limit=1");
    page["features"][0]["id"].as_str().unwrap().to_owned()
}
