use cadastre::{
    Ags, DistrictKey, ParcelId, Revision, Versioned,
    geometry::{Coord, Geometry, LineString, MultiPolygon, Polygon},
    record::{District, Locality, Parcel},
    texts::Language,
};
use spatial::{Builder, Crs, Snapshot};

use super::{Kind, Wanted, find, merged};
use crate::pages::{fixtures::Town, frame::Request};

fn square(x: f64, y: f64) -> MultiPolygon {
    let ring = [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0), (0.0, 0.0)];
    let ring: LineString = ring.map(|(dx, dy)| Coord { x: x + dx, y: y + dy }).to_vec().into();
    MultiPolygon(vec![Polygon::new(ring, vec![])])
}

/// Leisnig, its fixture's sites, two districts with a parcel 123/4 each, streets, and one Ortsteil.
fn snapshot() -> Snapshot {
    let town = Town::new();
    let ags = town.municipality.ags;
    let mut builder = Builder::new(Crs::Epsg(25833), town.day);
    let district = |key: &str, name: &str| District {
        district_key: DistrictKey::parse(key).unwrap(),
        name: name.to_owned(),
        ags,
        geometry: None,
    };
    let parcel = |id: &str, street: &str, x: f64| Parcel {
        parcel_id: ParcelId::parse(id).unwrap(),
        street: Some(street.into()),
        geometry: square(x, 5_670_000.0).into(),
        ..town.parcel.clone()
    };
    let locality = Locality {
        locality_id: "14522310-tragnitz".to_owned(),
        name: "Tragnitz".to_owned(),
        ags,
        geometry: Some(square(370_000.0, 5_670_000.0)),
    };
    let records: Vec<cadastre::Record> = [
        town.municipality.clone().into(),
        district("142888", "Leisnig").into(),
        district("142898", "Tragnitz").into(),
        locality.into(),
        parcel("142888___001230004__", "Lindenstraße 5", 370_000.0).into(),
        parcel("142888___001240000__", "Lindenstraße 7", 370_100.0).into(),
        parcel("142898___001230004__", "Am Lindenhof", 371_000.0).into(),
    ]
    .into_iter()
    .chain(town.sites.iter().cloned().map(Into::into))
    .collect();
    for (record, revision) in records.into_iter().zip(1..) {
        builder.push(Versioned { revision: Revision(revision), record });
    }
    assert!(matches!(town.sites[0].geometry, Geometry::MultiPolygon(_)));
    builder.build(Revision(20)).unwrap()
}

fn search(words: &str, ags: Option<&str>, limit: usize) -> Vec<String> {
    let request = Request {
        path: "/suche".to_owned(),
        language: Language::German,
        names_language: false,
        base_url: "https://example.org".to_owned(),
    };
    let ags = ags.map(|ags| Ags::parse(ags).unwrap());
    let hits = find(&snapshot(), Wanted { request: &request, words, ags, limit });
    merged(hits)
        .iter()
        .map(|hit| format!("{} {} | {} | {}", hit.kind.code(), hit.title, hit.detail, hit.href))
        .collect()
}

fn check(words: &str, expected: &[&str]) {
    assert_eq!(search(words, None, 10), expected, "{words}");
}

#[test]
fn a_parcel_number_finds_every_candidate_with_its_district() {
    check(
        "123/4",
        &[
            "parcel Flurstück 123/4 | Gemarkung Leisnig, Leisnig · Lindenstraße 5 | /flurstueck/142888___001230004__",
            "parcel Flurstück 123/4 | Gemarkung Tragnitz, Leisnig · Am Lindenhof | /flurstueck/142898___001230004__",
        ],
    );
    let tragnitz =
        "parcel Flurstück 123/4 | Gemarkung Tragnitz, Leisnig · Am Lindenhof | /flurstueck/142898___001230004__";
    check("Tragnitz 123/4", &[tragnitz]);
    check("Gemarkung Tragnitz Flurstück 123/4", &[tragnitz]);
    check("142898___001230004__", &[tragnitz]);
    check("999/9", &[]);
}

#[test]
fn a_street_is_found_however_it_is_written_and_with_its_house_number() {
    let street = "street Lindenstraße | Gemarkung Leisnig, Leisnig | /gemeinde/14522310?bbox=";
    for words in ["lindenstr.", "Lindenstrasse", "LINDENSTRAẞE"] {
        let found = search(words, None, 10);
        assert!(found[0].starts_with(street), "{words}: {found:?}");
    }
    check(
        "Lindenstr. 7",
        &["parcel Flurstück 124 | Gemarkung Leisnig, Leisnig · Lindenstraße 7 | /flurstueck/142888___001240000__"],
    );
    // A number that no parcel has leads to the street.
    assert!(search("Lindenstraße 99", None, 10)[0].starts_with(street));
}

#[test]
fn places_lead_to_what_is_listed_there() {
    let found = search("trag", None, 10);
    assert_eq!(found[0], "locality Tragnitz | Ortsteil von Leisnig | /gemeinde/14522310?ortsteil=Tragnitz");
    assert!(found[1].starts_with("district Tragnitz | Gemarkung in Leisnig | /gemeinde/14522310"), "{found:?}");
    assert_eq!(search("Leisnig", None, 10)[0], "municipality Leisnig | Gemeinde | /gemeinde/14522310");
}

#[test]
fn only_what_is_public_is_found() {
    let found = search("lindenstraße nord", None, 10);
    assert_eq!(
        found,
        ["listing Lindenstraße <Nord> | Baulücke · Lindenstraße, Tragnitz, Leisnig | /flaeche/angebot-1"]
    );
    assert_eq!(search("angebot-1", None, 10).len(), 1);
    // Internal, and a name that its consent does not cover.
    for words in ["intern-1", "not consented", "Ruine"] {
        check(words, &[]);
    }
}

#[test]
fn one_hit_more_than_asked_for_says_that_there_are_more() {
    assert_eq!(search("123/4", None, 1).len(), 2);
    assert_eq!(search("", None, 10), Vec::<String>::new());
    assert_eq!(search("…", None, 10), Vec::<String>::new());
    assert!(Kind::Municipality < Kind::Parcel);
}
