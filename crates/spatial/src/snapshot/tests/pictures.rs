//! Pictures follow what they show: at once, and at midnight.

use cadastre::{
    Key, Kind, Picture, Revision, Viewer,
    codes::{Basis, ObjectionForm, PictureSubject},
    edit::Applied,
    licence::LICENCES,
    picture::Size,
    record::{Objection, Publication, Site},
};

use super::{
    fixture::{ags, day, parcel_id},
    units::{build, building, offer, put, vacancy},
};
use crate::Snapshot;

fn picture(id: &str, subject: PictureSubject, subject_id: &str, position: i64) -> Picture {
    Picture {
        picture_id: id.into(),
        ags: ags(true),
        subject,
        subject_id: subject_id.into(),
        position,
        alt: "Ein Haus".into(),
        alt_en: None,
        author: Some("Stadt".into()),
        licence: &LICENCES[0],
        taken_on: None,
        is_released: true,
        size: Size { width: 1600, height: 1200 },
        sha256: String::new(),
    }
}

/// The pictures of a site that a viewer sees, in their order; each is found by its own id then, and only then.
fn seen(snapshot: &Snapshot, site: &str, viewer: &Viewer) -> Vec<String> {
    let shown = snapshot.item("sites", site, viewer).shown();
    let pictures = shown.map(|shown| shown.pictures()).unwrap_or_default();
    let ids: Vec<String> = pictures.iter().map(|pictured| pictured.view.record().picture_id.clone()).collect();
    for id in ["a", "b", "c"] {
        let found = snapshot.picture(id, viewer).filter(|pictured| pictured.view.record().subject_id == site);
        assert_eq!(found.is_some(), ids.iter().any(|seen| seen == id), "{id}");
    }
    ids
}

#[test]
fn a_site_shows_its_own_released_pictures_in_their_order() {
    let hidden = Picture { is_released: false, ..picture("c", PictureSubject::Site, "s", 0) };
    let snapshot = build(vec![
        offer("s", vec![]).into(),
        picture("b", PictureSubject::Site, "s", 2).into(),
        picture("a", PictureSubject::Site, "s", 2).into(),
        hidden.clone().into(),
        picture("d", PictureSubject::Building, "s", 1).into(),
        picture("e", PictureSubject::Site, "other", 1).into(),
    ]);
    assert_eq!(seen(&snapshot, "s", &Viewer::ANONYMOUS), ["a", "b"]);
    assert_eq!(seen(&snapshot, "s", &Viewer::operator()), ["c", "a", "b"]);
    assert!(snapshot.picture("e", &Viewer::operator()).is_none(), "of a site that is not there");
    let released = Picture { is_released: true, ..hidden };
    let snapshot = snapshot.apply(Revision(101), &[put(released, 101)]).unwrap();
    assert_eq!(seen(&snapshot, "s", &Viewer::ANONYMOUS), ["c", "a", "b"]);
    let end = Applied::Ended { key: Key::new(Kind::Picture, "a"), revision: Revision(102) };
    let snapshot = snapshot.apply(Revision(102), &[end]).unwrap().merged();
    assert_eq!(seen(&snapshot, "s", &Viewer::operator()), ["c", "b"]);
}

#[test]
fn an_objection_takes_the_pictures_with_the_next_snapshot() {
    let snapshot =
        build(vec![offer("s", vec![parcel_id(1)]).into(), picture("a", PictureSubject::Site, "s", 1).into()]);
    assert_eq!(seen(&snapshot, "s", &Viewer::ANONYMOUS), ["a"]);
    let objection = Objection {
        objection_id: "o".into(),
        parcel_id: parcel_id(1),
        ags: ags(true),
        received_on: day(0),
        form: ObjectionForm::Letter,
        lifted_on: Some(day(3)),
    };
    let objected = snapshot.apply(Revision(101), &[put(objection, 101)]).unwrap();
    assert_eq!(seen(&objected, "s", &Viewer::ANONYMOUS), [""; 0]);
    assert_eq!(seen(&objected, "s", &Viewer::operator()), ["a"]);
    assert_eq!(seen(&objected.with_day(day(3)), "s", &Viewer::ANONYMOUS), ["a"], "taken back");
}

#[test]
fn at_midnight_pictures_come_and_go_with_what_they_show() {
    let publication =
        Publication { public_from: Some(day(2)), public_until: Some(day(4)), ..offer("s", vec![]).publication };
    let site = Site { publication, ..offer("s", vec![]) };
    let snapshot = build(vec![site.into(), picture("a", PictureSubject::Site, "s", 1).into()]);
    for (offset, expected) in [(0, 0), (1, 0), (2, 1), (4, 1), (5, 0)] {
        let pictures = seen(&snapshot.with_day(day(offset)), "s", &Viewer::ANONYMOUS);
        assert_eq!(pictures.len(), expected, "day {offset}");
    }
}

#[test]
fn a_building_shows_pictures_with_its_vacancy_record() {
    let bare = build(vec![building("b").into(), picture("a", PictureSubject::Building, "b", 1).into()]);
    let shows = |snapshot: &Snapshot| snapshot.picture("a", &Viewer::ANONYMOUS).is_some();
    assert!(!shows(&bare));
    let hidden = bare.apply(Revision(101), &[put(vacancy("b", None), 101)]).unwrap();
    assert!(!shows(&hidden));
    assert!(hidden.picture("a", &Viewer::operator()).is_some());
    let public = hidden.apply(Revision(102), &[put(vacancy("b", Some(Basis::Offer)), 102)]).unwrap();
    assert!(shows(&public));
}
