use cadastre::texts::{Language, text};
use spatial::Snapshot;

use super::{Outcome, csv, file_name, geojson, with_records};
use crate::pages::{
    fixtures::{Town, snapshot},
    frame::Request,
    params::Place,
    read,
};

/// What the public sees of the fixture's town, on its way out.
fn outcome<'s>(request: &'s Request, snapshot: &'s Snapshot) -> Outcome<'s> {
    let listings = read::listings(snapshot, None, &Place::default(), request.language);
    Outcome {
        request,
        title: "Leisnig".to_owned(),
        entries: with_records(snapshot, listings),
        municipalities: snapshot.municipalities(),
        credits: vec!["© GeoBasis-DE / BKG 2013, dl-de/by-2-0".to_owned()],
        page: "https://example.org/gemeinde/14522310?typ=hof".to_owned(),
    }
}

fn request(language: Language) -> Request {
    Request {
        path: "/gemeinde/14522310/liste.csv".to_owned(),
        language,
        names_language: false,
        base_url: "https://example.org".to_owned(),
    }
}

fn written(language: Language) -> [String; 2] {
    let (request, snapshot) = (request(language), snapshot(&Town::new()));
    let outcome = outcome(&request, &snapshot);
    assert_eq!(file_name(&outcome, "csv"), "flaechen-14522310.csv");
    let documents = [csv::document(&outcome).unwrap(), geojson::document(&outcome)];
    documents.map(|document| String::from_utf8(document.body).unwrap())
}

#[test]
fn the_notice_and_the_credit_go_with_every_row_and_every_collection() {
    for language in [Language::German, Language::English] {
        let notice = text("ui.notice.text", language);
        let [table, collection] = written(language);
        assert_eq!(table.matches(notice).count(), table.lines().count() - 1);
        let collection: serde_json::Value = serde_json::from_str(&collection).unwrap();
        assert_eq!(collection["notice"], notice);
        assert_eq!(collection["attribution"][0], "© GeoBasis-DE / BKG 2013, dl-de/by-2-0");
    }
}

#[test]
fn nothing_internal_or_not_consented_to_leaves() {
    for document in written(Language::German) {
        for secret in ["never shown", "not consented to", "intern-1", "142888___00057", "amtsblatt", "brownfield"] {
            assert!(!document.contains(secret), "{secret}");
        }
    }
}

#[test]
fn a_table_is_as_the_spreadsheets_of_the_language_take_it() {
    let [german, _] = written(Language::German);
    let [english, _] = written(Language::English);
    assert!(german.starts_with("\u{feff}collection;id;title;"), "{german}");
    assert!(english.starts_with("\u{feff}collection,id,title,"), "{english}");
    let row = |table: &str| table.lines().find(|line| line.contains("angebot-1")).unwrap_or_default().to_owned();
    assert!(row(&german).contains(";13,140") && row(&english).contains(",13.140"), "{german}");
    assert!(row(&german).contains("https://example.org/flaeche/angebot-1"));
}

#[test]
fn a_collection_has_the_features_of_the_list_with_their_pages() {
    let [_, collection] = written(Language::German);
    let collection: serde_json::Value = serde_json::from_str(&collection).unwrap();
    assert_eq!((&collection["type"], &collection["numberMatched"]), (&"FeatureCollection".into(), &4.into()));
    let features = collection["features"].as_array().unwrap();
    let ids: Vec<_> = features.iter().map(|feature| feature["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 4);
    let offer = &features[ids.iter().position(|id| *id == "angebot-1").unwrap()];
    assert_eq!(offer["page"], "https://example.org/flaeche/angebot-1");
    assert_eq!(offer["properties"]["price_eur"], 45_000.0);
    let barn = &features[ids.iter().position(|id| *id == "b-scheune").unwrap()];
    assert_eq!((&barn["collection"], &barn["title"]), (&"buildings".into(), &"Scheune, Leisnig".into()));
    assert_eq!(barn["group"], "hof");
    assert_eq!(barn["properties"]["monument"], serde_json::Value::Null);
    let register = &features[ids.iter().position(|id| *id == "register-1").unwrap()];
    assert_eq!(register["properties"]["type"], serde_json::Value::Null);
}
