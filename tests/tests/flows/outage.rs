//! The database goes away and comes back: base data go on, edits wait, what could have been withdrawn is
//! not shown for longer than the grace.

use std::time::Duration;

use serde_json::json;
use tests::{
    Server, TestStore,
    client::{SITES, site},
    postgres::Cluster,
    sample::{self, HAMBURG_AGS},
    server::eventually,
};

const LIMIT: Duration = Duration::from_mins(1);

#[test]
fn servers_outlive_their_database() {
    let cluster = Cluster::start();
    let store = TestStore::postgis_in(cluster.maintenance());
    store.import_sample(sample::NEUWERK);
    let serve = || Server::start(&["serve", "--store", store.location(), "--journal-grace-seconds", "3"]);
    let (one, other) = (serve(), serve());
    let planner = store.client(&one, "planner", "planner", HAMBURG_AGS);
    let offer = |name: &str| {
        let properties = json!({
            "name": name, "basis": "offer", "publication_decision": "publish", "owner_class": "municipal",
        });
        site(HAMBURG_AGS, [8.49, 53.92], &properties)
    };
    let id = planner.post_site(&offer("before")).expect(201).created_id();
    let public = [one.client(), other.client()];
    for client in &public {
        eventually("both show the site", LIMIT, || (client.count("sites", "") == 1).then_some(()));
        client.get("/health/ready").expect(200);
    }

    let tile = |collection: &str| format!("/ogc/collections/{collection}/tiles/WebMercatorQuad/16/21067/34313");
    cluster.stop();
    planner.post_site(&offer("lost")).expect(503);
    // What was typed is still there, and does not tell what could have been withdrawn.
    let asks = || {
        let fields = [("nachricht", "Ist sie noch frei?"), ("mail", "a@b.example")];
        one.client().ask(&format!("/anfrage/flaeche/{id}"), &fields)
    };
    assert!(asks().expect(503).body.contains("Ist sie noch frei?"));
    for client in &public {
        eventually("sites are no longer shown", LIMIT, || (client.get(SITES).status == 503).then_some(()));
        assert_eq!(client.count("parcels", ""), 137, "base data go on");
        client.get(&format!("/anfrage/flaeche/{id}")).expect(503);
        client.get(&tile("parcels")).expect(200);
        client.get(&tile("sites")).expect(503);
        client.get("/health/live").expect(204);
        client.get("/health/ready").expect(503);
        client.get("/ogc/").expect(200);
    }

    let form = asks().expect(503).body;
    assert!(form.contains("Ist sie noch frei?") && !form.contains("before"), "{form}");

    cluster.start_again();
    for client in &public {
        eventually("sites are shown again", LIMIT, || (client.get(SITES).status == 200).then_some(()));
        client.get("/health/ready").expect(200);
        assert_eq!(client.count("sites", ""), 1, "what was refused was not done");
    }
    eventually("edits go through again", LIMIT, || (planner.post_site(&offer("after")).status == 201).then_some(()));
    for client in &public {
        eventually("both follow again", LIMIT, || (client.count("sites", "") == 2).then_some(()));
    }
    asks().expect(303);
    store.expect_sound();
}

#[test]
fn without_its_database_a_server_says_that_pictures_are_out_of_reach() {
    let cluster = Cluster::start();
    let store = TestStore::postgis_in(cluster.maintenance());
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let client = server.client();
    let properties = json!({ "basis": "offer", "publication_decision": "publish", "owner_class": "municipal" });
    let id = planner.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &properties)).expect(201).created_id();
    let picture = planner.add_picture("site", &id, "&released=true").expect(201).created_id();
    // A document holds its picture: without it there is none.
    let files = [
        format!("/api/pictures/{picture}/400.jpg"),
        format!("/bild/{picture}/400.jpg"),
        format!("/flaeche/{id}/expose.pdf"),
    ];
    let known = files.each_ref().map(|address| client.get(address).expect(200).etag());

    cluster.stop();
    let answers = files.each_ref().map(|address| client.get(address).expect(503));
    for answer in &answers {
        assert_eq!((answer.header("retry-after"), answer.header("cache-control")), ("5", "no-store"));
        let text = answer.body.to_lowercase();
        for inner in ["sqlx", "postgres", "connect", "pool", "os error", "picture_file"] {
            assert!(!text.contains(inner), "{inner} is in {text}");
        }
    }
    assert_eq!(answers[0].header("content-type"), "application/problem+json");
    assert_eq!(answers[0].json()["type"], "urn:baulotse:problem:unavailable");
    // What is said of a picture, and whether it is still shown, is known without.
    for (address, tag) in files[..2].iter().zip(&known) {
        client.get_with(address, &[("If-None-Match", tag)]).expect(304);
    }
    for address in [format!("/api/pictures/{picture}"), format!("/flaeche/{id}"), format!("/flaeche/{id}/expose")] {
        client.get(&address).expect(200);
    }

    cluster.start_again();
    for (address, tag) in files.iter().zip(&known) {
        eventually("pictures are back", LIMIT, || (client.get(address).status == 200).then_some(()));
        assert_eq!(&client.get(address).expect(200).etag(), tag);
    }
    store.expect_sound();
}
