//! Every route × role × municipality, every withheld record, every wrong request: a table each.

use serde_json::{Value, json};
use tests::{
    Answer, Client, Server, TestStore, both_stores,
    client::{SITES, site},
    sample::{self, ERFURT_AGS, HAMBURG_AGS},
};

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

    /// A new picture of a new public site in Hamburg.
    fn new_picture(&self, is_released: bool) -> NewPicture {
        let (site, _) = self.new_site(&public());
        let answer = self.caller("planner").add_picture("site", &site, &format!("&released={is_released}")).expect(201);
        NewPicture { id: answer.created_id(), etag: answer.etag() }
    }

    /// A new site in Hamburg, made by its planner: id and ETag.
    fn new_site(&self, properties: &Value) -> (String, String) {
        let answer = self.caller("planner").post_site(&site(HAMBURG_AGS, [8.49, 53.92], properties)).expect(201);
        (answer.created_id(), answer.etag())
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

type Ask = fn(&World, &Client) -> Answer;

/// What is asked, how, and the status for each of [`CALLERS`]; one number: the same for all.
fn table() -> Vec<(&'static str, Ask, Vec<u16>)> {
    let staff_at_home = |yes: u16, no: u16| vec![no, no, yes, yes, yes, yes, no, no, no, no];
    // Editors, then who must sign in, then who may not.
    let editors = |yes: u16, elsewhere: u16| vec![401, 403, 403, yes, yes, yes, 403, elsewhere, elsewhere, elsewhere];
    let publishers = vec![401, 403, 403, 403, 201, 201, 403, 403, 403, 403];
    vec![
        ("start page", |_, c| c.get("/"), vec![200]),
        ("page of a town", |_, c| c.get("/gemeinde/02000000"), vec![200]),
        ("page of no town", |_, c| c.get("/gemeinde/99999999"), vec![404]),
        ("list as a table", |_, c| c.get("/liste.csv"), vec![200]),
        ("list of a town as a collection", |_, c| c.get("/gemeinde/02000000/liste.geojson"), vec![200]),
        ("feed of a town", |_, c| c.get("/gemeinde/02000000/feed.atom"), vec![200]),
        ("feed of no town", |_, c| c.get("/gemeinde/99999999/feed.atom"), vec![404]),
        ("list as a GeoPackage", |_, c| c.get("/gemeinde/02000000/liste.gpkg"), vec![200]),
        ("start page of a town", |_, c| c.get("/gemeinde/02000000/start"), vec![200]),
        ("start page of no town", |_, c| c.get("/gemeinde/99999999/start"), vec![404]),
        ("figures", |_, c| c.get("/zahlen"), vec![200]),
        ("figures of a town as a table", |_, c| c.get("/gemeinde/02000000/zahlen.csv"), vec![200]),
        ("figures with a filter that makes no sense", |_, c| c.get("/zahlen?typ=schloss"), vec![400]),
        ("legal notice", |_, c| c.get("/impressum"), vec![200]),
        ("privacy page of a town", |_, c| c.get("/gemeinde/02000000/datenschutz"), vec![200]),
        ("accessibility page of no town", |_, c| c.get("/gemeinde/99999999/barrierefreiheit"), vec![404]),
        ("colour of a town that has none", |_, c| c.get("/gemeinde/02000000/farben.css"), vec![404]),
        ("coat of arms of a town that has none", |_, c| c.get("/gemeinde/02000000/wappen"), vec![404]),
        ("table with a filter that makes no sense", |_, c| c.get("/liste.csv?typ=schloss"), vec![400]),
        ("list for a frame", |_, c| c.get("/embed"), vec![200]),
        ("list of a town for a frame", |_, c| c.get("/embed/02000000?ui=liste&theme=hell"), vec![200]),
        ("list of no town for a frame", |_, c| c.get("/embed/99999999"), vec![404]),
        ("script for frames", |_, c| c.get("/embed.js"), vec![200]),
        ("code for frames", |_, c| c.get("/einbetten"), vec![200]),
        ("code for a frame of a town", |_, c| c.get("/gemeinde/02000000/einbetten?groesse=klein"), vec![200]),
        ("code for a frame of no town", |_, c| c.get("/gemeinde/99999999/einbetten"), vec![404]),
        ("search", |_, c| c.get("/suche?suche=neuwerk"), vec![200]),
        ("nothing to compare", |_, c| c.get("/vergleich"), vec![200]),
        ("search for programs", |_, c| c.get("/api/search?q=neuwerk"), vec![200]),
        ("page of a parcel", |_, c| c.get("/flurstueck/020125___00128______"), vec![200]),
        ("page of a building without a published vacancy", |_, c| c.get("/gebaeude/DEHHALKA10000001"), vec![404]),
        ("form to a town", |_, c| c.get(ENQUIRY), vec![200]),
        ("form to no town", |_, c| c.get("/anfrage/gemeinde/99999999"), vec![404]),
        ("form about a public site", |w, c| c.get(&format!("/anfrage/flaeche/{}", w.new_site(&public()).0)), vec![200]),
        (
            "form about an internal site",
            |w, c| c.get(&format!("/anfrage/flaeche/{}", w.new_site(&internal()).0)),
            vec![404],
        ),
        (
            "form about a building without a published vacancy",
            |_, c| c.get("/anfrage/gebaeude/DEHHALKA10000001"),
            vec![404],
        ),
        ("form filled in", |_, c| c.ask(ENQUIRY, &[("nachricht", "Hallo"), ("mail", "a@b.example")]), vec![303]),
        ("form with nothing in it", |_, c| c.ask(ENQUIRY, &[]), vec![422]),
        ("receipt", |w, c| c.get(&format!("/anfrage/eingang/{}", w.new_enquiry())), vec![200]),
        ("receipt of nothing", |_, c| c.get("/anfrage/eingang/AAAA-AAAA-AAAA"), vec![404]),
        ("inbox", |_, c| c.get("/api/enquiries"), vec![401, 403, 403, 200, 200, 200, 403, 200, 200, 200]),
        (
            "inbox of Hamburg",
            |_, c| c.get("/api/enquiries?ags=02000000"),
            vec![401, 403, 403, 200, 200, 200, 403, 403, 403, 403],
        ),
        (
            "enquiry",
            |w, c| c.get(&format!("/api/enquiries/{}", w.new_enquiry())),
            vec![401, 403, 403, 200, 200, 200, 403, 404, 404, 404],
        ),
        (
            "change an enquiry",
            |w, c| c.send("PATCH", &format!("/api/enquiries/{}", w.new_enquiry()), &[], r#"{"state":"read"}"#),
            vec![401, 403, 403, 200, 200, 200, 403, 404, 404, 404],
        ),
        (
            "erase an enquiry",
            |w, c| c.send("DELETE", &format!("/api/enquiries/{}", w.new_enquiry()), &[], ""),
            vec![401, 403, 403, 204, 204, 204, 403, 404, 404, 404],
        ),
        (
            "pictures of a public site",
            |w, c| c.get(&format!("/api/pictures?site={}", w.new_site(&public()).0)),
            vec![200],
        ),
        (
            "pictures of an internal site",
            |w, c| c.get(&format!("/api/pictures?site={}", w.new_site(&internal()).0)),
            staff_at_home(200, 404),
        ),
        ("released picture of a public site", |w, c| c.get(&w.new_picture(true).path()), vec![200]),
        ("picture that is not released", |w, c| c.get(&w.new_picture(false).path()), staff_at_home(200, 404)),
        ("file of a picture that is not released", |w, c| c.get(&w.new_picture(false).file()), staff_at_home(200, 404)),
        ("released picture as a page shows it", |w, c| c.get(&w.new_picture(true).public_file()), vec![200]),
        ("picture that is not released, the same way", |w, c| c.get(&w.new_picture(false).public_file()), vec![404]),
        (
            "add a picture to a public site",
            |w, c| c.add_picture("site", &w.new_site(&public()).0, ""),
            editors(201, 403),
        ),
        (
            "add a picture to an internal site",
            |w, c| c.add_picture("site", &w.new_site(&internal()).0, ""),
            vec![401, 403, 403, 201, 201, 201, 403, 404, 404, 404],
        ),
        (
            "release a picture",
            |w, c| {
                let picture = w.new_picture(false);
                c.send("PATCH", &picture.path(), &[("If-Match", &picture.etag)], r#"{"released":true}"#)
            },
            vec![401, 403, 403, 200, 200, 200, 403, 404, 404, 404],
        ),
        (
            "remove a picture",
            |w, c| {
                let picture = w.new_picture(true);
                c.send("DELETE", &picture.path(), &[("If-Match", &picture.etag)], "")
            },
            vec![401, 403, 403, 204, 204, 204, 403, 403, 403, 403],
        ),
        ("live", |_, c| c.get("/health/live"), vec![204]),
        ("ready", |_, c| c.get("/health/ready"), vec![200]),
        ("no such page", |_, c| c.get("/nowhere"), vec![404]),
        ("landing page", |_, c| c.get("/ogc/"), vec![200]),
        ("landing page without a slash", |_, c| c.get("/ogc"), vec![200]),
        ("conformance", |_, c| c.get("/ogc/conformance"), vec![200]),
        ("OpenAPI", |_, c| c.get("/ogc/api"), vec![200]),
        ("collections", |_, c| c.get("/ogc/collections"), vec![200]),
        ("collection", |_, c| c.get("/ogc/collections/parcels"), vec![200]),
        ("no such collection", |_, c| c.get("/ogc/collections/owners"), vec![404]),
        ("parcels", |_, c| c.get("/ogc/collections/parcels/items"), vec![200]),
        ("sites", |_, c| c.get("/ogc/collections/sites/items"), vec![200]),
        ("buildings", |_, c| c.get("/ogc/collections/buildings/items"), vec![200]),
        ("districts", |_, c| c.get("/ogc/collections/districts/items"), vec![200]),
        ("parcel", |_, c| c.get("/ogc/collections/parcels/items/020125___00128______"), vec![200]),
        ("no such parcel", |_, c| c.get("/ogc/collections/parcels/items/020125___99999______"), vec![404]),
        ("public layer", |_, c| c.get("/ogc/collections/trees/items"), vec![200]),
        ("feature of a public layer", |_, c| c.get("/ogc/collections/trees/items/1"), vec![200]),
        (
            "staff layer",
            |_, c| c.get("/ogc/collections/plans/items"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "description of a staff layer",
            |_, c| c.get("/ogc/collections/plans"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "feature of a staff layer",
            |_, c| c.get("/ogc/collections/plans/items/1"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        ("tile matrix sets", |_, c| c.get("/ogc/tileMatrixSets"), vec![200]),
        ("tile matrix set", |_, c| c.get("/ogc/tileMatrixSets/WebMercatorQuad"), vec![200]),
        ("no such tile matrix set", |_, c| c.get("/ogc/tileMatrixSets/WorldCRS84Quad"), vec![404]),
        ("tilesets", |_, c| c.get("/ogc/tiles"), vec![200]),
        ("tileset", |_, c| c.get("/ogc/tiles/WebMercatorQuad"), vec![200]),
        ("tile", |_, c| c.get(&format!("/ogc/tiles/{TILE}")), vec![200]),
        ("tilesets of parcels", |_, c| c.get("/ogc/collections/parcels/tiles"), vec![200]),
        ("tileset of parcels", |_, c| c.get("/ogc/collections/parcels/tiles/WebMercatorQuad"), vec![200]),
        ("tile of parcels", |_, c| c.get(&format!("/ogc/collections/parcels/tiles/{TILE}")), vec![200]),
        ("tile where nothing lies", |_, c| c.get("/ogc/collections/parcels/tiles/WebMercatorQuad/16/0/0"), vec![204]),
        ("tile of no matrix", |_, c| c.get("/ogc/collections/parcels/tiles/WebMercatorQuad/25/0/0"), vec![404]),
        ("tile of no set", |_, c| c.get("/ogc/collections/parcels/tiles/WorldCRS84Quad/1/0/0"), vec![404]),
        ("tile of no collection", |_, c| c.get(&format!("/ogc/collections/owners/tiles/{TILE}")), vec![404]),
        ("tile of a public layer", |_, c| c.get(&format!("/ogc/collections/trees/tiles/{TILE}")), vec![200]),
        (
            "tile of a staff layer",
            |_, c| c.get(&format!("/ogc/collections/plans/tiles/{TILE}")),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "tilesets of a staff layer",
            |_, c| c.get("/ogc/collections/plans/tiles"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "tileset of a staff layer",
            |_, c| c.get("/ogc/collections/plans/tiles/WebMercatorQuad"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "staff layer in a tile of the data set",
            |_, c| c.get(&format!("/ogc/tiles/{TILE}?collections=plans")),
            vec![400, 400, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        ("styles", |_, c| c.get("/ogc/styles"), vec![200]),
        ("style", |_, c| c.get("/ogc/styles/karte"), vec![200]),
        ("no such style", |_, c| c.get("/ogc/styles/nonsense"), vec![404]),
        ("page of a public site", |w, c| c.get(&format!("/flaeche/{}", w.new_site(&public()).0)), vec![200]),
        ("exposé of a public site", |w, c| c.get(&format!("/flaeche/{}/expose", w.new_site(&public()).0)), vec![200]),
        ("page of an internal site", |w, c| c.get(&format!("/flaeche/{}", w.new_site(&internal()).0)), vec![404]),
        ("public site", |w, c| c.get_site(&w.new_site(&public()).0), vec![200]),
        ("internal site", |w, c| c.get_site(&w.new_site(&internal()).0), staff_at_home(200, 404)),
        ("create a site", |_, c| c.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &internal())), editors(201, 403)),
        ("create a published site", |_, c| c.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &public())), publishers),
        (
            "change an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.put_site(&id, &etag, &site(HAMBURG_AGS, [8.49, 53.92], &json!({ "name": "Bestätigt" })))
            },
            vec![401, 404, 403, 204, 204, 204, 404, 404, 404, 404],
        ),
        (
            "update an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                let headers = [("Content-Type", "application/merge-patch+json"), ("If-Match", &*etag)];
                c.send("PATCH", &format!("{SITES}/{id}"), &headers, r#"{"properties":{"note":"Ortstermin"}}"#)
            },
            vec![401, 404, 403, 204, 204, 204, 404, 404, 404, 404],
        ),
        (
            "publish an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.put_site(&id, &etag, &site(HAMBURG_AGS, [8.49, 53.92], &public()))
            },
            vec![401, 404, 403, 403, 204, 204, 404, 404, 404, 404],
        ),
        (
            "move a site to another municipality",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.put_site(&id, &etag, &site(ERFURT_AGS, [8.49, 53.92], &internal()))
            },
            vec![401, 404, 403, 403, 403, 403, 404, 404, 404, 404],
        ),
        (
            "end an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.delete_site(&id, &etag)
            },
            vec![401, 404, 403, 204, 204, 204, 404, 404, 404, 404],
        ),
        (
            "end a public site",
            |w, c| {
                let (id, etag) = w.new_site(&public());
                c.delete_site(&id, &etag)
            },
            vec![401, 403, 403, 204, 204, 204, 403, 403, 403, 403],
        ),
        (
            "create a parcel",
            |_, c| c.send("POST", "/ogc/collections/parcels/items", &[("Content-Type", "application/geo+json")], "{}"),
            vec![405],
        ),
        (
            "end a parcel",
            |_, c| {
                c.send("DELETE", "/ogc/collections/parcels/items/020125___00128______", &[("If-Match", "\"1\"")], "")
            },
            vec![405],
        ),
    ]
}

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
    assert_eq!(asked, 1130);

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
    let pages = ["/flaeche/…", "/flaeche/…/expose", "/anfrage/flaeche/…"];
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
