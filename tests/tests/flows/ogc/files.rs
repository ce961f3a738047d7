//! Whole collections in one file: the download and the command `export`, which write the same.

use serde_json::{Value, json};
use tests::{
    TestStore,
    binary::tool,
    both_stores,
    client::site,
    sample::{self, HAMBURG_AGS},
};

use super::world::{TREES, World, features, ids, link};

both_stores!(an_export_shows_what_its_viewer_sees_also_of_a_past_day);

#[test]
fn a_download_is_the_whole_collection_and_can_be_read_in_parts() {
    let world = World::new();
    let collection = world.json("/collections/trees");
    for (media, name) in [
        ("application/geopackage+sqlite3", "trees.gpkg"),
        ("application/flatgeobuf", "trees.fgb"),
        ("application/geo+json", "trees.geojson"),
        ("text/csv", "trees.csv"),
    ] {
        let href = link(&collection, "enclosure", media).unwrap_or_else(|| panic!("no download as {media}"));
        assert!(href.ends_with(&format!("/download/{name}")), "{href}");
        let file = world.store.folder().join(name);
        let answer = world.client.save(href, &file);
        assert_eq!(answer.status, 200, "{href}");
        assert!(answer.header("content-type").starts_with(media));
        assert!(answer.header("content-disposition").contains(name));
        let info = tool("ogrinfo", &["-ro", "-so", "-al", file.to_str().unwrap()]).expect_done().stdout;
        assert!(info.contains(&format!("Feature Count: {TREES}")), "{info}");

        let etag = answer.etag();
        world.client.get_with(href, &[("If-None-Match", &etag)]).expect(304);
        // The command writes the same bytes.
        let copy = world.store.folder().join(format!("copy-{name}"));
        let format = name.rsplit('.').next().unwrap();
        let run = world.store.run(&[
            "export",
            "--collection",
            "trees",
            "--format",
            format,
            "--output",
            copy.to_str().unwrap(),
        ]);
        run.expect_done();
        assert!(std::fs::read(&file).unwrap() == std::fs::read(&copy).unwrap(), "{name} differs");
    }

    let csv = link(&collection, "enclosure", "text/csv").unwrap();
    let whole = world.client.get(csv).expect(200).body;
    for (range, expected) in [
        ("bytes=0-9", Some(whole[..10].to_owned())),
        ("bytes=-5", Some(whole[whole.len() - 5..].to_owned())),
        ("bytes=99999999-", None),
    ] {
        let answer = world.client.get_with(csv, &[("Range", range)]);
        match expected {
            Some(expected) => assert_eq!((answer.status, answer.body), (206, expected), "{range}"),
            None => assert_eq!(answer.status, 416, "{range}"),
        }
    }
    // GDAL reads a box of it over the network, by the index.
    let fgb = format!("/vsicurl/{}", link(&collection, "enclosure", "application/flatgeobuf").unwrap());
    let box_ = "&bbox=8.4,53.85,8.42,53.86";
    let info = tool("ogrinfo", &["-ro", "-so", "-al", "-spat", "360000", "5900000", "700000", "6100000", &fgb]);
    assert!(info.expect_done().stdout.contains(&format!("Feature Count: {TREES}")));
    assert!(world.client.count("trees", box_) > 0);

    for (address, status) in [
        ("/ogc/collections/trees/download/trees.shp", 404),
        ("/ogc/collections/trees/download/parcels.csv", 404),
        ("/ogc/collections/owners/download/owners.csv", 404),
        ("/ogc/collections/trees/download/trees.csv?limit=1", 400),
    ] {
        world.client.get(address).expect(status);
    }
    world.server.stop();
}

fn an_export_shows_what_its_viewer_sees_also_of_a_past_day(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let public = json!({ "name": "Angebot", "basis": "offer", "publication_decision": "publish", "owner_class": "municipal", "note": "geheim" });
    let offered = planner.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &public)).expect(201).created_id();
    let internal = planner.post_site(&site(HAMBURG_AGS, [8.5, 53.92], &json!({ "name": "Verdacht" }))).expect(201);
    let (internal, etag) = (internal.created_id(), internal.etag());

    let export = |more: &[&str]| -> Value {
        let run =
            store.run(&[&["export", "--collection", "sites", "--format", "geojson"], more].concat()).expect_done();
        assert!(!more.contains(&"public") || !run.stdout.contains("geheim"), "{}", run.stdout);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let shown = |more: &[&str]| {
        let mut ids = ids(&export(more));
        ids.sort();
        ids
    };
    let mut both = vec![offered.clone(), internal.clone()];
    both.sort();
    assert_eq!(shown(&[]), [offered.as_str()]);
    assert_eq!(shown(&["--viewer", "public"]), [offered.as_str()]);
    assert_eq!(shown(&["--viewer", "staff"]), both);
    assert_eq!(shown(&["--bbox", "8.48,53.91,8.495,53.93", "--viewer", "staff"]), [offered.as_str()]);
    assert_eq!(shown(&["--filter", "name LIKE 'Ver%'", "--viewer", "staff"]), [internal.as_str()]);
    assert_eq!(shown(&["--filter", "name LIKE 'Ver%'"]), Vec::<String>::new());
    assert_eq!(shown(&["--as-of", "2020-01-01", "--viewer", "staff"]), Vec::<String>::new());
    planner.delete_site(&internal, &etag).expect(204);
    assert_eq!(shown(&["--viewer", "staff"]), [offered.as_str()]);
    assert_eq!(shown(&["--as-of", "2999-12-31", "--viewer", "staff"]), [offered.as_str()]);
    let staff = export(&["--viewer", "staff"]);
    assert_eq!(features(&staff)[0]["properties"]["note"], "geheim");
    assert!(export(&[])["features"][0]["properties"].get("note").is_none());

    // In another system, and to a file that appears only when it is complete.
    let utm = export(&["--crs", "EPSG:25833"]);
    assert_eq!(utm["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::25833");
    let wrong: [(&[&str], i32); 8] = [
        (&["--collection", "sites", "--format", "csv", "--filter", "name LIKE"], 2),
        (&["--collection", "sites", "--format", "csv", "--filter", "note = 'x'"], 2),
        (&["--collection", "owners", "--format", "csv"], 2),
        (&["--collection", "sites", "--format", "shp"], 2),
        (&["--collection", "sites", "--format", "csv", "--bbox", "1,2,3"], 2),
        (&["--collection", "sites", "--format", "csv", "--crs", "EPSG:99999"], 2),
        (&["--collection", "sites", "--format", "csv", "--as-of", "yesterday"], 2),
        (&["--collection", "sites", "--format", "csv", "--output", "/no/such/folder/x.csv"], 1),
    ];
    for (more, code) in wrong {
        store.run(&[&["export"], more].concat()).expect_code(code);
    }
    server.stop();
}
