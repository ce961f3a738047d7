//! Limits for clients: on changes and costly questions, by the address that is to be believed, and on nothing else.

use tests::{Answer, Client, TestStore, client::SITES, sample};

/// Sends so many times and returns the statuses.
fn statuses(count: usize, mut send: impl FnMut() -> Answer) -> Vec<u16> {
    (0..count).map(|_| send().status).collect()
}

#[test]
fn a_client_that_changes_or_asks_too_much_is_told_to_wait_and_others_are_not() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let limits = ["--writes-per-minute", "5", "--costly-per-minute", "3", "--trusted-proxies", "1"];
    let server = store.serve_with(&limits);
    let client = server.client();
    let write = |client: &Client, from: &str| {
        let headers = [("Content-Type", "application/geo+json"), ("X-Forwarded-For", from)];
        client.send("POST", SITES, &headers, "{}")
    };
    // Nobody is signed in, so what is not limited is refused for that.
    assert_eq!(statuses(7, || write(&client, "192.0.2.1")), [401, 401, 401, 401, 401, 429, 429]);
    let answer = write(&client, "192.0.2.1");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json()["type"], "urn:baulotse:problem:too-many-requests");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    // Another client is another client, whatever it says of itself before what the proxy says of it.
    write(&client, "192.0.2.2").expect(401);
    write(&client, "203.0.113.7, 192.0.2.1").expect(429);

    let figures = || client.send("POST", "/api/figures", &[], r#"{"collection":"parcels"}"#);
    assert_eq!(statuses(5, figures), [200, 200, 200, 429, 429]);
    client.get("/ogc/collections/parcels/download/parcels.csv").expect(429);

    // Plain reading is not counted.
    let read = statuses(40, || client.get("/ogc/collections/parcels/items?limit=1"));
    assert!(read.iter().all(|status| *status == 200), "{read:?}");
    server.stop();
}
