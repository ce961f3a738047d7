//! Where one shops, learns and is looked after in the demo: a layer as a town would import it.

use cadastre::{
    ColumnKind, Value,
    codes::LayerVisibility,
    geometry::{Geometry, Point},
    record::{Column, Feature, Layer},
};

use super::{
    buildings::Raised,
    curve::{Metres, at, distance},
    land::{Cover, Ground},
    names::{PLACES, TOWN},
    planar::to_metres,
};

const LAYER: &str = "services";

/// The layer with its features.
pub(super) fn make(ground: &Ground, raised: &[Raised]) -> (Layer, Vec<Feature>) {
    let town = PLACES[TOWN].centre();
    let houses = |functions: &'static [&'static str], near: Metres| {
        let fitting = raised.iter().filter(move |house| functions.contains(&house.function));
        fitting.map(middle).min_by(|a, b| distance(*a, near).total_cmp(&distance(*b, near)))
    };
    const SHOPS: &[&str] = &["Wohn- und Geschäftsgebäude"];
    let mut found = vec![
        ("school", "Schule", houses(&["Allgemeinbildende Schule"], town)),
        ("kita", "Kita am Markt", houses(&["Kindertagesstätte"], town)),
        ("doctor", "Hausarztpraxis", houses(SHOPS, town + at(60.0, -90.0))),
        ("pharmacy", "Markt-Apotheke", houses(SHOPS, town + at(-40.0, 20.0))),
        ("shop", "Supermarkt", houses(&["Produktionsgebäude"], town)),
        ("station", "Bahnhof", station(ground, town)),
    ];
    // Every fourth village has a shop.
    for place in PLACES.iter().skip(1).step_by(4) {
        found.push(("shop", "Dorfladen", houses(&["Bauernhaus"], place.centre())));
    }
    let column = |name: &str| Column { name: name.to_owned(), kind: ColumnKind::Text };
    let layer = Layer {
        name: LAYER.to_owned(),
        title: "Versorgung (Beispiel)".to_owned(),
        visibility: LayerVisibility::Public,
        columns: vec![column("kind"), column("name")],
        attribution: None,
    };
    let features = found.into_iter().zip(1..).filter_map(|((kind, name, place), number)| {
        Some(Feature {
            layer: LAYER.into(),
            feature_id: number.to_string().into(),
            values: vec![Value::text(kind), Value::text(format!("Beispiel: {name}"))],
            geometry: place.map(|place| Geometry::Point(Point(place))),
        })
        .filter(|feature| feature.geometry.is_some())
    });
    let features = features.collect();
    (layer, features)
}

fn middle(house: &Raised) -> Metres {
    let corners: Vec<Metres> = house.footprint.iter().map(|corner| to_metres(*corner)).collect();
    corners.iter().fold(at(0.0, 0.0), |sum, corner| sum + *corner) / corners.len().max(1) as f64
}

/// Where the railway comes nearest to the town.
fn station(ground: &Ground, town: Metres) -> Option<Metres> {
    let railway = (0..ground.map.len()).filter(|face| ground.map.data(*face).cover == Cover::Railway);
    railway.flat_map(|face| ground.map.ring(face)).min_by(|a, b| distance(*a, town).total_cmp(&distance(*b, town)))
}
