//! Small random worlds in EPSG:25833: few ids, so that edits meet; few places, so that areas touch.

use cadastre::{
    Ags, ColumnKind, Day, DistrictKey, Key, ParcelId, Record, Value, Viewer,
    codes::{
        Basis, Decision, LayerVisibility, ObjectionForm, OwnerClass, SiteStatus, SiteType, UnitUse, VacancyDegree,
    },
    geometry::{Geometry, LineString, MultiPolygon, Point, Polygon},
    record::{
        Announcement, Building, Column, Consent, District, Feature, Layer, Locality, Municipality, Objection, Parcel,
        Publication, Settings, Site, Unit, Vacancy,
    },
    role::{Role, Scope},
};
use proptest::prelude::*;

use crate::Crs;

pub(super) const STORE: Crs = Crs::Epsg(25833);

/// What a random record is made from.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    kind: u8,
    id: u8,
    home: bool,
    at: (i32, i32),
    form: u8,
    knobs: [u8; 5],
}

pub(super) fn spec() -> impl Strategy<Value = Spec> {
    // Parcels, buildings, sites and features are what is mostly edited.
    let kind = prop_oneof![0..12u8, Just(3u8), Just(3u8), Just(4u8), Just(5u8), Just(5u8), Just(6u8), Just(11u8)];
    (kind, 0..7u8, any::<bool>(), (0..12, 0..12), 0..6u8, any::<[u8; 5]>())
        .prop_map(|(kind, id, home, at, form, knobs)| Spec { kind, id, home, at, form, knobs })
}

pub(super) fn ags(home: bool) -> Ags {
    Ags::parse(if home { "14522310" } else { "14522320" }).unwrap()
}

pub(super) fn day(offset: u8) -> Day {
    use jiff::ToSpan as _;
    Day::constant(2026, 3, 1) + i32::from(offset % 40).days()
}

/// Noon of some days, or a second later.
pub(super) fn instant(offset: u8) -> jiff::Timestamp {
    jiff::Timestamp::constant(1_772_366_400 + 86_400 * i64::from(offset / 2) + i64::from(offset % 2), 0)
}

pub(super) fn viewers() -> Vec<Viewer> {
    vec![
        Viewer::ANONYMOUS,
        Viewer::new(Role::Clerk, Scope::Municipalities(vec![ags(true)])),
        Viewer::new(Role::Planner, Scope::Municipalities(vec![Ags::parse("09999999").unwrap()])),
        Viewer::operator(),
    ]
}

pub(super) fn parcel_id(id: u8) -> ParcelId {
    let flur = (id % 2 == 1).then_some(u32::from(id % 3));
    let denominator = (id % 4 > 1).then(|| if id.is_multiple_of(2) { "a".to_owned() } else { id.to_string() });
    ParcelId::from_parts(district(id), flur, u32::from(id % 3) + 100, denominator.as_deref(), None).unwrap()
}

fn district(id: u8) -> DistrictKey {
    DistrictKey::parse(&format!("1428{:02}", id % 3)).unwrap()
}

/// UTM metres of a grid position; the grid is 50 m wide.
pub(super) fn utm((x, y): (i32, i32)) -> (f64, f64) {
    (350_000.0 + 50.0 * f64::from(x), 5_670_000.0 + 50.0 * f64::from(y))
}

fn ring(at: (i32, i32), corners: &[(i32, i32)]) -> LineString {
    corners.iter().map(|(x, y)| utm((at.0 + x, at.1 + y))).collect()
}

/// An area: a square, a triangle, an L, a square with a hole, or two squares.
pub(super) fn area(at: (i32, i32), form: u8) -> MultiPolygon {
    let square = |size: i32| [(0, 0), (size, 0), (size, size), (0, size)];
    let plain = |corners: &[(i32, i32)]| Polygon::new(ring(at, corners), vec![]);
    MultiPolygon(match form % 5 {
        0 => vec![plain(&square(1))],
        1 => vec![plain(&[(0, 0), (3, 0), (0, 2)])],
        2 => vec![plain(&[(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)])],
        3 => vec![Polygon::new(ring(at, &square(4)), vec![ring(at, &[(1, 1), (1, 3), (3, 3), (3, 1)])])],
        _ => vec![plain(&square(1)), Polygon::new(ring((at.0 + 3, at.1), &square(1)), vec![])],
    })
}

fn geometry(spec: &Spec) -> Geometry {
    match spec.form {
        5 => Geometry::Point(Point::from(utm(spec.at))),
        form => Geometry::MultiPolygon(area(spec.at, form)),
    }
}

fn publication(knobs: [u8; 5]) -> Publication {
    let consent = (!knobs[0].is_multiple_of(3)).then(|| Consent {
        given_on: day(knobs[1] % 20),
        text_version: "1".into(),
        revoked_on: knobs[1].is_multiple_of(5).then(|| day(20 + knobs[2] % 10)),
        fields: if knobs[2].is_multiple_of(2) { vec!["numbers".into(), "condition".into()] } else { vec![] },
    });
    Publication {
        basis: [None, Some(Basis::Register), Some(Basis::Offer), Some(Basis::Consent)][usize::from(knobs[3] % 4)],
        decision: [Some(Decision::Publish), Some(Decision::Publish), Some(Decision::Internal)]
            [usize::from(knobs[3] / 4 % 3)],
        announcement_id: Some((knobs[4] % 7).to_string()),
        public_from: knobs[4].is_multiple_of(4).then(|| day(knobs[4] / 4)),
        public_until: knobs[4].is_multiple_of(9).then(|| day(knobs[4] / 9 + 20)),
        consent,
    }
}

pub(super) fn record(spec: &Spec) -> Record {
    let Spec { kind, id, home, at, form, knobs } = *spec;
    let ags = ags(home);
    match kind {
        0 => Municipality {
            ags,
            name: format!("Stadt {}", knobs[0] % 2),
            settings: Settings { example_data: knobs[1].is_multiple_of(2), ..Settings::default() },
            geometry: knobs[2].is_multiple_of(2).then(|| area(at, form)),
        }
        .into(),
        1 => District {
            district_key: district(id),
            name: format!("Gemarkung {}", knobs[0] % 2),
            ags,
            geometry: (form < 4).then(|| area(at, form)),
        }
        .into(),
        2 => Locality { locality_id: id.to_string(), name: format!("Ort {}", knobs[0]), ags, geometry: None }.into(),
        3 => Parcel {
            parcel_id: parcel_id(id),
            ags,
            street: [None, Some("Am Markt".into()), Some("Lindenweg".into())][usize::from(knobs[0] % 3)].clone(),
            official_area_m2: (knobs[1] % 4 > 0).then(|| f64::from(knobs[1]) + 0.25),
            land_use: [None, Some("Ackerland".into()), Some("Wohnbaufläche".into()), Some("ÖDLAND".into())]
                [usize::from(knobs[2] % 4)]
            .clone(),
            source_date: (knobs[3] % 3 > 0).then(|| day(knobs[3] % 5)),
            geometry: area(at, form).into(),
        }
        .into(),
        4 => Building {
            building_id: id.to_string(),
            function: Some((knobs[0] % 3).to_string()),
            district_key: knobs[1].is_multiple_of(2).then(|| district(id)),
            ags,
            geometry: geometry(spec),
        }
        .into(),
        5 => site(spec).into(),
        6 => vacancy(spec).into(),
        7 => Unit {
            unit_id: id.to_string(),
            building_id: (knobs[0] % 7).to_string(),
            ags,
            unit_use: UnitUse::Shop,
            area_m2: None,
            vacant_since: None,
        }
        .into(),
        8 => Announcement {
            announcement_id: id.to_string(),
            ags,
            announced_on: Day::constant(2026, 2, 1 + (knobs[0] % 20) as i8),
            organ: "Amtsblatt".into(),
            issue: "1".into(),
            text: String::new(),
            scope: if knobs[1].is_multiple_of(2) { vec![] } else { vec![district(knobs[1]), district(knobs[2])] },
        }
        .into(),
        9 => Objection {
            objection_id: id.to_string(),
            parcel_id: parcel_id(knobs[0] % 7),
            ags,
            received_on: day(0),
            form: ObjectionForm::Letter,
            lifted_on: knobs[1].is_multiple_of(2).then(|| day(knobs[2])),
        }
        .into(),
        10 => layer(id % 2, if knobs[0].is_multiple_of(2) { LayerVisibility::Public } else { LayerVisibility::Staff })
            .into(),
        _ => Feature {
            layer: layer_name(id % 2).into(),
            feature_id: (knobs[0] % 6).to_string().into(),
            values: vec![
                Value::Integer(i64::from(knobs[1] % 3)),
                if knobs[2] > 99 { Value::Null } else { Value::text("x") },
                if knobs[2].is_multiple_of(3) { Value::Null } else { Value::Real(f64::from(knobs[0] % 5) / 2.0) },
                if knobs[1].is_multiple_of(3) { Value::Null } else { Value::Boolean(knobs[1] > 99) },
                if knobs[0].is_multiple_of(3) { Value::Null } else { Value::Date(day(knobs[0] % 5)) },
                if knobs[3].is_multiple_of(3) { Value::Null } else { Value::Timestamp(instant(knobs[3] % 7)) },
                if knobs[4].is_multiple_of(5) { Value::Null } else { Value::Integer(i64::from(knobs[4] % 4)) },
            ],
            geometry: (knobs[3] > 40).then(|| geometry(spec)),
        }
        .into(),
    }
}

fn site(spec: &Spec) -> Site {
    let knobs = spec.knobs;
    Site {
        site_id: spec.id.to_string(),
        ags: ags(spec.home),
        name: Some("Fläche".into()),
        site_type: [SiteType::InfillGap, SiteType::Brownfield, SiteType::VacantDwelling][usize::from(knobs[0] % 3)],
        status: [SiteStatus::Confirmed, SiteStatus::Confirmed, SiteStatus::Sold, SiteStatus::Demolished]
            [usize::from(knobs[1] % 4)],
        parcels: (0..knobs[2] % 3).map(|next| parcel_id((knobs[2] + next) % 7)).collect(),
        locality: None,
        street: Some("Am Markt".into()),
        area_m2: Some(f64::from(knobs[0])),
        planning_law: None,
        servicing: None,
        available_from: None,
        price_eur: Some(1000.0),
        condition: None,
        monument: None,
        dwellings_min: Some(i64::from(knobs[4] % 3)),
        dwellings_max: None,
        contact: None,
        owner_class: [None, Some(OwnerClass::Municipal), Some(OwnerClass::Private)][usize::from(knobs[3] % 3)],
        note: Some("intern".into()),
        publication: publication(knobs),
        geometry: geometry(spec),
    }
}

fn vacancy(spec: &Spec) -> Vacancy {
    Vacancy {
        building_id: spec.id.to_string(),
        ags: ags(spec.home),
        degree: VacancyDegree::Whole,
        vacant_since: Some(day(spec.knobs[0])),
        condition: None,
        monument: None,
        built_year: Some(1900),
        storeys: None,
        living_area_m2: None,
        owner_class: spec.knobs[1].is_multiple_of(3).then_some(OwnerClass::Municipal),
        note: None,
        publication: publication(spec.knobs),
    }
}

fn layer_name(number: u8) -> &'static str {
    ["plans", "roads"][usize::from(number)]
}

fn layer(number: u8, visibility: LayerVisibility) -> Layer {
    let column = |name: &str, kind| Column { name: name.into(), kind };
    Layer {
        name: layer_name(number).into(),
        title: layer_name(number).into(),
        visibility,
        columns: vec![
            column("class", ColumnKind::Integer),
            column("note", ColumnKind::Text),
            column("width", ColumnKind::Real),
            column("paved", ColumnKind::Boolean),
            column("built", ColumnKind::Date),
            column("seen", ColumnKind::Timestamp),
            column("lanes", ColumnKind::Integer),
        ],
        attribution: None,
    }
}

/// Layers that every world has, as features cannot be without.
pub(super) fn layers() -> Vec<Record> {
    vec![layer(0, LayerVisibility::Public).into(), layer(1, LayerVisibility::Staff).into()]
}

/// Ends what the spec would make; layers stay.
pub(super) fn end(spec: &Spec) -> Option<Key> {
    let key = record(spec).key();
    (key.kind != cadastre::Kind::Layer).then_some(key)
}
