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
