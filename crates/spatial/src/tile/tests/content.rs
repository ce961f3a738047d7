//! Who sees what in a tile, and every point once.

use cadastre::{
    DistrictKey, ParcelId, Record, Revision, Versioned, Viewer,
    codes::{Basis, LayerVisibility},
    edit::Applied,
    geometry::{Geometry, Point},
    record::{District, Parcel},
};
use geo_types::Coord;
use proptest::prelude::*;

use super::{decoder, features, tile, tiles_over, world};
use crate::{Snapshot, tile::TileError};

fn point(x: f64, y: f64) -> Geometry {
    Point(world::at(x, y)).into()
}

fn tile_at(zoom: u8) -> super::TileAddress {
    tiles_over(zoom, (10.0, 10.0), (10.0, 10.0))[0]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_site_is_counted_once_at_every_zoom_level(
        sites in proptest::collection::vec(((0.0..9000.0f64, 0.0..9000.0f64), any::<bool>()), 1..80),
        zoom in 0..=16u8,
    ) {
        let geometry = |(x, y): (f64, f64), is_area: bool| match is_area {
            true => Geometry::Polygon(world::square(world::at(x, y), 25.0)),
            false => point(x, y),
        };
        let records = sites.iter().enumerate().map(|(number, (place, is_area))| {
            Record::from(world::site(&format!("s{number}"), Some(Basis::Offer), geometry(*place, *is_area)))
        });
        let snapshot = world::build(records);
        let mut ids = Vec::new();
        let mut count = 0;
        for tile in tiles_over(zoom, (-30.0, -30.0), (9100.0, 9100.0)) {
            for feature in features(&snapshot, tile, "sites") {
                let is_point = !feature.points().is_empty();
                for Coord { x, y } in feature.points() {
                    prop_assert!((0..4096).contains(x) && (0..4096).contains(y), "{} {}", x, y);
                }
                if is_point && zoom > 12 {
                    ids.push(feature.id().to_owned());
                    prop_assert_eq!(feature.attribute("count"), None);
                }
                if zoom <= 12 {
                    let members: usize = feature.attribute("count").unwrap().parse().unwrap();
                    prop_assert_eq!(feature.attribute("id").is_some(), members == 1);
                    count += members;
                }
                prop_assert!(is_point || zoom >= 15);
            }
        }
        if zoom <= 12 {
            prop_assert_eq!(count, sites.len());
        } else {
            let mut expected: Vec<_> = (0..sites.len()).map(|number| format!("s{number}")).collect();
            ids.sort();
            expected.sort();
            prop_assert_eq!(ids, expected);
        }
    }
}

#[test]
fn internal_sites_are_drawn_for_staff_only() {
    let internal = || world::site("internal", None, point(10.0, 10.0)).into();
    let offer = || world::site("offer", Some(Basis::Offer), point(12.0, 12.0)).into();
    let both = world::build([internal(), offer()]);
    let public = world::build([offer()]);
    for zoom in [3, 13, 17] {
        let seen = |snapshot: &Snapshot, viewer: &Viewer| snapshot.tile(tile_at(zoom), &["sites"], viewer).unwrap();
        assert_eq!(seen(&both, &Viewer::ANONYMOUS), seen(&public, &Viewer::ANONYMOUS), "zoom {zoom}");
        assert_ne!(seen(&both, &world::clerk()), seen(&public, &world::clerk()), "zoom {zoom}");
        let tag = |snapshot: &Snapshot| snapshot.tile_tag(tile_at(zoom), &["sites"], &Viewer::ANONYMOUS).unwrap();
        assert_eq!(tag(&both), tag(&public), "the tag tells nothing of what is not shown");
    }
}

fn attributes(feature: &decoder::Feature) -> Vec<(&str, &str)> {
    feature.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn a_feature_carries_what_its_basis_shows_and_nothing_else() {
    let announced = {
        use cadastre::record::{Announcement, Publication};
        let site = world::site("register", Some(Basis::Register), point(10.0, 10.0));
        let publication = Publication { announcement_id: Some("a".into()), ..site.publication.clone() };
        let announcement = Announcement {
            announcement_id: "a".into(),
            ags: world::ags(),
            announced_on: cadastre::Day::constant(2025, 1, 1),
            organ: "Amtsblatt".into(),
            issue: "1".into(),
            text: String::new(),
            scope: vec![],
        };
        [Record::from(cadastre::record::Site { publication, ..site }), announcement.into()]
    };
    let snapshot = world::build(announced.into_iter().chain([
        world::site("offer", Some(Basis::Offer), point(14.0, 14.0)).into(),
        world::parcel(2, world::square(world::at(0.0, 0.0), 30.0)).into(),
        world::parcel(3, world::square(world::at(30.0, 0.0), 30.0)).into(),
        world::building(1, world::square(world::at(5.0, 5.0), 9.0).into()).into(),
        world::building(2, world::square(world::at(15.0, 5.0), 9.0).into()).into(),
        world::vacancy(2, Some(Basis::Offer)).into(),
        world::building(3, world::square(world::at(25.0, 5.0), 9.0).into()).into(),
        world::vacancy(3, None).into(),
        world::district(1, world::square(world::at(-500.0, -500.0), 2000.0)).into(),
        world::layer("trees", LayerVisibility::Public).into(),
        world::feature("trees", 1, point(9.0, 9.0)).into(),
    ]));
    let check = |collection: &str, id: &str, expected: &[(&str, &str)]| {
        let found = features(&snapshot, tile_at(17), collection);
        let feature = found.iter().find(|feature| feature.id() == id).expect(id);
        assert_eq!(attributes(feature), expected, "{collection}");
    };
    let area = ("area_class", "to_1000");
    check("sites", "register", &[("id", "register"), area]);
    check("sites", "offer", &[("id", "offer"), ("type", "infill_gap"), ("status", "confirmed"), area]);
    check("parcels", "142800___00003______", &[("id", "142800___00003______"), ("area_class", "to_250")]);
    check("parcels", "142800___00004______", &[("id", "142800___00004______")]);
    check("buildings", "b1", &[("id", "b1")]);
    check("buildings", "b2", &[("id", "b2"), ("status", "whole")]);
    check("buildings", "b3", &[("id", "b3")]);
    check("districts", "140001", &[("id", "140001")]);
    check("trees", "1", &[("id", "1"), ("status", "planned")]);
}

#[test]
fn collections_are_drawn_from_their_zoom_level_on() {
    let snapshot = world::build([
        world::parcel(2, world::square(world::at(0.0, 0.0), 300.0)).into(),
        world::building(1, world::square(world::at(0.0, 0.0), 300.0).into()).into(),
        world::district(1, world::square(world::at(0.0, 0.0), 300.0)).into(),
        world::site("s", Some(Basis::Offer), world::square(world::at(0.0, 0.0), 300.0).into()).into(),
        world::layer("trees", LayerVisibility::Public).into(),
        world::feature("trees", 1, world::square(world::at(0.0, 0.0), 300.0).into()).into(),
    ]);
    let all = ["parcels", "sites", "buildings", "districts", "trees"];
    for (zoom, expected) in [
        (12, &["sites", "districts", "trees"][..]),
        (14, &["sites", "districts", "trees"]),
        (15, &all),
        (20, &["parcels", "buildings", "sites", "districts", "trees"]),
    ] {
        let mut names: Vec<_> =
            tile(&snapshot, tile_at(zoom), &all, &Viewer::ANONYMOUS).into_iter().map(|layer| layer.name).collect();
        let mut expected = expected.to_vec();
        names.sort();
        expected.sort_unstable();
        assert_eq!(names, expected, "zoom {zoom}");
    }
    // Area and label of a site are two features with one id.
    let label_tile = tiles_over(15, (150.0, 150.0), (150.0, 150.0))[0];
    let sites = features(&snapshot, label_tile, "sites");
    assert_eq!(sites.iter().map(decoder::Feature::id).collect::<Vec<_>>(), ["s", "s"]);
    assert_eq!(sites.iter().filter(|site| site.points().is_empty()).count(), 1);
}

#[test]
fn layers_are_known_to_whom_they_are_open() {
    let snapshot = world::build([
        world::layer("plans", LayerVisibility::Staff).into(),
        world::feature("plans", 1, point(10.0, 10.0)).into(),
    ]);
    let ask = |name: &str, viewer: &Viewer| snapshot.tile(tile_at(15), &[name], viewer);
    let unknown = |name: &str| match ask(name, &Viewer::ANONYMOUS) {
        Err(TileError::UnknownCollection { name: found }) => assert_eq!(found, name),
        other => panic!("{other:?}"),
    };
    unknown("plans");
    unknown("nothing");
    assert!(!ask("plans", &world::clerk()).unwrap().is_empty());
}

#[test]
fn the_tag_changes_with_what_is_shown_and_only_then() {
    let here = || world::parcel(1, world::square(world::at(0.0, 0.0), 20.0));
    let there = || world::parcel(2, world::square(world::at(4000.0, 4000.0), 20.0));
    let internal = world::site("internal", None, point(10.0, 10.0));
    let before = world::build([here().into(), there().into()]);
    let put =
        |record: Record, revision: u64| Applied::Put(Box::new(Versioned { revision: Revision(revision), record }));
    let tag = |snapshot: &Snapshot| snapshot.tile_tag(tile_at(16), &["parcels"], &Viewer::ANONYMOUS).unwrap();
    let unseen = before.apply(Revision(2), &[put(internal.into(), 2)]).unwrap();
    assert_eq!(tag(&before), tag(&unseen));
    let edited = unseen.apply(Revision(3), &[put(here().into(), 3)]).unwrap();
    assert_ne!(tag(&unseen), tag(&edited));
    // However the records are kept: the same tile, byte for byte.
    let bytes = |snapshot: &Snapshot| snapshot.tile(tile_at(16), &["parcels"], &Viewer::ANONYMOUS).unwrap();
    assert_eq!((tag(&edited), bytes(&edited)), (tag(&edited.merged()), bytes(&edited.merged())));
    assert_eq!(bytes(&edited), bytes(&before));
}

#[test]
fn districts_without_a_geometry_are_drawn_round_their_parcels_as_long_as_these_are_not_drawn() {
    let bare =
        |number: u32| District { geometry: None, ..world::district(number, world::square(world::at(0.0, 0.0), 1.0)) };
    let key = DistrictKey::parse("140002").unwrap();
    let parcel = |number: u32, x: f64| Parcel {
        parcel_id: ParcelId::from_parts(key, None, number, None, None).unwrap(),
        ..world::parcel(number, world::square(world::at(x, 0.0), 300.0))
    };
    let snapshot = world::build([
        bare(2).into(),
        // Of this one no parcel is known.
        bare(3).into(),
        parcel(1, 0.0).into(),
        parcel(2, 300.0).into(),
        world::district(1, world::square(world::at(0.0, 300.0), 100.0)).into(),
    ]);
    let drawn = |snapshot: &Snapshot, zoom| {
        let features = features(snapshot, tile_at(zoom), "districts");
        features.iter().map(|district| (district.id().to_owned(), district.areas())).collect::<Vec<_>>()
    };
    let far = drawn(&snapshot, 14);
    assert_eq!(far.iter().map(|(id, _)| &id[..]).collect::<Vec<_>>(), ["140001", "140002"]);
    let [polygon] = &far[1].1.0[..] else { panic!("one area, without the boundary between the parcels: {far:?}") };
    assert!(polygon.exterior().0.len() <= 7 && polygon.interiors().is_empty(), "{polygon:?}");
    let near = drawn(&snapshot, 15);
    assert_eq!(near.iter().map(|(id, _)| &id[..]).collect::<Vec<_>>(), ["140001"]);

    // The tag of a tile follows the parcels where their outline is drawn, and only there.
    let put =
        |record: Record, revision: u64| Applied::Put(Box::new(Versioned { revision: Revision(revision), record }));
    let tag = |snapshot: &Snapshot, zoom| snapshot.tile_tag(tile_at(zoom), &["districts"], &Viewer::ANONYMOUS).unwrap();
    let larger = snapshot.apply(Revision(2), &[put(parcel(3, 600.0).into(), 2)]).unwrap();
    assert_ne!(tag(&snapshot, 14), tag(&larger, 14));
    assert_eq!(tag(&snapshot, 15), tag(&larger, 15));
    assert_ne!(drawn(&larger, 14), far);
    assert_eq!(drawn(&larger.merged(), 14), drawn(&larger, 14));
    // One that gets a geometry is drawn by that.
    let own = world::district(2, world::square(world::at(0.0, 0.0), 100.0));
    let official = larger.apply(Revision(3), &[put(own.into(), 3)]).unwrap();
    assert_eq!(drawn(&official, 14).len(), 2);
    assert_ne!(drawn(&official, 14), drawn(&larger, 14));
}
