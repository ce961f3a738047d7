use geo_types::{Geometry, Point};

use super::{Facts, Place, Subject, Visibility, next_change_day, site_stage, view, visibility};
use crate::{
    Ags, Day, ParcelId,
    codes::{
        Basis, CodeList, Decision, ObjectionForm, OwnerClass, PlanningLaw, SiteStatus, SiteType, Stage, VacancyDegree,
    },
    property::{Collection, Exposure},
    record::{Announcement, Building, Consent, Objection, Publication, Site, Vacancy},
    role::{Role, Scope, Viewer},
    value::ValueRef,
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn leisnig() -> Ags {
    Ags::parse("14522310").unwrap()
}

pub(super) fn parcel(number: u32) -> ParcelId {
    ParcelId::parse(&format!("142888___{number:05}______")).unwrap()
}

/// A site with every field filled, so that whatever could leak is there to leak.
pub(super) fn site(basis: Basis) -> Site {
    let consent = Consent {
        given_on: day("2026-01-10"),
        text_version: "2".into(),
        revoked_on: None,
        fields: vec!["condition".into(), "price_eur".into()],
    };
    Site {
        site_id: "k3jf9".into(),
        ags: leisnig(),
        name: Some("Baulücke Lindenstraße".into()),
        site_type: if basis == Basis::Register { SiteType::InfillGap } else { SiteType::VacantDwelling },
        status: SiteStatus::Confirmed,
        parcels: vec![parcel(1), parcel(2)],
        locality: Some("Tragnitz".into()),
        street: Some("Lindenstraße".into()),
        area_m2: Some(830.0),
        planning_law: Some(PlanningLaw::P34),
        servicing: Some(crate::codes::Servicing::Full),
        available_from: Some(day("2026-05-01")),
        price_eur: Some(45_000.0),
        condition: Some(crate::codes::Condition::MajorWorks),
        monument: Some(crate::codes::Monument::Individual),
        dwellings_min: Some(1),
        dwellings_max: Some(2),
        contact: Some("Bauamt".into()),
        owner_class: Some(OwnerClass::Private),
        note: Some("Erben zerstritten".into()),
        publication: Publication {
            basis: Some(basis),
            decision: Some(Decision::Publish),
            announcement_id: Some("a1".into()),
            public_from: None,
            public_until: None,
            consent: (basis != Basis::Register).then_some(consent),
        },
        geometry: Geometry::Point(Point::new(350_000.0, 5_670_000.0)),
    }
}

pub(super) fn facts() -> Facts {
    let mut facts = Facts::default();
    facts.put_announcement(Announcement {
        announcement_id: "a1".into(),
        ags: leisnig(),
        announced_on: day("2026-01-15"),
        organ: "Amtsblatt".into(),
        issue: "1/2026, S. 3".into(),
        text: "… Widerspruch …".into(),
        scope: vec![parcel(1).district_key()],
    });
    facts
}

pub(super) fn objection(parcel_id: ParcelId, lifted_on: Option<&str>) -> Objection {
    Objection {
        objection_id: format!("o-{parcel_id}"),
        parcel_id,
        ags: leisnig(),
        received_on: day("2026-03-01"),
        form: ObjectionForm::Oral,
        lifted_on: lifted_on.map(day),
    }
}

const TODAY: &str = "2026-06-01";

fn check(basis: Basis, change: impl FnOnce(&mut Site, &mut Facts), today: &str, expected: Visibility, stage: Stage) {
    let (mut site, mut facts) = (site(basis), facts());
    change(&mut site, &mut facts);
    let subject = Subject::Site(&site, Place::default(), &facts);
    assert_eq!(visibility(subject, day(today)), expected);
    assert_eq!(site_stage(&site, &facts, day(today)), stage);
    let is_shown = view(subject, &Viewer::ANONYMOUS, day(today)).is_some();
    assert_eq!(is_shown, matches!(expected, Visibility::Public(_)));
}

#[test]
fn a_register_waits_for_its_month_of_notice() {
    let (public, withheld) = (Visibility::Public(Basis::Register), Visibility::Withheld);
    check(Basis::Register, |_, _| (), "2026-01-14", withheld, Stage::Announced);
    check(Basis::Register, |_, _| (), "2026-01-15", withheld, Stage::NoticeRunning);
    check(Basis::Register, |_, _| (), "2026-02-15", withheld, Stage::NoticeRunning);
    check(Basis::Register, |_, _| (), "2026-02-16", public, Stage::Published);
}

#[test]
fn a_register_without_a_covering_announcement_is_withheld() {
    let withheld = Visibility::Withheld;
    check(Basis::Register, |site, _| site.publication.announcement_id = None, TODAY, withheld, Stage::Internal);
    check(Basis::Register, |_, facts| facts.end_announcement("a1"), TODAY, withheld, Stage::Internal);
    let elsewhere = ParcelId::parse("142811___00001______").unwrap();
    check(Basis::Register, |site, _| site.parcels.push(elsewhere), TODAY, withheld, Stage::Internal);
    check(Basis::Register, |site, _| site.parcels.clear(), TODAY, withheld, Stage::Internal);
    check(Basis::Register, |site, _| site.ags = Ags::parse("14522320").unwrap(), TODAY, withheld, Stage::Internal);
}

#[test]
fn one_objection_withholds_a_site_whole_on_every_basis() {
    for basis in [Basis::Register, Basis::Offer, Basis::Consent] {
        let object = |_: &mut Site, facts: &mut Facts| drop(facts.put_objection(objection(parcel(2), None)));
        check(basis, object, TODAY, Visibility::Withheld, Stage::Objected);
        let lifted = |_: &mut Site, facts: &mut Facts| drop(facts.put_objection(objection(parcel(2), Some(TODAY))));
        check(basis, lifted, "2026-05-31", Visibility::Withheld, Stage::Objected);
        check(basis, lifted, TODAY, Visibility::Public(basis), Stage::Published);
        let other = |_: &mut Site, facts: &mut Facts| drop(facts.put_objection(objection(parcel(3), None)));
        check(basis, other, TODAY, Visibility::Public(basis), Stage::Published);
    }
}

#[test]
fn consent_counts_from_the_day_it_is_given_until_the_day_it_is_revoked() {
    for basis in [Basis::Offer, Basis::Consent] {
        check(basis, |_, _| (), "2026-01-09", Visibility::Withheld, Stage::Internal);
        check(basis, |_, _| (), "2026-01-10", Visibility::Public(basis), Stage::Published);
        let revoke = |site: &mut Site, _: &mut Facts| {
            if let Some(consent) = &mut site.publication.consent {
                consent.revoked_on = Some(day("2026-04-01"));
            }
        };
        check(basis, revoke, "2026-03-31", Visibility::Public(basis), Stage::Published);
        check(basis, revoke, "2026-04-01", Visibility::Withheld, Stage::Withdrawn);
    }
}

#[test]
fn what_the_municipality_owns_it_may_offer_without_consent() {
    let own = |site: &mut Site, _: &mut Facts| {
        site.publication.consent = None;
        site.owner_class = Some(OwnerClass::Municipal);
    };
    check(Basis::Offer, own, TODAY, Visibility::Public(Basis::Offer), Stage::Published);
    check(Basis::Consent, own, TODAY, Visibility::Withheld, Stage::Internal);
    check(Basis::Offer, |site, _| site.publication.consent = None, TODAY, Visibility::Withheld, Stage::Internal);
}

#[test]
fn nothing_is_public_without_the_decision_or_outside_its_days() {
    for basis in [Basis::Register, Basis::Offer, Basis::Consent] {
        let decide = |decision| move |site: &mut Site, _: &mut Facts| site.publication.decision = decision;
        check(basis, decide(None), TODAY, Visibility::Withheld, Stage::Publishable);
        check(basis, decide(Some(Decision::Internal)), TODAY, Visibility::Withheld, Stage::Publishable);
        check(basis, decide(Some(Decision::Withdrawn)), TODAY, Visibility::Withheld, Stage::Withdrawn);
        let from = |site: &mut Site, _: &mut Facts| site.publication.public_from = Some(day("2026-06-02"));
        check(basis, from, TODAY, Visibility::Withheld, Stage::Publishable);
        check(basis, from, "2026-06-02", Visibility::Public(basis), Stage::Published);
        let until = |site: &mut Site, _: &mut Facts| site.publication.public_until = Some(day("2026-06-01"));
        check(basis, until, TODAY, Visibility::Public(basis), Stage::Published);
        check(basis, until, "2026-06-02", Visibility::Withheld, Stage::Withdrawn);
    }
}

#[test]
fn what_ended_by_use_is_gone_and_what_was_never_public_is_unknown() {
    check(Basis::Register, |site, _| site.status = SiteStatus::Reused, TODAY, Visibility::Ended, Stage::Ended);
    check(Basis::Offer, |site, _| site.status = SiteStatus::Sold, TODAY, Visibility::Ended, Stage::Ended);
    check(
        Basis::Offer,
        |site, _| site.status = SiteStatus::NoPotential,
        TODAY,
        Visibility::Withheld,
        Stage::Publishable,
    );
    let internal = |site: &mut Site, _: &mut Facts| {
        site.status = SiteStatus::Sold;
        site.publication.decision = None;
    };
    check(Basis::Offer, internal, TODAY, Visibility::Withheld, Stage::Publishable);
}

fn check_properties(basis: Basis, expected: &[&str]) {
    let (site, facts) = (site(basis), facts());
    let view = view(Subject::Site(&site, Place::default(), &facts), &Viewer::ANONYMOUS, day(TODAY)).unwrap();
    let shown: Vec<_> = view.properties().filter(|(_, value)| !value.is_null()).map(|(name, _)| name).collect();
    assert_eq!(shown, expected, "{basis:?}");
}

#[test]
fn each_basis_shows_its_own_fields() {
    check_properties(Basis::Register, &["site_id", "basis", "ags", "locality", "street", "numbers", "area_m2"]);
    check_properties(
        Basis::Offer,
        &[
            "site_id",
            "name",
            "type",
            "status",
            "basis",
            "ags",
            "locality",
            "street",
            "numbers",
            "area_m2",
            "planning_law",
            "servicing",
            "available_from",
            "price_eur",
            "condition",
            "monument",
            "dwellings_min",
            "dwellings_max",
            "contact",
        ],
    );
    check_properties(Basis::Consent, &["site_id", "type", "basis", "ags", "locality", "price_eur", "condition"]);
}

#[test]
fn a_register_names_a_plan_that_is_public_but_no_assessment() {
    let (mut site, facts) = (site(Basis::Register), facts());
    for law in PlanningLaw::ALL {
        site.planning_law = Some(*law);
        let view = view(Subject::Site(&site, Place::default(), &facts), &Viewer::ANONYMOUS, day(TODAY)).unwrap();
        assert_eq!(!view.value("planning_law").is_null(), law.is_public_plan(), "{law:?}");
    }
}

#[test]
fn staff_at_home_see_everything_and_elsewhere_what_everybody_sees() {
    let (mut site, facts) = (site(Basis::Register), facts());
    site.publication.decision = None;
    let subject = Subject::Site(&site, Place::default(), &facts);
    for role in Role::ALL {
        for (scope, home) in [(leisnig(), true), (Ags::parse("14522320").unwrap(), false)] {
            let viewer = Viewer::new(*role, Scope::Municipalities(vec![scope]));
            let seen = view(subject, &viewer, day(TODAY));
            assert_eq!(seen.is_some(), home && *role >= Role::County, "{role:?}");
            if let Some(view) = seen {
                assert_eq!(view.value("note"), ValueRef::Text("Erben zerstritten".into()));
                assert_eq!(view.value("stage"), ValueRef::Text("publishable".into()));
            }
        }
    }
}

fn building() -> Building {
    Building {
        building_id: "DESNALK0001".into(),
        function: Some("1010".into()),
        district_key: None,
        ags: leisnig(),
        geometry: Geometry::Point(Point::new(350_000.0, 5_670_000.0)),
    }
}

fn vacancy(basis: Basis) -> Vacancy {
    Vacancy {
        building_id: "DESNALK0001".into(),
        ags: leisnig(),
        degree: VacancyDegree::Whole,
        vacant_since: Some(day("2019-01-01")),
        condition: Some(crate::codes::Condition::Good),
        monument: None,
        built_year: Some(1890),
        storeys: Some(2),
        living_area_m2: Some(120.0),
        owner_class: Some(OwnerClass::Private),
        note: Some("Schlüssel beim Nachbarn".into()),
        publication: site(basis).publication,
    }
}

#[test]
fn a_building_with_a_withheld_vacancy_looks_like_one_without() {
    let (building, mut vacancy) = (building(), vacancy(Basis::Consent));
    vacancy.publication.decision = None;
    let seen = |vacancy| {
        let view =
            view(Subject::Building(&building, vacancy, Place::default()), &Viewer::ANONYMOUS, day(TODAY)).unwrap();
        view.properties().map(|(name, value)| (name.to_owned(), format!("{value:?}"))).collect::<Vec<_>>()
    };
    assert_eq!(seen(Some(&vacancy)), seen(None));
}

#[test]
fn a_vacancy_shows_as_far_as_consented() {
    let (building, vacancy) = (building(), vacancy(Basis::Consent));
    let view =
        view(Subject::Building(&building, Some(&vacancy), Place::default()), &Viewer::ANONYMOUS, day(TODAY)).unwrap();
    let shown: Vec<_> = view.properties().filter(|(_, value)| !value.is_null()).map(|(name, _)| name).collect();
    assert_eq!(shown, ["building_id", "function", "ags", "basis", "vacancy_degree", "condition"]);
}

#[test]
fn a_vacancy_is_never_public_by_the_register() {
    let (building, mut vacancy) = (building(), vacancy(Basis::Consent));
    vacancy.publication.basis = Some(Basis::Register);
    assert_eq!(
        visibility(Subject::Building(&building, Some(&vacancy), Place::default()), day(TODAY)),
        Visibility::Base
    );
}

fn check_next_change(change: impl FnOnce(&mut Site, &mut Facts), today: &str, expected: Option<&str>) {
    let (mut site, mut facts) = (site(Basis::Register), facts());
    change(&mut site, &mut facts);
    let next = next_change_day(Subject::Site(&site, Place::default(), &facts), day(today));
    assert_eq!(next, expected.map(day));
}

#[test]
fn the_next_change_is_the_first_day_on_which_something_differs() {
    check_next_change(|_, _| (), "2026-01-01", Some("2026-02-16"));
    check_next_change(|_, _| (), "2026-02-16", None);
    check_next_change(
        |site, _| site.publication.public_until = Some(day("2026-07-31")),
        "2026-02-16",
        Some("2026-08-01"),
    );
    // The month ends while an objection stands: nothing changes until it is lifted.
    check_next_change(
        |_, facts| drop(facts.put_objection(objection(parcel(1), Some("2026-09-09")))),
        "2026-01-01",
        Some("2026-09-09"),
    );
    check_next_change(|site, _| site.publication.decision = None, "2026-01-01", None);
}

#[test]
fn an_objection_that_moves_to_another_parcel_frees_the_first() {
    let mut facts = facts();
    let mut objection = objection(parcel(1), None);
    facts.put_objection(objection.clone());
    objection.parcel_id = parcel(9);
    assert_eq!(facts.put_objection(objection), [parcel(1), parcel(9)]);
    assert!(!facts.is_objected(parcel(1), day(TODAY)));
    assert!(facts.is_objected(parcel(9), day(TODAY)));
}

/// The whole table: property × basis, and for staff. A public viewer never finds a staff property even by name.
#[test]
fn no_staff_property_passes_the_gate() {
    for basis in [Basis::Register, Basis::Offer, Basis::Consent] {
        let (mut site, facts) = (site(basis), facts());
        if let Some(consent) = &mut site.publication.consent {
            consent.fields = Collection::Sites.properties().iter().map(|property| property.name.to_owned()).collect();
        }
        let view = view(Subject::Site(&site, Place::default(), &facts), &Viewer::ANONYMOUS, day(TODAY)).unwrap();
        for property in Collection::Sites.properties().iter().filter(|property| property.exposure == Exposure::Staff) {
            assert!(view.value(property.name).is_null(), "{}", property.name);
            assert!(view.properties().all(|(name, _)| name != property.name));
        }
    }
}

#[path = "picture_tests.rs"]
mod pictures;
