//! A small town for the tests of the pages, made through the domain crate and its publication gate.

use cadastre::{
    Ags, Day, DistrictKey, ParcelId, Picture, Record, Revision, Versioned, Viewer,
    codes::{
        Basis, Condition, Decision, Monument, OwnerClass, PictureSubject, PlanningLaw, Servicing, SiteStatus, SiteType,
        VacancyDegree,
    },
    geometry::{Coord, Geometry, LineString, MultiPolygon, Polygon},
    licence::LICENCES,
    picture::Size,
    publication::{Facts, Place, Subject, View, view},
    record::{Announcement, Building, Consent, District, Municipality, Parcel, Publication, Settings, Site, Vacancy},
    texts::Language,
};

use spatial::{Builder, Crs, Snapshot};

use super::listing::Listing;

/// The town in a snapshot, its records with revisions from 1 in this order.
pub(crate) fn snapshot(town: &Town) -> Snapshot {
    let mut builder = Builder::new(Crs::Epsg(25833), town.day);
    let records: Vec<Record> = vec![
        town.municipality.clone().into(),
        town.district.clone().into(),
        town.parcel.clone().into(),
        town.announcement.clone().into(),
    ];
    let buildings = town.buildings.iter().cloned().map(Record::from);
    let vacancies = town.vacancies.iter().cloned().map(Record::from);
    let sites = town.sites.iter().cloned().map(Record::from);
    let pictures = town.pictures.iter().cloned().map(Record::from);
    let records = records.into_iter().chain(sites).chain(buildings).chain(vacancies).chain(pictures);
    for (record, revision) in records.zip(1..) {
        builder.push(Versioned { revision: Revision(revision), record });
    }
    builder.build(Revision(20)).unwrap()
}

/// What the public sees listed in the town.
pub(crate) fn listings() -> Vec<Listing> {
    Town::new().listings(Language::German)
}

/// The town and everything in it.
pub(crate) struct Town {
    pub(crate) municipality: Municipality,
    pub(crate) district: District,
    pub(crate) facts: Facts,
    pub(crate) announcement: Announcement,
    pub(crate) parcel: Parcel,
    pub(crate) sites: Vec<Site>,
    pub(crate) buildings: Vec<Building>,
    pub(crate) vacancies: Vec<Vacancy>,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) day: Day,
}

/// A square of 30 m, so many metres to the east of the town's middle.
fn square_at(east_m: f64) -> MultiPolygon {
    let ring = [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0), (0.0, 0.0)];
    let ring: LineString = ring.map(|(x, y)| Coord { x: 370_000.0 + east_m + x, y: 5_670_000.0 + y }).to_vec().into();
    MultiPolygon(vec![Polygon::new(ring, vec![])])
}

fn square() -> MultiPolygon {
    square_at(0.0)
}

fn ags() -> Ags {
    Ags::parse("14522310").unwrap()
}

fn site(id: &str, site_type: SiteType, parcel: &str, publication: Publication) -> Site {
    Site {
        site_id: id.to_owned(),
        ags: ags(),
        name: None,
        site_type,
        status: SiteStatus::Confirmed,
        parcels: vec![ParcelId::parse(parcel).unwrap()],
        locality: Some("Leisnig".to_owned()),
        street: Some("Chemnitzer Straße".to_owned()),
        area_m2: Some(12_345.0),
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
        note: Some("never shown".to_owned()),
        publication,
        geometry: Geometry::MultiPolygon(square()),
    }
}

fn published(basis: Basis) -> Publication {
    Publication { basis: Some(basis), decision: Some(Decision::Publish), ..Publication::default() }
}

fn offer() -> Site {
    Site {
        name: Some("Lindenstraße <Nord>".to_owned()),
        locality: Some("Tragnitz".to_owned()),
        street: Some("Lindenstraße".to_owned()),
        area_m2: Some(830.0),
        planning_law: Some(PlanningLaw::P34),
        servicing: Some(Servicing::Full),
        available_from: Some("2026-03-01".parse().unwrap()),
        price_eur: Some(45_000.0),
        dwellings_min: Some(1),
        dwellings_max: Some(2),
        contact: Some("Bauamt, Zimmer 12".to_owned()),
        owner_class: Some(OwnerClass::Municipal),
        ..site("angebot-1", SiteType::InfillGap, "142888___001230004__", published(Basis::Offer))
    }
}

fn building(id: &str, function: &str, east_m: f64) -> Building {
    Building {
        building_id: id.to_owned(),
        function: Some(function.to_owned()),
        district_key: DistrictKey::parse("142888").ok(),
        ags: ags(),
        geometry: Geometry::MultiPolygon(square_at(east_m)),
    }
}

/// A vacancy record whose consent names condition and living area.
fn vacancy(id: &str, publication: Publication) -> Vacancy {
    Vacancy {
        building_id: id.to_owned(),
        ags: ags(),
        degree: VacancyDegree::Whole,
        vacant_since: Some("2020-05-01".parse().unwrap()),
        condition: Some(Condition::MinorWorks),
        monument: Some(Monument::Individual),
        built_year: Some(1890),
        storeys: Some(2),
        living_area_m2: Some(140.0),
        owner_class: Some(OwnerClass::Private),
        note: Some("never shown".to_owned()),
        publication,
    }
}

fn with_consent(fields: &[&str]) -> Publication {
    let consent = Consent {
        given_on: "2026-01-10".parse().unwrap(),
        text_version: "1".to_owned(),
        revoked_on: None,
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    };
    Publication { consent: Some(consent), ..published(Basis::Consent) }
}

fn consented() -> Site {
    Site {
        name: Some("not consented to".to_owned()),
        condition: Some(Condition::MajorWorks),
        area_m2: Some(160.0),
        locality: Some("Polditz".to_owned()),
        ..site("haus-1", SiteType::VacantDwelling, "142888___000120000__", with_consent(&["condition", "area_m2"]))
    }
}

/// A released picture of a site.
pub(crate) fn picture(id: &str, site_id: &str) -> Picture {
    Picture {
        picture_id: id.to_owned(),
        ags: ags(),
        subject: PictureSubject::Site,
        subject_id: site_id.to_owned(),
        position: 1,
        alt: "Ein Haus im Hof".to_owned(),
        alt_en: Some("A house in the yard".to_owned()),
        author: Some("Stadt Leisnig".to_owned()),
        licence: &LICENCES[2],
        taken_on: None,
        is_released: true,
        size: Size { width: 1000, height: 700 },
        sha256: String::new(),
    }
}

impl Town {
    /// The town on 22 November 2026: one offer, one register entry, one house by consent, one internal site, and
    /// four buildings.
    pub(crate) fn new() -> Self {
        let register = Publication { announcement_id: Some("amtsblatt-3".to_owned()), ..published(Basis::Register) };
        let mut facts = Facts::default();
        let announcement = Announcement {
            announcement_id: "amtsblatt-3".to_owned(),
            ags: ags(),
            announced_on: "2026-01-15".parse().unwrap(),
            organ: "Amtsblatt".to_owned(),
            issue: "3".to_owned(),
            text: "Widerspruch".to_owned(),
            scope: vec![],
        };
        facts.put_announcement(announcement.clone());
        Self {
            municipality: Municipality {
                ags: ags(),
                name: "Leisnig".to_owned(),
                settings: Settings {
                    contact_name: Some("Bauamt Leisnig".to_owned()),
                    contact_mail: Some("bauamt@example.org".to_owned()),
                    contact_phone: Some("+49 34321 70 0".to_owned()),
                    attribution: Some("© GeoBasis-DE / BKG 2013, dl-de/by-2-0".to_owned()),
                    example_data: true,
                    ..Settings::default()
                },
                geometry: None,
            },
            district: District {
                district_key: DistrictKey::parse("142888").unwrap(),
                name: "Leisnig".to_owned(),
                ags: ags(),
                geometry: None,
            },
            facts,
            announcement,
            parcel: Parcel {
                parcel_id: ParcelId::parse("142888___001230004__").unwrap(),
                ags: ags(),
                street: Some("Lindenstraße".into()),
                official_area_m2: Some(830.5),
                land_use: Some("Wohnbaufläche".into()),
                source_date: Some("2026-01-01".parse().unwrap()),
                geometry: square().into(),
            },
            sites: vec![
                offer(),
                site("register-1", SiteType::Brownfield, "142888___00057______", register),
                consented(),
                site("intern-1", SiteType::Ruin, "142888___00058______", Publication::default()),
            ],
            // One stands on the site of the house, one is used, one's vacancy is internal.
            buildings: vec![
                building("b-haus", "Wohnhaus", 0.0),
                building("b-scheune", "Scheune", 100.0),
                building("b-intern", "Wohnhaus", 200.0),
                building("b-genutzt", "Wohnhaus", 300.0),
            ],
            vacancies: vec![
                vacancy("b-haus", with_consent(&["living_area_m2"])),
                vacancy("b-scheune", with_consent(&["condition", "living_area_m2"])),
                vacancy("b-intern", Publication::default()),
            ],
            pictures: vec![],
            day: "2026-11-22".parse().unwrap(),
        }
    }

    fn place(&self) -> Place<'_> {
        Place { municipality: Some(&self.municipality), district: Some(&self.district) }
    }

    /// What the public sees of all sites.
    pub(crate) fn site_views(&self) -> Vec<View<'_>> {
        let subjects = self.sites.iter().map(|site| Subject::Site(site, self.place(), &self.facts));
        subjects.filter_map(|subject| view(subject, &Viewer::ANONYMOUS, self.day)).collect()
    }

    /// What the public sees of all sites, as the list has it; later ones are newer.
    pub(crate) fn listings(&self, language: Language) -> Vec<Listing> {
        let views = self.site_views();
        let listings =
            views.iter().zip(1..).filter_map(|(view, revision)| Listing::of_site(view, revision, self.day, language));
        listings.collect()
    }

    /// What the public sees of one site.
    pub(crate) fn view_site(&self, id: &str) -> View<'_> {
        self.site_views().into_iter().find(|view| view.id() == id).unwrap()
    }

    /// What the public sees of the parcel.
    pub(crate) fn view_parcel(&self) -> View<'_> {
        view(Subject::Parcel(&self.parcel, self.place()), &Viewer::ANONYMOUS, self.day).unwrap()
    }
}
