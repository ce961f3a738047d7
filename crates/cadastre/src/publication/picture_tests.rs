//! Who sees which pictures: every basis, every reason why a record is not public.

use super::*;
use crate::{
    codes::PictureSubject,
    licence::LICENCES,
    picture::{Picture, Size},
};

fn picture(is_released: bool) -> Picture {
    Picture {
        picture_id: "p1".into(),
        ags: leisnig(),
        subject: PictureSubject::Site,
        subject_id: "k3jf9".into(),
        position: 1,
        alt: "Ein Haus".into(),
        alt_en: None,
        author: Some("Stadt Leisnig".into()),
        licence: &LICENCES[0],
        taken_on: None,
        is_released,
        size: Size { width: 1600, height: 1200 },
        sha256: String::new(),
    }
}

/// Whether a viewer sees the picture on a day on which the sample site is public on every basis.
fn sees(site: &Site, facts: &Facts, picture: &Picture, viewer: &Viewer) -> bool {
    let subject = Subject::Site(site, Place::default(), facts);
    view(subject, viewer, day("2026-04-01")).is_some_and(|view| view.picture(picture).is_some())
}

fn public(change: impl FnOnce(&mut Site, &mut Facts, &mut Picture)) -> bool {
    let (mut site, mut facts, mut picture) = (site(Basis::Offer), facts(), picture(true));
    change(&mut site, &mut facts, &mut picture);
    sees(&site, &facts, &picture, &Viewer::ANONYMOUS)
}

fn consented(site: &mut Site, fields: &[&str]) {
    *site = super::site(Basis::Consent);
    let consent = site.publication.consent.as_mut().unwrap();
    consent.fields = fields.iter().map(|field| (*field).to_owned()).collect();
}

#[test]
fn an_offer_shows_its_released_pictures_and_a_consent_only_if_it_names_them() {
    assert!(public(|_, _, _| {}));
    assert!(!public(|_, _, picture| picture.is_released = false));
    assert!(!public(|site, _, _| consented(site, &["condition"])));
    assert!(public(|site, _, _| consented(site, &["condition", "pictures"])));
}

/// § 200 (3) BauGB lists no pictures.
#[test]
fn a_register_shows_none() {
    assert!(!public(|site, _, _| *site = super::site(Basis::Register)));
}

#[test]
fn what_takes_the_record_from_the_public_takes_its_pictures() {
    assert!(!public(|site, _, _| site.publication.decision = Some(Decision::Withdrawn)));
    assert!(!public(|site, _, _| site.publication.public_until = Some(day("2026-03-31"))));
    assert!(!public(|site, _, _| site.publication.public_from = Some(day("2026-04-02"))));
    assert!(!public(|site, _, _| {
        site.publication.consent.as_mut().unwrap().revoked_on = Some(day("2026-04-01"));
    }));
    assert!(!public(|_, facts, _| {
        facts.put_objection(Objection {
            objection_id: "o1".into(),
            parcel_id: parcel(2),
            ags: leisnig(),
            received_on: day("2026-03-31"),
            form: ObjectionForm::Letter,
            lifted_on: None,
        });
    }));
}

#[test]
fn a_picture_belongs_to_its_own_subject_alone() {
    assert!(!public(|_, _, picture| picture.subject_id = "other".into()));
    assert!(!public(|_, _, picture| picture.subject = PictureSubject::Building));
    assert!(!public(|_, _, picture| picture.ags = Ags::parse("02000000").unwrap()));
}

#[test]
fn the_staff_of_the_municipality_sees_what_is_not_released_and_nobody_elses_does() {
    let (site, facts, picture) = (site(Basis::Register), facts(), picture(false));
    let home = Viewer::new(Role::County, Scope::County("14522".into()));
    let elsewhere = Viewer::new(Role::Administrator, Scope::Municipalities(vec![Ags::parse("02000000").unwrap()]));
    assert!(sees(&site, &facts, &picture, &home));
    assert!(!sees(&site, &facts, &picture, &elsewhere));
}

#[test]
fn a_building_shows_pictures_with_its_vacancy_only() {
    let building = Building {
        building_id: "k3jf9".into(),
        function: None,
        district_key: None,
        ags: leisnig(),
        geometry: Geometry::Point(Point::new(350_000.0, 5_670_000.0)),
    };
    let picture = Picture { subject: PictureSubject::Building, ..picture(true) };
    let vacancy = Vacancy {
        building_id: "k3jf9".into(),
        ags: leisnig(),
        degree: VacancyDegree::ALL[0],
        vacant_since: None,
        condition: None,
        monument: None,
        built_year: None,
        storeys: None,
        living_area_m2: None,
        owner_class: Some(OwnerClass::Municipal),
        note: None,
        publication: Publication {
            basis: Some(Basis::Offer),
            decision: Some(Decision::Publish),
            ..Publication::default()
        },
    };
    let seen = |vacancy: Option<&Vacancy>| {
        let subject = Subject::Building(&building, vacancy, Place::default());
        view(subject, &Viewer::ANONYMOUS, day("2026-04-01")).unwrap().picture(&picture).is_some()
    };
    assert!(seen(Some(&vacancy)));
    assert!(!seen(None));
    let internal = Vacancy { publication: Publication::default(), ..vacancy };
    assert!(!seen(Some(&internal)));
}
