//! What catalogues and search engines read: complete, well-formed, and nothing that is not published.

use serde_json::{Value, json};
use tests::{
    TestStore,
    binary::tool,
    client::site,
    sample::{self, HAMBURG_AGS},
};

/// Counts elements of an XML file by a parser that is not ours.
const COUNT: &str = "
import sys, collections
from xml.etree import ElementTree
names = collections.Counter(e.tag.rsplit('}', 1)[-1] for e in ElementTree.parse(sys.argv[1]).iter())
print(' '.join(f'{name}={names[name]}' for name in sys.argv[2:]))";

fn count(file: &str, names: &[&str]) -> String {
    tool("python3", &[&["-c", COUNT, file], names].concat()).expect_done().stdout.trim().to_owned()
}

#[test]
fn the_catalogue_names_every_public_collection_with_its_files_and_municipality() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let layer = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"1","properties":{"name":"Deich & Siel"},
        "geometry":{"type":"Point","coordinates":[8.49,53.92]}}]}"#;
    let layer = store.file("layer.geojson", layer);
    for (name, visibility) in [("plans", "staff"), ("trees", "public")] {
        store.import(&layer, &["--as", "layer", "--name", name, "--visibility", visibility]).expect_done();
    }
    let server = store.serve();
    let client = server.client();

    let answer = client.get("/dcat.jsonld").expect(200);
    assert_eq!(answer.header("content-type"), "application/ld+json");
    client.get_with("/dcat.jsonld", &[("If-None-Match", &answer.etag())]).expect(304);
    let document = answer.json();
    let nodes = |kind: &str| -> Vec<Value> {
        document["@graph"].as_array().unwrap().iter().filter(|node| node["@type"] == kind).cloned().collect()
    };
    let datasets = nodes("dcat:Dataset");
    assert_eq!(datasets.len(), 5);
    assert_eq!(nodes("dcat:Catalog")[0]["dcat:dataset"].as_array().unwrap().len(), 5);
    let parcels = datasets.iter().find(|one| one["@id"].as_str().unwrap().contains("/parcels#")).unwrap();
    let key = format!("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{HAMBURG_AGS}");
    assert_eq!(parcels["dcatde:politicalGeocodingURI"], json!([{ "@id": key }]));
    assert!(parcels["dct:spatial"]["dcat:bbox"]["@value"].as_str().unwrap().starts_with("POLYGON"));
    let distributions = nodes("dcat:Distribution");
    assert_eq!(distributions.len(), 25);
    for distribution in &distributions {
        for link in ["dcat:accessURL", "dcat:downloadURL"] {
            if let Some(address) = distribution[link]["@id"].as_str() {
                let answer = client.save(address, &store.folder().join("download"));
                assert_eq!(answer.status, 200, "{address}");
            }
        }
    }
    assert!(!answer.body.contains("plans"), "a staff layer is named");

    let file = store.folder().join("dcat.rdf");
    assert_eq!(client.save("/dcat.rdf", &file).header("content-type"), "application/rdf+xml");
    let counted = count(file.to_str().unwrap(), &["Dataset", "Distribution", "politicalGeocodingURI", "Organization"]);
    assert_eq!(counted, "Dataset=5 Distribution=25 politicalGeocodingURI=4 Organization=1");
    client.get("/dcat.rdf?x=1").expect(400);
    server.stop();
}

#[test]
fn search_engines_are_told_of_what_is_published_and_nothing_else() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let public =
        json!({ "name": "Angebot", "basis": "offer", "publication_decision": "publish", "owner_class": "municipal" });
    let offered = planner.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &public)).expect(201);
    let internal = planner.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &json!({ "name": "Verdacht" }))).expect(201);
    let client = server.client();
    let file = store.folder().join("sitemap.xml");
    let file = file.to_str().unwrap();
    let listed = || {
        client.save("/sitemap.xml", file.as_ref());
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(count(file, &["url"]), format!("url={}", text.matches("<loc>").count()));
        text
    };
    let text = listed();
    let page = format!("{}/flaeche/{}<", server.url(), offered.created_id());
    assert!(text.contains(&page) && !text.contains(&internal.created_id()), "{text}");
    assert!(text.contains(&format!("{}/gemeinde/{HAMBURG_AGS}<", server.url())));
    for address in text.split("<loc>").skip(1).map(|rest| rest.split('<').next().unwrap()) {
        client.get(&address.replace("&amp;", "&")).expect(200);
    }
    planner.delete_site(&offered.created_id(), &offered.etag()).expect(204);
    assert!(!listed().contains(&offered.created_id()));
    client.get("/sitemap/1.xml").expect(200);
    for missing in ["/sitemap/2.xml", "/sitemap/0.xml", "/sitemap/x.xml"] {
        client.get(missing).expect(404);
    }
    let robots = client.get("/robots.txt").expect(200).body;
    assert!(robots.contains(&format!("Sitemap: {}/sitemap.xml", server.url())), "{robots}");
    server.stop();
}

#[test]
fn the_licence_that_is_set_is_told_wherever_the_data_are() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let refused = store.run(&["municipality", "set", HAMBURG_AGS, "licence=frei"]).expect_code(2);
    assert!(refused.text().contains("must be one of dl-de/by-2-0"), "{}", refused.text());
    store.run(&["municipality", "set", HAMBURG_AGS, "licence=dl-de/by-2-0"]).expect_done();
    let server = store.serve();
    let client = server.client();
    let catalogue = client.get("/dcat.jsonld").expect(200).json();
    let graph = catalogue["@graph"].as_array().unwrap();
    let licences: Vec<_> = graph.iter().filter_map(|node| node["dct:license"]["@id"].as_str()).collect();
    assert_eq!(licences, ["http://dcat-ap.de/def/licenses/dl-by-de/2.0"; 20]);
    let page = "https://www.govdata.de/dl-de/by-2-0";
    let collection = client.json("/ogc/collections/parcels");
    let link = collection["links"].as_array().unwrap().iter().find(|link| link["rel"] == "license").unwrap().clone();
    assert_eq!((link["href"].as_str(), link["type"].as_str()), (Some(page), Some("text/html")));
    let html = client.get("/ogc/collections/parcels?f=html&lang=de").expect(200).body;
    assert!(html.contains("<h2>Lizenz</h2>") && html.contains(&format!("href=\"{page}\" rel=\"license\"")), "{html}");
    server.stop();
}
