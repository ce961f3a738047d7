//! A small town for the tests of the pages, made through the domain crate and its publication gate.

use cadastre::{
    Ags, Day, DistrictKey, ParcelId, Viewer,
    codes::{Basis, Condition, Decision, OwnerClass, PlanningLaw, Servicing, SiteStatus, SiteType},
    geometry::{Coord, Geometry, LineString, MultiPolygon, Polygon},
    publication::{Facts, Place, Subject, View, view},
    record::{Announcement, Consent, District, Municipality, Parcel, Publication, Settings, Site},
};

/// The town and everything in it.
pub(crate) struct Town {
    pub(crate) municipality: Municipality,
    pub(crate) district: District,
    pub(crate) facts: Facts,
    pub(crate) parcel: Parcel,
    pub(crate) sites: Vec<Site>,
    pub(crate) day: Day,
}

fn square() -> MultiPolygon {
    let ring = [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0), (0.0, 0.0)];
    let ring: LineString = ring.map(|(x, y)| Coord { x: 370_000.0 + x, y: 5_670_000.0 + y }).to_vec().into();
    MultiPolygon(vec![Polygon::new(ring, vec![])])
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

fn consented() -> Site {
    let consent = Consent {
        given_on: "2026-01-10".parse().unwrap(),
        text_version: "1".to_owned(),
        revoked_on: None,
        fields: vec!["condition".to_owned(), "area_m2".to_owned()],
    };
    Site {
        name: Some("not consented to".to_owned()),
        condition: Some(Condition::MajorWorks),
        area_m2: Some(160.0),
        locality: Some("Polditz".to_owned()),
        ..site(
            "haus-1",
            SiteType::VacantDwelling,
            "142888___000120000__",
            Publication { consent: Some(consent), ..published(Basis::Consent) },
        )
    }
}

impl Town {
    /// The town on 22 November 2026: one offer, one register entry, one house by consent, one internal site.
    pub(crate) fn new() -> Self {
        let register = Publication { announcement_id: Some("amtsblatt-3".to_owned()), ..published(Basis::Register) };
        let mut facts = Facts::default();
        facts.put_announcement(Announcement {
            announcement_id: "amtsblatt-3".to_owned(),
            ags: ags(),
            announced_on: "2026-01-15".parse().unwrap(),
            organ: "Amtsblatt".to_owned(),
            issue: "3".to_owned(),
            text: "Widerspruch".to_owned(),
            scope: vec![],
        });
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
            parcel: Parcel {
                parcel_id: ParcelId::parse("142888___001230004__").unwrap(),
                ags: ags(),
                street: Some("Lindenstraße".into()),
                official_area_m2: Some(830.5),
                land_use: Some("Wohnbaufläche".into()),
                source_date: Some("2026-01-01".parse().unwrap()),
                geometry: square(),
            },
            sites: vec![
                offer(),
                site("register-1", SiteType::Brownfield, "142888___00057______", register),
                consented(),
                site("intern-1", SiteType::Ruin, "142888___00058______", Publication::default()),
            ],
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

    /// What the public sees of one site.
    pub(crate) fn view_site(&self, id: &str) -> View<'_> {
        self.site_views().into_iter().find(|view| view.id() == id).unwrap()
    }

    /// What the public sees of the parcel.
    pub(crate) fn view_parcel(&self) -> View<'_> {
        view(Subject::Parcel(&self.parcel, self.place()), &Viewer::ANONYMOUS, self.day).unwrap()
    }
}
