use askama::Template as _;
use cadastre::{
    Day, Revision, Versioned,
    codes::{ObjectionForm, SiteStatus},
    edit::{Applied, Superseded},
    record::{Objection, Site},
    texts::Language,
};
use spatial::{
    Snapshot,
    snapshot::{Days, PastBuilder},
};

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
    figures_of(&snapshot(&Town::new()), query, language)
}

fn figures_of(snapshot: &Snapshot, query: &str, language: Language) -> [String; 2] {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let raw: Vec<_> = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let (query, _) = parse(&raw);
    let listings = read::listings(snapshot, None, &Place::default(), language);
    let towns = read::towns(snapshot, None, &listings);
    let path = "/gemeinde/14522310/zahlen".to_owned();
    let request = Request { path, language, names_language: false, base_url: "https://example.org".to_owned() };
    let scope = Scope::One(&towns[0]);
    let subject = Subject { request: &request, snapshot, scope, towns: &towns, filter: &query.filter };
    let counted = subject.counted(&found(listings, &query));
    let known = subject.known(None);
    let table = csv::document(&subject, &subject.figures(&counted, &known)).unwrap().body;
    let page = FiguresPage::new(&subject, &counted, &known).render().unwrap();
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
    assert_eq!(lines[0], "figure;label;type;count;area_m2;without_area;day;buildings");
    assert!(lines.contains(&"art;Grundstücke;grundstueck;1;830;0;2026-11-22;0"), "{table}");
    // Of a register entry neither type nor more than place and size is counted.
    assert!(lines.contains(&"art;Bauland im Kataster;kataster;1;12345;0;2026-11-22;0"), "{table}");
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

/// The small town since 5 October 2026; the offer has been there since 10 August.
fn remembering() -> (Town, Snapshot) {
    let town = Town::new();
    let day = |text: &str| -> Day { text.parse().unwrap() };
    let without_past = snapshot(&town);
    let days = Days::from_starts(vec![(Revision(1), day("2026-08-10")), (Revision(5), day("2026-10-05"))]);
    let mut builder = PastBuilder::new(&without_past, days);
    let before = Site { price_eur: Some(50_000.0), ..town.sites[0].clone() };
    builder.push(Superseded { from: Revision(2), until: Revision(5), record: before.into() });
    let snapshot = builder.finish();
    (town, snapshot)
}

/// Month, type, number and area of each line of the course.
fn course(snapshot: &Snapshot, query: &str) -> Vec<String> {
    let [_, table] = figures_of(snapshot, query, Language::German);
    let course = table.lines().filter_map(|line| line.strip_prefix("verlauf;"));
    course.map(|line| line.split(';').take(4).collect::<Vec<_>>().join(" ")).collect()
}

fn put(site: Site) -> Applied {
    Applied::Put(Box::new(Versioned { revision: Revision(21), record: site.into() }))
}

const OCTOBER: [&str; 4] = [
    "Oktober 2026 grundstueck 1 830",
    "Oktober 2026 wohnhaus 1 160",
    "Oktober 2026 hof 1 0",
    "Oktober 2026 kataster 1 12345",
];

#[test]
fn the_course_tells_what_was_published_at_the_end_of_each_month() {
    let (_, snapshot) = remembering();
    let found = course(&snapshot, "");
    let summer = ["August 2026 grundstueck 1 830", "September 2026 grundstueck 1 830"];
    assert_eq!(found[..6], [&summer[..], &OCTOBER].concat());
    assert_eq!(found.len(), 10, "{found:?}");
    let [page, _] = figures_of(&snapshot, "", Language::German);
    for part in
        ["id=\"verlauf\"", "Aufgezeichnet wird seit 10. August 2026.", ">Aug</text>", "<th scope=\"row\">Oktober 2026"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    // The filters of the list are those of the course.
    assert_eq!(course(&snapshot, "typ=hof"), ["Oktober 2026 hof 1 0", "November 2026 hof 1 0"]);
    assert_eq!(course(&snapshot, "flaeche_min=1000&grundlage=register").len(), 2);
    assert_eq!(course(&snapshot, "preis_max=46000").len(), 4, "values are those of today");
    assert_eq!(course(&snapshot, "preis_max=1"), [""; 0]);
}

#[test]
fn an_objection_takes_a_site_out_of_every_month() {
    let (town, snapshot) = remembering();
    let objection = Objection {
        objection_id: "o".to_owned(),
        parcel_id: town.sites[0].parcels[0],
        ags: town.municipality.ags,
        received_on: town.day,
        form: ObjectionForm::Oral,
        lifted_on: None,
    };
    let objected = Applied::Put(Box::new(Versioned { revision: Revision(21), record: objection.into() }));
    let after = snapshot.apply(Revision(21), &[objected]).unwrap();
    assert_eq!(
        course(&after, ""),
        course(&snapshot, "").into_iter().filter(|line| !line.contains("grundstueck")).collect::<Vec<_>>()
    );
    let mut withdrawn = town.sites[0].clone();
    withdrawn.publication.decision = None;
    let after = snapshot.apply(Revision(21), &[put(withdrawn)]).unwrap();
    assert!(!course(&after, "").iter().any(|line| line.contains("grundstueck")));
}

#[test]
fn what_is_sold_counts_until_it_was() {
    let (town, snapshot) = remembering();
    let sold = Site { status: SiteStatus::Sold, ..town.sites[0].clone() };
    let after = snapshot.apply(Revision(21), &[put(sold)]).unwrap();
    let found = course(&after, "");
    assert_eq!(found[2..6], OCTOBER);
    assert_eq!(found.len(), 9, "{found:?}");
    assert!(!found.iter().any(|line| line.starts_with("November 2026 grundstueck")), "{found:?}");
    // It could be had then, and cannot any more.
    assert_eq!(course(&after, "frei=jetzt"), [""; 0]);
}

#[test]
fn a_young_cadastre_says_that_there_is_no_course_yet() {
    let town = Town::new();
    let days = Days::from_starts(vec![(Revision(1), "2026-11-03".parse().unwrap())]);
    let young = PastBuilder::new(&snapshot(&town), days).finish();
    let [page, table] = figures_of(&young, "", Language::English);
    assert!(
        page.contains("A course can be seen only once a month has passed. Recorded since 3 November 2026."),
        "{page}"
    );
    assert!(!table.contains("verlauf"), "{table}");
}
