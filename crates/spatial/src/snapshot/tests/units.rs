//! Single rules, each in a world of a few records.

use cadastre::{
    Day, Key, Kind, ParcelId, Record, Revision, Value, Versioned, Viewer,
    codes::{Basis, Decision, LayerVisibility, ObjectionForm, OwnerClass, SiteStatus, SiteType, VacancyDegree},
    edit::Applied,
    geometry::{Geometry, MultiPolygon, Point, Polygon},
    parcel_id::ParcelNumber,
    record::{Building, Consent, Feature, Layer, Municipality, Objection, Parcel, Publication, Site, Vacancy},
    settings::Settings,
};
use geo_types::polygon;

use super::fixture::{STORE, ags, area, day, parcel_id, utm, viewers};
use crate::{
    Area, Builder, Crs, Found, Predicate, Query, Snapshot,
    snapshot::{PredicateError, QueryError, SnapshotError},
};

pub(super) fn build(records: Vec<Record>) -> Snapshot {
    let mut builder = Builder::new(STORE, day(0));
    for (revision, record) in (1..).zip(records) {
        builder.push(Versioned { revision: Revision(revision), record });
    }
    builder.build(Revision(100)).unwrap()
}

pub(super) fn put(record: impl Into<Record>, revision: u64) -> Applied {
    Applied::Put(Box::new(Versioned { revision: Revision(revision), record: record.into() }))
}

fn parcel(id: u8, at: (i32, i32)) -> Parcel {
    Parcel {
        parcel_id: parcel_id(id),
        ags: ags(true),
        street: None,
        official_area_m2: None,
        land_use: None,
        source_date: None,
        geometry: area(at, 0).into(),
    }
}

pub(super) fn offer(id: &str, parcels: Vec<ParcelId>) -> Site {
    Site {
        site_id: id.into(),
        ags: ags(true),
        name: None,
        site_type: SiteType::InfillGap,
        status: SiteStatus::Confirmed,
        parcels,
        locality: None,
        street: None,
        area_m2: None,
        planning_law: None,
        servicing: None,
        available_from: None,
        price_eur: None,
        condition: None,
        monument: None,
        dwellings_min: None,
        dwellings_max: None,
        contact: None,
        owner_class: Some(OwnerClass::Municipal),
        note: None,
        publication: Publication {
            basis: Some(Basis::Offer),
            decision: Some(Decision::Publish),
            ..Publication::default()
        },
        geometry: Geometry::MultiPolygon(area((0, 0), 0)),
    }
}

pub(super) fn building(id: &str) -> Building {
    let geometry = Geometry::Point(Point::from(utm((0, 0))));
    Building { building_id: id.into(), function: None, district_key: None, ags: ags(true), geometry }
}

pub(super) fn vacancy(building_id: &str, basis: Option<Basis>) -> Vacancy {
    Vacancy {
        building_id: building_id.into(),
        ags: ags(true),
        degree: VacancyDegree::Whole,
        vacant_since: None,
        condition: None,
        monument: None,
        built_year: None,
        storeys: None,
        living_area_m2: None,
        owner_class: Some(OwnerClass::Municipal),
        note: None,
        publication: Publication { basis, decision: Some(Decision::Publish), ..Publication::default() },
    }
}

fn layer(visibility: LayerVisibility) -> Layer {
    Layer { name: "plans".into(), title: "Pläne".into(), visibility, columns: vec![], attribution: None }
}

fn feature(geometry: Option<Geometry>) -> Feature {
    Feature { layer: "plans".into(), feature_id: "1".into(), values: vec![], geometry }
}

fn count(snapshot: &Snapshot, collection: &str, query: &Query, viewer: &Viewer) -> u64 {
    snapshot.query(collection, query, viewer).unwrap().matched
}

fn within(area: Area) -> Query {
    Query { within: Some(area), ..Query::default() }
}

#[test]
fn parcels_share_the_texts_that_they_have_in_common() {
    let on = |id: u8, street: &str| Parcel { street: Some(street.into()), ..parcel(id, (0, 0)) };
    let snapshot = build(vec![on(1, "Am Markt").into(), on(2, "Am Markt").into(), on(3, "Am Hang").into()]);
    let street = |id: u8| snapshot.parcel_record(parcel_id(id)).unwrap().street.as_ref().unwrap();
    assert_eq!(street(1).as_ptr(), street(2).as_ptr());
    assert_eq!([street(1), street(3)].map(|street| &**street), ["Am Markt", "Am Hang"]);
}

#[test]
fn a_staff_layer_is_unknown_to_the_public() {
    let snapshot = build(vec![layer(LayerVisibility::Staff).into(), feature(None).into()]);
    let anonymous = Viewer::ANONYMOUS;
    assert_eq!(snapshot.collections(&anonymous).len(), 4);
    assert_eq!(snapshot.collections(&Viewer::operator()).len(), 5);
    let asked =
        |name: &str| snapshot.query(name, &Query::default(), &anonymous).unwrap_err().to_string().replace(name, "");
    assert_eq!(asked("plans"), asked("nothing"));
    assert!(snapshot.collection("plans", &anonymous).is_none() && snapshot.schema("plans", &anonymous).is_none());
    assert!(matches!(snapshot.item("plans", "1", &anonymous), Found::Unknown));
    assert!(snapshot.item("plans", "1", &Viewer::operator()).shown().is_some());
}

#[test]
fn what_becomes_of_a_layer_becomes_of_its_features() {
    let before = build(vec![layer(LayerVisibility::Staff).into(), feature(None).into()]);
    let opened = before.apply(Revision(101), &[put(layer(LayerVisibility::Public), 101)]).unwrap();
    assert!(opened.item("plans", "1", &Viewer::ANONYMOUS).shown().is_some());
    let end = Applied::Ended { key: Key::new(Kind::Layer, "plans"), revision: Revision(102) };
    let ended = opened.apply(Revision(102), &[end]).unwrap();
    assert!(matches!(ended.item("plans", "1", &Viewer::operator()), Found::Unknown));
}

#[test]
fn features_of_no_layer_are_an_error() {
    let mut builder = Builder::new(STORE, day(0));
    builder.push(Versioned { revision: Revision(1), record: feature(None).into() });
    assert_eq!(builder.build(Revision(1)).unwrap_err(), SnapshotError::NoLayer { layer: "plans".into() });
}

#[test]
fn an_objection_withdraws_a_site_with_the_next_snapshot() {
    let before = build(vec![parcel(1, (0, 0)).into(), offer("s", vec![parcel_id(1)]).into()]);
    assert_eq!(count(&before, "sites", &Query::default(), &Viewer::ANONYMOUS), 1);
    let objection = Objection {
        objection_id: "o".into(),
        parcel_id: parcel_id(1),
        ags: ags(true),
        received_on: day(0),
        form: ObjectionForm::Oral,
        lifted_on: Some(day(9)),
    };
    let after = before.apply(Revision(101), &[put(objection, 101)]).unwrap();
    assert_eq!(count(&after, "sites", &Query::default(), &Viewer::ANONYMOUS), 0);
    assert!(matches!(after.item("sites", "s", &Viewer::ANONYMOUS), Found::Unknown));
    assert!(after.sites_on_parcel(parcel_id(1), &Viewer::ANONYMOUS).is_empty());
    let info = after.collection("sites", &Viewer::ANONYMOUS).unwrap();
    assert_eq!((info.count, info.extent), (0, None));
    assert_eq!(count(&after, "sites", &Query::default(), &Viewer::operator()), 1, "staff see it still");
    assert_eq!(count(&after, "parcels", &Query::default(), &Viewer::ANONYMOUS), 1, "the parcel stays");
    assert_eq!(after.next_change_day(), Some(day(9)));
    assert_eq!(count(&after.with_day(day(9)), "sites", &Query::default(), &Viewer::ANONYMOUS), 1);
    let tag = |snapshot: &Snapshot| snapshot.item("sites", "s", &Viewer::operator()).shown().unwrap().content_tag();
    assert_ne!(tag(&before), tag(&after), "staff see the stage, which the objection has changed");
}

#[test]
fn a_sold_site_has_ended_and_an_internal_one_is_unknown() {
    let sold = Site { status: SiteStatus::Sold, ..offer("sold", vec![]) };
    let internal = Site { publication: Publication::default(), ..offer("internal", vec![]) };
    let snapshot = build(vec![sold.into(), internal.into()]);
    assert!(matches!(snapshot.item("sites", "sold", &Viewer::ANONYMOUS), Found::Ended));
    assert!(matches!(snapshot.item("sites", "internal", &Viewer::ANONYMOUS), Found::Unknown));
    assert!(snapshot.item("sites", "sold", &Viewer::operator()).shown().is_some());
}

#[test]
fn a_consent_that_does_not_name_the_parcels_hides_where_the_site_lies() {
    let site = |fields: Vec<String>| {
        let given = Consent { given_on: day(0), text_version: "1".into(), revoked_on: None, fields };
        let publication = Publication {
            basis: Some(Basis::Consent),
            decision: Some(Decision::Publish),
            consent: Some(given),
            ..Publication::default()
        };
        Site { publication, ..offer("s", vec![parcel_id(1)]) }
    };
    for (fields, shown) in [(vec![], 0), (vec!["numbers".to_owned()], 1)] {
        let snapshot = build(vec![parcel(1, (0, 0)).into(), site(fields).into()]);
        assert!(snapshot.item("sites", "s", &Viewer::ANONYMOUS).shown().is_some());
        assert_eq!(snapshot.sites_on_parcel(parcel_id(1), &Viewer::ANONYMOUS).len(), shown);
        assert_eq!(snapshot.parcels_of_site("s", &Viewer::ANONYMOUS).len(), shown);
        assert_eq!(snapshot.parcels_of_site("s", &Viewer::operator()).len(), 1);
    }
}

#[test]
fn a_vacancy_that_is_not_shown_leaves_the_content_alone() {
    let bare = build(vec![building("b").into()]);
    let seen = |snapshot: &Snapshot, viewer: &Viewer| {
        let shown = snapshot.item("buildings", "b", viewer).shown().unwrap();
        (shown.revision().0, shown.content_revision().0, shown.content_tag())
    };
    let before = seen(&bare, &Viewer::ANONYMOUS);
    let hidden = bare.apply(Revision(101), &[put(vacancy("b", None), 101)]).unwrap();
    assert_eq!(seen(&hidden, &Viewer::ANONYMOUS), before);
    assert_eq!(seen(&hidden, &Viewer::operator()).1, 101);
    let shown = hidden.apply(Revision(102), &[put(vacancy("b", Some(Basis::Offer)), 102)]).unwrap();
    assert_eq!((seen(&shown, &Viewer::ANONYMOUS).0, seen(&shown, &Viewer::ANONYMOUS).1), (1, 102));
    // The building is written again, then the vacancy ends: the last revision shown is the same, the content is not.
    let edited = shown.apply(Revision(103), &[put(building("b"), 103)]).unwrap();
    let end = Applied::Ended { key: Key::new(Kind::Vacancy, "b"), revision: Revision(104) };
    let ended = edited.apply(Revision(104), &[end]).unwrap();
    let [(_, revision, tag), (_, later_revision, later_tag)] =
        [&edited, &ended].map(|snapshot| seen(snapshot, &Viewer::ANONYMOUS));
    assert_eq!(revision, later_revision);
    assert_ne!(tag, later_tag);
}

#[test]
fn what_is_around_a_building_is_no_news_of_it() {
    let own =
        |snapshot: &Snapshot| snapshot.item("buildings", "b", &Viewer::ANONYMOUS).shown().unwrap().own_revision().0;
    let municipality =
        || Municipality { ags: ags(true), name: "Leisnig".into(), settings: Settings::default(), geometry: None };
    let bare = build(vec![building("b").into(), municipality().into()]);
    assert_eq!(own(&bare), 1);
    let hidden = bare.apply(Revision(101), &[put(vacancy("b", None), 101)]).unwrap();
    assert_eq!(own(&hidden), 1);
    let shown = hidden.apply(Revision(102), &[put(vacancy("b", Some(Basis::Offer)), 102)]).unwrap();
    assert_eq!(own(&shown), 102);
    let set = shown.apply(Revision(103), &[put(municipality(), 103)]).unwrap();
    assert_eq!(own(&set), 102);
    let content = set.item("buildings", "b", &Viewer::ANONYMOUS).shown().unwrap().content_revision();
    assert_eq!(content.0, 103);
}

#[test]
fn a_box_may_cross_the_antimeridian() {
    let at = |lon: f64, id: &str| Feature { feature_id: id.into(), ..feature(Some(Point::new(lon, -17.0).into())) };
    let mut builder = Builder::new(Crs::CRS84, day(0));
    for record in
        [layer(LayerVisibility::Public).into(), at(179.5, "1").into(), at(-179.5, "2").into(), at(0.0, "3").into()]
    {
        builder.push(Versioned { revision: Revision(1), record });
    }
    let snapshot = builder.build(Revision(1)).unwrap();
    let check = |area: Area, expected: u64| {
        assert_eq!(count(&snapshot, "plans", &within(area.clone()), &Viewer::ANONYMOUS), expected, "{area:?}");
    };
    check(Area::Bbox([179.0, -18.0, -179.0, -16.0]), 2);
    check(Area::Bbox([-180.0, -90.0, 180.0, 90.0]), 3);
    check(Area::Bbox([-179.0, -18.0, 179.0, -16.0]), 1);
    check(Area::BboxIn(Crs::Epsg(4326), [179.0, -18.0, -179.0, -16.0]), 2);
    check(Area::Radius { centre: (179.9, -17.0).into(), metres: 70_000.0 }, 2);
    check(Area::Radius { centre: (-179.9, -17.0).into(), metres: 50_000.0 }, 1);
    check(Area::BboxIn(Crs::Epsg(3857), [-20_037_508.3, -2e7, 20_037_508.3, 2e7]), 3);
}

fn check_refused(area: Area, message: &str) {
    let error = build(vec![]).query("parcels", &within(area), &Viewer::ANONYMOUS).unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn an_area_that_is_none_is_refused_with_the_reason() {
    check_refused(Area::Bbox([0.0, 2.0, 1.0, 1.0]), "the y minimum 2 of the box is greater than its maximum 1");
    check_refused(Area::Bbox([0.0, 0.0, 181.0, 1.0]), "181 1 is no longitude (-180 to 180) and latitude (-90 to 90)");
    check_refused(Area::Bbox([f64::NAN, 0.0, 1.0, 1.0]), "the area has a coordinate that is not a finite number");
    check_refused(
        Area::BboxIn(STORE, [2.0, 0.0, 1.0, 1.0]),
        "the x minimum 2 of the box is greater than its maximum 1",
    );
    check_refused(
        Area::Radius { centre: (13.0, 51.0).into(), metres: -1.0 },
        "the radius must be between 0 and 1000000 metres, got -1",
    );
    check_refused(
        Area::Radius { centre: (13.0, 51.0).into(), metres: f64::NAN },
        "the radius must be between 0 and 1000000 metres, got NaN",
    );
    let bow: Polygon = polygon![(x: 0., y: 0.), (x: 2., y: 2.), (x: 2., y: 0.), (x: 0., y: 2.)];
    check_refused(
        Area::Polygon(Crs::CRS84, MultiPolygon(vec![bow])),
        "the polygon is not valid: the exterior ring crosses itself at 1.0000000 1.0000000",
    );
    check_refused(Area::BboxIn(Crs::Epsg(99_999), [0.0, 0.0, 1.0, 1.0]), "the area cannot be transformed");
}

#[test]
fn a_box_larger_than_its_crs_takes_everything() {
    let snapshot = build(vec![parcel(1, (0, 0)).into()]);
    for crs in [STORE, Crs::Epsg(25832), Crs::Epsg(3857)] {
        let huge = Area::BboxIn(crs, [-1e8, -1e8, 1e8, 1e8]);
        assert_eq!(count(&snapshot, "parcels", &within(huge), &Viewer::ANONYMOUS), 1, "{crs}");
        let nowhere = Area::BboxIn(crs, [1e9, 1e9, 2e9, 2e9]);
        assert_eq!(count(&snapshot, "parcels", &within(nowhere), &Viewer::ANONYMOUS), 0, "{crs}");
    }
}

#[test]
fn a_property_that_is_never_public_does_not_exist_for_the_public() {
    let snapshot = build(vec![offer("s", vec![]).into()]);
    let by_note = |property: &str| {
        let filter = Predicate::Equals { property: property.into(), value: Value::text("x") };
        Query { filter, ..Query::default() }
    };
    let refused = |property: &str| {
        let error = PredicateError::UnknownProperty { property: property.to_owned() };
        assert_eq!(snapshot.query("sites", &by_note(property), &Viewer::ANONYMOUS).unwrap_err(), error.into());
    };
    refused("note");
    refused("nonsense");
    assert_eq!(count(&snapshot, "sites", &by_note("note"), &Viewer::operator()), 0);
    let sum = snapshot.figures("sites", &Query::default(), "name", &Viewer::ANONYMOUS);
    assert_eq!(sum.unwrap_err(), QueryError::NotANumber { property: "name".into() });
}

#[test]
fn a_record_outside_of_its_crs_is_named() {
    let lost =
        Parcel { geometry: polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.)].into(), ..parcel(1, (0, 0)) };
    let error = build(vec![parcel(2, (0, 0)).into()]).apply(Revision(101), &[put(lost, 101)]).unwrap_err();
    assert!(matches!(&error, SnapshotError::Geometry { id, .. } if *id == parcel_id(1).to_string()), "{error}");
}

#[test]
fn a_number_is_found_in_every_district_and_flur() {
    let ids = [
        "142888___001230004__",
        "142888001001230004__",
        "142889___001230004__",
        "142888___00123_____a",
        "142888___01230004__",
    ];
    let parcels = ids[..3].iter().map(|id| Parcel { parcel_id: ParcelId::parse(id).unwrap(), ..parcel(1, (0, 0)) });
    let snapshot = build(parcels.map(Record::from).collect());
    let number = ParcelNumber::parse("123/4").unwrap();
    let found = |district: Option<&str>| {
        snapshot
            .parcels_by_number(district, &number, &Viewer::ANONYMOUS)
            .iter()
            .map(|shown| shown.view().id())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(None), ["142888001001230004__", "142888___001230004__", "142889___001230004__"]);
    assert_eq!(found(Some("142889")), ["142889___001230004__"]);
    assert!(found(Some("Nirgends")).is_empty());
}

#[test]
fn a_page_goes_on_where_it_ended_though_records_come_and_go() {
    let parcels: Vec<Parcel> = (0..7).map(|id| parcel(id, (i32::from(id), 0))).collect();
    let snapshot = build(parcels.iter().cloned().map(Record::from).collect());
    let ids = |snapshot: &Snapshot, query: &Query| {
        let page = snapshot.query("parcels", query, &Viewer::ANONYMOUS).unwrap();
        (page.returned.iter().map(|shown| shown.view().id().to_owned()).collect::<Vec<_>>(), page.next)
    };
    let (all, none) = ids(&snapshot, &Query::default());
    assert_eq!(none, None);
    let (first, next) = ids(&snapshot, &Query { limit: 3, ..Query::default() });
    assert_eq!(first, all[..3]);
    // The last record of the first page ends, the next one is written again.
    let end = Applied::Ended { key: Key::new(Kind::Parcel, all[2].clone()), revision: Revision(101) };
    let again = parcels.iter().find(|parcel| parcel.parcel_id.as_str() == all[3]).unwrap().clone();
    let later = snapshot.apply(Revision(101), &[end, put(again, 101)]).unwrap();
    let (rest, _) = ids(&later, &Query { after: next, ..Query::default() });
    assert_eq!(rest, all[3..]);
}

#[test]
fn edits_gather_until_a_merge_is_due() {
    let parcel = |number: u32| {
        let id = ParcelId::from_parts(parcel_id(0).district_key(), None, number, None, None).unwrap();
        Parcel { parcel_id: id, ..parcel(0, ((number % 100) as i32, (number / 100) as i32)) }
    };
    let loaded = build((0..6000).map(|number| parcel(number).into()).collect());
    assert!(loaded.needs_merge(), "its texts are not kept yet");
    let many = loaded.merged();
    assert!(!many.needs_merge());
    let edits: Vec<Applied> = (0..700).map(|number| put(parcel(number), 101)).collect();
    let edited = many.apply(Revision(101), &edits).unwrap();
    assert!(edited.needs_merge());
    let merged = edited.merged();
    assert!(!merged.needs_merge());
    assert_eq!(merged.revision(), Revision(101));
    let everything = |snapshot: &Snapshot| {
        let page = snapshot.query("parcels", &Query { limit: 10_000, ..Query::default() }, &Viewer::ANONYMOUS).unwrap();
        page.returned.iter().map(|shown| (shown.view().id().to_owned(), shown.revision())).collect::<Vec<_>>()
    };
    assert_eq!(everything(&edited), everything(&merged));
    assert!(merged.memory()["parcels"].total() < edited.memory()["parcels"].total());
}

#[test]
fn nothing_recorded_is_answered_with_nothing() {
    let empty = Snapshot::empty(STORE, Day::constant(2026, 1, 1));
    for viewer in viewers() {
        for info in empty.collections(&viewer) {
            assert_eq!((info.count, info.extent), (0, None));
            assert_eq!(count(&empty, info.id, &Query::default(), &viewer), 0);
        }
    }
    assert_eq!(empty.next_change_day(), None);
}
