//! Pages as they are rendered, made from public views of a small town.

use askama::Template as _;
use cadastre::{
    Viewer,
    texts::{Language, find, text},
};

use super::{
    detail::{DetailPage, ExposePage},
    embed::SnippetPage,
    error_page::{ErrorKind, ErrorPage},
    fixtures::{Town as Fixture, snapshot},
    frame::Request,
    legal::{Legal, LegalPage},
    list::{ListInput, ListPage, Scope},
    listing::Listing,
    params::{LonLatBox, Place, parse, parse_embedded},
    parcel_page::ParcelPage,
    read,
    search::SearchPage,
    towns::Town,
    welcome::WelcomePage,
};

fn request(path: &str, language: Language) -> Request {
    Request { path: path.to_owned(), language, names_language: false, base_url: "https://example.org".to_owned() }
}

fn raw(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn town(fixture: &Fixture) -> Town<'_> {
    let extent = LonLatBox::parse("12.9,51.1,13,51.2");
    Town { municipality: &fixture.municipality, count: 3, extent, has_districts: true }
}

fn items(fixture: &Fixture, copies: usize, language: Language) -> Vec<Listing> {
    std::iter::repeat_n(fixture.listings(language), copies).flatten().collect()
}

fn list(query: &str, copies: usize, language: Language) -> String {
    let fixture = Fixture::new();
    let town = town(&fixture);
    let towns = [town.clone()];
    let (query, problems) = parse(&raw(query));
    let listings = items(&fixture, copies, language);
    let request = request("/gemeinde/14522310", language);
    let input = ListInput { request, scope: Scope::One(&town), towns: &towns, listings, query, problems };
    ListPage::new(input).render().unwrap()
}

/// A list page for the frame of another site.
fn embedded(query: &str, language: Language) -> String {
    let fixture = Fixture::new();
    let town = town(&fixture);
    let towns = [town.clone()];
    let (query, problems) = parse_embedded(&raw(query));
    let listings = items(&fixture, 1, language);
    let request = request("/embed/14522310", language);
    let input = ListInput { request, scope: Scope::One(&town), towns: &towns, listings, query, problems };
    ListPage::embedded(input).render().unwrap()
}

/// The page that gives the code for other sites.
fn snippet(query: &str, origins: &[&str], language: Language) -> String {
    let fixture = Fixture::new();
    let request = request("/gemeinde/14522310/einbetten", language);
    SnippetPage::new(request, Scope::One(&town(&fixture)), origins, &raw(query)).unwrap().render().unwrap()
}

fn start(towns: usize, language: Language) -> String {
    let fixture = Fixture::new();
    let towns = vec![town(&fixture); towns];
    let (query, problems) = parse(&[]);
    let listings = items(&fixture, 1, language);
    let input =
        ListInput { request: request("/", language), scope: Scope::All, towns: &towns, listings, query, problems };
    ListPage::new(input).render().unwrap()
}

/// The page of a site or a building, and its exposé.
fn sheets(id: &str, language: Language) -> [String; 2] {
    let town_fixture = Fixture::new();
    let snapshot = snapshot(&town_fixture);
    let listings = read::listings(&snapshot, None, &Place::default(), language);
    let listing = listings.into_iter().find(|listing| listing.id == id).unwrap();
    let (request, town) = (request(&listing.path(), language), town(&town_fixture));
    let shown = read::record(&snapshot, &listing).unwrap();
    let page = DetailPage::new(request.clone(), &snapshot, &town, listing.clone(), &shown).render().unwrap();
    [page, ExposePage::new(request, &snapshot, &town, listing, &shown).render().unwrap()]
}

fn site(id: &str, language: Language) -> String {
    let [page, _] = sheets(id, language);
    page
}

fn parcel(language: Language) -> String {
    let fixture = Fixture::new();
    let snapshot = snapshot(&fixture);
    let shown = snapshot.item("parcels", "142888___001230004__", &Viewer::ANONYMOUS).shown().unwrap();
    let sites = Listing::of_site(&fixture.view_site("angebot-1"), 1, fixture.day, language);
    let sites = Some(sites.into_iter().collect());
    let request = request("/flurstueck/142888___001230004__", language);
    ParcelPage::new(request, &snapshot, Some(&town(&fixture)), &shown, sites).render().unwrap()
}

fn search(words: &str, language: Language) -> String {
    let raw = vec![("suche".to_owned(), words.to_owned())];
    SearchPage::new(request("/suche", language), &snapshot(&Fixture::new()), &raw).render().unwrap()
}

fn legal(kind: Legal, language: Language) -> String {
    let (fixture, snapshot) = (Fixture::new(), snapshot(&Fixture::new()));
    let request = request(&format!("/gemeinde/14522310/{}", kind.word()), language);
    LegalPage::new(request, &snapshot, kind, Some(&fixture.municipality)).render().unwrap()
}

fn welcome(language: Language) -> String {
    let fixture = Fixture::new();
    let snapshot = snapshot(&fixture);
    let listings = read::listings(&snapshot, None, &Place::default(), language);
    let request = request("/gemeinde/14522310/start", language);
    WelcomePage::new(request, &snapshot, &town(&fixture), listings).render().unwrap()
}

fn error(kind: ErrorKind, language: Language) -> String {
    ErrorPage::new(request("/nirgends", language), kind, Some("r-1".to_owned())).render().unwrap()
}

fn every_page(language: Language) -> Vec<String> {
    let mut pages = vec![
        start(2, language),
        list("", 1, language),
        list("typ=wohnhaus&flaeche_min=x&bbox=1,2,3,4", 1, language),
        list("", 40, language),
        site("angebot-1", language),
        site("register-1", language),
        site("haus-1", language),
        site("b-scheune", language),
        parcel(language),
        search("", language),
        search("Leisnig", language),
        search("gibt es nicht", language),
        snippet("", &[], language),
        snippet("groesse=eigene&breite=x&typ=hof", &["https://www.example.org"], language),
    ];
    pages.extend(["angebot-1", "register-1", "b-scheune"].map(|id| {
        let [_, expose] = sheets(id, language);
        expose
    }));
    pages.push(welcome(language));
    pages.extend(Legal::ALL.map(|kind| legal(kind, language)));
    pages.extend(ErrorKind::ALL.map(|kind| error(kind, language)));
    pages
}

/// Every page, also those for frames of other sites.
fn every_page_and_embedded(language: Language) -> Vec<String> {
    let embedded = ["", "ui=liste&theme=dunkel", "ui=karte&typ=hof&preis_max=1"].map(|query| embedded(query, language));
    every_page(language).into_iter().chain(embedded).collect()
}

/// The text between two markers.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inner, _)| inner)
}

#[test]
fn every_page_has_its_language_one_heading_and_its_landmarks() {
    for language in Language::ALL {
        for page in every_page(language) {
            assert!(page.contains(&format!("<html lang=\"{}\">", language.tag())));
            for once in ["<h1", "<main", "<title>", "class=\"masthead\"", "class=\"footer\"", "class=\"skip\""] {
                assert_eq!(page.matches(once).count(), 1, "{once} in {page}");
            }
        }
    }
}

#[test]
fn ids_are_unique_on_every_page() {
    for page in every_page_and_embedded(Language::German) {
        let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{ids:?}");
        for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.contains(&target), "#{target}");
        }
    }
}

#[test]
fn elements_are_closed_in_the_order_they_were_opened() {
    const VOID: [&str; 9] = ["meta", "link", "input", "path", "circle", "rect", "br", "img", "!doctype"];
    for page in every_page_and_embedded(Language::German) {
        let mut open: Vec<&str> = Vec::new();
        for tag in page.split('<').skip(1) {
            let name = tag.split([' ', '>', '\n']).next().unwrap_or_default();
            match name.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop(), Some(closed), "in {page}"),
                None if VOID.contains(&name) || tag.contains("/>") => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[test]
fn no_page_needs_inline_code_or_another_server() {
    for page in every_page_and_embedded(Language::German) {
        assert!(!page.contains(" style=\"") && !page.contains("<style") && !page.contains(" onclick"));
        for script in page.split("<script").skip(1) {
            // Data blocks: browsers neither run them nor ask the policy.
            let is_data =
                script.starts_with(" type=\"application/json\"") || script.starts_with(" type=\"application/ld+json\"");
            assert!(is_data || script.starts_with(" type=\"module\" src=\"/assets/"), "{script}");
        }
        for source in page.split(" src=\"").skip(1) {
            assert!(source.starts_with('/'), "{source}");
        }
    }
}

#[test]
fn a_name_cannot_write_markup_nor_leave_the_data_block() {
    for page in [list("", 1, Language::German), site("angebot-1", Language::German)] {
        assert!(!page.contains("<Nord>"));
        assert!(page.contains("&#60;Nord&#62;") || page.contains("&lt;Nord&gt;"));
    }
    let page = list("ortsteil=</script><b>", 1, Language::German);
    assert!(!page.contains("<b>"));
}

#[test]
fn the_legal_notice_stands_on_list_and_detail() {
    for language in Language::ALL {
        let notice = text("ui.notice.text", language);
        for page in [start(1, language), list("", 1, language), site("register-1", language), parcel(language)] {
            assert!(page.contains(notice));
        }
    }
    assert!(text("ui.notice.text", Language::German).contains("Bauvoranfrage"));
}

#[test]
fn example_data_are_marked_on_the_page_and_at_every_record() {
    let mark = text("ui.example", Language::German);
    for page in [
        start(1, Language::German),
        list("", 1, Language::German),
        site("haus-1", Language::German),
        parcel(Language::German),
    ] {
        assert!(page.contains("class=\"example-note\""));
        assert!(page.contains(&format!("<span class=\"tag tag-example\">{mark}</span>")));
    }
    let page = list("", 1, Language::German);
    assert_eq!(page.matches("tag-example").count(), 3);
}

#[test]
fn nothing_internal_or_not_consented_to_is_on_any_page() {
    for page in every_page(Language::German) {
        for secret in ["never shown", "not consented to", "intern-1", "142888___00057", "Bekannt", "amtsblatt"] {
            assert!(!page.contains(secret), "{secret}");
        }
    }
    // The register entry is a brownfield, which § 200 (3) BauGB does not let it say.
    let register = site("register-1", Language::German);
    assert!(!between(&register, "<main", "<script").contains("Brachfläche"));
    // The house's consent does not cover its parcel number.
    assert!(!site("haus-1", Language::German).contains("Flurstücksnummern"));
}

#[test]
fn the_list_is_filtered_by_a_form_that_needs_no_script() {
    let page = list("", 1, Language::German);
    let form = between(&page, "id=\"filter\"", "</form>");
    assert!(form.contains("method=\"get\" action=\"/gemeinde/14522310\""));
    for name in ["flaeche_min", "flaeche_max", "preis_max", "ortsteil", "grundlage", "frei"] {
        assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert_eq!(page.matches("<li class=\"card\"").count(), 3);

    let page = list("typ=wohnhaus&ortsteil=Polditz", 1, Language::German);
    assert_eq!(page.matches("<li class=\"card\"").count(), 1);
    assert!(page.contains("<input type=\"hidden\" name=\"typ\" value=\"wohnhaus\">"));
    assert!(page.contains("name=\"ortsteil\" value=\"Polditz\" checked>"));
    // Each condition can be taken away alone.
    assert!(page.contains("href=\"/gemeinde/14522310?ortsteil=Polditz\""));
    assert!(page.contains("href=\"/gemeinde/14522310?typ=wohnhaus\""));
}

#[test]
fn choices_say_how_much_they_would_give() {
    let page = list("flaeche_min=200", 1, Language::German);
    let count = |code: &str| {
        let tile = between(&page, &format!("badge-small group-{code}\""), "</a>").to_owned();
        between(&tile, "type-count\">", "<").to_owned()
    };
    assert_eq!((count("grundstueck"), count("kataster"), count("wohnhaus")), ("1".into(), "1".into(), "0".into()));
    // A tile adds its group to the filter, and takes it away again.
    assert!(page.contains("href=\"/gemeinde/14522310?typ=hof&#38;flaeche_min=200\""));
    let page = list("typ=hof&flaeche_min=200", 1, Language::German);
    assert!(page.contains("href=\"/gemeinde/14522310?flaeche_min=200\" aria-current=\"true\""));
}

#[test]
fn a_value_that_makes_no_sense_is_said_beside_its_field() {
    let page = list("flaeche_min=viel", 1, Language::German);
    assert!(page.contains("„viel“ ist keine Zahl"));
    assert!(page.contains("href=\"#flaeche_min\""));
    assert!(page.contains("value=\"viel\" aria-invalid=\"true\" aria-describedby=\"fehler-flaeche_min\""));
    assert_eq!(page.matches("<li class=\"card\"").count(), 3);
}

#[test]
fn an_empty_list_helps_on() {
    let page = list("preis_max=1", 1, Language::German);
    assert!(page.contains(text("ui.empty.filtered", Language::German)));
    assert!(page.contains("class=\"empty\""));
    assert!(page.contains("0 Flächen <span class=\"results-all\">von 3</span>"));
    // One condition less, and what it gives.
    let page = list("preis_max=1&ortsteil=Tragnitz", 1, Language::German);
    assert!(page.contains("<a href=\"/gemeinde/14522310?ortsteil=Tragnitz\">"));
    assert!(between(&page, "class=\"relax\"", "</ul>").contains("<strong>1 Fläche</strong>"));
    assert_eq!(between(&page, "class=\"relax\"", "</ul>").matches("<li>").count(), 1);
}

#[test]
fn a_town_without_sites_offers_no_filter() {
    let page = list("", 0, Language::German);
    assert!(page.contains(text("ui.empty.all", Language::German)));
    assert!(!page.contains("<form") && !page.contains("class=\"types\""));
}

#[test]
fn long_lists_are_paged_and_a_page_too_far_is_the_last() {
    let page = list("sort=name", 20, Language::German);
    assert_eq!(page.matches("<li class=\"card\"").count(), 25);
    assert!(page.contains("60 Flächen") && page.contains("Seite 1 von 3"));
    assert!(page.contains("rel=\"next\" href=\"/gemeinde/14522310?sort=name&#38;seite=2\""));
    assert!(!page.contains("rel=\"prev\""));
    let page = list("seite=99", 20, Language::German);
    assert!(page.contains("Seite 3 von 3") && !page.contains("rel=\"next\""));
    assert_eq!(page.matches("<li class=\"card\"").count(), 10);
}

#[test]
fn the_start_page_lists_its_towns_where_there_is_a_choice() {
    assert_eq!(start(2, Language::German).matches("<a href=\"/gemeinde/14522310\"><strong>Leisnig").count(), 2);
    assert!(!start(1, Language::German).contains("class=\"towns\""));
}

#[test]
fn the_map_is_told_what_passes_the_filter() {
    let config = |page: &str| -> serde_json::Value {
        serde_json::from_str(between(page, "id=\"map-config\">", "</script>")).unwrap()
    };
    let all = config(&list("", 1, Language::German));
    assert_eq!(all["listings"], "/gemeinde/14522310/liste.geojson");
    assert_eq!(all["ags"], "14522310");
    assert_eq!(all["bounds"], serde_json::json!([12.9, 51.1, 13.0, 51.2]));
    assert_eq!(all["credits"][0], "© GeoBasis-DE / BKG 2013, dl-de/by-2-0");
    let some = config(&list("typ=kataster&bbox=10,50,14,53", 1, Language::German));
    assert_eq!(some["listings"], "/gemeinde/14522310/liste.geojson?typ=kataster&bbox=10,50,14,53");
    assert_eq!((&all["municipalities"][0]["sites"], &some["municipalities"][0]["sites"]), (&3.into(), &1.into()));
    assert_eq!(some["bounds"], serde_json::json!([10.0, 50.0, 14.0, 53.0]));
    let one = config(&site("angebot-1", Language::English));
    assert_eq!(one["selected"], serde_json::json!({"collection": "sites", "id": "angebot-1"}));
    assert_eq!((&one["language"], &one["listings"]), (&"en".into(), &"/liste.geojson".into()));
}

#[test]
fn a_parcel_shows_the_sites_on_it_and_stays_out_of_search_engines() {
    let page = parcel(Language::German);
    assert_eq!(page.matches("<li class=\"card\"").count(), 1);
    assert!(page.contains("/flaeche/angebot-1") && page.contains("noindex"));
}

#[test]
fn whoever_asks_reaches_the_office() {
    let page = site("angebot-1", Language::German);
    assert!(page.contains("mailto:bauamt@example.org?subject=Frage%20zu%20Lindenstra%C3%9Fe%20%3CNord%3E"));
    assert!(page.contains("tel:+4934321700"));
    assert!(page.contains("Bauamt, Zimmer 12"));
}

#[test]
fn errors_say_what_to_do_and_nothing_of_the_inside() {
    for language in Language::ALL {
        for kind in ErrorKind::ALL {
            let page = error(kind, language);
            assert!(page.contains(&format!("<p class=\"error-status\" aria-hidden=\"true\">{}</p>", kind.status())));
            assert!(page.contains("noindex") && page.contains("r-1"));
        }
    }
}

/// Keys in the sources of the pages and their templates.
#[test]
fn every_text_the_pages_ask_for_is_in_the_catalogue() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = [
        "src/pages",
        "src/pages/list",
        "src/pages/params",
        "src/pages/search",
        "src/pages/download",
        "src/pages/detail",
        "src/pages/figures",
        "src/pages/enquiry",
        "src/pages/plan",
        "templates",
    ]
    .iter()
    .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
    .map(|entry| entry.unwrap().path())
    .filter(|path| path.is_file())
    .collect();
    files.sort();
    let mut asked = 0;
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        for quoted in source.split('"').filter(|quoted| quoted.starts_with("ui.") && !quoted.contains(['{', ' ', '\\']))
        {
            // A prefix to which a name is added is no key.
            if quoted.ends_with('.') {
                continue;
            }
            asked += 1;
            for language in Language::ALL {
                assert!(find(quoted, language).is_some(), "{quoted} in {}", file.display());
            }
        }
    }
    assert!(asked > 100, "only {asked} keys were found");
}

#[test]
fn a_page_puts_the_facts_into_words_and_explains_the_law() {
    let page = site("angebot-1", Language::German);
    assert!(page.contains("etwa so groß wie 3 Tennisplätze"));
    assert!(page.contains("54\u{a0}€ je m²"));
    assert!(page.contains(text("ui.explain.planning_law.p34", Language::German)));
    assert!(page.contains("<section class=\"steps\""));
    // Of a register entry it is not told what kind of land it is, nor that it is for sale.
    let page = site("register-1", Language::German);
    assert!(page.contains(text("ui.explain.planning_law.none", Language::German)));
    assert!(page.contains(text("ui.steps.ask.register", Language::German)));
    // A building needs works, and says so.
    let page = site("b-scheune", Language::German);
    assert!(page.contains(text("ui.explain.condition.minor_works", Language::German)));
    assert!(page.contains("140\u{a0}m²") && !page.contains("Einzeldenkmal"));
}

#[test]
fn machines_read_public_values_only() {
    let data = |id: &str| -> serde_json::Value {
        serde_json::from_str(between(&site(id, Language::German), "application/ld+json\">", "</script>")).unwrap()
    };
    let offer = data("angebot-1");
    assert_eq!((&offer["@type"], &offer["offers"]["price"]), (&"RealEstateListing".into(), &45_000.0.into()));
    assert_eq!(offer["offers"]["availabilityStarts"], "2026-03-01");
    assert_eq!(offer["about"]["address"]["streetAddress"], "Lindenstraße");
    let register = data("register-1");
    assert_eq!(register["offers"], serde_json::Value::Null);
}

#[test]
fn an_expose_is_one_sheet_with_plan_code_and_notice() {
    for id in ["angebot-1", "b-scheune"] {
        let [_, sheet] = sheets(id, Language::German);
        assert_eq!(sheet.matches("<svg class=\"plan-drawing\"").count(), 1);
        assert_eq!(sheet.matches("<svg class=\"qr\"").count(), 1);
        assert!(sheet.contains(text("ui.notice.text", Language::German)) && sheet.contains("noindex"));
        assert!(sheet.contains("Stand: 22. November 2026"));
        assert!(!sheet.contains("<script type=\"application/json\""));
    }
}

#[test]
fn the_mail_to_the_office_says_what_it_is_about() {
    let page = site("angebot-1", Language::German);
    let ask = between(&page, "href=\"mailto:bauamt@example.org", "\"");
    assert!(ask.contains("&#38;body=Guten%20Tag,%0D%0A") && ask.contains("%2Fflaeche%2Fangebot-1"), "{ask}");
}

#[test]
fn an_embedded_list_keeps_its_look_and_leads_out_of_the_frame() {
    let page = embedded("typ=grundstueck&ui=liste&theme=dunkel", Language::German);
    assert!(page.contains("<html lang=\"de\" data-theme=\"dunkel\">"));
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">") && !page.contains("rel=\"canonical\""));
    assert!(!page.contains("masthead") && !page.contains("class=\"footer\"") && !page.contains("data-map"));
    for href in page.split("<a ").skip(1).filter_map(|rest| rest.split('>').next()) {
        let leads_out = !href.contains("href=\"/embed/14522310?") && !href.contains("href=\"#");
        assert_eq!(href.contains("target=\"_blank\" rel=\"noopener\""), leads_out, "{href}");
        assert!(leads_out || href.contains("href=\"#") || href.contains("ui=liste"), "{href}");
    }
    let whole = between(&page, "<footer class=\"embed-line\">", "</footer>");
    let whole: Vec<_> = whole.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(whole, ["/gemeinde/14522310?typ=grundstueck#hinweis", "/gemeinde/14522310?typ=grundstueck"]);
    assert!(page.contains(text("ui.notice.text", Language::German)));
}

#[test]
fn an_embedded_map_comes_before_the_list_that_stands_in_for_it() {
    let page = embedded("ui=karte", Language::English);
    let (map, list) = (page.find("data-map").unwrap(), page.find("class=\"cards\"").unwrap());
    assert!(map < list);
    assert!(page.contains("\"listings\":\"/gemeinde/14522310/liste.geojson\""));
    let refused = embedded("ui=alles", Language::English);
    assert!(refused.contains("alles") && refused.contains("data-map"), "{refused}");
}

#[test]
fn the_snippet_is_that_of_the_filters_and_the_size() {
    let query = "typ=hof&ortsteil=Groß Pelsen&ui=karte&sprache=en&groesse=eigene&breite=500&hoehe=450";
    let page = snippet(query, &["https://a.example", "https://b.example"], Language::German);
    let src = "https://example.org/embed/14522310?typ=hof&#38;ortsteil=Gro%C3%9F%20Pelsen&#38;ui=karte&#38;lang=en";
    let code = between(&page, "id=\"einbetten-code-rahmen\"", "</textarea>").replace("&#38;#38;", "&#38;");
    assert!(code.contains(&format!("&#60;iframe src=&#34;{src}&#34;")), "{code}");
    assert!(code.contains("width=&#34;500&#34; height=&#34;450&#34; loading=&#34;lazy&#34;"), "{code}");
    assert!(code.contains("&#60;a href=&#34;https://example.org/gemeinde/14522310?typ=hof"), "{code}");
    let code = between(&page, "id=\"einbetten-code-skript\"", "</textarea>");
    assert!(code.contains("&#60;script src=&#34;https://example.org/embed.js&#34; async&#62;"), "{code}");
    assert!(page.contains("<iframe src=\"/embed/14522310?typ=hof"), "the preview is of this server");
    assert!(page.contains("https://a.example und https://b.example"));
    let page = snippet("groesse=eigene&breite=10", &[], Language::German);
    assert!(page.contains("„10“ geht nicht. Erwartet wird eine ganze Zahl von 240 bis 2000."));
    assert!(page.contains("aria-invalid=\"true\" aria-describedby=\"fehler-breite\""));
}

#[test]
fn a_list_page_says_how_it_is_embedded() {
    let page = list("typ=grundstueck", 1, Language::German);
    let url = "https%3A%2F%2Fexample.org%2Fgemeinde%2F14522310%3Ftyp%3Dgrundstueck";
    assert!(page.contains(&format!("href=\"https://example.org/oembed?url={url}&#38;format=json\"")), "{page}");
    assert!(page.contains("<a href=\"/gemeinde/14522310/einbetten?typ=grundstueck\" data-embed>"));
}

#[test]
fn the_foot_of_every_page_leads_to_the_legal_pages() {
    for page in every_page(Language::German) {
        let foot = between(&page, "class=\"legal\"", "</nav>");
        let links: Vec<&str> = foot.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let ends =
            ["/impressum", "/datenschutz", "/barrierefreiheit", "/barrierefreiheit#melden", "lang=en", "lang=leicht"];
        assert_eq!(links.len(), ends.len(), "{foot}");
        assert!(links.iter().zip(ends).all(|(link, end)| link.ends_with(end)), "{links:?}");
    }
}

#[test]
fn a_municipality_without_texts_says_so_and_whom_to_ask() {
    let page = legal(Legal::Imprint, Language::German);
    assert!(page.contains("Leisnig hat hier noch keinen eigenen Text hinterlegt.") && page.contains("tel:+4934321700"));
    let page = legal(Legal::Accessibility, Language::German);
    let mail = between(&page, "href=\"mailto:bauamt@example.org?subject=Barriere", "\"");
    assert!(mail.contains("Leisnig&#38;body=Guten%20Tag"), "{mail}");
    assert!(legal(Legal::Privacy, Language::English).contains("set no cookies"));
}

#[test]
fn the_start_page_of_a_town_counts_what_is_listed() {
    let page = welcome(Language::German);
    assert!(page.contains("<h1>Leben in Leisnig</h1>"));
    let counts: Vec<&str> = page.split("figure-count\">").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(counts, ["1", "1", "1", "1"]);
    assert!(page.contains("<a class=\"figure group-hof\" href=\"/gemeinde/14522310?typ=hof\">"));
    assert!(page.contains("href=\"/gemeinde/14522310?ortsteil=Tragnitz\""));
    assert_eq!(page.matches("<li class=\"card\"").count(), 4);
    let data: serde_json::Value = serde_json::from_str(between(&page, "application/ld+json\">", "</script>")).unwrap();
    assert_eq!(data["publisher"]["contactPoint"]["email"], "bauamt@example.org");
}
