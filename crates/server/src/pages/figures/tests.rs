use askama::Template as _;
use cadastre::texts::Language;

use super::{FiguresPage, Subject, csv};
use crate::pages::{
    fixtures::{Town, snapshot},
    frame::Request,
    list::{Scope, found},
    params::{Place, parse},
    read,
};

/// The page of the small town, and the table to take away.
fn figures(query: &str, language: Language) -> [String; 2] {
    let fixture = Town::new();
    let snapshot = snapshot(&fixture);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let raw: Vec<_> = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let (query, _) = parse(&raw);
    let listings = read::listings(&snapshot, None, &Place::default(), language);
    let towns = read::towns(&snapshot, None, &listings);
    let path = "/gemeinde/14522310/zahlen".to_owned();
    let request = Request { path, language, names_language: false, base_url: "https://example.org".to_owned() };
    let scope = Scope::One(&towns[0]);
    let subject = Subject { request: &request, snapshot: &snapshot, scope, towns: &towns, filter: &query.filter };
    let counted = subject.counted(&found(listings, &query));
    let table = csv::document(&subject, &subject.figures(&counted)).unwrap().body;
    let page = FiguresPage::new(&subject, &counted).render().unwrap();
    [page, String::from_utf8(table).unwrap()]
}

#[test]
fn a_page_counts_what_the_list_shows() {
    let [page, table] = figures("", Language::German);
    assert!(page.contains("4 Flächen") && page.contains("22. November 2026"), "{page}");
    // A bar leads to the list of what it counts.
    assert!(page.contains("href=\"/gemeinde/14522310?typ=hof\""), "{page}");
    assert!(page.contains("href=\"/gemeinde/14522310/zahlen.csv\""), "{page}");
    let lines: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "figure;label;type;count;area_m2;without_area;day");
    assert!(lines.contains(&"art;Grundstücke;grundstueck;1;830;0;2026-11-22"), "{table}");
    // Of a register entry neither type nor more than place and size is counted.
    assert!(lines.contains(&"art;Bauland im Kataster;kataster;1;12345;0;2026-11-22"), "{table}");
    for figure in ["art", "ort"] {
        let sum: usize = lines
            .iter()
            .filter(|line| line.starts_with(figure))
            .filter_map(|line| line.split(';').nth(3)?.parse::<usize>().ok())
            .sum();
        assert_eq!(sum, 4, "{figure} in {table}");
    }
    // The consent of the barn does not name since when it has been vacant.
    assert!(!table.contains("leerstand;"), "{table}");
}

#[test]
fn a_selection_is_counted_alone_and_says_so() {
    let [page, table] = figures("typ=hof", Language::English);
    assert!(page.contains("1 site"), "{page}");
    assert!(page.contains("href=\"/gemeinde/14522310?typ=hof\"") && page.contains("noindex"), "{page}");
    assert!(page.contains("href=\"/gemeinde/14522310/zahlen.csv?typ=hof\""), "{page}");
    assert!(table.contains("figure,label,type,count") && !table.contains("grundstueck"), "{table}");
}

#[test]
fn where_there_is_nothing_the_page_says_so() {
    let [page, table] = figures("preis_max=1", Language::German);
    assert!(page.contains("0 Flächen") && !page.contains("<svg class=\"bar\""), "{page}");
    assert_eq!(table.lines().count(), 1);
}
