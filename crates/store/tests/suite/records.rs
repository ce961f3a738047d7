//! Records for tests: of every kind, with every field filled and with every field empty that may be.

use cadastre::{
    Ags, ColumnKind, Day, DistrictKey, Kind, ParcelId, Record, Value,
    codes::{
        Basis, Condition, Decision, LayerVisibility, Monument, ObjectionForm, OwnerClass, PictureSubject, PlanningLaw,
        Servicing, SiteStatus, SiteType, UnitUse, VacancyDegree,
    },
    picture::Size,
    record::{
        Announcement, Building, Column, Consent, District, Feature, Layer, Locality, Municipality, Objection, Parcel,
        Picture, Publication, Settings, Site, Unit, Vacancy,
    },
};
use geo_types::{Geometry, LineString, MultiPolygon, Point, Polygon};

pub(crate) fn leisnig() -> Ags {
    Ags::parse("14522310").unwrap()
}

fn district_key() -> DistrictKey {
    DistrictKey::parse("142888").unwrap()
}

pub(crate) fn parcel_id(number: u32) -> ParcelId {
    ParcelId::from_parts(district_key(), None, number, Some("4"), None).unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A square of `side` metres whose south-west corner is `number` hundred metres east of a point in Leisnig.
pub(crate) fn square(number: u32, side: f64) -> Polygon {
    let (x, y) = (358_000.0 + 100.0 * f64::from(number), 5_667_000.0);
    let ring = LineString::from(vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]);
    Polygon::new(ring, Vec::new())
}

fn area(number: u32, side: f64) -> MultiPolygon {
    MultiPolygon(vec![square(number, side)])
}

/// A parcel; its size depends on `state`, so that two states differ.
pub(crate) fn parcel(number: u32, state: u32) -> Parcel {
    Parcel {
        parcel_id: parcel_id(number),
        ags: leisnig(),
        street: Some(format!("Straße der \"Einheit\" {state}").into()),
        official_area_m2: Some(400.0 + f64::from(state)),
        land_use: Some("Wohnbaufläche".into()),
        source_date: Some(day("2026-01-31")),
        geometry: area(number, 20.0 + f64::from(state)).into(),
    }
}

pub(crate) fn layer(name: &str, columns: &[(&str, ColumnKind)]) -> Layer {
    Layer {
        name: name.to_owned(),
        title: format!("Layer {name}"),
        visibility: LayerVisibility::Staff,
        columns: columns.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect(),
        attribution: None,
    }
}

pub(crate) fn feature(layer: &str, id: u32, values: Vec<Value>) -> Feature {
    let geometry = Some(Geometry::Polygon(square(id, 10.0)));
    Feature { layer: layer.into(), feature_id: id.to_string().into(), values, geometry }
}

fn full_publication() -> Publication {
    Publication {
        basis: Some(Basis::Consent),
        decision: Some(Decision::Publish),
        announcement_id: Some("b1".to_owned()),
        public_from: Some(day("2026-02-01")),
        public_until: Some(day("2027-02-01")),
        consent: Some(Consent {
            given_on: day("2026-01-15"),
            text_version: "2026-1".to_owned(),
            revoked_on: Some(day("2026-09-01")),
            fields: vec!["street".to_owned(), "area_m2".to_owned()],
        }),
    }
}

pub(crate) fn site(id: &str) -> Site {
    Site {
        site_id: id.to_owned(),
        ags: leisnig(),
        name: Some("Alte Brauerei".to_owned()),
        site_type: SiteType::Brownfield,
        status: SiteStatus::Confirmed,
        parcels: vec![parcel_id(7), parcel_id(3)],
        locality: Some("Tragnitz".to_owned()),
        street: Some("Mühlgasse".to_owned()),
        area_m2: Some(1_234.5),
        planning_law: Some(PlanningLaw::P34),
        servicing: Some(Servicing::Partial),
        available_from: Some(day("2026-05-01")),
        price_eur: Some(49_900.0),
        condition: Some(Condition::MajorWorks),
        monument: Some(Monument::Ensemble),
        dwellings_min: Some(2),
        dwellings_max: Some(6),
        contact: Some("Bauamt".to_owned()),
        owner_class: Some(OwnerClass::Municipal),
        note: Some("intern".to_owned()),
        publication: full_publication(),
        geometry: Geometry::Point(Point::new(358_123.25, 5_667_001.5)),
    }
}

pub(crate) fn vacancy(id: &str) -> Vacancy {
    Vacancy {
        building_id: id.to_owned(),
        ags: leisnig(),
        degree: VacancyDegree::Partial,
        vacant_since: Some(day("2019-10-01")),
        condition: Some(Condition::Dilapidated),
        monument: Some(Monument::Individual),
        built_year: Some(1898),
        storeys: Some(3),
        living_area_m2: Some(412.75),
        owner_class: Some(OwnerClass::Community),
        note: Some("intern".to_owned()),
        publication: full_publication(),
    }
}

fn settings() -> Settings {
    Settings {
        contact_name: Some("Bauamt".to_owned()),
        contact_mail: Some("bauamt@example.org".to_owned()),
        attribution: Some("© GeoSN".to_owned()),
        example_data: true,
        ..Settings::default()
    }
}

/// One record of every kind but features, every field filled.
pub(crate) fn full() -> Vec<Record> {
    vec![
        Municipality { ags: leisnig(), name: "Leisnig".into(), settings: settings(), geometry: Some(area(0, 9e3)) }
            .into(),
        District { district_key: district_key(), name: "Leisnig".into(), ags: leisnig(), geometry: Some(area(0, 4e3)) }
            .into(),
        Locality {
            locality_id: "14522310-tragnitz".into(),
            name: "Tragnitz".into(),
            ags: leisnig(),
            geometry: Some(area(9, 900.0)),
        }
        .into(),
        parcel(7, 0).into(),
        parcel(3, 0).into(),
        Building {
            building_id: "DESN1".into(),
            function: Some("31001_1000".into()),
            district_key: Some(district_key()),
            ags: leisnig(),
            geometry: square(7, 8.0).into(),
        }
        .into(),
        Announcement {
            announcement_id: "b1".into(),
            ags: leisnig(),
            announced_on: day("2026-01-02"),
            organ: "Amtsblatt".into(),
            issue: "1/2026, S. 3".into(),
            text: "Jeder Eigentümer kann widersprechen.".into(),
            scope: vec![district_key()],
        }
        .into(),
        Objection {
            objection_id: "w1".into(),
            parcel_id: parcel_id(3),
            ags: leisnig(),
            received_on: day("2026-01-20"),
            form: ObjectionForm::Letter,
            lifted_on: Some(day("2026-03-01")),
        }
        .into(),
        site("s1").into(),
        vacancy("DESN1").into(),
        Unit {
            unit_id: "u1".into(),
            building_id: "DESN1".into(),
            ags: leisnig(),
            unit_use: UnitUse::Shop,
            area_m2: Some(88.0),
            vacant_since: Some(day("2020-02-29")),
        }
        .into(),
        picture("p1", "elsewhere").into(),
        layer("flood_zones", &[("name", ColumnKind::Text), ("Höhe m", ColumnKind::Real)]).into(),
    ]
}

/// A picture of a site. It has no author: that the history keeps none is a test of its own.
pub(crate) fn picture(id: &str, site_id: &str) -> Picture {
    Picture {
        picture_id: id.into(),
        ags: leisnig(),
        subject: PictureSubject::Site,
        subject_id: site_id.into(),
        position: 2,
        alt: "Ein Haus mit roter Tür".into(),
        alt_en: Some("A house with a red door".into()),
        author: None,
        licence: &cadastre::licence::LICENCES[2],
        taken_on: Some(day("2026-02-28")),
        is_released: true,
        size: Size { width: 300, height: 200 },
        sha256: "0f".into(),
    }
}

/// The same records with nothing in the fields that may be empty.
pub(crate) fn sparse() -> Vec<Record> {
    full().into_iter().map(emptied).collect()
}

fn emptied(record: Record) -> Record {
    match record {
        Record::Municipality(r) => Municipality { settings: Settings::default(), geometry: None, ..r }.into(),
        Record::District(r) => District { geometry: None, ..r }.into(),
        Record::Locality(r) => Locality { geometry: None, ..r }.into(),
        Record::Parcel(r) => {
            Parcel { street: None, official_area_m2: None, land_use: None, source_date: None, ..r }.into()
        }
        Record::Building(r) => Building { function: None, district_key: None, ..r }.into(),
        Record::Announcement(r) => Announcement { scope: Vec::new(), ..r }.into(),
        Record::Objection(r) => Objection { lifted_on: None, ..r }.into(),
        Record::Site(r) => empty_site(r).into(),
        Record::Vacancy(r) => Vacancy {
            vacant_since: None,
            condition: None,
            monument: None,
            built_year: None,
            storeys: None,
            living_area_m2: None,
            owner_class: None,
            note: None,
            publication: Publication::default(),
            ..r
        }
        .into(),
        Record::Unit(r) => Unit { area_m2: None, vacant_since: None, ..r }.into(),
        Record::Picture(r) => Picture { alt_en: None, taken_on: None, is_released: false, ..r }.into(),
        Record::Layer(r) => Layer { columns: Vec::new(), ..r }.into(),
        Record::Feature(r) => r.into(),
    }
}

fn empty_site(site: Site) -> Site {
    Site {
        name: None,
        parcels: Vec::new(),
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
        owner_class: None,
        note: None,
        publication: Publication::default(),
        ..site
    }
}

#[test]
fn the_samples_have_every_kind() {
    for records in [full(), sparse()] {
        for kind in Kind::TYPED {
            assert!(records.iter().any(|record| record.kind() == kind), "{kind}");
        }
    }
}
