use cadastre::texts::Language;

use super::{Listing, sort};
use crate::pages::{
    fixtures::Town,
    params::{Sort, parse},
};

fn items() -> Vec<Listing> {
    let town = Town::new();
    town.site_views()
        .iter()
        .zip([5, 9, 7])
        .map(|(view, revision)| Listing::of_site(view, revision, town.day, Language::German).unwrap())
        .collect()
}

fn check_filter(query: &str, expected: &[&str]) {
    let raw: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let (query_checked, problems) = parse(&raw);
    assert!(problems.is_empty(), "{problems:?}");
    let items = items();
    let ids: Vec<_> =
        items.iter().filter(|item| query_checked.filter.passes(item)).map(|item| item.id.as_str()).collect();
    assert_eq!(ids, expected, "{query}");
}

#[test]
fn each_condition_sees_public_values_only() {
    check_filter("", &["angebot-1", "register-1", "haus-1"]);
    check_filter("typ=grundstueck", &["angebot-1"]);
    check_filter("typ=infill_gap", &["angebot-1"]);
    // The register entry is a brownfield, but its type is not public.
    check_filter("typ=brache", &[]);
    check_filter("typ=kataster&typ=wohnhaus", &["register-1", "haus-1"]);
    check_filter("flaeche_min=830", &["angebot-1", "register-1"]);
    check_filter("flaeche_max=830", &["angebot-1", "haus-1"]);
    check_filter("preis_max=45000", &["angebot-1"]);
    check_filter("preis_max=44999", &[]);
    check_filter("ortsteil=Polditz", &["haus-1"]);
    check_filter("ortsteil=Polditz&ortsteil=Tragnitz", &["angebot-1", "haus-1"]);
    check_filter("recht=innenbereich", &["angebot-1"]);
    check_filter("recht=bebauungsplan", &[]);
    check_filter("erschliessung=full&zustand=major_works", &[]);
    check_filter("zustand=major_works", &["haus-1"]);
    check_filter("grundlage=register&grundlage=consent", &["register-1", "haus-1"]);
    check_filter("frei=jetzt", &["angebot-1"]);
    check_filter("wohnflaeche_min=10", &[]);
}

fn check_order(order: Sort, expected: [&str; 3]) {
    let mut items = items();
    sort(&mut items, order);
    assert_eq!(items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), expected, "{order:?}");
}

#[test]
fn what_is_not_shown_sorts_last() {
    check_order(Sort::Newest, ["register-1", "haus-1", "angebot-1"]);
    check_order(Sort::AreaAscending, ["haus-1", "angebot-1", "register-1"]);
    check_order(Sort::AreaDescending, ["register-1", "angebot-1", "haus-1"]);
    check_order(Sort::Price, ["angebot-1", "register-1", "haus-1"]);
    check_order(Sort::Name, ["register-1", "haus-1", "angebot-1"]);
}

#[test]
fn titles_use_nothing_that_is_not_public() {
    let titles: Vec<_> = items().iter().map(|item| format!("{} | {}", item.title, item.place())).collect();
    assert_eq!(
        titles,
        [
            "Lindenstraße <Nord> | Lindenstraße, Tragnitz, Leisnig",
            "Bauland, Chemnitzer Straße | Leisnig",
            "Leerstehendes Wohnhaus, Polditz | Leisnig",
        ]
    );
}
