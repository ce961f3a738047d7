//! Documents of the API: formats, languages, links, schemas, validators.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;
use tests::{TestStore, client::SITES, sample};

use super::world::{World, features};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Documents that are JSON or a page, with the media type of the JSON.
const DOCUMENTS: [(&str, &str); 10] = [
    ("/", "application/json"),
    ("/conformance", "application/json"),
    ("/api", "application/vnd.oai.openapi+json;version=3.0"),
    ("/collections", "application/json"),
    ("/collections/parcels", "application/json"),
    ("/collections/parcels/schema", "application/schema+json"),
    ("/collections/parcels/queryables", "application/schema+json"),
    ("/collections/trees/sortables", "application/schema+json"),
    ("/collections/parcels/items?limit=3", "application/geo+json"),
    ("/collections/parcels/items/020125___00128______", "application/geo+json"),
];

#[test]
fn every_document_is_json_for_programs_and_a_page_for_people() {
    let world = World::new();
    for (path, json) in DOCUMENTS {
        let address = format!("/ogc{path}");
        let joined = |parameter: &str| format!("{address}{}{parameter}", if path.contains('?') { "&" } else { "?" });
        for (ask, accept, expected) in [
            (address.clone(), None, json),
            (address.clone(), Some("*/*"), json),
            (address.clone(), Some("application/json"), json),
            (address.clone(), Some(BROWSER), "text/html; charset=utf-8"),
            (joined("f=json"), Some(BROWSER), json),
            (joined("f=html"), None, "text/html; charset=utf-8"),
        ] {
            let headers: Vec<_> = accept.map(|accept| ("Accept", accept)).into_iter().collect();
            let answer = world.client.get_with(&ask, &headers).expect(200);
            assert_eq!(answer.header("content-type"), expected, "{ask} {accept:?}");
            assert!(answer.header("vary").contains("accept"), "{ask}");
        }
        world.client.get(&joined("f=png")).expect(400);
        world.client.get_with(&address, &[("Accept", "image/png")]).expect(406);
        world.client.get(&joined("lang=fr")).expect(400);

        let page = world.client.get(&joined("f=html&lang=en")).expect(200);
        assert!(page.body.contains("<html lang=\"en\">"), "{ask}", ask = joined("f=html&lang=en"));
        assert_eq!(page.header("content-language"), "en");
        let page = world.client.get_with(&joined("f=html"), &[("Accept-Language", "de")]).expect(200);
        assert!(page.body.contains("<html lang=\"de\">"));
        for forbidden in ["<style", " style=", "<script>", "javascript:", "onclick"] {
            assert!(!page.body.contains(forbidden), "{address} holds {forbidden}");
        }

        // Asked again, nothing is sent again; a page's time of answering is no content.
        if !path.contains("items?") {
            let etag = page.etag();
            let again = [("Accept-Language", "de"), ("If-None-Match", etag.as_str())];
            world.client.get_with(&joined("f=html"), &again).expect(304);
        }
    }
    world.server.stop();
}

#[test]
fn every_link_on_every_page_leads_somewhere() {
    let world = World::new();
    let start = format!("{}/ogc/?f=html&lang=de", world.server.url());
    let mut seen = BTreeSet::from([start.clone()]);
    let mut queue = VecDeque::from([start]);
    let mut pages = 0;
    while let Some(address) = queue.pop_front() {
        let answer = world.client.save(&address, &world.store.folder().join("page"));
        assert_eq!(answer.status, 200, "{address}");
        let is_page = answer.header("content-type").starts_with("text/html") && address.contains("/ogc");
        if !is_page || pages > 120 {
            continue;
        }
        pages += 1;
        let body = std::fs::read_to_string(world.store.folder().join("page")).unwrap();
        for href in body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let href = href.replace("&#38;", "&").replace("&amp;", "&");
            let absolute = if href.starts_with('/') { format!("{}{href}", world.server.url()) } else { href };
            let is_own = absolute.starts_with(world.server.url());
            if is_own && !absolute.contains('#') && seen.len() < 400 && seen.insert(absolute.clone()) {
                queue.push_back(absolute);
            }
        }
    }
    assert!(pages > 60, "only {pages} pages were found");
    world.server.stop();
}

#[test]
fn schemas_say_what_is_returned_and_what_can_be_asked() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let clerk = store.client(&server, "clerk", "clerk", sample::HAMBURG_AGS);
    let planner = store.client(&server, "planner", "planner", sample::HAMBURG_AGS);
    let site = json!({ "name": "Alte Schule", "basis": "offer", "publication_decision": "publish", "owner_class": "municipal" });
    planner.post_site(&tests::client::site(sample::HAMBURG_AGS, [8.49, 53.92], &site)).expect(201);
    let anonymous = server.client();
    for client in [&anonymous, &clerk] {
        for collection in ["parcels", "sites", "buildings", "districts"] {
            let at = format!("/ogc/collections/{collection}");
            let schema = client.json(&format!("{at}/schema?lang=de"));
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            assert!(schema["$id"].as_str().unwrap().ends_with(&format!("{at}/schema")));
            let names: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
            let page = client.json(&format!("{at}/items?limit=1"));
            let mut returned: BTreeSet<_> =
                features(&page)[0]["properties"].as_object().unwrap().keys().cloned().collect();
            returned.insert("geometry".to_owned());
            assert_eq!(names, returned, "{collection}");
            let roles: Vec<_> = schema["properties"]
                .as_object()
                .unwrap()
                .values()
                .filter_map(|one| one["x-ogc-role"].as_str())
                .collect();
            assert!(roles.contains(&"id") && roles.contains(&"primary-geometry"), "{roles:?}");

            let queryables = client.json(&format!("{at}/queryables"));
            for (name, property) in
                queryables["properties"].as_object().unwrap().iter().filter(|(name, _)| *name != "geometry")
            {
                let value = match (property["type"].as_str().unwrap(), property["format"].as_str()) {
                    (_, Some("date")) => "2026-01-01",
                    ("number" | "integer", _) => "1",
                    ("boolean", _) => "true",
                    _ => "x",
                };
                client.get(&format!("{at}/items?{name}={value}")).expect(200);
            }
            let sortables = client.json(&format!("{at}/sortables"));
            let sortables = sortables["properties"].as_object().unwrap();
            assert!(sortables.values().all(|one| one["type"] != "array") && !sortables.contains_key("geometry"));
        }
    }
    // What no public basis lists does not exist for the public.
    let names = |client: &tests::Client| client.json("/ogc/collections/sites/queryables")["properties"].clone();
    for internal in ["note", "owner_class", "stage", "consent_fields"] {
        assert!(names(&anonymous)[internal].is_null() && names(&clerk)[internal].is_object(), "{internal}");
    }
    // Titles and codes in the language asked for.
    let german = anonymous.json("/ogc/collections/sites/schema?lang=de");
    let english = anonymous.json("/ogc/collections/sites/schema?lang=en");
    assert_eq!(german["properties"]["type"]["oneOf"][0], json!({ "const": "infill_gap", "title": "Baulücke" }));
    assert_eq!(english["properties"]["type"]["title"], "Type");
    assert_eq!(german["properties"]["type"]["enum"].as_array().unwrap().len(), 20);
    let area = &german["properties"]["area_m2"];
    assert_eq!((&area["x-ogc-unit"], &area["x-ogc-unitLang"]), (&json!("m2"), &json!("UCUM")));
    anonymous.get(&format!("{SITES}/no-such/schema")).expect(404);
    anonymous.get("/ogc/collections/owners/schema").expect(404);
    server.stop();
}

/// What is wrong is told to people as a page, in their language, with the reason and the way back; to programs as
/// before.
#[test]
fn a_problem_is_a_page_for_people() {
    let world = World::new();
    let check = |path: &str, accept: Option<&str>, status: u16, media: &str, told: &[&str]| {
        let headers: Vec<_> = accept.map(|accept| ("Accept", accept)).into_iter().collect();
        let answer = world.client.get_with(path, &headers).expect(status);
        assert_eq!(answer.header("content-type"), media, "{path} {accept:?}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        for text in told {
            assert!(answer.body.contains(text), "{path}: no {text} in {}", answer.body);
        }
        answer.body
    };
    let (page, problem) = ("text/html; charset=utf-8", "application/problem+json");
    let items = "/ogc/collections/parcels/items";
    for accept in [None, Some("*/*"), Some("application/json")] {
        check("/ogc/collections/nothing", accept, 404, problem, &["urn:baulotse:problem:not-found"]);
        check(&format!("{items}?colour=red"), accept, 400, problem, &["unknown-parameter", "\"parameter\":\"colour\""]);
    }
    check(&format!("{items}?limit=many&f=json"), Some(BROWSER), 400, problem, &["bad-parameter"]);
    check("/ogc/collections?f=shapefile", Some(BROWSER), 400, page, &["„f“", "must be one of"]);
    check("/ogc/collections?f=shapefile", None, 400, problem, &["\"parameter\":\"f\""]);

    let plain = format!("href=\"{items}?f=html\"");
    check(&format!("{items}?colour=red"), Some(BROWSER), 400, page, &["„colour“", "nicht", &plain]);
    let german =
        check(&format!("{items}?filter=a%20%3D&f=html"), None, 400, page, &["„filter“", "at character 4", &plain]);
    assert!(german.contains("<html lang=\"de\">"));
    let in_english = format!("href=\"{items}?f=html&#38;lang=en\"");
    let told = ["<html lang=\"en\">", "“limit”", "must be a whole number", &in_english];
    check(&format!("{items}?limit=many&lang=en"), Some(BROWSER), 400, page, &told);
    // What was typed is shown as text.
    let typed = check(&format!("{items}?%3Cscript%3E=1"), Some(BROWSER), 400, page, &["&#60;script&#62;"]);
    assert!(!typed.contains("<script>"));

    // One page for all that is not there, whatever the reason; the address stands in no more than the language switch.
    let missing = |path: &str| {
        let told = ["href=\"/ogc/collections?f=html\"", "Unter dieser Adresse gibt es nichts"];
        check(path, Some(BROWSER), 404, page, &told).replace(path, "")
    };
    let unknown = missing("/ogc/collections/nothing");
    assert_eq!(missing("/ogc/collections/parcels/items/nothing"), unknown);
    assert_eq!(missing("/ogc/nothing"), unknown);

    // What is said of the body is true of the page, too, not of the problem that it takes the place of.
    for accept in [BROWSER, "application/json"] {
        let headers = [("Accept", accept), ("Accept-Encoding", "gzip")];
        let answer = world.client.get_with(&format!("{items}?colour=red"), &headers).expect(400);
        assert_eq!(answer.header("content-encoding"), "gzip", "{accept}");
        assert!(!answer.body.contains("colour"), "{accept}: {}", answer.body);
    }
    world.server.stop();
}
