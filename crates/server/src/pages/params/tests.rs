use cadastre::texts::Language;
use proptest::prelude::*;

use super::{Sort, asked_language, href, parse, parse_embedded, preferred_language};

fn raw(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// What was typed comes out as the address the page would link to, and with these keys refused.
fn check(query: &str, canonical: &str, refused: &[&str]) {
    let (parsed, problems) = parse(&raw(query));
    assert_eq!(href("/", &parsed.pairs(), None), canonical, "{query}");
    assert_eq!(problems.iter().map(|problem| problem.key).collect::<Vec<_>>(), refused, "{query}");
}

#[test]
fn defaults_and_empty_fields_are_left_out() {
    check("", "/", &[]);
    check("typ=&flaeche_min=&flaeche_max=&preis_max=&ortsteil=&sort=neueste&seite=1", "/", &[]);
}

#[test]
fn every_filter_survives_the_round_trip() {
    check("typ=brache&typ=vacant_dwelling&typ=brache", "/?typ=brache&typ=vacant_dwelling", &[]);
    check("flaeche_min=400&flaeche_max=830,5", "/?flaeche_min=400&flaeche_max=830.5", &[]);
    check("preis_max=45.000", "/?preis_max=45000", &[]);
    check("preis_max=45,000", "/?preis_max=45000", &[]);
    check("preis_max=1 200 000", "/?preis_max=1200000", &[]);
    check("ortsteil=Leisnig&ortsteil=Tragnitz", "/?ortsteil=Leisnig&ortsteil=Tragnitz", &[]);
    check("recht=satzung&frei=jetzt&zustand=good", "/?frei=jetzt&zustand=good&recht=satzung", &[]);
    check("wohnflaeche_min=120", "/?wohnflaeche_min=120", &[]);
    check("gebiet=12.9,51.1,13,51.1,13,51.2", "/?gebiet=12.9,51.1,13,51.1,13,51.2", &[]);
    check("umkreis=12.9,51.1,500", "/?umkreis=12.9,51.1,500", &[]);
    check("ortsteil=Groß Pelsen", "/?ortsteil=Gro%C3%9F%20Pelsen", &[]);
    check("bbox=12.9,51.1,13,51.2", "/?bbox=12.9,51.1,13,51.2", &[]);
    check("sort=flaeche_ab&seite=3", "/?sort=flaeche_ab&seite=3", &[]);
}

#[test]
fn an_embedded_page_is_told_its_look_and_no_other_page_is() {
    let check_embedded = |query: &str, canonical: &str, refused: &[&str]| {
        let (parsed, problems) = parse_embedded(&raw(query));
        assert_eq!(href("/embed", &parsed.pairs(), None), canonical, "{query}");
        assert_eq!(problems.iter().map(|problem| problem.key).collect::<Vec<_>>(), refused, "{query}");
    };
    check_embedded("ui=beides&theme=&typ=hof", "/embed?typ=hof", &[]);
    check_embedded("theme=dunkel&ui=karte&seite=2", "/embed?seite=2&ui=karte&theme=dunkel", &[]);
    check_embedded("theme=rot&ui=alles&typ=schloss", "/embed", &["typ", "theme", "ui"]);
    check("ui=karte&theme=rot", "/", &[]);
}

#[test]
fn unknown_keys_are_ignored() {
    check("utm_source=x&limit=5", "/", &[]);
}

#[test]
fn a_value_that_makes_no_sense_is_named_and_the_rest_is_kept() {
    check("flaeche_min=viel&typ=brache", "/?typ=brache", &["flaeche_min"]);
    check("flaeche_min=-5", "/", &["flaeche_min"]);
    check("flaeche_max=NaN", "/", &["flaeche_max"]);
    check("flaeche_min=900&flaeche_max=100", "/?flaeche_min=900", &["flaeche_max"]);
    check("preis_max=1e999", "/", &["preis_max"]);
    check("typ=schloss", "/", &["typ"]);
    check("sort=zufall&seite=0", "/", &["sort", "seite"]);
    check("zustand=schoen&recht=p34", "/", &["zustand", "recht"]);
    check("gebiet=POLYGON&umkreis=1", "/", &["gebiet", "umkreis"]);
    check("bbox=1,2,3", "/", &["bbox"]);
    check("bbox=12,52,13,51", "/", &["bbox"]);
    check("bbox=inf,51,13,52", "/", &["bbox"]);
}

#[test]
fn every_order_is_found_by_its_word() {
    for sort in Sort::ALL {
        assert_eq!(Sort::from_code(sort.code()), Some(sort));
    }
}

fn check_language(accept: Option<&str>, expected: Language) {
    assert_eq!(preferred_language(accept), expected, "{accept:?}");
}

#[test]
fn the_browser_chooses_the_language_and_german_is_the_default() {
    check_language(None, Language::German);
    check_language(Some(""), Language::German);
    check_language(Some("en"), Language::English);
    check_language(Some("fr, en-GB;q=0.7, de;q=0.3"), Language::English);
    check_language(Some("en;q=0.5,de-DE;q=0.9"), Language::German);
    check_language(Some("en;q=0, de;q=0.1"), Language::German);
    check_language(Some("de,en"), Language::German);
    check_language(Some("pl,cs;q=0.8"), Language::German);
    check_language(Some("EN-us"), Language::English);
}

#[test]
fn the_query_names_the_language_where_it_is_one() {
    assert_eq!(asked_language(&raw("lang=en")), Some(Language::English));
    assert_eq!(asked_language(&raw("lang=fr")), None);
    assert_eq!(asked_language(&raw("")), None);
}

proptest! {
    #[test]
    fn no_query_makes_the_parser_panic(pairs in prop::collection::vec(("typ|flaeche_min|flaeche_max|preis_max|bbox|gebiet|umkreis|sort|seite|ortsteil|recht|frei", "\\PC{0,20}"), 0..8)) {
        let (query, _) = parse(&pairs);
        prop_assert!(query.page >= 1);
    }

    #[test]
    fn a_written_query_reads_back_the_same(min in 0u32..10_000, more in 0u32..10_000, page in 1usize..50) {
        let written = format!("flaeche_min={min}&flaeche_max={}&seite={page}", min + more);
        let (query, problems) = parse(&raw(&written));
        prop_assert!(problems.is_empty());
        let pairs: Vec<_> = query.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        prop_assert_eq!(parse(&pairs).0, query);
    }
}
