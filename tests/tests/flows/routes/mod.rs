//! Every route × role × municipality, every withheld record, every wrong request: a table each.

mod table;

use serde_json::{Value, json};
use tests::{
    Answer, Client, Server, TestStore, both_stores,
    client::{SITES, site},
    sample::{self, ERFURT_AGS, HAMBURG_AGS},
};

use table::table;

both_stores!(
    every_route_answers_every_role_as_the_table_says,
    what_is_withheld_cannot_be_told_from_what_never_was,
    wrong_requests_are_told_what_is_wrong,
);

/// The tile in which the sites of these tests and the layers' features lie.
const TILE: &str = "WebMercatorQuad/16/21067/34313";

/// The form to Hamburg.
const ENQUIRY: &str = "/anfrage/gemeinde/02000000";

/// Who asks. The record asked for lies in Hamburg.
const CALLERS: [(&str, &str, &str); 10] = [
    ("anonymous", "", ""),
    ("registered", "registered", ""),
    ("county", "county", "02000"),
    ("clerk", "clerk", HAMBURG_AGS),
    ("planner", "planner", HAMBURG_AGS),
    ("administrator", "administrator", HAMBURG_AGS),
    ("county-elsewhere", "county", "16051"),
    ("clerk-elsewhere", "clerk", ERFURT_AGS),
    ("planner-elsewhere", "planner", ERFURT_AGS),
    ("administrator-elsewhere", "administrator", ERFURT_AGS),
];

/// A running server with an account a caller.
struct World {
    server: Server,
    callers: Vec<(&'static str, Client)>,
}

impl World {
    fn new(store: &TestStore) -> Self {
        store.import_sample(sample::NEUWERK);
        store.import_sample(sample::ERFURT);
        let layer = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"1","properties":{"name":"Deich"},
            "geometry":{"type":"Point","coordinates":[8.49,53.92]}}]}"#;
        let layer = store.file("layer.geojson", layer);
        for (name, visibility) in [("plans", "staff"), ("trees", "public")] {
            let more = ["--as", "layer", "--name", name, "--visibility", visibility];
            store.import(&layer, &more).expect_done();
        }
        let server = store.serve();
        let callers = CALLERS
            .iter()
            .map(|(login, role, bound_to)| {
                let client =
                    if role.is_empty() { server.client() } else { store.client(&server, login, role, bound_to) };
                (*login, client)
            })
            .collect();
        Self { server, callers }
    }

    fn caller(&self, login: &str) -> &Client {
        &self.callers.iter().find(|(found, _)| *found == login).unwrap().1
    }

    /// Number of a new enquiry to Hamburg.
    fn new_enquiry(&self) -> String {
        let asked = self.server.client().ask(ENQUIRY, &[("nachricht", "Hallo"), ("telefon", "030 23125 140")]);
        asked.expect(303).created_id()
    }

    /// A new site in Hamburg, made by its planner: id and ETag.
    fn new_site(&self, properties: &Value) -> (String, String) {
        let answer = self.caller("planner").post_site(&site(HAMBURG_AGS, [8.49, 53.92], properties)).expect(201);
        (answer.created_id(), answer.etag())
    }

    /// A new picture of a new public site in Hamburg.
    fn new_picture(&self, is_released: bool) -> NewPicture {
        let (site, _) = self.new_site(&public());
        let answer = self.caller("planner").add_picture("site", &site, &format!("&released={is_released}")).expect(201);
        NewPicture { id: answer.created_id(), etag: answer.etag() }
    }
}

/// A picture with the tag that a change of it names.
struct NewPicture {
    id: String,
    etag: String,
}

impl NewPicture {
    fn path(&self) -> String {
        format!("/api/pictures/{}", self.id)
    }

    fn file(&self) -> String {
        format!("/api/pictures/{}/400.jpg", self.id)
    }

    fn public_file(&self) -> String {
        format!("/bild/{}/400.jpg", self.id)
    }
}

fn public() -> Value {
    json!({ "name": "Angebot", "basis": "offer", "publication_decision": "publish", "owner_class": "municipal" })
}

fn internal() -> Value {
    json!({ "name": "Verdacht" })
}

/// Method, address, headers, body, status.
type Wrong<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, u16);

fn every_route_answers_every_role_as_the_table_says(store: &TestStore) {
    let world = World::new(store);
    let mut asked = 0;
    let mut failures = Vec::new();
    for (name, ask, expected) in table() {
        for (index, (login, client)) in world.callers.iter().enumerate() {
            let expected = expected[if expected.len() == 1 { 0 } else { index }];
            let answer = ask(&world, client);
            if answer.status != expected {
                failures.push(format!("{name}, {login}: {} instead of {expected}: {}", answer.status, answer.body));
            }
            asked += 1;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(asked, 1140);

    // Counts follow the same gate: the staff of Hamburg counts what the public does not.
    let (everybody, staff) = (world.server.client().count("sites", ""), world.caller("clerk").count("sites", ""));
    assert!(everybody > 0 && everybody < staff, "{everybody} {staff}");
    assert_eq!(world.caller("clerk-elsewhere").count("sites", ""), everybody);
    world.server.client().with_token("no-such-token").get("/ogc/").expect(200);
    world.server.client().with_token("no-such-token").get(SITES).expect(401);
    world.server.stop();
    store.expect_sound();
}

fn what_is_withheld_cannot_be_told_from_what_never_was(store: &TestStore) {
    let world = World::new(store);
    let offer = |more: Value| {
        let mut properties = public();
        for (name, value) in more.as_object().unwrap() {
            properties[name] = value.clone();
        }
        properties
    };
    let consent = json!({
        "basis": "consent", "owner_class": "private", "consent_given_on": "2020-01-01", "consent_text_version": "1",
        "consent_revoked_on": "2020-02-01",
    });
    let withheld = [
        ("internal", internal()),
        ("withdrawn", offer(json!({ "publication_decision": "withdrawn" }))),
        ("not yet public", offer(json!({ "public_from": "2999-01-01" }))),
        ("no longer public", offer(json!({ "public_until": "2020-01-01" }))),
        ("offer of a private owner without consent", offer(json!({ "owner_class": "private" }))),
        ("revoked consent", offer(consent)),
        ("register without an announcement", offer(json!({ "basis": "register" }))),
        ("closed as a false positive", offer(json!({ "status": "no_potential" }))),
    ];
    let anonymous = world.server.client();
    // The id asked for is all that may differ.
    let unknown_id = "a".repeat(world.new_site(&internal()).0.len());
    let plain = |id: &str, answer: Answer| {
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id"))
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        (answer.status, headers, answer.body.replace(id, "…"))
    };
    let unknown = plain(&unknown_id, anonymous.get_site(&unknown_id).expect(404));
    let pages = ["/flaeche/…", "/flaeche/…/expose", "/flaeche/…/expose.pdf", "/anfrage/flaeche/…"];
    let page = |id: &str, page: &str| plain(id, anonymous.get(&page.replace('…', id)));
    let unknown_pages = pages.map(|shown| page(&unknown_id, shown));
    for (name, properties) in &withheld {
        let (id, _) = world.new_site(properties);
        assert_eq!(plain(&id, anonymous.get_site(&id)), unknown, "{name}");
        assert_eq!(pages.map(|shown| page(&id, shown)), unknown_pages, "{name}");
        world.caller("clerk").get_site(&id).expect(200);
    }
    assert_eq!(withheld.len(), 8);
    assert_eq!(anonymous.count("sites", ""), 0);

    // Only what was public and found its use says so.
    let (id, etag) = world.new_site(&public());
    anonymous.get_site(&id).expect(200);
    let sold = site(HAMBURG_AGS, [8.49, 53.92], &offer(json!({ "status": "sold" })));
    world.caller("planner").put_site(&id, &etag, &sold).expect(204);
    anonymous.get_site(&id).expect(410);
    world.server.stop();
}

fn wrong_requests_are_told_what_is_wrong(store: &TestStore) {
    let world = World::new(store);
    let client = world.caller("planner");
    let items = "/ogc/collections/parcels/items";
    // Address, and the parameter that the answer must name.
    let addresses = [
        ("/api/search?q=a&colour=red".to_owned(), "colour"),
        ("/api/search".to_owned(), "q"),
        ("/api/search?q=a&limit=1000".to_owned(), "limit"),
        ("/api/search?q=a&ags=1".to_owned(), "ags"),
        ("/api/pictures".to_owned(), "site"),
        ("/api/pictures?site=a&building=b".to_owned(), "building"),
        ("/api/pictures?site=a&colour=red".to_owned(), "colour"),
        ("/api/pictures/a?colour=red".to_owned(), "colour"),
        ("/api/pictures/a/400.jpg?colour=red".to_owned(), "colour"),
        ("/oembed?url=x&colour=red".to_owned(), "colour"),
        ("/oembed?format=json".to_owned(), "url"),
        ("/oembed?url=https://elsewhere.example/".to_owned(), "url"),
        ("/oembed?url=x&maxwidth=broad".to_owned(), "maxwidth"),
        ("/ogc/?lang=leicht".to_owned(), "lang"),
        ("/ogc/?colour=red".to_owned(), "colour"),
        ("/ogc/conformance?colour=red".to_owned(), "colour"),
        ("/ogc/api?colour=red".to_owned(), "colour"),
        ("/ogc/collections?colour=red".to_owned(), "colour"),
        ("/ogc/collections/parcels?colour=red".to_owned(), "colour"),
        (format!("{items}?colour=red"), "colour"),
        (format!("{items}/020125___00128______?colour=red"), "colour"),
        (format!("{items}?limit=0"), "limit"),
        (format!("{items}?limit=-1"), "limit"),
        (format!("{items}?limit=many"), "limit"),
        (format!("{items}?limit=1&limit=2"), "limit"),
        (format!("{items}?bbox=1,2,3"), "bbox"),
        (format!("{items}?bbox=8.5,54.0,8.4,53.9"), "bbox"),
        (format!("{items}?bbox=8.4,53.9,8.5,NaN"), "bbox"),
        (format!("{items}?bbox=8.4,53.9,8.5,54.0&bbox-crs=nonsense"), "bbox-crs"),
        (format!("{items}?crs=http://www.opengis.net/def/crs/EPSG/0/1"), "crs"),
        (format!("{items}?datetime=yesterday"), "datetime"),
        (format!("{items}?cursor=nonsense"), "cursor"),
        (format!("{items}?f=shapefile"), "f"),
        (format!("{SITES}?area_m2=large"), "area_m2"),
        ("/ogc/tileMatrixSets?colour=red".to_owned(), "colour"),
        ("/ogc/tileMatrixSets/WebMercatorQuad?colour=red".to_owned(), "colour"),
        ("/ogc/tiles?colour=red".to_owned(), "colour"),
        ("/ogc/tiles/WebMercatorQuad?f=html".to_owned(), "f"),
        (format!("/ogc/tiles/{TILE}?colour=red"), "colour"),
        (format!("/ogc/tiles/{TILE}?f=png"), "f"),
        (format!("/ogc/tiles/{TILE}?collections="), "collections"),
        (format!("/ogc/tiles/{TILE}?collections=parcels,owners"), "collections"),
        (format!("/ogc/tiles/{TILE}?collections=parcels,parcels"), "collections"),
        ("/ogc/collections/parcels/tiles?colour=red".to_owned(), "colour"),
        ("/ogc/collections/parcels/tiles/WebMercatorQuad?f=xml".to_owned(), "f"),
        (format!("/ogc/collections/parcels/tiles/{TILE}?collections=parcels"), "collections"),
        ("/ogc/collections/parcels/tiles/WebMercatorQuad/x/0/0".to_owned(), "tileMatrix"),
        ("/ogc/collections/parcels/tiles/WebMercatorQuad/1/-1/0".to_owned(), "tileRow"),
        ("/ogc/collections/parcels/tiles/WebMercatorQuad/1/0/0.pbf".to_owned(), "tileCol"),
        ("/ogc/styles?colour=red".to_owned(), "colour"),
        ("/ogc/styles/karte?colour=red".to_owned(), "colour"),
    ];
    for (address, parameter) in &addresses {
        let answer = client.get(address).expect(400);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{address}");
        assert_eq!(answer.json()["parameter"], *parameter, "{address}: {}", answer.body);
    }
    assert_eq!(addresses.len(), 51);
    // What the public may not see it may not ask for.
    world.server.client().get(&format!("{SITES}?note=x")).expect(400);
    // Pages ignore what they do not know.
    client.get("/?farbe=rot").expect(200);

    let (id, etag) = world.new_site(&internal());
    let good = site(HAMBURG_AGS, [8.49, 53.92], &internal()).to_string();
    let geojson = ("Content-Type", "application/geo+json");
    let of_site = format!("{SITES}/{id}");
    let bodies: [Wrong; 12] = [
        ("POST", SITES, &[geojson], "{", 400),
        ("POST", SITES, &[geojson], "[]", 400),
        ("POST", SITES, &[("Content-Type", "text/plain")], &good, 415),
        ("POST", SITES, &[geojson, ("Content-Crs", "nonsense")], &good, 400),
        ("PUT", &of_site, &[geojson], &good, 428),
        ("PUT", &of_site, &[geojson, ("If-Match", "\"x.1-1s-CRS84-0\"")], &good, 412),
        ("PUT", &of_site, &[geojson, ("If-Match", "*")], &good, 400),
        ("PUT", &of_site, &[geojson, ("If-Match", &etag)], "{", 400),
        ("PUT", "/ogc/collections/sites/items/AAAA", &[geojson, ("If-Match", &etag)], &good, 404),
        ("DELETE", &of_site, &[], "", 428),
        ("DELETE", &of_site, &[("If-Match", "\"x.1-1s-CRS84-0\"")], "", 412),
        ("PATCH", &of_site, &[geojson], &good, 428),
    ];
    for (method, path, headers, body, expected) in bodies {
        let answer = client.send(method, path, headers, body);
        assert_eq!(answer.status, expected, "{method} {path} {headers:?} {body}: {}", answer.body);
    }

    // A record that breaks rules is told all of them.
    let bad = json!({ "type": "castle", "ags": "1", "price_eur": -1, "colour": "red", "dwellings_min": 3, "dwellings_max": 2 });
    let answer = client.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &bad)).expect(422);
    let problems = answer.json()["problems"].clone();
    let fields: Vec<_> =
        problems.as_array().unwrap().iter().map(|problem| problem["field"].as_str().unwrap()).collect();
    for field in ["type", "ags", "price_eur", "colour", "dwellings_max"] {
        assert!(fields.contains(&field), "{field} is not named: {problems}");
    }

    for (body, expected) in [
        (r#"{"geometry":[]}"#, 400),
        (r#"{"colour":"red"}"#, 400),
        (r#"{"properties":{"colour":"red"}}"#, 422),
        (r#"{"properties":{"municipality":"x"}}"#, 422),
        (r#"{"properties":{"ags":null}}"#, 422),
    ] {
        let answer = client.send("PATCH", &of_site, &[geojson, ("If-Match", &etag)], body);
        assert_eq!(answer.status, expected, "PATCH {body}: {}", answer.body);
    }

    // Nothing of all this has touched the site.
    assert_eq!(client.get_site(&id).expect(200).etag(), etag);
    client.put_site(&id, &etag, &site(HAMBURG_AGS, [8.49, 53.92], &internal())).expect(204);
    world.server.stop();
}
