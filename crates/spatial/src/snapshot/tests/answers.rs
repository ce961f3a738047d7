//! Figures in groups, ids, covered areas and what is nearest, against what single records say.

use std::collections::BTreeMap;

use cadastre::{Revision, Viewer, value::ValueRef};
use geo::{Area as _, BooleanOps};
use geo_types::{Geometry, MultiPolygon};
use proptest::prelude::*;

use super::{
    COLLECTIONS, commit,
    filters::names,
    fixture::{STORE, area, day, spec, viewers},
    to_crs84, world,
};
use crate::{
    Area, Crs, Predicate, Query, Snapshot,
    cql2::from_text,
    densify::area_to_crs84,
    geometry::disc::Disc,
    snapshot::{Group, QueryError, Question},
};

fn text(value: &ValueRef<'_>) -> Option<String> {
    Some(match value {
        ValueRef::Null => return None,
        ValueRef::Text(text) => text.to_string(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Boolean(yes) => yes.to_string(),
        ValueRef::Date(day) => day.to_string(),
        other => panic!("no groups by {other:?}"),
    })
}

fn number(value: &ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Integer(number) => Some(*number as f64),
        ValueRef::Real(number) => Some(*number),
        _ => None,
    }
}

fn polygons(geometry: &Geometry) -> MultiPolygon {
    match geometry {
        Geometry::MultiPolygon(polygons) => polygons.clone(),
        _ => MultiPolygon(vec![]),
    }
}

fn check_groups(snapshot: &Snapshot, collection: &str, question: &Question, viewer: &Viewer) {
    let all = Query { limit: usize::MAX, ..question.query.clone() };
    let Ok(page) = snapshot.query(collection, &all, viewer) else { return };
    let answer = snapshot.answer(collection, question, viewer).unwrap();
    assert_eq!(answer.total.matched, page.matched);
    let ids: Vec<_> = page.returned.iter().map(|shown| shown.view().id()).take(question.ids).collect();
    assert_eq!(answer.ids, ids);
    let mut expected: BTreeMap<(bool, Option<String>), (u64, f64, u64)> = BTreeMap::new();
    for shown in &page.returned {
        let value = text(&shown.view().value(question.group_by.as_deref().unwrap()));
        let group = expected.entry((value.is_none(), value)).or_default();
        group.0 += 1;
        match question.sum.as_ref().and_then(|sum| number(&shown.view().value(sum))) {
            Some(number) => group.1 += number,
            None => group.2 += 1,
        }
    }
    assert_eq!(answer.groups.len(), expected.len(), "{collection} {question:?}");
    for (Group { value, figures }, ((_, wanted), (matched, sum, missing))) in answer.groups.iter().zip(&expected) {
        assert_eq!(
            (value, figures.matched, figures.missing),
            (wanted, *matched, *missing),
            "{collection} {question:?}"
        );
        assert!((figures.sum - sum).abs() < 1e-9, "{} {sum}", figures.sum);
    }
    let total: f64 = expected.values().map(|(_, sum, _)| sum).sum();
    assert!((answer.total.sum - total).abs() < 1e-9, "{} {total}", answer.total.sum);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn groups_and_ids_are_those_of_the_records(
        specs in proptest::collection::vec(spec(), 0..100),
        edits in proptest::collection::vec((spec(), any::<bool>()), 0..12),
        picks in any::<(usize, usize, bool, bool)>(),
        ids in 0..5usize,
    ) {
        let mut model = world(&specs);
        let snapshot = model.build(1000, day(3));
        let applied = commit(&mut model, &edits, 1001);
        let snapshot = snapshot.apply(Revision(1001), &applied).unwrap();
        for collection in COLLECTIONS {
            let names = names(collection);
            let groups = [names.texts, names.days, names.flags].concat();
            let sum = (picks.2 && !names.numbers.is_empty()).then(|| names.numbers[picks.1 % names.numbers.len()].into());
            let group_by = Some(groups[picks.0 % groups.len()].to_owned());
            let filter = Predicate::cql2(from_text(if picks.3 { "geometry is not null" } else { "true" }).unwrap());
            let query = Query { filter, ..Query::default() };
            let question = Question { query, sum, group_by, ids, overlap: None };
            for viewer in viewers() {
                check_groups(&snapshot, collection, &question, &viewer);
            }
        }
    }

    #[test]
    fn what_is_covered_is_the_sum_of_what_each_record_covers(
        specs in proptest::collection::vec(spec(), 0..60),
        at in (0..12i32, 0..12i32),
        form in 0..5u8,
        in_crs84 in any::<bool>(),
    ) {
        let model = world(&specs);
        let snapshot = model.build(1000, day(3));
        let own = area(at, form);
        let overlap = if in_crs84 {
            (Crs::CRS84, area_to_crs84(STORE, &own).unwrap())
        } else {
            (STORE, own.clone())
        };
        let question = Question { overlap: Some(overlap), ..Question::default() };
        for collection in ["parcels", "sites", "districts"] {
            let all = Query { limit: usize::MAX, ..Query::default() };
            let page = snapshot.query(collection, &all, &Viewer::operator()).unwrap();
            let covered = |shape: crate::geometry::Shape<'_>| {
                polygons(&shape.to_geometry()).intersection(&own).unsigned_area()
            };
            let expected: f64 = page.returned.iter().filter_map(crate::Shown::shape).map(covered).sum();
            let answer = snapshot.answer(collection, &question, &Viewer::operator()).unwrap();
            let found = answer.overlap_m2.unwrap();
            prop_assert!((found - expected).abs() < 0.01 + expected * 1e-6, "{} {}", found, expected);
        }
    }

    #[test]
    fn the_nearest_are_the_nearest_of_all(
        specs in proptest::collection::vec(spec(), 0..60),
        at in (-40..60i32, -40..60i32),
        count in 0..6usize,
    ) {
        let snapshot = world(&specs).build(1000, day(3));
        let place = to_crs84(at);
        for collection in ["parcels", "sites", "buildings"] {
            for viewer in viewers() {
                let all = Query { limit: usize::MAX, ..Query::default() };
                let page = snapshot.query(collection, &all, &viewer).unwrap();
                let here = Disc::new(place, 0.0);
                let distance = |shown: &crate::Shown<'_>| {
                    Some((here.distance_m(&shown.shape_crs84()?)?, shown.view().id().to_owned()))
                };
                let mut expected: Vec<_> = page.returned.iter().filter_map(distance).collect();
                expected.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
                expected.truncate(count);
                let query = Query { limit: count, ..Query::default() };
                let found = snapshot.nearest(collection, &query, place, &viewer).unwrap();
                let found: Vec<_> =
                    found.iter().map(|near| (near.distance_m, near.shown.view().id().to_owned())).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn what_is_near_a_geometry_is_found_by_its_distance(
        specs in proptest::collection::vec(spec(), 0..60),
        at in (0..12i32, 0..12i32),
        form in 0..5u8,
        metres in 0.0..300.0f64,
    ) {
        use geo::{Distance, Euclidean};
        let snapshot = world(&specs).build(1000, day(3));
        let own = Geometry::from(area(at, form));
        let within = Area::Near { crs: STORE, geometry: own.clone(), metres };
        for collection in ["parcels", "buildings"] {
            let all = Query { limit: usize::MAX, ..Query::default() };
            let near = Query { within: Some(within.clone()), ..all.clone() };
            let page = snapshot.query(collection, &all, &Viewer::operator()).unwrap();
            let found = snapshot.query(collection, &near, &Viewer::operator()).unwrap();
            for shown in &page.returned {
                let is_found = found.returned.iter().any(|other| other.view().id() == shown.view().id());
                // In the plane of UTM, whose scale is less than a thousandth off here.
                let distance = Euclidean.distance(&shown.shape().unwrap().to_geometry(), &own);
                if (distance - metres).abs() > 0.1 + metres * 1e-3 {
                    prop_assert_eq!(is_found, distance < metres, "{} m", distance);
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_grouped_or_measured_is_refused() {
    let snapshot = world(&[]).build(1, day(0));
    let ask = |question: Question| snapshot.answer("sites", &question, &Viewer::ANONYMOUS).map(|answer| answer.groups);
    for property in ["colour", "note", "numbers", "price_eur"] {
        let question = Question { group_by: Some(property.into()), ..Question::default() };
        assert_eq!(ask(question), Err(QueryError::NoGroups { property: property.into() }));
    }
    assert_eq!(ask(Question { group_by: Some("type".into()), ..Question::default() }), Ok(vec![]));
    let degrees = Snapshot::empty(Crs::Epsg(4326), day(0));
    let question = Question { overlap: Some((STORE, area((0, 0), 0))), ..Question::default() };
    let refused = degrees.answer("parcels", &question, &Viewer::ANONYMOUS).map(|answer| answer.overlap_m2);
    assert_eq!(refused, Err(QueryError::NoMetres { crs: Crs::Epsg(4326) }));
    let far = Query {
        within: Some(Area::Near { crs: Crs::CRS84, geometry: geo_types::Point::new(13.0, 51.0).into(), metres: 1e6 }),
        ..Query::default()
    };
    assert!(matches!(snapshot.query("parcels", &far, &Viewer::ANONYMOUS), Err(QueryError::Area(_))));
}
