//! Limits for clients: on changes and costly questions, by the address that is to be believed, and on nothing else.

use tests::{
    Answer, Client, TestStore,
    client::SITES,
    enquiry::{FORM, encoded, sheet},
    sample::{self, HAMBURG_AGS},
};

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

#[test]
fn whoever_sends_many_enquiries_waits_and_keeps_what_was_typed() {
    let store = TestStore::geopackage();
    store.import_sample(sample::NEUWERK);
    let contact = ["contact_phone=+49 40 123", "contact_mail=amt@example.org"];
    store.run(&[&["municipality", "set", HAMBURG_AGS], &contact[..]].concat()).expect_done();
    let limits = ["--enquiries-per-client", "2", "--enquiries-in-all", "3", "--trusted-proxies", "1"];
    let server = store.serve_with(&limits);
    let client = server.client();
    let ask = |from: &str, language: &str, sheet: &str, message: &str| {
        let fields = encoded(&[("nachricht", message), ("mail", "erika@example.org"), ("bogen", sheet)]);
        let path = format!("/anfrage/gemeinde/{HAMBURG_AGS}?lang={language}");
        client.send("POST", &path, &[FORM, ("X-Forwarded-For", from)], &fields)
    };
    const ERIKA: &str = "192.0.2.77";
    // What was not taken is not counted, nor is a second click.
    for _ in 0..4 {
        ask(ERIKA, "de", &sheet(60), "").expect(422);
    }
    let first = sheet(60);
    ask(ERIKA, "de", &first, "Eins").expect(303);
    ask(ERIKA, "de", &first, "Eins").expect(303);
    ask(ERIKA, "de", &sheet(60), "Zwei").expect(303);
    ask(ERIKA, "de", &first, "Eins").expect(303);
    for (language, words) in [
        ("de", "Von Ihrem Anschluss kamen gerade mehrere Anfragen."),
        ("en", "Several enquiries have just come from your connection."),
        ("leicht", "Von Ihrem Computer kamen gerade mehrere Fragen."),
    ] {
        let answer = ask(ERIKA, language, &sheet(60), "Drei & mehr").expect(429);
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=600).contains(&wait), "{wait}");
        assert_eq!(answer.header("cache-control"), "no-store");
        for part in [words, "Drei &#38; mehr", "erika@example.org", "href=\"tel:+4940123\"", "mailto:amt@example.org?"]
        {
            assert!(answer.body.contains(part), "{part}: {}", answer.body);
        }
    }
    ask("192.0.2.78", "de", &sheet(60), "Von nebenan").expect(303);
    let answer = ask("192.0.2.79", "de", &sheet(60), "Einer zu viel").expect(429);
    assert!(answer.body.contains("Gerade kommen sehr viele Anfragen."), "{}", answer.body);
    assert_eq!(store.count("enquiry"), 3);
    assert!(!server.log().contains("192.0.2."), "no address in the log");
    server.stop();
}
