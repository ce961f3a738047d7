//! Asking the municipality: the form, the receipt, the inbox, and that nothing is left in the end.

use serde_json::{Value, json};
use tests::{
    Client, TestStore,
    binary::tool,
    both_stores,
    client::{SITES, site},
    enquiry::{FORM, encoded, sheet},
    postgres,
    sample::{self, HAMBURG_AGS},
};

both_stores!(
    an_enquiry_reaches_the_inbox_and_leaves_a_receipt,
    what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost,
    only_what_is_public_can_be_asked_about,
    the_inbox_is_read_page_by_page,
    enquiries_are_kept_at_the_command_line_and_erased_in_time,
);

const TOWN: &str = "/anfrage/gemeinde/02000000";
const QUESTION: &str = "Guten Tag, ist der Platz noch frei?";
const MAIL: &str = "erika@example.org";
const GOOD: [(&str, &str); 2] = [("nachricht", QUESTION), ("mail", MAIL)];

fn offer(status: &str) -> Value {
    let properties = json!({
        "name": "Deichgrundstück", "basis": "offer", "publication_decision": "publish", "owner_class": "municipal",
        "status": status,
    });
    site(HAMBURG_AGS, [8.49, 53.92], &properties)
}

/// Number of the receipt to which an answer leads.
fn number(answer: &tests::Answer) -> String {
    answer.clone().expect(303).created_id().split('?').next().unwrap().to_owned()
}

fn inbox(client: &Client, query: &str) -> Vec<String> {
    let list = client.json(&format!("/api/enquiries{query}"));
    let text = |enquiry: &Value| enquiry["number"].as_str().unwrap().to_owned();
    list["enquiries"].as_array().unwrap().iter().map(text).collect()
}

fn an_enquiry_reaches_the_inbox_and_leaves_a_receipt(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let clerk = store.client(&server, "clerk", "clerk", HAMBURG_AGS);
    let anonymous = server.client();
    let id = planner.post_site(&offer("confirmed")).expect(201).created_id();
    let revision = store.revision();

    // From the page to the form, as it is handed out, and back.
    let address = format!("/anfrage/flaeche/{id}");
    let page = anonymous.get(&format!("/flaeche/{id}?lang=de")).expect(200).body;
    assert!(page.contains(&format!("href=\"{address}?lang=de\"")), "{page}");
    let form = anonymous.get(&format!("{address}?lang=de")).expect(200).body;
    assert!(form.contains("Deichgrundstück") && form.contains("name=\"robots\" content=\"noindex\""), "{form}");
    let handed_out = form.split("name=\"bogen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let (second, sheet_number) = handed_out.split_once('-').unwrap();
    let earlier = second.parse::<i64>().unwrap() - 60;
    let handed_in = format!("{earlier}-{sheet_number}");
    let fields = [&GOOD[..], &[("name", "Erika"), ("bogen", &handed_in)]].concat();
    let send = || anonymous.send("POST", &format!("{address}?lang=de"), &[FORM], &encoded(&fields));
    let receipt = number(&send());
    assert_eq!(number(&send()), receipt, "a second click is the same enquiry");

    let shown = anonymous.get(&format!("/anfrage/eingang/{receipt}?lang=de")).expect(200);
    assert!(shown.body.contains(&receipt) && shown.body.contains("Eingegangen") && shown.body.contains("noindex"));
    assert!(shown.body.contains("Deichgrundstück"));
    for personal in [QUESTION, MAIL, "Erika"] {
        assert!(!shown.body.contains(personal), "{personal}: {}", shown.body);
    }

    assert_eq!(inbox(&clerk, ""), [receipt.as_str()]);
    let path = format!("/api/enquiries/{receipt}");
    let answer = clerk.get(&path).expect(200);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let found = answer.json();
    for (member, expected) in [
        ("message", json!(QUESTION)),
        ("mail", json!(MAIL)),
        ("name", json!("Erika")),
        ("phone", Value::Null),
        ("state", json!("new")),
        ("ags", json!(HAMBURG_AGS)),
        ("topic", json!("site")),
        ("topic_id", json!(id)),
        ("title", json!("Deichgrundstück")),
        ("language", json!("de")),
    ] {
        assert_eq!(found[member], expected, "{member}: {found}");
    }
    let set = |body: &str| clerk.send("PATCH", &path, &[("Content-Type", "application/json")], body);
    let kept = |answer: &tests::Answer| answer.json()["erase_after"].as_str().unwrap().to_owned();
    assert_eq!(set(r#"{"state":"answered"}"#).expect(200).json()["state"], "answered");
    assert!(kept(&set(r#"{"state":"closed"}"#).expect(200)).as_str() < found["erase_after"].as_str().unwrap());
    for wrong in [r#"{"state":"lost"}"#, r#"{"state":"new","message":"x"}"#, "{}", ""] {
        set(wrong).expect(400);
    }
    let shown = anonymous.get(&format!("/anfrage/eingang/{}?lang=en", receipt.to_lowercase())).expect(200);
    assert!(shown.body.contains("Closed"), "{}", shown.body);

    // What it is about is named for as long as it is public.
    let etag = planner.get_site(&id).etag();
    planner.delete_site(&id, &etag).expect(204);
    let shown = anonymous.get(&format!("/anfrage/eingang/{receipt}")).expect(200);
    assert!(!shown.body.contains("Deichgrundstück"), "{}", shown.body);
    assert_eq!(store.revision(), revision + 1, "the journal knows of the site only");

    clerk.send("DELETE", &path, &[], "").expect(204);
    clerk.get(&path).expect(404);
    anonymous.get(&format!("/anfrage/eingang/{receipt}")).expect(404);
    assert_eq!((inbox(&clerk, ""), store.count("enquiry")), (vec![], 0));
    server.stop();
    store.expect_sound();
}

fn what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let client = server.client();
    let path = format!("{TOWN}?lang=de");

    let answer =
        client.ask(&path, &[("nachricht", ""), ("mail", "erika@"), ("telefon", "<anrufen>"), ("name", "Erika & Co")]);
    let page = answer.expect(422).body;
    for (field, value) in [("mail", "erika@"), ("telefon", "&#60;anrufen&#62;"), ("name", "Erika &#38; Co")] {
        assert!(page.contains(&format!("name=\"{field}\"")) && page.contains(&format!("value=\"{value}\"")), "{page}");
    }
    for field in ["nachricht", "mail", "telefon"] {
        assert!(
            page.contains(&format!("<a href=\"#{field}\">")) && page.contains(&format!("id=\"{field}-fehler\"")),
            "{page}"
        );
    }
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 3);
    assert!(page.contains("tabindex=\"-1\" autofocus"), "{page}");

    // Nobody could answer.
    let page = client.ask(&path, &[("nachricht", QUESTION)]).expect(422).body;
    assert!(page.contains(QUESTION) && page.contains("<a href=\"#mail\">Bitte nennen Sie"), "{page}");

    // What programs do, and a sheet of the day before yesterday.
    let on = |sheet: &str, more: &[(&str, &str)]| {
        client.send("POST", &path, &[FORM], &encoded(&[&GOOD, more, &[("bogen", sheet)]].concat()))
    };
    let (trapped, ahead, old) = (sheet(60), sheet(-60), sheet(200_000));
    let page = on(&trapped, &[("webseite", "https://spam.example")]).expect(422).body;
    assert!(page.contains("<a href=\"#webseite\">") && page.contains("https://spam.example"), "{page}");
    let page = on(&ahead, &[]).expect(422).body;
    assert!(page.contains("schneller, als jemand tippen kann") && page.contains(&ahead), "{page}");
    let page = on(&old, &[]).expect(422).body;
    assert!(page.contains("länger als einen Tag") && !page.contains(&old) && page.contains(QUESTION), "{page}");

    // Not from a page of this server, or no form at all.
    let fresh = sheet(60);
    let body = encoded(&[&GOOD[..], &[("bogen", &fresh)]].concat());
    let from = |headers: &[(&str, &str)]| client.send("POST", &path, &[&[FORM], headers].concat(), &body).status;
    assert_eq!(from(&[("Sec-Fetch-Site", "cross-site")]), 403);
    assert_eq!(from(&[("Origin", "https://evil.example")]), 403);
    assert_eq!(from(&[("Origin", "null")]), 403);
    client.send("POST", &path, &[("Content-Type", "text/plain")], &body).expect(400);
    client.send("POST", &path, &[FORM], &encoded(&GOOD)).expect(400);
    client.send("POST", &path, &[FORM], &"x".repeat(100_000)).expect(400);
    assert_eq!(store.count("enquiry"), 0);

    let origin = server.url().to_owned();
    assert_eq!(from(&[("Origin", &origin), ("Sec-Fetch-Site", "same-origin")]), 303);
    assert_eq!(store.count("enquiry"), 1);
    server.stop();
}

fn only_what_is_public_can_be_asked_about(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let created = planner.post_site(&offer("confirmed")).expect(201);
    let (id, etag) = (created.created_id(), created.etag());
    let internal = planner.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &json!({}))).expect(201).created_id();
    // Staff ask nothing here that others could not.
    for client in [&server.client(), &planner] {
        for (path, expected) in [
            (format!("/anfrage/flaeche/{internal}"), 404),
            ("/anfrage/flaeche/unknown".to_owned(), 404),
            (format!("/anfrage/gebaeude/{id}"), 404),
            ("/anfrage/gebaeude/DEHHALKA10000001".to_owned(), 404),
            ("/anfrage/gemeinde/99999999".to_owned(), 404),
            ("/anfrage/gemeinde/x".to_owned(), 404),
        ] {
            assert_eq!(client.get(&path).status, expected, "{path}");
            assert_eq!(client.ask(&path, &GOOD).status, expected, "{path}");
        }
        client.get(&format!("/anfrage/flaeche/{id}")).expect(200);
        client.get(TOWN).expect(200);
    }
    // What was withdrawn while the form was filled in is as unknown as what never was.
    let mut withdrawn = offer("confirmed");
    withdrawn["properties"]["publication_decision"] = json!("withdrawn");
    let put = planner.put_site(&id, &etag, &withdrawn).expect(204);
    server.client().ask(&format!("/anfrage/flaeche/{id}"), &GOOD).expect(404);
    let put = planner.put_site(&id, &put.etag(), &offer("confirmed")).expect(204);
    planner.put_site(&id, &put.etag(), &offer("sold")).expect(204);
    server.client().ask(&format!("/anfrage/flaeche/{id}"), &GOOD).expect(410);

    // A municipality with a form of its own takes nothing here.
    let page = server.client().get("/gemeinde/02000000").expect(200).body;
    assert!(page.contains(&format!("href=\"{TOWN}\"")), "{page}");
    let own = "link_enquiry=https://formular.example/?gemeinde={ags}";
    store.run(&["municipality", "set", HAMBURG_AGS, own]).expect_done();
    let limit = std::time::Duration::from_secs(15);
    tests::server::eventually("the setting is followed", limit, || {
        (server.client().get(TOWN).status == 404).then_some(())
    });
    server.client().ask(TOWN, &GOOD).expect(404);
    assert!(!server.client().get("/gemeinde/02000000").expect(200).body.contains("/anfrage/"));
    assert_eq!(store.count("enquiry"), 0);
    server.stop();
}

fn the_inbox_is_read_page_by_page(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let clerk = store.client(&server, "clerk", "clerk", HAMBURG_AGS);
    let mut asked: Vec<String> = (0..5).map(|_| number(&server.client().ask(TOWN, &GOOD))).collect();
    let mut read = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = clerk.json(&format!("/api/enquiries{query}"));
        read.extend(inbox(&clerk, &query));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(read, inbox(&clerk, ""));
    read.sort();
    asked.sort();
    assert_eq!(read, asked);
    let path = format!("/api/enquiries/{}", asked[0]);
    clerk.send("PATCH", &path, &[], r#"{"state":"read"}"#).expect(200);
    assert_eq!(inbox(&clerk, "?state=read"), [asked[0].as_str()]);
    assert_eq!(inbox(&clerk, &format!("?state=new&ags={HAMBURG_AGS}")).len(), 4);
    // The list says nothing of who asks.
    let list = clerk.get("/api/enquiries").expect(200).body;
    assert!(!list.contains(MAIL) && !list.contains(QUESTION), "{list}");
    for (query, parameter) in
        [("state=lost", "state"), ("limit=0", "limit"), ("cursor=x", "cursor"), ("ags=1", "ags"), ("q=x", "q")]
    {
        let answer = clerk.get(&format!("/api/enquiries?{query}")).expect(400);
        assert_eq!(answer.json()["parameter"], parameter, "{}", answer.body);
    }
    server.stop();
}

fn enquiries_are_kept_at_the_command_line_and_erased_in_time(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let [first, second, third] = [0, 1, 2].map(|_| number(&server.client().ask(TOWN, &GOOD)));
    let list = |more: &[&str]| store.run(&[&["enquiries", "list"], more].concat()).expect_done().stdout;
    assert_eq!(list(&[]).lines().count(), 3);
    assert!(!list(&[]).contains(MAIL), "{}", list(&[]));
    let whole = store.run(&["enquiries", "show", &first]).expect_done().stdout;
    assert!(whole.contains(QUESTION) && whole.contains(MAIL) && whole.contains("state: new"), "{whole}");
    store.run(&["enquiries", "close", &first]).expect_done();
    assert_eq!(list(&["--state", "new"]).lines().count(), 2);
    assert_eq!(list(&["--municipality", "16051000"]), "");
    store.run(&["enquiries", "erase", &second]).expect_done();
    store.run(&["enquiries", "show", &second]).expect_code(1);
    store.run(&["enquiries", "erase"]).expect_code(2);
    store.run(&["enquiries", "show", "0000"]).expect_code(2);
    assert_eq!(store.run(&["enquiries", "erase", "--due"]).expect_done().stdout.trim(), "0 erased");

    // No collection, download, layer or export holds one.
    let collections = server.client().json("/ogc/collections?f=json").to_string();
    assert!(!collections.contains("enquir"), "{collections}");
    let export = ["export", "--collection", "enquiry", "--format", "csv", "--viewer", "staff"];
    assert_ne!(store.run(&export).code, Some(0));
    server.client().get(&SITES.replace("sites", "enquiry")).expect(404);

    // A backup does, as it must.
    let backup = store.folder().join("backup.gpkg").to_str().unwrap().to_owned();
    store.run(&["backup", &backup]).expect_done();
    let kept = tests::baulotse(["enquiries", "list", "--store", &backup]).expect_done().stdout;
    assert_eq!(kept, list(&[]));

    // Past their last day they go at the start of a server, or at once on demand.
    let make_due = |number: &str| {
        let sql = format!("UPDATE enquiry SET erase_after = '2020-01-01' WHERE number = '{number}'");
        match store.is_file() {
            true => drop(tool("sqlite3", &[store.location(), &sql]).expect_done()),
            false => drop(postgres::sql(store.location(), &sql)),
        }
    };
    make_due(&first);
    assert_eq!(store.run(&["enquiries", "erase", "--due"]).expect_done().stdout.trim(), "1 erased");
    server.stop();
    make_due(&third);
    let server = store.serve();
    let limit = std::time::Duration::from_secs(15);
    tests::server::eventually("what is due is erased", limit, || (store.count("enquiry") == 0).then_some(()));
    server.stop();
    store.expect_sound();
}
