//! The fast snapshot against the slow oracle, and against itself built another way.

mod answers;
mod filters;
mod fixture;
mod naive;
mod oracle;
mod pasts;
mod pictures;
mod sorts;
mod texts;
mod units;

use std::fmt::Write as _;

use cadastre::{Revision, Value, Viewer, edit::Applied};
use fixture::{Spec, area, day, end, layers, parcel_id, record, spec, utm, viewers};
use geo::MapCoordsInPlace as _;
use geo_types::{Coord, Geometry};
use oracle::Model;
use proptest::prelude::*;

use crate::{
    Area, Crs, Found, Predicate, Query, Snapshot, Transformer,
    densify::area_to_crs84,
    snapshot::{PredicateError, QueryError},
};

const COLLECTIONS: [&str; 6] = ["parcels", "sites", "buildings", "districts", "plans", "roads"];

/// A geometry of the store as it is published, and searched.
fn published(mut geometry: Geometry) -> Geometry {
    Transformer::new(fixture::STORE, Crs::CRS84).unwrap().transform_geometry(&mut geometry).unwrap();
    geometry.map_coords_in_place(seven_decimals);
    geometry
}

fn seven_decimals(at: Coord) -> Coord {
    let rounded = |number: f64| format!("{number:.7}").parse().unwrap();
    Coord { x: rounded(at.x), y: rounded(at.y) }
}

fn to_crs84(at: (i32, i32)) -> Coord {
    seven_decimals(Transformer::new(fixture::STORE, Crs::CRS84).unwrap().transform_coord(utm(at).into()).unwrap())
}

/// Areas of every kind between two grid positions; whole numbers, so that boundaries meet.
fn areas(a: (i32, i32), b: (i32, i32), form: u8) -> Vec<Area> {
    let (low, high) = ((a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1)));
    let (south_west, north_east) = (to_crs84(low), to_crs84(high));
    let (min, max) = (utm(low), utm(high));
    let own = area(a, form);
    let mercator = Transformer::new(Crs::CRS84, Crs::Epsg(3857)).unwrap();
    let [m, n] = [south_west, north_east].map(|corner| mercator.transform_coord(corner).unwrap());
    let mut areas = vec![
        Area::BboxIn(fixture::STORE, [min.0, min.1, max.0, max.1]),
        Area::Polygon(fixture::STORE, own.clone()),
        Area::Polygon(Crs::CRS84, area_to_crs84(fixture::STORE, &own).unwrap()),
        Area::Radius { centre: south_west, metres: f64::from(form) * 40.0 },
        Area::Point(south_west),
    ];
    if low.0 < high.0 && low.1 < high.1 {
        areas.push(Area::Bbox([south_west.x, south_west.y.min(north_east.y), north_east.x, north_east.y]));
        areas.push(Area::BboxIn(Crs::Epsg(3857), [m.x, m.y, n.x, n.y]));
    }
    areas
}

fn filters() -> Vec<Predicate> {
    let equals = |property: &str, value| Predicate::Equals { property: property.into(), value };
    vec![
        Predicate::All,
        equals("ags", Value::text("14522310")),
        equals("street", Value::text("Am Markt")),
        equals("class", Value::Integer(1)),
        equals("numbers", Value::text("101")),
        Predicate::And(vec![equals("ags", Value::text("14522320")), Predicate::IsNull { property: "street".into() }]),
    ]
}

/// All ids of a query, page by page.
fn paged(snapshot: &Snapshot, collection: &str, query: &Query, viewer: &Viewer) -> Vec<String> {
    let mut query = Query { limit: 2, ..query.clone() };
    let mut ids = Vec::new();
    loop {
        let page = snapshot.query(collection, &query, viewer).unwrap();
        ids.extend(page.returned.iter().map(|shown| shown.view().id().to_owned()));
        assert!(ids.len() <= 500, "the pages go round in circles");
        match page.next {
            Some(next) => query.after = Some(next.to_string().parse().unwrap()),
            None => return ids,
        }
    }
}

fn check_against_oracle(snapshot: &Snapshot, model: &Model, query: &Query) {
    for collection in COLLECTIONS {
        check_collection(snapshot, model, collection, query);
    }
}

fn check_collection(snapshot: &Snapshot, model: &Model, collection: &str, query: &Query) {
    for viewer in viewers() {
        let property = if collection == "parcels" { "official_area_m2" } else { "dwellings_min" };
        let (expected, sum) = model.answer(collection, query, &viewer, snapshot.day(), property);
        let page = match snapshot.query(collection, query, &viewer) {
            Ok(page) => page,
            // A layer the viewer may not know of, or a property the collection has not: no answer, no match.
            Err(QueryError::UnknownCollection { .. }) => {
                assert!(expected.is_empty(), "{collection} {viewer:?}");
                continue;
            }
            Err(QueryError::Predicate(PredicateError::UnknownProperty { .. })) => continue,
            Err(error) => panic!("{error}: {query:?}"),
        };
        assert_eq!(page.matched, expected.len() as u64, "{collection} {query:?} {viewer:?}");
        texts::check(snapshot, collection, query, &viewer);
        let ids = paged(snapshot, collection, query, &viewer);
        assert_eq!(ids.len(), expected.len(), "no record twice: {ids:?}");
        assert!(ids.iter().all(|id| expected.contains(id)), "{collection} {ids:?} {expected:?}");
        let skipped = snapshot.query(collection, &Query { offset: 2, ..query.clone() }, &viewer).unwrap();
        assert!(skipped.returned.iter().map(|shown| shown.view().id()).eq(ids.iter().skip(2)), "{collection} offset");
        if let Ok(figures) = snapshot.figures(collection, query, property, &viewer) {
            assert_eq!(figures.matched, page.matched);
            assert!((figures.sum - sum).abs() < 1e-9, "{} {sum}", figures.sum);
        }
    }
}

/// Everything a snapshot says to anybody, as text.
fn everything(snapshot: &Snapshot) -> String {
    let mut out = format!("{} {} {:?}\n", snapshot.revision(), snapshot.day(), snapshot.next_change_day());
    for viewer in viewers() {
        for info in snapshot.collections(&viewer) {
            writeln!(out, "{} {} {:?}", info.id, info.count, info.extent).unwrap();
            let page = snapshot.query(info.id, &Query::default(), &viewer).unwrap();
            for shown in page.returned {
                let properties: Vec<_> = shown.view().properties().collect();
                let [own, there] =
                    [shown.shape(), shown.shape_crs84()].map(|shape| shape.map(|shape| shape.to_geometry()));
                writeln!(
                    out,
                    "  {} {} {} {:x} {properties:?} {own:?} {there:?} {:?}",
                    shown.view().id(),
                    shown.revision(),
                    shown.content_revision(),
                    shown.content_tag(),
                    shown.label_point(),
                )
                .unwrap();
            }
        }
        for id in 0..7u8 {
            let parcel = parcel_id(id);
            let ids = |shown: Vec<crate::Shown<'_>>| {
                shown.iter().map(|shown| shown.view().id().to_owned()).collect::<Vec<_>>()
            };
            writeln!(
                out,
                "  {id}: {} {:?} {:?} {:?} {:?} {:?}",
                match snapshot.item("sites", &id.to_string(), &viewer) {
                    Found::Shown(_) => "shown",
                    Found::Ended => "ended",
                    Found::Unknown => "unknown",
                },
                ids(snapshot.parcels_of_site(&id.to_string(), &viewer)),
                ids(snapshot.sites_on_parcel(parcel, &viewer)),
                ids(snapshot.buildings_on_parcel(parcel, &viewer)),
                ids(snapshot.parcels_by_number(None, &parcel.number(), &viewer)),
                ids(snapshot.parcels_by_number(Some("gemarkung 1"), &parcel.number(), &viewer)),
            )
            .unwrap();
            writeln!(out, "  {:?}", snapshot.units_of_building(&id.to_string(), &viewer)).unwrap();
        }
    }
    for home in [true, false] {
        writeln!(
            out,
            "{:?} {:?}",
            snapshot.municipality_bounds(fixture::ags(home)),
            snapshot.localities(fixture::ags(home))
        )
        .unwrap();
    }
    out
}

fn world(specs: &[Spec]) -> Model {
    let mut model = Model::default();
    for (revision, record) in (1..).zip(layers().into_iter().chain(specs.iter().map(record))) {
        model.put(record, revision);
    }
    model
}

/// One commit: puts and ends of what some specs describe.
fn commit(model: &mut Model, edits: &[(Spec, bool)], revision: u64) -> Vec<Applied> {
    let edit = |(spec, ends): &(Spec, bool)| match end(spec).filter(|_| *ends) {
        Some(key) => model.end(key, revision),
        None => model.put(record(spec), revision),
    };
    edits.iter().map(edit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_index_answers_as_a_linear_scan(
        specs in proptest::collection::vec(spec(), 0..120),
        a in (0..14i32, 0..14i32),
        b in (0..14i32, 0..14i32),
        form in 0..5u8,
        offset in any::<u8>(),
    ) {
        let model = world(&specs);
        let snapshot = model.build(1000, day(offset));
        // Some of the texts are compressed, some are not yet.
        for _ in 0..offset % 8 {
            snapshot.packing().step();
        }
        let all = Query::default();
        for within in areas(a, b, form) {
            check_against_oracle(&snapshot, &model, &Query { within: Some(within), ..all.clone() });
        }
        for filter in filters() {
            check_against_oracle(&snapshot, &model, &Query { filter, ..all.clone() });
        }
        let ids = Some(vec!["1".into(), parcel_id(2).to_string(), "142801".into(), "1".into(), "none".into()]);
        check_against_oracle(&snapshot, &model, &Query { ids: ids.clone(), ..all.clone() });
        let within = areas(a, b, form).pop();
        check_against_oracle(&snapshot, &model, &Query { ids, within: within.clone(), ..all.clone() });
        check_against_oracle(&snapshot, &model, &Query { within, filter: filters().swap_remove(1), ..all });
    }

    #[test]
    fn applied_edits_give_what_a_rebuild_gives(
        specs in proptest::collection::vec(spec(), 0..60),
        commits in proptest::collection::vec(proptest::collection::vec((spec(), any::<bool>()), 1..12), 1..8),
        merge in any::<[bool; 8]>(),
        area_of_query in (0..12i32, 0..12i32),
    ) {
        let mut model = world(&specs);
        let mut snapshot = model.build(1000, day(3));
        for (revision, (edits, merge)) in (1001..).zip(commits.iter().zip(merge)) {
            let before = everything(&snapshot);
            let applied = commit(&mut model, edits, revision);
            let next = snapshot.apply(Revision(revision), &applied).unwrap();
            prop_assert_eq!(everything(&snapshot), before, "the old snapshot has changed");
            texts::check_stamps(&snapshot, &next, &model.build(revision, day(3)), &areas(area_of_query, (6, 6), 1));
            snapshot = next;
            if merge {
                let tables = snapshot.tables.merged(|overlay, _| overlay > 0);
                snapshot = Snapshot { tables, ..snapshot.with_day(snapshot.day()) }.encoded();
                while snapshot.packing().step() {}
            }
            prop_assert_eq!(everything(&snapshot), everything(&model.build(revision, day(3))));
            for (collection, viewer) in COLLECTIONS.iter().flat_map(|c| viewers().into_iter().map(move |v| (c, v))) {
                texts::check(&snapshot, collection, &Query::default(), &viewer);
            }
        }
        for within in areas(area_of_query, (6, 6), 2) {
            check_against_oracle(&snapshot, &model, &Query { within: Some(within), ..Query::default() });
        }
    }

    #[test]
    fn at_midnight_the_snapshot_is_what_a_rebuild_would_be(
        specs in proptest::collection::vec(spec(), 0..40),
        start in 0..20u8,
    ) {
        let model = world(&specs);
        let mut today = model.build(1000, day(start));
        for offset in start + 1..40 {
            let tomorrow = today.with_day(day(offset));
            prop_assert_eq!(everything(&tomorrow), everything(&model.build(1000, day(offset))));
            texts::check_stamps(&today, &tomorrow, &model.build(1000, day(offset)), &[]);
            let announced = today.next_change_day() == Some(tomorrow.day());
            let changed = public_sight(&today) != public_sight(&tomorrow);
            prop_assert_eq!(changed, announced, "{} was announced", today.next_change_day().unwrap_or_default());
            today = tomorrow;
        }
    }
}

/// What the public sees of what can change by date, as text.
fn public_sight(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    for collection in ["sites", "buildings"] {
        let page = snapshot.query(collection, &Query::default(), &Viewer::ANONYMOUS).unwrap();
        for shown in page.returned {
            writeln!(out, "{} {:?}", shown.view().id(), shown.view().properties().collect::<Vec<_>>()).unwrap();
        }
    }
    for id in 0..7u8 {
        let found = snapshot.item("sites", &id.to_string(), &Viewer::ANONYMOUS);
        writeln!(out, "{id} {}", matches!(found, Found::Ended)).unwrap();
    }
    out
}
