//! Backup and restore while a server runs.

use std::time::Duration;

use serde_json::json;
use tests::{
    TestStore, baulotse, both_stores,
    client::site,
    sample::{self, HAMBURG_AGS},
    server::eventually,
};

both_stores!(a_backup_taken_beside_a_server_brings_the_state_back);

fn a_backup_taken_beside_a_server_brings_the_state_back(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let make = |name: &str| site(HAMBURG_AGS, [8.49, 53.92], &json!({ "name": name }));
    let kept = planner.post_site(&make("kept")).expect(201).created_id();

    let backup = store.folder().join("backup.gpkg").to_str().unwrap().to_owned();
    store.run(&["backup", &backup]).expect_done();
    baulotse(["check", "--store", &backup]).expect_done();
    store.run(&["backup", &backup]).expect_code(2);
    let fresh = if store.is_file() { TestStore::geopackage() } else { TestStore::postgis() };
    fresh.run(&["restore", &backup]).expect_done();
    assert_eq!((fresh.count("parcel"), fresh.revision()), (137, store.revision()));
    fresh.expect_sound();

    let later = planner.post_site(&make("later")).expect(201).created_id();
    let before = planner.get_site(&kept).expect(200).etag();
    store.run(&["restore", &backup]).expect_done();
    eventually("the server follows the restore", Duration::from_secs(15), || {
        (planner.get_site(&later).status == 404).then_some(())
    });
    let found = planner.get_site(&kept).expect(200);
    assert_eq!(found.json()["properties"]["name"], "kept");
    // A restored store is another one: what was read before it may not be written back unseen.
    planner.put_site(&kept, &before, &make("blind")).expect(412);
    planner.put_site(&kept, &found.etag(), &make("seen")).expect(204);
    assert_eq!(server.client().count("parcels", ""), 137);
    server.stop();
    store.expect_sound();
}
