//! Pages, downloads and feeds through the built binary: what is published is on every channel, what is withdrawn
//! on none, and what a municipality sets is seen.

use std::time::Duration;

use serde_json::json;
use tests::{
    Client, TestStore,
    binary::tool,
    both_stores,
    client::site,
    sample::{self, HAMBURG_AGS},
    server::eventually,
};

both_stores!(
    what_is_withdrawn_is_gone_from_every_page_download_and_feed,
    a_municipality_sets_its_contact_and_links,
    a_list_is_framed_only_where_every_town_on_it_allows,
    a_municipality_shows_its_face,
);

const NAME: &str = "Deichgrundstück am Leuchtturm";

fn offer(decision: &str) -> serde_json::Value {
    let properties = json!({
        "name": NAME, "basis": "offer", "publication_decision": decision, "owner_class": "municipal",
        "area_m2": 830.0, "price_eur": 45_000.0, "planning_law": "p34",
    });
    site(HAMBURG_AGS, [8.49, 53.92], &properties)
}

/// Every address that shows a site, and what stands in for it there: its name, or its id.
fn channels(id: &str) -> Vec<String> {
    let town = format!("/gemeinde/{HAMBURG_AGS}");
    vec![
        "/?lang=de".to_owned(),
        format!("{town}?typ=grundstueck&recht=innenbereich&flaeche_min=800&preis_max=45000&lang=de"),
        format!("{town}/liste.csv?lang=de"),
        "/liste.geojson".to_owned(),
        format!("{town}/liste.gpkg?typ=grundstueck"),
        format!("{town}/feed.atom?typ=grundstueck"),
        format!("{town}/start?lang=de"),
        "/suche?suche=Deichgrund".to_owned(),
        "/api/search?q=leuchtturm".to_owned(),
        format!("/vergleich?id={id}&id=unbekannt"),
        format!("/flaeche/{id}?lang=de"),
        format!("/flaeche/{id}/expose?lang=de"),
    ]
}

fn what_is_withdrawn_is_gone_from_every_page_download_and_feed(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let anonymous = server.client();
    let created = planner.post_site(&offer("publish")).expect(201);
    let (id, etag) = (created.created_id(), created.etag());
    for address in channels(&id) {
        let answer = anonymous.get(&address).expect(200);
        assert!(answer.body.contains(NAME), "{address}: {}", answer.body);
        // A client that holds a page is told that it is still good.
        if !address.starts_with("/api") {
            anonymous.send("GET", &address, &[("If-None-Match", &answer.etag())], "").expect(304);
        }
    }
    let feed = anonymous.get("/feed.atom").expect(200).body;
    assert!(feed.contains("<updated>20") && !feed.contains("<updated>1970"), "{feed}");

    // GDAL opens the GeoPackage and finds this one record in it.
    let file = store.folder().join("list.gpkg");
    anonymous.save("/liste.gpkg?typ=grundstueck", &file).expect(200);
    let read = tool("ogrinfo", &["-ro", "-al", "-geom=SUMMARY", file.to_str().unwrap()]).expect_done();
    for part in ["Feature Count: 1", &format!("name (String) = {NAME}"), "price_eur (Real) = 45000", "25832"] {
        assert!(read.stdout.contains(part), "{part}: {}", read.stdout);
    }
    assert!(!read.stderr.contains("ERROR") && !read.stderr.contains("Warning"), "{}", read.stderr);
    let figures = anonymous.get(&format!("/gemeinde/{HAMBURG_AGS}/zahlen.csv?lang=en")).expect(200).body;
    assert!(figures.contains("art,Plots,grundstueck,1,830,0,"), "{figures}");

    planner.put_site(&id, &etag, &offer("withdrawn")).expect(204);
    assert_eq!(anonymous.get("/zahlen.csv").expect(200).body.lines().count(), 1, "what is withdrawn is not counted");
    for address in channels(&id) {
        let answer = anonymous.get(&address);
        assert!(!answer.body.contains(NAME), "{address}");
        let is_detail = address.starts_with("/flaeche");
        assert_eq!(answer.status, if is_detail { 404 } else { 200 }, "{address}");
    }
    server.stop();
}

fn a_list_is_framed_only_where_every_town_on_it_allows(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    store.import_sample(sample::ERFURT);
    let set = |ags: &str, origins: &str| {
        store.run(&["municipality", "set", ags, &format!("embed_origins={origins}")]).expect_done();
    };
    set(HAMBURG_AGS, "https://neuwerk.example https://kreis.example");
    let server = store.serve();
    let client = server.client();
    let ancestors = |address: &str| {
        let policy = client.get(address).header("content-security-policy").to_owned();
        policy.split_once("frame-ancestors ").map(|(_, ancestors)| ancestors.to_owned())
    };
    let of_town = format!("/embed/{HAMBURG_AGS}");
    let both = "'self' https://neuwerk.example https://kreis.example";
    assert_eq!(ancestors(&of_town).as_deref(), Some(both));
    assert_eq!(ancestors("/embed").as_deref(), Some("'self'"));
    for other in ["/", "/einbetten", "/embed/99999999", "/embed.js"] {
        assert_eq!(ancestors(other).as_deref(), Some("'none'"), "{other}");
    }

    // Another policy is another answer, though nothing on the page has changed.
    let held = client.get(&of_town).expect(200).etag();
    client.send("GET", &of_town, &[("If-None-Match", &held)], "").expect(304);
    set(sample::ERFURT_AGS, "https://kreis.example");
    set(HAMBURG_AGS, "https://kreis.example");
    eventually("the new setting", Duration::from_secs(20), || {
        (ancestors(&of_town).as_deref() == Some("'self' https://kreis.example")).then_some(())
    });
    assert_eq!(ancestors("/embed").as_deref(), Some("'self' https://kreis.example"));
    client.send("GET", &of_town, &[("If-None-Match", &held)], "").expect(200);

    let page = format!("{}/gemeinde/{HAMBURG_AGS}?typ=hof", server.url());
    let oembed =
        |query: &str| client.get(&format!("/oembed?url={}{query}", page.replace('?', "%3F").replace('=', "%3D")));
    let rich = oembed("&format=json&maxwidth=320&dnt=1").expect(200).json();
    assert_eq!((&rich["type"], &rich["version"], &rich["width"]), (&json!("rich"), &json!("1.0"), &json!(320)));
    let html = rich["html"].as_str().unwrap();
    assert!(html.contains(&format!("src=\"{}{of_town}?typ=hof\"", server.url())), "{html}");
    oembed("&format=xml").expect(501);
    client.get(&format!("/oembed?url={}/flaeche/x", server.url())).expect(404);
    server.stop();
}

fn a_municipality_sets_its_contact_and_links(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let planner = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let id = planner.post_site(&offer("publish")).expect(201).created_id();

    let refused = store.run(&["municipality", "set", HAMBURG_AGS, "contact_phone=030 123", "colour=#ffff00"]);
    assert!(refused.expect_code(2).stderr.contains("white letters on #ffff00"), "a light colour");
    store.run(&["municipality", "set", "99999999", "contact_name=x"]).expect_code(2);
    let shown = store.run(&["municipality", "show", HAMBURG_AGS]).expect_done();
    assert!(!shown.stdout.contains("contact_phone"), "{}", shown.stdout);

    let link = "link_preliminary_enquiry=https://formular.example.org/bauvoranfrage?objekt={id}&lage={title}";
    let set =
        ["municipality", "set", HAMBURG_AGS, "contact_mail=bau@neuwerk.example.org", "contact_hours=täglich", link];
    store.run(&set).expect_done();
    let shown = store.run(&["municipality", "show", HAMBURG_AGS]).expect_done();
    assert!(shown.stdout.contains("contact_mail=bau@neuwerk.example.org\n"), "{}", shown.stdout);
    let page = wait_for(&server.client(), &format!("/flaeche/{id}?lang=de"), "bau@neuwerk.example.org");
    assert!(page.contains("täglich"), "{page}");
    let address = format!("https://formular.example.org/bauvoranfrage?objekt={id}&#38;lage=Deichgrundst%C3%BCck%20am");
    assert!(page.contains(&address), "{page}");

    store.run(&["municipality", "set", HAMBURG_AGS, "contact_hours="]).expect_done();
    let shown = store.run(&["municipality", "show", HAMBURG_AGS]).expect_done();
    assert!(!shown.stdout.contains("contact_hours"), "{}", shown.stdout);
    server.stop();
}

const ARMS: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>"#;

fn a_municipality_shows_its_face(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let server = store.serve();
    let client = server.client();
    let town = format!("/gemeinde/{HAMBURG_AGS}");
    // Nothing is set: the pages are there and say so, the colour and the picture are not.
    for page in ["impressum", "datenschutz", "barrierefreiheit"] {
        for path in [format!("/{page}?lang=de"), format!("{town}/{page}?lang=de")] {
            let body = client.get(&path).expect(200).body;
            assert!(body.contains("noch keinen eigenen Text") && body.contains("Ansprechstelle"), "{path}: {body}");
        }
    }
    client.get(&format!("{town}/farben.css")).expect(404);
    client.get(&format!("{town}/wappen")).expect(404);

    let set = |setting: &str| store.run(&["municipality", "set", HAMBURG_AGS, setting]);
    let file = |name: &str, text: &str| format!("coat_of_arms=@{}", store.file(name, text));
    let harmful = file("harmful.svg", &ARMS.replace("<path", "<script>x()</script><path"));
    assert!(set(&harmful).expect_code(2).stderr.contains("must not hold <script>"), "a script in a picture");
    assert!(set(&file("text.svg", "ein Wappen")).expect_code(2).stderr.contains("coat_of_arms"), "no picture");
    set(&file("arms.svg", ARMS)).expect_done();
    set("colour=#14532d").expect_done();
    set("imprint=Gemeinde Neuwerk\nDeich 1\n\nVertreten durch den Vogt").expect_done();
    set("contact_mail=bau@neuwerk.example.org").expect_done();
    let shown = store.run(&["municipality", "show", HAMBURG_AGS]).expect_done();
    assert!(
        shown.stdout.contains(&format!("coat_of_arms=(image/svg+xml, {} bytes)\n", ARMS.len())),
        "{}",
        shown.stdout
    );

    let page = wait_for(
        &client,
        &format!("{town}/barrierefreiheit?lang=de"),
        "mailto:bau@neuwerk.example.org?subject=Barriere",
    );
    assert!(page.contains("id=\"melden\""), "{page}");
    let page = client.get(&format!("{town}/impressum?lang=de")).expect(200).body;
    assert!(page.contains("<p>Gemeinde Neuwerk<br>Deich 1</p>") && page.contains("Vertreten durch den Vogt"), "{page}");
    // There is but one municipality, so the server's pages, and those for errors, are its.
    assert!(client.get("/impressum?lang=de").expect(200).body.contains("Deich 1"));
    assert!(client.get("/nirgends?lang=de").expect(404).body.contains(&format!("{town}/impressum?lang=de")));

    let style = client.get(&format!("{town}/farben.css?v=14532d")).expect(200);
    assert!(style.body.contains("--masthead-ground:#14532d") && style.body.contains("prefers-color-scheme:dark"));
    assert_eq!(
        (style.header("content-type"), style.header("cache-control")),
        ("text/css; charset=utf-8", "public, max-age=86400")
    );
    let arms = client.get(&format!("{town}/wappen")).expect(200);
    assert_eq!(
        (arms.body.as_str(), arms.header("content-type"), arms.header("cache-control")),
        (ARMS, "image/svg+xml", "no-cache")
    );
    assert_eq!(arms.header("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    assert_eq!(arms.header("x-content-type-options"), "nosniff");
    client.send("GET", &format!("{town}/wappen"), &[("If-None-Match", &arms.etag())], "").expect(304);

    set("coat_of_arms=").expect_done();
    for _ in 0..100 {
        if client.get(&format!("{town}/wappen")).status == 404 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    client.get(&format!("{town}/wappen")).expect(404);
    server.stop();
}

/// The server follows what another process wrote; it is told, or looks.
fn wait_for(client: &Client, address: &str, part: &str) -> String {
    for _ in 0..100 {
        let body = client.get(address).expect(200).body;
        if body.contains(part) {
            return body;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    client.get(address).body
}
