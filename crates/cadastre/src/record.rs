//! The records of the cadastre, checked. Raw input becomes one of these only through [`crate::raw`].

use serde::{Deserialize, Serialize};

use crate::{
    Ags, ColumnKind, Day, DistrictKey, Kind, ParcelId, SharedText, Value,
    codes::{
        Basis, Condition, Decision, LayerVisibility, Monument, ObjectionForm, OwnerClass, PlanningLaw, Servicing,
        SiteStatus, SiteType, UnitUse, VacancyDegree,
    },
    edit::Key,
    geometry::{Geometry, MultiPolygon, PackedArea},
};

pub use crate::{picture::Picture, settings::Settings};

/// Gemeinde: the tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Municipality {
    /// Key.
    pub ags: Ags,
    /// Name, e.g. "Leisnig".
    pub name: String,
    /// Settings: a journaled record, not a configuration file.
    pub settings: Settings,
    /// Boundary in the CRS of the store.
    pub geometry: Option<MultiPolygon>,
}

/// Gemarkung.
#[derive(Clone, Debug, PartialEq)]
pub struct District {
    /// Key, 6 digits.
    pub district_key: DistrictKey,
    /// Name.
    pub name: String,
    /// Municipality it lies in.
    pub ags: Ags,
    /// Area in the CRS of the store.
    pub geometry: Option<MultiPolygon>,
}

/// Ortsteil: a named part of the municipality.
#[derive(Clone, Debug, PartialEq)]
pub struct Locality {
    /// Key within the store: AGS and a slug, e.g. `14522310-tragnitz`.
    pub locality_id: String,
    /// Name.
    pub name: String,
    /// Municipality.
    pub ags: Ags,
    /// Area in the CRS of the store.
    pub geometry: Option<MultiPolygon>,
}

/// Flurstück, as the official cadastre has it. Base data: holds nothing about owners.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// Flurstückskennzeichen.
    pub parcel_id: ParcelId,
    /// Municipality.
    pub ags: Ags,
    /// Street or field name (Lagebezeichnung). Many parcels have the same: they may share it.
    pub street: Option<SharedText>,
    /// Official area (amtliche Fläche) in m²; never recomputed from the geometry.
    pub official_area_m2: Option<f64>,
    /// Actual use (tatsächliche Nutzung) as the source writes it.
    pub land_use: Option<SharedText>,
    /// Day to which the source is up to date.
    pub source_date: Option<Day>,
    /// Area in the CRS of the store.
    pub geometry: PackedArea,
}

/// Building of the official cadastre.
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// Identifier of the source (ALKIS object id) or of the municipality.
    pub building_id: String,
    /// Function (ALKIS code `gebaeudefunktion`, or the source's word).
    pub function: Option<String>,
    /// District, if known.
    pub district_key: Option<DistrictKey>,
    /// Municipality.
    pub ags: Ags,
    /// Footprint in the CRS of the store.
    pub geometry: Geometry,
}

/// What is publicly decided about a site or a vacancy record, and why it may be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// Basis; without one the record is internal.
    pub basis: Option<Basis>,
    /// What the municipality decided.
    pub decision: Option<Decision>,
    /// The announcement a register publication rests on.
    pub announcement_id: Option<String>,
    /// First public day, if not at once.
    pub public_from: Option<Day>,
    /// Last public day.
    pub public_until: Option<Day>,
    /// The owner's consent, for the bases `consent` and `offer`.
    pub consent: Option<Consent>,
}

/// Consent of an owner (Art. 6 (1) (a), 7 GDPR): no name, only that and when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Day it was given.
    pub given_on: Day,
    /// Version of the text that was signed.
    pub text_version: String,
    /// Day it was revoked; from this day on nothing is public.
    pub revoked_on: Option<Day>,
    /// Names of the properties it covers.
    pub fields: Vec<String>,
}

/// Standort: one recorded potential, on one or more parcels.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Random public id.
    pub site_id: String,
    /// Municipality.
    pub ags: Ags,
    /// Name for the screen.
    pub name: Option<String>,
    /// Type of potential.
    pub site_type: SiteType,
    /// Where in its life it is.
    pub status: SiteStatus,
    /// Parcels it lies on, in the order given.
    pub parcels: Vec<ParcelId>,
    /// Ortsteil.
    pub locality: Option<String>,
    /// Street.
    pub street: Option<String>,
    /// Area in m² as recorded (official areas summed, or the usable part).
    pub area_m2: Option<f64>,
    /// Planning law.
    pub planning_law: Option<PlanningLaw>,
    /// Servicing.
    pub servicing: Option<Servicing>,
    /// Day from which it can be had.
    pub available_from: Option<Day>,
    /// Price in EUR.
    pub price_eur: Option<f64>,
    /// Condition of the building.
    pub condition: Option<Condition>,
    /// Protection as a monument.
    pub monument: Option<Monument>,
    /// Least number of dwellings possible.
    pub dwellings_min: Option<i64>,
    /// Greatest number of dwellings possible.
    pub dwellings_max: Option<i64>,
    /// Public contact for an offer (an office, never a person's address).
    pub contact: Option<String>,
    /// Class of owner; internal.
    pub owner_class: Option<OwnerClass>,
    /// Internal note.
    pub note: Option<String>,
    /// Publication.
    pub publication: Publication,
    /// Area or point in the CRS of the store.
    pub geometry: Geometry,
}

/// Vacancy record (Leerstand) of a building.
#[derive(Clone, Debug, PartialEq)]
pub struct Vacancy {
    /// The building; one record a building.
    pub building_id: String,
    /// Municipality.
    pub ags: Ags,
    /// How much of it is vacant.
    pub degree: VacancyDegree,
    /// Since when.
    pub vacant_since: Option<Day>,
    /// Condition.
    pub condition: Option<Condition>,
    /// Protection as a monument.
    pub monument: Option<Monument>,
    /// Year of construction.
    pub built_year: Option<i64>,
    /// Storeys above ground.
    pub storeys: Option<i64>,
    /// Living area in m².
    pub living_area_m2: Option<f64>,
    /// Class of owner; internal.
    pub owner_class: Option<OwnerClass>,
    /// Internal note.
    pub note: Option<String>,
    /// Publication; never on the basis `register`.
    pub publication: Publication,
}

/// Unit in a building.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Id within the store.
    pub unit_id: String,
    /// The building.
    pub building_id: String,
    /// Municipality.
    pub ags: Ags,
    /// Use.
    pub unit_use: UnitUse,
    /// Area in m².
    pub area_m2: Option<f64>,
    /// Since when it is vacant; `None`: in use.
    pub vacant_since: Option<Day>,
}

/// Bekanntmachung: the public notice before a register is published (§ 200 (3) sentence 5 BauGB).
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    /// Id within the store.
    pub announcement_id: String,
    /// Municipality.
    pub ags: Ags,
    /// Day of the announcement.
    pub announced_on: Day,
    /// Organ, e.g. "Amtsblatt".
    pub organ: String,
    /// Number and page.
    pub issue: String,
    /// Text; must point to the right of objection.
    pub text: String,
    /// Districts it covers; empty: the whole municipality.
    pub scope: Vec<DistrictKey>,
}

/// Widerspruch: an owner's veto on publication of a parcel. Holds no person.
#[derive(Clone, Debug, PartialEq)]
pub struct Objection {
    /// Id within the store.
    pub objection_id: String,
    /// The parcel.
    pub parcel_id: ParcelId,
    /// Municipality.
    pub ags: Ags,
    /// Day it came in; blocks from this day on.
    pub received_on: Day,
    /// Form.
    pub form: ObjectionForm,
    /// Day on which the owner took it back.
    pub lifted_on: Option<Day>,
}

/// An imported layer: a vector file with whatever columns it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Name in addresses: `[a-z][a-z0-9_]{0,62}`, not one of the typed collections.
    pub name: String,
    /// Title for the screen.
    pub title: String,
    /// Who may see it.
    pub visibility: LayerVisibility,
    /// Columns in the order of the source.
    pub columns: Vec<Column>,
    /// Credit line.
    pub attribution: Option<String>,
}

/// A column of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name as in the source.
    pub name: String,
    /// Kind.
    pub kind: ColumnKind,
}

/// A feature of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Name of the layer.
    pub layer: Box<str>,
    /// Id within the layer.
    pub feature_id: Box<str>,
    /// One value a column, in the layer's order.
    pub values: Vec<Value>,
    /// Geometry in the CRS of the store.
    pub geometry: Option<Geometry>,
}

macro_rules! records {
    ($($(#[$doc:meta])* $variant:ident($type:ident): |$record:ident| $key:expr, $ags:expr, $geometry:expr;)+) => {
        /// Any record.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Record {
            $($(#[$doc])* $variant($type),)+
        }

        impl Record {
            /// Kind and id.
            pub fn key(&self) -> Key {
                match self {
                    $(Self::$variant($record) => Key { kind: self.kind(), id: $key },)+
                }
            }

            /// Municipality it belongs to; `None` for layers, which belong to the store.
            pub fn ags(&self) -> Option<Ags> {
                match self {
                    $(Self::$variant($record) => { let _ = $record; $ags })+
                }
            }

            /// Geometry in the CRS of the store.
            pub fn geometry(&self) -> Option<Geometry> {
                match self {
                    $(Self::$variant($record) => { let _ = $record; $geometry })+
                }
            }
        }

        $(impl From<$type> for Record {
            fn from(record: $type) -> Self {
                Self::$variant(record)
            }
        })+
    };
}

records! {
    /// Gemeinde.
    Municipality(Municipality): |r| r.ags.to_string(), Some(r.ags), r.geometry.clone().map(Geometry::from);
    /// Gemarkung.
    District(District): |r| r.district_key.to_string(), Some(r.ags), r.geometry.clone().map(Geometry::from);
    /// Ortsteil.
    Locality(Locality): |r| r.locality_id.clone(), Some(r.ags), r.geometry.clone().map(Geometry::from);
    /// Flurstück.
    Parcel(Parcel): |r| r.parcel_id.to_string(), Some(r.ags), Some(MultiPolygon::from(&r.geometry).into());
    /// Building.
    Building(Building): |r| r.building_id.clone(), Some(r.ags), Some(r.geometry.clone());
    /// Standort.
    Site(Site): |r| r.site_id.clone(), Some(r.ags), Some(r.geometry.clone());
    /// Leerstand.
    Vacancy(Vacancy): |r| r.building_id.clone(), Some(r.ags), None;
    /// Unit of a building.
    Unit(Unit): |r| r.unit_id.clone(), Some(r.ags), None;
    /// Bekanntmachung.
    Announcement(Announcement): |r| r.announcement_id.clone(), Some(r.ags), None;
    /// Widerspruch.
    Objection(Objection): |r| r.objection_id.clone(), Some(r.ags), None;
    /// Picture.
    Picture(Picture): |r| r.picture_id.clone(), Some(r.ags), None;
    /// Imported layer.
    Layer(Layer): |r| r.name.clone(), None, None;
    /// Feature of a layer.
    Feature(Feature): |r| r.feature_id.to_string(), None, r.geometry.clone();
}

impl Record {
    /// The kind; for a feature with the name of its layer.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Municipality(_) => Kind::Municipality,
            Self::District(_) => Kind::District,
            Self::Locality(_) => Kind::Locality,
            Self::Parcel(_) => Kind::Parcel,
            Self::Building(_) => Kind::Building,
            Self::Site(_) => Kind::Site,
            Self::Vacancy(_) => Kind::Vacancy,
            Self::Unit(_) => Kind::Unit,
            Self::Announcement(_) => Kind::Announcement,
            Self::Objection(_) => Kind::Objection,
            Self::Picture(_) => Kind::Picture,
            Self::Layer(_) => Kind::Layer,
            Self::Feature(feature) => Kind::Feature(feature.layer.clone()),
        }
    }
}
