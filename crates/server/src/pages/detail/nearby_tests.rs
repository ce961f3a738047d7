use cadastre::{
    ColumnKind, Record, Revision, Value, Versioned,
    codes::LayerVisibility,
    geometry::{Geometry, Point},
    record::{Column, Feature, Layer},
    texts::Language,
};
use geo_types::Coord;
use spatial::{Builder, Crs, Snapshot};

use super::{metres, nearby};
use crate::pages::{fixtures::Town, frame::Request};

/// A layer of services around a point of the store (EPSG:25833), so many metres to the east each.
fn snapshot(visibility: LayerVisibility, services: &[(&str, Option<&str>, f64)]) -> Snapshot {
    let mut builder = Builder::new(Crs::Epsg(25833), Town::new().day);
    let column = |name: &str| Column { name: name.to_owned(), kind: ColumnKind::Text };
    let layer = Layer {
        name: "services".to_owned(),
        title: "Versorgung".to_owned(),
        visibility,
        columns: vec![column("kind"), column("name")],
        attribution: None,
    };
    let features = services.iter().enumerate().map(|(index, (kind, name, east_m))| {
        Record::from(Feature {
            layer: "services".into(),
            feature_id: index.to_string().into(),
            values: vec![Value::text(*kind), name.map_or(Value::Null, Value::text)],
            geometry: Some(Geometry::Point(Point::new(370_000.0 + east_m, 5_670_000.0))),
        })
    });
    for (record, revision) in std::iter::once(Record::from(layer)).chain(features).zip(1..) {
        builder.push(Versioned { revision: Revision(revision), record });
    }
    builder.build(Revision(20)).unwrap()
}

fn check(visibility: LayerVisibility, services: &[(&str, Option<&str>, f64)], expected: &[&str]) {
    let request = Request {
        path: "/flaeche/a".to_owned(),
        language: Language::German,
        names_language: false,
        base_url: String::new(),
    };
    // 370,000 east, 5,670,000 north of UTM zone 33.
    let from = Coord { x: 13.140_603, y: 51.166_644 };
    let found = nearby(&request, &snapshot(visibility, services), from);
    let words = |near: &super::Nearby| {
        format!("{} {}: {}", near.kind, near.name.as_deref().unwrap_or("-"), near.distance.replace('\u{a0}', " "))
    };
    assert_eq!(found.iter().map(words).collect::<Vec<_>>(), expected);
}

#[test]
fn the_nearest_of_each_kind_is_told_with_the_time_to_walk() {
    let services = [
        ("Apotheke", Some("Löwen-Apotheke"), 3_000.0),
        ("Apotheke", None, 500.0),
        ("station", Some("Leisnig"), 1_500.0),
        ("Schwimmbad", Some("Freibad"), 10.0),
        ("Arzt", Some("weit weg"), 40_000.0),
    ];
    check(
        LayerVisibility::Public,
        &services,
        &["Bahnhof Leisnig: 1,5 km, etwa 26 Minuten zu Fuß", "Apotheke -: 500 m, etwa 9 Minuten zu Fuß"],
    );
}

#[test]
fn what_is_too_far_to_walk_is_told_as_a_distance() {
    check(LayerVisibility::Public, &[("Schule", None, 5_000.0)], &["Schule -: 5 km"]);
}

#[test]
fn a_layer_for_staff_says_nothing_to_the_public() {
    check(LayerVisibility::Staff, &[("Schule", None, 5.0)], &[]);
}

#[test]
fn a_distance_is_that_on_the_ground() {
    let degrees = metres(Coord { x: 13.0, y: 51.0 }, Coord { x: 13.0, y: 52.0 });
    assert!((degrees - 111_195.0).abs() < 10.0, "{degrees}");
}
