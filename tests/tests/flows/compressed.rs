//! Compressed answers are the plain ones, for every decoder, and each form of an answer has a validator of its own.

use std::{fs, path::Path, time::Duration};

use serde_json::json;
use tests::{Client, Server, TestStore, binary::tool, server::eventually};

/// So many squares a side: enough for several thousand kept texts.
const SIDE: u32 = 60;

/// A public layer of squares in CRS84, some with a hole, named in German.
fn squares(folder: &Path) -> String {
    let feature = |number: u32| {
        let (x, y) = (12.9 + f64::from(number % SIDE) * 0.001, 51.1 + f64::from(number / SIDE) * 0.001);
        let ring = |inset: f64| {
            let (a, b) = (inset, 0.001 - inset);
            json!([[x + a, y + a], [x + b, y + a], [x + b, y + b], [x + a, y + b], [x + a, y + a]])
        };
        let rings = if number.is_multiple_of(7) { json!([ring(0.0), ring(0.0003)]) } else { json!([ring(0.0)]) };
        json!({
            "type": "Feature",
            "id": number,
            "geometry": { "type": "Polygon", "coordinates": rings },
            "properties": { "name": format!("Fläche „{number}“"), "use": (number * number) % 13 },
        })
    };
    let features: Vec<_> = (0..SIDE * SIDE).map(feature).collect();
    let file = folder.join("squares.geojson");
    fs::write(&file, json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    file.to_str().unwrap().to_owned()
}

fn serve_squares(store: &TestStore, folder: &Path) -> Server {
    store.import(&squares(folder), &["--as", "layer", "--name", "squares", "--visibility", "public"]).expect_done();
    let server = store.serve();
    // Texts are kept and compressed in the background. Then the length of a compressed answer is known.
    eventually("answers are put together from compressed texts", Duration::from_mins(1), || {
        let answer = server.client().get_with("/ogc/collections/squares/items", &[("Accept-Encoding", "gzip")]);
        answer.headers.contains_key("content-length").then_some(())
    });
    server
}

/// Boxes in many places and sizes, pages, and one that is empty.
fn questions() -> Vec<String> {
    let boxes = (0..40_u32).map(|number| {
        let (x, y) = (12.9 + f64::from(number % 8) * 0.007, 51.1 + f64::from(number / 8) * 0.011);
        let size = 0.0004 * f64::from(number + 1);
        format!("?limit=10000&bbox={x},{y},{},{}", x + size, y + size)
    });
    let pages = ["?limit=1", "?limit=997", "?limit=10000", "?limit=500&offset=1234", "?bbox=1,1,2,2"];
    boxes.chain(pages.map(str::to_owned)).collect()
}

#[test]
fn compressed_answers_are_the_plain_ones_for_curl_and_gzip() {
    let (store, folder) = (TestStore::geopackage(), tempfile::tempdir().unwrap());
    let server = serve_squares(&store, folder.path());
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (headers, packed, unpacked) = (file("headers"), file("body.gz"), file("body"));
    let mut put_together = 0;
    for question in questions() {
        let address = format!("/ogc/collections/squares/items{question}");
        let plain = server.client().get(&address).expect(200).body;
        let url = format!("{}{address}", server.url());
        let with_gzip = ["-sS", "-H", "Accept-Encoding: gzip", "-D", &headers, "-o", &packed, &url];
        tool("curl", &with_gzip).expect_done();
        let sent = fs::read_to_string(&headers).unwrap().to_lowercase();
        assert!(sent.contains("content-encoding: gzip"), "{sent}");
        put_together += usize::from(sent.contains("content-length: "));
        assert!(tool("gzip", &["-dc", &packed]).expect_done().stdout == plain, "{question}: gzip");
        tool("curl", &["-sS", "--compressed", "-o", &unpacked, &url]).expect_done();
        assert!(fs::read_to_string(&unpacked).unwrap() == plain, "{question}: curl");
    }
    // An empty page has nothing that could have been compressed beforehand.
    assert_eq!(put_together, questions().len() - 1);
    server.stop();
}

#[test]
fn gdal_reads_compressed_pages() {
    let (store, folder) = (TestStore::geopackage(), tempfile::tempdir().unwrap());
    let server = serve_squares(&store, folder.path());
    let source = format!("OAPIF:{}/ogc", server.url());
    let read = tool("ogrinfo", &["-ro", "-al", "-oo", "PAGE_SIZE=1000", &source, "squares"]).expect_done();
    assert_eq!(read.stdout.matches("OGRFeature(squares)").count() as u32, SIDE * SIDE);
    assert!(read.stdout.contains("Fläche „3599“"), "texts arrive whole");
    assert!(!read.stderr.contains("ERROR"), "{}", read.stderr);
    server.stop();
}

#[test]
fn each_form_of_a_page_has_a_validator_and_is_not_sent_twice() {
    let (store, folder) = (TestStore::geopackage(), tempfile::tempdir().unwrap());
    let server = serve_squares(&store, folder.path());
    let client = server.client();
    let address = "/ogc/collections/squares/items?limit=300&bbox=12.9,51.1,12.92,51.12";
    let tag = |client: &Client, headers: &[(&str, &str)]| {
        let answer = client.get_with(address, headers).expect(200);
        assert!(answer.header("vary").contains("accept-encoding"));
        answer.header("etag").to_owned()
    };
    let (plain, gzip) = (tag(&client, &[]), tag(&client, &[("Accept-Encoding", "gzip")]));
    assert_ne!(plain, gzip, "a compressed answer is another representation");
    assert_eq!(plain, tag(&client, &[]), "the same page has the same tag");
    for known in [&plain, &gzip] {
        let again = client.get_with(address, &[("If-None-Match", known), ("Accept-Encoding", "gzip")]);
        assert_eq!((again.status, &*again.body), (304, ""), "{known}");
    }
    // An import of something else leaves the page alone, one of the same layer does not.
    let other = squares(folder.path());
    store.import(&other, &["--as", "layer", "--name", "others"]).expect_done();
    eventually("the other layer is there", Duration::from_secs(30), || {
        (client.json("/health/ready")["revision"] == 2).then_some(())
    });
    assert_eq!(client.get_with(address, &[("If-None-Match", &plain)]).status, 304);
    let changed = fs::read_to_string(&other).unwrap().replace("Fläche „0“", "Wiese „0“");
    fs::write(&other, changed).unwrap();
    store.import(&other, &["--as", "layer", "--name", "squares", "--visibility", "public"]).expect_done();
    eventually("the changed layer is there", Duration::from_secs(30), || {
        let answer = client.get_with(address, &[("If-None-Match", &plain)]);
        (answer.status == 200 && answer.body.contains("Wiese „0“")).then_some(())
    });
    server.stop();
}
