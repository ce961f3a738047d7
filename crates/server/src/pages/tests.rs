//! Pages as they are rendered, made from public views of a small town.

use askama::Template as _;
use cadastre::texts::{Language, find, text};

use super::{
    error_page::{ErrorKind, ErrorPage},
    fixtures::Town as Fixture,
    frame::Request,
    list::{ListInput, ListPage, Scope},
    params::{LonLatBox, parse},
    parcel_page::ParcelPage,
    site_item::SiteItem,
    site_page::SitePage,
    towns::Town,
};

fn request(path: &str, language: Language) -> Request {
    Request { path: path.to_owned(), language, language_asked: false, base_url: "https://example.org".to_owned() }
}

fn raw(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn town(fixture: &Fixture) -> Town<'_> {
    let extent = LonLatBox::parse("12.9,51.1,13,51.2");
    Town { municipality: &fixture.municipality, site_count: 3, extent, has_districts: true }
}

fn items(fixture: &Fixture, copies: usize, language: Language) -> Vec<SiteItem> {
    let views = fixture.site_views();
    let items = views.iter().filter_map(|view| SiteItem::from_view(view, 1, language));
    let items: Vec<_> = items.collect();
    std::iter::repeat_n(items, copies).flatten().collect()
}

fn list(query: &str, copies: usize, language: Language) -> String {
    let fixture = Fixture::new();
    let town = town(&fixture);
    let towns = [town.clone()];
    let (query, problems) = parse(&raw(query));
    let sites = items(&fixture, copies, language);
    let request = request("/gemeinde/14522310", language);
    let input = ListInput { request, scope: Scope::One(&town), towns: &towns, sites, query, problems };
    ListPage::new(input).render().unwrap()
}

fn start(towns: usize, language: Language) -> String {
    let fixture = Fixture::new();
    let towns = vec![town(&fixture); towns];
    let (query, problems) = parse(&[]);
    let sites = items(&fixture, 1, language);
    let input = ListInput { request: request("/", language), scope: Scope::All, towns: &towns, sites, query, problems };
    ListPage::new(input).render().unwrap()
}

fn site(id: &str, language: Language) -> String {
    let fixture = Fixture::new();
    let request = request(&format!("/flaeche/{id}"), language);
    SitePage::new(request, &town(&fixture), &fixture.view_site(id), None).unwrap().render().unwrap()
}

fn parcel(language: Language) -> String {
    let fixture = Fixture::new();
    let view = fixture.view_parcel();
    let sites = SiteItem::from_view(&fixture.view_site("angebot-1"), 1, language);
    let sites = Some(sites.into_iter().collect());
    let request = request("/flurstueck/142888___001230004__", language);
    ParcelPage::new(request, Some(&town(&fixture)), &view, None, sites).render().unwrap()
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
        parcel(language),
    ];
    pages.extend(ErrorKind::ALL.map(|kind| error(kind, language)));
    pages
}

/// The text between two markers.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inner, _)| inner)
}

#[test]
fn every_page_has_its_language_one_heading_and_its_landmarks() {
    for language in [Language::German, Language::English] {
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
    for page in every_page(Language::German) {
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
    const VOID: [&str; 7] = ["meta", "link", "input", "path", "circle", "br", "!doctype"];
    for page in every_page(Language::German) {
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
    for page in every_page(Language::German) {
        assert!(!page.contains(" style=\"") && !page.contains("<style") && !page.contains(" onclick"));
        for script in page.split("<script").skip(1) {
            let is_data = script.starts_with(" type=\"application/json\"");
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
    for language in [Language::German, Language::English] {
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
    let form = between(&page, "<form", "</form>");
    assert!(form.contains("method=\"get\" action=\"/gemeinde/14522310\""));
    for name in ["flaeche_min", "flaeche_max", "preis_max", "ortsteil", "sort"] {
        assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert_eq!(page.matches("<li class=\"card\"").count(), 3);

    let page = list("typ=wohnhaus&ortsteil=Polditz", 1, Language::German);
    assert_eq!(page.matches("<li class=\"card\"").count(), 1);
    assert!(page.contains("<input type=\"hidden\" name=\"typ\" value=\"wohnhaus\">"));
    assert!(page.contains("<option value=\"Polditz\" selected>"));
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
    assert!(page.contains("0 Flächen"));
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
    assert_eq!(all["matching"], serde_json::Value::Null);
    assert_eq!(all["ags"], "14522310");
    assert_eq!(all["bounds"], serde_json::json!([12.9, 51.1, 13.0, 51.2]));
    assert_eq!(all["credits"][0], "© GeoBasis-DE / BKG 2013, dl-de/by-2-0");
    let some = config(&list("typ=kataster&bbox=10,50,14,53", 1, Language::German));
    assert_eq!(some["matching"], serde_json::json!(["register-1"]));
    assert_eq!((&all["municipalities"][0]["sites"], &some["municipalities"][0]["sites"]), (&3.into(), &1.into()));
    assert_eq!(some["bounds"], serde_json::json!([10.0, 50.0, 14.0, 53.0]));
    let one = config(&site("angebot-1", Language::English));
    assert_eq!(one["selected"], serde_json::json!({"collection": "sites", "id": "angebot-1"}));
    assert_eq!(one["language"], "en");
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
    for language in [Language::German, Language::English] {
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
    let mut files: Vec<_> = ["src/pages", "src/pages/list", "templates"]
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
            for language in [Language::German, Language::English] {
                assert!(find(quoted, language).is_some(), "{quoted} in {}", file.display());
            }
        }
    }
    assert!(asked > 100, "only {asked} keys were found");
}
