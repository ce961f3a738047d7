//! The list, its filters and the start page.

use cadastre::texts::{Language, text};

use super::{between, list, site, start};

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
