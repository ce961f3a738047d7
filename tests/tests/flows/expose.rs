//! The exposé as a document: what a screen reader finds in it, in each language, and that it goes with its record.

use std::path::{Path, PathBuf};

use serde_json::json;
use tests::{
    Client, TestStore,
    binary::tool,
    both_stores,
    client::site,
    sample::{self, HAMBURG_AGS},
};

both_stores!(
    a_document_is_read_as_it_is_seen,
    a_document_goes_with_its_record,
    a_picture_is_in_the_document_as_long_as_it_is_shown,
);

const NAME: &str = "Grundstück für Möwen „Öland“";

fn offer(decision: &str) -> serde_json::Value {
    let properties = json!({
        "name": NAME, "basis": "offer", "publication_decision": decision, "owner_class": "municipal",
        "area_m2": 830.0, "price_eur": 45_000.0, "planning_law": "p34", "servicing": "partial", "note": "never shown",
    });
    site(HAMBURG_AGS, [8.49, 53.92], &properties)
}

/// What `pdfinfo` and `pdftotext` (poppler) say of the document at an address.
struct Read {
    info: String,
    /// Tags and the text under them.
    tags: String,
    text: String,
    about: String,
}

fn read(client: &Client, address: &str, file: &Path) -> Read {
    let answer = client.save(address, file).expect(200);
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(answer.header("x-robots-tag"), "noindex");
    let file = file.to_str().unwrap();
    let said = |name: &str, arguments: &[&str]| {
        let run = tool(name, arguments).expect_done();
        // Poppler takes the boolean that ISO 32000-1 § 14.7.1 asks for in `Suspects` for an error.
        let errors: Vec<_> =
            run.stderr.lines().filter(|line| line.contains("Error") && !line.contains("Suspects")).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        run.stdout
    };
    Read {
        info: said("pdfinfo", &[file]),
        tags: said("pdfinfo", &["-struct-text", file]),
        text: said("pdftotext", &["-layout", file, "-"]),
        about: said("pdfinfo", &["-meta", file]),
    }
}

fn pdf(store: &TestStore) -> PathBuf {
    store.folder().join("expose.pdf")
}

fn a_document_is_read_as_it_is_seen(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let contact = ["contact_name=Bauamt Neuwerk", "contact_mail=bauamt@example.org", "attribution=© Vermessungsamt"];
    store.run(&[&["municipality", "set", HAMBURG_AGS], &contact[..]].concat()).expect_done();
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let id = planner.post_site(&offer("publish")).expect(201).created_id();
    for (language, tag, words) in [
        (
            "de",
            "de",
            ["Exposé: ", "45.000", "Was darf man hier bauen?", "So geht es weiter", "Bauvoranfrage", "Seite 1 von"],
        ),
        (
            "en",
            "en",
            ["Exposé: ", "45,000", "What may be built here?", "What to do next", "Bauvoranfrage", "Page 1 of"],
        ),
        (
            "leicht",
            "de-x-leicht",
            [
                "Blatt zum Drucken: ",
                "45.000",
                "Was darf man hier bauen?",
                "Das können Sie jetzt tun",
                "Bau-Voranfrage",
                "Seite 1 von",
            ],
        ),
    ] {
        let document = read(&server.client(), &format!("/flaeche/{id}/expose.pdf?lang={language}"), &pdf(store));
        let [title, price, law, steps, notice, page] = words;
        let title = format!("{title}{NAME}");
        for part in
            [&format!("Title:           {title}"), "Tagged:          yes", "Page size:       595.28 x 841.89 pts (A4)"]
        {
            assert!(document.info.contains(part), "{part} is not in {}", document.info);
        }
        for part in [format!("<rdf:li>{tag}</rdf:li>"), "<pdfuaid:part>1</pdfuaid:part>".to_owned(), title.clone()] {
            assert!(document.about.contains(&part), "{part} is not in {}", document.about);
        }
        // Umlauts, quotes and units come out as they went in; nothing internal does.
        for part in [NAME, price, law, steps, notice, page, "830\u{a0}m²", "bauamt@example.org", "© Vermessungsamt"] {
            let (part, text) = (part.replace('\u{a0}', " "), document.text.replace('\u{a0}', " "));
            assert!(text.contains(&part), "{part} is not in {text}");
        }
        assert!(!document.text.contains("never shown") && !document.text.contains('\u{fffd}'));
        let tags: Vec<_> =
            document.tags.lines().filter_map(|line| line.trim_start().split([' ', ':']).next()).collect();
        for tag in ["H1", "H2", "H3", "Table", "TR", "TH", "TD", "Figure", "Caption", "LI", "Lbl", "LBody", "Link"] {
            assert!(tags.contains(&tag), "{language}: no tag {tag} in {}", document.tags);
        }
        // In the order of the page: the name, the facts, what may be built, the steps, whom to ask.
        let places = [NAME, price, law, steps, "bauamt@example.org"].map(|part| document.tags.find(part));
        assert!(places.is_sorted() && places[0].is_some(), "{language}: {places:?} in {}", document.tags);
    }
    server.stop();
}

fn a_document_goes_with_its_record(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let anonymous = server.client();
    let created = planner.post_site(&offer("publish")).expect(201);
    let (id, etag) = (created.created_id(), created.etag());
    let address = format!("/flaeche/{id}/expose.pdf?lang=de");
    let page = anonymous.get(&format!("/flaeche/{id}?lang=de")).expect(200);
    assert!(page.body.contains(&format!("href=\"{}\"", address.replace('&', "&#38;"))), "{}", page.body);

    // The same bytes until something changes, and a client that holds them is told so.
    let first = anonymous.get(&address).expect(200);
    assert_eq!(anonymous.get(&address).expect(200).etag(), first.etag());
    anonymous.send("GET", &address, &[("If-None-Match", &first.etag())], "").expect(304);
    let name = first.header("content-disposition");
    assert_eq!(name, "attachment; filename=\"expose-grundstueck-fuer-moewen-oeland.pdf\"");

    let mut cheaper = offer("publish");
    cheaper["properties"]["price_eur"] = json!(39_000);
    let changed = planner.put_site(&id, &etag, &cheaper).expect(204);
    anonymous.send("GET", &address, &[("If-None-Match", &first.etag())], "").expect(200);
    assert!(read(&anonymous, &address, &pdf(store)).text.contains("39.000"));

    planner.put_site(&id, &changed.etag(), &offer("withdrawn")).expect(204);
    let withdrawn = anonymous.get(&address).expect(404);
    let unknown = anonymous.get(&address.replace(&id, "unbekannt")).expect(404);
    assert_eq!(withdrawn.body.replace(&id, ""), unknown.body.replace("unbekannt", ""));
    anonymous.get("/gebaeude/unbekannt/expose.pdf").expect(404);
    server.stop();
}

fn a_picture_is_in_the_document_as_long_as_it_is_shown(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let anonymous = server.client();
    let id = planner.post_site(&offer("publish")).expect(201).created_id();
    let address = format!("/flaeche/{id}/expose.pdf?lang=de");
    let pictures = || {
        let document = read(&anonymous, &address, &pdf(store));
        let list = tool("pdfimages", &["-list", pdf(store).to_str().unwrap()]).expect_done().stdout;
        let credited = document.text.contains("Bild: Stadt Hamburg") && document.text.contains("CC BY 4.0");
        let jpegs = list.lines().filter(|line| line.contains(" jpeg ")).count();
        assert_eq!(credited, jpegs > 0, "{list}");
        // Some facts stand beside the picture, and then not again below.
        assert_eq!(document.text.matches("45.000").count(), 1, "{}", document.text);
        jpegs
    };
    assert_eq!(pictures(), 0);
    let plain = anonymous.get(&address).expect(200);

    let added = planner.add_picture("site", &id, "").expect(201);
    assert_eq!(pictures(), 0, "nobody has looked at it yet");
    let path = format!("/api/pictures/{}", added.created_id());
    let change = |tag: &str, body: &str| planner.send("PATCH", &path, &[("If-Match", tag)], body).expect(200).etag();
    let released = change(&added.etag(), r#"{"released":true}"#);
    anonymous.get_with(&address, &[("If-None-Match", &plain.etag())]).expect(200);
    assert_eq!(pictures(), 1);
    let pictured = anonymous.get(&address).expect(200);
    anonymous.get_with(&address, &[("If-None-Match", &pictured.etag())]).expect(304);

    change(&released, r#"{"released":false}"#);
    assert_eq!(pictures(), 0);
    anonymous.get_with(&address, &[("If-None-Match", &pictured.etag())]).expect(200);
    server.stop();
}
