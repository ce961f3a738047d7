//! Vector tiles as a client sees them: links that lead to them, validators, and GDAL reading them.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Value, json};
use tests::{
    Answer, Client, TestStore,
    binary::tool,
    both_stores,
    client::{SITES, site},
    sample::{self, HAMBURG_AGS},
};

both_stores!(a_tile_changes_with_what_it_shows_and_is_not_sent_again_otherwise);

/// Where the sites of these tests lie, and the tile there.
const AT: [f64; 2] = [8.49, 53.92];
const OF_PARCELS: &str = "/ogc/collections/parcels/tiles/WebMercatorQuad/16/21067/34313";
const OF_SITES: &str = "/ogc/collections/sites/tiles/WebMercatorQuad/16/21067/34313";

/// Row and column of a position in web mercator.
fn tile_of(zoom: u32, [longitude, latitude]: [f64; 2]) -> (u32, u32) {
    let tiles = f64::from(1 << zoom);
    let y = 0.5 - latitude.to_radians().tan().asinh() / std::f64::consts::TAU;
    ((y * tiles) as u32, (longitude / 360.0 * tiles + tiles / 2.0) as u32)
}

fn offer() -> Value {
    let properties =
        json!({ "basis": "offer", "publication_decision": "publish", "owner_class": "municipal", "name": "Angebot" });
    site(HAMBURG_AGS, AT, &properties)
}

/// A link of a document by its relation, and by a part of its type.
#[track_caller]
fn link(document: &Value, rel: &str, media: &str) -> String {
    let links = document["links"].as_array().unwrap();
    let found = links.iter().find(|link| link["rel"] == rel && link["type"].as_str().unwrap().contains(media));
    assert!(found.is_some(), "no {rel} ({media}) in {document}");
    found.unwrap()["href"].as_str().unwrap().to_owned()
}

#[test]
fn every_link_leads_from_the_landing_page_to_a_tile() {
    const VECTOR: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
    const SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let client = server.client();
    let landing = client.json("/ogc/");
    let parcels = client.json("/ogc/collections/parcels");
    let declared = client.json("/ogc/conformance");
    let declared: Vec<_> = declared["conformsTo"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for class in [
        "core",
        "tileset",
        "tilesets-list",
        "dataset-tilesets",
        "geodata-tilesets",
        "collections-selection",
        "mvt",
        "oas30",
    ] {
        let class = format!("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{class}");
        assert!(declared.contains(&class.as_str()), "{class}");
    }

    let (row, column) = tile_of(16, AT);
    for (resource, layers) in [(&landing, 4), (&parcels, 1)] {
        let list = client.json(&link(resource, VECTOR, "json"));
        let entry = &list["tilesets"][0];
        assert_eq!((&entry["dataType"], list["tilesets"].as_array().unwrap().len()), (&json!("vector"), 1));
        let tileset = client.json(&link(entry, "self", "json"));
        for name in ["title", "crs", "tileMatrixSetURI", "dataType"] {
            assert_eq!(entry[name], tileset[name], "{name}");
        }
        let set = client.json(&link(&tileset, SCHEME, "json"));
        assert_eq!(set["uri"], entry["tileMatrixSetURI"]);
        assert_eq!(set["tileMatrices"].as_array().unwrap().len(), 25);
        assert_eq!(tileset["tileMatrixSetLimits"][0]["tileMatrix"], "0");
        assert_eq!(tileset["layers"].as_array().unwrap().len(), layers);
        let [west, south] = [0, 1].map(|axis| tileset["boundingBox"]["lowerLeft"][axis].as_f64().unwrap());
        assert!(west > 8.0 && west < AT[0] && south > 53.0 && south < AT[1], "{west} {south}");

        let template = link(&tileset, "item", "vector-tile");
        let url = template
            .replace("{tileMatrix}", "16")
            .replace("{tileRow}", &row.to_string())
            .replace("{tileCol}", &column.to_string());
        assert_eq!(client.get(&url).expect(200).header("content-type"), "application/vnd.mapbox-vector-tile");

        let tile_json = client.json(&link(&tileset, "alternate", "json"));
        assert_eq!((&tile_json["tilejson"], &tile_json["scheme"]), (&json!("3.0.0"), &json!("xyz")));
        assert_eq!(tile_json["vector_layers"].as_array().unwrap().len(), layers);
        let template = tile_json["tiles"][0].as_str().unwrap();
        let same = template.replace("{z}", "16").replace("{y}", &row.to_string()).replace("{x}", &column.to_string());
        assert_eq!(same, url);
    }
    let sets = client.json(&link(&landing, "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "json"));
    assert_eq!(sets["tileMatrixSets"][0]["id"], "WebMercatorQuad");

    let styles = client.json(&link(&landing, "http://www.opengis.net/def/rel/ogc/1.0/styles", "json"));
    let style = client.json(&link(&styles["styles"][0], "stylesheet", "style+json"));
    let source = style["sources"]["baulotse"]["url"].as_str().unwrap();
    let known: Vec<Value> =
        client.json(source)["vector_layers"].as_array().unwrap().iter().map(|l| l["id"].clone()).collect();
    for layer in style["layers"].as_array().unwrap().iter().filter(|layer| layer["source"].is_string()) {
        assert!(known.contains(&layer["source-layer"]), "{layer}");
    }
    server.stop();
}

fn etag(client: &Client, path: &str) -> String {
    client.get(path).etag()
}

fn a_tile_changes_with_what_it_shows_and_is_not_sent_again_otherwise(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let public = server.client();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);

    // Nothing lies here yet: 204 with a tag of its own.
    let empty = public.get(OF_SITES).expect(204);
    assert!(empty.body.is_empty());
    let parcels = public.get(OF_PARCELS).expect(200);
    assert_eq!(parcels.header("cache-control"), "no-cache");
    assert_eq!(parcels.header("vary"), "authorization, accept-encoding");
    assert_eq!(planner.get(OF_PARCELS).expect(200).header("cache-control"), "private, no-cache");
    assert_ne!(planner.get(OF_PARCELS).etag(), parcels.etag());

    // A client that has it is told so, in every coding.
    let again = |client: &Client, path: &str, tag: &str| client.get_with(path, &[("If-None-Match", tag)]);
    let packed = public.get_with(OF_PARCELS, &[("Accept-Encoding", "gzip")]).expect(200);
    for tag in [parcels.etag(), packed.etag(), format!("W/{}", parcels.etag())] {
        let answer: Answer = again(&public, OF_PARCELS, &tag).expect(304);
        assert_eq!((answer.etag(), answer.body.as_str()), (parcels.etag(), ""));
    }
    again(&public, OF_PARCELS, "\"nonsense\"").expect(200);
    again(&public, OF_SITES, &empty.etag()).expect(304);

    // An internal site shows itself to nobody outside, not even by the tag.
    let internal = site(HAMBURG_AGS, AT, &json!({ "name": "Verdacht" }));
    planner.post_site(&internal).expect(201);
    assert_eq!(etag(&public, OF_SITES), empty.etag());
    let of_staff = planner.get(OF_SITES).expect(200).etag();

    let created = planner.post_site(&offer()).expect(201);
    let id = created.created_id();
    let tile = again(&public, OF_SITES, &empty.etag()).expect(200);
    assert!(tile.body.contains(&id) && tile.body.contains("infill_gap") && !tile.body.contains("Angebot"));
    assert_ne!(etag(&planner, OF_SITES), of_staff);
    assert_eq!(etag(&public, OF_PARCELS), parcels.etag(), "sites are none of the parcels' business");
    let all = public.get("/ogc/tiles/WebMercatorQuad/16/21067/34313?collections=sites,parcels").expect(200);
    assert!(all.body.contains(&id));
    let other_order = public.get("/ogc/tiles/WebMercatorQuad/16/21067/34313?collections=parcels,sites").expect(200);
    assert_eq!((all.etag(), all.body), (other_order.etag(), other_order.body));

    // Withdrawn, it is gone with the next request, and the empty tile is the one it was.
    planner.delete_site(&id, &created.etag()).expect(204);
    assert_eq!(public.get(OF_SITES).expect(204).etag(), empty.etag());
    assert_eq!(public.count("sites", ""), 0);
    assert!(public.get(SITES).expect(200).json()["features"].as_array().unwrap().is_empty());
    server.stop();
}

/// Values of a text field in what `ogrinfo` prints.
fn values<'a>(text: &'a str, field: &str) -> Vec<&'a str> {
    let begin = format!("{field} (String) = ");
    text.lines().filter_map(|line| line.trim().strip_prefix(begin.as_str())).collect()
}

/// Area of a layer in squared metres of web mercator, by GDAL.
fn area(source: &str, layer: &str, sql: &str, options: &[&str]) -> f64 {
    let query = sql.replace("{layer}", layer);
    let arguments = [&["-ro", "-q", "-dialect", "sqlite", "-sql", &query], options, &[source]].concat();
    let run = tool("ogrinfo", &arguments).expect_done();
    let number = run.stdout.split("area (Real) = ").nth(1).and_then(|rest| rest.split_whitespace().next());
    number.map_or(0.0, |number| number.parse().unwrap())
}

#[test]
fn gdals_mvt_driver_finds_in_the_tiles_what_lies_in_the_store() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let client = server.client();
    let (mut ids, mut shown_area, mut tiles) = (BTreeSet::new(), 0.0, 0);
    for tile in tiles_over_parcels(&client, 15) {
        let file = store.folder().join("tile.pbf");
        let answer = client.save(&tile.path("parcels"), &file);
        if answer.status == 204 {
            continue;
        }
        assert_eq!(answer.status, 200);
        tiles += 1;
        read_tile(&file, &tile, &mut ids, &mut shown_area);
    }
    assert!(tiles > 3, "{tiles}");
    let expected: BTreeSet<String> = store.sql("SELECT parcel_id FROM parcel").lines().map(str::to_owned).collect();
    assert_eq!((ids.len(), &ids), (137, &expected));

    // Each tile cut off at its edge, they cover what the store holds: nothing is missing, nothing is there twice.
    let stored_area = area_of_parcels(&store);
    assert!((shown_area / stored_area - 1.0).abs() < 1e-4, "{shown_area} {stored_area}");
    server.stop();
}

/// Official files say of a district its name alone.
#[test]
fn districts_are_drawn_round_their_parcels_where_these_are_too_small_to_be_drawn() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let client = server.client();
    let districts = client.json("/ogc/collections/districts/items");
    assert_eq!((&districts["numberMatched"], &districts["features"][0]["geometry"]), (&json!(1), &Value::Null));
    let mut shown_area = 0.0;
    for tile in tiles_over_parcels(&client, 14) {
        let file = store.folder().join("tile.pbf");
        if client.save(&tile.path("districts"), &file).status == 200 {
            shown_area += tile.area(&file, "districts");
        }
    }
    // The grid of these tiles is 2.4 m wide.
    let stored_area = area_of_parcels(&store);
    assert!((shown_area / stored_area - 1.0).abs() < 5e-3, "{shown_area} {stored_area}");
    server.stop();
}

struct Tile {
    zoom: u32,
    row: u32,
    column: u32,
}

impl Tile {
    fn path(&self, collection: &str) -> String {
        let Self { zoom, row, column } = self;
        format!("/ogc/collections/{collection}/tiles/WebMercatorQuad/{zoom}/{row}/{column}")
    }

    /// What GDAL's driver must be told of a file's place.
    fn options(&self) -> [String; 6] {
        let place = [("X", self.column), ("Y", self.row), ("Z", self.zoom)];
        let [x, y, z] = place.map(|(name, number)| format!("{name}={number}"));
        ["-oo".into(), x, "-oo".into(), y, "-oo".into(), z]
    }

    /// Area of a layer of it.
    fn area(&self, file: &Path, layer: &str) -> f64 {
        let sql = "SELECT SUM(ST_Area(geometry)) AS area FROM {layer}";
        let options = self.options();
        area(&format!("MVT:{}", file.to_str().unwrap()), layer, sql, &options.each_ref().map(String::as_str))
    }
}

/// The tiles over the extent of the parcels.
fn tiles_over_parcels(client: &Client, zoom: u32) -> Vec<Tile> {
    let extent = client.json("/ogc/collections/parcels")["extent"]["spatial"]["bbox"][0].clone();
    let corner = |x: usize, y: usize| tile_of(zoom, [extent[x].as_f64().unwrap(), extent[y].as_f64().unwrap()]);
    let ((south, west), (north, east)) = (corner(0, 1), corner(2, 3));
    (north..=south).flat_map(|row| (west..=east).map(move |column| Tile { zoom, row, column })).collect()
}

fn area_of_parcels(store: &TestStore) -> f64 {
    let sql = "SELECT SUM(ST_Area(ST_Transform(geom, 3857))) AS area FROM {layer}";
    area(store.location(), "parcel", sql, &[])
}

fn read_tile(file: &Path, tile: &Tile, ids: &mut BTreeSet<String>, shown_area: &mut f64) {
    let source = format!("MVT:{}", file.to_str().unwrap());
    let options = tile.options();
    let options = options.each_ref().map(String::as_str);
    let read = tool("ogrinfo", &[&["-ro", "-al", "-geom=NO"], &options[..], &[&source]].concat()).expect_done();
    assert!(!read.stderr.contains("ERROR") && !read.stderr.contains("Warning"), "{}", read.stderr);
    let found = values(&read.stdout, "id");
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "no parcel twice in a tile");
    ids.extend(found.into_iter().map(str::to_owned));
    *shown_area += tile.area(file, "parcels");
}
