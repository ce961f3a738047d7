//! Pictures: from the camera to the page, and gone when what they show is.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{
    Client, TestStore, both_stores,
    client::site,
    picture::{GOOD, SERIAL, holds, photograph},
    sample::{self, HAMBURG_AGS},
    server::eventually,
};

both_stores!(
    a_photograph_comes_to_the_page_without_what_the_camera_wrote,
    what_takes_a_site_away_takes_its_pictures_on_every_channel,
    a_file_or_a_field_that_cannot_be_taken_is_named,
    pictures_are_kept_at_the_command_line_and_in_backups,
);

const LIMIT: Duration = Duration::from_secs(20);

fn offer(more: &Value) -> Value {
    let mut properties = json!({
        "name": "Deichgrundstück", "basis": "offer", "publication_decision": "publish", "owner_class": "municipal",
    });
    for (name, value) in more.as_object().unwrap() {
        properties[name] = value.clone();
    }
    site(HAMBURG_AGS, [8.49, 53.92], &properties)
}

fn publish(planner: &Client, id: &str, more: &Value) {
    let etag = planner.get_site(id).etag();
    planner.put_site(id, &etag, &offer(more)).expect(204);
}

fn a_photograph_comes_to_the_page_without_what_the_camera_wrote(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let clerk = store.client(&server, "clerk", "clerk", HAMBURG_AGS);
    let anonymous = server.client();
    let id = planner.post_site(&offer(&json!({}))).expect(201).created_id();
    let page = || anonymous.get(&format!("/flaeche/{id}?lang=de")).expect(200).body;
    assert!(!page().contains("/bild/") && !page().contains("og:image"), "nothing stands in for a picture");

    assert!(holds(&photograph(), SERIAL));
    let added = clerk.add_picture("site", &id, "&alt_en=A%20house").expect(201);
    let (picture, etag) = (added.created_id(), added.etag());
    let described = added.json();
    // Orientation 6: what lay on its side stands upright.
    let sizes: Vec<(u64, u64)> = described["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["width"].as_u64().unwrap(), file["height"].as_u64().unwrap()))
        .collect();
    assert_eq!(sizes, [(400, 571), (700, 1000)]);
    assert_eq!((&described["released"], &described["position"]), (&json!(false), &json!(1)));

    // Until it is released, staff see it and nobody else.
    let public_file = format!("/bild/{picture}/700.jpg");
    anonymous.get(&public_file).expect(404);
    assert!(!page().contains(&picture));
    let inside = clerk.get(&format!("/api/pictures/{picture}/700.jpg")).expect(200);
    assert_eq!(inside.header("cache-control"), "private, no-cache");
    assert_eq!(anonymous.json(&format!("/api/pictures?site={id}"))["pictures"], json!([]));

    let change = |tag: &str, body: &str| {
        let headers = [("If-Match", tag), ("Content-Type", "application/merge-patch+json")];
        clerk.send("PATCH", &format!("/api/pictures/{picture}"), &headers, body)
    };
    let released = change(&etag, r#"{"released":true,"taken_on":"2026-05-03"}"#).expect(200);
    change(&etag, r#"{"released":false}"#).expect(412);
    assert_eq!(released.json()["taken_on"], "2026-05-03");

    for width in [400, 700] {
        let file = anonymous.get(&format!("/bild/{picture}/{width}.jpg")).expect(200);
        assert_eq!(file.header("content-type"), "image/jpeg");
        assert_eq!(file.header("cache-control"), "no-cache");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.bytes.starts_with(&[0xff, 0xd8, 0xff]) && file.bytes.len() > 1000);
        for trace in [b"Exif".as_slice(), b"GPS", SERIAL] {
            assert!(!holds(&file.bytes, trace), "{}", String::from_utf8_lossy(trace));
        }
        let known = [("If-None-Match", file.header("etag"))];
        assert!(anonymous.get_with(&format!("/bild/{picture}/{width}.jpg"), &known).expect(304).bytes.is_empty());
    }
    // What is known is not sent again; what staff see goes into no cache of others.
    for (client, caching) in [(&anonymous, "no-cache"), (&clerk, "private, no-cache")] {
        for address in [format!("/api/pictures?site={id}"), format!("/api/pictures/{picture}")] {
            let first = client.get(&address).expect(200);
            assert_eq!(first.header("content-type"), "application/json");
            let again = client.get_with(&address, &[("If-None-Match", &first.etag())]).expect(304);
            assert_eq!((again.bytes.len(), again.etag()), (0, first.etag()), "{address}");
            for answer in [&first, &again] {
                assert_eq!(answer.header("cache-control"), caching, "{address}");
                assert_eq!(answer.header("vary"), "authorization, accept-encoding", "{address}");
            }
            client.get_with(&address, &[("If-None-Match", &etag)]).expect(200);
        }
    }
    for other in ["800.jpg", "700.png", "0700.jpg", "700"] {
        anonymous.get(&format!("/bild/{picture}/{other}")).expect(404);
    }

    let shown = page();
    for expected in [
        format!("srcset=\"/bild/{picture}/400.jpg 400w, /bild/{picture}/700.jpg 700w\""),
        "alt=\"Ein Haus im Hof\" width=\"700\" height=\"1000\"".to_owned(),
        "Stadt Hamburg, 3. Mai 2026".to_owned(),
        "CC BY 4.0".to_owned(),
        format!("property=\"og:image\" content=\"{}/bild/{picture}/700.jpg\"", server.url()),
        format!("\"image\":[\"{}/bild/{picture}/700.jpg\"]", server.url()),
    ] {
        assert!(shown.contains(&expected), "{expected} is not in {shown}");
    }
    assert!(anonymous.get(&format!("/flaeche/{id}?lang=en")).body.contains("alt=\"A house\""));
    for address in ["/".to_owned(), format!("/flaeche/{id}/expose"), format!("/vergleich?id={id}&id=x")] {
        assert!(anonymous.get(&address).expect(200).body.contains(&format!("/bild/{picture}/")), "{address}");
    }

    // A second one comes behind it, until it is put before it.
    let second = clerk.add_picture("site", &id, "&released=true").expect(201);
    let listed = format!("/api/pictures?site={id}");
    let known = anonymous.get(&listed).expect(200).etag();
    let order = || {
        let list = anonymous.json(&format!("/api/pictures?site={id}"));
        let ids = list["pictures"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(order(), [picture.clone(), second.created_id()]);
    let path = format!("/api/pictures/{}", second.created_id());
    let moved = clerk.send("PATCH", &path, &[("If-Match", &second.etag())], r#"{"position":0}"#).expect(200);
    assert_eq!(order(), [second.created_id(), picture.clone()]);
    anonymous.get_with(&listed, &[("If-None-Match", &known)]).expect(200);

    // Removed, nothing is left of it; nothing of a name is kept in the past.
    clerk.send("DELETE", &path, &[], "").expect(428);
    clerk.send("DELETE", &path, &[("If-Match", &moved.etag())], "").expect(204);
    clerk.get(&path).expect(404);
    assert_eq!(store.number("SELECT count(*) FROM picture_file") as u64, 2);
    assert_eq!(store.number("SELECT count(author) FROM picture_history") as u64, 0);
    let etag = planner.get_site(&id).etag();
    planner.delete_site(&id, &etag).expect(204);
    anonymous.get(&public_file).expect(404);
    assert_eq!([store.count("picture"), store.count("picture_file")], [0, 0]);
    server.stop();
    store.expect_sound();
}

fn what_takes_a_site_away_takes_its_pictures_on_every_channel(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let anonymous = server.client();
    let id = planner.post_site(&offer(&json!({}))).expect(201).created_id();
    let picture = planner.add_picture("site", &id, "&released=true").expect(201).created_id();
    let file = format!("/bild/{picture}/400.jpg");
    let known = anonymous.get(&file).expect(200).etag();
    let unknown = anonymous.get("/bild/aaaa/400.jpg").expect(404).body;
    let is_shown = || {
        let pages = ["/".to_owned(), format!("/flaeche/{id}"), format!("/flaeche/{id}/expose")];
        let on_pages = pages.map(|page| anonymous.get(&page).body.contains("/bild/"));
        let file = anonymous.get_with(&file, &[("If-None-Match", &known)]);
        let described = anonymous.get(&format!("/api/pictures/{picture}"));
        let listed = anonymous.get(&format!("/api/pictures?site={id}"));
        if file.status == 404 {
            assert_eq!(file.body.replace(&picture, "aaaa"), unknown, "withheld looks as what never was");
            described.expect(404);
            assert!(listed.status == 404 || listed.json()["pictures"] == json!([]));
            assert_eq!(on_pages, [false; 3]);
            return false;
        }
        file.expect(304);
        described.expect(200);
        assert_eq!(on_pages, [true; 3]);
        true
    };
    assert!(is_shown());
    let consent = |fields: &str, revoked: Value| {
        json!({
            "basis": "consent", "owner_class": "private", "consent_given_on": "2020-01-01",
            "consent_text_version": "1", "consent_fields": fields, "consent_revoked_on": revoked,
        })
    };
    for (name, more, expected) in [
        ("withdrawn", json!({ "publication_decision": "withdrawn" }), false),
        ("published again", json!({}), true),
        ("no longer public", json!({ "public_until": "2020-01-01" }), false),
        ("consent that names pictures", consent("name, pictures", Value::Null), true),
        ("consent that does not", consent("name", Value::Null), false),
        ("revoked consent", consent("name, pictures", json!("2020-02-01")), false),
        ("offer of a private owner without consent", json!({ "owner_class": "private" }), false),
        ("register", json!({ "basis": "register" }), false),
        ("internal", json!({ "basis": null, "publication_decision": null }), false),
    ] {
        publish(&planner, &id, &more);
        assert_eq!(is_shown(), expected, "{name}");
        // The staff sees it all the same.
        planner.get(&format!("/api/pictures/{picture}/400.jpg")).expect(200);
    }
    server.stop();
    store.expect_sound();
}

/// CRC-32 of a chunk (PNG, Annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// A PNG of a few bytes that says that it has so many pixels.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend_from_slice(&width.to_be_bytes());
    head.extend_from_slice(&height.to_be_bytes());
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&crc32(&head).to_be_bytes());
    bytes.extend_from_slice(b"\0\0\0\x01IDAT\x78");
    bytes.extend_from_slice(&crc32(b"IDAT\x78").to_be_bytes());
    bytes
}

fn a_file_or_a_field_that_cannot_be_taken_is_named(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let id = planner.post_site(&offer(&json!({}))).expect(201).created_id();
    let jpeg = [("Content-Type", "image/jpeg")];
    let to = |query: &str| format!("/api/pictures?site={id}{query}");
    let send = |query: &str, file: &[u8]| planner.send_file("POST", &to(query), &jpeg, file);
    let fields = |answer: &tests::Answer| {
        let problems = answer.json()["problems"].clone();
        let fields = problems.as_array().unwrap().iter().map(|problem| problem["field"].as_str().unwrap().to_owned());
        fields.collect::<Vec<_>>()
    };

    let cut = &photograph()[..400];
    for (name, file) in
        [("text", b"no picture".as_slice()), ("a bomb", &bomb(50_000, 50_000)), ("cut short", cut), ("nothing", b"")]
    {
        assert_eq!(fields(&send(GOOD, file).expect(422)), ["file"], "{name}");
    }
    assert!(send(GOOD, &bomb(50_000, 50_000)).body.contains("50000 × 50000"));
    assert_eq!(fields(&send("", &photograph()).expect(422)), ["alt", "author", "licence"]);
    assert_eq!(
        fields(&send(&format!("{GOOD}&taken_on=gestern&released=ja"), b"x").expect(422)),
        ["file", "taken_on", "released"]
    );
    assert_eq!(send(&format!("{GOOD}&gps=1"), &photograph()).expect(400).json()["parameter"], "gps");
    planner.send_file("POST", &to(GOOD), &[("Content-Type", "text/plain")], b"x").expect(415);
    planner.send_file("POST", &format!("/api/pictures?site=aaaa{GOOD}"), &jpeg, b"x").expect(404);
    planner.add_picture("building", "DEHHALKA10000001", "").expect(404);
    let too_large = send(GOOD, &vec![0; 16 * 1024 * 1024 + 1]);
    assert_eq!(too_large.status, 413, "{}", too_large.body);

    let added = planner.add_picture("site", &id, "").expect(201);
    let path = format!("/api/pictures/{}", added.created_id());
    let change = |body: &str| planner.send("PATCH", &path, &[("If-Match", &added.etag())], body);
    for (body, expected) in
        [("{", 400), ("[]", 400), (r#"{"alt":null}"#, 422), (r#"{"alt":["a"]}"#, 422), (r#"{"sha256":"0"}"#, 422)]
    {
        assert_eq!(change(body).status, expected, "{body}");
    }
    planner.send("PATCH", &path, &[], "{}").expect(428);

    // Twelve of one subject, and no more.
    for _ in 1..12 {
        planner.add_picture("site", &id, "").expect(201);
    }
    assert_eq!(fields(&planner.add_picture("site", &id, "").expect(422)), ["file"]);
    assert_eq!(store.count("picture"), 12);
    server.stop();
    store.expect_sound();
}

fn pictures_are_kept_at_the_command_line_and_in_backups(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let id = planner.post_site(&offer(&json!({}))).expect(201).created_id();
    let photo = store.file("photo.jpg", photograph());
    let said = ["--alt", "Ein Haus", "--author", "Stadt Hamburg", "--licence", "cc0"];
    let add = |more: &[&str]| store.run(&[&["picture", "add", photo.as_str()], &said[..], more].concat());

    let picture = add(&["--site", &id, "--released"]).expect_done().stdout.trim().to_owned();
    // The server follows.
    let file = format!("/bild/{picture}/400.jpg");
    let served = eventually("the picture is served", LIMIT, || {
        Some(server.client().get(&file)).filter(|answer| answer.status == 200)
    });
    let list = store.run(&["picture", "list"]).expect_done().stdout;
    assert_eq!(list, format!("{picture}\tsite\t{id}\t1\treleased\tcc0\tEin Haus\n"));
    assert_eq!(add(&["--site", "aaaa"]).code, Some(2));
    assert_eq!(add(&[]).code, Some(2));
    let text = store.file("text.jpg", "no picture");
    let refused = store.run(&[&["picture", "add", text.as_str()], &said[..], &["--site", &id]].concat());
    assert_eq!(refused.code, Some(3));
    assert!(refused.stderr.contains("file: must be a JPEG, PNG or WebP file"), "{}", refused.stderr);

    let backup = store.folder().join("backup.gpkg");
    let backup = backup.to_str().unwrap();
    store.run(&["backup", backup]).expect_done();
    store.run(&["picture", "remove", &picture]).expect_done();
    eventually("the picture is gone", LIMIT, || (server.client().get(&file).status == 404).then_some(()));
    assert_eq!(store.count("picture_file"), 0);
    store.run(&["restore", backup]).expect_done();
    let restored = eventually("the picture is back", LIMIT, || {
        Some(server.client().get(&file)).filter(|answer| answer.status == 200)
    });
    assert_eq!(restored.bytes, served.bytes);
    // What is added after a restore has a place of its own.
    add(&["--site", &id]).expect_done();
    assert_eq!(store.count("picture"), 2);
    server.stop();
    store.expect_sound();
}
