//! The abstract tests of OGC API – Features – Part 1 (OGC 17-069r4, annex A), by their numbers, on every collection.

use serde_json::Value;

use super::{
    checks::Checks,
    world::{COLLECTIONS, World, features, ids, link, positions},
};

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const HTML: &str = "text/html";
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// The boxes that the official suite sends to every collection.
const BOXES: [&str; 5] = ["-1.5,50,1.5,53", "-80,-5,-70,5", "177,65,-177,70", "-180,85,180,90", "-180,-90,180,-85"];

#[test]
fn the_abstract_tests_of_features_core_hold_for_every_collection() {
    let world = World::new();
    let mut checks = Checks::default();
    landing_page(&world, &mut checks);
    conformance_and_collections(&world, &mut checks);
    let api = api_definition(&world, &mut checks);
    for (collection, count) in COLLECTIONS {
        metadata(&world, &mut checks, collection);
        parameters(&mut checks, &api);
        pages(&world, &mut checks, collection, count);
        boxes(&world, &mut checks, collection);
        limits(&world, &mut checks, collection, count);
        times(&world, &mut checks, collection, count);
        errors(&world, &mut checks, collection);
        single(&world, &mut checks, collection);
    }
    world.server.stop();
    let tests: Vec<String> = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]
        .into_iter()
        .chain([2, 25, 26, 27, 28, 29])
        .map(|number| format!("A.{number:02}"))
        .collect();
    checks.finish(&tests.iter().map(String::as_str).collect::<Vec<_>>(), 1274);
}

fn landing_page(world: &World, checks: &mut Checks) {
    for path in ["/ogc", "/ogc/"] {
        let answer = world.client.get(path);
        checks.same("A.01", answer.status, 200, path);
        checks.same("A.03", answer.header("content-type"), JSON, path);
    }
    let landing = world.json("/");
    for (rel, media) in [
        ("self", JSON),
        ("alternate", HTML),
        ("service-desc", OPENAPI),
        ("service-doc", HTML),
        ("conformance", JSON),
        ("data", JSON),
    ] {
        let href = link(&landing, rel, media);
        checks.check("A.04", href.is_some(), || format!("no link {rel} {media}"));
        let status = href.map(|href| world.client.get(href).status);
        checks.same("A.04", status, Some(200), rel);
    }
}

fn conformance_and_collections(world: &World, checks: &mut Checks) {
    let classes = world.json("/conformance");
    let classes = classes["conformsTo"].as_array().map(Vec::as_slice).unwrap_or_default();
    checks.check("A.07", classes.len() > 5, || format!("{classes:?}"));
    for class in ["core", "oas30", "html", "geojson"] {
        let uri = format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}");
        checks.check("A.08", classes.iter().any(|found| *found == uri.as_str()), || uri.clone());
    }
    let document = world.json("/collections");
    for (rel, media) in [("self", JSON), ("alternate", HTML)] {
        checks.check("A.10", link(&document, rel, media).is_some(), || format!("no link {rel} {media}"));
    }
    let listed: Vec<_> =
        document["collections"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
    checks.same("A.09", listed, COLLECTIONS.map(|(name, _)| name).to_vec(), "collections");
    for one in document["collections"].as_array().into_iter().flatten() {
        for (media, _) in [(GEOJSON, "json"), (HTML, "html")] {
            checks.check("A.10", link(one, "items", media).is_some(), || format!("no items as {media}: {one}"));
        }
    }
}

fn api_definition(world: &World, checks: &mut Checks) -> Value {
    let answer = world.client.get("/ogc/api");
    checks.same("A.05", answer.status, 200, "api");
    checks.same("A.05", answer.header("content-type"), OPENAPI, "media type");
    let api = answer.json();
    checks.check("A.06", api["openapi"].as_str().is_some_and(|version| version.starts_with("3.0.")), || {
        format!("{}", api["openapi"])
    });
    checks.same("A.06", api["servers"][0]["url"].as_str(), Some(&*format!("{}/ogc", world.server.url())), "server");
    for path in ["/conformance", "/collections", "/collections/{collectionId}", "/collections/{collectionId}/items"] {
        let answer = &api["paths"][path]["get"]["responses"]["200"];
        checks.check("A.06", answer.is_object(), || format!("{path} has no answer"));
    }
    api
}

fn metadata(world: &World, checks: &mut Checks, collection: &str) {
    let answer = world.client.get(&format!("/ogc/collections/{collection}"));
    checks.same("A.11", answer.status, 200, collection);
    let single = answer.json();
    let listed = world.json("/collections");
    let listed = listed["collections"].as_array().into_iter().flatten().find(|one| one["id"] == collection);
    for member in ["id", "title", "description", "extent", "itemType", "crs", "storageCrs", "attribution"] {
        let found = listed.map(|listed| &listed[member]);
        checks.same("A.12", Some(&single[member]), found, member);
    }
    checks.same("A.12", single["itemType"].as_str(), Some("feature"), "itemType");
    let box_ = &single["extent"]["spatial"]["bbox"][0];
    checks.check("A.12", single["extent"].is_null() || box_.as_array().is_some_and(|box_| box_.len() == 4), || {
        format!("{collection}: {box_}")
    });
}

/// The definitions of `limit`, `bbox` and `datetime`.
fn parameters(checks: &mut Checks, api: &Value) {
    let parameter = |name: &str| {
        let all = api["paths"]["/collections/{collectionId}/items"]["get"]["parameters"].as_array();
        let resolved = all.into_iter().flatten().map(|one| {
            let at = one["$ref"].as_str().map(|at| at.trim_start_matches('#'));
            at.and_then(|at| api.pointer(at)).unwrap_or(one)
        });
        resolved.into_iter().find(|one| one["name"] == name).cloned().unwrap_or_default()
    };
    let (bbox, limit, datetime) = (parameter("bbox"), parameter("limit"), parameter("datetime"));
    for (test, one) in [("A.14", &bbox), ("A.16", &limit), ("A.18", &datetime)] {
        checks.same(test, one["in"].as_str(), Some("query"), "in");
        checks.same(test, one["required"].as_bool(), Some(false), "required");
        checks.same(test, one["style"].as_str(), Some("form"), "style");
        checks.same(test, one["explode"].as_bool(), Some(false), "explode");
    }
    checks.same("A.14", &bbox["schema"]["items"]["type"], &"number".into(), "items");
    checks.same(
        "A.14",
        (bbox["schema"]["minItems"].as_u64(), bbox["schema"]["maxItems"].as_u64()),
        (Some(4), Some(6)),
        "items",
    );
    for member in ["minimum", "maximum", "default"] {
        checks.check("A.16", limit["schema"][member].is_u64(), || format!("limit has no {member}"));
    }
    checks.same("A.18", datetime["schema"]["type"].as_str(), Some("string"), "datetime");
}

/// All of a page's members, and that following the pages finds every feature once.
fn pages(world: &World, checks: &mut Checks, collection: &str, count: usize) {
    let page = world.items(collection, "");
    page_members(world, checks, collection, &page);
    checks.same("A.25", page["numberMatched"].as_u64(), Some(count as u64), collection);
    checks
        .check("A.13", features(&page).len() == count.min(100), || format!("{collection}: {}", features(&page).len()));
    let mut found = Vec::new();
    let mut next = Some(format!("{}/ogc/collections/{collection}/items?limit=5000", world.server.url()));
    while let Some(address) = next {
        let page = world.client.json(&address);
        checks.same("A.25", page["numberMatched"].as_u64(), Some(count as u64), &address);
        found.extend(ids(&page));
        next = link(&page, "next", GEOJSON).map(str::to_owned);
    }
    let all = found.len();
    found.sort_unstable();
    found.dedup();
    checks.same("A.25", (all, found.len()), (count, count), collection);
}

fn page_members(world: &World, checks: &mut Checks, what: &str, page: &Value) {
    checks.same("A.22", page["type"].as_str(), Some("FeatureCollection"), what);
    checks.check("A.22", page["features"].is_array(), || format!("{what}: no features"));
    for (rel, media) in [("self", GEOJSON), ("alternate", HTML)] {
        checks.check("A.23", link(page, rel, media).is_some(), || format!("{what}: no {rel} as {media}"));
    }
    let links = page["links"].as_array().into_iter().flatten();
    let complete = links.into_iter().all(|link| link["rel"].is_string() && link["type"].is_string());
    checks.check("A.23", complete, || format!("{what}: a link without rel or type"));
    // No time stamp: the same page is the same bytes. One that is there must be an instant (A.24).
    checks
        .check("A.24", page.get("timeStamp").is_none_or(serde_json::Value::is_string), || format!("{what}: timeStamp"));
    let returned = features(page).len() as u64;
    checks.same("A.26", page["numberReturned"].as_u64(), Some(returned), what);
    let in_range = features(page)
        .iter()
        .flat_map(|feature| positions(&feature["geometry"]))
        .all(|[x, y]| (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y));
    checks.check("A.02", in_range, || format!("{what}: not in CRS84"));
    let _ = world;
}

fn boxes(world: &World, checks: &mut Checks, collection: &str) {
    let metadata = world.json(&format!("/collections/{collection}"));
    let own = metadata["extent"]["spatial"]["bbox"][0]
        .as_array()
        .map(|corners| corners.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    let whole = world.items(collection, "?limit=10000")["numberMatched"].as_u64();
    if let Some(own) = own {
        let page = world.items(collection, &format!("?bbox={own}"));
        checks.same("A.15", page["numberMatched"].as_u64(), whole, collection);
        page_members(world, checks, collection, &page);
    }
    for corners in BOXES {
        let page = world.items(collection, &format!("?bbox={corners}"));
        page_members(world, checks, corners, &page);
        // None of these is where the samples are; what has no geometry is in no box.
        checks.same("A.15", page["numberMatched"].as_u64(), Some(0), corners);
    }
}

fn limits(world: &World, checks: &mut Checks, collection: &str, count: usize) {
    for (limit, most) in [("1", 1), ("3", 3), ("100", 100), ("10000", 10_000), ("20000", 10_000)] {
        let page = world.items(collection, &format!("?limit={limit}"));
        page_members(world, checks, collection, &page);
        checks.same("A.17", features(&page).len(), count.min(most), limit);
    }
}

fn times(world: &World, checks: &mut Checks, collection: &str, count: usize) {
    for datetime in ["2026-01-01T00:00:00Z", "2000-01-01T00:00:00Z/2100-01-01T00:00:00Z", "../2100-01-01T00:00:00Z"] {
        let page = world.items(collection, &format!("?limit=10&datetime={datetime}"));
        page_members(world, checks, datetime, &page);
        let matched = page["numberMatched"].as_u64().unwrap_or(u64::MAX);
        // What has no time matches any; the trees, planted from 2000 to 2025 on the first of a month, match by it.
        let is_narrow = collection == "trees" && !datetime.contains('/');
        checks.same("A.19", matched, if is_narrow { 0 } else { count as u64 }, datetime);
    }
}

fn errors(world: &World, checks: &mut Checks, collection: &str) {
    let items = format!("/ogc/collections/{collection}/items");
    checks.same("A.20", world.client.get(&format!("{items}?limit=unlimited")).status, 400, collection);
    checks.same("A.20", world.client.get(&format!("{items}?bbox=1,2,3")).status, 400, collection);
    checks.same("A.21", world.client.get(&format!("{items}?unknownParameter=1")).status, 400, collection);
}

fn single(world: &World, checks: &mut Checks, collection: &str) {
    let page = world.items(collection, "?limit=2");
    for feature in features(&page) {
        let id = feature["id"].as_str().unwrap_or_default();
        let answer = world.client.get(&format!("/ogc/collections/{collection}/items/{id}"));
        checks.same("A.27", answer.status, 200, id);
        let single = answer.json();
        for member in ["type", "id", "geometry", "properties"] {
            checks.same("A.28", &single[member], &feature[member], member);
        }
        for (rel, media) in [("self", GEOJSON), ("alternate", HTML), ("collection", JSON)] {
            checks.check("A.29", link(&single, rel, media).is_some(), || format!("{id}: no {rel} as {media}"));
        }
    }
}
