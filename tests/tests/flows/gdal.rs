//! GDAL reads the store as it lies there, and the running server as any other OGC API.

use tests::{Run, TestStore, binary::tool, both_stores, sample};

both_stores!(ogrinfo_lists_the_layers_and_reads_them);

/// Features of a layer, as GDAL counts them.
fn features(run: &Run) -> u64 {
    let count = run.stdout.split("Feature Count: ").nth(1).and_then(|rest| rest.split_whitespace().next());
    count.and_then(|count| count.parse().ok()).expect("ogrinfo counts the features")
}

fn ogrinfo_lists_the_layers_and_reads_them(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    // GDAL takes PostgreSQL's addresses, under the longer of their two names.
    let source = store.location().replacen("postgres://", "postgresql://", 1);
    let listed = tool("ogrinfo", &["-ro", &source]).expect_done().stdout;
    for layer in ["parcel", "building", "district", "municipality", "site"] {
        assert!(
            listed.lines().any(|line| line.split(&[':', '(']).nth(1).is_some_and(|name| name.trim() == layer)),
            "{layer} is not listed:\n{listed}"
        );
    }
    for (layer, count, geometry) in [("parcel", 137, "Multi Polygon"), ("building", 57, "Geometry"), ("site", 0, "")] {
        let run = tool("ogrinfo", &["-ro", "-so", &source, layer]).expect_done();
        assert_eq!(features(&run), count, "{layer}");
        assert!(run.stdout.contains("25832"), "{layer} has no CRS:\n{}", run.stdout);
        assert!(run.stdout.contains(geometry), "{layer}:\n{}", run.stdout);
        assert!(!run.stderr.contains("ERROR") && !run.stderr.contains("Warning"), "{layer}: {}", run.stderr);
    }
    let filtered = tool("ogrinfo", &["-ro", "-so", "-where", "number = '1'", &source, "parcel"]);
    assert_eq!(filtered.code, Some(0), "{filtered:?}");
}

#[test]
fn gdals_oapif_driver_reads_the_server_page_by_page() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let source = format!("OAPIF:{}/ogc", server.url());

    let listed = tool("ogrinfo", &["-ro", &source]).expect_done().stdout;
    for collection in ["parcels", "sites", "buildings", "districts"] {
        assert!(listed.contains(collection), "{collection} is not listed:\n{listed}");
    }

    // Read, not counted by the server: GDAL follows the links from page to page.
    let paged = ["-ro", "-al", "-geom=SUMMARY", "-oo", "PAGE_SIZE=10", &source, "parcels"];
    let read = tool("ogrinfo", &paged).expect_done();
    assert_eq!(read.stdout.matches("OGRFeature(parcels)").count(), 137);
    assert!(!read.stderr.contains("ERROR"), "{}", read.stderr);

    // A box around one parcel finds some and not all, as many as GDAL finds in the store itself.
    let (west, south, east, north) = ("8.48", "53.915", "8.50", "53.92");
    let spat = ["-ro", "-so", "-spat", west, south, east, north, &source, "parcels"];
    let by_server = features(&tool("ogrinfo", &spat).expect_done());
    let page = server.client().count("parcels", &format!("&bbox={west},{south},{east},{north}"));
    assert_eq!(by_server, page);
    assert!(by_server > 0 && by_server < 137, "{by_server}");
    server.stop();
}
