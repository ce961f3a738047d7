//! Commands and servers side by side on one store.

use std::time::Duration;

use serde_json::json;
use tests::{
    Server, TestStore, baulotse, both_stores,
    client::site,
    sample::{self, HAMBURG_AGS},
    server::eventually,
};

both_stores!(an_import_beside_a_running_server_is_followed, an_account_made_beside_a_server_works_at_once);

fn an_import_beside_a_running_server_is_followed(store: &TestStore) {
    store.import_sample(sample::ERFURT);
    let server = store.serve();
    let client = server.client();
    assert_eq!(client.count("parcels", ""), 10);
    store.import_sample(sample::NEUWERK);
    eventually("the server follows the import", Duration::from_secs(10), || {
        (client.count("parcels", "") == 147).then_some(())
    });
    assert_eq!(client.count("buildings", ""), 57);
    server.stop();
    store.expect_sound();
}

fn an_account_made_beside_a_server_works_at_once(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let clerk = store.client(&server, "clerk", "clerk", HAMBURG_AGS);
    clerk.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &json!({ "name": "Am Leuchtturm" }))).expect(201);
    assert_eq!(clerk.count("sites", ""), 1);
    assert_eq!(server.client().count("sites", ""), 0);
    store.run(&["user", "disable", "clerk"]).expect_done();
    clerk.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &json!({}))).expect(401);
    server.stop();
}

#[test]
fn a_second_server_on_one_file_is_refused() {
    let store = TestStore::geopackage();
    store.import_sample(sample::ERFURT);
    let first = store.serve();
    let second = baulotse(["serve", "--store", store.location(), "--listen", "127.0.0.1:0"]).expect_code(1);
    assert!(!second.stdout.contains("listening"), "{second:?}");
    assert!(second.stderr.contains("store.gpkg"), "the message names the file: {}", second.stderr);
    assert_eq!(first.client().count("parcels", ""), 10, "the first goes on");
    first.stop();
    store.serve().stop();
}

#[test]
fn an_edit_through_one_server_is_seen_by_the_other() {
    let store = TestStore::postgis();
    store.import_sample(sample::NEUWERK);
    let token = store.add_user("planner", "planner", HAMBURG_AGS);
    let (one, other) = (store.serve(), store.serve());
    let at = |server: &Server| server.client().with_token(&token);

    let created = at(&one).post_site(&site(HAMBURG_AGS, [8.49, 53.92], &json!({ "name": "here" }))).expect(201);
    let id = created.created_id();
    let seen = eventually("the other server sees the new site", Duration::from_secs(10), || {
        let answer = at(&other).get_site(&id);
        (answer.status == 200).then_some(answer)
    });
    assert_eq!(seen.json()["properties"]["name"], "here");

    // What the other has read can be changed through it, and the first follows.
    let changed = site(HAMBURG_AGS, [8.49, 53.92], &json!({ "name": "there" }));
    at(&other).put_site(&id, &seen.etag(), &changed).expect(204);
    eventually("the first server sees the change", Duration::from_secs(10), || {
        (at(&one).get_site(&id).json()["properties"]["name"] == "there").then_some(())
    });
    at(&one).put_site(&id, &seen.etag(), &changed).expect(412);
    one.stop();
    other.stop();
    store.expect_sound();
}
