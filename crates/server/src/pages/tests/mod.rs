//! Pages as they are rendered, made from public views of a small town.

mod detail;
mod embed;
mod list;

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
    let page = DetailPage::new(request, &snapshot, &town, listing, &shown);
    [page.render().unwrap(), ExposePage::new(page, &town, snapshot.day()).render().unwrap()]
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

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Keys in the sources of the pages and their templates.
#[test]
fn every_text_the_pages_ask_for_is_in_the_catalogue() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = files_below(&root.join("src/pages"));
    files.extend(files_below(&root.join("templates")));
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
